/** The interface of a migration: what it adds to a database, decided from what stands there. */
import type { Change, TableDefinition } from '../dialects/change.ts'
import type { DatabaseSchema } from '../dialects/database-schema.ts'

export type Migration = {
  /** Unlike any of an existing installation's (`20260211A`), and before all of them in order. */
  readonly version: `${number}-tablegraph`
  readonly name: string
  /** The tables it is about, each before those that refer to it. @param schema where they stand; null: the default one */
  readonly tables: (schema: string | null) => readonly TableDefinition[]
  /** Rows for tables that it made itself: nothing is put into tables that were there. */
  readonly rows: () => readonly FirstRow[]
}

/** One thing that a migration adds, and what is recorded of it, so that it can be taken back. */
export type Step = {
  /** The table's name, or `table.column`. */
  readonly part: string
  readonly kind: 'table' | 'column'
  readonly change: Change
}

export type FirstRow = {
  readonly table: string
  readonly values: Readonly<Record<string, string | number | boolean>>
}

/** What a migration adds to a database: tables that are missing, and columns that are missing in those that are there. */
export function stepsOf(migration: Migration, schema: string | null, found: DatabaseSchema): readonly Step[] {
  return migration.tables(schema).flatMap((definition): readonly Step[] => {
    const { table, columns } = definition
    const there = found.tables.find((each) => each.schema === table.schema && each.name === table.name)
    if (there === undefined) return [{ part: table.name, kind: 'table', change: { kind: 'create-table', definition } }]
    const names = new Set(there.columns.map((column) => column.name))
    return columns
      .filter((column) => !names.has(column.name))
      .map((column) => ({
        part: `${table.name}.${column.name}`,
        kind: 'column',
        // Rows may be there already, and what the table's owner writes knows nothing of the column.
        change: {
          kind: 'add-column',
          table,
          column: { ...column, isNullable: column.isNullable || column.default === null },
        },
      }))
  })
}
