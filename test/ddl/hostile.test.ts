/** Names, types, defaults, comments and rules that try to be SQL (attack A53): each is taken as what it is, or refused. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { Database } from '#schema-engine/database/database.ts'
import { applyChanges, readStructure } from '#schema-engine/ddl/apply.ts'
import { planChanges } from '#schema-engine/ddl/plan.ts'
import type { Change, ColumnDefinition, ForeignKeyDefinition, TableName } from '#schema-engine/dialects/change.ts'
import { cockroachdb } from '#schema-engine/dialects/cockroachdb/index.ts'
import { mysql } from '#schema-engine/dialects/mysql/index.ts'
import { render } from '#schema-engine/sql/sql.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { structureOf } from './state.ts'

const hostile = [
  `a"; drop table victim; --`,
  'b`; drop table victim; -- ',
  `c'; drop table victim; --`,
  `d\\'; drop table victim; --`,
  'e); drop table victim; /*',
  '$1 ? :name %s',
  'ünï 🙂 ]][[',
].map((name) => name.trim())

const column = (name: string, more: Partial<ColumnDefinition> = {}): ColumnDefinition => ({
  name,
  kind: 'string',
  maxLength: 100,
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

const at = (name: string): TableName => ({ schema: null, name })

const tableOf = (name: string, ...columns: readonly ColumnDefinition[]): Change => ({
  kind: 'create-table',
  definition: {
    table: at(name),
    columns: [column('id', { isNullable: false, maxLength: 40 }), ...columns],
    primaryKey: ['id'],
    foreignKeys: [],
    indexes: [],
    comment: null,
  },
})

eachDialect((dialect, open) => {
  let place: TestDatabase
  let database: Database
  beforeEach(async () => {
    place = await open()
    await runScript(place.settings, `create table victim (id int primary key); insert into victim values (1);`)
    database = await connect(place.settings)
  })
  afterEach(async () => {
    // Whatever was tried, the victim is as it was.
    expect(await database.rows({ text: 'select id from victim', values: [], name: null })).toHaveLength(1)
    await database.close()
    await place.drop()
  })
  const apply = (...changes: readonly Change[]) =>
    applyChanges({ changes }, { database, refresh: async () => undefined })

  it('takes hostile names for tables, columns, indexes and keys, through every change', async () => {
    for (const hostileName of hostile) {
      const name = dialect === 'mariadb' ? hostileName.replace('🙂', '☺') : hostileName // which its names can't have
      await apply(
        tableOf(name, column(`${name}.`, { isNullable: false, default: { kind: 'value', value: name } })),
        { kind: 'add-column', table: at(name), column: column(`${name}2`, { comment: name, maxLength: 40 }) },
        { kind: 'comment-table', table: at(name), comment: name },
        { kind: 'add-index', table: at(name), index: { name: `${name}i`, columns: [`${name}.`], isUnique: false } },
        {
          kind: 'add-foreign-key',
          table: at(name),
          foreignKey: {
            name: `${name}f`,
            columns: [`${name}2`],
            references: at(name),
            referencedColumns: ['id'],
            onUpdate: 'NO ACTION',
            onDelete: 'CASCADE',
          },
        },
        {
          kind: 'alter-column',
          table: at(name),
          column: column(`${name}.`, {
            isNullable: true,
            maxLength: 120,
            default: { kind: 'value', value: `${name}!` },
          }),
        },
      )
      const { tables } = await database.introspect()
      const table = tables.find((each) => each.name === name)
      expect(table?.columns.map((each) => each.name)).toEqual(['id', `${name}.`, `${name}2`])
      expect(table?.indexes.map((index) => index.name)).toContain(`${name}i`)
      expect(table?.foreignKeys).toMatchObject([{ columns: [`${name}2`], referencedTable: name }])
      if (dialect !== 'sqlite') expect([table?.comment, table?.columns[2]?.comment]).toEqual([name, name])
      const quoted = (text: string) => database.dialect.quoteName(text)
      await runScript(place.settings, `insert into ${quoted(name)} (id) values ('1')`)
      expect(
        await database.rows({ text: `select ${quoted(`${name}.`)} from ${quoted(name)}`, values: [], name: null }),
      ).toEqual([[`${name}!`]])
      const read = table?.columns[1] === undefined ? null : database.dialect.ddl.readDefault(table.columns[1])
      expect(read).toEqual({ kind: 'value', value: `${name}!` })
      await apply(
        { kind: 'drop-foreign-key', table: at(name), name: `${name}f`, columns: [`${name}2`] },
        { kind: 'drop-index', table: at(name), name: `${name}i`, isUnique: false },
        { kind: 'drop-column', table: at(name), column: `${name}2` },
      )
      await apply({ kind: 'drop-table', table: at(name) })
      expect((await database.introspect()).tables.map((each) => each.name)).toEqual(['victim'])
    }
  })

  it('refuses names, types, sizes, rules and texts that no database keeps as they are', async () => {
    const before = await structureOf(database)
    const key: ForeignKeyDefinition = {
      name: 'k',
      columns: ['id'],
      references: at('victim'),
      referencedColumns: ['id'],
      onUpdate: 'NO ACTION',
      onDelete: 'NO ACTION',
    }
    const wrong: readonly Change[] = [
      tableOf(''),
      tableOf('a\0b'),
      tableOf('t', column('a\0')),
      ...(dialect === 'sqlite' ? [] : [tableOf('x'.repeat(65))]),
      ...(dialect === 'mariadb' ? [tableOf('🙂')] : []),
      tableOf('t', column('c', { detail: 'text); drop table victim; --' })),
      tableOf('t', column('c', { kind: 'geometry', detail: 'Point); drop table victim; --' })),
      tableOf('t', column('c', { kind: 'unknown', detail: "text default 'x'" })),
      tableOf('t', column('c', { maxLength: 1.5 })),
      tableOf('t', column('c', { kind: 'decimal', precision: Number.NaN })),
      tableOf('t', column('c', { default: { kind: 'value', value: 'zero\0byte' } })),
      tableOf('t', column('c', { kind: 'float', default: { kind: 'value', value: Number.POSITIVE_INFINITY } })),
      tableOf('t', column('c', { kind: 'boolean', default: { kind: 'value', value: 'true); drop table victim' } })),
      // Words that a caller's JSON might hold where the type says otherwise.
      {
        kind: 'add-foreign-key',
        table: at('victim'),
        foreignKey: { ...key, onDelete: 'CASCADE; drop table victim' as ForeignKeyDefinition['onDelete'] },
      },
      { kind: 'drop-column', table: at('victim'), column: 'missing' },
      { kind: 'drop-index', table: at('victim'), name: 'missing', isUnique: false },
      { kind: 'drop-table', table: at('missing') },
    ]
    for (const change of wrong)
      await expect(apply(change), JSON.stringify(change)).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' })
    expect(await structureOf(database)).toEqual(before)
  })

  it('writes for databases that are not at hand without a name or text of a caller’s outside of quotes', async () => {
    for (const other of [mysql, cockroachdb]) {
      for (const hostileName of hostile) {
        const name = other === mysql ? hostileName.replace('🙂', '☺') : hostileName
        const [step] = planChanges(
          [tableOf(name, column(`${name}c`, { comment: name, default: { kind: 'value', value: name } }))],
          await readStructure(database),
          other,
        ).steps
        for (const statement of step?.forward ?? []) {
          const { text, binds } = render(statement, other)
          expect(binds).toEqual([])
          const strings = other === mysql ? /'(?:[^'\\]|''|\\.)*'/g : /E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'/g
          const names = other === mysql ? /`(?:[^`]|``)*`/g : /"(?:[^"]|"")*"/g
          // One after the other as they stand: what is left is our own.
          const left = text.replaceAll(new RegExp(`${names.source}|${strings.source}`, 'g'), '')
          expect(left).not.toMatch(/drop|--|['"`]/)
        }
      }
    }
  })
})
