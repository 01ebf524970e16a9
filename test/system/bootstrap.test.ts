/** The system's tables are made beside the user's, once, whoever starts when, and taken away again without a trace. */
import { afterEach, expect, it } from 'vitest'
import { migrations } from '#schema-engine/migrations/index.ts'
import { migrate } from '#schema-engine/migrations/run.ts'
import { planUndo, undo } from '#schema-engine/migrations/undo.ts'
import { systemCollections } from '#schema-engine/system/index.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { ofUser, readWhole, rowsOf, withDatabase } from './tables.ts'

const shop = `
  create table makers (id integer not null primary key, name varchar(100) not null unique);
  create table goods (id integer not null primary key, title varchar(100) default 'nothing', maker integer,
    constraint goods_maker foreign key (maker) references makers (id) on delete cascade);
  create index goods_title on goods (title);
  create view titles as select title from goods;
  insert into makers values (1, 'Ærø'), (2, 'Fjord');
  insert into goods values (1, 'Cup', 1), (2, null, null);`

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
    expect(await bootstrap(test)).toEqual(['0001-tablegraph'])
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
        ['directus_migrations', systemCollections.length + 1],
        ['directus_policies', 2],
        ['directus_roles', 1],
        ['directus_settings', 1],
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
    expect(await bootstrap(test)).toEqual([])
    expect(await readWhole(test)).toEqual(after)
  })

  it('ejects without a trace', async () => {
    const test = await withShop()
    const before = await readWhole(test)
    await bootstrap(test)
    expect(await eject(test)).toEqual(['0001-tablegraph'])
    expect(await readWhole(test)).toEqual(before)
    expect(await eject(test)).toEqual([])
    expect(await bootstrap(test)).toEqual(['0001-tablegraph'])
  })

  it('five at once make one project', async () => {
    const test = await withShop()
    const ran = await Promise.all(Array.from({ length: 5 }, () => bootstrap(test)))
    expect(ran.flat()).toEqual(['0001-tablegraph'])
    expect(await rowsOf(test, 'directus_policies')).toHaveLength(2)
    expect(await rowsOf(test, 'directus_settings')).toHaveLength(1)
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
      versions: ['0001-tablegraph'],
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
