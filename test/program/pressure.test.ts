/** A process that can't keep up says so, to all but who asks whether it lives; and it passes. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { serveHere, type TestServer } from './program.ts'

let server: TestServer
beforeAll(async () => {
  server = await serveHere({
    PRESSURE_LIMITER_ENABLED: 'true',
    PRESSURE_LIMITER_SAMPLE_INTERVAL: '50ms',
    PRESSURE_LIMITER_MAX_EVENT_LOOP_DELAY: '40ms',
    PRESSURE_LIMITER_RETRY_AFTER: '7',
  })
})
afterAll(() => server.stop())
afterEach(() => clearInterval(blocking))

let blocking: NodeJS.Timeout | undefined

/** Long tasks, one after the other, as a process has them that is asked for too much. */
function block(): void {
  const end = performance.now() + 120
  while (performance.now() < end);
}

/** Asks until it is answered so, since a sample takes its time, and the machine is busy with other things as well. */
async function until(path: string, status: number): Promise<Response> {
  const end = Date.now() + 15_000
  for (;;) {
    const reply = await fetch(`${server.url}${path}`)
    if (reply.status === status || Date.now() > end) return reply
    await reply.arrayBuffer()
    await wait(20)
  }
}

test('while its loop is blocked: 503 with when to come again; whether it lives is answered; and it passes', async () => {
  expect((await until('/items/products?limit=1', 200)).status).toBe(200)
  blocking = setInterval(block, 1)
  for (const path of ['/items/products?limit=1', '/graphql?query={products{id}}', '/nowhere', '/auth/login']) {
    const refused = await until(path, 503)
    expect([path, refused.status, refused.headers.get('retry-after')]).toEqual([path, 503, '7'])
    expect(await refused.json()).toMatchObject({
      errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', service: 'api' } }],
    })
    const [ping, health] = [await fetch(`${server.url}/server/ping`), await fetch(`${server.url}/server/health`)]
    expect([ping.status, await ping.text(), health.status]).toEqual([200, 'pong', 200])
  }
  clearInterval(blocking)
  const after = await until('/items/products?limit=1', 200)
  expect([after.status, after.headers.get('retry-after')]).toEqual([200, null])
})
