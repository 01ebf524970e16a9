/** One connection to a SQLite file, and what every connection of ours has: used in worker threads and in the main one. */
import Driver from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import { exactAggregates } from './sqlite-aggregates.ts'

/** Statements kept prepared on one connection. */
const maxPrepared = 500

/** `raw` gives rows as arrays with 64-bit integers as bigint; `objects` gives rows as objects with plain numbers. */
export type SqliteRun = {
  readonly text: string
  readonly values: readonly unknown[]
  readonly shape: 'raw' | 'objects'
}

/** `changedRows` is 0 where there are rows. */
export type SqliteResult = { readonly rows: readonly unknown[]; readonly changedRows: number }

/** `write`: the one connection that changes a file. Its journal mode stays as its owner chose it. */
export type SqliteMode = 'read' | 'write'

export type SqliteConnection = {
  /** Runs one after the other, up to the first that fails. Gives what each one gave. */
  readonly run: (runs: readonly SqliteRun[]) => readonly SqliteResult[]
  readonly close: () => void
}

/** How long one statement waits for another process that writes, in the thread it runs in. */
export const busyTimeoutMs = 5000

/** Opens `filename` (`:memory:` for reading and writing). @throws SqliteError when there is none, or it is not a database */
export function openSqlite(filename: string, mode: SqliteMode): SqliteConnection {
  const isMemory = filename === ':memory:'
  const access = isMemory ? {} : { readonly: mode === 'read', fileMustExist: true }
  const driver = new Driver(filename, { ...access, timeout: busyTimeoutMs })
  driver.pragma('foreign_keys = on')
  driver.function('tg_fold', { deterministic: true }, fold)
  driver.function('tg_base64', { deterministic: true }, base64)
  for (const { name, options } of exactAggregates) driver.aggregate<unknown>(name, options)
  driver.pragma('mmap_size = 268435456')
  driver.pragma('temp_store = memory')
  driver.pragma('schema_version') // reads the file's first page: what is no database fails here
  const prepared = new LRUCache<string, Driver.Statement<unknown[], unknown>>({ max: maxPrepared })

  function statementOf({ text, shape }: SqliteRun): Driver.Statement<unknown[], unknown> {
    const key = `${shape} ${text}`
    const kept = prepared.get(key)
    if (kept !== undefined) return kept
    const statement = driver.prepare<unknown[]>(text)
    if (shape === 'raw' && statement.reader) statement.raw(true).safeIntegers(true)
    prepared.set(key, statement)
    return statement
  }

  return {
    run: (runs) =>
      runs.map((run) => {
        const statement = statementOf(run)
        const values = run.values.map(bindable)
        return statement.reader
          ? { rows: statement.all(...values), changedRows: 0 }
          : { rows: [], changedRows: statement.run(...values).changes }
      }),
    close: () => driver.close(),
  }
}

/** What SQLite hands to a function of ours. */
type SqliteValue = string | number | bigint | Buffer | null

/** The text without regard to case and to how its accents are composed; null stays null. */
function fold(input: SqliteValue): string | null {
  return input === null ? null : String(input).normalize('NFC').toLowerCase()
}

/** Bytes, or the bytes of a text, as base64 (RFC 4648 §4); null stays null. */
function base64(input: SqliteValue): string | null {
  return input === null ? null : (Buffer.isBuffer(input) ? input : Buffer.from(String(input))).toString('base64')
}

/** A value as SQLite takes it. Integers go as integers: the driver would write every number as a float. */
function bindable(input: unknown): unknown {
  if (typeof input === 'boolean') return input ? 1n : 0n
  if (typeof input === 'number' && Number.isSafeInteger(input)) return BigInt(input)
  if (input instanceof Uint8Array) return Buffer.from(input) // a Buffer crosses threads as its plain base
  return input
}
