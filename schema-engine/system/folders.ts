/** A folder of files. */
import { collection, link, string, uuidKey } from './system-collection.ts'

export const folders = collection('directus_folders', {
  columns: [uuidKey(), string('name', 255, { isRequired: true }), link('parent', 'directus_folders')],
})
