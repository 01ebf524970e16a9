/** SQLite rebuilds a table for most changes: everything that hangs on it must come out as it went in. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import Sqlite from 'better-sqlite3'
import { connect } from '#schema-engine/database/connect.ts'
import type { Database } from '#schema-engine/database/database.ts'
import { applyChanges } from '#schema-engine/ddl/apply.ts'
import type { Change } from '#schema-engine/dialects/change.ts'
import { definitionOf } from '#schema-engine/dialects/column-definition.ts'
import { createDatabase, runScript, type TestDatabase } from '#test/harness/databases.ts'
import { contentOf } from './state.ts'

const script = `
  create table owners (id integer primary key, name text);
  create table "t, (odd" (
    id integer primary key autoincrement, -- counts on
    code text collate nocase unique on conflict ignore,
    amount decimal(10,2) default (1 + 1) check (amount >= 0 and code <> ')'),
    [full name] varchar(50) generated always as (code || ', ' || amount) stored,
    owner int constraint owner_key references owners (id) on delete set null deferrable initially deferred,
    extra int not null default -1 /* a comment, with (brackets */,
    self int, parent text,
    check (extra < 100), unique (owner, extra),
    constraint itself foreign key (self) references "t, (odd" (id) on update cascade
  );
  create table children (id integer primary key, t int references "t, (odd" (id) on delete cascade);
  create index part on "t, (odd" (lower(code)) where extra > 0;
  create index parents on "t, (odd" (parent desc, extra);
  create table log (line text);
  create trigger added after insert on "t, (odd" begin insert into log values ('added ' || new.code); end;
  create trigger elsewhere after insert on owners begin insert into log select code from "t, (odd" limit 1; end;
  create view seen as select id, code, "full name" from "t, (odd" where extra < 50;
  create view seen_twice as select * from seen;
  create trigger through instead of insert on seen begin insert into "t, (odd" (code) values (new.code); end;
  create table strict_one (k text, v int, primary key (k, v)) strict, without rowid;
  insert into owners values (1, 'Ada');
  insert into "t, (odd" (code, amount, owner, extra, self, parent) values ('A', 2.5, 1, 1, 1, 'p'), ('b', 3, null, 2, 1, null), ('gone', 0, null, 3, null, null);
  delete from "t, (odd" where code = 'gone';
  insert into children values (1, 1), (2, 2);
  insert into strict_one values ('a', 1);
  delete from log;
