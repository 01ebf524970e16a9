/** What a write tells, to whom and when: hooks inside its transaction, listeners after it, reliable ones by the outbox. */
import { afterEach, expect, it } from 'vitest'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import { EngineError } from '#schema-engine/errors.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import { importItems } from '#schema-engine/mutation/import.ts'
import { noOrigin, write, type WriteContext } from '#schema-engine/mutation/index.ts'
import type { WriteRequest } from '#schema-engine/mutation/request.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { runScript } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { outboxLength, quickTiming } from './outbox-world.ts'

const kinds = ['items.create', 'items.update', 'items.delete'] as const

eachDialect((_, open) => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })

  const start = async () => {
    const database = await open()
    closing.push(database.drop)
    await runScript(
      database.settings,
      `create table shops (id integer not null primary key, name varchar(50) not null);
       create table goods (
         id integer not null primary key, title varchar(50) not null, shop_id integer,
         foreign key (shop_id) references shops (id)
       );`,
    )
    const engine = await createEngine({
      database: database.settings,
      excludeTables: [],
      checkIntervalMs: null,
      systemTables: 'prepare',
      outboxTiming: quickTiming,
    })
    closing.push(engine.close)
    return engine
  }

  const contextOf = ({ live, database, bus, vault }: Engine): WriteContext => ({
    actor: { kind: 'system', reason: 'cli' },
    access: fullAccess,
    model: live.current(),
    facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
    origin: noOrigin,
    database,
    bus,
    vault,
  })

  const change = (engine: Engine, request: WriteRequest, isDryRun = false) =>
    write(request, contextOf(engine), async () => null, isDryRun ? { isDryRun: true } : {})

  const goodsField = (engine: Engine): string =>
    [...(engine.live.current().collections.get('shops')?.fields.values() ?? [])].find(
      ({ relation }) => relation?.kind === 'o2m',
    )?.name ?? expect.fail('shops have goods')

  const withGoods = (engine: Engine): WriteRequest => ({
    collection: 'shops',
    kind: 'create',
    items: [{ id: 1, name: 'Corner', [goodsField(engine)]: [{ id: 1, title: 'Pen' }] }],
  })

  const countRows = async ({ database }: Engine): Promise<readonly number[]> => {
    const text =
      'select (select count(*) from shops), (select count(*) from goods), (select count(*) from directus_activity)'
    const [row = []] = await database.rows({ text, values: [], name: null })
    return row.map(Number)
  }

  const told = (event: EngineEvent): string =>
    'collection' in event
      ? `${event.kind} ${event.collection} ${'keys' in event ? event.keys.join() : 'key' in event ? event.key : ''}`
      : event.kind

  it('tells each row, of nested ones too, after the commit and once, by both ways', async () => {
    const engine = await start()
    const [heard, heardReliably, seen]: [string[], string[], number[]] = [[], [], []]
    for (const kind of kinds) {
      engine.bus.onAction(kind, async (event) => {
        heard.push(told(event))
        seen.push((await countRows(engine))[0] ?? 0)
      })
    }
    engine.bus.onActionReliably('test', kinds, (event) => void heardReliably.push(told(event)))
    await change(engine, withGoods(engine))
    await change(engine, {
      collection: 'goods',
      kind: 'update',
      target: { kind: 'keys', keys: ['1'] },
      data: { title: 'Ink' },
    })
    await change(engine, { collection: 'goods', kind: 'delete', target: { kind: 'keys', keys: ['1'] } })
    for (let n = 0; n < 500 && (await outboxLength(engine)) > 0; n += 1)
      await new Promise((resolve) => setTimeout(resolve, 10))
    const expected = ['items.create goods 1', 'items.create shops 1', 'items.update goods 1', 'items.delete goods 1']
    expect(heard.toSorted()).toEqual(expected.toSorted())
    expect(heard.slice(2)).toEqual(expected.slice(2))
    expect(heardReliably.toSorted()).toEqual(expected.toSorted())
    expect(heardReliably.filter((each) => each.includes('goods'))).toEqual([
      'items.create goods 1',
      'items.update goods 1',
      'items.delete goods 1',
    ])
    expect(seen).toEqual([1, 1, 1, 1])
  })

  it('tells each imported row once, of those that were written', async () => {
    const engine = await start()
    const heard: string[] = []
    engine.bus.onActionReliably('test', kinds, (event) => void heard.push(told(event)))
    const items = [{ id: 1, name: 'Corner' }, { id: 2 }, { id: 3, name: 'Market' }]
    const report = await importItems(
      {
        collection: 'shops',
        rows: async function* () {
          yield items.map((item, index) => ({ row: index + 1, line: index + 1, item }))
        },
        onError: 'continue',
        maxFailures: 10,
      },
      contextOf(engine),
    )
    expect([report.imported, report.failed]).toEqual([2, 1])
    for (let n = 0; n < 500 && (await outboxLength(engine)) > 0; n += 1)
      await new Promise((resolve) => setTimeout(resolve, 10))
    expect(heard.toSorted()).toEqual(['items.create shops 1', 'items.create shops 3'])
  })

  it('tells nothing of a dry run or of what was refused, and leaves nothing behind', async () => {
    const engine = await start()
    const heard: string[] = []
    for (const kind of kinds) engine.bus.onAction(kind, (event) => void heard.push(told(event)))
    engine.bus.onActionReliably('test', kinds, (event) => void heard.push(told(event)))
    const { events } = await change(engine, withGoods(engine), true)
    expect(events.map(told).toSorted()).toEqual(['items.create goods 1', 'items.create shops 1'])
    engine.bus.onFilter('items.create', (payload, { collection }) => {
      if (collection === 'goods') throw new EngineError('FORBIDDEN', { reason: 'No goods.' })
      return payload
    })
    await expect(change(engine, withGoods(engine))).rejects.toThrow('No goods.')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([heard, await outboxLength(engine), await countRows(engine)]).toEqual([[], 0, [0, 0, 0]])
  })

  it('writes what the hooks made of it, and reads and writes in their transaction', async () => {
    const engine = await start()
    engine.bus.onFilter('items.create', async (payload, { collection }, { connection }) => {
      if (collection !== 'shops') return payload
      const [[count] = []] = await connection.rows({ text: 'select count(*) from shops', values: [], name: null })
      return { ...payload, name: `${String(payload['name'])} ${Number(count) + 1}` }
    })
    engine.bus.onFilter('items.create', (payload) => ({ ...payload, id: Number(payload['id']) + 10 }), -1)
    const { keys } = await change(engine, withGoods(engine))
    expect(keys).toEqual(['11'])
    const rows = await engine.database.rows({ text: 'select id, name from shops', values: [], name: null })
    expect(rows.map(([id, name]) => [Number(id), name])).toEqual([[11, 'Corner 1']])
  })
})
