/** The documents that the Studio sends for items, built from the catalog. Pure: the same question gives the same text. */
import type { Catalog, Collection, Field } from './catalog.ts'
import { type FilterJson, toGraphqlFilter } from './filter-json.ts'
import { keyParts } from './key.ts'
import { rowSelection } from './selection.ts'

/** Decimals and bigints come as text, which loses no digit. */
const exactly = ' @wire(format: REST)'

export type GraphqlRequest = { readonly document: string; readonly variables: Readonly<Record<string, unknown>> }

/** What a list of items shows. `page` is 1-based, `size` in rows. */
export type ListQuestion = {
  readonly fields: readonly Field[]
  readonly filter: FilterJson | null
  readonly sort: readonly string[]
  readonly search: string
  readonly page: number
  readonly size: number
}

/**
 * A page of items as `items`, and how many there are in all as `total { countAll }`: one operation.
 *
 * @throws FilterError when the filter names what isn't there
 */
export function listRequest(catalog: Catalog, collection: Collection, question: ListQuestion): GraphqlRequest {
  const { type, list, aggregated } = collection.graphql
  const given = [
    ...(question.filter === null
      ? []
      : [['filter', `${type}_filter`, toGraphqlFilter(catalog, collection, question.filter)] as const]),
    ...(question.search === '' ? [] : [['search', 'String', question.search] as const]),
  ]
  const paging = [
    ...(question.sort.length === 0 ? [] : [['sort', '[String]', question.sort] as const]),
    ['limit', 'Int', question.size] as const,
    ['offset', 'Int', (question.page - 1) * question.size] as const,
  ]
  const all = [...given, ...paging]
  const declare = all.map(([name, graphqlType]) => `$${name}: ${graphqlType}`).join(', ')
  const pass = (names: readonly (readonly [string, ...unknown[]])[]) =>
    names.map(([name]) => `${name}: $${name}`).join(', ')
  const total =
    aggregated === null ? '' : `\n  total: ${aggregated}${given.length === 0 ? '' : `(${pass(given)})`} { countAll }`
  return {
    document: `query List(${declare})${exactly} {\n  items: ${list}(${pass(all)}) { ${rowSelection(catalog, collection, question.fields)} }${total}\n}`,
    variables: Object.fromEntries(all.map(([name, , value]) => [name, value])),
  }
}

/** One item by its key, as `item`; a singleton has none. */
export function itemRequest(
  catalog: Catalog,
  collection: Collection,
  fields: readonly Field[],
  key: string | null,
): GraphqlRequest {
  return aroundItem(collection, key, rowSelection(catalog, collection, fields), [])
}

/** A page of one to-many relation of an item, as `item { related, count { count } }`. One row more than shown tells of a next page. */
export type RelatedQuestion = {
  readonly field: Field
  readonly target: Collection
  readonly fields: readonly Field[]
  readonly sort: readonly string[]
  readonly page: number
  readonly size: number
}

export function relatedRequest(
  catalog: Catalog,
  collection: Collection,
  key: string | null,
  question: RelatedQuestion,
): GraphqlRequest {
  const { value, functions } = question.field.graphql
  const variables = [
    ...(question.sort.length === 0 ? [] : [['sort', '[String]', question.sort] as const]),
    ['limit', 'Int', question.size + 1] as const,
    ['offset', 'Int', (question.page - 1) * question.size] as const,
  ]
  const pass = variables.map(([name]) => `${name}: $${name}`).join(', ')
  const rows = `related: ${value}(${pass}) { ${rowSelection(catalog, question.target, question.fields)} }`
  return aroundItem(collection, key, functions === null ? rows : `${rows} count: ${functions} { count }`, variables)
}

function aroundItem(
  collection: Collection,
  key: string | null,
  selection: string,
  variables: readonly (readonly [name: string, type: string, value: unknown])[],
): GraphqlRequest {
  const { list, byId } = collection.graphql
  const id = collection.isSingleton || key === null ? [] : [['id', 'ID!', key] as const]
  const all = [...id, ...variables]
  const declare = all.length === 0 ? '' : `(${all.map(([name, type]) => `$${name}: ${type}`).join(', ')})`
  const root = id.length === 0 ? list : `${byId ?? list}(id: $id)`
  return {
    document: `query Item${declare}${exactly} {\n  item: ${root} { ${selection} }\n}`,
    variables: Object.fromEntries(all.map(([name, , value]) => [name, value])),
  }
}

/** The filter of the items that a to-many field leads to, for a list of their own; null where there is no way back. */
export function relatedFilter(catalog: Catalog, collection: Collection, field: Field, key: string): FilterJson | null {
  const inverse = field.relation?.inverse ?? wayBack(catalog, collection, field)
  if (inverse === null) return null
  return { [inverse]: Object.fromEntries(keyParts(collection, key).map(([name, value]) => [name, { _eq: value }])) }
}

/** The m2m on the far side that goes through the same junction. */
function wayBack(catalog: Catalog, collection: Collection, field: Field): string | null {
  const far = catalog.collections.get(field.relation?.collections[0] ?? '')
  const back = [...(far?.fields.values() ?? [])].find(
    ({ name, collection: of, relation }) =>
      relation?.kind === 'm2m' &&
      relation.junction === field.relation?.junction &&
      relation.collections[0] === collection.name &&
      (of !== collection.name || name !== field.name),
  )
  return back?.name ?? null
}
