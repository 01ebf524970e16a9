/** Which columns a table of items shows. */
import type { Collection, Field } from './catalog.ts'

const defaultCount = 7
const tooLong = ['text', 'json', 'binary', 'vector', 'geometry', 'hash']

/** Everything that can be a column: fields that are not hidden, m2a lists and presentation apart. */
export const possibleColumns = (collection: Collection): readonly Field[] =>
  [...collection.fields.values()].filter((field) => field.type !== 'alias' || field.relation !== null)

/** The columns to begin with: the key, then short fields in their order, then m2o links. */
export function defaultColumns(collection: Collection): readonly Field[] {
  const visible = possibleColumns(collection).filter((field) => !field.isHidden)
  const isShort = (field: Field) => !tooLong.some((type) => field.type.startsWith(type))
  const short = visible.filter((field) => isShort(field) && (field.relation === null || field.relation.kind === 'm2o'))
  return (short.length > 0 ? short : visible).slice(0, defaultCount)
}

/** Names from the address bar → columns, in that order; unknown names are left out, none at all means the default. */
export function chosenColumns(collection: Collection, names: readonly string[] | null): readonly Field[] {
  const chosen = (names ?? []).flatMap((name) => collection.fields.get(name) ?? [])
  return chosen.length > 0 ? chosen : defaultColumns(collection)
}

/** The real path that sorts by this column: an m2o's display field would need the path; its key is what sorts. */
export const sortPathOf = (field: Field): string | null => (field.isSortable ? field.name : null)

/** ascending → descending → not at all, keeping the other sorts when `isAdding`. */
export function nextSort(current: readonly string[], path: string, isAdding: boolean): readonly string[] {
  const others = isAdding ? current.filter((entry) => entry !== path && entry !== `-${path}`) : []
  if (current.includes(path)) return [...others, `-${path}`]
  if (current.includes(`-${path}`)) return others
  return [...others, path]
}
