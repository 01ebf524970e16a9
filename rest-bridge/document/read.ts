/**
 * document: RestQuery → a GraphQL document, its variables, and what the reply will look like. Pure; knows the model, its
 * names and who asks, and decides which names may be used. Which rows are seen is decided in the graph, and there alone.
 * Values travel as variables: queries of the same shape have the same text, so that the graph's plan serves them all.
 */
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import { fail } from '#schema-engine/errors.ts'
import { mayRead } from '#schema-engine/permissions/access-rules.ts'
import { decodeKey } from '#schema-engine/query/key.ts'
import type { Scope } from '#subgraph/graph.ts'
import { normalText, shortened } from '../parse/field-path.ts'
import { invalid } from '../parse/invalid.ts'
import type { MetaName, RestQuery } from '../parse/rest-query.ts'
import { groupTexts, printAggregates, type Merge } from './aggregate.ts'
import { denied, namesOf, type DocumentContext } from './context.ts'
import { graphFilter } from './filter.ts'
import { isShown } from './resolve.ts'
import { filterType, offsetOf, printLevel, sortTexts } from './print.ts'
import { selectFields, type Level } from './selection.ts'
import { createWriter, type Writer } from './writer.ts'

/** What `data` of a reply is. */
export type Shape =
  | { readonly kind: 'list'; readonly level: Level }
  /** One item by its key. */
  | { readonly kind: 'one'; readonly level: Level }
  /** The one item of a singleton; with `id`, if that is its key, which the root field `item` tells. */
  | {
      readonly kind: 'singleton'
      readonly level: Level
      readonly id: string | null
      readonly meta: readonly MetaName[]
    }
  | { readonly kind: 'aggregated'; readonly merges: readonly Merge[] }

export type RestDocument = {
  /** Root fields `data`, and `total_count` and `filter_count` where they were asked for. */
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly scope: Scope
  readonly shape: Shape
  /** Items that were asked for at most (-1: all) and skipped; what an export pages through. */
  readonly window: { readonly limit: number; readonly offset: number }
}

/** @throws FORBIDDEN for a collection that does not exist or may not be read; the same words for both */
export function readableCollection(context: DocumentContext, name: string): Collection {
  const collection = context.model.collections.get(name)
  if (collection === undefined || !isInScope(context, collection) || !isShown(context, collection)) {
    return fail('FORBIDDEN', { reason: `The collection "${name}" does not exist, or you may not read it.` })
  }
  return collection
}

/** A collection has root fields in one scope only. */
export const isInScope = ({ scope }: DocumentContext, collection: Collection): boolean =>
  collection.isSystem === (scope === 'system')

/**
 * The document of a list, of groups, or of a singleton's item.
 *
 * @param keys of the items that are meant; null for all
 * @throws FORBIDDEN, INVALID_QUERY, QUERY_TOO_COSTLY
 */
export function readDocument(
  context: DocumentContext,
  collection: Collection,
  query: RestQuery,
  keys: readonly (string | number)[] | null = null,
): RestDocument {
  if (query.aggregate !== null || query.groupBy !== null) return aggregatedDocument(context, collection, query)
  const writer = createWriter()
  const level = selectFields(context, collection, query.fields, query, query.backlink)
  if (collection.isSingleton) return singletonDocument(context, writer, level, query)

  const { list } = namesOf(context, collection.name)
  const limit = query.limit ?? (keys === null ? context.limits.defaultLimit : Math.max(keys.length, 1))
  const filter = keys === null ? query.filter : withKeys(collection, keys, query.filter)
  const sort = sortTexts(context, collection, query.sort, 'sort')
  const args = rootArguments(context, writer, collection, { ...query, filter }, sort, limit)
  const data = `data:${list}${printed(args)}${printLevel(context, writer, level, 'deep')}`
  const found = args.filter((arg) => arg.startsWith('filter:') || arg.startsWith('search:'))
  return {
    document: writer.document([data, ...metaRoots(context, collection, query, found)]),
    variables: writer.variables(),
    scope: context.scope,
    shape: { kind: 'list', level },
    window: { limit, offset: offsetOf(query, limit) ?? 0 },
  }
}

/**
 * The document of one item, whichever; `withId` says which.
 * @throws FORBIDDEN, INVALID_QUERY, QUERY_TOO_COSTLY
 */
