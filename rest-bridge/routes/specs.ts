/** `GET /server/specs/*`: what the caller may do, as OpenAPI and as GraphQL SDL. */
import { fail } from '#schema-engine/errors.ts'
import { finishInSlices, jsonText } from '#schema-engine/slices.ts'
import type { Caller, Scope } from '#subgraph/graph.ts'
import type { Settings } from '../settings/settings.ts'
import { jsonTextReply } from './json-reply.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

export const openApi: Route = {
  methods: ['GET'],
  path: '/server/specs/oas',
  doc: 'What the caller may do, as OpenAPI 3.1.',
  handle: async (request, services) => {
    checkServed(request, services)
    const text = await finishInSlices(jsonText(await openApiFor(request.caller, services)))
    return jsonTextReply(text)
  },
}

/** The same by REST and by GraphQL. Its code is loaded when it is first asked for. */
export async function openApiFor({ access }: Caller, { engine, settings }: Pick<Services, 'engine' | 'settings'>) {
  const { openApiSteps } = await import('../openapi/document.ts')
  return finishInSlices(openApiSteps(engine.live.current(), access, settings))
}

export const graphqlSdl: Route = {
  methods: ['GET'],
  path: '/server/specs/graphql',
  doc: 'The SDL of `/graphql` as the caller sees it, a file.',
  handle: async (request, services) => sdlReply('items', request, services),
}

export const graphqlSdlOfScope: Route = {
  methods: ['GET'],
  path: '/server/specs/graphql/:scope',
  doc: 'The same for the scope `items` or `system`.',
  handle: async (request, services) => {
    const scope = request.params['scope']
    if (scope !== 'items' && scope !== 'system') return fail('ROUTE_NOT_FOUND', { path: request.path })
    return sdlReply(scope, request, services)
  },
}

/** The full SDL that the caller may see, as a file. */
async function sdlReply(scope: Scope, request: BridgeRequest, services: Services): Promise<BridgeReply> {
  checkServed(request, services)
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${scope}.graphql"`,
    },
    body: await services.graph.sdl(scope, request.caller),
  }
}

function checkServed({ path, caller }: BridgeRequest, { settings }: Services): void {
  if (!settings.OPENAPI_ENABLED) fail('ROUTE_NOT_FOUND', { path })
  checkMaySeeSchema(caller, settings)
}

/** Without introspection nothing else shows the schema either, except to the administrator. */
export function checkMaySeeSchema({ access }: Caller, settings: Pick<Settings, 'GRAPHQL_INTROSPECTION'>): void {
  if (!settings.GRAPHQL_INTROSPECTION && !access.isFull) fail('FORBIDDEN', {})
}
