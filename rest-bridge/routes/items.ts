/** `/items`: lists, groups, single items and exports of the user's collections. */
import type { Model } from '#schema-engine/model/model.ts'
import type { GraphRequest } from '#subgraph/graph.ts'
import { createPreparedDocuments } from '../document/prepared.ts'
import type { DocumentContext } from '../document/context.ts'
import { readableCollection, readDocument, readOneDocument, type RestDocument, withId } from '../document/read.ts'
import { parseQuery } from '../parse/parse.ts'
import { limitsOf } from '../parse/limits.ts'
import { parseQueryString } from '../parse/query-string.ts'
import type { ExportFormat, RestQuery } from '../parse/rest-query.ts'
import { parseSearchBody } from '../parse/search-body.ts'
import { columnsOf } from '../reply/columns.ts'
import { dataReply, dataText } from '../reply/data.ts'
import { exportReply } from '../reply/export.ts'
import { jsonReply } from './json-reply.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

/** Items of an export that are read at once. */
const exportBatchSize = 5000

type Prepared = RestDocument & { readonly export: ExportFormat | null }

const prepared = createPreparedDocuments<Prepared>()

const readItems: Route = {
  methods: ['GET', 'SEARCH'],
  path: '/items/:collection',
  doc: 'Items of a collection, groups of them, or a file of them; of a singleton, its item.',
  handle: (request, services) =>
    request.method === 'SEARCH' ? searchItems(request, services) : listItems(request, services),
}

const readItem: Route = {
  methods: ['GET'],
  path: '/items/:collection/:id',
  doc: 'One item by its key.',
  handle: async (request, services) => {
    const name = request.params['collection'] ?? ''
    const id = request.params['id'] ?? ''
    const context = contextOf(request, services)
    const found = prepared.get(context.model, context.access, `one\n${name}\n${request.query}`, () => {
      const query = parseQuery(parseQueryString(request.query, context.limits), context.limits)
      return withExport(readOneDocument(context, readableCollection(context, name), query), query)
    })
    const collection = readableCollection(context, name)
    return answer(name, withId(collection, found, id), request, services)
  },
}

export const itemRoutes: readonly Route[] = [readItems, readItem]

async function listItems(request: BridgeRequest, services: Services): Promise<BridgeReply> {
  const name = request.params['collection'] ?? ''
  const context = contextOf(request, services)
  const found = prepared.get(context.model, context.access, `list\n${name}\n${request.query}`, () => {
    const query = parseQuery(parseQueryString(request.query, context.limits), context.limits)
    return withExport(readDocument(context, readableCollection(context, name), query), query)
  })
  return answer(name, found, request, services)
}

async function searchItems(request: BridgeRequest, services: Services): Promise<BridgeReply> {
  const name = request.params['collection'] ?? ''
  const context = contextOf(request, services)
  const body = await request.body()
  const text = body.toString('latin1') // a key to keep it under: one character for each byte
  const found = prepared.get(context.model, context.access, `search\n${name}\n${text}`, () => {
    const { query: parameters, keys } = parseSearchBody(body)
    const query = parseQuery(parameters, context.limits)
    return withExport(readDocument(context, readableCollection(context, name), query, keys), query)
  })
  return answer(name, found, request, services)
}

const withExport = (document: RestDocument, query: RestQuery): Prepared => ({ ...document, export: query.export })

async function answer(
  collection: string,
  document: Prepared,
  request: BridgeRequest,
  services: Services,
): Promise<BridgeReply> {
  const { graph } = services
  const asked = graphRequest(document, request)
  if (request.caller.access.isFull && prefersExplanation(request)) {
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
  const maxLimit = limitsOf(settings).maxLimit
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

const graphRequest = ({ scope, document, variables }: RestDocument, { caller }: BridgeRequest): GraphRequest => ({
  scope,
  document,
  variables,
  operationName: null,
  caller,
  readOnly: true,
  writtenBy: 'bridge',
})

/** `Prefer: explain` (RFC 7240), for who may see everything; others' preference is not met, which is no error. */
function prefersExplanation({ headers }: BridgeRequest): boolean {
  const preferences = headers['prefer']
  const text = Array.isArray(preferences) ? preferences.join(',') : (preferences ?? '')
  return text.split(',').some((preference) => preference.split(';')[0]?.trim().toLowerCase() === 'explain')
}

function contextOf({ caller }: BridgeRequest, { engine, settings }: Services): DocumentContext {
  const model: Model = engine.live.current()
  return { model, names: prepared.names(model), access: caller.access, limits: limitsOf(settings) }
}
