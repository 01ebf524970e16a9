/** What this browser remembers of a list's looks: columns and their widths. The address comes first. */

const columnsKey = (collection: string): string => `tablegraph.columns.${collection}`
const widthsKey = (collection: string): string => `tablegraph.widths.${collection}`

/** null when nobody has chosen any. */
export function rememberedColumns(collection: string): readonly string[] | null {
  const names = read(columnsKey(collection))
  return Array.isArray(names) && names.every((name): name is string => typeof name === 'string') ? names : null
}

export const rememberColumns = (collection: string, names: readonly string[] | null): void =>
  write(columnsKey(collection), names)

/** Column → pixels. */
export function rememberedWidths(collection: string): Readonly<Record<string, number>> {
  const widths = read(widthsKey(collection))
  if (typeof widths !== 'object' || widths === null) return {}
  return Object.fromEntries(
    Object.entries(widths).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  )
}

export const rememberWidths = (collection: string, widths: Readonly<Record<string, number>>): void =>
  write(widthsKey(collection), widths)

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

function write(key: string, value: unknown): void {
  if (value === null) localStorage.removeItem(key)
  else localStorage.setItem(key, JSON.stringify(value))
}
