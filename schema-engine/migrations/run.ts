/**
 * Runs migrations: what each adds is recorded thing by thing, so that a run that was cut off is taken up where it stopped
 * (on databases whose DDL is not transactional) and exactly what was added can be taken back.
 */
import type { Connection, Database } from '../database/database.ts'
import type { Change, Source } from '../dialects/change.ts'
import type { DatabaseSchema } from '../dialects/database-schema.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Sql } from '../sql/sql.ts'
import { migrations as ledgerCollection } from '../system/migrations.ts'
import {
  findLedger,
  isSameLedger,
  ledgerTable,
  partsOf,
  partVersion,
  readLedger,
  statementOf,
  type Ledger,
} from './ledger.ts'
import { stepsOf, type Migration, type Step } from './migration.ts'
import { insertRow, insertVersion } from './statements.ts'

export type MigrationSettings = {
  readonly database: Database
  readonly migrations: readonly Migration[]
}

/** The name under which one process at a time changes the system's tables. */
const lockName = 'tablegraph_migrations'

/**
 * Runs what has not been run. A database in which all has been costs one statement.
 *
 * @param count how many at most
 * @returns versions that were run now
 * @throws what the database refused; nothing of the migration is left then where DDL is transactional
 */
export async function migrate(settings: MigrationSettings, count = Infinity): Promise<readonly string[]> {
  const ran: string[] = []
  for (;;) {
    const ledger = (await findLedger(settings.database)) ?? (await createLedger(settings))
    const next = settings.migrations.find(({ version }) => !ledger.ours.has(version))
    if (next === undefined || ran.length >= count) return ran
    if (await run(next, ledger, settings)) ran.push(next.version)
  }
}

/** The statements that `migrate` would run now, in their order. For who has to run them by hand. */
export async function pendingStatements(settings: MigrationSettings): Promise<readonly string[]> {
  const { database, migrations } = settings
  const { systemSchema: schema } = database
  const found = await readStructure(database)
  const ledger = await findLedger(database)
  const first = ledger === null ? ledgerStatements(settings) : []
  const known = ledger ?? ledgerAfter(settings)
  /** What an earlier one of them adds is there for the next. */
  const added = new Set<string>()
  const rest = migrations
    .filter(({ version }) => !known.ours.has(version))
    .flatMap((migration) => {
      const steps = newSteps(migration, schema, found).filter(({ part }) => !added.has(part))
      for (const { part } of steps) added.add(part)
      const parts = [...partsOf(migration, known), ...steps.map(({ part }) => part)]
      return [
        ...stepStatements(migration, steps, { found, ledger: known }, settings),
        ...lastStatements(migration, parts, settings),
      ]
    })
  return [...first, ...rest].map((each) => statementOf(each, database.dialect).text)
}

/** The structure of a database, with the texts that made it where a dialect needs them to change it. */
export type Found = DatabaseSchema & { readonly sources: readonly Source[] }

export async function readStructure(database: Database): Promise<Found> {
  const { sourcesQuery } = database.dialect.ddl
  const [schema, rows] = await Promise.all([
    database.introspect(),
    sourcesQuery === null ? [] : database.rows({ text: sourcesQuery, values: [], name: null }),
  ])
  // As the query's own documentation says.
  const sources = rows.map(([kind, name, table, text]) => ({ kind, name, table, text }) as Source)
  return { ...schema, sources }
}

/** Changes as statements, each written with the texts that those before it left. The last list is for the very end. */
export function writeChanges(
  changes: readonly Change[],
  found: Found,
  { ddl }: Dialect,
): { readonly each: readonly (readonly Sql[])[]; readonly cleanUp: readonly Sql[] } {
  let sources = found.sources
  const written = changes.map((change) => {
    const each = ddl.write(change, { tables: found.tables, sources })
    sources = each.sources
    return each
  })
  return { each: written.map(({ statements }) => statements), cleanUp: written.flatMap(({ cleanUp }) => cleanUp) }
}

/** All of them. */
export function statementsOf(changes: readonly Change[], found: Found, dialect: Dialect): readonly Sql[] {
  const { each, cleanUp } = writeChanges(changes, found, dialect)
  return [...each.flat(), ...cleanUp]
}

/** The record's own table comes first. When another process was faster, its table serves. */
async function createLedger(settings: MigrationSettings): Promise<Ledger> {
  const { database } = settings
  const { systemSchema: schema } = database
  try {
    await locked(database)((connection) => runAll(ledgerStatements(settings), connection))
  } catch (error) {
    const ledger = await findLedger(database)
    if (ledger === null) throw error
    return ledger
  }
  return readLedger(database, schema)
}

