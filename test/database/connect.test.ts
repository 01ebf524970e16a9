import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { Database, DatabaseSettings, Statement } from '#schema-engine/database/database.ts'
import { EngineError } from '#schema-engine/errors.ts'
import { freePort } from '#test/harness/servers.ts'
import { createDatabase, isAvailable, runScript, type TestDatabase, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere, eachDialect } from '#test/harness/each-dialect.ts'

const statement = (text: string, values: readonly unknown[] = [], name: string | null = null): Statement => ({
  text,
  values,
  name,
})

/** `?` of a statement as the dialect writes placeholders. */
function placed(database: Database, text: string): string {
  let position = 0
  return text.replaceAll('?', () => database.dialect.placeholder((position += 1)))
}

async function failure(work: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await work.then(
    () => expect.fail('it did not fail'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof EngineError)) throw error
  return error
}

eachDialect((dialect, open) => {
  let place: TestDatabase
  let database: Database

  beforeAll(async () => {
    place = await open()
    await runScript(place.settings, 'create table items (id bigint primary key, name varchar(50), price decimal(20,8))')
    database = await connect(place.settings)
  })
  afterAll(async () => {
    await database.close()
    await place.drop()
  })

  it('knows its dialect by the server', () => {
    expect(database.dialect.name).toBe(dialect)
  })

  it.each(['prepared', null])('gives back what was bound, to the last digit (name: %s)', async (name) => {
    const texts = ["it's", 'back\\slash', '"double"', 'per%cent', '日本 👩‍🚀', '', '-- ; /* ?']
    for (const text of texts) {
      const bound = dialect === 'postgres' ? 'select concat(?::text, ?::text)' : 'select concat(?, ?)'
      const rows = await database.rows(statement(placed(database, bound), [text, '!'], name))
      expect(rows).toEqual([[`${text}!`]])
    }
  })

  it('binds integers as integers, also where a limit wants one', async () => {
    const text = placed(
      database,
      'select id from (select 1 as id union all select 2 union all select 3) t where id > ? order by id limit ? offset ?',
    )
    for (const name of ['limited', null]) {
      const rows = await database.rows(statement(text, [0, 1, 1], name))
      expect(rows.map(([id]) => Number(id))).toEqual([2])
    }
  })

  it('binds bigints, booleans and null', async () => {
    const type = { sqlite: 'integer', postgres: 'bigint', mariadb: 'signed' }[dialect]
    const text = placed(database, `select cast(? as ${type}), cast(? as ${type}) - 1, coalesce(?, 'none')`)
    const [row] = await database.rows(statement(text, [9007199254740993n, dialect === 'postgres' ? 1 : true, null]))
    expect(row?.map(String)).toEqual(['9007199254740993', '0', 'none'])
  })

  it('runs more statements at once than it has connections', async () => {
    const text = placed(database, 'select ?')
    const rows = await Promise.all(
      Array.from({ length: 100 }, (_, index) => database.rows(statement(text, [`n${index}`], 'many'))),
    )
    expect(rows.map(([row]) => row?.[0])).toEqual(Array.from({ length: 100 }, (_, index) => `n${index}`))
  })

  it('lets a transaction in among reads that never cease', async () => {
    const narrow = await connect({ ...place.settings, poolMax: 1 })
    let goesOn = true
    const read = async (): Promise<void> => {
      while (goesOn) await narrow.rows(statement('select 1', [], 'again'))
    }
    const readers = Array.from({ length: 5 }, read)
    await narrow.rows(statement('select 1')) // all have begun
    expect(await narrow.transaction((connection) => connection.rows(statement("select 'in'")))).toEqual([['in']])
    goesOn = false
    await Promise.all(readers)
    await narrow.close()
  })

  it('goes on after a statement that failed, and shows nothing of it', async () => {
    const error = await failure(database.rows(statement('select secret_column from no_such_table')))
    expect(error.code).toBe('SERVICE_UNAVAILABLE') // the structure it was planned for is gone
    expect(error.message).not.toMatch(/no_such_table|secret_column|select/)
    expect(await database.rows(statement("select 'fine'"))).toEqual([['fine']])
  })

  it('calls a value that does not fit an invalid query', async () => {
    const text = {
      sqlite: `select json_extract('not json', '$')`,
      postgres: "select 'twelve'::text::integer",
      mariadb: 'select 9223372036854775807 + 9223372036854775807',
    }[dialect]
    expect((await failure(database.rows(statement(text)))).code).toBe('INVALID_QUERY')
  })

  it('lets what is nobody’s fault but ours rise as it is', async () => {
    await expect(database.rows(statement('this is no sql'))).rejects.not.toBeInstanceOf(EngineError)
  })

  it('runs a prepared statement after its table was changed', async () => {
    const same = statement('select * from later', [], 'later')
    const seen = async () =>
      (await database.rows(same)).map((row) => row.map((each) => (typeof each === 'bigint' ? Number(each) : each)))
    expect((await failure(database.rows(same))).code).toBe('SERVICE_UNAVAILABLE')
    await runScript(place.settings, 'create table later (id integer); insert into later values (1)')
    expect([await seen(), await seen()]).toEqual([[[1]], [[1]]])
    await runScript(place.settings, 'alter table later add column x varchar(5)')
    expect([await seen(), await seen()]).toEqual([[[1, null]], [[1, null]]])
    await runScript(
      place.settings,
      `drop table later; create table later (id varchar(5)); insert into later values ('2')`,
    )
    expect([await seen(), await seen()]).toEqual([[['2']], [['2']]])
  })

  it('waits for running statements when it is closed, and refuses further ones', async () => {
    const other = await connect(place.settings)
    const running = other.rows(statement(slow[dialect]))
    await other.rows(statement('select 1')) // the slow one has surely begun
    const closed = other.close()
    expect(await running).toHaveLength(1)
    await closed
    expect((await failure(other.rows(statement('select 1')))).code).toBe('SERVICE_UNAVAILABLE')
  })
})

