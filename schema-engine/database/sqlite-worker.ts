/** A worker thread with a SQLite connection of its own: takes a statement, answers with its rows or its error. */
import { parentPort, workerData } from 'node:worker_threads'
import { openSqlite, type SqliteRun } from './sqlite-connection.ts'

/** What goes wrong in the driver, as it crosses the threads. */
export type WorkerFailure = { readonly message: string; readonly code: string | null }
export type WorkerAnswer = { readonly rows: readonly unknown[] } | { readonly failure: WorkerFailure }

if (parentPort === null) throw new Error('sqlite-worker.ts runs in a worker thread only')
const port = parentPort
const connection = openSqlite((workerData as { filename: string }).filename) // set by sqlite.ts, which alone starts this

port.on('message', (run: SqliteRun) => {
  port.postMessage(answerTo(run))
})

function answerTo(run: SqliteRun): WorkerAnswer {
  try {
    return { rows: connection.run(run) }
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error))
    return { failure: { message, code: error instanceof Error && 'code' in error ? String(error.code) : null } }
  }
}
