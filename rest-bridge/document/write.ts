/**
 * A write → a GraphQL mutation with one root field, so that one request is one transaction. Item data travels as it came, in
 * `json`: what it may hold, and who may write it, is decided in the graph. What the reply shows is selected as in a read.
 */
import { fail } from '#schema-engine/errors.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import { mayWrite } from '#schema-engine/permissions/access-rules.ts'
import type { WriteAction } from '#schema-engine/permissions/access.ts'
import type { Scope } from '#subgraph/graph.ts'
import type { WriteNames } from '#subgraph/names.ts'
import { invalid } from '../parse/invalid.ts'
import type { RestQuery } from '../parse/rest-query.ts'
import { denied, namesOf, type DocumentContext } from './context.ts'
import { graphFilter } from './filter.ts'
import { filterType, offsetOf, printLevel, sortTexts } from './print.ts'
import { isInScope, readableCollection } from './read.ts'
import { isShown, usableField } from './resolve.ts'
import { selectFields } from './selection.ts'
import { createWriter, type Writer } from './writer.ts'

export type WriteKind = keyof typeof writes

/** Each way to write: the right it needs, its root field, and the arguments that the request fills. */
const writes = {
  'create-one': { action: 'create', root: 'createOne', args: { json: 'JSON!' } },
  'create-many': { action: 'create', root: 'createMany', args: { json: 'JSON!' } },
  'update-one': { action: 'update', root: 'updateOne', args: { id: 'ID!', json: 'JSON!' } },
  'update-me': { action: 'update', root: null, args: { json: 'JSON!' } },
  'update-many': { action: 'update', root: 'updateMany', args: { json: 'JSON!' } },
  'update-each': { action: 'update', root: 'updateBatch', args: { json: 'JSON!' } },
  singleton: { action: 'update', root: 'updateSingleton', args: { json: 'JSON!' } },
  'delete-one': { action: 'delete', root: 'deleteOne', args: { id: 'ID!' } },
  'delete-many': { action: 'delete', root: 'deleteMany', args: {} },
} as const satisfies Readonly<Record<string, Write>>

type Write = {
  readonly action: WriteAction
  /** null: that of the user who asks. */
  readonly root: keyof WriteNames | null
  readonly args: Readonly<Record<string, string>>
}

export type WriteDocument = {
  /** One root field, `data`. */
  readonly document: string
  /** Those that the document's own text needs; `id`, `ids`, `ifMatch` and `json` are the request's. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly scope: Scope
  /** `none`: nothing can be shown of what was written. */
  readonly shows: 'item' | 'list' | 'none'
}

/** How a write is asked for, beside what is written. */
export type WriteManner = {
  /** What the reply shows. */
  readonly query: RestQuery
  readonly isDryRun: boolean
  readonly hasPrecondition: boolean
}

/** @throws FORBIDDEN for a collection that does not exist or may not be written so; the same words for both */
export function writableCollection(context: DocumentContext, name: string, kind: WriteKind): Collection {
  const { action } = writes[kind]
  const collection = context.model.collections.get(name)
  const isWritable =
    collection !== undefined &&
    isInScope(context, collection) &&
    context.names.has(name) &&
    !collection.isReadOnly &&
    (action === 'create' || collection.isSingleton || collection.primaryKey.length > 0) &&
    mayWrite(context.access, name, action)
  return isWritable
    ? collection
    : fail('FORBIDDEN', { reason: `The collection "${name}" does not exist, or you may not ${action} its items.` })
}

/**
 * The document of a write to items that are named by their keys, or hold them.
 *
 * @throws FORBIDDEN, INVALID_QUERY for what the reply shall show
 */
export function writeDocument(
  context: DocumentContext,
  collection: Collection,
  kind: WriteKind,
  manner: WriteManner,
): WriteDocument {
  const writer = createWriter()
  const args = ownArguments(writer, kind, manner)
  if (kind === 'update-many' || kind === 'delete-many') args.push(`ids:${writer.variable('ids', '[ID!]!', null)}`)
  return rootDocument(context, writer, collection, kind, manner, args)
}