`

let place: TestDatabase
let database: Database
beforeEach(async () => {
  place = await createDatabase('sqlite')
  await runScript(place.settings, script)
  database = await connect(place.settings)
})
afterEach(async () => {
  await database.close()
  await place.drop()
})

const at = { schema: null, name: 't, (odd' }
const apply = (...changes: readonly Change[]) => applyChanges({ changes }, { database, refresh: async () => undefined })

/** Asked on a connection of its own, as another program would. */
function ask<Row>(text: string): readonly Row[] {
  const driver = new Sqlite(place.settings.filename ?? '')
  driver.pragma('foreign_keys = on')
  try {
    return driver.prepare(text).all() as Row[] // as its columns say
  } finally {
    driver.close()
  }
}

const altered = async (
  name: string,
  more: Partial<ReturnType<typeof definitionOf>>,
  table = at.name,
): Promise<Change> => {
  const found = (await database.introspect()).tables
    .find((each) => each.name === table)
    ?.columns.find((column) => column.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return { kind: 'alter-column', table: { schema: null, name: table }, column: { ...definitionOf(found), ...more } }
}

const texts = () =>
  ask<{ name: string; sql: string }>(
    `select name, sql from sqlite_master where type in ('index', 'view', 'trigger') and sql is not null order by name`,
  )

it('keeps rows, checks, collations, generated columns, keys, indexes, views, triggers and the counter', async () => {
  const before = { content: await contentOf(database), texts: texts() }
  await apply(
    await altered('parent', {
      isNullable: false,
      default: { kind: 'value', value: 'nobody' },
      maxLength: 30,
      kind: 'string',
      detail: null,
    }),
  ).then(
    () => expect.fail('a row has none'),
    (error: unknown) => expect(String(error)).toMatch(/constraint|null/i),
  )
  expect({ content: await contentOf(database), texts: texts() }).toEqual(before)
  await apply(await altered('extra', { default: { kind: 'value', value: 7 } }))
  expect({ content: await contentOf(database), texts: texts() }).toEqual(before)
  const [table] = ask<{ sql: string }>(`select sql from sqlite_master where name = 't, (odd'`)
  for (const kept of [
    'collate nocase',
    'unique on conflict ignore',
    "check (amount >= 0 and code <> ')')",
    "generated always as (code || ', ' || amount) stored",
    'constraint owner_key references owners (id) on delete set null deferrable initially deferred',
    'check (extra < 100)',
    'unique (owner, extra)',
    'constraint itself foreign key (self) references "t, (odd" (id) on update cascade',
    'autoincrement',
    'default (1 + 1)',
  ]) {
    expect(table?.sql).toContain(kept)
  }
  // The counter goes on behind a row that is gone; defaults, triggers and views work.
  ask(`insert into "t, (odd" (code) values ('c') returning id`)
  expect(ask(`select id, extra, amount, "full name" from "t, (odd" where code = 'C'`)).toEqual([
    { id: 4, extra: 7, amount: 2, 'full name': 'c, 2' },
  ])
  expect(ask('select line from log')).toEqual([{ line: 'added c' }])
  expect(ask('select code from seen_twice order by id')).toEqual([{ code: 'A' }, { code: 'b' }, { code: 'c' }])
  // The keys of others onto it still hold.
  ask(`delete from "t, (odd" where id = 2 returning id`)
  expect(ask('select id from children')).toEqual([{ id: 1 }])
  expect(() => ask('insert into children values (9, 99) returning id')).toThrow('FOREIGN KEY')
  expect(() => ask(`insert into "t, (odd" (code, extra) values ('z', 200) returning id`)).toThrow('CHECK')
  expect(ask('pragma foreign_key_check')).toEqual([])
  expect(ask('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
})

it('drops keys, uniqueness and columns out of the text, wherever they stand', async () => {
  const structure = async () => (await database.introspect()).tables.find((table) => table.name === at.name)
  const unique = (await structure())?.uniques.find((each) => each.columns.join() === 'code')?.name ?? ''
  await apply(
    { kind: 'drop-foreign-key', table: at, name: null, columns: ['owner'] },
    { kind: 'drop-foreign-key', table: at, name: 'itself', columns: ['self'] },
    { kind: 'drop-index', table: at, name: unique, isUnique: true },
    { kind: 'drop-column', table: at, column: 'parent' },
  )
  const table = await structure()
  expect(table?.foreignKeys).toEqual([])
  expect(table?.uniques.map((each) => each.columns)).toEqual([['owner', 'extra']])
  expect(table?.columns.map((column) => column.name)).toEqual([
    'id',
    'code',
    'amount',
    'full name',
    'owner',
    'extra',
    'self',
  ])
  expect(table?.columns[1]).toMatchObject({ collation: 'nocase' })
  expect(texts().map(({ name }) => name)).toEqual(['added', 'elsewhere', 'part', 'seen', 'seen_twice', 'through'])
})

it('changes a strict table without row ids', async () => {
  await apply({
    kind: 'add-column',
    table: { schema: null, name: 'strict_one' },
    column: {
      name: 'w',
      kind: 'text',
      maxLength: null,
      precision: null,
      scale: null,
      detail: null,
      enumValues: null,
      isNullable: true,
      hasAutoIncrement: false,
      default: { kind: 'value', value: null },
      comment: null,
    },
  })
  const [{ sql } = { sql: '' }] = ask<{ sql: string }>(`select sql from sqlite_master where name = 'strict_one'`)
  expect(sql).toMatch(/strict, without rowid$/)
  expect(ask('select * from strict_one')).toEqual([{ k: 'a', v: 1, w: null }])
})

it('refuses what a view, a trigger or a generated column needs, and changes nothing', async () => {
  const before = { content: await contentOf(database), texts: texts() }
  for (const column of ['code', 'amount', 'extra']) {
    await expect(apply({ kind: 'drop-column', table: at, column }), column).rejects.toThrow(/./)
    expect({ content: await contentOf(database), texts: texts() }).toEqual(before)
  }
})

it('counts a change of another program that came in between', async () => {
  const other = new Sqlite(place.settings.filename ?? '')
  let isFirst = true
  await applyChanges(
    {
      changes: [{ kind: 'drop-column', table: at, column: 'parent' }],
      before: async () => {
        isFirst = false
      },
    },
    {
      database: {
        ...database,
        rows: async (statement) => {
          const rows = await database.rows(statement)
          // After the plan's texts were read, somebody adds a column.
          if (isFirst && statement.text.includes('sqlite_master')) {
            isFirst = false
            other.exec('alter table "t, (odd" add column late text')
          }
          return rows
        },
      },
      refresh: async () => undefined,
    },
  )
  other.close()
  const table = (await database.introspect()).tables.find((each) => each.name === at.name)
  expect(table?.columns.map((column) => column.name)).toContain('late')
  expect(table?.columns.map((column) => column.name)).not.toContain('parent')
})
