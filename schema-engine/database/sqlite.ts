/**
 * SQLite. Its driver is synchronous, so a slow statement would stop the server: reads of a file run in a small pool of
 * worker threads, each with its own connection. A database in memory has one connection and runs in this thread.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve as absolutePath } from 'node:path'
import { Worker } from 'node:worker_threads'
import { sqlite } from '../dialects/sqlite/index.ts'
import type { Database, DatabaseSettings } from './database.ts'
import { failureOf, unreachable } from './failures.ts'
import { openSqlite, type SqliteRun } from './sqlite-connection.ts'
import type { WorkerAnswer } from './sqlite-worker.ts'

/** More threads than this gain nothing for reads of one file. */
const maxWorkers = 4

type Runner = { readonly run: (run: SqliteRun) => Promise<readonly unknown[]>; readonly close: () => Promise<void> }

/** @throws EngineError SERVICE_UNAVAILABLE when the file is missing or is no database */
export async function connectSqlite(settings: DatabaseSettings): Promise<Database> {
  const filename = settings.filename ?? settings.connectionString?.replace(/^(sqlite3?|file):(\/\/)?/, '') ?? ':memory:'
  const runner = openRunner(filename, settings)
  const shaped = async (run: SqliteRun) => {
    try {
      return await runner.run(run)
    } catch (error) {
      throw failureOf(error, sqlite)
    }
  }
  // The driver types rows as unknown; their shape is the one asked for.
  const objects = async (text: string, values: readonly unknown[] = []) =>
    (await shaped({ text, values, shape: 'objects' })) as readonly Readonly<Record<string, unknown>>[]
  const options = { searchPath: [] }
  return {
    dialect: sqlite,
    rows: async ({ text, values }) => (await shaped({ text, values, shape: 'raw' })) as readonly (readonly unknown[])[],
    introspect: () => sqlite.introspect(objects, options),
    structureFingerprint: () => sqlite.structureFingerprint(objects, options),
    close: runner.close,
  }
}

function openRunner(filename: string, settings: DatabaseSettings): Runner {
  try {
    if (filename !== ':memory:' && !existsSync(filename)) throw new Error('there is no such file')
    const connection = openSqlite(filename) // for a file, only to see that it can be opened
    if (filename === ':memory:') return inThisThread(connection)
    connection.close()
  } catch (error) {
    throw unreachable(`the SQLite file ${filename}`, error, settings)
  }
  return inWorkers(absolutePath(filename), Math.max(1, Math.min(settings.poolMax, maxWorkers, availableParallelism())))
}

function inThisThread(connection: ReturnType<typeof openSqlite>): Runner {
  return {
    run: async (run) => connection.run(run),
    close: async () => connection.close(),
  }
}

type Job = {
  readonly run: SqliteRun
  readonly resolve: (rows: readonly unknown[]) => void
  readonly reject: (error: Error) => void
}

/** One job at a time for each worker; the first is made at once, others when all are busy. */
function inWorkers(filename: string, size: number): Runner {
  const all = new Set<Worker>()
  const idle: Worker[] = []
  const waiting: Job[] = []
  const running = new Map<Worker, Job>()
  let isClosed = false
  let onDrained: () => void = () => undefined

  function start(): Worker {
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: { filename } })
    worker.unref() // an idle pool keeps no process alive
    all.add(worker)
    worker.on('message', (answer: WorkerAnswer) => {
      const job = running.get(worker)
      running.delete(worker)
      worker.unref()
      const next = waiting.shift()
      if (next === undefined) idle.push(worker)
      else give(worker, next)
      if (running.size === 0) onDrained()
      if ('rows' in answer) job?.resolve(answer.rows)
      else job?.reject(Object.assign(new Error(answer.failure.message), { code: answer.failure.code }))
    })
    worker.on('error', (error) => forget(worker, error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', () => forget(worker, Object.assign(new Error('The thread ended.'), { code: 'SQLITE_CANTOPEN' })))
    return worker
  }

  function forget(worker: Worker, error: Error): void {
    if (!all.delete(worker)) return // it said so already
    const position = idle.indexOf(worker)
    if (position !== -1) idle.splice(position, 1)
    running.get(worker)?.reject(error)
    running.delete(worker)
    const next = waiting.shift()
    if (next !== undefined) give(start(), next)
    if (running.size === 0) onDrained()
  }

  function give(worker: Worker, job: Job): void {
    running.set(worker, job)
    worker.ref()
    worker.postMessage(job.run)
  }

  idle.push(start())
  return {
    run: (run) =>
      new Promise((resolve, reject) => {
        const job: Job = { run, resolve, reject }
        if (isClosed) return reject(Object.assign(new Error('The database is closed.'), { code: 'SQLITE_CANTOPEN' }))
        const worker = idle.pop() ?? (all.size < size ? start() : undefined)
        if (worker === undefined) waiting.push(job)
        else give(worker, job)
      }),
    close: async () => {
      isClosed = true
      if (running.size > 0) await new Promise<void>((resolve) => (onDrained = resolve))
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}
