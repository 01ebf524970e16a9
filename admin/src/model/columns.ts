/** Which columns a table of items shows. */
import type { Catalog, Collection, Field } from './catalog.ts'
import { displayParts } from './display.ts'
import { isToMany } from './filter-tree.ts'

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

/**
 * The columns of items that a relation leads to: the usual ones without the way back. A junction's links are often
 * hidden, and are all that it has to say.
 */
export function relatedColumns(target: Collection, inverse: string | null, most: number): readonly Field[] {
  const usual = defaultColumns(target).filter((field) => field.name !== inverse)
  const hiddenLinks = [...target.fields.values()].filter(
    (field) => field.isHidden && field.relation?.kind === 'm2o' && field.name !== inverse,
  )
  return [...(usual.length < 3 ? hiddenLinks : []), ...usual].slice(0, most)
}

/** The to-many relations that an item's page shows. A junction with nothing but links is left to the m2m that goes through it. */
export function shownRelations(catalog: Catalog, collection: Collection): readonly Field[] {
  const lists = [...collection.fields.values()].filter((field) => isToMany(field) && !field.isHidden)
  const junctions = new Set(lists.map((field) => field.relation?.junction))
  return lists.filter((field) => {
    const target = catalog.collections.get(field.relation?.collections[0] ?? '')
    if (target === undefined) return false
    const isBareJunction = [...target.fields.values()].every((each) => each.relation?.kind === 'm2o')
    return !(field.relation?.kind === 'o2m' && junctions.has(target.name) && isBareJunction)
  })
}

/** The path that sorts by this column; a link sorts by what names its item. null where sorting can't be asked. */
export function sortPathOf(catalog: Catalog, field: Field): string | null {
  const target =
    field.relation?.kind === 'm2o' ? catalog.collections.get(field.relation.collections[0] ?? '') : undefined
  if (target !== undefined) {
    const named = displayParts(catalog, target).find((part) => part.kind === 'field')
    const last = named?.path.at(-1)
    if (named !== undefined && last?.isSortable === true)
      return [field, ...named.path].map((step) => step.name).join('.')
  }
  return field.isSortable ? field.name : null
}

/** ascending → descending → not at all, keeping the other sorts when `isAdding`. */
export function nextSort(current: readonly string[], path: string, isAdding: boolean): readonly string[] {
  const others = isAdding ? current.filter((entry) => entry !== path && entry !== `-${path}`) : []
  if (current.includes(path)) return [...others, `-${path}`]
  if (current.includes(`-${path}`)) return others
  return [...others, path]
}
