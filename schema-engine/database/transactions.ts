/**
 * Transactions, the same on every driver: begun, ended, repeated and refused here; a driver only brings its `Session`.
 *
 * They run in "read committed" where the database has levels. A writer then locks the rows it changes, and its conditions
 * (the caller's row rules among them) are asked of the newest version of each row: MySQL's own default would answer a check
 * from an older state than the one that is written to, and PostgreSQL's stricter levels end ordinary writers with conflicts.
 * SQLite has one writer at a time.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dialect } from '../dialects/dialect.ts'
import { isBusy } from '../dialects/failure-reasons.ts'
import { fail } from '../errors.ts'
import type { Connection, Database, Rows, Statement, TransactionOptions } from './database.ts'
import { failureOfWrite } from './failures.ts'

/** What a statement gave. `rows` is empty for a change, `changedRows` is 0 for a query. */
export type Outcome = { readonly rows: Rows; readonly changedRows: number; readonly firstKey: bigint | null }

/** By callbacks: promises of a driver keep every result in memory until the next whole garbage collection. */
export type Done<T> = (failure: Error | null, result: T) => void

export const nothing: Outcome = { rows: [], changedRows: 0, firstKey: null }

export type Run = {
  readonly statement: Statement
  /** `mark`: one that sets or returns to a savepoint, which has no values. */
  readonly shape: 'rows' | 'change' | 'mark'
  /** The transaction ends with it: the driver may send the end along. */
  readonly isLast: boolean
}

/** One transaction of a driver, from its beginning. Runs come in order; there may be several before the first is done. */
export type Session = {
  readonly run: (run: Run, done: Done<Outcome>) => void
  /** Also called after a run that was the last. */
  readonly commit: () => Promise<void>
  /** Whatever state it is in: undone, and its connection is given back or closed. Never rejects. */
  readonly rollback: (failure: unknown) => Promise<void>
}

export type SessionOptions = TransactionOptions & {
  /** Waits until no other session of any process has this name. */
  readonly exclusiveName: string | null
  /** How often this work was ended before. Then statements are not to be kept prepared: one of those may have been the cause. */
  readonly attempt: number
}

export type SessionDriver = {
  readonly dialect: () => Dialect
  readonly open: (options: SessionOptions) => Promise<Session>
  /** Whether a failed statement may succeed in another session, for a reason of this driver. */
  readonly isStale: (failure: unknown, statement: Statement) => boolean
}

export type Transactions = Pick<Database, 'transaction' | 'exclusively'> & {
  /** Whether the caller stands inside a transaction of this database. */
  readonly isInside: () => boolean
  /** When no transaction runs any more. */
  readonly whenIdle: () => Promise<void>
}

const maxRepeats = 5
/** The first wait before a repeat, at most; each further one is at most twice as long. */
const firstWaitMs = 10

/** Waits before work is repeated. @param attempt how often the database ended it before */
export async function waitForRepeat(attempt: number): Promise<void> {
  await sleep(Math.random() * firstWaitMs * 2 ** attempt)
}

/** Whether work that the database ended may be repeated once more. */
export const mayRepeatAgain = (attempt: number): boolean => attempt < maxRepeats

type State = {
  isOpen: boolean
  failure: { readonly error: unknown; readonly mayRepeat: boolean } | null
  pending: number
}

