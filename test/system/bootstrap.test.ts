/** The system's tables are made beside the user's, once, whoever starts when, and taken away again without a trace. */
import { rmSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import type { Database } from '#schema-engine/database/database.ts'
import { migrations } from '#schema-engine/migrations/index.ts'
import type { Migration } from '#schema-engine/migrations/migration.ts'
import { migrate } from '#schema-engine/migrations/run.ts'
import { planUndo, undo } from '#schema-engine/migrations/undo.ts'
import { systemCollections } from '#schema-engine/system/index.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { isolated, run, temporaryFolder } from '#test/program/program.ts'
import { ofUser, readWhole, rowsOf, withDatabase } from './tables.ts'

const shop = `
  create table makers (id integer not null primary key, name varchar(100) not null unique);
  create table goods (id integer not null primary key, title varchar(100) default 'nothing', maker integer,
    constraint goods_maker foreign key (maker) references makers (id) on delete cascade);
  create index goods_title on goods (title);
  create view titles as select title from goods;
  insert into makers values (1, 'Ærø'), (2, 'Fjord');
  insert into goods values (1, 'Cup', 1), (2, null, null);`

const versions = migrations.map(({ version }) => version)

eachDialect((_, open) => {
  const opened: TestDatabase[] = []
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.drop()
  })
  const empty = async (): Promise<TestDatabase> => {
    const database = await open()
    opened.push(database)
    return database
  }
  const withShop = async (): Promise<TestDatabase> => {
    const database = await empty()
    await runScript(database.settings, shop)
    return database
  }
  const bootstrap = (test: TestDatabase) => withDatabase(test, (database) => migrate({ database, migrations }))
  const eject = (test: TestDatabase) => withDatabase(test, (database) => undo({ database, migrations }))

  it('makes every table of an empty database, with the rows of a new project', async () => {
    const test = await empty()
    expect(await bootstrap(test)).toEqual(versions)
    const whole = await readWhole(test)
    expect([...whole.keys()].toSorted()).toEqual(systemCollections.map(({ name }) => name).toSorted())
    for (const { name, columns, primaryKey } of systemCollections) {
      const table = whole.get(name)?.table
      expect(table?.columns.map((column) => column.name)).toEqual(columns.map((column) => column.name))
      expect(table?.primaryKey).toEqual(primaryKey)
    }
    expect([...whole].filter(([, { rows }]) => rows.length > 0).map(([name, { rows }]) => [name, rows.length])).toEqual(
      [
        ['directus_access', 2],
        ['directus_migrations', systemCollections.length + versions.length],
        ['directus_policies', 2],
        ['directus_roles', 1],
        ['directus_settings', 1],
        ['tablegraph_state', 2],
      ],
    )
    const [settings] = await rowsOf(test, 'directus_settings')
    expect(settings).toMatchObject({
      project_name: 'Tablegraph',
      project_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
    })
    expect(Number(settings?.['id'])).toBe(1)
  })

  it('leaves the user’s tables as they are, and does nothing the second time', async () => {
    const test = await withShop()
    const before = await readWhole(test)
    await bootstrap(test)
    const after = await readWhole(test)
    expect(ofUser(after)).toEqual(before)
    const refuse = () => Promise.reject(new Error('one statement is enough'))
    await withDatabase(test, async (database) => {
      let statements = 0
      const counted: Database = {
        ...database,
        introspect: refuse,
        exclusively: refuse,
        transaction: refuse,
        rows: (statement) => {
          statements += 1
          return database.rows(statement)
        },
      }
      expect(await migrate({ database: counted, migrations })).toEqual([])
      expect(statements).toBe(1)
    })
    expect(await readWhole(test)).toEqual(after)
  })

  it('ejects without a trace', async () => {
    const test = await withShop()
    const before = await readWhole(test)
    await bootstrap(test)
    expect(await eject(test)).toEqual(versions.toReversed())
    expect(await readWhole(test)).toEqual(before)
    expect(await eject(test)).toEqual([])
    expect(await bootstrap(test)).toEqual(versions)
  })

  it('five processes at once make one project', async () => {
    const test = await withShop()
    const folder = temporaryFolder()
    const { client, filename, connectionString } = test.settings
    const place = filename === null ? { DB_CONNECTION_STRING: connectionString ?? '' } : { DB_FILENAME: filename }
    const environment = { ...isolated(folder), ...place, DB_CLIENT: client }
    const all = Array.from({ length: 5 }, () => run(['bootstrap'], environment, folder).ended)
    const outputs = (await Promise.all(all)).map(({ status, output, errors }) => `${status} ${output}${errors}`)
    rmSync(folder, { recursive: true, force: true })
    for (const output of outputs) expect(output).toMatch(/^0 (Done: |Nothing to do)/)
    const done = outputs.flatMap((output) => /^0 Done: (.*)\n/.exec(output)?.[1]?.split(', ') ?? [])
    expect(done.toSorted()).toEqual(versions) // whichever process: each once
    const after = await readWhole(test)
    const rowsIn = (name: string) => after.get(name)?.rows.length
    expect(['policies', 'roles', 'access', 'settings'].map((name) => rowsIn(`directus_${name}`))).toEqual([2, 1, 2, 1])
    expect(rowsIn('directus_migrations')).toBe(systemCollections.length + versions.length)
  })

  it('a run that is cut off anywhere leaves nothing, or what the next run goes on with', async () => {
    const whole = await empty()
    await bootstrap(whole)
    const made = [...(await readWhole(whole))].map(([name, { table }]) => [name, table])
    for (const allowed of [1, 21, 64]) {
      const test = await empty()
      await withDatabase(test, async (database) => {
        await expect(migrate({ database: cutOff(database, allowed), migrations })).rejects.toThrow('cut off')
        if (database.dialect.supports.transactionalDdl)
          expect((await database.introspect()).tables.length).toBeLessThanOrEqual(1)
        expect(await migrate({ database, migrations })).toEqual(versions)
      })
      const after = await readWhole(test)
      expect([...after].map(([name, { table }]) => [name, table])).toEqual(made)
      expect(after.get('directus_policies')?.rows).toHaveLength(2)
      expect(after.get('directus_migrations')?.rows).toHaveLength(systemCollections.length + versions.length)
      await eject(test)
      expect([...(await readWhole(test)).keys()]).toEqual([])
    }
  }, 60_000)

  it('migrations run and are taken back one by one', async () => {
    const test = await withShop()
    const before = await readWhole(test)
    const [first] = migrations
    if (first === undefined) throw new Error('there are none')
    const more: Migration = {
      version: '0002-tablegraph',
      name: 'A table and a column',
      tables: (schema) => {
        const tables = first.tables(schema)
        const [policies] = tables.filter(({ table }) => table.name === 'directus_policies')
        const [folders] = tables.filter(({ table }) => table.name === 'directus_folders')
        const [note] = policies?.columns.filter(({ name }) => name === 'description') ?? []
        if (policies === undefined || folders === undefined || note === undefined) throw new Error('no such table')
        return [
          { ...policies, columns: [...policies.columns, { ...note, name: 'note' }] },
          { ...folders, table: { ...folders.table, name: 'directus_shelves' }, foreignKeys: [] },
        ]
      },
      rows: () => [],
    }
    await withDatabase(test, async (database) => {
      const settings = { database, migrations: [first, more] }
      expect(await migrate(settings, 1)).toEqual(['0001-tablegraph'])
      const middle = await readWhole(test)
      expect(await migrate(settings)).toEqual(['0002-tablegraph'])
      const after = await readWhole(test)
      expect(after.get('directus_policies')?.table.columns.at(-1)?.name).toBe('note')
      expect(after.has('directus_shelves')).toBe(true)
      expect(await planUndo(settings, 1)).toEqual({
        versions: ['0002-tablegraph'],
        tables: ['directus_shelves'],
        columns: ['directus_policies.note'],
        foreignKeys: [],
      })
      expect(await undo(settings, 1)).toEqual(['0002-tablegraph'])
      expect(await readWhole(test)).toEqual(middle)
      await migrate(settings)
      expect(await undo(settings)).toEqual(['0002-tablegraph', '0001-tablegraph'])
    })
    expect(await readWhole(test)).toEqual(before)
  })

  it('what leads from the user’s tables to the system’s is told and untied, and nothing else of them changes', async () => {
    const test = await withShop()
    await bootstrap(test)
    const [role] = await rowsOf(test, 'directus_roles')
    await withDatabase(test, async (database) => {
      const { tables } = await database.introspect()
      const column = tables.find(({ name }) => name === 'directus_roles')?.columns.find(({ name }) => name === 'id')
      const { ddl } = database.dialect
      const type = ddl.typeOf({
        name: 'x',
        kind: column?.kind ?? 'uuid',
        maxLength: null,
        precision: null,
        scale: null,
        detail: null,
        enumValues: null,
        isNullable: true,
        hasAutoIncrement: false,
        default: null,
        comment: null,
      })
      await runScript(
        test.settings,
        `create table notes (id integer not null primary key, role ${type}, constraint notes_role foreign key (role) references directus_roles (id) on delete cascade);
         insert into notes values (1, '${String(role?.['id'])}');`,
      )
    })
    expect(await withDatabase(test, (database) => planUndo({ database, migrations }))).toMatchObject({
      versions: versions.toReversed(),
      foreignKeys: ['notes.role'],
      columns: [],
    })
    await eject(test)
    const after = await readWhole(test)
    expect([...after.keys()].toSorted()).toEqual(['goods', 'makers', 'notes', 'titles'])
    expect(after.get('notes')?.rows).toHaveLength(1)
    expect(after.get('notes')?.table.foreignKeys).toEqual([])
  })
})

/** The same database, whose connection is lost after some statements that change something. */
function cutOff(database: Database, allowed: number): Database {
  let left = allowed
  return {
    ...database,
    exclusively: (name, work) =>
      database.exclusively(name, (connection) =>
        work({
          ...connection,
          change: (statement) => {
            if (left === 0) return Promise.reject(new Error('cut off'))
            left -= 1
            return connection.change(statement)
          },
        }),
      ),
  }
}
