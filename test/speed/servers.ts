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

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url))

/** Both have the same number of connections to the database. */
const poolSize = '10'
const startLimitMs = 60_000
/** Of our server. */
export const adminToken = 'bench-admin-token'

export function handWritten(databaseUrl: string): ServerCommand {
  return node('test/speed/hand-written.ts', [], { DB_CONNECTION_STRING: databaseUrl, DB_POOL__MAX: poolSize })
}

/** Ours, open to everybody, so that neither server looks at tokens. */
export function ours(database: Readonly<Record<string, string>>): ServerCommand {
  return node('rest-bridge/main.ts', ['start'], oursEnv(database))
}

/** Ours as a user starts it. */
export function oursByNpm(database: Readonly<Record<string, string>>): ServerCommand {
  return { command: 'npm', args: ['start', '--silent'], env: oursEnv(database), program: 'rest-bridge/main.ts' }
}

export const pgDatabase = (url: string) => ({ DB_CLIENT: 'pg', DB_CONNECTION_STRING: url })
export const sqliteDatabase = (file: string) => ({ DB_CLIENT: 'sqlite3', DB_FILENAME: file })

/**
 * Starts a server on a free port and waits for its first reply.
 *
 * @param first what is asked until it answers
 * @throws with what the process wrote, when it ends or takes longer than a minute
 */
export async function startServer(
  { command, args, env, program }: ServerCommand,
  first: WireRequest,
): Promise<RunningServer> {
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
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}:\n${output}`)
    try {
      const { status, body } = await ask(port, first)
      if (status === 200) {
        const startMs = performance.now() - start
        const pid = processOf(child, program)
        return { port, pid, startMs, stop: () => stop(child, pid) }
      }
      last = `${status} ${body}`
    } catch (error) {
      last = String(error)
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
  }
  await stop(child, processOf(child, program))
  throw new Error(`${program} did not answer: ${last}\n${output}`)
}

/** One request, read to its end. */
export async function ask(
  port: number,
  { method, path, body }: WireRequest,
): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    body,
    headers: { Accept: 'application/json', ...(body === null ? {} : { 'Content-Type': 'application/json' }) },
  })
  return { status: response.status, body: await response.text() }
}

function node(program: string, args: readonly string[], env: Readonly<Record<string, string>>): ServerCommand {
  return { command: process.execPath, args: [program, ...args], env, program }
}

function oursEnv(database: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    ...database,
    DB_POOL__MAX: poolSize,
    ADMIN_TOKEN: adminToken,
    PUBLIC_READ: '*',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
  }
}

function processOf(child: ChildProcess, program: string): number {
  const first = child.pid
  if (first === undefined) throw new Error(`${program} could not be started.`)
  return [first, ...descendantsOf(first)].find((pid) => commandOf(pid)[1] === program) ?? first
}

async function stop(child: ChildProcess, pid: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  const timer = setTimeout(() => process.kill(pid, 'SIGKILL'), 5000)
  process.kill(pid, 'SIGTERM')
  await ended
  clearTimeout(timer)
}
