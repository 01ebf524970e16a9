/** Events that must be heard: in order, again after a failure, by one process at a time, and after a crash at any step. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Engine } from '#schema-engine/engine.ts'
import type { TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import {
  count,
  countersIn,
  createTables,
  evidenceIn,
  leaveEvidence,
  nOf,
  openEngine,
  outboxLength,
  startWriter,
  type Step,
} from './outbox-world.ts'

eachDialect((_, open) => {
  const closing: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })

  const openDatabase = async (): Promise<TestDatabase> => {
    const database = await open()
    closing.push(database.drop)
    await createTables(database)
    return database
  }

  const start = async (database: TestDatabase): Promise<Engine> => {
    const engine = await openEngine(database.settings)
    closing.push(engine.close)
    return engine
  }

  const temporaryFile = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'tablegraph-outbox-'))
    closing.push(() => rmSync(folder, { recursive: true, force: true }))
    return join(folder, 'lines')
  }

  const until = async (isTrue: () => boolean | Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 15_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10)))
      if (await isTrue()) return
    expect.fail('it did not happen')
  }

  const countAndEmit = async (engine: Engine, item: string): Promise<void> =>
    engine.bus.emit([await count(engine, item)])

  it('is of no collection', async () => {
    const engine = await start(await openDatabase())
    expect([...engine.live.current().collections.keys()]).toEqual(['counters'])
  })

  it('brings every event once, in order for each item, to each listener, and is empty then', async () => {
    const engine = await start(await openDatabase())
    const heard: Record<string, unknown[]> = { first: [], second: [] }
    const ids = new Set<unknown>()
    for (const name of ['first', 'second']) {
      engine.bus.onActionReliably(name, ['items.update'], async (event, { id }) => {
        await new Promise((resolve) => setTimeout(resolve, 2))
        heard[name]?.push(nOf(event))
        ids.add(id)
      })
    }
    for (let n = 0; n < 10; n += 1) await countAndEmit(engine, 'a')
    await until(async () => (await outboxLength(engine)) === 0)
    const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    expect(heard).toEqual({ first: expected, second: expected })
    expect(ids.size).toBe(20)
  })

  it('keeps nothing of what was rolled back, and nothing where nobody listens', async () => {
    const engine = await start(await openDatabase())
    await countAndEmit(engine, 'a')
    expect(await outboxLength(engine)).toBe(0)
    const heard: unknown[] = []
    engine.bus.onActionReliably('all', ['items.update'], (event) => void heard.push(nOf(event)))
    await expect(count(engine, 'a', true)).rejects.toThrow('refused')
    expect([await countersIn(engine), await outboxLength(engine)]).toEqual([{ a: 1, b: 0, c: 0 }, 0])
    await countAndEmit(engine, 'a')
    await until(async () => (await outboxLength(engine)) === 0)
    expect(heard).toEqual([2])
  })

  it('tries again after a failure, before what came later for the item, and gives up in the end', async () => {
    const engine = await start(await openDatabase())
    const heard: unknown[] = []
    const failures: unknown[] = []
    engine.bus.onFailure((error) => failures.push(error))
    engine.bus.onActionReliably('some', ['items.update'], (event, { attempt }) => {
      const n = nOf(event)
      if ('keys' in event && event.keys[0] === 'a' && n === 1 && attempt < 3) throw new Error('not yet')
      if ('keys' in event && event.keys[0] === 'b' && n === 1) throw new Error('never')
      heard.push('keys' in event ? `${event.keys[0]}${String(n)}` : '')
    })
    for (const item of ['a', 'b', 'c', 'a', 'b']) await countAndEmit(engine, item)
    await until(() => heard.length === 4)
    expect(heard[0]).toBe('c1') // nothing waits for another item
    expect(heard.filter((told) => String(told).startsWith('a'))).toEqual(['a1', 'a2'])
    expect(heard).toContain('b2')
    expect(failures.map(String)).toEqual(expect.arrayContaining(['Error: not yet', 'Error: never']))
    expect(failures.length).toBe(2 + 4)
    const kept = await engine.database.rows({
      text: 'select attempts, error from tablegraph_outbox where failed_at is not null',
      values: [],
      name: null,
    })
    expect(kept.map(([attempts, error]) => [Number(attempts), error])).toEqual([[4, 'never']])
    expect(await engine.bus.cleanOutbox(Date.now() + 1, 1)).toBe(1)
    expect(await outboxLength(engine)).toBe(0)
  })

  it('is shared by two processes: each event is heard by one of them, and a slow one keeps what it has', async () => {
    const database = await openDatabase()
    const engines = [await start(database), await start(database)]
    const heard: string[] = []
    for (const [index, engine] of engines.entries()) {
      engine.bus.onActionReliably('shared', ['items.update'], async (event) => {
        if (nOf(event) === 1) await new Promise((resolve) => setTimeout(resolve, 900)) // longer than a lease
        heard.push(`${'keys' in event ? event.keys[0] : ''}${String(nOf(event))} ${index}`)
      })
    }
    for (let n = 0; n < 6; n += 1) for (const engine of engines) await countAndEmit(engine, n % 2 === 0 ? 'a' : 'b')
    await until(async () => (await outboxLength(engines[0] ?? expect.fail())) === 0)
    const told = heard.map((line) => line.split(' ')[0])
    expect(told.filter((event) => event?.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6'])
    expect(told.filter((event) => event?.startsWith('b'))).toEqual(['b1', 'b2', 'b3', 'b4', 'b5', 'b6'])
  })

  it('delivers a few at a time, and nobody waits for a listener that is slow', async () => {
    const engine = await start(await openDatabase())
    let [atOnce, most, quick] = [0, 0, 0]
    const { promise: isQuickDone, resolve: quickIsDone } = Promise.withResolvers<void>()
    engine.bus.onActionReliably('slow', ['items.create'], async () => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await isQuickDone
      atOnce -= 1
    })
    engine.bus.onActionReliably('quick', ['items.create'], () => {
      quick += 1
      if (quick === 30) quickIsDone()
    })
    const events = Array.from({ length: 30 }, (_unused, key) => ({
      kind: 'items.create' as const,
      at: new Date().toISOString(),
      actor: { kind: 'system', reason: 'cli' } as const,
      collection: 'counters',
      key: String(key),
      payload: {},
    }))
    await engine.database.transaction((connection) => engine.bus.recordInOutbox(events, connection))
    engine.bus.emit(events)
    await until(async () => (await outboxLength(engine)) === 0)
    expect([quick, most]).toEqual([30, 10])
  })

  it('brings payloads as they were, whatever is in them', async () => {
    const engine = await start(await openDatabase())
    const payload = {
      text: `a\u0000b ☃ 😀 "quoted" \\ 'single' ${'x'.repeat(200_000)}`,
      nested: { list: [1, 2.5, null, true, []], '': 'empty', 'a.b': '$1 ? :x' },
      lone: '\ud800',
    }
    const heard: unknown[] = []
    engine.bus.onActionReliably('all', ['items.create'], (event) => void heard.push(event))
    const event = {
      kind: 'items.create' as const,
      at: '2024-06-01T12:00:00.000Z',
      actor: { kind: 'user', user: 'u', role: null, ip: '::1' } as const,
      collection: 'counters',
      key: 'k'.repeat(300),
      payload,
    }
    await engine.database.transaction((connection) => engine.bus.recordInOutbox([event], connection))
    engine.bus.emit([event])
    await until(() => heard.length === 1)
    expect(heard).toEqual([event])
  })

  it('finishes what it has begun when it closes, and begins nothing', async () => {
    const database = await openDatabase()
    const engine = await openEngine(database.settings)
    const heard: unknown[] = []
    let hasBegun = false
    engine.bus.onActionReliably('some', ['items.update'], async (event) => {
      hasBegun = true
      await new Promise((resolve) => setTimeout(resolve, 100))
      heard.push(nOf(event))
    })
    await countAndEmit(engine, 'a')
    await countAndEmit(engine, 'a')
    await until(() => hasBegun)
    await engine.close()
    expect(heard).toEqual([1])
    const another = await start(database)
    expect(await outboxLength(another)).toBe(1)
  })

  /** Another process takes over, and what was committed has been heard, in order; repeated ones count once. */
  const expectWhole = async (database: TestDatabase, evidence: string): Promise<void> => {
    const engine = await start(database)
    engine.bus.onActionReliably('evidence', ['items.update'], (event) => leaveEvidence(evidence, event))
    await until(async () => (await outboxLength(engine)) === 0)
    const heard = evidenceIn(evidence)
    for (const [item, n] of Object.entries(await countersIn(engine))) {
      const all = Array.from({ length: n }, (_, index) => String(index + 1))
      expect([...new Set(heard[item] ?? [])], item).toEqual(all)
    }
  }

  it.each<readonly [Step, number]>([
    ['inside', 0],
    ['committed', 1],
    ['emitted', 1],
    ['hearing', 1],
    ['heard', 1],
    ['done', 1],
  ])('loses nothing when the process is killed: %s', async (step, committed) => {
    const database = await openDatabase()
    const evidence = temporaryFile()
    const writer = startWriter({
      settings: database.settings,
      evidence,
      acknowledgements: temporaryFile(),
      step,
      items: ['a'],
    })
    await writer.ended
    expect(writer.child.signalCode).toBe('SIGKILL')
    await expectWhole(database, evidence)
    const engine = await start(database)
    expect((await countersIn(engine))['a']).toBe(committed)
    expect(writer.acknowledged()).toEqual(committed === 0 ? [] : ['a 1'])
  })

  it('loses nothing when processes are killed at any moment', async () => {
    const database = await openDatabase()
    const evidence = temporaryFile()
    const acknowledged: string[] = []
    for (let round = 0; round < 3; round += 1) {
      const writers = [['a', 'b', 'c'] as const, ['c', 'a', 'a'] as const].map((items) =>
        startWriter({
          settings: database.settings,
          evidence,
          acknowledgements: temporaryFile(),
          step: 'never',
          items,
        }),
      )
      await until(() => writers.every((writer) => writer.acknowledged().length > round * 7))
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50))
      for (const { child } of writers) child.kill('SIGKILL')
      await Promise.all(writers.map(({ ended }) => ended))
      acknowledged.push(...writers.flatMap((writer) => writer.acknowledged()))
    }
    await expectWhole(database, evidence)
    const heard = evidenceIn(evidence)
    for (const line of acknowledged) {
      const [item = '', n] = line.split(' ')
      expect(heard[item], line).toContain(n)
    }
    expect(Object.values(heard).flat()).not.toContain('refused')
  }, 60_000)
})
