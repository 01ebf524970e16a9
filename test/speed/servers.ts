/** Starts the servers that are measured, each in a process of its own, and ends them by their process id. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '#test/harness/servers.ts'
import { descendantsOf, listenerOf } from './process-facts.ts'
import type { WireRequest } from './scenarios.ts'

export type RunningServer = {
  readonly port: number
  readonly pid: number
  /** From starting the process to its first reply with status 200. */
  readonly startMs: number
  readonly stop: () => Promise<void>
}

export type ServerCommand = {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const projectFolder = fileURLToPath(new URL('../..', import.meta.url))

/** Both have the same number of connections to the database. */
const poolSize = '10'
const startLimitMs = 60_000
/** Of our server. */
export const adminToken = 'bench-admin-token'

export function handWritten(databaseUrl: string): ServerCommand {
  return {
    command: process.execPath,
    args: ['test/speed/hand-written.ts'],
    env: { DB_CONNECTION_STRING: databaseUrl, DB_POOL__MAX: poolSize },
  }
}

/** Ours as a user starts it, and open to everybody, so that neither server looks at tokens. */
export function ours(database: Readonly<Record<string, string>>): ServerCommand {
  return {
    command: 'npm',
    args: ['start', '--silent'],
    env: {
      ...database,
      DB_POOL__MAX: poolSize,
      ADMIN_TOKEN: adminToken,
      PUBLIC_READ: '*',
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
    },
  }
}

/** Ours for those alone who hold something. */
export function oursWithRights(database: Readonly<Record<string, string>>): ServerCommand {
  const { PUBLIC_READ: _, ...env } = ours(database).env
  return { ...ours(database), env }
}

/** A command of ours, as a user gives it. */
export function commandOfOurs(words: readonly string[], database: Readonly<Record<string, string>>): ServerCommand {
  return { ...ours(database), command: process.execPath, args: ['rest-bridge/main.ts', ...words] }
}

/** Installs and builds what `npm start` would, so that no start is measured with it. */
export async function prepareOurs(): Promise<void> {
  const child = spawn(process.execPath, ['rest-bridge/bin/ensure.mjs', 'start'], {
    cwd: projectFolder,
    stdio: ['ignore', process.stderr, process.stderr],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`Preparing our server ended with ${code}.`)
}

export const pgDatabase = (url: string) => ({ DB_CLIENT: 'pg', DB_CONNECTION_STRING: url })
export const sqliteDatabase = (file: string) => ({ DB_CLIENT: 'sqlite3', DB_FILENAME: file })

/**
 * Starts a server on a free port and waits for its first reply.
 *
 * @param first what is asked until it answers
 * @throws with what the process wrote, when it ends or takes longer than a minute
 */
export async function startServer({ command, args, env }: ServerCommand, first: WireRequest): Promise<RunningServer> {
  const port = await freePort()
  const start = performance.now()
  const child = spawn(command, args, {
    cwd: projectFolder,
    env: { ...process.env, ...env, PORT: String(port), NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))

  let last = 'no reply'
  while (performance.now() - start < startLimitMs) {
    if (child.exitCode !== null)
      throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}:\n${output}`)
    try {
      const { status, body } = await ask(port, first)
      if (status === 200) {
        const startMs = performance.now() - start
        const pid = listenerOf(port, processesOf(child))
        if (pid === null) throw new Error(`None of our processes listens on ${port}.`)
        return { port, pid, startMs, stop: () => stop(child) }
      }
      last = `${status} ${body}`
    } catch (error) {
      last = String(error)
    }
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
  await stop(child)
  throw new Error(`${child.spawnargs.join(' ')} did not answer: ${last}\n${output}`)
}

/** One request, read to its end. */
export async function ask(
  port: number,
  { method, path, body, token }: WireRequest,
): Promise<{ status: number; body: string }> {
  const holder = token ?? (body?.includes('mutation') === true ? adminToken : null)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    body,
    headers: {
      Accept: 'application/json',
      ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      ...(holder === null ? {} : { Authorization: `Bearer ${holder}` }),
    },
  })
  return { status: response.status, body: await response.text() }
}

function processesOf(child: ChildProcess): readonly number[] {
  return child.pid === undefined ? [] : [child.pid, ...descendantsOf(child.pid)]
}

/** Ends the last process that was started, the server itself; what started it ends after it. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  const server = processesOf(child).at(-1)
  if (server !== undefined) process.kill(server, 'SIGTERM')
  const timer = setTimeout(() => processesOf(child).forEach((pid) => process.kill(pid, 'SIGKILL')), 5000)
  await ended
  clearTimeout(timer)
}
