/** Transactions on every database: all or nothing, one after the other where they meet, and repeated where they collide. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { Connection, Database, Statement } from '#schema-engine/database/database.ts'
import { ConstraintError } from '#schema-engine/dialects/constraint-error.ts'
import { EngineError } from '#schema-engine/errors.ts'
import { createDatabase, isAvailable, runScript, type TestDatabase } from '#test/harness/databases.ts'
import { describeWhere, eachDialect } from '#test/harness/each-dialect.ts'

const statement = (text: string, values: readonly unknown[] = [], name: string | null = null): Statement => ({
  text,
  values,
  name,
})

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )
}

eachDialect((dialect, open) => {
  let place: TestDatabase
  let database: Database
  let other: Database

  const placed = (text: string): string => {
    let position = 0
    return text.replaceAll('?', () => database.dialect.placeholder((position += 1)))
  }
  const insert = (connection: Connection, id: number, amount = 0, name: string | null = 'insert') =>
    connection.change(statement(placed('insert into accounts (id, amount) values (?, ?)'), [id, amount], name))
  const amounts = async (from: Pick<Database, 'rows'> = database) =>
    (await from.rows(statement('select id, amount from accounts order by id'))).map((row) => row.map(Number))
  const add = (connection: Connection, id: number, amount: number) =>
    connection.change(statement(placed('update accounts set amount = amount + ? where id = ?'), [amount, id], 'add'))

  beforeAll(async () => {
    place = await open()
    await runScript(
      place.settings,
      `create table accounts (id integer primary key, amount integer not null);
      create table entries (id integer primary key, account_id integer not null references accounts (id));`,
    )
    database = await connect(place.settings)
    other = await connect(place.settings)
  })
  beforeEach(async () => {
    await runScript(
      place.settings,
      'delete from entries; delete from accounts; insert into accounts values (1, 10), (2, 20);',
    )
  })
  afterAll(async () => {
    await database.close()
    await other.close()
    await place.drop()
  })

  it('commits what the work did, and gives what it returned', async () => {
    const result = await database.transaction(async (connection) => {
      expect(await insert(connection, 3, 30)).toMatchObject({ changedRows: 1 })
      expect(await amounts(connection)).toHaveLength(3) // it sees its own rows
      return 'done'
    })
    expect(result).toBe('done')
    expect(await amounts(other)).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ])
  })

  it('counts the rows that an update finds, changed or not', async () => {
    const all = await database.transaction((connection) =>
      connection.change(statement('update accounts set amount = 10')),
    )
    expect(all.changedRows).toBe(2)
  })

  it('leaves nothing of work that throws, and throws what it threw', async () => {
    const mine = new Error('mine')
    const thrown = await thrownBy(
      database.transaction(async (connection) => {
        await insert(connection, 3)
        await add(connection, 1, 5)
        throw mine
      }),
    )
    expect(thrown).toBe(mine)
    expect(await amounts(other)).toEqual([
      [1, 10],
      [2, 20],
    ])
  })

  it('runs nothing after a statement that failed, and undoes the whole, even if the work goes on', async () => {
    let later: unknown = null
    const thrown = await thrownBy(
      database.transaction(async (connection) => {
        await insert(connection, 3)
        await insert(connection, 1).catch(() => undefined)
        later = await thrownBy(insert(connection, 4))
        return 'it went well'
      }),
    )
    expect(thrown).toBeInstanceOf(ConstraintError)
    expect(later).toBe(thrown)
    expect(await amounts(other)).toEqual([
      [1, 10],
      [2, 20],
    ])
    // The connection is as good as before.
    await database.transaction((connection) => insert(connection, 5))
    expect(await amounts(other)).toHaveLength(3)
  })

  it('undoes a part that fails, and goes on', async () => {
    const mine = new Error('mine')
    await database.transaction(async (connection) => {
      await insert(connection, 3)
      const broken = connection.attempt(async () => {
        await insert(connection, 4)
        await insert(connection, 1)
      })
      expect(await thrownBy(broken)).toMatchObject({ broken: { kind: 'not-unique' } })
      expect(await connection.attempt(() => insert(connection, 5))).toMatchObject({ changedRows: 1 })
      const outer = connection.attempt(async () => {
        await insert(connection, 6)
        await connection.attempt(() => insert(connection, 7))
        expect(await thrownBy(connection.attempt(() => insert(connection, 7)))).toBeInstanceOf(ConstraintError)
        expect((await amounts(connection)).map(([id]) => id)).toEqual([1, 2, 3, 5, 6, 7])
        throw mine
      })
      expect(await thrownBy(outer)).toBe(mine)
      await insert(connection, 8)
    })
    expect((await amounts(other)).map(([id]) => id)).toEqual([1, 2, 3, 5, 8])
    const thrown = await thrownBy(
      database.transaction(async (connection) => {
        await connection.attempt(() => insert(connection, 9))
        throw mine
      }),
    )
    expect(thrown).toBe(mine)
    expect(await amounts(other)).toHaveLength(5)
  })

  if (dialect !== 'postgres')
    it('can be read after a statement failed, and fails all the same', async () => {
      const thrown = await thrownBy(
        database.transaction(async (connection) => {
          await insert(connection, 3)
          await thrownBy(insert(connection, 1))
          expect(await connection.afterFailure(() => amounts(connection))).toHaveLength(3)
          expect(await thrownBy(amounts(connection))).toBeInstanceOf(ConstraintError)
        }),
      )
      expect(thrown).toBeInstanceOf(ConstraintError)
      expect(await amounts(other)).toHaveLength(2)
    })

  it('runs statements that are started together in their order', async () => {
    await database.transaction(async (connection) => {
      await Promise.all([insert(connection, 3, 1), add(connection, 3, 10), add(connection, 3, 100)])
      expect(await amounts(connection)).toContainEqual([3, 111])
    })
    const thrown = await thrownBy(
      database.transaction(async (connection) => {
        await Promise.all([insert(connection, 4), insert(connection, 1), insert(connection, 5)])
      }),
    )
    expect(thrown).toMatchObject({ broken: { kind: 'not-unique' } })
    expect(await amounts(other)).toHaveLength(3)
  })

  it('waits for a statement that the work did not wait for', async () => {
    await database.transaction(async (connection) => {
      void insert(connection, 3)
    })
    expect(await amounts(other)).toHaveLength(3)
  })

  it('ends with the last statement', async () => {
    const one = await database.transaction((connection) => connection.lastRows(statement('select id from accounts')))
    expect(one).toHaveLength(2)
    const rows = await database.transaction(async (connection) => {
      await insert(connection, 3)
      const last = await connection.lastRows(statement('select id from accounts'))
      await expect(insert(connection, 4)).rejects.toThrow(/has ended/)
      return last
    })
    expect(rows).toHaveLength(3)
    expect(await amounts(other)).toHaveLength(3)
    const failed = await thrownBy(
      database.transaction(async (connection) => {
        await insert(connection, 4)
        await connection.lastRows(statement('insert into accounts values (1, 1)'))
      }),
    )
    expect(failed).toBeInstanceOf(ConstraintError)
    expect(await amounts(other)).toHaveLength(3)
  })

  it('refuses a transaction inside another, and statements after its end', async () => {
    const kept: Connection[] = []
    const thrown = await thrownBy(
      database.transaction(async (connection) => {
        kept.push(connection)
        await insert(connection, 3)
        await database.transaction((inner) => insert(inner, 4))
      }),
    )
    expect(String(thrown)).toMatch(/inside another/)
    expect(await amounts(other)).toHaveLength(2)
    const [connection] = kept
    if (connection === undefined) return expect.fail('the work did not run')
    await expect(insert(connection, 5)).rejects.toThrow(/has ended/)
    expect(await amounts(other)).toHaveLength(2)
  })

  it('loses no change when many transactions meet in one row', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? database : other).transaction(async (connection) => {
          await add(connection, 1, 1)
          await add(connection, 2, 1)
        }),
      ),
    )
    expect(await amounts()).toEqual([
      [1, 30],
      [2, 40],
    ])
  })

  it('repeats work that the database ended for a deadlock', async () => {
    let runs = 0
    let arrived = 0
    let bothArrived: () => void = () => undefined
    const meeting = new Promise<void>((resolve) => (bothArrived = resolve))
    const cross = (by: Database, first: number, second: number) =>
      by.transaction(async (connection) => {
        runs += 1
        await add(connection, first, 1)
        arrived += 1
        if (arrived === 2) bothArrived()
        // SQLite has one writer: the other does not arrive until this one is done.
        if (dialect !== 'sqlite') await meeting
        await add(connection, second, 100)
      })
    await Promise.all([cross(database, 1, 2), cross(other, 2, 1)])
    expect(runs).toBe(dialect === 'sqlite' ? 2 : 3)
    expect(await amounts()).toEqual([
      [1, 111],
      [2, 121],
    ])
  })

  it('repeats work a bounded number of times', async () => {
    if (dialect === 'sqlite') return expect(dialect).toBe('sqlite') // it waits before it begins, and then has no conflicts
    await runScript(
      place.settings,
      dialect === 'postgres'
        ? `create procedure conflict() language plpgsql as $$ begin raise exception 'again' using errcode = '40001'; end $$`
        : `create procedure conflict() signal sqlstate '40001' set mysql_errno = 1213`,
    )
    let runs = 0
    const thrown = await thrownBy(
      database.transaction(async (connection) => {
        runs += 1
        await insert(connection, 3)
        await connection.change(statement('call conflict()'))
      }),
    )
    expect(runs).toBe(6)
    expect(thrown).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    expect(String(thrown)).toMatch(/busy; try again/)
    expect(await amounts(other)).toHaveLength(2)
  })

  it('reads go on, and see what was committed, while a transaction is open', async () => {
    await database.transaction(async (connection) => {
      await add(connection, 1, 1)
      expect(await amounts(database)).toEqual([
        [1, 10],
        [2, 20],
      ])
    })
    expect(await amounts(database)).toEqual([
      [1, 11],
      [2, 20],
    ])
  })

  it('runs one process at a time under one name, and others under other names', async () => {
    await runScript(place.settings, 'create table log (id integer, what varchar(20))')
    const children = ['a', 'b', 'c'].map((name) =>
      fork(fileURLToPath(new URL('./exclusive-process.ts', import.meta.url)), [JSON.stringify(place.settings), name]),
    )
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as unknown))
    expect(codes).toEqual([0, 0, 0])
    const log = await database.rows(statement('select what from log order by id'))
    const whole = log.map(([what]) => String(what))
    expect(whole).toHaveLength(6)
    for (const index of [0, 2, 4]) expect(whole[index + 1]).toBe(whole[index]?.replace('begins', 'ends'))
  })

  it('frees the name when the work throws', async () => {
    const failing = database.exclusively('work', async (connection) => {
      await insert(connection, 3)
      throw new Error('mine')
    })
    expect(String(await thrownBy(failing))).toMatch(/mine/)
    await other.exclusively('work', (connection) => insert(connection, 4))
    expect((await amounts()).map(([id]) => id)).toEqual([1, 2, 4])
  })

  it('is closed when its transactions have ended', async () => {
    const third = await connect(place.settings)
    let begun: () => void = () => undefined
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    const written = third.transaction(async (connection) => {
      await insert(connection, 3)
      begun()
      await sleep(50)
      await insert(connection, 4)
    })
    await hasBegun
    await third.close()
    await written
    expect(await amounts()).toHaveLength(4)
    expect(await thrownBy(third.transaction((connection) => insert(connection, 5)))).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    })
  })

  it('says in general words what went wrong, and keeps the reason for the log', async () => {
    const thrown = await thrownBy(
      database.transaction((connection) => connection.rows(statement('select secret_column from accounts'))),
    )
    expect(thrown).toBeInstanceOf(EngineError)
    expect(String(thrown)).not.toMatch(/secret_column/)
    expect(String((thrown as EngineError).cause)).toMatch(/secret_column/)
  })

  it('goes on after a connection was lost in the middle', async () => {
    if (dialect === 'sqlite') return expect(dialect).toBe('sqlite') // it has none to lose
    const end = { postgres: 'select pg_terminate_backend(pg_backend_pid())', mariadb: 'kill connection_id()' }[dialect]
    const thrown = await thrownBy(
      database.transaction(async (connection) => {
        await insert(connection, 3)
        await connection.rows(statement(end))
      }),
    )
    expect(thrown).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    await database.transaction((connection) => insert(connection, 4))
    expect((await amounts(other)).map(([id]) => id)).toEqual([1, 2, 4])
  })

  it('repeats work whose prepared statement is of a table as it was before', async () => {
    const all = statement('select * from changing', [], 'changing')
    await runScript(place.settings, 'create table changing (id integer)')
    const seen = () =>
      database.transaction(async (connection) => {
        await insert(connection, 3, 0, null)
        await connection.rows(all)
        const rows = await connection.rows(all)
        await connection.change(statement('delete from accounts where id = 3'))
        return rows
      })
    expect(await seen()).toEqual([])
    await runScript(place.settings, 'alter table changing add column x integer; insert into changing values (1, 2)')
    for (let run = 0; run < 3; run += 1) {
      expect((await seen()).map((row) => row.map(Number))).toEqual([[1, 2]])
    }
    expect(await amounts(other)).toHaveLength(2)
  })
})

/** A server's address through which what travels is counted: how often something was sent after an answer had come. */
async function countingProxy(
  target: URL,
): Promise<{ readonly url: string; readonly trips: () => number; readonly close: () => void }> {
  let trips = 0
  const server = createServer((client) => {
    const upstream = createConnection(Number(target.port), target.hostname)
    let hasAnswered = true
    client.on('data', (data) => {
      if (hasAnswered) trips += 1
      hasAnswered = false
      upstream.write(data)
    })
    // Held back for a moment, so that what was sent at once also comes before the answer.
    upstream.on('data', (data) => {
      setTimeout(() => {
        hasAnswered = true
        client.write(data)
      }, 20)
    })
    for (const socket of [client, upstream]) socket.on('error', () => undefined)
    client.on('close', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // of a port, not of a pipe
  return {
    url: Object.assign(new URL(target), { port: String(port) }).href,
    trips: () => trips,
    close: () => server.close(),
  }
}

describeWhere(isAvailable('postgres'), 'postgres', 'there is no server', () => {
  it('sends the beginning with the first statement, and the end with the last one', async () => {
    const place = await createDatabase('postgres')
    await runScript(place.settings, 'create table items (id integer primary key)')
    const proxy = await countingProxy(new URL(place.settings.connectionString ?? ''))
    const database = await connect({ ...place.settings, connectionString: proxy.url })
    let id = 0
    const insertOne = (): Statement => statement('insert into items values ($1) returning id', [(id += 1)], 'insert')
    const tripsOf = async (work: (connection: Connection) => Promise<unknown>): Promise<number> => {
      const before = proxy.trips()
      await database.transaction(work)
      return proxy.trips() - before
    }
    expect(await tripsOf(async () => undefined)).toBe(0)
    for (let run = 0; run < 2; run += 1) {
      expect(await tripsOf((connection) => connection.lastRows(insertOne()))).toBe(1)
      expect(await tripsOf((connection) => connection.rows(insertOne()))).toBe(2)
      expect(
        await tripsOf(async (connection) => {
          await connection.rows(insertOne())
          await connection.lastRows(insertOne())
        }),
      ).toBe(2)
      expect(
        await tripsOf(async (connection) => {
          await Promise.all([
            connection.rows(insertOne()),
            connection.rows(insertOne()),
            connection.lastRows(insertOne()),
          ])
        }),
      ).toBe(1)
    }
    expect(await database.rows(statement('select count(*)::int from items'))).toEqual([[id]])
    await database.close()
    proxy.close()
    await place.drop()
  })
})

describe('sqlite', () => {
  async function openFile(script: string): Promise<{ readonly place: TestDatabase; readonly database: Database }> {
    const place = await createDatabase('sqlite')
    await runScript(place.settings, script)
    return { place, database: await connect(place.settings) }
  }

  it('waits for another program that writes, and leaves its journal mode as it is', async () => {
    const { place, database } = await openFile(
      'pragma journal_mode = delete; create table items (id integer primary key); insert into items values (1)',
    )
    const other = new Sqlite(place.settings.filename ?? '')
    other.exec('begin immediate; insert into items values (2)')
    const written = database.transaction((connection) => connection.change(statement('insert into items values (3)')))
    expect(await database.rows(statement('select id from items'))).toEqual([[1n]])
    other.exec('commit')
    await written
    expect(other.prepare('select count(*) from items').pluck().get()).toBe(3)
    expect(other.pragma('journal_mode', { simple: true })).toBe('delete')
    other.close()
    await database.close()
    await place.drop()
  })

  it('lets a table be made anew without foreign keys, and checks them all before the end', async () => {
    const { place, database } = await openFile(`
      create table parents (id integer primary key);
      create table children (id integer primary key, parent_id integer references parents (id) on delete cascade);
      insert into parents values (1), (2);
      insert into children values (1, 1), (2, 2);
      pragma foreign_keys = off; insert into children values (3, 99);`)
    const rebuild = (kept: string) =>
      database.transaction(
        async (connection) => {
          await connection.change(statement('create table parents_new (id integer primary key, name text)'))
          await connection.change(statement(`insert into parents_new (id) select id from parents where ${kept}`))
          await connection.change(statement('drop table parents'))
          await connection.change(statement('alter table parents_new rename to parents'))
        },
        { withoutForeignKeys: true },
      )
    const state = async () => [
      (await database.rows(statement('select * from parents'))).map(([first, ...more]) => [Number(first), ...more]),
      (await database.rows(statement('select id, parent_id from children'))).map((row) => row.map(Number)),
    ]
    const before = await state()
    expect(await thrownBy(rebuild('id = 1'))).toMatchObject({ broken: { kind: 'foreign-key', table: 'children' } })
    expect(await state()).toEqual(before)
    await rebuild('true') // the row that led nowhere before is no reason to refuse
    expect(await state()).toEqual([
      [
        [1, null],
        [2, null],
      ],
      before[1],
    ])
    // They hold again.
    const thrown = await thrownBy(
      database.transaction((connection) => connection.change(statement('insert into children values (4, 98)'))),
    )
    expect(thrown).toMatchObject({ broken: { kind: 'foreign-key' } })
    await database.transaction((connection) => connection.change(statement('delete from parents where id = 1')))
    expect((await state())[1]).toEqual([
      [2, 2],
      [3, 99],
    ])
    await database.close()
    await place.drop()
  })

  it('in memory has one connection: reads wait for its transaction, and inside it go through it', async () => {
    const place = await createDatabase('sqlite')
    const database = await connect({ ...place.settings, filename: ':memory:' })
    await database.transaction((connection) =>
      connection.change(statement('create table items (id integer primary key)')),
    )
    let read: Promise<unknown> | null = null
    let inside: unknown = null
    let begun: () => void = () => undefined
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    const written = database.transaction(async (connection) => {
      await connection.change(statement('insert into items values (1)'))
      begun()
      inside = await thrownBy(database.rows(statement('select 1')))
      await connection.change(statement('insert into items values (2)'))
    })
    await hasBegun
    read = database.rows(statement('select id from items'))
    await written
    expect(String(inside)).toMatch(/by the connection of the transaction/)
    expect(await read).toEqual([[1n], [2n]])
    const failed = database.transaction(async (connection) => {
      await connection.change(statement('delete from items'))
      throw new Error('mine')
    })
    expect(String(await thrownBy(failed))).toMatch(/mine/)
    expect(await database.rows(statement('select id from items'))).toHaveLength(2)
    await database.close()
    await place.drop()
  })
})
