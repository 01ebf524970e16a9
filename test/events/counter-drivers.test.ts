/** What every driver of counters does, and what only a connection can: lose it. */
import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CounterDriver } from '#subgraph/drivers/counter/counter.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import { createRedisCounters } from '#subgraph/drivers/counter/redis.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { startRedis } from '#test/harness/servers.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function driverSuite(open: () => Promise<CounterDriver>): void {
  it('adds points to a key, alone', async () => {
    const counter = (await open()).counter({ name: 'tries', durationSeconds: 60 })
    expect((await counter.read('ada')).count).toBe(0)
    expect((await counter.add('ada')).count).toBe(1)
    const { count, resetsInMs } = await counter.add('ada', 3)
    expect(count).toBe(4)
    expect(resetsInMs).toBeGreaterThan(55_000)
    expect(resetsInMs).toBeLessThanOrEqual(60_000)
    expect((await counter.read('ada')).count).toBe(4)
    expect((await counter.read('bob')).count).toBe(0)
    await counter.clear('ada')
    expect((await counter.read('ada')).count).toBe(0)
  })

  it('loses no point when many come at once, and one name is one count', async () => {
    const driver = await open()
    const [one, two] = [1, 2].map(() => driver.counter({ name: 'tries', durationSeconds: 60 }))
    await Promise.all(Array.from({ length: 200 }, async (_, index) => (index % 2 === 0 ? one : two)?.add('ada')))
    expect((await one?.read('ada'))?.count).toBe(200)
    expect((await driver.counter({ name: 'other', durationSeconds: 60 }).read('ada')).count).toBe(0)
  })

  it('begins again when the time is over', async () => {
    const counter = (await open()).counter({ name: 'tries', durationSeconds: 1 })
    await counter.add('ada', 5)
    await vi.waitFor(async () => expect((await counter.read('ada')).count).toBe(0), { timeout: 3000, interval: 50 })
    expect((await counter.add('ada')).count).toBe(1)
  })
}

describe('counters in memory', () => driverSuite(async () => createMemoryCounters()))

const url = process.env['TEST_REDIS_URL'] ?? ''
describeWhere(url !== '', 'counters in Redis', 'there is no Redis', () => {
  const connect = async (to: string, namespace: string, failures: unknown[] = []): Promise<CounterDriver> => {
    const parts = { url: to, host: '', port: 0, username: null, password: null, database: 0 }
    const driver = await createRedisCounters(parts, namespace, (error) => failures.push(error))
    closing.push(driver.close)
    return driver
  }
  const ready = async (driver: CounterDriver, other: CounterDriver): Promise<void> => {
    const [one, two] = [driver, other].map((each) => each.counter({ name: 'ready', durationSeconds: 60 }))
    await vi.waitFor(
      async () => {
        await one?.add('x')
        expect((await two?.read('x'))?.count).toBeGreaterThan(0)
      },
      { timeout: 8000, interval: 10 },
    )
  }
  const namespace = (): string => `test:${randomBytes(6).toString('hex')}`
  const two = async (): Promise<readonly [CounterDriver, CounterDriver]> => {
    const project = namespace()
    const drivers = [await connect(url, project), await connect(url, project)] as const
    await ready(drivers[0], drivers[1])
    return drivers
  }

  driverSuite(async () => (await two())[0])

  it('are shared by the processes of a project, and by no other', async () => {
    const [here, there] = (await two()).map((driver) => driver.counter({ name: 'tries', durationSeconds: 60 }))
    const stranger = (await two())[0].counter({ name: 'tries', durationSeconds: 60 })
    await here?.add('ada')
    await there?.add('ada')
    expect((await here?.read('ada'))?.count).toBe(2)
    expect((await stranger.read('ada')).count).toBe(0)
  })

  it('count in the process while Redis is away, and together when it is back', async () => {
    const server = await startRedis()
    if (server === null) return expect.fail('no Redis could be started')
    const failures: unknown[] = []
    const project = namespace()
    const tries = { name: 'tries', durationSeconds: 60 }
    const driver = await connect(server.url, project, failures)
    await ready(driver, await connect(server.url, project))
    const counter = driver.counter(tries)
    await counter.add('ada')
    await server.stop()
    await vi.waitFor(() => expect(failures).toHaveLength(1), { timeout: 8000, interval: 20 })
    expect((await counter.add('ada')).count).toBe(1)
    expect((await counter.add('ada')).count).toBe(2)
    const again = await startRedis(Number(new URL(server.url).port))
    if (again === null) return expect.fail('it started once')
    closing.unshift(again.stop)
    const other = await connect(server.url, project)
    await vi.waitFor(
      async () => {
        await counter.add('back')
        expect((await other.counter(tries).read('back')).count).toBeGreaterThan(0)
      },
      { timeout: 8000, interval: 20 },
    )
  })
})
