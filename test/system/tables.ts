/** A whole database as data, to be compared: every table with its columns and keys, and every row. */
import { connect } from '#schema-engine/database/connect.ts'
import type { Database } from '#schema-engine/database/database.ts'
import type { Table } from '#schema-engine/dialects/database-schema.ts'
import type { TestDatabase } from '#test/harness/databases.ts'

export type WholeTable = { readonly table: Table; readonly rows: readonly string[] }

export type Whole = ReadonlyMap<string, WholeTable>

export async function withDatabase<T>(
  { settings }: Pick<TestDatabase, 'settings'>,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await connect(settings)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** Estimates are left out: they change by themselves. */
export const readWhole = (test: Pick<TestDatabase, 'settings'>): Promise<Whole> =>
  withDatabase(test, async (database) => {
    const { tables } = await database.introspect()
    const entries = await Promise.all(
      tables.map(async (table) => {
        const quoted = [table.schema, table.name].flatMap((part) =>
          part === null ? [] : database.dialect.quoteName(part),
        )
        const rows = await database.rows({ text: `select * from ${quoted.join('.')}`, values: [], name: null })
        const texts = rows.map((row) =>
          JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
        )
        return [
          quoted.join('.').replaceAll(/["`]/g, ''),
          { table: { ...table, estimatedRows: null }, rows: texts.toSorted() },
        ] as const
      }),
    )
    return new Map(entries)
  })

/** The rows of one table as objects. */
export const rowsOf = (
  test: Pick<TestDatabase, 'settings'>,
  table: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  withDatabase(test, async (database) => {
    const found = (await database.introspect()).tables.find(({ name }) => name === table)
    const rows = await database.rows({
      text: `select * from ${database.dialect.quoteName(table)}`,
      values: [],
      name: null,
    })
    return rows.map((row) => Object.fromEntries(row.map((value, index) => [found?.columns[index]?.name ?? '', value])))
  })

/** Only the tables that are not the system's. */
export const ofUser = (whole: Whole): Whole =>
  new Map([...whole].filter(([name]) => !/(^|\.)(directus|tablegraph)_/.test(name)))
