/** An account that may not change the structure: the database is served as it is, and its owner is told what to run. */
import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { DatabaseSettings } from '#schema-engine/database/database.ts'
import { createEngine } from '#schema-engine/engine.ts'
import { migrations } from '#schema-engine/migrations/index.ts'
import { prepareSystemTables, type SystemTables } from '#schema-engine/migrations/prepare.ts'
import { systemCollections } from '#schema-engine/system/index.ts'
import { runScript, type TestDatabase, type TestDialect } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { explainRefusal } from '#rest-bridge/system-tables.ts'
import { readWhole, rowsOf } from './tables.ts'

/** Another account of the same database, that may read and nothing else. */
async function readerOf(dialect: Exclude<TestDialect, 'sqlite'>, { settings }: TestDatabase) {
  const user = `reader_${randomBytes(4).toString('hex')}`
  const url = new URL(settings.connectionString ?? '')
  const name = url.pathname.slice(1)
  await runScript(
    settings,
    dialect === 'postgres'
      ? `create role ${user} login password 's3cret-password'; revoke create on schema public from public; grant select on all tables in schema public to ${user}`
      : `create user '${user}'@'%' identified by 's3cret-password'; grant select on \`${name}\`.* to '${user}'@'%'`,
  )
  url.username = user
  url.password = 's3cret-password'
  const drop = dialect === 'postgres' ? `drop owned by ${user}; drop role ${user}` : `drop user '${user}'@'%'`
  return { settings: { ...settings, connectionString: url.href }, drop: () => runScript(settings, drop) }
}

eachDialect((dialect, open) => {
  const opened: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const drop of opened.splice(0).toReversed()) await drop()
  })
  const shop = async () => {
    const database = await open()
    opened.push(database.drop)
    await runScript(
      database.settings,
      'create table goods (id integer not null primary key); insert into goods values (1)',
    )
    return database
  }
  /** Settings under which the structure can't be changed. */
  const refusing = async (database: TestDatabase): Promise<DatabaseSettings> => {
    if (dialect === 'sqlite') {
      chmodSync(database.settings.filename ?? '', 0o444)
      return database.settings
    }
    const reader = await readerOf(dialect, database)
    opened.push(reader.drop)
    return reader.settings
  }
  // Who is root may write whatever a file's mode says.
  const isUnstoppable = dialect === 'sqlite' && process.getuid?.() === 0

  if (!isUnstoppable)
    it('is served as it was; the message has the reason and every statement', async () => {
      const database = await shop()
      const before = await readWhole(database)
      const engine = await createEngine({
        database: await refusing(database),
        excludeTables: [],
        checkIntervalMs: null,
        systemTables: 'prepare',
      })
      try {
        expect([...engine.live.current().collections.keys()]).toEqual(['goods'])
        const { systemTables } = engine
        if (systemTables.kind !== 'refused') throw new Error(`it was ${systemTables.kind}`)
        expect(systemTables.reason).toMatch(/denied|readonly/i)
        const message = explainRefusal(systemTables)
        for (const { name } of systemCollections) expect(message).toMatch(new RegExp(`create table ["\`]${name}["\`]`))
        expect(message).not.toContain('s3cret')
      } finally {
        await engine.close()
      }
      expect(await readWhole(database)).toEqual(before)
    })

  it('the statements, run by hand, are all there is to do', async () => {
    const database = await shop()
    const connection = await connect(database.settings)
    try {
      const settings = { database: failing(connection), migrations }
      const refused = await prepareSystemTables(settings)
      expect(refused.kind).toBe('refused')
      const statements = refused.kind === 'refused' ? refused.statements : []
      await runScript(database.settings, statements.join(';\n'))
      expect(await prepareSystemTables({ ...settings, database: connection })).toEqual({
        kind: 'ready',
        ran: [],
      } satisfies SystemTables)
    } finally {
      await connection.close()
    }
    expect(await rowsOf(database, 'directus_policies')).toHaveLength(2)
    expect(await rowsOf(database, 'directus_settings')).toHaveLength(1)
  })
})

/** The same database, in which nothing can be changed. */
const failing = (database: Awaited<ReturnType<typeof connect>>) => ({
  ...database,
  exclusively: () => Promise.reject(new Error('permission denied')),
})