function ledgerStatements({
  database: { dialect, systemSchema: schema },
  migrations,
}: MigrationSettings): readonly Sql[] {
  const [migration, definition] = ledgerDefinition(migrations, schema)
  const create: Change = { kind: 'create-table', definition }
  const record = insertVersion(ledgerTable(schema), partVersion(migration, definition.table.name), 'table', dialect)
  return [...statementsOf([create], { tables: [], notices: [], sources: [] }, dialect), record]
}

const ledgerAfter = ({ migrations, database: { systemSchema: schema } }: MigrationSettings): Ledger => {
  const [migration, definition] = ledgerDefinition(migrations, schema)
  return { ours: new Set([partVersion(migration, definition.table.name)]), others: 0 }
}

function ledgerDefinition(migrations: readonly Migration[], schema: string | null) {
  for (const migration of migrations) {
    const definition = migration.tables(schema).find(({ table }) => table.name === ledgerCollection.name)
    if (definition !== undefined) return [migration, definition] as const
  }
  throw new TypeError(`no migration makes ${ledgerCollection.name}`)
}

/** @returns whether it was run by this process, to its end */
async function run(migration: Migration, ledger: Ledger, settings: MigrationSettings): Promise<boolean> {
  const { database } = settings
  const { systemSchema: schema } = database
  const { transactionalDdl } = database.dialect.supports
  const found = await readStructure(database)
  const steps = newSteps(migration, schema, found)

  const isUnchanged = async (connection: Connection) => isSameLedger(await readLedger(connection, schema), ledger)
  const finish = async (connection: Connection): Promise<boolean> => {
    const now = await readLedger(connection, schema)
    if (now.ours.has(migration.version)) return false
    await runAll(lastStatements(migration, partsOf(migration, now), settings), connection)
    return true
  }
  const mayRebuild = steps.some(({ kind }) => kind === 'column')
  const isDone = await (mayRebuild ? withTables(database) : locked(database))(async (connection) => {
    // What was found may have been changed since by another process; then it is looked at again.
    if (!(await isUnchanged(connection))) return false
    await runAll(stepStatements(migration, steps, { found, ledger }, settings), connection)
    return transactionalDdl ? finish(connection) : true
  })
  return isDone && !transactionalDdl ? locked(database)(finish) : isDone
}

/** The record's own table is made before. */
const newSteps = (migration: Migration, schema: string | null, found: DatabaseSchema): readonly Step[] =>
  stepsOf(migration, schema, found).filter(({ part }) => part !== ledgerCollection.name)

/** Recorded first: what is recorded and not there is made the next time; what is there and not recorded is not ours. */
function stepStatements(
  migration: Migration,
  steps: readonly Step[],
  { found, ledger }: { readonly found: Found; readonly ledger: Ledger },
  { database: { dialect, systemSchema: schema } }: MigrationSettings,
): readonly Sql[] {
  // A record without a row of anybody's is ours: we were stopped before its first one.
  const isUnsigned = ledger.ours.size === 0 && ledger.others === 0
  const unsigned = isUnsigned ? [{ part: ledgerCollection.name, kind: 'table' as const }] : []
  const record = ({ part, kind }: Pick<Step, 'part' | 'kind'>): readonly Sql[] => {
    const version = partVersion(migration, part)
    return ledger.ours.has(version) ? [] : [insertVersion(ledgerTable(schema), version, kind, dialect)]
  }
  const { each, cleanUp } = writeChanges(
    steps.map(({ change }) => change),
    found,
    dialect,
  )
  return [
    ...unsigned.flatMap(record),
    ...steps.flatMap((step, index) => [...record(step), ...(each[index] ?? [])]),
    ...cleanUp,
  ]
}

/** First rows for tables that the migration made, then the migration itself. */
function lastStatements(
  migration: Migration,
  parts: readonly string[],
  { database: { dialect, systemSchema: schema } }: MigrationSettings,
): readonly Sql[] {
  const rows = migration.rows()
  const isOurs = rows.every(({ table }) => parts.includes(table))
  return [
    ...(isOurs ? rows.map((row) => insertRow(row, schema, dialect)) : []),
    insertVersion(ledgerTable(schema), migration.version, migration.name, dialect),
  ]
}

type InTransaction = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>

/** One process at a time. */
const locked =
  (database: Database): InTransaction =>
  (work) =>
    database.exclusively(lockName, work)

/**
 * The same for work on tables that have rows. Where a table is rebuilt, keys that lead to it must not act on that; such a
 * database has one writer at a time by itself.
 */
export const withTables = (database: Database): InTransaction =>
  database.dialect.ddl.rebuildsTables
    ? (work) => database.transaction(work, { withoutForeignKeys: true })
    : locked(database)

/** One after the other. */
export async function runAll(statements: readonly Sql[], connection: Connection): Promise<void> {
  for (const each of statements) await connection.change(statementOf(each, connection.dialect))
}
