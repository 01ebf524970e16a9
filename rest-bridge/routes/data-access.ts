/**
 * Reading and writing one collection by REST: a request becomes one document, its result one reply. `items.ts` and
 * `system.ts` say under which paths which collections are.
 */
import type { Key } from '#schema-engine/actor.ts'
import { fail } from '#schema-engine/errors.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import { forExport } from '#schema-engine/permissions/access-rules.ts'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import type { GraphRequest, Scope } from '#subgraph/graph.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import type { DocumentContext } from '../document/context.ts'
import { createPreparedDocuments } from '../document/prepared.ts'
import {
  checkKey,
  readableCollection,
  readDocument,
  readMeDocument,
  readOneDocument,
  type RestDocument,
  withId,
} from '../document/read.ts'
import { isShown } from '../document/resolve.ts'
import {
  writableCollection,
  writeByQueryDocument,
  writeDocument,
  type WriteDocument,
  type WriteKind,
  type WriteManner,
} from '../document/write.ts'
import { malformed } from '../parse/json-body.ts'
import { limitsOf } from '../parse/limits.ts'
import { parseQuery } from '../parse/parse.ts'
import { ifMatchOf, prefers } from '../parse/preferences.ts'
import { parseQueryString } from '../parse/query-string.ts'
import type { ExportFormat, RestQuery } from '../parse/rest-query.ts'
import { parseSearchBody } from '../parse/search-body.ts'
import {
  parseCreateBody,
  parseDeleteBody,
  parseItemBody,
  parseUpdateBody,
  type BodyTarget,
} from '../parse/write-body.ts'
import { columnsOf } from '../reply/columns.ts'
import { dataReply, dataText } from '../reply/data.ts'
import { exportReply } from '../reply/export.ts'
import { writtenReply } from '../reply/written.ts'
import { jsonReply } from './json-reply.ts'
import type { BridgeReply, BridgeRequest, Services } from './route.ts'

/** What a request is about. */
export type Served = {
  readonly scope: Scope
  /** By its real name, `directus_users`. */
  readonly collection: string
}

type Handle = (served: Served, request: BridgeRequest, services: Services) => Promise<BridgeReply>

/** Items of an export that are read at once. */
const exportBatchSize = 5000

type Prepared = RestDocument & { readonly export: ExportFormat | null }

const preparedReads = createPreparedDocuments<Prepared>()
const preparedWrites = createPreparedDocuments<WriteDocument>()

/** `GET /X`: a list, groups, a file of them; of a singleton its item. */
export const readList: Handle = async (served, request, services) => {
  const context = contextOf(served, request, services)
  const found = preparedReads.get(context.model, context.access, keyOf('list', served, request.query), () => {
    const query = queryOf(request, context)
    return withExport(readDocument(context, readableCollection(context, served.collection), query), query)
  })
  const narrowed = exportingIn(found, request)
  return narrowed === null
    ? answerRead(served.collection, found, request, services)
    : readList(served, narrowed, services)
}

/** `SEARCH /X`: as `readList`, with the query in the body. */
export const searchList: Handle = async (served, request, services) => {
  const context = contextOf(served, request, services)
  const body = await request.body()
  const text = body.toString('latin1') // a key to keep it under: one character for each byte
  const found = preparedReads.get(context.model, context.access, keyOf('search', served, text), () => {
    const { query: parameters, keys } = parseSearchBody(body)
    const query = parseQuery(parameters, context.limits)
    return withExport(readDocument(context, readableCollection(context, served.collection), query, keys), query)
  })
  const narrowed = exportingIn(found, request)
  if (narrowed !== null) return searchList(served, { ...narrowed, body: async () => body }, services)
  return answerRead(served.collection, found, request, services)
}

/** `GET /X/:id` */
export const readOne: Handle = async (served, request, services) => {
  const context = contextOf(served, request, services)
  const found = preparedReads.get(context.model, context.access, keyOf('one', served, request.query), () => {
    const query = queryOf(request, context)
    return withExport(readOneDocument(context, readableCollection(context, served.collection), query), query)
  })
  const narrowed = exportingIn(found, request)
  if (narrowed !== null) return readOne(served, narrowed, services)
  const collection = readableCollection(context, served.collection)
  return answerRead(served.collection, withId(collection, found, idOf(request)), request, services)
}

