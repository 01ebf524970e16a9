/** `GET /server/info`: what a client may know of the server before and after signing in (contract §2.3). */
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { isSetUp, keepsUsers } from '#subgraph/features/auth/administrators.ts'
import type { Caller } from '#subgraph/graph.ts'
import { version } from '../version.ts'
import { jsonReply } from './json-reply.ts'
import type { Route, Services } from './route.ts'

export const serverInfo: Route = {
  methods: ['GET'],
  duringSetUp: true,
  path: '/server/info',
  doc: 'The project, and for who is signed in the version and the limits.',
  handle: async ({ caller }, services) => jsonReply({ data: await infoFor(caller, services) }),
}

/** What everybody may know of the project's settings, and what it is where the database has none. */
const standard = {
  project_name: 'Tablegraph',
  project_descriptor: null,
  default_language: 'en-US',
  public_registration: false,
  public_registration_verify_email: true,
}

/** The same by REST and by GraphQL. */
export async function infoFor({ actor }: Caller, { engine, settings }: Pick<Services, 'engine' | 'settings'>) {
  const model = engine.live.current()
  const fields = Object.keys(standard)
  const [row = {}] = await readTrusted({ collection: 'directus_settings', where: null, fields }, model, engine.database)
  const told = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
  const info = {
    project: { ...standard, ...told },
    // Who holds ADMIN_TOKEN needs no set-up, and a database without users has nothing to set up.
    setupCompleted: settings.ADMIN_TOKEN !== null || !keepsUsers(model) || (await isSetUp(engine)),
  }
  if (actor.kind === 'public') return info
  return {
    ...info,
    queryLimit: { default: settings.QUERY_LIMIT_DEFAULT, max: settings.QUERY_LIMIT_MAX ?? -1 },
    version,
  }
}
