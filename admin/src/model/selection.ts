/** GraphQL selections of items, as text, built from the catalog: what a cell, a page or a link needs to be shown. */
import type { Catalog, Collection, Field } from './catalog.ts'
import { displayParts, fallbackField } from './display.ts'

/** Fields of a row by their real names → a selection; the key and what names the item always come. */
export function rowSelection(catalog: Catalog, collection: Collection, fields: readonly Field[]): string {
  const lines = new Set<string>()
  for (const line of identityLines(catalog, collection)) lines.add(line)
  for (const field of fields) for (const line of fieldLines(catalog, field)) lines.add(line)
  // A keyless collection of relations alone could leave nothing: a selection is never empty.
  return lines.size === 0 ? '__typename' : [...lines].join(' ')
}

/** What is needed to link to an item and to name it. */
export function identitySelection(catalog: Catalog, collection: Collection): string {
  const lines = identityLines(catalog, collection)
  return lines.length === 0 ? '__typename' : lines.join(' ')
}

function identityLines(catalog: Catalog, collection: Collection): readonly string[] {
  const keys = collection.primaryKey.flatMap((name) => {
    const field = collection.fields.get(name)
    return field === undefined ? [] : [field.relation === null ? field.graphql.value : (field.graphql.keys ?? '')]
  })
  const named = displayParts(catalog, collection).flatMap((part) =>
    part.kind === 'field' ? [nest(catalog, part.path)] : [],
  )
  const fallback = fallbackField(collection)
  const instead = fallback === null ? [] : [fallback.graphql.value]
  return [...new Set([...keys, ...named, ...instead])].filter((line) => line !== '')
}

/** `customer { name }` of the path customer, name; the links on the way bring their own keys. */
function nest(catalog: Catalog, path: readonly Field[]): string {
  const [field, ...rest] = path
  if (field === undefined) return ''
  return rest.length === 0 ? field.graphql.value : `${field.graphql.value} { ${nest(catalog, rest)} }`
}

function fieldLines(catalog: Catalog, field: Field): readonly string[] {
  const { value, functions, keys } = field.graphql
  if (field.relation === null) return [value]
  const targets = field.relation.collections.flatMap((name) => catalog.collections.get(name) ?? [])
  switch (field.relation.kind) {
    case 'm2o': {
      const target = targets[0]
      return [
        ...(keys === null ? [] : [keys]),
        ...(target === undefined ? [] : [`${value} { ${identitySelection(catalog, target)} }`]),
      ]
    }
    case 'o2m':
    case 'm2m':
      return functions === null ? [] : [`${functions} { count }`]
    case 'm2a':
      return targets.length === 0
        ? []
        : [`${value} { __typename ${targets.map((target) => memberSelection(catalog, target)).join(' ')} }`]
  }
}

/** Members of a union may have fields of one name and several types: each member's get a prefix of their own. */
export function memberSelection(catalog: Catalog, target: Collection): string {
  const lines = identityLines(catalog, target).filter((line) => !line.includes('{'))
  return `... on ${target.graphql.type} { ${lines.map((line) => `${memberAlias(target, line)}: ${line}`).join(' ') || '__typename'} }`
}

/** The reply's key of a member's field. */
export const memberAlias = (target: Collection, field: string): string => `${target.graphql.type}__${field}`
