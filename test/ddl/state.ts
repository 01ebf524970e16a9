/** A database as a whole, to be compared: its structure and its rows. */
import type { Database } from '#schema-engine/database/database.ts'
import type { Table } from '#schema-engine/dialects/database-schema.ts'

/** Without the database's estimates, and in an order of its own. */
export async function structureOf(database: Database): Promise<readonly Omit<Table, 'estimatedRows'>[]> {
  const { tables } = await database.introspect()
  return tables.map(({ estimatedRows: _estimatedRows, ...table }) => ({
    ...table,
    // A column that was put back stands where it stood, a constraint may not.
    foreignKeys: table.foreignKeys.toSorted((one, other) => one.columns.join().localeCompare(other.columns.join())),
    uniques: table.uniques.toSorted(byName),
    indexes: table.indexes.toSorted(byName),
  }))
}

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  one.name < other.name ? -1 : 1

/** All rows of all tables, in the order of their texts. */
export async function contentOf(database: Database): Promise<Readonly<Record<string, readonly string[]>>> {
  const { tables } = await database.introspect()
  const { quoteName } = database.dialect
  const content: Record<string, readonly string[]> = {}
  for (const table of tables) {
    const columns = table.columns.map((column) => quoteName(column.name)).join(', ')
    const rows = await database.rows({
      text: `select ${columns} from ${quoteName(table.name)}`,
      values: [],
      name: null,
    })
    content[table.name] = rows
      .map((row) => JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
      .toSorted()
  }
  return content
}
