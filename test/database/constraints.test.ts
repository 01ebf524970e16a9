/** What a database tells of a constraint that a write broke: its kind everywhere, and as many names as it gives. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { Database } from '#schema-engine/database/database.ts'
import { ConstraintError } from '#schema-engine/dialects/constraint-error.ts'
import type { BrokenConstraint } from '#schema-engine/dialects/dialect.ts'
import { runScript, type TestDatabase, type TestDialect } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'

const script: Readonly<Record<TestDialect, string>> = {
  sqlite: `
    create table parents (id integer primary key, a integer, b integer, unique (a, b));
    create table items (
      id integer primary key, email varchar(20) unique, "weird, ""name" integer unique, age integer not null,
      size smallint, parent_id integer constraint items_parent references parents (id), a integer, b integer, starts date, code varchar(5),
      constraint items_age check (age < 200), constraint items_pair foreign key (a, b) references parents (a, b));
    create unique index items_folded on items (lower(code));
    create trigger items_guard before insert on items when new.age = 13 begin select raise(abort, 'not this one'); end;`,
  postgres: `
    create table parents (id integer primary key, a integer, b integer, unique (a, b));
    create table items (
      id integer primary key, email varchar(20) unique, "weird, ""name" integer unique, age integer not null,
      size smallint, parent_id integer constraint items_parent references parents (id), a integer, b integer, starts date, code varchar(5),
      constraint items_age check (age < 200), constraint items_pair foreign key (a, b) references parents (a, b));
    create unique index items_folded on items (lower(code));
    create function guard() returns trigger language plpgsql as
      $$ begin if new.age = 13 then raise exception 'not this one'; end if; return new; end $$;
    create trigger items_guard before insert on items for each row execute function guard();`,
  mariadb: `
    create table parents (id integer primary key, a integer, b integer, unique (a, b));
    create table items (
      id integer primary key, email varchar(20) unique, \`weird, "name\` integer unique, age integer not null,
      size smallint, parent_id integer, a integer, b integer, starts date, code varchar(5),
      constraint items_parent foreign key (parent_id) references parents (id),
      constraint items_age check (age < 200), constraint items_pair foreign key (a, b) references parents (a, b));
    create trigger items_guard before insert on items for each row
      begin if new.age = 13 then signal sqlstate '45000' set message_text = 'not this one'; end if; end;`,
}

type Expected = Partial<Record<TestDialect, Partial<BrokenConstraint>>>
type Case = readonly [
  name: string,
  text: string,
  values: readonly unknown[],
  kind: BrokenConstraint['kind'],
  more: Expected,
]

const items = { table: 'items' }
const insert = (columns: string, values: string) => `insert into items (id, age, ${columns}) values (2, 20, ${values})`

const cases: readonly Case[] = [
  [
    'a primary key twice',
    'insert into items (id, age) values (1, 1)',
    [],
    'not-unique',
    {
      sqlite: { ...items, columns: ['id'] },
      postgres: { ...items, columns: ['id'], constraint: 'items_pkey' },
      mariadb: { columns: [], constraint: 'PRIMARY' },
    },
  ],
  [
    'a unique value twice',
    insert('email', '?'),
    ['one@x.io'],
    'not-unique',
    {
      sqlite: { ...items, columns: ['email'] },
      postgres: { ...items, columns: ['email'], constraint: 'items_email_key' },
      mariadb: { constraint: 'email' },
    },
  ],
  [
    'a unique value of a strange column twice',
    insert('"weird, ""name"', '7'),
    [],
    'not-unique',
    {
      sqlite: { ...items, columns: ['weird, "name'] },
      postgres: { ...items, columns: ['weird, "name'] },
      mariadb: { constraint: 'weird, "name' },
    },
  ],
  [
    'a unique pair twice',
    'insert into parents values (9, 1, 1)',
    [],
    'not-unique',
    {
      sqlite: { table: 'parents', columns: ['a', 'b'] },
      postgres: { table: 'parents', columns: ['a', 'b'], constraint: 'parents_a_b_key' },
      mariadb: { constraint: 'a' },
    },
  ],
  [
    'a reference to nothing',
    insert('parent_id', '99'),
    [],
    'foreign-key',
    {
      sqlite: { table: null, columns: [], constraint: null },
      postgres: { ...items, columns: ['parent_id'], constraint: 'items_parent' },
      mariadb: { ...items, columns: ['parent_id'], constraint: 'items_parent' },
    },
  ],
  [
    'a reference of two columns to nothing',
    insert('a, b', '1, 2'),
    [],
    'foreign-key',
    {
      postgres: { ...items, columns: ['a', 'b'], constraint: 'items_pair' },
      mariadb: { ...items, columns: ['a', 'b'], constraint: 'items_pair' },
    },
  ],
  [
    'deleting what is referred to',
    'delete from parents where id = 1',
    [],
    'foreign-key',
    {
      postgres: { ...items, columns: [], constraint: 'items_parent' },
      mariadb: { ...items, columns: ['parent_id'], constraint: 'items_parent' },
    },
  ],
  [
    'null where there must be a value',
    'update items set age = null where id = 1',
    [],
    'null',
    {
      sqlite: { ...items, columns: ['age'] },
      postgres: { ...items, columns: ['age'] },
      mariadb: { columns: ['age'] },
    },
  ],
  [
    'no value where there must be one',
    'insert into items (id) values (3)',
    [],
    'null',
    {
      sqlite: { ...items, columns: ['age'] },
      postgres: { ...items, columns: ['age'] },
      mariadb: { columns: ['age'] },
    },
  ],
  [
    'a check that does not hold',
    'insert into items (id, age) values (4, 300)',
    [],
    'check',
    {
      sqlite: { constraint: 'items_age' },
      postgres: { ...items, constraint: 'items_age' },
      mariadb: { ...items, constraint: 'items_age' },
    },
  ],
  ['what a trigger refuses', 'insert into items (id, age) values (4, 13)', [], 'check', {}],
]

/** What SQLite keeps as it is. */
const strictCases: readonly Case[] = [
  ['a text that is too long', insert('email', '?'), ['x'.repeat(21)], 'too-long', { mariadb: { columns: ['email'] } }],
  ['a number that is too large', insert('size', '?'), [70000], 'out-of-range', { mariadb: { columns: ['size'] } }],
  ['a text for a number', insert('size', '?'), ['much'], 'bad-value', { mariadb: { ...items, columns: ['size'] } }],
  ['a text for a date', insert('starts', '?'), ['soon'], 'bad-value', { mariadb: { ...items, columns: ['starts'] } }],
]

