/** `GET /server/specs/*`: what the caller may do, as OpenAPI and as GraphQL SDL. */
import { fail } from '#schema-engine/errors.ts'
import type { Scope } from '#subgraph/graph.ts'
import { jsonReply } from './json-reply.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

export const openApi: Route = {
  methods: ['GET'],
  path: '/server/specs/oas',
  handle: async (request, services) => {
    checkServed(request, services)
    // Seldom asked for, and made of a good deal of code.
    const { openApiDocument } = await import('../openapi/document.ts')
    return jsonReply(openApiDocument(services.engine.live.current(), request.caller.access, services.settings))
  },
}

export const graphqlSdl: Route = {
  methods: ['GET'],
  path: '/server/specs/graphql',
  handle: async (request, services) => sdlReply('items', request, services),
}

export const graphqlSdlOfScope: Route = {
  methods: ['GET'],
  path: '/server/specs/graphql/:scope',
  handle: async (request, services) => {
    const scope = request.params['scope']
    if (scope !== 'items' && scope !== 'system') return fail('ROUTE_NOT_FOUND', { path: request.path })
    return sdlReply(scope, request, services)
  },
}

/** The full SDL that the caller may see, as a file. */
function sdlReply(scope: Scope, request: BridgeRequest, services: Services): BridgeReply {
  checkServed(request, services)
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${scope}.graphql"`,
    },
    body: services.graph.sdl(scope, request.caller),
  }
}

/** Without introspection nothing else shows the schema either, except to the administrator. */
export function checkServed({ path, caller }: BridgeRequest, { settings }: Services): void {
  if (!settings.OPENAPI_ENABLED) fail('ROUTE_NOT_FOUND', { path })
  if (!settings.GRAPHQL_INTROSPECTION && !caller.access.isFull) fail('FORBIDDEN', {})
}
