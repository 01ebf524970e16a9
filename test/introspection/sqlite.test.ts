/** What only SQLite has: any word as a type, references that ignore the case, views that are broken, virtual tables. */
import { expect, it } from 'vitest'
import { connect } from '#schema-engine/database/connect.ts'
import type { DatabaseSchema } from '#schema-engine/dialects/database-schema.ts'
import { createDatabase, runScript } from '#test/harness/databases.ts'

async function schemaAfter(script: string): Promise<DatabaseSchema> {
  const place = await createDatabase('sqlite')
  await runScript(place.settings, script)
  const database = await connect(place.settings)
  const schema = await database.introspect()
  await database.close()
  await place.drop()
  return schema
}

it('completes references: the parent’s key where no column is named, names as they are written', async () => {
  const { tables } = await schemaAfter(`
    create table Parents (Code text, Number int, primary key (Number, Code)) without rowid;
    create table children (id integer primary key, n int, c text, again int references CHILDREN (ID), foreign key (n, c) references parents);
  `)
  const children = tables.find((table) => table.name === 'children')
  expect(children?.foreignKeys).toMatchObject([
    { columns: ['again'], referencedTable: 'children', referencedColumns: ['id'] },
    { columns: ['n', 'c'], referencedTable: 'Parents', referencedColumns: ['Number', 'Code'] },
  ])
  expect(tables.find((table) => table.name === 'Parents')).toMatchObject({
    primaryKey: ['Number', 'Code'],
    columns: [
      { name: 'Code', isNullable: false, hasAutoIncrement: false },
      { name: 'Number', isNullable: false },
    ],
  })
})

it('reads collations and generated columns out of the text of a table', async () => {
  const { tables } = await schemaAfter(`
    create table t (
      id integer primary key autoincrement, -- a comment, with a comma
      name varchar(20) default 'a, (b' collate nocase check (name <> ')'),
      "full, name" text generated always as (name || ', ' || upper(name)) virtual,
      sum decimal(10,2) as (id * 2) stored,
      plain text
    )`)
  expect(tables[0]?.columns).toMatchObject([
    { name: 'id', kind: 'integer', hasAutoIncrement: true, isNullable: false },
    { name: 'name', kind: 'string', maxLength: 20, collation: 'nocase', defaultValue: "'a, (b'", isGenerated: false },
    { name: 'full, name', isGenerated: true, generationExpression: "name || ', ' || upper(name)" },
    { name: 'sum', kind: 'decimal', precision: 10, scale: 2, isGenerated: true, generationExpression: 'id * 2' },
    { name: 'plain', collation: 'BINARY', generationExpression: null },
  ])
})

it('leaves out a broken view and a virtual table, and says so', async () => {
  const { tables, notices } = await schemaAfter(`
    create table t (id integer primary key);
    create view good as select id as number from t;
    create table gone (id integer);
    create view broken as select * from gone;
    create view typed as select cast(id as text) as word, id from t;
    drop table gone;
    create virtual table search using fts5(body);
  `)
  expect(tables.map((table) => [table.name, table.kind])).toEqual([
    ['good', 'view'],
    ['t', 'table'],
    ['typed', 'view'],
  ])
  expect(notices).toEqual([
    'The virtual table "search" was left out.',
    'The view "broken" was left out: it refers to something that is not there.',
  ])
})

it('takes indexes over plain columns only, and estimates once the database was analysed', async () => {
  const { tables } = await schemaAfter(`
    create table t (id integer primary key, a text unique, b text, c text);
    create index expression on t (lower(b));
    create index part on t (b) where b > 'x';
    create unique index both on t (b, c);
    insert into t (a, b) values ('1', 'x'), ('2', 'y'), ('3', 'z');
    analyze;
  `)
  const [table] = tables
  expect(table?.indexes.map((index) => index.columns)).toEqual([['id'], ['b', 'c'], ['a']])
  expect(table?.uniques.map((unique) => unique.columns)).toEqual([['b', 'c'], ['a']])
  expect(table?.estimatedRows).toBe(3)
})
