/** `GET /server/info`: what a client may know of the server before and after signing in (contract §2.3). */
import type { Caller } from '#subgraph/graph.ts'
import type { Settings } from '../settings/settings.ts'
import { version } from '../version.ts'
import { jsonReply } from './json-reply.ts'
import type { Route } from './route.ts'

export const serverInfo: Route = {
  methods: ['GET'],
  duringSetUp: true,
  path: '/server/info',
  doc: 'The project, and for who is signed in the version and the limits.',
  handle: async ({ caller }, { settings }) => jsonReply({ data: infoFor(caller, settings) }),
}

/** The same by REST and by GraphQL. */
export function infoFor({ actor }: Caller, settings: Settings) {
  const project = {
    project_name: 'Tablegraph',
    project_descriptor: null,
    default_language: 'en-US',
    public_registration: false,
  }
  if (actor.kind === 'public') return { project, setupCompleted: true }
  const queryLimit = { default: settings.QUERY_LIMIT_DEFAULT, max: settings.QUERY_LIMIT_MAX ?? -1 }
  return { project, setupCompleted: true, queryLimit, version }
}
