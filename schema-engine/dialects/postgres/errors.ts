/** PostgreSQL's errors, by SQLSTATE (PostgreSQL documentation, appendix A). */
import {
  codeOf,
  hasBadValue,
  hasChanged,
  isBusy,
  isNetworkFailure,
  isTooComplex,
  isUnreachable,
  ranOutOfTime,
  type Failure,
} from '../failure-reasons.ts'

const states: ReadonlyMap<string, Failure> = new Map([
  ['40001', isBusy], // serialization_failure
  ['40P01', isBusy], // deadlock_detected
  ['42P01', hasChanged], // undefined_table
  ['42703', hasChanged], // undefined_column
  ['55P03', ranOutOfTime], // lock_not_available
  ['57014', ranOutOfTime], // query_canceled, also by statement_timeout
])

const classes: ReadonlyMap<string, Failure> = new Map([
  ['08', isUnreachable], // connection exception
  ['22', hasBadValue], // data exception
  ['28', isUnreachable], // invalid authorization: of ours, not of the caller's
  ['53', isUnreachable], // insufficient resources, too many connections
  ['54', isTooComplex], // program limit exceeded
  ['57', isUnreachable], // operator intervention: shutdown, crash, not yet started
])

/** What the driver says by message alone when a connection is lost or none comes free in time. */
const lost =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying|timeout expired|Cannot use a pool after)/

export function errorOf(error: unknown): Failure | null {
  if (isNetworkFailure(error) || (error instanceof Error && lost.test(error.message))) return isUnreachable
  const state = codeOf(error)
  return states.get(state) ?? (state.length === 5 ? classes.get(state.slice(0, 2)) : undefined) ?? null
}
