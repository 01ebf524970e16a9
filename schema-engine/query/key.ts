/** Keys of items in URLs and `id` arguments: one value, or for a composite key one opaque text of its values. */

/** The values of a composite key as one text: each percent-encoded, joined by commas. */
export const encodeKey = (values: readonly unknown[]): string =>
  values.map((value) => encodeURIComponent(String(value))).join(',')

/** The values of a text made by `encodeKey`, or null when it has another number of them or can't be read. */
export function decodeKey(text: string, count: number): readonly string[] | null {
  if (count === 1) return [text]
  const parts = text.split(',')
  if (parts.length !== count) return null
  try {
    return parts.map(decodeURIComponent)
  } catch {
    return null
  }
}
