/** What every driver of the bus does, and what only a connection can: lose it. */
import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { BusDriver } from '#schema-engine/events/bus-driver.ts'
import { createMemoryBus } from '#subgraph/drivers/bus/memory.ts'
import { createRedisBusDriver } from '#subgraph/drivers/bus/redis.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { startRedis } from '#test/harness/servers.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const until = async (isTrue: () => boolean): Promise<void> => {
  for (const end = Date.now() + 8000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 5)))
    if (isTrue()) return
  expect.fail('it did not happen')
}

type Process = {
  readonly driver: BusDriver
  readonly heard: string[]
  readonly failures: unknown[]
  resumed: number
}

async function startProcess(connect: () => Promise<BusDriver>): Promise<Process> {
  const driver = await connect()
  closing.push(driver.close)
  const process: Process = { driver, heard: [], failures: [], resumed: 0 }
  driver.listen({
    onMessage: (message) => process.heard.push(message),
    onFailure: (error) => process.failures.push(error),
    onResume: () => (process.resumed += 1),
  })
  return process
}

/** Connections are made in the background: told until heard. */
async function awaitConnection(processes: readonly Process[]): Promise<void> {
  const [first] = processes
  while (processes.some(({ heard }) => heard.length === 0)) {
    await first?.driver.tell('hello')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  for (const { heard } of processes) heard.length = 0
}

/** @param project gives what connects to one project's bus, a new one at each call */
function driverSuite(project: () => () => Promise<BusDriver>): void {
  it('brings what one tells to all of its project, in order', async () => {
    const connect = project()
    const processes = [await startProcess(connect), await startProcess(connect)]
    const stranger = await startProcess(project())
    await awaitConnection(processes)
    await awaitConnection([stranger])
    const messages = Array.from({ length: 50 }, (_, index) => `${index} ☃ ${'x'.repeat(index * 100)}`)
    for (const message of messages) void processes[0]?.driver.tell(message)
    await until(() => processes.every(({ heard }) => heard.length === messages.length))
    for (const { heard } of processes) expect(heard).toEqual(messages)
    expect(stranger.heard).toEqual([])
  })

  it('brings nothing to who has stopped listening, or closed', async () => {
    const connect = project()
    const [teller, listener, closed] = [
      await startProcess(connect),
      await startProcess(connect),
      await startProcess(connect),
    ]
    const late: string[] = []
    const end = listener.driver.listen({
      onMessage: (message) => late.push(message),
      onFailure: () => undefined,
      onResume: () => undefined,
    })
    await awaitConnection([teller, listener, closed])
    late.length = 0
    end()
    await closed.driver.close()
    await teller.driver.tell('after')
    await until(() => listener.heard.length === 1)
    expect([late, closed.heard, closed.failures]).toEqual([[], [], []])
  })
}

describe('memory', () =>
  driverSuite(() => {
    const connect = createMemoryBus()
    return async () => connect()
  }))

const redisUrl = process.env['TEST_REDIS_URL'] ?? ''
const at = (url: string) => ({ url, host: '', port: 0, username: null, password: null, database: 0 })
const newChannel = () => `test:${randomBytes(6).toString('hex')}`

describeWhere(redisUrl !== '', 'redis', 'there is no server', () => {
  driverSuite(() => {
    const channel = newChannel()
    return () => createRedisBusDriver(at(redisUrl), channel)
  })

  it('says once that the server is gone, refuses to tell, and goes on when it is back', async () => {
    const server = await startRedis()
    if (server === null) return expect.fail('there is a server, so there is its program')
    const port = Number(new URL(server.url).port)
    const process = await startProcess(() => createRedisBusDriver(at(server.url), newChannel()))
    await awaitConnection([process])
    expect(process.resumed).toBe(1)
    await server.stop()
    await expect(process.driver.tell('lost')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    await until(() => process.failures.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(process.failures.length).toBeLessThanOrEqual(2) // one for each of its connections
    const again = await startRedis(port)
    if (again === null) return expect.fail('it started once')
    closing.unshift(again.stop)
    for (let count = 0; process.heard.length === 0 && count < 500; count += 1) {
      await process.driver.tell('back').catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(process.heard[0]).toBe('back')
    expect(process.resumed).toBe(2)
  })
})
