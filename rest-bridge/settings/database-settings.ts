/** Settings → where and how to connect, or that the sample database is meant. */
import type { DatabaseSettings } from '#schema-engine/database/database.ts'
import { SettingsError } from './read.ts'
import type { Settings } from './settings.ts'

type Client = DatabaseSettings['client']

const clients: Readonly<Record<NonNullable<Settings['DB_CLIENT']>, Client>> = {
  pg: 'pg',
  postgres: 'pg',
  postgresql: 'pg',
  cockroachdb: 'cockroachdb',
  mysql: 'mysql',
  mariadb: 'mariadb',
  sqlite3: 'sqlite3',
  sqlite: 'sqlite3',
}

const clientsByProtocol: Readonly<Record<string, Client>> = {
  postgres: 'pg',
  postgresql: 'pg',
  cockroachdb: 'cockroachdb',
  mysql: 'mysql',
  mariadb: 'mariadb',
}

/** @returns null when no database is configured. @throws SettingsError when it is configured by half */
export function databaseSettings(settings: Settings): DatabaseSettings | null {
  const client = settings.DB_CLIENT === null ? clientByTheRest(settings) : clients[settings.DB_CLIENT]
  if (client === null) {
    if (settings.DB_HOST === null && settings.DB_DATABASE === null && settings.DB_SOCKET_PATH === null) return null
    throw new SettingsError(['DB_CLIENT is missing: it says which kind of database stands at DB_HOST.'])
  }
  if (client === 'sqlite3' && settings.DB_FILENAME === null) {
    throw new SettingsError(['DB_FILENAME is missing: DB_CLIENT is sqlite3, which is read from a file.'])
  }
  if (settings.DB_POOL__MIN > settings.DB_POOL__MAX) {
    throw new SettingsError([
      `DB_POOL__MIN (${settings.DB_POOL__MIN}) must not exceed DB_POOL__MAX (${settings.DB_POOL__MAX}).`,
    ])
  }
  checkSystemSchema(client, settings)
  return {
    client,
    connectionString: settings.DB_CONNECTION_STRING,
    host: settings.DB_HOST,
    port: settings.DB_PORT,
    database: settings.DB_DATABASE,
    user: settings.DB_USER,
    password: settings.DB_PASSWORD,
    socketPath: settings.DB_SOCKET_PATH,
    filename: settings.DB_FILENAME,
    searchPath: settings.DB_SEARCH_PATH,
    systemSchema: settings.SYSTEM_DB_SCHEMA,
    ssl: settings.DB_SSL,
    poolMin: settings.DB_POOL__MIN,
    poolMax: settings.DB_POOL__MAX,
  }
}

/** Their schemas are called databases. */
const schemasAreDatabases: ReadonlySet<Client> = new Set(['mysql', 'mariadb'])

/** The default schema is said by leaving the setting out: what stands there is called without a schema. */
function checkSystemSchema(client: Client, settings: Settings): void {
  const { SYSTEM_DB_SCHEMA: schema, DB_SEARCH_PATH, DB_DATABASE, DB_CONNECTION_STRING: url } = settings
  if (schema === null) return
  if (client === 'sqlite3') throw new SettingsError(['SYSTEM_DB_SCHEMA is set, and SQLite has no schemas.'])
  const database = url !== null && URL.canParse(url) ? decodeURIComponent(new URL(url).pathname.slice(1)) : DB_DATABASE
  const standard = DB_SEARCH_PATH[0] ?? (schemasAreDatabases.has(client) ? database : 'public')
  if (schema === standard) throw new SettingsError([`SYSTEM_DB_SCHEMA is ${schema}, the default schema: leave it out.`])
}

/** An SQLite file of our own, with the pool that the settings ask for. */
export const fileSettings = (filename: string, settings: Settings): DatabaseSettings => ({
  client: 'sqlite3',
  connectionString: null,
  host: null,
  port: null,
  database: null,
  user: null,
  password: null,
  socketPath: null,
  filename,
  searchPath: [],
  ssl: false,
  poolMin: settings.DB_POOL__MIN,
  poolMax: settings.DB_POOL__MAX,
})

function clientByTheRest(settings: Settings): Client | null {
  if (settings.DB_CONNECTION_STRING !== null) {
    const protocol = settings.DB_CONNECTION_STRING.split(':', 1)[0] ?? ''
    const client = clientsByProtocol[protocol.toLowerCase()]
    if (client === undefined) {
      throw new SettingsError([
        'DB_CLIENT is missing, and DB_CONNECTION_STRING does not start with `postgres:`, `mysql:`, `mariadb:` or `cockroachdb:`.',
      ])
    }
    return client
  }
  return settings.DB_FILENAME === null ? null : 'sqlite3'
}
