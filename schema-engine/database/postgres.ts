/** PostgreSQL and its relatives, by the driver's own pool: knex's costs 2 µs more a statement, an eighth of the whole. */
import pg from 'pg'
import { cockroachdb } from '../dialects/cockroachdb/index.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { isUnreachable } from '../dialects/failure-reasons.ts'
import { postgres } from '../dialects/postgres/index.ts'
import type { Database, DatabaseSettings, Statement } from './database.ts'
import { failureOf, placeOf, unreachable } from './failures.ts'

/** A connection with this many prepared statements is closed and replaced, so that the server's memory stays bounded. */
const maxPreparedPerConnection = 500
const connectTimeoutMs = 15_000

/** @throws EngineError SERVICE_UNAVAILABLE */
export async function connectPostgres(settings: DatabaseSettings): Promise<Database> {
  const pool = new pg.Pool(poolConfig(settings))
  // A lost connection fails its statement, or is dropped while idle. Unheard, its event would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const preparedNames = new WeakMap<pg.PoolClient, Set<string>>()

  /** Whether the connection has to go after this statement. */
  function isWornOut(client: pg.PoolClient, name: string): boolean {
    const names = preparedNames.get(client) ?? new Set()
    if (names.size === 0) preparedNames.set(client, names)
    names.add(name)
    return names.size >= maxPreparedPerConnection
  }

  /** By callbacks: promises of the driver keep every result in memory until the next whole garbage collection. */
  function rows(statement: Statement): Promise<Rows> {
    return new Promise((resolve, reject) => {
      pool.connect((error, client, release) => {
        if (client === undefined) {
          reject(failureOf(error, dialect))
          return
        }
        const isLast = statement.name !== null && isWornOut(client, statement.name)
        const finish = (failure: Error | null, result: Rows): void => {
          if (failure === null) {
            release(isLast)
            resolve(result)
            return
          }
          if (statement.name !== null && isStale(failure)) {
            query(client, { ...statement, name: null }, (again, rowsAgain) => {
              release(true)
              if (again === null) resolve(rowsAgain)
              else reject(failureOf(again, dialect))
            })
            return
          }
          release(isLast || dialect.errorOf(failure) === isUnreachable) // the server may have said so before the connection ends
          reject(failureOf(failure, dialect))
        }
        query(client, statement, finish)
      })
    })
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
  const options = { searchPath: settings.searchPath }
  return {
    dialect,
    rows,
    introspect: () => dialect.introspect(objects, options),
    structureFingerprint: () => dialect.structureFingerprint(objects, options),
    close: () => pool.end(),
  }
}

type Rows = readonly (readonly unknown[])[]

function query(
  client: pg.PoolClient,
  { text, values, name }: Statement,
  done: (failure: Error | null, rows: Rows) => void,
): void {
  // The driver's types want a list that may be written to; it does not write to it.
  const config = { text, values: values as unknown[], rowMode: 'array' as const, ...(name === null ? {} : { name }) }
  // Told of a failure without a result, whatever the driver's types say.
  client.query<unknown[]>(config, (failure: Error | null, result: pg.QueryArrayResult<unknown[]> | undefined) =>
    done(failure, result?.rows ?? []),
  )
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

/** Numbers that a JavaScript number holds exactly, and booleans, are parsed; everything else stays the server's text. */
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'], // bool
  [21, Number], // int2
  [23, Number], // int4
  [26, Number], // oid
  [700, Number], // float4
  [701, Number], // float8
])

const asText = (text: string) => text

function getTypeParser(oid: number): (text: string) => unknown {
  return parsers.get(oid) ?? asText
}