export function createTransactions(driver: SessionDriver): Transactions {
  const around = new AsyncLocalStorage<State>()
  const running = new Set<Promise<unknown>>()
  const isInside = (): boolean => around.getStore()?.isOpen === true

  async function attempts<T>(work: (connection: Connection) => Promise<T>, options: SessionOptions): Promise<T> {
    const ended = await once(work, options)
    if (ended.kind === 'done') return ended.result
    if (!ended.mayRepeat || !mayRepeatAgain(options.attempt)) throw ended.error
    await waitForRepeat(options.attempt)
    return attempts(work, { ...options, attempt: options.attempt + 1 })
  }

  type Ended<T> =
    | { readonly kind: 'done'; readonly result: T }
    | { readonly kind: 'failed'; readonly error: unknown; readonly mayRepeat: boolean }

  async function once<T>(work: (connection: Connection) => Promise<T>, options: SessionOptions): Promise<Ended<T>> {
    const state: State = { isOpen: true, failure: null, pending: 0 }
    const failed = (error: unknown, statement: Statement | null): unknown => {
      const mayRepeat =
        driver.dialect().errorOf(error) === isBusy ||
        (options.attempt === 0 && statement !== null && driver.isStale(error, statement))
      const translated = failureOfWrite(error, driver.dialect())
      state.failure ??= { error: translated, mayRepeat }
      return state.failure.error
    }
    let session: Session
    try {
      session = await driver.open(options)
    } catch (error) {
      const translated = failed(error, null)
      return { kind: 'failed', error: translated, mayRepeat: state.failure?.mayRepeat === true }
    }
    const { connection, settled } = connectionOf(session, state, failed)
    try {
      const result = await around.run(state, () => work(connection))
      await settled()
      state.isOpen = false
      if (state.failure !== null) throw state.failure.error
      await session.commit().catch((error: unknown) => {
        throw failed(error, null)
      })
      return { kind: 'done', result }
    } catch (error) {
      await settled()
      state.isOpen = false
      await session.rollback(error)
      return { kind: 'failed', error, mayRepeat: state.failure?.mayRepeat === true }
    }
  }

  function connectionOf(session: Session, state: State, failed: (error: unknown, statement: Statement) => unknown) {
    let isEnding = false
    let depth = 0
    let onSettled: () => void = () => undefined
    const start = <T>(run: Run, pick: (outcome: Outcome) => T): Promise<T> =>
      new Promise((resolve, reject) => {
        if (state.failure !== null) return reject(state.failure.error)
        if (!state.isOpen || isEnding) return reject(new Error('The transaction has ended: nothing can be run in it.'))
        isEnding = run.isLast
        state.pending += 1
        session.run(run, (failure, outcome) => {
          state.pending -= 1
          if (failure === null) resolve(pick(outcome))
          else reject(failed(failure, run.statement))
          if (state.pending === 0) onSettled()
        })
      })
    const connection: Connection = {
      dialect: driver.dialect(),
      rows: (statement) => start({ statement, shape: 'rows', isLast: false }, rowsOf),
      change: (statement) => start({ statement, shape: 'change', isLast: false }, changeOf),
      lastRows: (statement) => start({ statement, shape: 'rows', isLast: true }, rowsOf),
      attempt: async (part) => {
        const mark = (text: string): Promise<unknown> =>
          start({ statement: { text, values: [], name: null }, shape: 'mark', isLast: false }, rowsOf)
        const point = `attempt_${depth}`
        await mark(`savepoint ${point}`)
        depth += 1
        try {
          const result = await part()
          await settled()
          if (state.failure !== null) throw state.failure.error
          await mark(`release savepoint ${point}`)
          return result
        } catch (error) {
          await settled()
          if (state.failure?.mayRepeat === true) throw error // the database has ended the whole, which is repeated
          state.failure = null
          await mark(`rollback to savepoint ${point}`)
          throw error
        } finally {
          depth -= 1
        }
      },
      afterFailure: async (reads) => {
        const { failure } = state
        state.failure = null
        try {
          return await reads()
        } finally {
          state.failure = failure
        }
      },
    }
    /** Statements that nobody waited for are waited for: none may run after the end. */
    const settled = (): Promise<void> =>
      state.pending === 0 ? Promise.resolve() : new Promise((resolve) => (onSettled = resolve))
    return { connection, settled }
  }

  function begin<T>(work: (connection: Connection) => Promise<T>, options: SessionOptions): Promise<T> {
    if (isInside()) {
      return Promise.reject(insideAnother())
    }
    const done = attempts(work, options)
    const remove = (): boolean => running.delete(done)
    done.then(remove, remove)
    running.add(done)
    return done
  }

  return {
    isInside,
    whenIdle: async () => {
      await Promise.allSettled(running)
    },
    transaction: (work, options = {}) => begin(work, { ...options, exclusiveName: null, attempt: 0 }),
    exclusively: (name, work, options = {}) => begin(work, { ...options, exclusiveName: name, attempt: 0 }),
  }
}

export const insideAnother = (): Error =>
  new Error('A transaction can not be begun inside another one: use its connection.')

const rowsOf = (outcome: Outcome): Rows => outcome.rows
const changeOf = ({ changedRows, firstKey }: Outcome) => ({ changedRows, firstKey })

/** How long `exclusively` waits for its name. */
export const exclusiveWaitMs = 60_000

/** @throws EngineError SERVICE_UNAVAILABLE */
export function otherHolds(name: string): never {
  return fail('SERVICE_UNAVAILABLE', {
    service: 'database',
    reason: `Another process has been busy with "${name}" for a minute; try again.`,
  })
}
