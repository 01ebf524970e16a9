/** The table of routes. Data access stands in `items.ts`; the pages (Studio, GraphiQL) are in `studio.ts`. */
import { accessRoutes } from './access.ts'
import { authRoutes } from './auth.ts'
import { clearCache } from './cache.ts'
import { graphqlItems, graphqlSystem } from './graphql.ts'
import { health, ping } from './health.ts'
import { importRoute } from './import.ts'
import { itemRoutes } from './items.ts'
import { modellingRoutes } from './modelling.ts'
import type { Route } from './route.ts'
import { robots, root } from './root.ts'
import { schemaApply, schemaDiff, schemaSnapshot, settingsExport, settingsImport } from './schema.ts'
import { serverInfo } from './server-info.ts'
import { graphqlSdl, graphqlSdlOfScope, openApi } from './specs.ts'
import { systemRoutes } from './system.ts'
import { shareRoutes } from './shares.ts'
import { usersMeRoutes } from './users-me.ts'
import { utilityRoutes } from './utilities.ts'
import { versionRoutes } from './versions.ts'

export const routes: readonly Route[] = [
  graphqlItems,
  graphqlSystem,
  ...authRoutes,
  ...itemRoutes,
  ...accessRoutes,
  ...usersMeRoutes,
  ...shareRoutes,
  ...systemRoutes,
  ...modellingRoutes,
  ...versionRoutes,
  ping,
  health,
  serverInfo,
  openApi,
  graphqlSdl,
  graphqlSdlOfScope,
  schemaSnapshot,
  schemaDiff,
  schemaApply,
  settingsExport,
  settingsImport,
  clearCache,
  ...utilityRoutes,
  importRoute,
  root,
  robots,
]
