/** REST and GraphQL over one database in process: the bridge's own routes, without a socket. */
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { fail } from '#schema-engine/errors.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { errorReply, publicError } from '#rest-bridge/http/error-reply.ts'
import { createRouter } from '#rest-bridge/http/router.ts'
import { routes } from '#rest-bridge/routes/index.ts'
import { readSettings } from '#rest-bridge/settings/read.ts'
import type { BridgeReply, BridgeRequest, Services } from '#rest-bridge/routes/route.ts'
import type { Settings } from '#rest-bridge/settings/settings.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import type { Caller, Graph, GraphResult, Scope } from '#subgraph/graph.ts'
import { createGraph } from '#subgraph/server.ts'
import type { TestDatabase } from './databases.ts'

export type RestReply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export type RestRequest = {
  readonly method?: string
  /** `/items/articles?limit=1`, encoded. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Default: everything. */
  readonly access?: Access
}

export type ItemsClient = {
  readonly engine: Engine
  readonly graph: Graph
  readonly settings: Settings
  readonly rest: (request: RestRequest) => Promise<RestReply>
  readonly graphql: (
    document: string,
    variables?: Readonly<Record<string, unknown>>,
    access?: Access,
    scope?: Scope,
  ) => Promise<GraphResult>
  /** Errors that were nobody's input; a test expects none. */
  readonly unexpected: readonly unknown[]
  readonly close: () => Promise<void>
}

const findRoute = createRouter(routes)

/** The moment that `$NOW` means, so that replies can be compared. */
const now = new Date('2024-06-01T12:00:00Z')

export async function openItems(
  database: TestDatabase,
  variables: Readonly<Record<string, string>> = {},
): Promise<ItemsClient> {
  const engine = await createEngine({ database: database.settings, excludeTables: [], checkIntervalMs: null })
  const unexpected: unknown[] = []
  const graph = createGraph({ engine, onUnexpected: (error) => unexpected.push(error) })
  const settings = readSettings(variables)
  return {
    engine,
    graph,
    settings,
    unexpected,
    rest: (request) => send(request, { engine, graph, settings }),
    graphql: (document, values = {}, access = fullAccess, scope = 'items') =>
      graph.execute({
        scope,
        document,
        variables: values,
        operationName: null,
        caller: callerWith(access),
        readOnly: false,
      }),
    close: async () => {
      await graph.close()
      await engine.close()
      await database.drop()
    },
  }
}

const callerWith = (access: Access): Caller => ({
  actor: { kind: 'system', reason: 'admin-token' },
  access,
  facts: { now, user: null, role: null, roles: [], policies: [] },
})

const counters = createMemoryCounters()

async function send(
  { method = 'GET', url, headers = {}, body = '', access = fullAccess }: RestRequest,
  services: Omit<Services, 'counters'>,
): Promise<RestReply> {
  const at = url.indexOf('?')
  const path = at < 0 ? url : url.slice(0, at)
  const request: Omit<BridgeRequest, 'params'> = {
    method,
    path,
    query: at < 0 ? '' : url.slice(at + 1),
    headers,
    body: async () => Buffer.from(body),
    stream: async function* () {
      yield Buffer.from(body)
    },
    caller: callerWith(access),
    requestId: 'test',
  }
  const answer = async (): Promise<BridgeReply> => {
    const match = findRoute(method, path)
    if (match?.kind !== 'route') return fail('ROUTE_NOT_FOUND', { path })
    return match.route.handle({ ...request, params: match.params }, { ...services, counters })
  }
  const reply = await answer().catch((error: unknown) => errorReply(publicError(error)))
  return { status: reply.status, headers: reply.headers, text: await textOf(reply) }
}

async function textOf({ body }: BridgeReply): Promise<string> {
  if (body === null) return ''
  if (typeof body === 'string') return body
  if (Buffer.isBuffer(body)) return body.toString('utf8')
  let text = ''
  for await (const part of body) text += part
  return text
}
