/** Every change of a database's structure, forward and back, on tables that hold rows. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { Database } from '#schema-engine/database/database.ts'
import { applyChanges, readStructure } from '#schema-engine/ddl/apply.ts'
import { planChanges, showPlan } from '#schema-engine/ddl/plan.ts'
import type { Change, ColumnDefinition, TableName } from '#schema-engine/dialects/change.ts'
import { definitionOf } from '#schema-engine/dialects/column-definition.ts'
import type { ColumnKind, Table } from '#schema-engine/dialects/database-schema.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { contentOf, structureOf } from './state.ts'

const at = (name: string): TableName => ({ schema: null, name })

const column = (name: string, kind: ColumnKind, more: Partial<ColumnDefinition> = {}): ColumnDefinition => ({
  name,
  kind,
  maxLength: null,
  precision: null,
  scale: null,
  detail: null,
  enumValues: null,
  isNullable: true,
  hasAutoIncrement: false,
  default: null,
  comment: null,
  ...more,
})

const counter = {
  sqlite: 'integer primary key autoincrement',
  postgres: 'serial primary key',
  mariadb: 'int auto_increment primary key',
}

eachDialect((dialect, open) => {
  let place: TestDatabase
  let database: Database

  beforeEach(async () => {
    place = await open()
    await runScript(
      place.settings,
      `create table parents (
         id ${counter[dialect]},
         name varchar(50) not null default 'nobody',
         code varchar(20),
         price decimal(10,2) check (price >= 0),
         constraint parents_code_unique unique (code)
       );
       create index parents_name_index on parents (name);
       create table children (
         id ${counter[dialect]}, parent int not null, note text,
         constraint children_parent_foreign foreign key (parent) references parents (id) on delete cascade
       );
       create view cheap as select id, price from parents where price < 10;
       insert into parents (name, code, price) values ('Ada', 'a', 1.5), ('Bob', 'b', 22), ('Cyd', null, null);
       insert into children (parent, note) values (1, 'x'), (1, null), (2, 'it''s');`,
    )
    database = await connect(place.settings)
  })

  afterEach(async () => {
    await database.close()
    await place.drop()
  })

  const apply = (changes: readonly Change[]) => applyChanges({ changes }, { database, refresh: async () => undefined })
  const tableNamed = async (name: string): Promise<Table> => {
    const table = (await database.introspect()).tables.find((each) => each.name === name)
    if (table === undefined) throw new Error(`there is no table ${name}`)
    return table
  }
  const columnNamed = async (table: string, name: string) =>
    (await tableNamed(table)).columns.find((each) => each.name === name)

  /** Runs what takes a plan back. */
  const takeBack = async (plan: Awaited<ReturnType<typeof apply>>['plan']): Promise<void> => {
    await database.transaction(
      async (connection) => {
        for (const shown of showPlan(plan, database.dialect).toReversed()) {
          for (const text of shown.reverse ?? []) await connection.change({ text, values: [], name: null })
        }
      },
      database.dialect.ddl.rebuildsTables ? { withoutForeignKeys: true } : {},
    )
  }

  const altered = async (table: string, name: string, more: Partial<ColumnDefinition>): Promise<Change> => {
    const current = await columnNamed(table, name)
    if (current === undefined) throw new Error(`there is no column ${name}`)
    return { kind: 'alter-column', table: at(table), column: { ...definitionOf(current), ...more } }
  }

  const cases: Readonly<Record<string, () => Promise<{ change: Change; expected: () => Promise<void> }>>> = {
    'add a column with a default': async () => ({
      change: {
        kind: 'add-column',
        table: at('parents'),
        column: column('state', 'string', {
          maxLength: 12,
          isNullable: false,
          default: { kind: 'value', value: "o'k\\" },
        }),
      },
      expected: async () => {
        expect(await columnNamed('parents', 'state')).toMatchObject({
          kind: 'string',
          maxLength: 12,
          isNullable: false,
        })
        const rows = await database.rows({ text: 'select distinct state from parents', values: [], name: null })
        expect(rows).toEqual([["o'k\\"]])
      },
    }),
    'add a column of the time': async () => ({
      change: {
        kind: 'add-column',
        table: at('parents'),
        column: column('made', 'timestamp', { default: { kind: 'now' } }),
      },
      expected: async () => expect(await columnNamed('parents', 'made')).toMatchObject({ kind: 'timestamp' }),
    }),
    'make a text longer, and required': async () => ({
      change: await altered('parents', 'name', { maxLength: 80 }),
      expected: async () =>
        expect(await columnNamed('parents', 'name')).toMatchObject({ maxLength: 80, isNullable: false }),
    }),
    'let a column be null': async () => ({
      change: await altered('parents', 'name', { isNullable: true, default: null }),
      expected: async () => {
        expect(await columnNamed('parents', 'name')).toMatchObject({ isNullable: true, maxLength: 50 })
        expect((await columnNamed('parents', 'name'))?.defaultValue ?? null).toBe(null)
      },
    }),
    'change a text to a shorter one': async () => ({
      change: await altered('children', 'note', { kind: 'string', maxLength: 100, detail: null }),
      expected: async () =>
        expect(await columnNamed('children', 'note')).toMatchObject({ kind: 'string', maxLength: 100 }),
    }),
    'change a default': async () => ({
      change: await altered('parents', 'name', { default: { kind: 'value', value: 'somebody' } }),
      expected: async () => expect((await columnNamed('parents', 'name'))?.defaultValue).toContain('somebody'),
    }),
    'add an index': async () => ({
      change: {
        kind: 'add-index',
        table: at('parents'),
        index: { name: 'both', columns: ['name', 'price'], isUnique: false },
      },
      expected: async () =>
        expect((await tableNamed('parents')).indexes).toContainEqual({
          name: 'both',
          columns: ['name', 'price'],
          isUnique: false,
        }),
    }),
    'add a composite uniqueness': async () => ({
      change: {
        kind: 'add-index',
        table: at('parents'),
        index: { name: 'one_each', columns: ['name', 'code'], isUnique: true },
      },
      expected: async () =>
        expect((await tableNamed('parents')).uniques).toContainEqual({ name: 'one_each', columns: ['name', 'code'] }),
    }),
    'drop an index': async () => ({
      change: { kind: 'drop-index', table: at('parents'), name: 'parents_name_index', isUnique: false },
      expected: async () =>
        expect((await tableNamed('parents')).indexes.map((index) => index.name)).not.toContain('parents_name_index'),
    }),
    'drop a uniqueness that was made with the table': async () => {
      const unique = (await tableNamed('parents')).uniques[0]?.name ?? ''
      return {
        change: { kind: 'drop-index', table: at('parents'), name: unique, isUnique: true },
        expected: async () => expect((await tableNamed('parents')).uniques).toEqual([]),
      }
    },
    'add a foreign key': async () => ({
      change: {
        kind: 'add-foreign-key',
        table: at('children'),
        foreignKey: {
          name: 'children_id_foreign',
          columns: ['id'],
          references: at('parents'),
          referencedColumns: ['id'],
          onUpdate: 'NO ACTION',
          onDelete: 'NO ACTION',
        },
      },
      expected: async () => {
        const keys = (await tableNamed('children')).foreignKeys
        expect(new Set(keys.map((key) => key.columns.join()))).toEqual(new Set(['id', 'parent']))
      },
    }),
    'drop a foreign key': async () => ({
      change: { kind: 'drop-foreign-key', table: at('children'), name: 'children_parent_foreign', columns: ['parent'] },
      expected: async () => expect((await tableNamed('children')).foreignKeys).toEqual([]),
    }),
    'comment a table': async () => ({
      change: { kind: 'comment-table', table: at('parents'), comment: "it's \\ all" },
      expected: async () =>
        expect((await tableNamed('parents')).comment).toBe(dialect === 'sqlite' ? null : "it's \\ all"),
    }),
    'make a table': async () => ({
      change: {
        kind: 'create-table',
        definition: {
          table: at('notes'),
          columns: [
            column('id', 'integer', { isNullable: false, hasAutoIncrement: true }),
            column('parent', 'integer', { comment: 'who' }),
            column('done', 'boolean', { isNullable: false, default: { kind: 'value', value: false } }),
            column('kind', 'enum', { enumValues: ['a', "b'c"] }),
          ],
          primaryKey: ['id'],
          foreignKeys: [
            {
              name: 'notes_parent_foreign',
              columns: ['parent'],
              references: at('parents'),
              referencedColumns: ['id'],
              onUpdate: 'NO ACTION',
              onDelete: 'SET NULL',
            },
          ],
          indexes: [{ name: 'notes_done_index', columns: ['done'], isUnique: false }],
          comment: null,
        },
      },
      expected: async () => {
        const notes = await tableNamed('notes')
        expect(notes.primaryKey).toEqual(['id'])
        expect(notes.columns.map((each) => [each.name, each.kind])).toEqual([
          ['id', 'integer'],
          ['parent', 'integer'],
          ['done', 'boolean'],
          ['kind', dialect === 'sqlite' ? 'text' : 'enum'],
        ])
        expect(notes.columns[0]).toMatchObject({ hasAutoIncrement: true, isNullable: false })
        expect(notes.foreignKeys).toMatchObject([{ columns: ['parent'], onDelete: 'SET NULL' }])
        await runScript(place.settings, `insert into notes (parent) values (1)`)
      },
    }),
  }

  describe('forward and back', () => {
    for (const [name, prepare] of Object.entries(cases)) {
      it(name, async () => {
        const before = { structure: await structureOf(database), content: await contentOf(database) }
        const { change, expected } = await prepare()
        const { plan, notices } = await apply([change])
        expect(notices).toEqual([])
        expect(showPlan(plan, database.dialect)[0]?.destructive).toBe(name === 'change a text to a shorter one')
        await expected()
        if (plan.steps[0]?.isDestructive === true) {
          expect(await contentOf(database)).toEqual(before.content)
          return
        }
        await takeBack(plan)
        expect(await structureOf(database)).toEqual(before.structure)
        expect(await contentOf(database)).toEqual(before.content)
      })
    }
  })

  it('drops a column with its indexes, and a table', async () => {
    const { plan } = await apply([
      { kind: 'drop-table', table: at('children') },
      { kind: 'drop-column', table: at('parents'), column: 'code' },
    ])
    expect(showPlan(plan, database.dialect).map((shown) => [shown.kind, shown.destructive, shown.reverse])).toEqual([
      ['drop-column', true, null],
      ['drop-table', true, null],
    ])
    const { tables } = await database.introspect()
    expect(tables.map((table) => table.name)).toEqual(['cheap', 'parents'])
    expect(tables[1]?.columns.map((each) => each.name)).toEqual(['id', 'name', 'price'])
    expect(tables[1]?.uniques).toEqual([])
    expect((await contentOf(database))['parents']).toHaveLength(3)
  })

  it('leaves everything as it was when a step fails', async () => {
    const before = { structure: await structureOf(database), content: await contentOf(database) }
    const failing: readonly (readonly Change[])[] = [
      // The values don't fit.
      [
        { kind: 'add-column', table: at('parents'), column: column('more', 'integer') },
        { kind: 'drop-index', table: at('parents'), name: 'parents_name_index', isUnique: false },
        { kind: 'drop-foreign-key', table: at('children'), name: 'children_parent_foreign', columns: ['parent'] },
        await altered('children', 'note', { isNullable: false }),
      ],
      // Two rows have the same.
      [
        { kind: 'drop-column', table: at('parents'), column: 'code' },
        { kind: 'drop-table', table: at('children') },
        { kind: 'create-table', definition: tableOf('made') },
        { kind: 'add-index', table: at('made'), index: { name: 'again', columns: ['missing'], isUnique: false } },
      ],
      [
        { kind: 'create-table', definition: tableOf('made') },
        { kind: 'add-index', table: at('children'), index: { name: 'one_each', columns: ['parent'], isUnique: true } },
      ],
    ]
    for (const changes of failing) {
      await expect(apply(changes)).rejects.toThrow(/./)
      expect(await structureOf(database)).toEqual(before.structure)
      expect(await contentOf(database)).toEqual(before.content)
    }
    // What goes with it fails after all was done.
    await expect(
      applyChanges(
        {
          changes: [
            { kind: 'drop-column', table: at('parents'), column: 'code' },
            { kind: 'drop-table', table: at('children') },
            { kind: 'create-table', definition: tableOf('made') },
          ],
          rows: async (connection) => {
            await connection.change({ text: `delete from parents where id = 3`, values: [], name: null })
            throw new Error('no')
          },
        },
        { database, refresh: async () => undefined },
      ),
    ).rejects.toThrow('no')
    expect(await structureOf(database)).toEqual(before.structure)
    expect(await contentOf(database)).toEqual(before.content)
  })

  it('lets no reference lead to nothing', async () => {
    const structure = await readStructure(database)
    expect(() => planChanges([{ kind: 'drop-table', table: at('parents') }], structure, database.dialect)).toThrow(
      'The table "parents" is referred to by a foreign key of "children".',
    )
    await apply([
      { kind: 'drop-table', table: at('parents') },
      { kind: 'drop-foreign-key', table: at('children'), name: 'children_parent_foreign', columns: ['parent'] },
    ]).then(
      () => expect(dialect).toBe('mariadb'), // whose views may lead to nothing
      () => expect(dialect).not.toBe('mariadb'), // a view needs the table
    )
  })
})

const tableOf = (name: string) => ({
  table: at(name),
  columns: [column('id', 'uuid', { isNullable: false })],
  primaryKey: ['id'],
  foreignKeys: [],
  indexes: [],
  comment: null,
})