/** About a third of a second each. */
const slow: Readonly<Record<TestDialect, string>> = {
  sqlite: 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500000) select count(*) from n',
  postgres: 'select count(*) from (select pg_sleep(0.3)) t',
  mariadb: 'select sleep(0.3)',
}

describe('sqlite', () => {
  it('keeps the server running while a statement is slow', async () => {
    const place = await createDatabase('sqlite')
    const database = await connect(place.settings)
    let ticks = 0
    const timer = setInterval(() => (ticks += 1), 5)
    await database.rows(statement(slow.sqlite))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
    await database.close()
    await place.drop()
  })

  it('loses nothing of a 64-bit integer, and adds its functions to every connection', async () => {
    const place = await createDatabase('sqlite')
    for (const settings of [place.settings, { ...place.settings, filename: ':memory:' }]) {
      const database = await connect(settings)
      const text = `select 9223372036854775807, tg_fold('ÄÖ É'), tg_fold(null), tg_base64(x'00ff'), typeof(?), typeof(?)`
      expect(await database.rows(statement(text, [7, 7.5]))).toEqual([
        [9223372036854775807n, 'äö é', null, 'AP8=', 'integer', 'real'],
      ])
      await database.close()
    }
    await place.drop()
  })

  it('only reads', async () => {
    const place = await createDatabase('sqlite')
    const database = await connect(place.settings)
    await expect(database.rows(statement('create table t (id integer) returning 1'))).rejects.toThrow()
    await expect(database.rows(statement('create table t (id integer)'))).rejects.toThrow()
    await database.close()
    await place.drop()
  })
})

