/**
 * MySQL and MariaDB, by the driver's own pool. Every statement is prepared by the server, so that values are bound and
 * never written into SQL text, whatever the server's quoting rules are.
 */
import mysql, { type Pool, type PoolConnection, type PoolOptions, type ResultSetHeader } from 'mysql2'
import type { Dialect } from '../dialects/dialect.ts'
import { isUnreachable } from '../dialects/failure-reasons.ts'
import { mariadb } from '../dialects/mariadb/index.ts'
import { mysql as mysqlDialect } from '../dialects/mysql/index.ts'
import { fail } from '../errors.ts'
import type { Database, DatabaseSettings, Statement } from './database.ts'
import { causeOf, failureOf, placeOf, unreachable } from './failures.ts'
import {
  createTransactions,
  exclusiveWaitMs,
  nothing,
  otherHolds,
  type Done,
  type Outcome,
  type Session,
  type SessionOptions,
} from './transactions.ts'

/** Statements kept prepared on one connection; the driver closes the least used one beyond it. */
const maxPreparedPerConnection = 500
const connectTimeoutMs = 15_000

/** @throws EngineError SERVICE_UNAVAILABLE */
export async function connectMysql(settings: DatabaseSettings): Promise<Database> {
  const config = poolConfig(settings)
  const pool = mysql.createPool(config)
  pool.on('connection', (connection: PoolConnection) => {
    connection.on('error', () => undefined) // its statement fails, or it was idle; unheard, it would end the process
    for (const statement of session) {
      connection.query(statement, (error) => {
        if (error !== null) connection.destroy()
      })
    }
  })

  let dialect: Dialect = mysqlDialect
  async function run<Row>(statement: Statement, rowsAsArray: boolean): Promise<readonly Row[]> {
    const connection = await acquire(pool)
    let isLost = false
    try {
      return await execute<Row>(connection, statement, rowsAsArray)
    } catch (error) {
      isLost = dialect.errorOf(error) === isUnreachable // the server may have said so before the connection ends
      throw error
    } finally {
      if (statement.name === null) connection.unprepare(statement.text)
      if (isLost) connection.destroy()
      else connection.release()
    }
  }

  async function openSession({ exclusiveName }: SessionOptions): Promise<Session> {
    const connection = await acquire(pool)
    let isLost = false
    const plain = (text: string): Promise<void> =>
      new Promise((resolve, reject) => connection.query(text, (error) => (error === null ? resolve() : reject(error))))
    const giveBack = async (): Promise<void> => {
      // A connection that still held the name would keep it from everybody until it is closed.
      if (exclusiveName !== null) await plain('do release_all_locks()').catch(() => (isLost = true))
      if (isLost) connection.destroy()
      else connection.release()
    }
    try {
      if (exclusiveName !== null) await lock(connection, exclusiveName)
      await plain('start transaction')
    } catch (error) {
      connection.destroy()
      throw error
    }
    return {
      run: ({ statement, shape }, done) => {
        // MySQL doesn't prepare statements of this kind.
        if (shape === 'mark') return void connection.query(statement.text, (failure) => done(failure, nothing))
        executeForOutcome(connection, statement, (failure, outcome) => {
          if (statement.name === null) connection.unprepare(statement.text)
          done(failure, outcome)
        })
      },
      commit: async () => {
        await plain('commit')
        await giveBack()
      },
      rollback: async (failure) => {
        isLost = dialect.errorOf(causeOf(failure)) === isUnreachable
        await plain('rollback').catch(() => (isLost = true))
        await giveBack()
      },
    }
  }

  async function runOrFail<Row>(statement: Statement, rowsAsArray: boolean): Promise<readonly Row[]> {
    try {
      return await run<Row>(statement, rowsAsArray)
    } catch (error) {
      throw failureOf(error, dialect)
    }
  }

  try {
    const [row] = await run<readonly [string]>({ text: 'select version()', values: [], name: null }, true)
    dialect = row?.[0].includes('MariaDB') === true ? mariadb : mysqlDialect
  } catch (error) {
    await close(pool)
    throw unreachable(
      placeOf('MySQL', { host: config.host, port: config.port ?? 3306, socketPath: config.socketPath }),
      error,
      settings,
    )
  }
  const objects = (text: string, values: readonly unknown[] = []) =>
    runOrFail<Readonly<Record<string, unknown>>>({ text, values, name: null }, false)
  const systemSchema = settings.systemSchema ?? null
  const options = { searchPath: settings.searchPath, systemSchema }
  const { transaction, exclusively, whenIdle } = createTransactions({
    dialect: () => dialect,
    open: openSession,
    isStale: () => false, // a statement whose table was changed is prepared again by the server
  })
  return {
    dialect,
    systemSchema,
    transaction,
    exclusively,
    rows: (statement) => runOrFail<readonly unknown[]>(statement, true),
    introspect: () => dialect.introspect(objects, options),
    structureFingerprint: () => dialect.structureFingerprint(objects, options),
    close: async () => {
      await whenIdle() // the driver would close their connections as well
      await close(pool)
    },
  }
}

