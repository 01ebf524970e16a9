/** The table of routes. Data access stands in `items.ts`; the pages (Studio, GraphiQL) are in `studio.ts`. */
import { clearCache } from './cache.ts'
import { graphqlItems, graphqlSystem } from './graphql.ts'
import { health, ping } from './health.ts'
import { itemRoutes } from './items.ts'
import type { Route } from './route.ts'
import { robots, root } from './root.ts'
import { serverInfo } from './server-info.ts'
import { graphqlSdl, graphqlSdlOfScope, openApi } from './specs.ts'

export const routes: readonly Route[] = [
  graphqlItems,
  graphqlSystem,
  ...itemRoutes,
  ping,
  health,
  serverInfo,
  openApi,
  graphqlSdl,
  graphqlSdlOfScope,
  clearCache,
  root,
  robots,
]
