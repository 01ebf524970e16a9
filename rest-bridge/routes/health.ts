/** `GET /server/ping`: the process lives. `GET /server/health`: what it needs answers (draft-inadarei-api-health-check-06). */
import type { Caller } from '#subgraph/graph.ts'
import { version } from '../version.ts'
import { jsonReply } from './json-reply.ts'
import type { Route, Services } from './route.ts'

export const ping: Route = {
  methods: ['GET'],
  path: '/server/ping',
  doc: 'Says `pong` as long as the process lives.',
  credentials: 'ignored',
  exemptFrom: ['pressure', 'rates'],
  handle: async () => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: 'pong' }),
}

type Status = 'ok' | 'warn' | 'error'

export const health: Route = {
  methods: ['GET'],
  path: '/server/health',
  doc: 'Whether the database answers, and how fast; 503 when it does not. The administrator sees the details.',
  exemptFrom: ['pressure'],
  handle: async ({ caller }, services) => {
    const found = await healthFor(caller, services)
    return jsonReply(found, { status: found.status === 'error' ? 503 : 200, type: 'application/health+json' })
  },
}

/** How it is, for all; why, for the administrator. The same by REST and by GraphQL. */
export async function healthFor({ access }: Caller, parts: Pick<Services, 'engine' | 'settings'>) {
  const database = await checkDatabase(parts)
  const { status } = database
  if (!access.isFull) return { status }
  const { database: connected, live } = parts.engine
  return {
    status,
    releaseId: version,
    serviceId: 'tablegraph',
    checks: { [`${connected.dialect.name}:responseTime`]: [database] },
    notes: live.current().notices,
  }
}

/** Asks what the server itself asks all the time, so that the check needs no right of its own. */
async function checkDatabase({ engine, settings }: Pick<Services, 'engine' | 'settings'>) {
  const startedAt = performance.now()
  const answered = await engine.database.structureFingerprint().then(
    () => true,
    () => false,
  )
  const observedValue = Math.round((performance.now() - startedAt) * 1000) / 1000
  const threshold = settings.DB_HEALTHCHECK_THRESHOLD
  const status: Status = !answered ? 'error' : observedValue > threshold ? 'warn' : 'ok'
  return { status, componentType: 'datastore', observedUnit: 'ms', observedValue, threshold }
}
