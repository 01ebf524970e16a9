/** database: the only I/O. A `Database` runs statements; who may call it is in ARCHITECTURE.md. */
import type { Dialect } from '../dialects/dialect.ts'
import type { DatabaseSchema } from '../dialects/database-schema.ts'

/** Where and how to connect. */
export type DatabaseSettings = {
  readonly client: 'pg' | 'mysql' | 'mariadb' | 'sqlite3' | 'cockroachdb'
  readonly connectionString: string | null
  readonly host: string | null
  readonly port: number | null
  readonly database: string | null
  readonly user: string | null
  readonly password: string | null
  readonly socketPath: string | null
  /** SQLite's file, or `:memory:`. */
  readonly filename: string | null
  /** Schemas to read, the first one is the default; empty means the database's own default. */
  readonly searchPath: readonly string[]
  /** Where the system's own tables stand, when not in the default schema: another schema, on MySQL another database. */
  readonly systemSchema?: string | null
  /** Passed to the driver: `true`, or its own TLS options. */
  readonly ssl: boolean | Readonly<Record<string, unknown>>
  readonly poolMin: number
  readonly poolMax: number
}

/** One statement, ready for the driver: placeholders as the dialect writes them, values in their order. */
export type Statement = {
  readonly text: string
  readonly values: readonly unknown[]
  /** A name under which a driver may keep the statement prepared; null for one that is unlikely to come again. */
  readonly name: string | null
}

export type Rows = readonly (readonly unknown[])[]

/**
 * The statements of one transaction, on one connection, in the order in which they were started. Those that are started
 * without waiting for each other travel together where the driver can do so (PostgreSQL). After one that failed no further
 * one runs, and the whole is rolled back, even if the work caught its error; unless it was part of an `attempt`.
 */
export type Connection = {
  readonly dialect: Dialect
  /** All rows, each as an array in column order. @throws as `Database.rows`, and ConstraintError for a broken constraint */
  readonly rows: (statement: Statement) => Promise<Rows>
  /**
   * For a statement that gives no rows: how many it changed (an update counts the rows it found), and, where
   * `supports.returning` is missing, the first key that the database gave out; null without one.
   */
  readonly change: (statement: Statement) => Promise<{ readonly changedRows: number; readonly firstKey: bigint | null }>
  /**
   * As `rows`, for the statement that ends the work: the commit may travel with it, so nothing may be refused any more when
   * it has answered.
   */
  readonly lastRows: (statement: Statement) => Promise<Rows>
  /**
   * Runs a part of the work that may fail by itself: what it has written is undone then, and the transaction goes on.
   * Parts run one after the other; one may be inside another.
   * @throws what the part threw
   */
  readonly attempt: <T>(part: () => Promise<T>) => Promise<T>
  /**
   * Reads why a statement failed, where the database has undone that statement alone (SQLite, MySQL). Whatever comes of it, the
   * transaction has failed.
   */
  readonly afterFailure: <T>(reads: () => Promise<T>) => Promise<T>
}

export type TransactionOptions = {
  /** SQLite's rebuilding of a table: foreign keys are not enforced inside, and all are checked before the end. */
  readonly withoutForeignKeys?: true
}

export type Transaction = {
  <T>(work: (connection: Connection) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * The same for work of one statement, where the driver has a shorter way. It hangs on `transaction`, so that nobody who puts another
   * one in its place leaves a way around that. @throws as `Connection.rows`
   */
  readonly ofOne?: (statement: Statement) => Promise<Rows>
}

export type Database = {
  readonly dialect: Dialect
  /** Where the system's own tables stand; null: in the default schema. */
  readonly systemSchema: string | null
  /**
   * All rows, each as an array in column order. Inside a transaction its connection is to be used: there may be no other.
   * @throws EngineError SERVICE_UNAVAILABLE when it can't be reached
   */
  readonly rows: (statement: Statement) => Promise<Rows>
  /**
   * Runs work in one transaction: committed when the work returns, rolled back when it throws. The work is repeated, a
   * bounded number of times, when the database ended it for a deadlock or a conflict: so it must change nothing else.
   * @throws what the work threw; SERVICE_UNAVAILABLE when it was ended too often
   */
  readonly transaction: Transaction
  /**
   * As `transaction`, for one process at a time of all that use this database: waits until no other holds the name.
   * @throws SERVICE_UNAVAILABLE after a minute
   */
  readonly exclusively: <T>(
    name: string,
    work: (connection: Connection) => Promise<T>,
    options?: TransactionOptions,
  ) => Promise<T>
  /** Runs a schema's introspection: a handful of statements, whatever the number of tables. */
  readonly introspect: () => Promise<DatabaseSchema>
  /**
   * A cheap text that changes when the structure of the database may have changed (tables, columns, keys, indexes,
   * enums): compared on an interval to notice drift.
   */
  readonly structureFingerprint: () => Promise<string>
  readonly close: () => Promise<void>
}
