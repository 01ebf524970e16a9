/** PostgreSQL and its relatives, by the driver's own pool: knex's costs 2 µs more a statement, an eighth of the whole. */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { cockroachdb } from '../dialects/cockroachdb/index.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { isBusy, isUnreachable } from '../dialects/failure-reasons.ts'
import { postgres } from '../dialects/postgres/index.ts'
import type { Database, DatabaseSettings, Rows, Statement } from './database.ts'
import { causeOf, failureOf, failureOfWrite, placeOf, unreachable } from './failures.ts'
import { getTypeParser, isWornOut, runStatement } from './postgres-query.ts'
import { createSingles } from './postgres-singles.ts'
import {
  createTransactions,
  exclusiveWaitMs,
  insideAnother,
  mayRepeatAgain,
  otherHolds,
  waitForRepeat,
  type Done,
  type Outcome,
  type Run,
  type Session,
  type SessionOptions,
} from './transactions.ts'

const connectTimeoutMs = 15_000

/** @throws EngineError SERVICE_UNAVAILABLE */
export async function connectPostgres(settings: DatabaseSettings): Promise<Database> {
  const pool = new pg.Pool(poolConfig(settings))
  // A lost connection fails its statement, or is dropped while idle. Unheard, its event would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const single = createSingles({
    pool,
    poolMax: settings.poolMax,
    waitMs: connectTimeoutMs,
    isLost: (failure) => dialect.errorOf(failure) === isUnreachable,
    isStale,
  })

  const rows = (statement: Statement): Promise<Rows> =>
    new Promise((resolve, reject) => {
      single(statement, (failure, outcome) => {
        if (failure === null) resolve(outcome.rows)
        else reject(failureOf(failure, dialect))
      })
    })

  /** As a transaction of it, without what only several statements need. */
  const ofOne = (statement: Statement, attempt = 0): Promise<Rows> =>
    new Promise((resolve, reject) => {
      if (isInside()) throw insideAnother()
      single(attempt === 0 ? statement : { ...statement, name: null }, (failure, outcome) => {
        if (failure === null) resolve(outcome.rows)
        else if (dialect.errorOf(failure) === isBusy && mayRepeatAgain(attempt))
          resolve(waitForRepeat(attempt).then(() => ofOne(statement, attempt + 1)))
        else reject(failureOfWrite(failure, dialect))
      })
    })

  function connectClient(): Promise<{ client: pg.PoolClient; release: (isLost: boolean) => void }> {
    return new Promise((resolve, reject) => {
      pool.connect((error, client, release) => {
        if (client === undefined) reject(error ?? new Error('The pool gave no connection.'))
        else resolve({ client, release })
      })
    })
  }

  /** `begin` travels with the first statement, and the end with the last one. */
  async function openSession({ exclusiveName, attempt }: SessionOptions): Promise<Session> {
    const { client, release } = await connectClient()
    const query = (statement: Statement, done: Done<Outcome>) => runStatement(client, statement, done)
    const plain = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        query({ text, values: [], name: null }, (failure) => (failure === null ? resolve() : reject(failure)))
      })
    let hasBegun = false
    let beginFailure: Error | null = null
    let ending: Promise<void> | null = null

    function begin(): void {
      if (hasBegun) return
      hasBegun = true
      query({ text: beginText, values: [], name: null }, (failure) => (beginFailure = failure))
    }

    if (exclusiveName !== null) {
      try {
        begin()
        await plain(`set local lock_timeout = ${exclusiveWaitMs}`)
        await plain(`select pg_advisory_xact_lock(${lockNumberOf(exclusiveName)})`)
        await plain('set local lock_timeout to default')
      } catch (error) {
        release(true)
        if (error instanceof pg.DatabaseError && error.code === '55P03') otherHolds(exclusiveName)
        throw error
      }
    }
    return {
      run: (run: Run, done) => {
        const statement = attempt === 0 ? run.statement : { ...run.statement, name: null }
        const isWhole = run.isLast && !hasBegun // a single statement is its own transaction
        const { stream } = client.connection
        stream.cork() // what follows leaves in one packet
        if (!isWhole) begin()
        query(statement, (failure, outcome) => done(failure ?? beginFailure, outcome))
        if (isWhole) ending = Promise.resolve()
        else if (run.isLast) ending = plain('commit')
        stream.uncork()
        ending?.catch(() => undefined) // told by `commit`
      },
      commit: async () => {
        await (ending ?? (hasBegun ? plain('commit') : undefined))
        release(isWornOut(client))
      },
      rollback: async (failure) => {
        const isLost = dialect.errorOf(causeOf(failure)) === isUnreachable
        const undone =
          !hasBegun ||
          (await plain('rollback').then(
            () => true,
            () => false,
          ))
        release(isLost || !undone || isWornOut(client) || isStale(causeOf(failure)))
      },
    }
  }

  async function objects(text: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    try {
      return (await pool.query<Record<string, unknown>>(text, [...values])).rows
    } catch (error) {
      throw failureOf(error, dialect)
    }
  }

  let dialect: Dialect = postgres
  try {
    dialect = await dialectOf(pool)
  } catch (error) {
    await pool.end()
    throw unreachable(placeOf('PostgreSQL', addressOf(settings)), error, settings)
  }
  const systemSchema = settings.systemSchema ?? null
  const options = { searchPath: settings.searchPath, systemSchema }
  const { transaction, exclusively, isInside } = createTransactions({
    dialect: () => dialect,
    open: openSession,
    isStale: (failure, { name }) => name !== null && isStale(failure),
  })
  return {
    dialect,
    systemSchema,
    rows,
    transaction: Object.assign(transaction, { ofOne: (statement: Statement) => ofOne(statement) }),
    exclusively,
    introspect: () => dialect.introspect(objects, options),
    structureFingerprint: () => dialect.structureFingerprint(objects, options),
    close: () => pool.end(),
  }
}

