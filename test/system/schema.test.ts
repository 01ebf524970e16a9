/** The system's tables in a schema of their own (MySQL: a database of their own): called as ever, and none beside the user's. */
import { afterEach, expect, it } from 'vitest'
import { createEngine } from '#schema-engine/engine.ts'
import { migrations } from '#schema-engine/migrations/index.ts'
import { undo } from '#schema-engine/migrations/undo.ts'
import { systemCollections } from '#schema-engine/system/index.ts'
import { createGraph } from '#subgraph/server.ts'
import { trustedCaller } from '#rest-bridge/http/caller.ts'
import { replyText } from '#rest-bridge/routes/graphql.ts'
import { readSettings } from '#rest-bridge/settings/read.ts'
import { databaseSettings } from '#rest-bridge/settings/database-settings.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { readWhole } from './tables.ts'

const versions = migrations.map(({ version }) => version)

eachDialect((dialect, open) => {
  if (dialect === 'sqlite') {
    it('is refused: SQLite has no schemas', () => {
      const settings = readSettings({ DB_FILENAME: 'a.sqlite', SYSTEM_DB_SCHEMA: 'sys' })
      expect(() => databaseSettings(settings)).toThrow(/SQLite has no schemas/)
    })
    return
  }
  const opened: TestDatabase[] = []
  afterEach(async () => {
    for (const database of opened.splice(0).toReversed()) await database.drop()
  })
  const started = async () => {
    const database = await open()
    opened.push(database)
    await runScript(database.settings, 'create table goods (id integer not null primary key, title varchar(20))')
    const name = new URL(database.settings.connectionString ?? '').pathname.slice(1)
    const systemSchema = `${name}_system`
    await runScript(database.settings, `create schema ${systemSchema}`)
    if (dialect === 'mariadb')
      opened.push({ ...database, drop: () => runScript(database.settings, `drop schema ${systemSchema}`) })
    return { settings: { ...database.settings, systemSchema }, plain: database }
  }

  it('they are made, served, written and ejected there', async () => {
    const { settings, plain } = await started()
    const before = await readWhole({ settings })
    const engine = await createEngine({
      database: settings,
      excludeTables: [],
      checkIntervalMs: null,
      systemTables: 'prepare',
    })
    const graph = createGraph({ engine })
    try {
      expect(engine.systemTables).toEqual({ kind: 'ready', ran: versions })
      expect([...(await readWhole(plain)).keys()]).toEqual(['goods'])
      const { collections } = engine.live.current()
      expect([...collections.keys()].toSorted()).toEqual(
        ['goods', ...systemCollections.filter(({ isHidden }) => !isHidden).map(({ name }) => name)].toSorted(),
      )
      const run = async (document: string, readOnly: boolean) => {
        const asked = { scope: 'system', variables: {}, operationName: null, caller: trustedCaller() } as const
        const result = await graph.execute({ ...asked, document, readOnly })
        expect(result.errors).toEqual([])
        return JSON.parse(replyText(result)) as unknown
      }
      const read = await run('{ policies(sort: ["name"]) { name } roles { name policies { policy { name } } } }', true)
      expect(read).toMatchObject({
        data: { roles: [{ name: 'Administrator', policies: [{ policy: { name: 'Administrator' } }] }] },
      })
      const written = await run('mutation { create_folders_item(data: { name: "Pictures" }) { name } }', false)
      expect(written).toEqual({ data: { create_folders_item: { name: 'Pictures' } } })
      expect(await engine.bus.cleanOutbox(0, 10)).toBe(0)
      expect(await undo({ database: engine.database, migrations })).toEqual(versions.toReversed())
    } finally {
      await graph.close()
      await engine.close()
    }
    expect(await readWhole({ settings })).toEqual(before)
  })

  it('the default schema is refused by its name', () => {
    const at = dialect === 'postgres' ? 'postgres://host/shop' : 'mariadb://host/shop'
    const schema = dialect === 'postgres' ? 'public' : 'shop'
    const settings = readSettings({ DB_CONNECTION_STRING: at, SYSTEM_DB_SCHEMA: schema })
    expect(() => databaseSettings(settings)).toThrow(/the default schema: leave it out/)
    const other = readSettings({ DB_CONNECTION_STRING: at, SYSTEM_DB_SCHEMA: 'system' })
    expect(databaseSettings(other)?.systemSchema).toBe('system')
  })

  it('a second start finds them', async () => {
    const { settings } = await started()
    for (const ran of [versions, []]) {
      const engine = await createEngine({
        database: settings,
        excludeTables: [],
        checkIntervalMs: null,
        systemTables: 'prepare',
      })
      await engine.close()
      expect(engine.systemTables).toEqual({ kind: 'ready', ran })
    }
  })
})
