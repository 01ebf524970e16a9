/** A worker thread with a SQLite connection of its own: takes statements, answers with what each gave, or an error. */
import { parentPort, workerData } from 'node:worker_threads'
import { openSqlite, type SqliteMode, type SqliteRun, type SqliteResult } from './sqlite-connection.ts'

/** What goes wrong in the driver, as it crosses the threads. */
export type WorkerFailure = { readonly message: string; readonly code: string | null }
export type WorkerAnswer = { readonly results: readonly SqliteResult[] } | { readonly failure: WorkerFailure }
export type WorkerData = { readonly filename: string; readonly mode: SqliteMode }

if (parentPort === null) throw new Error('sqlite-worker.ts runs in a worker thread only')
const port = parentPort
const { filename, mode } = workerData as WorkerData // set by sqlite.ts, which alone starts this
const connection = openSqlite(filename, mode)

port.on('message', (runs: readonly SqliteRun[]) => {
  port.postMessage(answerTo(runs))
})

function answerTo(runs: readonly SqliteRun[]): WorkerAnswer {
  try {
    return { results: connection.run(runs) }
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error))
    return { failure: { message, code: error instanceof Error && 'code' in error ? String(error.code) : null } }
  }
}
