/** Databases of many tables and few rows, for start-up time and memory: PostgreSQL and SQLite, the same tables. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { preparedDatabase, type PostgresServer } from './postgres-server.ts'
import type { WireRequest } from './scenarios.ts'

/** @returns the address of a database with so many tables */
export function postgresOfTables(server: PostgresServer, tables: number): Promise<string> {
  const statements = statementsFor(tables)
  return preparedDatabase(server, `${tables}_tables`, statements.join('\n'), async (client) => {
    for (const statement of statements) await client.query(statement)
    await client.query('analyze')
  })
}

/** @returns the file of a database with so many tables */
export function sqliteOfTables(tables: number): string {
  const statements = statementsFor(tables)
  const hash = createHash('sha256').update(statements.join('\n')).digest('hex').slice(0, 12)
  const file = join(tmpdir(), `tablegraph-bench-${tables}-tables-${hash}.sqlite`)
  if (existsSync(file)) return file
  const unfinished = `${file}.unfinished`
  rmSync(unfinished, { force: true })
  const database = new Database(unfinished)
  for (const statement of statements) database.exec(statement)
  database.close()
  renameSync(unfinished, file)
  return file
}

/** A query that any of these databases answers with data. */
export const firstQuery: WireRequest = {
  method: 'POST',
  path: '/graphql',
  body: JSON.stringify({ query: '{ table_1(limit: 2) { id name amount previous { name } } }' }),
}

/** In SQL that both engines understand. Each table points to the one before it and to one of the first ten. */
function statementsFor(tables: number): readonly string[] {
  return Array.from({ length: tables }, (_, index) => index + 1).flatMap((n) => [
    `create table table_${n} (
      id integer primary key,
      name varchar(200) not null,
      code varchar(20) unique,
      amount decimal(12,2) not null default 0,
      quantity integer,
      is_active boolean not null default true,
      description text,
      day date,
      created_at timestamp,
      updated_at timestamp,
      previous integer references table_${Math.max(1, n - 1)} (id),
      category integer references table_${1 + (n % Math.min(10, n))} (id)
    )`,
    `create index table_${n}_previous on table_${n} (previous)`,
    `create index table_${n}_category on table_${n} (category)`,
    `insert into table_${n} (id, name, code, amount, created_at) values (1, 'One', 'A', 1.5, '2024-03-01 12:34:56'), (2, 'Two', 'B', 2.25, null)`,
    `update table_${n} set previous = 1, category = 2`,
  ])
}
