/**
 * SQLite. Its driver is synchronous, so a slow statement would stop the server: reads of a file run in a small pool of
 * worker threads, each with its own connection, and go on while the one that writes, in a thread of its own, is in a
 * transaction. Transactions take turns. A database in memory has one connection and runs in this thread: there reads wait
 * while a transaction runs.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve as absolutePath } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ConstraintError } from '../dialects/constraint-error.ts'
import { isBusy } from '../dialects/failure-reasons.ts'
import { sqlite } from '../dialects/sqlite/index.ts'
import type { Database, DatabaseSettings, Rows } from './database.ts'
import { failureOf, unreachable } from './failures.ts'
import { openSqlite, type SqliteResult, type SqliteRun } from './sqlite-connection.ts'
import type { WorkerAnswer, WorkerData } from './sqlite-worker.ts'
import {
  createTransactions,
  exclusiveWaitMs,
  nothing,
  otherHolds,
  type Session,
  type SessionOptions,
} from './transactions.ts'

/** More threads than this gain nothing for reads of one file. */
const maxReaders = 4

/** Runs statements one after the other on one connection, up to the first that fails; gives what each one gave. */
type Runner = {
  readonly run: (runs: readonly SqliteRun[]) => Promise<readonly SqliteResult[]>
  readonly close: () => Promise<void>
}

/** `writer`: has one connection. `isShared`: it is the reader's too. */
type Runners = { readonly reader: Runner; readonly writer: Runner; readonly isShared: boolean }

/** @throws EngineError SERVICE_UNAVAILABLE when the file is missing or is no database */
export async function connectSqlite(settings: DatabaseSettings): Promise<Database> {
  const filename = settings.filename ?? settings.connectionString?.replace(/^(sqlite3?|file):(\/\/)?/, '') ?? ':memory:'
  const { reader, writer, isShared } = openRunners(filename, settings)
  const turns = takeTurns()
  const { transaction, exclusively, isInside } = createTransactions({
    dialect: () => sqlite,
    open: (options) => openSession(writer, turns, options),
    isStale: () => false, // the library prepares a statement again when its tables were changed
  })
  const read = async (run: SqliteRun): Promise<readonly unknown[]> => {
    if (isShared && isInside()) throw new Error('Read by the connection of the transaction: the database has no other.')
    const done = isShared ? await turns.take() : null
    try {
      return rowsOf(await reader.run([run]))
    } catch (error) {
      throw failureOf(error, sqlite)
    } finally {
      done?.()
    }
  }
  // The driver types rows as unknown; their shape is the one asked for.
  const objects = async (text: string, values: readonly unknown[] = []) =>
    (await read({ text, values, shape: 'objects' })) as readonly Readonly<Record<string, unknown>>[]
  const options = { searchPath: [], systemSchema: null }
  return {
    dialect: sqlite,
    systemSchema: null,
    rows: async ({ text, values }) => (await read({ text, values, shape: 'raw' })) as Rows,
    transaction,
    exclusively,
    introspect: () => sqlite.introspect(objects, options),
    structureFingerprint: () => sqlite.structureFingerprint(objects, options),
    close: async () => {
      const done = await turns.take() // what runs is finished first
      done()
      await Promise.all(isShared ? [reader.close()] : [reader.close(), writer.close()])
    },
  }
}

type Turns = { readonly take: () => Promise<() => void> }

/** One at a time, in the order in which they asked. */
function takeTurns(): Turns {
  let last: Promise<void> = Promise.resolve()
  return {
    take: async () => {
      const before = last
      let done: () => void = () => undefined
      last = new Promise((resolve) => (done = resolve))
      await before
      return done
    },
  }
}

const plain = (text: string): SqliteRun => ({ text, values: [], shape: 'raw' })
const beginning = plain('begin immediate') // a reader that turns writer later could fail with its work done
const commit = plain('commit')
const rollback = plain('rollback')
const checkForeignKeys = plain('pragma foreign_key_check')

