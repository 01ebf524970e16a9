/** connect: settings → `Database`. The server's own version picks the dialect, not the name a client was given. */
import type { Database, DatabaseSettings } from './database.ts'

/**
 * Connects once, to see that it works and what stands there; further connections are made when they are needed.
 *
 * What `rows` gives: on PostgreSQL small integers and floats as numbers, booleans as booleans and all else as the
 * database's text; on MySQL and MariaDB numbers as numbers where they lose nothing, other numbers and dates as text,
 * bytes as a Buffer; on SQLite integers as bigint, floats as numbers, bytes as a Uint8Array.
 *
 * What `rows` takes: strings, numbers, bigints, booleans, null, bytes; lists too where `dialect.supports.arrayBinds`.
 *
 * @throws EngineError SERVICE_UNAVAILABLE with the reason in words, without any password
 */
export async function connect(settings: DatabaseSettings): Promise<Database> {
  // Only the driver that is used is loaded.
  switch (settings.client) {
    case 'pg':
    case 'cockroachdb':
      return (await import('./postgres.ts')).connectPostgres(settings)
    case 'mysql':
    case 'mariadb':
      return (await import('./mysql.ts')).connectMysql(settings)
    case 'sqlite3':
      return (await import('./sqlite.ts')).connectSqlite(settings)
  }
}
