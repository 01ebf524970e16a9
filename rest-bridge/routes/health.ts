/** `GET /server/ping`: the process lives. `GET /server/health`: what it needs answers (draft-inadarei-api-health-check-06). */
import { version } from '../version.ts'
import { jsonReply } from './json-reply.ts'
import type { Route, Services } from './route.ts'

export const ping: Route = {
  methods: ['GET'],
  path: '/server/ping',
  credentials: 'ignored',
  handle: async () => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: 'pong' }),
}

type Status = 'ok' | 'warn' | 'error'

export const health: Route = {
  methods: ['GET'],
  path: '/server/health',
  handle: async ({ caller }, services) => {
    const database = await checkDatabase(services)
    const { status } = database
    const { name } = services.engine.database.dialect
    const body = caller.access.isFull
      ? {
          status,
          releaseId: version,
          serviceId: 'tablegraph',
          checks: { [`${name}:responseTime`]: [database] },
          notes: services.engine.live.current().notices,
        }
      : { status }
    return jsonReply(body, { status: status === 'error' ? 503 : 200, type: 'application/health+json' })
  },
}

/** Asks what the server itself asks all the time, so that the check needs no right of its own. */
async function checkDatabase({ engine, settings }: Services) {
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
