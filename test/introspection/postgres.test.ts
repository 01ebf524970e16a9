/** What only PostgreSQL has: schemas, domains, partitions, materialised views, foreign tables, rights; and a thousand tables. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { DatabaseSchema, Table } from '#schema-engine/dialects/database-schema.ts'
import { createDatabase, isAvailable, runScript, type TestDatabase } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'

const script = `
  create schema shop; create schema "Ware House"; create schema unseen;
  create type public.mood as enum ('sad', 'it''s ok', 'häppy');
  create domain word as varchar(20) not null;
  create domain long_word as word check (length(value) > 3);
  create domain price as numeric(12,4);
  create table people (
    id serial primary key, big bigint generated always as identity, name word, nick long_word, cost price, moods public.mood[],
    mood public.mood default 'sad', doubled integer generated always as (id * 2) stored, small smallint, money money, code char(3),
    ip inet, span interval, marks numeric(5,-2), free numeric, at timestamptz(3), clock timetz, bits bit(4), list text[] default '{}',
    grid integer[][], words word[], raw bytea, doc jsonb, "Select" real default 1.5, unlimited varchar, tag name collate "C"
  );
  comment on table people is 'who';
  comment on column people.name is 'how they are called';
  create index people_lower on people (lower(nick));
  create index people_part on people (small) where small > 5;
  create unique index people_part_unique on people (ip) where ip is not null;
  create unique index people_nick on people (nick) include (small);
  create index people_doc on people using gin (doc);
  create index people_two on people (small desc, mood);
  create table shop.orders (
    country char(2), number integer, person integer references people on update cascade on delete set null deferrable,
    parent_country char(2), parent_number integer, hidden integer,
    primary key (number, country), foreign key (parent_number, parent_country) references shop.orders (number, country)
  );
  create table "Ware House"."9 boxes" ("größe" integer references public.people (id));
  create table unseen.secret (id integer primary key);
  create table shop.leads (id integer references unseen.secret);
  create table events (id integer, day date not null, primary key (id, day)) partition by range (day);
  create table events_2023 partition of events for values from ('2023-01-01') to ('2024-01-01');
  create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
  create table notes (event_id integer, event_day date, foreign key (event_id, event_day) references events);
  create materialized view totals as select mood, count(*) as number from people group by mood;
  create unique index totals_mood on totals (mood);
  create view names as select id, name from people;
  create foreign data wrapper nothing;
  create server nowhere foreign data wrapper nothing;
  create foreign table far (id integer, label text) server nowhere;
  create table forbidden (id integer primary key);
  create table half (id integer primary key, shown text, hidden text);
  insert into people (name, nick) select 'n' || n, 'nick' || n from generate_series(1, 500) n;
  analyze people;
`

describeWhere(isAvailable('postgres'), 'postgres', 'there is no server', () => {
  let place: TestDatabase
  let schema: DatabaseSchema

  beforeAll(async () => {
    place = await createDatabase('postgres')
    await runScript(place.settings, script)
    schema = await read(place, ['public', 'shop', 'Ware House'])
  })
  afterAll(() => place.drop())

  const tableNamed = (name: string): Table =>
    schema.tables.find((table) => table.name === name) ?? expect.fail(`no ${name}`)
  const columnOf = (table: string, name: string) =>
    tableNamed(table).columns.find((column) => column.name === name) ?? expect.fail(`no ${table}.${name}`)

  it('lists tables of every kind in the schemas of the search path; of a partitioned table only the whole', () => {
    expect(schema.tables.map((table) => [table.schema, table.name, table.kind])).toEqual([
      ['Ware House', '9 boxes', 'table'],
      [null, 'events', 'partitioned-table'],
      [null, 'far', 'foreign-table'],
      [null, 'forbidden', 'table'],
      [null, 'half', 'table'],
      [null, 'names', 'view'],
      [null, 'notes', 'table'],
      [null, 'people', 'table'],
      [null, 'totals', 'materialized-view'],
      ['shop', 'leads', 'table'],
      ['shop', 'orders', 'table'],
    ])
  })

  it('resolves domains to their base type, with length and nullability', () => {
    const text = { kind: 'string', dataType: 'character varying', nativeType: 'character varying(20)', maxLength: 20 }
    expect(columnOf('people', 'name')).toMatchObject({ ...text, isNullable: false, comment: 'how they are called' })
    expect(columnOf('people', 'nick')).toMatchObject({ ...text, isNullable: false })
    expect(columnOf('people', 'cost')).toMatchObject({
      kind: 'decimal',
      nativeType: 'numeric(12,4)',
      precision: 12,
      scale: 4,
    })
    expect(columnOf('people', 'words')).toMatchObject({ kind: 'array', elementKind: 'string' })
  })

  it('reads types, modifiers, defaults, enums and arrays', () => {
    const kinds = tableNamed('people').columns.map((column) => [column.name, column.kind])
    expect(Object.fromEntries(kinds)).toEqual({
      id: 'integer',
      big: 'bigint',
      name: 'string',
      nick: 'string',
      cost: 'decimal',
      moods: 'array',
      mood: 'enum',
      doubled: 'integer',
      small: 'integer',
      money: 'unknown',
      code: 'string',
      ip: 'unknown',
      span: 'unknown',
      marks: 'decimal',
      free: 'decimal',
      at: 'timestamp',
      clock: 'unknown',
      bits: 'unknown',
      list: 'array',
      grid: 'array',
      words: 'array',
      raw: 'binary',
      doc: 'json',
      Select: 'float',
      unlimited: 'string',
      tag: 'string',
    })
    const values = { enumName: 'mood', enumValues: ['sad', "it's ok", 'häppy'] }
    expect(columnOf('people', 'mood')).toMatchObject({ ...values, defaultValue: "'sad'::mood", nativeType: 'mood' })
    expect(columnOf('people', 'moods')).toMatchObject({ ...values, elementKind: 'enum', nativeType: 'mood[]' })
    expect(columnOf('people', 'marks')).toMatchObject({ precision: 5, scale: -2 })
    expect(columnOf('people', 'free')).toMatchObject({ precision: null, scale: null })
    expect(columnOf('people', 'code')).toMatchObject({
      maxLength: 3,
      nativeType: 'character(3)',
      dataType: 'character',
    })
    expect(columnOf('people', 'at')).toMatchObject({ precision: 3, nativeType: 'timestamp(3) with time zone' })
    expect(columnOf('people', 'id')).toMatchObject({ hasAutoIncrement: true, isNullable: false })
    expect(columnOf('people', 'big')).toMatchObject({ hasAutoIncrement: true })
    expect(columnOf('people', 'doubled')).toMatchObject({
      isGenerated: true,
      generationExpression: '(id * 2)',
      defaultValue: null,
    })
    expect(columnOf('people', 'tag').collation).toBe('C')
  })

  it('reads keys: composite, of itself, across schemas, to a partitioned table, out of what is read', () => {
    expect(tableNamed('orders')).toMatchObject({
      primaryKey: ['number', 'country'],
      foreignKeys: [
        {
          columns: ['parent_number', 'parent_country'],
          referencedSchema: 'shop',
          referencedTable: 'orders',
          referencedColumns: ['number', 'country'],
        },
        {
          columns: ['person'],
          referencedSchema: null,
          referencedTable: 'people',
          onUpdate: 'CASCADE',
          onDelete: 'SET NULL',
        },
      ],
    })
    expect(tableNamed('9 boxes').foreignKeys).toMatchObject([
      { columns: ['größe'], referencedSchema: null, referencedTable: 'people' },
    ])
    expect(tableNamed('leads').foreignKeys).toMatchObject([{ referencedSchema: 'unseen', referencedTable: 'secret' }])
    expect(tableNamed('notes').foreignKeys).toMatchObject([
      { referencedTable: 'events', referencedColumns: ['id', 'day'] },
    ])
    expect(tableNamed('events').primaryKey).toEqual(['id', 'day'])
  })

  it('takes indexes over plain columns only, without a condition', () => {
    expect(tableNamed('people').indexes.map((index) => [index.name, index.columns, index.isUnique])).toEqual([
      ['people_nick', ['nick'], true],
      ['people_pkey', ['id'], true],
      ['people_two', ['small', 'mood'], false],
    ])
    expect(tableNamed('people').uniques).toEqual([{ name: 'people_nick', columns: ['nick'] }])
    expect(tableNamed('totals').uniques).toEqual([{ name: 'totals_mood', columns: ['mood'] }])
  })

  it('knows how many rows there are about, once they were counted', () => {
    expect(tableNamed('people').estimatedRows).toBe(500)
    expect(tableNamed('orders').estimatedRows).toBeNull()
  })

  it('leaves out what the database user may not read, and says so', async () => {
    await runScript(
      place.settings,
      `drop role if exists reader; create role reader login; grant usage on schema shop to reader;
       grant select on all tables in schema public to reader; revoke select on forbidden, half from reader;
       grant select (id, shown) on half to reader; grant select on shop.orders to reader`,
    )
    const url = Object.assign(new URL(place.settings.connectionString ?? ''), { username: 'reader' }).href
    const seen = await read({ ...place, settings: { ...place.settings, connectionString: url } }, ['public', 'shop'])
    expect(seen.tables.map((table) => table.name)).not.toContain('forbidden')
    expect(seen.tables.find((table) => table.name === 'half')?.columns.map((column) => column.name)).toEqual([
      'id',
      'shown',
    ])
    expect(seen.notices.toSorted()).toEqual([
      'The column "hidden" of "half" was left out: the database user may not read it.',
      'The table "forbidden" was left out: the database user may not read it.',
      'The table "shop.leads" was left out: the database user may not read it.',
    ])
    await runScript(place.settings, 'drop owned by reader; drop role reader')
  })

  it('reads a thousand tables in less than three seconds', async () => {
    const many = await createDatabase('postgres')
    const table = (
      number: number,
    ) => `create table table_${number} (id serial primary key, name varchar(50) unique, price numeric(10,2),
      made timestamptz default now(), doc jsonb, parent_id integer references table_${Math.max(0, number - 1)} (id), note text,
      is_active boolean not null, day date, other_id integer references table_0 (id)); create index on table_${number} (parent_id);`
    for (let start = 0; start < 1000; start += 100) {
      await runScript(many.settings, Array.from({ length: 100 }, (_, index) => table(start + index)).join('\n'))
    }
    const started = performance.now()
    const { tables } = await read(many, [])
    const elapsedMs = performance.now() - started
    const fingerprintMs = await timeFingerprint(many)
    console.log(
      `1,000 tables: ${Math.round(elapsedMs)} ms with connecting, their fingerprint ${Math.round(fingerprintMs)} ms`,
    )
    await many.drop()
    expect(tables).toHaveLength(1000)
    expect(
      tables.every((each) => each.columns.length === 10 && each.foreignKeys.length === 2 && each.indexes.length === 3),
    ).toBe(true)
    expect(elapsedMs).toBeLessThan(3000)
  }, 60_000)
})

async function read({ settings }: TestDatabase, searchPath: readonly string[]): Promise<DatabaseSchema> {
  const database = await connect({ ...settings, searchPath })
  try {
    return await database.introspect()
  } finally {
    await database.close()
  }
}

async function timeFingerprint({ settings }: TestDatabase): Promise<number> {
  const database = await connect(settings)
  const started = performance.now()
  await database.structureFingerprint()
  const elapsedMs = performance.now() - started
  await database.close()
  return elapsedMs
}