/** `GET /users/me`. Who may not see himself is told his key; the guest of a share, which one it is. */
export const readMe: Handle = async (served, request, services) => {
  const { actor } = request.caller
  if (actor.kind === 'share') return jsonReply({ data: { share: actor.share } })
  const context = contextOf(served, request, services)
  const own = jsonReply({ data: { id: userOf(request) } })
  const collection = context.model.collections.get(served.collection)
  if (collection === undefined || !isShown(context, collection)) return own
  const found = preparedReads.get(context.model, context.access, keyOf('me', served, request.query), () =>
    withExport(readMeDocument(context, collection, queryOf(request, context)), queryOf(request, context)),
  )
  const result = await services.graph.execute({ ...graphRequest(found, request), readOnly: true })
  const isUnseen =
    result.data?.get('data') === 'null' && result.errors.every(({ extensions: { code } }) => code === 'FORBIDDEN')
  return isUnseen ? own : dataReply(result, found.shape)
}

/** `PATCH /users/me` */
export const updateMe: Handle = async (served, request, services) => {
  userOf(request)
  writableCollection(contextOf(served, request, services), served.collection, 'update-me')
  return write('update-me', { json: parseItemBody(await request.body()) }, served, request, services)
}

/** @throws INVALID_CREDENTIALS for everybody, FORBIDDEN for who is no user */
function userOf({ caller: { actor } }: BridgeRequest): Key {
  if (actor.kind === 'public') return fail('INVALID_CREDENTIALS')
  return actor.kind === 'user' ? actor.user : fail('FORBIDDEN', { reason: 'This token is of no user.' })
}

/** `POST /X`: an item, or a list of them. */
export const createItems: Handle = async (served, request, services) => {
  const context = contextOf(served, request, services)
  const collection = writableCollection(context, served.collection, 'create-one')
  if (collection.isSingleton) return fail('ROUTE_NOT_FOUND', { path: request.path })
  const body = parseCreateBody(await request.body())
  return body.kind === 'one'
    ? write('create-one', { json: body.item }, served, request, services)
    : write('create-many', { json: body.items }, served, request, services)
}

/** `PATCH /X`: items by keys, by a query, or each by the key it holds; of a singleton its item. */
export const updateItems: Handle = async (served, request, services) => {
  const context = contextOf(served, request, services)
  const collection = writableCollection(context, served.collection, 'update-many')
  if (collection.isSingleton) {
    return write('singleton', { json: parseItemBody(await request.body()) }, served, request, services)
  }
  const body = parseUpdateBody(await request.body())
  if (body.kind === 'same') {
    return writeTarget('update-many', body.target, { json: body.data }, served, request, services)
  }
  checkHoldKeys(collection, body.items)
  return write('update-each', { json: body.items }, served, request, services)
}

/** `PATCH /X/:id` */
export const updateItem: Handle = async (served, request, services) => {
  const collection = writableCollection(contextOf(served, request, services), served.collection, 'update-one')
  if (collection.isSingleton) return fail('ROUTE_NOT_FOUND', { path: request.path })
  const json = parseItemBody(await request.body())
  return write('update-one', { id: idOf(request), json }, served, request, services)
}

/** `DELETE /X`: items by keys, or by a query. */
export const deleteItems: Handle = async (served, request, services) => {
  const context = contextOf(served, request, services)
  const collection = writableCollection(context, served.collection, 'delete-many')
  if (collection.isSingleton) return fail('ROUTE_NOT_FOUND', { path: request.path })
  return writeTarget('delete-many', parseDeleteBody(await request.body()), {}, served, request, services)
}

/** `DELETE /X/:id` */
export const deleteItem: Handle = async (served, request, services) =>
  write('delete-one', { id: idOf(request) }, served, request, services)

/** @throws INVALID_PAYLOAD for an item that does not say which one it is */
function checkHoldKeys({ primaryKey }: Collection, items: readonly ItemInput[]): void {
  const missing = primaryKey.find((key) => items.some((item) => item[key] === undefined || item[key] === null))
  if (missing !== undefined) malformed(`Every item must hold its key, "${missing}".`)
}

const idOf = ({ params }: BridgeRequest): string => params['id'] ?? ''

/** The request of who may export less than he may read; null where it stays as it is. */
function exportingIn(document: Prepared, request: BridgeRequest): BridgeRequest | null {
  const { caller } = request
  const access = document.export === null ? caller.access : forExport(caller.access)
  return access === caller.access ? null : { ...request, caller: { ...caller, access } }
}

const withExport = (document: RestDocument, query: RestQuery): Prepared => ({ ...document, export: query.export })

async function answerRead(
  collection: string,
  document: Prepared,
  request: BridgeRequest,
  services: Services,
): Promise<BridgeReply> {
  const { graph } = services
  const asked: GraphRequest = { ...graphRequest(document, request), readOnly: true }
  if (request.caller.access.isFull && prefers(request.headers, 'explain')) {
    const reply = jsonReply({ data: await graph.explain(asked) })
    return { ...reply, headers: { ...reply.headers, 'preference-applied': 'explain' } }
  }
  if (document.export !== null) return exported(collection, document, document.export, asked, services)
  return dataReply(await graph.execute(asked), document.shape)
}

