/** A server says when it begins and when it ends, to the other processes of its project as well. */
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createRedisBusDriver } from '#subgraph/drivers/bus/redis.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { serveHere } from '#test/program/program.ts'

const redisUrl = process.env['TEST_REDIS_URL'] ?? ''

describeWhere(redisUrl !== '', 'with redis', 'there is no server', () => {
  it('hears of its start and its stop', async () => {
    const channel = `test:${randomBytes(6).toString('hex')}`
    const at = { url: redisUrl, host: '', port: 0, username: null, password: null, database: 0 }
    const driver = await createRedisBusDriver(at, channel)
    const heard: string[] = []
    const failures: unknown[] = []
    await new Promise<void>((resolve) =>
      driver.listen({
        onMessage: (text) =>
          heard.push(...(JSON.parse(text) as { events: { kind: string }[] }).events.map(({ kind }) => kind)), // as the bus sends it
        onFailure: (error) => failures.push(error),
        onResume: resolve,
      }),
    )
    const until = async (kind: string): Promise<void> => {
      for (const end = Date.now() + 8000; !heard.includes(kind) && Date.now() < end;)
        await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const { stop } = await serveHere({ REDIS: redisUrl, REDIS_BUS_NAMESPACE: channel })
    await until('server.start')
    expect(heard).toEqual(['server.start'])
    await stop()
    await until('server.stop')
    expect([heard, failures]).toEqual([['server.start', 'server.stop'], []])
    await driver.close()
  }, 60_000)
})
