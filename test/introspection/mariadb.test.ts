/** What MariaDB keeps in its own way: booleans, JSON, unsigned numbers, sets, several databases. */
import { expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import { createDatabase, isAvailable, runScript } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'

describeWhere(isAvailable('mariadb'), 'mariadb', 'there is no server', () => {
  it('maps its types, and writes defaults as SQL', async () => {
    const place = await createDatabase('mariadb')
    await runScript(
      place.settings,
      `create table \`we\`\`ird\` (
        id int unsigned auto_increment primary key, flag tinyint(1) default 1, small tinyint, big bigint unsigned, bits bit(1), many bit(8),
        doc json, long_doc longtext, checked longtext check (json_valid(checked) or checked = ''), code char(36), word char(3), key_ uuid,
        colors set('red','it''s') default 'red', at timestamp(6) null, moment datetime default current_timestamp, day date, year_ year,
        place point, raw varbinary(16), title varchar(20) default 'x''y' comment 'a "title"', none varchar(5) default null,
        twice int as (small * 2) virtual, half decimal(8,3), ratio float,
        key title_start (title(3)), fulltext key words (title), unique key both_ (code, word)
      ) comment 'a table'; insert into \`we\`\`ird\` (small) values (1); create sequence numbers; create table periods (id int primary key)
        partition by hash (id) partitions 3; create table history (id int primary key) with system versioning`,
    )
    const database = await connect(place.settings)
    const { tables } = await database.introspect()
    await database.close()
    await place.drop()

    expect(Object.fromEntries(tables.map((table) => [table.name, table.kind]))).toEqual({
      history: 'table',
      periods: 'partitioned-table',
      'we`ird': 'table',
    })
    const table = tables.find((each) => each.name === 'we`ird')
    expect(Object.fromEntries(table?.columns.map((column) => [column.name, column.kind]) ?? [])).toEqual({
      id: 'bigint',
      flag: 'boolean',
      small: 'integer',
      big: 'bigint',
      bits: 'boolean',
      many: 'binary',
      doc: 'json',
      long_doc: 'text',
      checked: 'text',
      code: 'uuid',
      word: 'string',
      key_: 'uuid',
      colors: 'enum',
      at: 'timestamp',
      moment: 'datetime',
      day: 'date',
      year_: 'integer',
      place: 'geometry',
      raw: 'binary',
      title: 'string',
      none: 'string',
      twice: 'integer',
      half: 'decimal',
      ratio: 'float',
    })
    const columnNamed = (name: string) => table?.columns.find((column) => column.name === name)
    expect(columnNamed('colors')).toMatchObject({ enumValues: ['red', "it's"], defaultValue: "'red'" })
    expect(columnNamed('title')).toMatchObject({ defaultValue: "'x''y'", comment: 'a "title"', maxLength: 20 })
    expect(columnNamed('none')).toMatchObject({ defaultValue: null, isNullable: true })
    expect(columnNamed('twice')).toMatchObject({ isGenerated: true, generationExpression: '`small` * 2' })
    expect(columnNamed('id')).toMatchObject({ hasAutoIncrement: true, nativeType: 'int(10) unsigned', dataType: 'int' })
    expect(table?.comment).toBe('a table')
    expect(table?.indexes.map((index) => index.columns)).toEqual([['code', 'word'], ['id']])
    expect(table?.uniques).toEqual([{ name: 'both_', columns: ['code', 'word'] }])
  })

  it('reads several databases, with the keys between them', async () => {
    const [one, two] = [await createDatabase('mariadb'), await createDatabase('mariadb')]
    const nameOf = (url: string | null) => new URL(url ?? '').pathname.slice(1)
    const [first, second] = [nameOf(one.settings.connectionString), nameOf(two.settings.connectionString)]
    await runScript(one.settings, 'create table parents (id int primary key)')
    await runScript(
      two.settings,
      `create table children (id int primary key, parent int references ${first}.parents (id))`,
    )
    const database = await connect({ ...one.settings, searchPath: [first, second] })
    const { tables } = await database.introspect()
    await database.close()
    await two.drop()
    await one.drop()
    expect(Object.fromEntries(tables.map((table) => [table.name, table.schema]))).toEqual({
      parents: null,
      children: second,
    })
    expect(tables.find((table) => table.name === 'children')?.foreignKeys).toMatchObject([
      { columns: ['parent'], referencedSchema: null, referencedTable: 'parents', referencedColumns: ['id'] },
    ])
  })
})
