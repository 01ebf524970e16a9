/** Takes migrations back: exactly what they added, by their record. Tables that were there before stay as they were. */
import type { Change, TableName } from '../dialects/change.ts'
import { migrations as ledgerCollection } from '../system/migrations.ts'
import {
  findLedger,
  isSameLedger,
  ledgerTable,
  partsOf,
  partVersion,
  readLedger,
  systemTable,
  type Ledger,
} from './ledger.ts'
import type { Migration } from './migration.ts'
import { readStructure, runAll, statementsOf, withTables, type Found, type MigrationSettings } from './run.ts'
import { deleteVersion } from './statements.ts'
import type { Sql } from '../sql/sql.ts'

/** What taking migrations back means, for who must agree to it. */
export type Undo = {
  /** Versions, the newest first. */
  readonly versions: readonly string[]
  readonly tables: readonly string[]
  /** `table.column`, of tables that stay. */
  readonly columns: readonly string[]
  /** `table.column`, of other tables: what leads from there to a table that goes. The columns and their values stay. */
  readonly foreignKeys: readonly string[]
}

/** @param count how many migrations at most, from the newest */
export async function planUndo(settings: MigrationSettings, count = Infinity): Promise<Undo> {
  const { database } = settings
  const ledger = await findLedger(database)
  const migrations = ledger === null ? [] : newest(ledger, settings, count)
  const found = migrations.length === 0 ? nothingFound : await readStructure(database)
  const gone = migrations.flatMap((migration) => goneOf(migration, ledger ?? emptyLedger, found, settings))
  return {
    versions: migrations.map(({ version }) => version),
    tables: gone.flatMap((each) => each.tables),
    columns: gone.flatMap((each) => each.columns),
    foreignKeys: gone.flatMap((each) =>
      each.foreignKeys.map((change) => `${change.table.name}.${change.columns.join(', ')}`),
    ),
  }
}

/** @returns versions that were taken back, the newest first. @throws what the database refused */
export async function undo(settings: MigrationSettings, count = Infinity): Promise<readonly string[]> {
  const done: string[] = []
  for (;;) {
    const ledger = await findLedger(settings.database)
    const [last] = ledger === null ? [] : newest(ledger, settings, 1)
    if (ledger === null || last === undefined || done.length >= count) return done
    if (await takeBack(last, ledger, settings)) done.push(last.version)
  }
}

const emptyLedger: Ledger = { ours: new Set(), others: 0 }
const nothingFound: Found = { tables: [], notices: [], sources: [] }

/** Also one that was begun and never ended. */
const newest = (ledger: Ledger, { migrations }: MigrationSettings, count: number): readonly Migration[] =>
  migrations
    .filter((migration) => ledger.ours.has(migration.version) || partsOf(migration, ledger).length > 0)
    .toReversed()
    .slice(0, count)

async function takeBack(migration: Migration, ledger: Ledger, settings: MigrationSettings): Promise<boolean> {
  const { database } = settings
  const { systemSchema: schema } = database
  const found = await readStructure(database)
  const statements = undoStatements(migration, goneOf(migration, ledger, found, settings), { ledger, found }, settings)
  return withTables(database)(async (connection) => {
    if (!isSameLedger(await readLedger(connection, schema), ledger)) return false
    await runAll(statements, connection)
    return true
  })
}

type Gone = {
  readonly tables: readonly string[]
  readonly columns: readonly string[]
  readonly foreignKeys: readonly Extract<Change, { kind: 'drop-foreign-key' }>[]
  /** The record's own table goes too: nothing of anybody else's stands in it, and we made it. */
  readonly ledgerGoes: boolean
}

/** What there is of a migration's additions, in the order in which it goes. */
function goneOf(
  migration: Migration,
  ledger: Ledger,
  found: Found,
  { database: { systemSchema: schema } }: MigrationSettings,
): Gone {
  const parts = new Set(partsOf(migration, ledger))
  const there = found.tables.filter((table) => table.schema === schema)
  const isGoing = (name: string): boolean => parts.has(name) && there.some((table) => table.name === name)
  const made = migration.tables(schema).map(({ table }) => table.name)
  const tables = made.filter((name) => name !== ledgerCollection.name && isGoing(name)).toReversed()
  return {
    tables,
    columns: there.flatMap((table) =>
      table.columns
        .filter((column) => parts.has(`${table.name}.${column.name}`))
        .map((column) => `${table.name}.${column.name}`),
    ),
    foreignKeys: found.tables
      .filter((table) => table.schema !== schema || !tables.includes(table.name))
      .flatMap(({ schema: ownSchema, name, foreignKeys }) =>
        foreignKeys
          .filter((key) => key.referencedSchema === schema && tables.includes(key.referencedTable))
          .map(({ name: constraint, columns }) => ({
            kind: 'drop-foreign-key' as const,
            table: { schema: ownSchema, name },
            name: constraint,
            columns,
          })),
      ),
    ledgerGoes:
      parts.has(ledgerCollection.name) &&
      ledger.others === 0 &&
      [...ledger.ours].every((version) => version.startsWith(migration.version)),
  }
}

/** What is forgotten last is taken up again when a run is cut off. */
function undoStatements(
  migration: Migration,
  { tables, columns, foreignKeys, ledgerGoes }: Gone,
  { ledger, found }: { readonly ledger: Ledger; readonly found: Found },
  { database: { dialect, systemSchema: schema } }: MigrationSettings,
): readonly Sql[] {
  const at = (name: string): TableName => systemTable(name, schema)
  const changes: readonly Change[] = [
    ...foreignKeys,
    ...columns.map((part): Change => {
      const [name = '', column = ''] = part.split('.')
      return { kind: 'drop-column', table: at(name), column }
    }),
    ...tables.map((name): Change => ({ kind: 'drop-table', table: at(name) })),
  ]
  const versions = [...partsOf(migration, ledger).map((part) => partVersion(migration, part)), migration.version]
  return [
    ...statementsOf(changes, found, dialect),
    ...(ledgerGoes
      ? statementsOf([{ kind: 'drop-table', table: ledgerTable(schema) }], found, dialect)
      : versions.map((version) => deleteVersion(ledgerTable(schema), version, dialect))),
  ]
}
