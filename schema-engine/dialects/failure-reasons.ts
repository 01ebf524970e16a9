/** What a caller is told when a statement fails: the same words on every dialect, without SQL, names or values. */
import type { Dialect } from './dialect.ts'

export type Failure = NonNullable<ReturnType<Dialect['errorOf']>>

export const isUnreachable: Failure = { code: 'SERVICE_UNAVAILABLE', reason: 'The database can not be reached.' }
export const isBusy: Failure = { code: 'SERVICE_UNAVAILABLE', reason: 'The database is busy; try again.' }
export const isReadOnly: Failure = { code: 'SERVICE_UNAVAILABLE', reason: 'The database can only be read.' }
/** Of our account, not of the caller. */
export const lacksRight: Failure = {
  code: 'SERVICE_UNAVAILABLE',
  reason: 'The account of the database lacks a right that this needs.',
}
/** A table or column is gone since the structure was read: it will be read again. */
export const hasChanged: Failure = {
  code: 'SERVICE_UNAVAILABLE',
  reason: 'The structure of the database has just changed; try again.',
}
export const ranOutOfTime: Failure = { code: 'OUT_OF_TIME', reason: 'The database took too long to answer.' }
export const hasBadValue: Failure = {
  code: 'INVALID_QUERY',
  reason: 'A value does not fit the type or the range of what it is used with.',
}
export const isTooComplex: Failure = { code: 'INVALID_QUERY', reason: 'It is too large or too deep for the database.' }

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** An error's `code` as text; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Whether the network failed, whatever the driver. */
export function isNetworkFailure(error: unknown): boolean {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return networkCodes.has(codeOf(first)) || networkCodes.has(codeOf(error))
}
