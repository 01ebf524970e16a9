/** The SQL of migrations beside DDL: the record of what was done, and the first rows. All values are our own, as literals. */
import type { TableName } from '../dialects/change.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { join, name, sql, type Sql } from '../sql/sql.ts'
import type { FirstRow } from './migration.ts'

const tableSql = ({ schema, name: table }: TableName): Sql => (schema === null ? name(table) : name(schema, table))

export const selectVersions = (ledger: TableName): Sql => sql`select ${name('version')} from ${tableSql(ledger)}`

export const insertVersion = (ledger: TableName, version: string, title: string, { ddl }: Dialect): Sql =>
  sql`insert into ${tableSql(ledger)} (${name('version')}, ${name('name')}) values (${ddl.literal(version)}, ${ddl.literal(title)})`

export const deleteVersion = (ledger: TableName, version: string, { ddl }: Dialect): Sql =>
  sql`delete from ${tableSql(ledger)} where ${name('version')} = ${ddl.literal(version)}`

export function insertRow({ table, values }: FirstRow, schema: string | null, { ddl }: Dialect): Sql {
  const columns = Object.keys(values).map((column) => name(column))
  const literals = Object.values(values).map((value) => ddl.literal(value))
  return sql`insert into ${tableSql({ schema, name: table })} (${join(columns, ', ')}) values (${join(literals, ', ')})`
}
