/** Rows of the system's tables, read and changed on a connection. Values are JSON, by column; conditions are equalities. */
import type { Connection } from '../database/database.ts'
import type { Column, Table } from '../dialects/database-schema.ts'
import { fail } from '../errors.ts'
import { fieldType } from '../field-types/index.ts'
import { ValueRefusal } from '../field-types/value-refusal.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import { constant, valueOf } from '../sql/bind.ts'
import { join, name, render, sql, value, type Sql } from '../sql/sql.ts'
import type { RowChange } from './remodelling.ts'

type Row = Readonly<Record<string, unknown>>

/**
 * Does one change of a metadata table's rows. What an absent table can't hold is refused, what it can't lose is ignored.
 *
 * @param tables of the database: one that is no collection may lose rows too
 * @throws INVALID_PAYLOAD where there is no such table to write to; VALUE_TOO_LONG
 */
export async function changeRow(
  row: RowChange,
  connection: Connection,
  model: Model,
  tables: readonly Table[],
): Promise<void> {
  if (row.kind === 'insert') {
    await insertRow(row.table, row.values, connection, model)
    return
  }
  const collection = model.collections.get(row.table)
  if (collection === undefined) {
    if (row.kind === 'update') return noTable(row.table)
    const hidden = tables.find((table) => table.name === row.table)
    if (hidden !== undefined) await run(deletion(hidden, row.where), connection)
    return
  }
  const condition = equalities(row.where, collection, connection)
  if (row.kind === 'delete') {
    await run(sql`delete from ${tableOf(collection)} where ${condition}`, connection)
    return
  }
  const set = Object.entries(row.values).map(
    ([column, given]) => sql`${name(column)} = ${storedValue(given, fieldOf(collection, column), connection)}`,
  )
  if (set.length > 0)
    await run(sql`update ${tableOf(collection)} set ${join(set, ', ')} where ${condition}`, connection)
}

/** @returns the key that the database gave out; null where it gave none. @throws INVALID_PAYLOAD where there is no such table */
export async function insertRow(
  table: string,
  values: Row,
  connection: Connection,
  model: Model,
): Promise<number | null> {
  const collection = model.collections.get(table) ?? noTable(table)
  const entries = Object.entries(values)
  const columns = entries.map(([column]) => name(column))
  const stored = entries.map(([column, given]) => storedValue(given, fieldOf(collection, column), connection))
  const insert = sql`insert into ${tableOf(collection)} (${join(columns, ', ')}) values (${join(stored, ', ')})`
  const counter = [...collection.fields.values()].find((field) => field.column?.hasAutoIncrement === true)
  if (counter === undefined) {
    await run(insert, connection)
    return null
  }
  if (!connection.dialect.supports.returning) {
    const { firstKey } = await run(insert, connection)
    return firstKey === null ? null : Number(firstKey)
  }
  const [row] = await connection.rows(written(sql`${insert} returning ${name(counter.name)}`, connection))
  return row === undefined ? null : Number(row[0])
}

/** Rows by column, as the driver gives them; none where there is no such table. */
export async function readRows(
  table: string,
  columns: readonly string[],
  where: Readonly<Record<string, string | number>>,
  connection: Pick<Connection, 'rows' | 'dialect'>,
  model: Model,
): Promise<readonly Row[]> {
  const collection = model.collections.get(table)
  if (collection === undefined) return []
  const known = columns.filter((column) => collection.fields.get(column)?.column != null)
  const list = join(
    known.map((column) => name(column)),
    ', ',
  )
  const condition = Object.keys(where).length === 0 ? sql`` : sql` where ${equalities(where, collection, connection)}`
  const rows = await connection.rows(written(sql`select ${list} from ${tableOf(collection)}${condition}`, connection))
  return rows.map((row) => Object.fromEntries(known.map((column, index) => [column, row[index]])))
}

function deletion({ schema, name: table }: Table, where: Row): Sql {
  const parts = Object.entries(where).map(([column, given]) => sql`${name(column)} = ${value(constant(given))}`)
  return sql`delete from ${schema === null ? name(table) : name(schema, table)} where ${join(parts, ' and ')}`
}

export function written(fragment: Sql, { dialect }: Pick<Connection, 'dialect'>) {
  const { text, binds } = render(fragment, dialect)
  return { text, values: binds.map((bind) => valueOf(bind, noInputs)), name: null }
}

/** Every bind here is a constant. */
const noInputs = { variables: {}, context: { now: new Date(0), user: null, role: null, roles: [], policies: [] } }

const run = (fragment: Sql, connection: Connection) => connection.change(written(fragment, connection))

function storedValue(given: unknown, field: Field, { dialect }: Connection): Sql {
  const { column } = field
  if (column === null) throw new TypeError(`${field.collection}.${field.name} has no column`)
  return dialect.expressions.stored(constant(keptValue(given, field, column)), column)
}

/** @throws INVALID_PAYLOAD, VALUE_TOO_LONG or VALUE_OUT_OF_RANGE for what the field can't hold */
function keptValue(given: unknown, field: Field, column: Column): unknown {
  if (given === null) return null
  try {
    return fieldType(field.type).store(given, column)
  } catch (error) {
    if (!(error instanceof ValueRefusal)) throw error
    const { code, reason } = error
    if (code === 'INVALID_PAYLOAD') return fail(code, { reason: `${field.name}: ${reason}` })
    return fail(code, { collection: field.collection, field: field.name })
  }
}

function equalities(where: Row, collection: Collection, { dialect }: Pick<Connection, 'dialect'>): Sql {
  const parts = Object.entries(where).map(([column, given]) => {
    const { column: kept } = fieldOf(collection, column)
    if (kept === null) throw new TypeError(`${collection.name}.${column} has no column`)
    const operand = dialect.expressions.operand(constant(given), kept.kind, kept.nativeType)
    return dialect.expressions.equals(name(column), operand, kept.kind, kept.collation)
  })
  return join(parts, ' and ')
}

function fieldOf(collection: Collection, column: string): Field {
  return (
    collection.fields.get(column) ??
    fail('INVALID_PAYLOAD', { reason: `The table ${collection.name} of this database has no column "${column}".` })
  )
}

function tableOf({ table }: Collection): Sql {
  if (table === null) throw new TypeError('a folder has no rows')
  return table.schema === null ? name(table.name) : name(table.schema, table.name)
}

function noTable(table: string): never {
  return fail('INVALID_PAYLOAD', {
    reason: `This database has no table ${table}, where metadata is kept: run "tablegraph bootstrap" first.`,
  })
}
