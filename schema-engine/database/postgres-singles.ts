/**
 * PostgreSQL's statements outside of transactions: each is one by itself. A connection is kept while more of them wait, since taking
 * one out of the pool and putting it back costs as much as a small statement. Where others wait for the pool, it goes back.
 */
import type pg from 'pg'
import type { Statement } from './database.ts'
import { isWornOut, runStatement } from './postgres-query.ts'
import { nothing, type Done, type Outcome } from './transactions.ts'

export type SinglesParts = {
  readonly pool: pg.Pool
  readonly poolMax: number
  /** How long a statement waits for a connection, at least; at most a second longer. */
  readonly waitMs: number
  /** Whether a connection has to go after a statement that failed so. */
  readonly isLost: (failure: Error) => boolean
  /** Whether a prepared statement failed before it ran, so that it may succeed when it is not prepared. */
  readonly isStale: (failure: Error) => boolean
}

/**
 * By callbacks: promises of the driver keep every result in memory until the next whole garbage collection.
 * `done` is told of the driver's errors, and of a wait that has become too long.
 */
export type RunSingle = (statement: Statement, done: Done<Outcome>) => void

type Waiting = { readonly statement: Statement; readonly done: Done<Outcome>; readonly since: number }

const checkMs = 1000

export function createSingles({ pool, poolMax, waitMs, isLost, isStale }: SinglesParts): RunSingle {
  const waiting: Waiting[] = []
  /** Connections that the pool has not given yet, and those that it has. */
  let asked = 0
  let held = 0
  let check: NodeJS.Timeout | null = null

  function ask(): void {
    if (waiting.length <= asked || asked + held >= poolMax) return
    asked += 1
    pool.connect((error, client, release) => {
      asked -= 1
      if (client === undefined) {
        waiting.shift()?.done(error ?? new Error('The pool gave no connection.'), nothing)
        ask()
        return
      }
      held += 1
      serve(client, release)
    })
  }

  function serve(client: pg.PoolClient, release: (mustGo: boolean) => void): void {
    let mustGo = false

    function next(): void {
      mustGo ||= isWornOut(client)
      const first = mustGo || pool.waitingCount > asked ? undefined : waiting.shift()
      if (first !== undefined) {
        run(first.statement, first.done)
        return
      }
      held -= 1
      release(mustGo)
      ask()
    }

    function run(statement: Statement, done: Done<Outcome>): void {
      runStatement(client, statement, (failure, outcome) => {
        if (failure !== null && statement.name !== null && isStale(failure)) {
          mustGo = true
          run({ ...statement, name: null }, done)
          return
        }
        // The server may say that the connection is lost before it ends.
        if (failure !== null && isLost(failure)) mustGo = true
        next()
        done(failure, outcome)
      })
    }

    next()
  }

  function failLate(): void {
    const latest = performance.now() - waitMs
    while (waiting[0] !== undefined && waiting[0].since < latest)
      waiting.shift()?.done(new Error('timeout exceeded when trying to connect'), nothing)
    check = waiting.length === 0 ? null : setTimeout(failLate, checkMs).unref()
  }

  return (statement, done) => {
    waiting.push({ statement, done, since: performance.now() })
    check ??= setTimeout(failLate, checkMs).unref()
    ask()
  }
}