/**
 * The document of a write to those items that a query finds: of its parameters, those that say which items a list has.
 *
 * @throws FORBIDDEN, INVALID_QUERY
 */
export function writeByQueryDocument(
  context: DocumentContext,
  collection: Collection,
  kind: 'update-many' | 'delete-many',
  target: RestQuery,
  manner: WriteManner,
): WriteDocument {
  readableCollection(context, collection.name)
  if (!mayReadBack(context, collection)) denied('query', collection.name)
  if (target.aggregate !== null) invalid('query.aggregate', "can't say which items are meant")
  if (target.groupBy !== null) invalid('query.groupBy', "can't say which items are meant")
  const writer = createWriter()
  const args = ownArguments(writer, kind, manner)
  const add = (name: string, type: string, value: unknown): void => {
    args.push(`${name}:${writer.variable(name, type, value)}`)
  }
  if (target.filter !== null) {
    const filter = graphFilter(context, collection, target.filter, 'query.filter')
    add('filter', filterType(context, collection), filter)
  }
  if (target.search !== null) add('search', 'String', target.search)
  if (target.sort.length > 0) add('sort', '[String]', sortTexts(context, collection, target.sort, 'query.sort'))
  if (target.limit !== null) add('limit', 'Int', target.limit)
  const offset = offsetOf(target, target.limit ?? -1)
  if (offset !== null) add('offset', 'Int', offset)
  return rootDocument(context, writer, collection, kind, manner, args)
}

function ownArguments(writer: Writer, kind: WriteKind, { hasPrecondition }: WriteManner): string[] {
  const args = Object.entries(writes[kind].args).map(([name, type]) => `${name}:${writer.variable(name, type, null)}`)
  if (!hasPrecondition) return args
  if (kind !== 'update-one' && kind !== 'delete-one') return invalid('If-Match', 'is for one item by its key')
  return [...args, `ifMatch:${writer.variable('ifMatch', 'String', null)}`]
}

function rootDocument(
  context: DocumentContext,
  writer: Writer,
  collection: Collection,
  kind: WriteKind,
  manner: WriteManner,
  args: readonly string[],
): WriteDocument {
  const { action, root } = writes[kind]
  refuseListParameters(manner.query)
  const isDeletion = action === 'delete'
  const isReadBack = !isDeletion && mayReadBack(context, collection)
  const below = isReadBack ? selectionOf(context, writer, collection, manner.query) : ''
  const shown = isDeletion ? (kind === 'delete-one' ? '{id}' : '{ids}') : below
  const name = root === null ? 'update_users_me' : namesOf(context, collection.name).writes[root]
  const given = args.length === 0 ? '' : `(${args.join(',')})`
  return {
    document: writer.mutation(`data:${name}${given}${shown}`, manner.isDryRun ? ['@dryRun'] : []),
    variables: writer.variables(),
    scope: context.scope,
    shows: !isReadBack ? 'none' : isListKind(kind) ? 'list' : 'item',
  }
}

/** Written items are found again by their key. */
const mayReadBack = (context: DocumentContext, collection: Collection): boolean =>
  isShown(context, collection) &&
  (collection.isSingleton ||
    (collection.primaryKey.length > 0 &&
      collection.primaryKey.every((key) => usableField(context, collection, key, 'filter') !== null)))

const isListKind = (kind: WriteKind): boolean =>
  kind === 'create-many' || kind === 'update-many' || kind === 'update-each'

function selectionOf(context: DocumentContext, writer: Writer, collection: Collection, query: RestQuery): string {
  const level = selectFields(context, collection, query.fields, query, query.backlink)
  return printLevel(context, writer, level, 'deep')
}

/** In the query string of a write they could be taken for saying which items are meant. */
function refuseListParameters(query: RestQuery): void {
  for (const name of ['filter', 'search', 'aggregate', 'groupBy', 'version'] as const) {
    if (query[name] !== null) invalid(name, "can't be used with a write; its query string says what the reply shows")
  }
}
