import { expect, it } from 'vitest'
import { readColumn, readConstraint, readTable, writeColumn, writeTable } from './table-text.ts'

it('takes a table apart and puts it together again', () => {
  const text = `CREATE TABLE "a ""b" (id INTEGER PRIMARY KEY /* , ( */, "check" text DEFAULT ('x, )'), -- it's
    [n m] decimal(10, 2), CHECK (id > 0), FOREIGN KEY ("check") REFERENCES t) STRICT , WITHOUT ROWID`
  const table = readTable(text)
  expect(table.definitions.map((each) => (each.kind === 'column' ? each.name : each.text))).toEqual([
    'id',
    'check',
    'n m',
    'CHECK (id > 0)',
    'FOREIGN KEY ("check") REFERENCES t',
  ])
  expect(table.tail).toBe('STRICT , WITHOUT ROWID')
  expect(readTable(writeTable('"c"', table))).toEqual(table)
})

it.each([
  ['a', '', []],
  ['a text', 'text', []],
  ['a unsigned big int NOT NULL', 'unsigned big int', ['nullability']],
  ['"a" varchar(255) null default \'My, site\'', 'varchar(255)', ['nullability', 'default']],
  ['a int DEFAULT -1 NOT NULL ON CONFLICT FAIL UNIQUE', 'int', ['default', 'nullability', 'unique']],
  ['a int default null', 'int', ['default']],
  ['a int default (not null)', 'int', ['default']],
  [
    'a int references t (b) on delete set null on update set default not deferrable not null',
    'int',
    ['references', 'nullability'],
  ],
  [
    'a text constraint x not null constraint "y" check (a not in (1)) collate nocase',
    'text',
    ['nullability', 'other', 'other'],
  ],
  ['a text generated always as (b || c) stored', 'text', ['generated']],
  ['a as (1)', '', ['generated']],
  ['a integer primary key autoincrement not null', 'integer', ['primary-key', 'nullability']],
])('reads the clauses of %s', (text, type, kinds) => {
  const column = readColumn(text)
  expect(column.type).toBe(type)
  expect(column.clauses.map(({ kind }) => kind)).toEqual(kinds)
  expect(writeColumn(column)).toBe(text)
})

it.each([
  ['primary key (a, "b c" desc)', 'primary-key', ['a', 'b c']],
  ['constraint x unique (`a` collate nocase)', 'unique', ['a']],
  ['FOREIGN KEY (a, [b]) REFERENCES t (c, d)', 'foreign-key', ['a', 'b']],
  ['check (a > (1))', 'check', []],
])('reads the constraint %s', (text, kind, columns) => {
  expect(readConstraint(text)).toEqual({ kind, columns })
})

it('refuses constraints that no comma parts', () => {
  expect(() => readConstraint('unique (a) foreign key (b) references t')).toThrow('no comma')
})
