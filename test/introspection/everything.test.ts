/** What each dialect says of the fixture's database, against the description it was made from. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { Database } from '#schema-engine/database/database.ts'
import type { Column, ColumnKind, DatabaseSchema, Table } from '#schema-engine/dialects/database-schema.ts'
import { everything, loadEverything } from '#test/fixtures/everything/index.ts'
import { hasColumn, type FixtureColumn, type FixtureTable } from '#test/fixtures/fixture.ts'
import { runScript, type TestDatabase, type TestDialect } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'

eachDialect((dialect) => {
  let place: TestDatabase
  let database: Database
  let schema: DatabaseSchema

  beforeAll(async () => {
    place = await loadEverything(dialect)
    database = await connect(place.settings)
    schema = await database.introspect()
  })
  afterAll(async () => {
    await database.close()
    await place.drop()
  })

  const tableNamed = (name: string): Table =>
    schema.tables.find((table) => table.name === name) ?? expect.fail(`no ${name}`)

  it('lists every table and view, once, and nothing else', () => {
    const described = [...everything.tables, ...everything.views].map(({ name }) => name)
    expect(schema.tables.map(({ name }) => name).toSorted()).toEqual(described.toSorted())
    expect(schema.notices).toEqual([])
    expect(schema.tables.every((table) => table.schema === null)).toBe(true)
    for (const view of everything.views)
      expect(tableNamed(view.name)).toMatchObject({ kind: 'view', primaryKey: [], foreignKeys: [] })
  })

  it.each(everything.tables.map((table) => [table.name, table] as const))(
    'reads the columns of %s',
    (name, described) => {
      const { columns } = tableNamed(name)
      const wanted = described.columns.filter((column) => hasColumn(dialect, column))
      expect(columns.map((column) => column.name)).toEqual(wanted.map((column) => column.name))
      for (const [index, column] of columns.entries()) {
        const one = wanted[index] ?? expect.fail()
        expect(factsOf(column), column.name).toEqual(wantedFacts(one, dialect))
      }
    },
  )

  it.each(everything.tables.map((table) => [table.name, table] as const))('reads the keys of %s', (name, described) => {
    const table = tableNamed(name)
    expect(table.kind).toBe('table')
    expect(table.primaryKey).toEqual(described.primaryKey)
    expect(keysOf(table)).toEqual(wantedKeys(described))
    expect(table.uniques.map(({ columns }) => columns.join()).toSorted()).toEqual(
      described.uniques.map((names) => names.join()).toSorted(),
    )
    const indexed = new Set(table.indexes.map(({ columns }) => columns.join()))
    for (const names of [...described.indexes, ...described.uniques]) expect(indexed).toContain(names.join())
    if (described.primaryKey.length > 0) expect(indexed).toContain(described.primaryKey.join())
  })

  it('reads comments, where the database has them', () => {
    const comments = everything.tables.map((table) => [
      table.name,
      dialect === 'sqlite' ? null : (table.comment ?? null),
    ])
    expect(everything.tables.map(({ name }) => [name, tableNamed(name).comment])).toEqual(comments)
    const email = tableNamed('authors').columns.find((column) => column.name === 'email')
    expect(email?.comment).toBe(dialect === 'sqlite' ? null : 'Where "fan mail" goes.')
  })

  it('has a fingerprint that rows do not change, and every change of the structure does', async () => {
    const quote = (name: string) => database.dialect.quoteName(name)
    const changes = [
      'create table added (id integer primary key)',
      'alter table added add column extra varchar(10)',
      'create index added_index on added (extra)',
      'create view added_view as select id from added',
      `alter table added rename column extra to ${quote('re named')}`,
      'drop view added_view',
      ...(dialect === 'postgres'
        ? [
            'alter table added alter column id type bigint',
            `alter type article_status add value 'withdrawn'`,
            `comment on table added is 'a word'`,
            'alter table added alter column "re named" set default 5',
            'alter table added add constraint named foreign key (id) references products (id)',
          ]
        : []),
      'drop table added',
    ]
    let last = await database.structureFingerprint()
    const seen = new Set([last])
    await runScript(place.settings, `insert into categories (id, name) values (100, 'more')`)
    expect(await database.structureFingerprint()).toBe(last)
    for (const change of changes) {
      await runScript(place.settings, change)
      const next = await database.structureFingerprint()
      expect(next, change).not.toBe(last)
      last = next
      seen.add(next)
    }
    expect(seen.size).toBeGreaterThanOrEqual(changes.length)
    await runScript(place.settings, 'delete from categories where id = 100')
  })
})

/** What every dialect tells of a column alike. */
function factsOf(column: Column) {
  const { kind, isNullable, maxLength, precision, scale, isGenerated, hasAutoIncrement, enumValues, elementKind } =
    column
  return {
    kind,
    isNullable,
    maxLength: kind === 'string' ? maxLength : null,
    digits: kind === 'decimal' ? [precision, scale] : null,
    isGenerated,
    hasExpression: column.generationExpression !== null,
    hasDefault: column.defaultValue !== null && !hasAutoIncrement && !/current_timestamp/i.test(column.defaultValue),
    hasAutoIncrement,
    enumValues,
    elementKind,
  }
}

function wantedFacts(column: FixtureColumn, dialect: TestDialect): ReturnType<typeof factsOf> {
  const { type } = column
  const isEnum = type.kind === 'enum' && dialect !== 'sqlite'
  const kind: ColumnKind = type.kind === 'enum' && !isEnum ? 'text' : type.kind
  return {
    kind,
    isNullable: column.isNullable,
    maxLength: type.kind === 'string' ? type.length : null,
    digits: type.kind === 'decimal' ? [type.precision, type.scale] : null,
    isGenerated: column.generated !== undefined,
    hasExpression: column.generated !== undefined,
    hasDefault: column.default !== undefined,
    hasAutoIncrement: column.hasAutoIncrement === true,
    enumValues: isEnum ? type.values : null,
    elementKind: type.kind === 'array' ? type.element : null,
  }
}

const keysOf = (table: Table): readonly string[] =>
  table.foreignKeys
    .map((key) => {
      const onDelete = key.onDelete === 'RESTRICT' ? 'NO ACTION' : key.onDelete // MariaDB's word for the default
      return `${key.columns.join()} > ${key.referencedTable}(${key.referencedColumns.join()}) ${onDelete}`
    })
    .toSorted()

const wantedKeys = (table: FixtureTable): readonly string[] =>
  table.foreignKeys
    .map((key) => `${key.columns.join()} > ${key.table}(${key.references.join()}) ${key.onDelete ?? 'NO ACTION'}`)
    .toSorted()