/** Times in UTC, nothing cut off, bad values refused; why the level is this one is told in `transactions.ts`. */
const session = [
  'set session transaction isolation level read committed',
  "set time_zone = '+00:00'",
  'set session group_concat_max_len = 4294967295',
  "set session sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
]

function poolConfig(settings: DatabaseSettings): PoolOptions {
  const { ssl } = settings
  return {
    ...(settings.connectionString === null ? partsOf(settings) : partsOfUrl(settings.connectionString)),
    ...(ssl === false ? {} : { ssl: ssl === true ? {} : ssl }),
    charset: 'utf8mb4',
    timezone: 'Z',
    connectionLimit: settings.poolMax,
    maxIdle: settings.poolMax,
    connectTimeout: connectTimeoutMs,
    enableKeepAlive: true,
    maxPreparedStatements: maxPreparedPerConnection,
    dateStrings: true,
    jsonStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    multipleStatements: false,
  }
}

type Address = Pick<DatabaseSettings, 'host' | 'port' | 'database' | 'user' | 'password' | 'socketPath'>

function partsOf({ host, port, database, user, password, socketPath }: Address): PoolOptions {
  return {
    ...(socketPath === null ? { host: host ?? '127.0.0.1', port: port ?? 3306 } : { socketPath }),
    ...(database === null ? {} : { database }),
    ...(user === null ? {} : { user }),
    ...(password === null ? {} : { password }),
  }
}

/** `mysql://user:password@host:port/database`; what may change how values are read is not taken from its query. */
function partsOfUrl(connectionString: string): PoolOptions {
  if (!URL.canParse(connectionString)) {
    fail('SERVICE_UNAVAILABLE', {
      service: 'database',
      reason: 'Its connection string is not a URL: mysql://user@host/database.',
    })
  }
  const url = new URL(connectionString)
  return partsOf({
    host: url.hostname,
    port: url.port === '' ? null : Number(url.port),
    database: url.pathname === '' || url.pathname === '/' ? null : decodeURIComponent(url.pathname.slice(1)),
    user: url.username === '' ? null : decodeURIComponent(url.username),
    password: url.password === '' ? null : decodeURIComponent(url.password),
    socketPath: url.searchParams.get('socketPath'),
  })
}

function acquire(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)))
  })
}

function execute<Row>(connection: PoolConnection, statement: Statement, rowsAsArray: boolean): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const values = statement.values.map(bindable)
    connection.execute({ sql: statement.text, values, rowsAsArray }, (error, rows) => {
      // The driver types rows by its own row classes; their shape is the one asked for.
      if (error === null) resolve(Array.isArray(rows) ? (rows as unknown as Row[]) : [])
      else reject(error)
    })
  })
}

function executeForOutcome(connection: PoolConnection, statement: Statement, done: Done<Outcome>): void {
  const values = statement.values.map(bindable)
  connection.execute({ sql: statement.text, values, rowsAsArray: true }, (error, result: unknown) => {
    if (error !== null) done(error, nothing)
    else if (Array.isArray(result)) done(null, { rows: result, changedRows: 0, firstKey: null })
    else done(null, changeOf(result as ResultSetHeader)) // the driver gives a header where there are no rows
  })
}

/** The driver tells key 0 where the database gave none out. */
function changeOf({ affectedRows, insertId }: ResultSetHeader): Outcome {
  const key = BigInt(insertId)
  return { rows: [], changedRows: affectedRows, firstKey: key === 0n ? null : key }
}

/** Names are the whole server's, of up to 64 characters: so the database's is part of it, and both are hashed. */
function lock(connection: PoolConnection, name: string): Promise<void> {
  const text = "select get_lock(sha1(concat('tablegraph ', database(), ' ', ?)), ?)"
  return new Promise((resolve, reject) => {
    connection.execute(
      { sql: text, values: [name, exclusiveWaitMs / 1000], rowsAsArray: true },
      (error, rows: unknown) => {
        if (error !== null) return reject(error)
        const [row] = rows as readonly (readonly unknown[])[] // one row: 1, or 0 after the wait
        if (Number(row?.[0]) === 1) return resolve()
        try {
          otherHolds(name)
        } catch (refusal) {
          reject(refusal instanceof Error ? refusal : new Error(String(refusal)))
        }
      },
    )
  })
}

/** A value as the driver binds it. Integers go as integers: the driver would send a number as a double. */
function bindable(input: unknown): mysql.ExecuteValues {
  if (typeof input === 'bigint' || (typeof input === 'number' && Number.isSafeInteger(input))) {
    return input > 0x7fffffffffffffffn
      ? mysql.TypedParameter.LONGLONG.unsigned(input)
      : mysql.TypedParameter.LONGLONG(input)
  }
  return input as mysql.ExecuteValues // what is not a value at all, the driver refuses
}

function close(pool: Pool): Promise<void> {
  return new Promise((resolve) => pool.end(() => resolve()))
}