describeWhere(isAvailable('postgres'), 'postgres', 'there is no server', () => {
  it('keeps the number of prepared statements of a connection bounded', async () => {
    const place = await createDatabase('postgres')
    const database = await connect({ ...place.settings, poolMax: 1 })
    let most = 0
    for (let number = 0; number < 1100; number += 1) {
      await database.rows(statement(`select ${number}`, [], `s${number}`))
      if (number % 100 === 99) {
        const [row] = await database.rows(statement('select count(*)::int from pg_prepared_statements'))
        most = Math.max(most, Number(row?.[0]))
      }
    }
    expect(most).toBeGreaterThan(100) // they are prepared
    expect(most).toBeLessThanOrEqual(500)
    await database.close()
    await place.drop()
  })

  it('replaces a connection whose prepared statement does not fit any more', async () => {
    const place = await createDatabase('postgres')
    await runScript(place.settings, 'create table t (id integer)')
    const database = await connect({ ...place.settings, poolMax: 1 })
    const prepared = async () =>
      (await database.rows(statement(`select name from pg_prepared_statements order by name`))).flat()
    for (const name of ['changed', 'other']) await database.rows(statement('select * from t', [], name))
    expect(await prepared()).toEqual(['changed', 'other'])
    await runScript(place.settings, 'alter table t add column x integer')
    expect(await database.rows(statement('select * from t', [], 'changed'))).toEqual([])
    expect(await prepared()).toEqual([])
    await database.close()
    await place.drop()
  })

  it('reads a prepared statement the same at every run', async () => {
    const place = await createDatabase('postgres')
    const database = await connect({ ...place.settings, poolMax: 1 })
    const text = `select 7, true, 1.5::float8, 1.50, 12345678901, null::int, $1::text, $2::bytea, $3::text[], $4::int from generate_series(1, 2)`
    const row = [7, true, 1.5, '1.50', '12345678901', null, 'it"s', '\\x00ff', '{a,"b,c"}', 5]
    for (let run = 0; run < 4; run += 1) {
      // A list is nothing that the protocol takes as it is.
      const list = run % 2 === 0 ? ['a', 'b,c'] : '{a,"b,c"}'
      const values = ['it"s', Buffer.from([0, 255]), list, run % 2 === 0 ? 5 : '5']
      expect(await database.rows(statement(text, values, 'types'))).toEqual([row, row])
    }
    const nulls = await database.rows(statement(text, [null, null, null, null], 'types'))
    expect(nulls[0]?.slice(6)).toEqual([null, null, null, null])
    await database.close()
    await place.drop()
  })

  it('keeps nobody waiting for a connection for more than 16 seconds', async () => {
    const place = await createDatabase('postgres')
    const database = await connect({ ...place.settings, poolMax: 1 })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      let end = (): void => undefined
      const held = new Promise<void>((resolve) => (end = resolve))
      let begun = (): void => undefined
      const hasBegun = new Promise<void>((resolve) => (begun = resolve))
      const transaction = database.transaction(async (connection) => {
        await connection.rows(statement('select 1'))
        begun()
        await held
      })
      await hasBegun
      const reads = Array.from({ length: 3 }, () => failure(database.rows(statement('select 2'))))
      await vi.advanceTimersByTimeAsync(14_000)
      const late = failure(database.rows(statement('select 3')))
      await vi.advanceTimersByTimeAsync(2000)
      expect((await Promise.all(reads)).map(({ code }) => code)).toEqual(Array(3).fill('SERVICE_UNAVAILABLE'))
      await vi.advanceTimersByTimeAsync(15_000)
      expect((await late).code).toBe('SERVICE_UNAVAILABLE')
      end()
      await transaction
      expect(await database.rows(statement('select 4'))).toEqual([[4]])
    } finally {
      vi.useRealTimers()
    }
    await database.close()
    await place.drop()
  })

  it('tells times in UTC, and sets the search path', async () => {
    const place = await createDatabase('postgres')
    await runScript(place.settings, 'create schema "Other One"; create table "Other One".t as select 7 as seven')
    const database = await connect({ ...place.settings, searchPath: ['Other One', 'public'] })
    const rows = await database.rows(statement(`select seven, '2024-01-01T00:00:00+02'::timestamptz::text from t`))
    expect(rows).toEqual([[7, '2023-12-31 22:00:00+00']])
    await database.close()
    await place.drop()
  })

  it('says that a connection was lost, and makes a new one', async () => {
    const place = await createDatabase('postgres')
    const database = await connect({ ...place.settings, poolMax: 1 })
    const name = new URL(place.settings.connectionString ?? '').pathname.slice(1)
    const administrator = { ...place.settings, connectionString: process.env['TEST_PG_URL'] ?? '' }
    const terminate = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`
    for (let round = 0; round < 5; round += 1) {
      const running = failure(database.rows(statement('select pg_sleep(20)')))
      const behind = database.rows(statement('select 3'))
      await new Promise((resolve) => setTimeout(resolve, 50))
      await runScript(administrator, terminate)
      expect((await running).code).toBe('SERVICE_UNAVAILABLE')
      expect(await behind).toEqual([[3]]) // it was not sent where nobody hears it any more
      await vi.waitFor(async () => expect(await database.rows(statement('select 1'))).toEqual([[1]]), 5000)
      await runScript(administrator, terminate) // while it is idle; the news may take a moment
      await vi.waitFor(async () => expect(await database.rows(statement('select 2'))).toEqual([[2]]), 5000)
    }
    await database.close()
    await place.drop()
  })
})

describeWhere(isAvailable('mariadb'), 'mariadb', 'there is no server', () => {
  it('keeps the number of prepared statements of a connection bounded', async () => {
    const place = await createDatabase('mariadb')
    const database = await connect({ ...place.settings, poolMax: 1 })
    for (let number = 0; number < 700; number += 1) await database.rows(statement(`select ${number}`, [], `s${number}`))
    const [row] = await database.rows(statement(`show session status like 'Com_stmt_close'`))
    expect(Number(row?.[1])).toBeGreaterThanOrEqual(190)
    await database.close()
    await place.drop()
  })

  it('says that a connection was lost, and makes a new one', async () => {
    const place = await createDatabase('mariadb')
    const database = await connect({ ...place.settings, poolMax: 1 })
    const idOf = async () => Number((await database.rows(statement('select connection_id()')))[0]?.[0])
    for (let round = 0; round < 5; round += 1) {
      const id = await idOf()
      const running = failure(database.rows(statement('select sleep(20)')))
      await new Promise((resolve) => setTimeout(resolve, 50))
      await runScript(place.settings, `kill ${id}`)
      expect((await running).code).toBe('SERVICE_UNAVAILABLE')
      const next = await vi.waitFor(idOf, 5000)
      expect(next).not.toBe(id)
      await runScript(place.settings, `kill ${next}`) // while it is idle; the news may take a moment
      await vi.waitFor(async () => expect(await idOf()).not.toBe(next), 5000)
    }
    await database.close()
    await place.drop()
  })

  it('tells times in UTC as text, and JSON as text', async () => {
    const place = await createDatabase('mariadb')
    await runScript(
      place.settings,
      `create table t (at timestamp(3), doc json); insert into t values ('2024-01-01 12:00:00.250', '{"a": 1.10}')`,
    )
    const database = await connect(place.settings)
    expect(await database.rows(statement('select at, doc, @@time_zone from t'))).toEqual([
      ['2024-01-01 12:00:00.250', '{"a": 1.10}', '+00:00'],
    ])
    await database.close()
    await place.drop()
  })
})

describe('a connection that can not be made', () => {
  const nothing: DatabaseSettings = {
    client: 'pg',
    connectionString: null,
    host: '127.0.0.1',
    port: null,
    database: 'x',
    user: 'joe',
    password: 'sesame-open',
    socketPath: null,
    filename: null,
    searchPath: [],
    ssl: false,
    poolMin: 0,
    poolMax: 2,
  }

  it.each(['pg', 'mysql', 'mariadb', 'cockroachdb'] as const)('says so where nothing listens: %s', async (client) => {
    const port = await freePort()
    const error = await failure(connect({ ...nothing, client, port }))
    expect(error.code).toBe('SERVICE_UNAVAILABLE')
    expect(error.message).toContain(`127.0.0.1:${port}: nothing listens there.`)
  })

  it.each(['pg', 'mysql'] as const)('never shows a password: %s', async (client) => {
    const scheme = client === 'pg' ? 'postgres' : 'mysql'
    const urls = [`${scheme}://joe:sesame-open@no-such-host.invalid/x`, `sesame-open`]
    for (const connectionString of urls) {
      const error = await failure(connect({ ...nothing, client, connectionString }))
      expect(error.code).toBe('SERVICE_UNAVAILABLE')
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('sesame')
    }
  })

  it('names the missing or broken SQLite file', async () => {
    const settings = { ...nothing, client: 'sqlite3', filename: '/no/such/file.sqlite' } as const
    expect((await failure(connect(settings))).message).toContain('/no/such/file.sqlite: there is no such file.')
    const broken = { ...settings, filename: import.meta.filename }
    expect((await failure(connect(broken))).message).toContain('not a database')
  })
})
