/** A database that is altered while requests run: noticed, swapped at once, and no request fails because of it. */
import { afterEach, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Graph, GraphResult } from '#subgraph/graph.ts'
import { createGraph } from '#subgraph/server.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'

const caller = {
  actor: { kind: 'system', reason: 'cli' } as const,
  access: fullAccess,
  facts: { now: new Date(0), user: null, role: null, roles: [], policies: [] },
}

const shop = `
  create table shops (id integer not null primary key, name varchar(50) not null);
  create table goods (id integer not null primary key, title varchar(50) not null, price integer, shop_id integer not null references shops (id));
  insert into shops values (1, 'Corner');
  insert into goods values (1, 'Pen', 2, 1), (2, 'Ink', 5, 1), (3, 'Paper', null, 1);
`

type World = {
  readonly engine: Engine
  readonly graph: Graph
  readonly alter: (sqlText: string) => Promise<void>
  readonly ask: (document: string, variables?: Readonly<Record<string, unknown>>) => Promise<GraphResult>
}

eachDialect((dialect, open) => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })

  async function start(checkIntervalMs: number | null): Promise<World> {
    const database: TestDatabase = await open()
    closing.push(database.drop)
    await runScript(database.settings, shop)
    const engine = await createEngine({ database: database.settings, excludeTables: [], checkIntervalMs })
    const graph = createGraph({ engine, onUnexpected: (error) => unexpected.push(error) })
    closing.push(engine.close, graph.close)
    return {
      engine,
      graph,
      alter: (sqlText) => runScript(database.settings, sqlText),
      ask: (document, variables = {}) =>
        graph.execute({ scope: 'items', document, variables, operationName: null, caller, readOnly: true }),
    }
  }
  const unexpected: unknown[] = []

  /** Asks again and again until told to stop; gives every reply that was no success. */
  function load(
    { ask }: World,
    documents: readonly string[],
  ): () => Promise<{ readonly failures: readonly unknown[]; readonly count: number }> {
    let isRunning = true
    let count = 0
    const failures: unknown[] = []
    const worker = async (first: number): Promise<void> => {
      for (let at = first; isRunning; at += 1) {
        const reply = await ask(documents[at % documents.length] ?? '', { n: (at % 3) + 1 })
        count += 1
        if (reply.errors.length > 0 || reply.data === null) failures.push(reply.errors)
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    const workers = Promise.all([0, 1, 2, 3].map(worker))
    return async () => {
      isRunning = false
      await workers
      expect(unexpected.splice(0)).toEqual([])
      return { failures, count }
    }
  }

  const until = async (isTrue: () => boolean | Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 8000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10)))
      if (await isTrue()) return
    throw new Error('it did not come true in 8 seconds')
  }

  const steady = [
    '{ goods { id title shop_id { name } } }',
    'query($n: Int) { goods(limit: $n, sort: ["-id"]) { title } shops { goods { id } } }',
    '{ goods_aggregated { countAll sum { price } } goods_connection(first: 1) { nodes { id } totalCount } }',
  ]

  describe('noticed on the interval', () => {
    it('a new column, a new table and a new relation are served; nothing fails meanwhile', async () => {
      const world = await start(30)
      const { ask, alter } = world
      expect((await ask('{ goods { colour } }')).status).toBe(400)
      const stop = load(world, steady)
      await alter(
        "alter table goods add column colour varchar(20) default 'blue'; create table makers (id integer not null primary key, name varchar(20)); insert into makers values (7, 'Ada')",
      )
      await until(async () => (await ask('{ goods { colour } makers { name } }')).errors.length === 0)
      await alter(
        dialect === 'sqlite'
          ? 'alter table goods add column maker_id integer references makers (id)'
          : 'alter table goods add column maker_id integer, add foreign key (maker_id) references makers (id)',
      )
      await alter('update goods set maker_id = 7 where id = 2')
      await until(async () => (await ask('{ makers { goods { title } } }')).errors.length === 0)
      const reply = await ask('{ goods(filter: {maker_id: {name: {_eq: "Ada"}}}) { title colour maker_id { name } } }')
      expect(reply.data?.get('goods')).toBe('[{"title":"Ink","colour":"blue","maker_id":{"name":"Ada"}}]')
      const { failures, count } = await stop()
      expect(failures).toEqual([])
      expect(count).toBeGreaterThan(20)
    })

    it('what was dropped or renamed is gone from the schema, and what stays is served throughout', async () => {
      const world = await start(30)
      const { ask, alter } = world
      const stop = load(world, steady)
      await alter(
        "create table extra (id integer not null primary key, note varchar(20)); insert into extra values (1, 'a')",
      )
      await until(async () => (await ask('{ extra { note } }')).errors.length === 0)
      await alter('alter table extra rename column note to remark')
      await until(async () => (await ask('{ extra { remark } }')).errors.length === 0)
      expect((await ask('{ extra { note } }')).status).toBe(400)
      await alter('drop table extra')
      await until(async () => (await ask('{ extra { remark } }')).status === 400)
      expect(await world.graph.sdl('items', caller)).not.toContain('extra')
      expect((await stop()).failures).toEqual([])
    })

    it('a column whose type changes is served as what it has become', async () => {
      if (dialect === 'sqlite') return // SQLite can't change a column's type
      const world = await start(30)
      const { ask, alter } = world
      const stop = load(world, ['{ goods { id price } }', '{ goods(filter: {price: {_gt: 1}}) { title } }'])
      await alter(
        dialect === 'postgres'
          ? 'alter table goods alter column price type numeric(10,2)'
          : 'alter table goods modify column price decimal(10,2)',
      )
      await until(
        async () =>
          (await ask('query @wire(format: REST) { goods(limit: 1) { price } }')).data?.get('goods') ===
          '[{"price":"2.00"}]',
      )
      const { failures } = await stop()
      expect(failures).toEqual([])
    })
  })

  describe('noticed at once', () => {
    it('a refresh serves the new schema when it returns, and tells its listeners once', async () => {
      const world = await start(null)
      const { ask, alter, engine } = world
      const told: string[] = []
      engine.live.onChange((model) => told.push([...model.collections.keys()].toSorted().join(' ')))
      const stop = load(world, steady)
      await alter('create table makers (id integer not null primary key, name varchar(20))')
      expect((await ask('{ makers { name } }')).status).toBe(400)
      await Promise.all([engine.live.refresh(), engine.live.refresh()])
      expect((await ask('{ makers { name } }')).data?.get('makers')).toBe('[]')
      expect(told).toEqual(['goods makers shops'])
      const { fingerprint } = engine.live.current()
      await engine.live.refresh()
      expect([told.length, engine.live.current().fingerprint]).toEqual([1, fingerprint])
      expect((await stop()).failures).toEqual([])
    })

    it('a request that meets a column that has just gone is answered by the new schema, and never with a 500', async () => {
      const { ask, alter } = await start(null)
      const document = '{ goods(limit: 1) { title price } }'
      for (const time of [1, 2, 3]) expect((await ask(document)).errors, String(time)).toEqual([])
      await alter('alter table goods drop column price')
      const reply = await ask(document)
      expect(reply.errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION'])
      expect(reply.status).toBe(400)
      expect((await ask('{ goods(limit: 1) { title } }')).data?.get('goods')).toBe('[{"title":"Pen"}]')
      expect(unexpected.splice(0)).toEqual([])
    })
  })
})
