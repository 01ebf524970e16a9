/** A46: whatever a route does, or a caller, the process goes on, and nobody is told more than that it failed. */
import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { noAccess } from '#schema-engine/permissions/access-rules.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import type { Caller } from '#subgraph/graph.ts'
import { createApp } from './app.ts'
import { createLog } from './observe/log.ts'
import type { BridgeReply, Route, Services } from './routes/route.ts'
import { readSettings } from './settings/read.ts'

const ok = (body: BridgeReply['body']): BridgeReply => ({
  status: 200,
  headers: { 'content-type': 'text/csv' },
  body,
})

async function* failingHalfway(): AsyncGenerator<string> {
  yield 'the first part\n'
  throw new Error('canary: halfway')
}

async function* endless(): AsyncGenerator<string> {
  for (;;) yield 'x'.repeat(100_000)
}

const route = (path: string, handle: () => BridgeReply): Route => ({
  methods: ['GET'],
  path,
  doc: '',
  handle: async () => handle(),
})

const routes: readonly Route[] = [
  route('/well', () => ok('well')),
  route('/failing', () => {
    throw new Error('canary: at once')
  }),
  route('/halfway', () => ok(failingHalfway())),
  route('/endless', () => ok(endless())),
]

const everybody: Caller = {
  actor: { kind: 'public', ip: null },
  access: noAccess,
  facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
}

const unhandled = vi.fn<(reason: unknown) => void>()
let server: Server
let url: string
beforeAll(async () => {
  process.on('unhandledRejection', unhandled)
  const settings = readSettings({ LOG_LEVEL: 'silent' })
  const app = createApp({
    // These routes ask neither the database nor the graph.
    services: { settings, counters: createMemoryCounters() } as unknown as Services,
    callers: { identify: () => everybody, everyone: () => everybody, clientIp: () => null },
    log: createLog(settings),
    pages: null,
    routes,
  })
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => {
  process.off('unhandledRejection', unhandled)
  server.closeAllConnections()
  server.close()
})

async function goesOn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await (await fetch(`${url}/well`)).text()).toBe('well')
  expect(unhandled).not.toHaveBeenCalled()
}

test('a route that fails', async () => {
  const reply = await fetch(`${url}/failing`)
  expect([reply.status, await reply.text()]).toEqual([500, expect.not.stringContaining('canary')])
  await goesOn()
})

test.each(['identity', 'gzip'])('a reply that fails halfway is cut off, %s', async (encoding) => {
  const reply = fetch(`${url}/halfway`, { headers: { 'accept-encoding': encoding } }).then((answer) => answer.text())
  await expect(reply).rejects.toThrow(TypeError)
  await goesOn()
})

test.each(['identity', 'br'])('a caller who leaves while a reply is on its way, %s', async (encoding) => {
  await new Promise<void>((resolve) => {
    httpRequest(`${url}/endless`, { headers: { 'accept-encoding': encoding } }, (response) => {
      response.once('data', () => {
        response.destroy()
        resolve()
      })
    }).end()
  })
  await goesOn()
})
