/** What this repository generates for itself: the Studio's client for the metadata that it reads. */

/** The part of the system schema that the Studio reads. */
export const studioSchema = new URL('./project/system.graphql', import.meta.url)

export const studioOut = new URL('../admin/src/data/generated/', import.meta.url)

/** Items are read by documents that the Studio builds at run time; only metadata has fixed types. */
export const studioRootFields: readonly string[] = ['collections', 'fields']