function exported(
  collection: string,
  document: RestDocument,
  format: ExportFormat,
  asked: GraphRequest,
  { graph, settings }: Services,
): Promise<BridgeReply> {
  const { shape, window } = document
  const isPaged = shape.kind === 'list'
  const maxLimit = limitsOf(settings, asked.caller.access).maxLimit
  return exportReply(
    {
      collection,
      format,
      columns: shape.kind === 'aggregated' ? null : columnsOf(shape.level),
      window: isPaged
        ? { ...window, limit: window.limit < 0 ? (maxLimit ?? -1) : window.limit }
        : { limit: 1, offset: 0 },
      batchSize: Math.min(exportBatchSize, maxLimit ?? exportBatchSize),
      now: asked.caller.facts.now,
    },
    async (offset, limit) => {
      const variables = isPaged ? { ...asked.variables, offset, limit } : asked.variables
      const text = dataText(await graph.execute({ ...asked, variables }), shape)
      return typeof text === 'string' && (shape.kind === 'one' || shape.kind === 'singleton') ? `[${text}]` : text
    },
  )
}

/** What the request fills in a document that was made for all like it. */
type Values = { readonly id?: string; readonly ids?: readonly string[]; readonly json?: unknown }

/** Writes items that are named by their keys, or hold them. */
async function write(
  kind: WriteKind,
  values: Values,
  served: Served,
  request: BridgeRequest,
  services: Services,
): Promise<BridgeReply> {
  const context = contextOf(served, request, services)
  const collection = writableCollection(context, served.collection, kind)
  for (const id of values.ids ?? (values.id === undefined ? [] : [values.id])) checkKey(collection, id)
  const ifMatch = ifMatchOf(request.headers)
  const isDryRun = prefers(request.headers, 'dry-run')
  const key = keyOf(`${kind} ${isDryRun} ${ifMatch !== null}`, served, request.query)
  const document = preparedWrites.get(context.model, context.access, key, () =>
    writeDocument(context, collection, kind, mannerOf(request, context)),
  )
  return answerWrite(document, { ...values, ...(ifMatch === null ? {} : { ifMatch }) }, request, services)
}

async function writeTarget(
  kind: 'update-many' | 'delete-many',
  target: BodyTarget,
  values: Values,
  served: Served,
  request: BridgeRequest,
  services: Services,
): Promise<BridgeReply> {
  if (target.kind === 'keys') {
    return write(kind, { ...values, ids: target.keys.map(String) }, served, request, services)
  }
  const context = contextOf(served, request, services)
  const collection = writableCollection(context, served.collection, kind)
  const query = parseQuery(target.query, context.limits)
  const document = writeByQueryDocument(context, collection, kind, query, mannerOf(request, context))
  return answerWrite(document, values, request, services)
}

async function answerWrite(
  document: WriteDocument,
  values: Readonly<Record<string, unknown>>,
  request: BridgeRequest,
  { graph }: Services,
): Promise<BridgeReply> {
  const asked = graphRequest(document, request)
  const result = await graph.execute({ ...asked, variables: { ...asked.variables, ...values }, readOnly: false })
  return writtenReply(result, document.shows)
}

const mannerOf = (request: BridgeRequest, context: DocumentContext): WriteManner => ({
  query: queryOf(request, context),
  isDryRun: prefers(request.headers, 'dry-run'),
  hasPrecondition: ifMatchOf(request.headers) !== null,
})

const graphRequest = (
  { scope, document, variables }: Pick<RestDocument, 'scope' | 'document' | 'variables'>,
  { caller }: BridgeRequest,
): Omit<GraphRequest, 'readOnly'> => ({
  scope,
  document,
  variables,
  operationName: null,
  caller,
  writtenBy: 'bridge',
})

const keyOf = (kind: string, { scope, collection }: Served, rest: string): string =>
  `${kind}\n${scope}\n${collection}\n${rest}`

const queryOf = (request: BridgeRequest, { limits }: DocumentContext): RestQuery =>
  parseQuery(parseQueryString(request.query, limits), limits)

export function contextOf(
  { scope }: Served,
  { caller }: BridgeRequest,
  { engine, settings }: Services,
): DocumentContext {
  const model = engine.live.current()
  return {
    scope,
    model,
    names: nameCollections(model, scope).collections,
    access: caller.access,
    limits: limitsOf(settings, caller.access),
  }
}
