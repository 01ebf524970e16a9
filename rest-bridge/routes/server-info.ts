/** `GET /server/info`: what a client may know of the server before and after signing in (contract §2.3). */
import { version } from '../version.ts'
import { jsonReply } from './json-reply.ts'
import type { Route } from './route.ts'

export const serverInfo: Route = {
  methods: ['GET'],
  path: '/server/info',
  handle: async ({ caller }, { settings }) => {
    const project = {
      project_name: 'Tablegraph',
      project_descriptor: null,
      default_language: 'en-US',
      public_registration: false,
    }
    if (caller.actor.kind === 'public') return jsonReply({ data: { project, setupCompleted: true } })
    const queryLimit = { default: settings.QUERY_LIMIT_DEFAULT, max: settings.QUERY_LIMIT_MAX ?? -1 }
    return jsonReply({ data: { project, setupCompleted: true, queryLimit, version } })
  },
}