export function readOneDocument(context: DocumentContext, collection: Collection, query: RestQuery): RestDocument {
  refuseForOne(query)
  if (collection.primaryKey.length === 0) fail('FORBIDDEN', {})
  const writer = createWriter()
  const level = selectFields(context, collection, query.fields, query, query.backlink)
  if (isRaw(query)) return changesDocument(context, level, query.version)
  const names = namesOf(context, collection.name)
  if (collection.isSingleton) {
    const key = names.fields.get(collection.primaryKey[0] ?? '')?.value
    return key === undefined
      ? fail('FORBIDDEN', {})
      : singletonDocument(context, writer, level, query, [`item:${names.list}{key:${key}}`])
  }
  const id = writer.variable('id', 'ID!', null)
  const version = query.version === null ? '' : `,version:${writer.variable('version', 'String', query.version)}`
  const data = `data:${names.byId}(id:${id}${version})${printLevel(context, writer, level, 'deep')}`
  return itemDocument(context, writer, level, [data, ...metaRoots(context, collection, query, [])])
}

/**
 * The document of the user who asks.
 * @throws FORBIDDEN, INVALID_QUERY, QUERY_TOO_COSTLY
 */
export function readMeDocument(context: DocumentContext, collection: Collection, query: RestQuery): RestDocument {
  refuseForOne(query)
  if (query.version !== null) invalid('version', 'is not for users')
  const writer = createWriter()
  const level = selectFields(context, collection, query.fields, query, query.backlink)
  const data = `data:users_me${printLevel(context, writer, level, 'deep')}`
  return itemDocument(context, writer, level, [data, ...metaRoots(context, collection, query, [])])
}

/** The item itself has no changes. */
const isRaw = (query: RestQuery): query is RestQuery & { readonly version: string } =>
  query.versionRaw && query.version !== null && query.version !== 'main'

/** The document of what a version changes. */
function changesDocument({ access }: DocumentContext, level: Level, version: string): RestDocument {
  if (!mayRead(access, 'directus_versions')) fail('FORBIDDEN', {})
  return {
    document:
      'query($collection:String!$id:ID$version:String!){data:versions_delta(collection:$collection,item:$id,key:$version)}',
    variables: { collection: level.collection.name, id: null, version },
    scope: 'system',
    shape: { kind: 'one', level },
    window: { limit: 1, offset: 0 },
  }
}

const itemDocument = (
  { scope }: DocumentContext,
  writer: Writer,
  level: Level,
  roots: readonly string[],
): RestDocument => ({
  document: writer.document(roots),
  variables: writer.variables(),
  scope,
  shape: { kind: 'one', level },
  window: { limit: 1, offset: 0 },
})

/**
 * The document of one item, with the item's key.
 *
 * @param id as it stands in the path, decoded: the key, or a composite key's opaque text
 * @throws FORBIDDEN when there can't be such a key
 */
export function withId<Document extends RestDocument>(
  collection: Collection,
  document: Document,
  id: string,
): Document {
  checkKey(collection, id)
  const { shape, variables } = document
  return shape.kind === 'singleton'
    ? { ...document, shape: { ...shape, id } }
    : { ...document, variables: { ...variables, id } }
}

/** A key of the wrong type or form is no error of form: there is no such item. @throws FORBIDDEN */
export function checkKey(collection: Collection, id: string): void {
  const [key, ...others] = collection.primaryKey
  if (decodeKey(id, collection.primaryKey.length) === null) fail('FORBIDDEN', {})
  const field = key === undefined ? undefined : collection.fields.get(key)
  if (field === undefined || others.length > 0) return
  try {
    fieldType(field.type).parse(id)
  } catch {
    fail('FORBIDDEN', {})
  }
}

/** What speaks of many items has no meaning for one; ignoring a filter would show what was not asked for. */
function refuseForOne(query: RestQuery): void {
  if (query.filter !== null) invalid('filter', "can't be used with one item")
  if (query.search !== null) invalid('search', "can't be used with one item")
  if (query.aggregate !== null) invalid('aggregate', "can't be used with one item")
  if (query.groupBy !== null) invalid('groupBy', "can't be used with one item")
}

