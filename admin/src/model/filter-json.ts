/**
 * Filters as the public API writes them, with real field names: `{"customer":{"country":{"_eq":"DE"}}}`. This is what
 * stands in the address bar. Here they become GraphQL's filter inputs, whose names can differ.
 */
import type { Catalog, Collection, Field } from './catalog.ts'

export type FilterJson = { readonly [key: string]: unknown }

/** The filter names something that the collection doesn't have. The message says what. */
export class FilterError extends Error {
  override readonly name = 'FilterError'
}

/** What stands where a filter should is none. */
export class UnreadableFilterError extends Error {
  override readonly name = 'UnreadableFilterError'
}

/**
 * A filter with real names → the GraphQL filter input.
 *
 * @throws FilterError when a name is unknown, or a part isn't what it must be
 */
export function toGraphqlFilter(catalog: Catalog, collection: Collection, filter: FilterJson): FilterJson {
  const parts = Object.entries(filter).map(([key, value]) => toGraphqlPart(catalog, collection, key, value))
  const keys = parts.map((part) => Object.keys(part)[0])
  // Two real keys can meet in one GraphQL key (`year(date)` and `month(date)`): then all must hold, one by one.
  return new Set(keys).size === keys.length ? Object.assign({}, ...parts) : { _and: parts }
}

function toGraphqlPart(catalog: Catalog, collection: Collection, key: string, value: unknown): FilterJson {
  switch (key) {
    case '_and':
    case '_or':
      return { [key]: listOf(value, key).map((part) => toGraphqlFilter(catalog, collection, objectOf(part, key))) }
    case '_not':
    case '_some':
    case '_none':
      return { [key]: toGraphqlFilter(catalog, collection, objectOf(value, key)) }
  }
  const call = /^(\w+)\((.+)\)$/.exec(key)
  const field = fieldOf(collection, call?.[2] ?? key)
  if (call?.[1] !== undefined) {
    if (field.graphql.functions === null) throw new FilterError(`"${field.label}" has no function "${call[1]}".`)
    return { [field.graphql.functions]: { [call[1]]: operatorsOf(value) } }
  }
  return field.relation === null
    ? { [field.graphql.value]: operatorsOf(value) }
    : throughRelation(catalog, field, value)
}

function throughRelation(catalog: Catalog, field: Field, value: unknown): FilterJson {
  const isToMany = field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'
  if (!isObject(value) || Object.keys(value).every((key) => isOperator(key))) {
    return isToMany ? byCount(field, operatorsOf(value)) : byKey(field, operatorsOf(value))
  }
  const target = catalog.collections.get(field.relation?.collections[0] ?? '')
  if (target === undefined || field.relation?.kind === 'm2a')
    throw new FilterError(`"${field.label}" leads to nothing that can be filtered.`)
  return { [field.graphql.value]: toGraphqlFilter(catalog, target, value) }
}

/** Has it any related items, or none? */
function byCount(field: Field, operators: FilterJson): FilterJson {
  const [operator, operand] = Object.entries(operators)[0] ?? []
  if (field.graphql.functions === null || (operator !== '_null' && operator !== '_nnull')) {
    throw new FilterError(`"${field.label}" is a list: it can only be asked whether it has items, or for their fields.`)
  }
  const hasItems = (operator === '_nnull') === (operand !== false)
  return { [field.graphql.functions]: { count: hasItems ? { _gt: 0 } : { _eq: 0 } } }
}

function byKey(field: Field, operators: FilterJson): FilterJson {
  if (field.graphql.keys === null) throw new FilterError(`"${field.label}" can't be filtered by its key.`)
  return { [field.graphql.keys]: operators }
}

function fieldOf(collection: Collection, name: string): Field {
  const field = collection.fields.get(name)
  if (field === undefined) throw new FilterError(`"${collection.label}" has no field "${name}".`)
  return field
}

const logical = ['_and', '_or', '_not', '_some', '_none']

/** A comparison, not a word that joins conditions. */
export const isOperator = (key: string): boolean => key.startsWith('_') && !logical.includes(key)

/** A bare value means `_eq`. */
const operatorsOf = (value: unknown): FilterJson => (isObject(value) ? value : { _eq: value })

export const isObject = (value: unknown): value is FilterJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function objectOf(value: unknown, key: string): FilterJson {
  if (!isObject(value)) throw new FilterError(`"${key}" needs a filter.`)
  return value
}

function listOf(value: unknown, key: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new FilterError(`"${key}" needs a list of filters.`)
  return value
}
