/** An opened database behind the program's own HTTP, on a free port; the holder of `adminToken` may do all. */
import { createServer } from 'node:http'
import { createApp } from '#rest-bridge/app.ts'
import { createCallers } from '#rest-bridge/http/caller.ts'
import { createLog } from '#rest-bridge/observe/log.ts'
import { readSettings } from '#rest-bridge/settings/read.ts'
import { createAuth, type AuthServices, type AuthSettings } from '#subgraph/features/auth/auth.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import { createLogMail } from '#subgraph/drivers/mail/log.ts'
import { createMailer, noMailLimits } from '#subgraph/drivers/mail/mailer.ts'
import type { ItemsClient } from './items-client.ts'

export const adminToken = 'test-token-of-the-administrator'

export const testAuthSettings: AuthSettings = {
  secrets: ['a-secret-of-the-tests-that-is-long-enough'],
  accessTokenMs: 900_000,
  refreshTokenMs: 7 * 86_400_000,
  sessionCookieMs: 86_400_000,
  sessionGraceMs: 10_000,
  loginStallMs: 0,
  registerStallMs: 0,
  inviteTokenMs: 86_400_000,
  verificationTokenMs: 86_400_000,
  registrations: null,
  attempts: null,
  links: { publicUrl: 'http://localhost', reset: [], invite: [], register: [] },
}

/** Counts for itself, and sends no mail. */
export const testAuthServices = (): AuthServices => ({
  counters: createMemoryCounters(),
  mailer: createMailer({
    driver: createLogMail(() => undefined),
    from: 'no-reply@example.com',
    templatesFolder: null,
    limits: noMailLimits,
    onFailure: () => undefined,
  }),
})

export async function serveItems({
  engine,
  graph,
  settings,
}: Pick<ItemsClient, 'engine' | 'graph' | 'settings'>): Promise<{
  readonly url: string
  readonly stop: () => Promise<void>
}> {
  const app = createApp({
    services: { engine, graph, settings, counters: createMemoryCounters() },
    callers: createCallers({
      adminToken,
      identities: engine.identities,
      auth: createAuth(engine, testAuthSettings, testAuthServices()),
      clientIp: () => '127.0.0.1',
      cookieNames: { refresh: settings.REFRESH_TOKEN_COOKIE_NAME, session: settings.SESSION_COOKIE_NAME },
    }),
    log: createLog(readSettings({ LOG_LEVEL: 'silent' })),
    pages: null,
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