/** The beginning travels with the first statement, and the end with the last one, unless something is to be asked between. */
async function openSession(writer: Runner, turns: Turns, options: SessionOptions): Promise<Session> {
  const done = await turns.take()
  const isChecked = options.withoutForeignKeys === true
  let state: 'new' | 'begun' | 'ended' = 'new'
  let brokenBefore: BrokenKeys = new Map()
  const finish = async (): Promise<void> => {
    if (isChecked) await writer.run([plain('pragma foreign_keys = on')]).catch(() => undefined) // a new thread has it on
    done()
  }
  try {
    if (isChecked) await writer.run([plain('pragma foreign_keys = off')]) // which a transaction that has begun ignores
    if (options.exclusiveName !== null) {
      await beginPatiently(writer, options.exclusiveName)
      state = 'begun'
    }
    if (isChecked) {
      if (state === 'new') await writer.run([beginning])
      state = 'begun'
      brokenBefore = brokenKeysOf(await writer.run([checkForeignKeys]))
    }
  } catch (error) {
    if (state === 'begun') await writer.run([rollback]).catch(() => undefined)
    await finish()
    throw error
  }
  return {
    run: ({ statement, isLast }, told) => {
      const before = state === 'new' ? [beginning] : []
      const after = isLast && !isChecked ? [commit] : []
      const run = { text: statement.text, values: statement.values, shape: 'raw' as const }
      state = 'begun'
      writer.run([...before, run, ...after]).then(
        (results) => {
          if (after.length > 0) state = 'ended'
          const { rows = [], changedRows = 0 } = results[before.length] ?? {}
          told(null, { rows: rows as Rows, changedRows, firstKey: null })
        },
        (error: Error) => told(error, nothing),
      )
    },
    commit: async () => {
      if (isChecked) refuseBrokenKeys(brokenBefore, brokenKeysOf(await writer.run([checkForeignKeys])))
      if (state === 'begun') await writer.run([commit])
      state = 'ended'
      await finish()
    },
    rollback: async () => {
      if (state === 'begun') await writer.run([rollback]).catch(() => undefined) // SQLite may have done so itself
      await finish()
    },
  }
}

async function beginPatiently(writer: Runner, name: string): Promise<void> {
  const endsAt = performance.now() + exclusiveWaitMs
  for (;;) {
    try {
      await writer.run([beginning])
      return
    } catch (error) {
      if (sqlite.errorOf(error) !== isBusy) throw error
      if (performance.now() > endsAt) otherHolds(name)
    }
  }
}

const rowsOf = (results: readonly SqliteResult[]): readonly unknown[] => results[0]?.rows ?? []

/** How many rows of a table point to nothing, by table and the table they point to. */
type BrokenKeys = ReadonlyMap<string, number>

function brokenKeysOf(results: readonly SqliteResult[]): BrokenKeys {
  const counts = new Map<string, number>()
  for (const [table, , parent] of rowsOf(results) as Rows) {
    const key = JSON.stringify([table, parent])
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** A file may have had such rows before: other programs write without foreign keys. Only more of them are refused. */
function refuseBrokenKeys(before: BrokenKeys, after: BrokenKeys): void {
  for (const [key, count] of after) {
    if (count <= (before.get(key) ?? 0)) continue
    const [table] = JSON.parse(key) as readonly [string, string]
    throw new ConstraintError({ kind: 'foreign-key', table, columns: [], constraint: null }, null)
  }
}

function openRunners(filename: string, settings: DatabaseSettings): Runners {
  try {
    if (filename !== ':memory:' && !existsSync(filename)) throw new Error('there is no such file')
    const connection = openSqlite(filename, 'read') // for a file, only to see that it can be opened
    if (filename === ':memory:') {
      const runner = inThisThread(connection)
      return { reader: runner, writer: runner, isShared: true }
    }
    connection.close()
  } catch (error) {
    throw unreachable(`the SQLite file ${filename}`, error, settings)
  }
  const readers = Math.max(1, Math.min(settings.poolMax, maxReaders, availableParallelism()))
  const path = absolutePath(filename)
  const reader = inWorkers({ filename: path, mode: 'read' }, readers)
  return { reader, writer: inWorkers({ filename: path, mode: 'write' }, 1), isShared: false }
}

function inThisThread(connection: ReturnType<typeof openSqlite>): Runner {
  return {
    run: async (runs) => connection.run(runs),
    close: async () => connection.close(),
  }
}

type Job = {
  readonly runs: readonly SqliteRun[]
  readonly resolve: (results: readonly SqliteResult[]) => void
  readonly reject: (error: Error) => void
}

/** One job at a time for each worker; they are started when there is work and all are busy. */
function inWorkers(workerData: WorkerData, size: number): Runner {
  const all = new Set<Worker>()
  const idle: Worker[] = []
  const waiting: Job[] = []
  const running = new Map<Worker, Job>()
  let isClosed = false
  let onDrained: () => void = () => undefined

  function start(): Worker {
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData })
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
      if ('results' in answer) job?.resolve(answer.results)
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
    worker.postMessage(job.runs)
  }

  if (workerData.mode === 'read') idle.push(start()) // there will surely be reads
  return {
    run: (runs) =>
      new Promise((resolve, reject) => {
        const job: Job = { runs, resolve, reject }
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
