/** What was done to this database, as `directus_migrations` records it: whole migrations, and each thing that one added. */
import type { Connection, Database, Statement } from '../database/database.ts'
import type { TableName } from '../dialects/change.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { render, type Sql } from '../sql/sql.ts'
import { migrations as declared } from '../system/migrations.ts'
import type { Migration } from './migration.ts'
import { selectVersions } from './statements.ts'

export type Ledger = {
  /** Versions of ours: `0001-tablegraph`, `0001-tablegraph/directus_users`, `0001-tablegraph/directus_users.title`. */
  readonly ours: ReadonlySet<string>
  /** How many rows are not ours: an existing installation has some. */
  readonly others: number
}

/** Where a system table stands: the one place where its name is made. @param schema null: the default one */
export const systemTable = (table: string, schema: string | null): TableName => ({ schema, name: table })

export const ledgerTable = (schema: string | null): TableName => systemTable(declared.name, schema)

export const partVersion = (migration: Migration, part: string): string => `${migration.version}/${part}`

/** What a migration added, in no order: `table` or `table.column`. */
export const partsOf = (migration: Migration, { ours }: Ledger): readonly string[] =>
  [...ours].flatMap((version) =>
    version.startsWith(`${migration.version}/`) ? [version.slice(migration.version.length + 1)] : [],
  )

/** A statement without values to bind. */
export const statementOf = (text: Sql, dialect: Dialect): Statement => ({
  text: render(text, dialect).text,
  values: [],
  name: null,
})

/**
 * One statement, where the table is there.
 *
 * @returns null where it is not
 * @throws what reading it threw
 */
export async function findLedger(database: Database): Promise<Ledger | null> {
  const { systemSchema } = database
  try {
    return await readLedger(database, systemSchema)
  } catch {
    const ledger = ledgerTable(systemSchema)
    const { tables } = await database.introspect()
    const isThere = tables.some((table) => table.schema === ledger.schema && table.name === ledger.name)
    // Another process may have made it in the meantime; else the same goes wrong again, and is told.
    return isThere ? readLedger(database, systemSchema) : null
  }
}

export async function readLedger(
  { rows, dialect }: Pick<Connection, 'rows' | 'dialect'>,
  schema: string | null,
): Promise<Ledger> {
  const found = await rows(statementOf(selectVersions(ledgerTable(schema)), dialect))
  const versions = found.map(([version]) => String(version))
  const ours = versions.filter((version) => /^\d+-tablegraph(\/|$)/.test(version))
  return { ours: new Set(ours), others: versions.length - ours.length }
}

export const isSameLedger = (one: Ledger, other: Ledger): boolean =>
  one.others === other.others &&
  one.ours.size === other.ours.size &&
  [...one.ours].every((version) => other.ours.has(version))