function singletonDocument(
  context: DocumentContext,
  writer: Writer,
  level: Level,
  query: RestQuery,
  moreRoots: readonly string[] = [],
): RestDocument {
  refuseForOne(query)
  if (isRaw(query)) return changesDocument(context, level, query.version)
  const version = query.version === null ? '' : `(version:${writer.variable('version', 'String', query.version)})`
  const data = `data:${namesOf(context, level.collection.name).list}${version}${printLevel(context, writer, level, 'deep')}`
  return {
    document: writer.document([data, ...moreRoots]),
    variables: writer.variables(),
    scope: context.scope,
    shape: { kind: 'singleton', level, id: null, meta: query.meta },
    window: { limit: 1, offset: 0 },
  }
}

function aggregatedDocument(context: DocumentContext, collection: Collection, query: RestQuery): RestDocument {
  if (query.fields?.some((path) => path.text !== '*')) invalid('fields', "can't be used with groups; use groupBy")
  const writer = createWriter()
  const limit = query.limit ?? context.limits.defaultLimit
  const groups = query.groupBy === null ? null : groupTexts(context, collection, query.groupBy)
  const sort = query.sort.map(({ path, isDescending }) => `${isDescending ? '-' : ''}${normalText(path)}`)
  const args = rootArguments(context, writer, collection, query, sort, limit)
  if (groups !== null) args.unshift(`groupBy:${writer.variable('groupBy', '[String]', groups)}`)
  const below = printAggregates(context, writer, collection, query.aggregate ?? [], groups !== null)
  const data = `data:${namesOf(context, collection.name).aggregated}${printed(args)}${below.text}`
  const found = args.filter((arg) => arg.startsWith('filter:') || arg.startsWith('search:'))
  return {
    document: writer.document([data, ...metaRoots(context, collection, query, found)]),
    variables: writer.variables(),
    scope: context.scope,
    shape: { kind: 'aggregated', merges: below.merges },
    window: { limit, offset: offsetOf(query, limit) ?? 0 },
  }
}

function rootArguments(
  context: DocumentContext,
  writer: Writer,
  collection: Collection,
  query: RestQuery,
  sort: readonly string[],
  limit: number,
): string[] {
  const args: string[] = []
  if (query.filter !== null) {
    const filter = graphFilter(context, collection, query.filter, 'filter')
    args.push(`filter:${writer.variable('filter', filterType(context, collection), filter)}`)
  }
  if (query.search !== null) args.push(`search:${writer.variable('search', 'String', query.search)}`)
  if (sort.length > 0) args.push(`sort:${writer.variable('sort', '[String]', sort)}`)
  args.push(`limit:${writer.variable('limit', 'Int', boundedLimit(context, limit))}`)
  const offset = offsetOf(query, limit) ?? (query.export === null ? null : 0) // an export moves on by it
  if (offset !== null) args.push(`offset:${writer.variable('offset', 'Int', offset)}`)
  return args
}

/** All is as many as the bound allows. */
function boundedLimit(context: DocumentContext, limit: number): number {
  const { maxLimit } = context.limits
  return maxLimit !== null && (limit === -1 || limit > maxLimit) ? maxLimit : limit
}

const printed = (args: readonly string[]): string => (args.length === 0 ? '' : `(${args.join(',')})`)

/** Counts are further root fields, and so part of the same statement. */
function metaRoots(
  context: DocumentContext,
  collection: Collection,
  query: RestQuery,
  found: readonly string[],
): readonly string[] {
  const { aggregated } = namesOf(context, collection.name)
  return query.meta.map((name) => `${name}:${aggregated}${name === 'filter_count' ? printed(found) : ''}{countAll}`)
}

/** @throws FORBIDDEN for a collection without a key; INVALID_QUERY for keys of a wrong form */
function withKeys(collection: Collection, keys: readonly (string | number)[], filter: FilterInput | null): FilterInput {
  const [key, ...others] = collection.primaryKey
  if (key === undefined) return denied('keys', collection.name)
  const isOneOf: FilterInput =
    others.length === 0 ? { [key]: { _in: keys } } : { _or: keys.map((id) => compositeFilter(collection, String(id))) }
  return filter === null ? isOneOf : { _and: [isOneOf, filter] }
}

/** The fields of a composite key, out of its opaque text. */
function compositeFilter(collection: Collection, id: string): FilterInput {
  const values = decodeKey(id, collection.primaryKey.length)
  if (values === null) return invalid('keys', `has no key of "${collection.name}" in "${shortened(id)}"`)
  return Object.fromEntries(collection.primaryKey.map((field, index) => [field, { _eq: values[index] }]))
}
