/** The graph of an engine, with the bounds that the settings say and the values that only the program knows. */
import { fail } from '#schema-engine/errors.ts'
import type { Engine } from '#schema-engine/engine.ts'
import type { Auth } from '#subgraph/features/auth/auth.ts'
import type { Graph } from '#subgraph/graph.ts'
import { createGraph } from '#subgraph/server.ts'
import type { Log } from './observe/log.ts'
import { healthFor } from './routes/health.ts'
import { infoFor } from './routes/server-info.ts'
import { checkMaySeeSchema, openApiFor } from './routes/specs.ts'
import type { Settings } from './settings/settings.ts'

export function createConfiguredGraph(engine: Engine, settings: Settings, log: Log, auth: Auth): Graph {
  const parts = { engine, settings }
  return createGraph({
    engine,
    auth,
    settings: {
      reads: {
        defaultLimit: settings.QUERY_LIMIT_DEFAULT,
        maxLimit: settings.QUERY_LIMIT_MAX === -1 ? null : settings.QUERY_LIMIT_MAX,
        maxDepth: settings.MAX_RELATIONAL_DEPTH,
      },
      documents: {
        maxTokens: settings.GRAPHQL_QUERY_TOKEN_LIMIT,
        maxDepth: settings.GRAPHQL_MAX_DEPTH,
        maxAliases: settings.GRAPHQL_MAX_ALIASES,
        maxDirectives: settings.GRAPHQL_MAX_DIRECTIVES,
        maxCost: settings.GRAPHQL_MAX_COST,
      },
      introspection: settings.GRAPHQL_INTROSPECTION,
      maxSchemas: settings.GRAPHQL_SCHEMA_CACHE_CAPACITY,
      maxDocuments: settings.GRAPHQL_PLAN_CACHE_CAPACITY,
    },
    server: {
      server_info: (caller) => infoFor(caller, parts),
      server_health: (caller) => healthFor(caller, parts),
      server_specs_oas: (caller) => {
        if (!settings.OPENAPI_ENABLED) fail('FORBIDDEN', {})
        checkMaySeeSchema(caller, settings)
        return openApiFor(caller, parts)
      },
    },
    onUnexpected: (err) => log.error({ err }, 'a document failed'),
  })
}