/** Written out, because a server's own default may be another level. */
const beginText = 'begin isolation level read committed'

/** A name as the 64-bit number that PostgreSQL locks; such locks are of one database. */
function lockNumberOf(name: string): bigint {
  return createHash('sha256').update(`tablegraph ${name}`).digest().readBigInt64BE()
}

/**
 * Whether a prepared statement failed before it ran, as one does that was prepared before its tables were changed:
 * no longer known (26), another result than before (0A), other types than before (42).
 */
function isStale(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(26|0A|42)/.test(error.code ?? '')
}

function poolConfig(settings: DatabaseSettings): pg.PoolConfig {
  const { connectionString, socketPath, host, port, database, user, password, ssl } = settings
  const at =
    connectionString === null ? { host: socketPath ?? host, port, database, user, password } : { connectionString }
  return {
    ...withoutNulls(at),
    ...(ssl === false ? {} : { ssl }),
    min: settings.poolMin,
    max: settings.poolMax,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    pipeline: true, // statements of a transaction that were started together are sent together
    application_name: 'tablegraph',
    types: { getTypeParser },
    onConnect: async (client) => {
      await client.query(sessionOf(settings.searchPath))
    },
  }
}

/**
 * Times are told in UTC and in ISO 8601 whatever the server's own settings are. Compiling a statement to machine code
 * costs more than it gains where the database builds JSON: PostgreSQL overrates such statements. CockroachDB has no `jit`;
 * it puts nulls first, and is told to put them last.
 */
function sessionOf(searchPath: readonly string[]): string {
  const path = searchPath.map((schema) => pg.escapeIdentifier(schema)).join(', ')
  return [
    "set timezone = 'UTC'",
    "set datestyle = 'ISO, MDY'",
    "select set_config('jit', 'off', false) from pg_settings where name = 'jit'",
    "select set_config('null_ordered_last', 'on', false) from pg_settings where name = 'null_ordered_last'",
    ...(path === '' ? [] : [`set search_path = ${path}`]),
  ].join('; ')
}

async function dialectOf(pool: pg.Pool): Promise<Dialect> {
  const { rows } = await pool.query<{ version: string }>('select version() as version')
  return rows[0]?.version.includes('CockroachDB') === true ? cockroachdb : postgres
}

function addressOf(settings: DatabaseSettings): { host?: string | null; port?: number | null } {
  const { connectionString, socketPath, host, port } = settings
  if (connectionString === null) return { host: socketPath ?? host, port: port ?? 5432 }
  const url = URL.canParse(connectionString) ? new URL(connectionString) : null
  return { host: url?.hostname ?? null, port: url === null || url.port === '' ? 5432 : Number(url.port) }
}

function withoutNulls<T extends object>(all: T): { [K in keyof T]?: NonNullable<T[K]> } {
  // Object.entries loses the keys' types; nothing but nulls is left out.
  return Object.fromEntries(Object.entries(all).filter(([, each]) => each !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}