eachDialect((dialect, open) => {
  let place: TestDatabase
  let database: Database

  beforeAll(async () => {
    place = await open()
    await runScript(place.settings, script[dialect])
    await runScript(
      place.settings,
      `insert into parents values (1, 1, 1);
      insert into items values (1, 'one@x.io', 7, 10, 1, 1, 1, 1, null, 'one')`,
    )
    database = await connect(place.settings)
  })
  afterAll(async () => {
    await database.close()
    await place.drop()
  })

  const rows = async () =>
    JSON.stringify(
      [
        await database.rows({ text: 'select * from items', values: [], name: null }),
        await database.rows({ text: 'select * from parents', values: [], name: null }),
      ],
      (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    )

  async function breaking(text: string, values: readonly unknown[]): Promise<ConstraintError> {
    let position = 0
    const placed = text.replaceAll('?', () => database.dialect.placeholder((position += 1)))
    const quoted = dialect === 'mariadb' ? placed.replaceAll('"weird, ""name"', '`weird, "name`') : placed
    const thrown: unknown = await database
      .transaction((connection) => connection.change({ text: quoted, values, name: null }))
      .then(
        () => expect.fail('it was kept'),
        (error: unknown) => error,
      )
    if (!(thrown instanceof ConstraintError)) throw thrown
    return thrown
  }

  it.each(dialect === 'sqlite' ? cases : [...cases, ...strictCases])('%s', async (_, text, values, kind, more) => {
    const before = await rows()
    const error = await breaking(text, values)
    expect(error.broken).toMatchObject({ kind, ...more[dialect] })
    expect(error.message).not.toMatch(/items|select|insert|@/)
    expect(error.cause).toBeInstanceOf(Error)
    expect(await rows()).toBe(before)
  })

  if (dialect !== 'mariadb')
    it('an index of an expression is told by its name', async () => {
      const error = await breaking(insert('code', '?'), ['ONE'])
      expect(error.broken).toEqual({
        kind: 'not-unique',
        table: dialect === 'sqlite' ? null : 'items',
        columns: [],
        constraint: 'items_folded',
      })
    })

  it('a constraint that is checked at the end breaks the commit', async () => {
    if (dialect === 'mariadb') return expect(database.dialect.supports.transactionalDdl).toBe(false) // it has none
    await runScript(
      place.settings,
      'create table later (id integer primary key, of integer references parents (id) deferrable initially deferred)',
    )
    const error = await breaking('insert into later values (1, 99)', [])
    expect(error.broken.kind).toBe('foreign-key')
    expect(await database.rows({ text: 'select * from later', values: [], name: null })).toEqual([])
  })
})
