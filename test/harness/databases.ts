/**
 * databases: a fresh, real database for a suite, on every dialect that can be had. The servers are named by
 * `TEST_PG_URL` and `TEST_MARIADB_URL`; a test run starts private ones where they are not set (`global-setup.ts`).
 */
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { DatabaseSettings } from '#schema-engine/database/database.ts'

/** The dialects that run against real databases. */
export const testDialects = ['sqlite', 'postgres', 'mariadb'] as const
export type TestDialect = (typeof testDialects)[number]

/** A database of its own, empty or loaded; `drop` ends it when nobody is connected any more. */
export type TestDatabase = { readonly settings: DatabaseSettings; readonly drop: () => Promise<void> }

const noSettings: DatabaseSettings = {
  client: 'sqlite3',
  connectionString: null,
  host: null,
  port: null,
  database: null,
  user: null,
  password: null,
  socketPath: null,
  filename: null,
  searchPath: [],
  ssl: false,
  poolMin: 0,
  poolMax: 4,
}

/** Whether there is a server for the dialect. SQLite needs none. */
export function isAvailable(dialect: TestDialect): boolean {
  return dialect === 'sqlite' || serverUrl(dialect) !== null
}

/** @throws Error when there is no server for the dialect */
export async function createDatabase(dialect: TestDialect): Promise<TestDatabase> {
  const name = `tablegraph_${randomBytes(6).toString('hex')}`
  if (dialect === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'tablegraph-sqlite-'))
    const filename = join(folder, 'database.sqlite')
    new Sqlite(filename).exec('pragma journal_mode = wal').close()
    return {
      settings: { ...noSettings, filename },
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    }
  }
  const server = serverUrl(dialect)
  if (server === null) throw new Error(`There is no ${dialect} server: ${urlVariables[dialect]} is not set.`)
  const client = dialect === 'postgres' ? 'pg' : 'mariadb'
  const administrator = { ...noSettings, client, connectionString: server } as const
  const connectionString = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const charset = dialect === 'postgres' ? '' : ' character set utf8mb4 collate utf8mb4_general_ci'
  await runScript(administrator, `create database ${name}${charset}`)
  return {
    settings: { ...noSettings, client, connectionString },
    drop: () => runScript(administrator, `drop database ${name}${dialect === 'postgres' ? ' with (force)' : ''}`),
  }
}

/** Runs a text of many statements, by a connection of its own. */
export async function runScript(settings: DatabaseSettings, sqlText: string): Promise<void> {
  switch (settings.client) {
    case 'sqlite3': {
      new Sqlite(settings.filename ?? ':memory:').exec(sqlText).close()
      return
    }
    case 'pg':
    case 'cockroachdb': {
      const client = new pg.Client({ connectionString: settings.connectionString ?? '' })
      await client.connect()
      try {
        await client.query(sqlText)
      } finally {
        await client.end()
      }
      return
    }
    case 'mysql':
    case 'mariadb': {
      const uri = settings.connectionString?.replace(/^mariadb:/, 'mysql:') ?? ''
      const connection = await mysql.createConnection({
        uri,
        multipleStatements: true,
        charset: 'utf8mb4',
        timezone: 'Z',
      })
      try {
        await connection.query("set time_zone = '+00:00'")
        await connection.query(sqlText)
      } finally {
        await connection.end()
      }
      return
    }
  }
}

/** The database Chinook: artists, albums, tracks, playlists. Names are CamelCase, on PostgreSQL snake_case. */
export async function loadChinook(dialect: TestDialect): Promise<TestDatabase> {
  return dialect === 'sqlite'
    ? copyOf('chinook.sqlite')
    : scripted(dialect, { postgres: 'chinook.postgres.sql', mariadb: 'chinook.mysql.sql' }[dialect])
}

/** An installation in use, with metadata tables and users; there is none for MariaDB. */
export async function loadInstallation(dialect: Exclude<TestDialect, 'mariadb'>): Promise<TestDatabase> {
  return dialect === 'sqlite' ? copyOf('directus-11.sqlite') : scripted(dialect, 'directus-11.postgres.sql')
}

/** The folder of databases to load: `SHARED_DATA`, or `../shared/data` beside the checkout. */
const dataFolder =
  process.env['SHARED_DATA'] ?? resolve(fileURLToPath(new URL('../../../shared/data', import.meta.url)))

/** Whether `loadChinook` and `loadInstallation` have something to load. */
export const hasSharedData = existsSync(join(dataFolder, 'chinook.sqlite'))

async function copyOf(file: string): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'tablegraph-sqlite-'))
  const filename = join(folder, file)
  copyFileSync(join(dataFolder, file), filename)
  return { settings: { ...noSettings, filename }, drop: async () => rmSync(folder, { recursive: true, force: true }) }
}

async function scripted(dialect: TestDialect, file: string): Promise<TestDatabase> {
  const database = await createDatabase(dialect)
  await runScript(database.settings, withoutClientCommands(readFileSync(join(dataFolder, file), 'utf8')))
  return database
}

/** The scripts were written for command line clients, and for a database of a fixed name. */
function withoutClientCommands(script: string): string {
  return script.replaceAll(/^\\.*$/gm, '').replaceAll(/^(drop database|create database|use) [^;]*;/gim, '')
}

const urlVariables = { postgres: 'TEST_PG_URL', mariadb: 'TEST_MARIADB_URL' } as const

function serverUrl(dialect: Exclude<TestDialect, 'sqlite'>): string | null {
  const url = process.env[urlVariables[dialect]]
  return url === undefined || url === '' ? null : url
}
