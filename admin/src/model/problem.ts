/** Errors as a person needs them: what happened, and what to do next. */
import { ConnectionError, RequestError } from '../data/generated/runtime/errors.ts'
import { FilterError, UnreadableFilterError } from './filter-json.ts'

export type Problem = {
  /** A key of the texts: `problems.<kind>`. */
  readonly kind:
    | 'noConnection'
    | 'notSignedIn'
    | 'forbidden'
    | 'badFilter'
    | 'unreadableFilter'
    | 'tooMany'
    | 'unavailable'
    | 'other'
  /** The server's own words, where they help. */
  readonly detail: string | null
  /** Trying again can help. */
  readonly canRetry: boolean
}

const signInCodes = ['INVALID_TOKEN', 'TOKEN_EXPIRED', 'INVALID_CREDENTIALS', 'UNAUTHORIZED']
const unavailableCodes = ['SERVICE_UNAVAILABLE', 'UNDER_PRESSURE', 'OUT_OF_TIME']

export function problemOf(error: unknown): Problem {
  if (error instanceof ConnectionError) return { kind: 'noConnection', detail: error.message, canRetry: true }
  if (error instanceof FilterError) return { kind: 'badFilter', detail: error.message, canRetry: false }
  if (error instanceof UnreadableFilterError) return { kind: 'unreadableFilter', detail: null, canRetry: false }
  if (!(error instanceof RequestError))
    return { kind: 'other', detail: error instanceof Error ? error.message : String(error), canRetry: true }
  const detail = detailOf(error)
  if (signInCodes.includes(error.code) || error.status === 401) return { kind: 'notSignedIn', detail, canRetry: false }
  if (error.code === 'FORBIDDEN' || error.status === 403) return { kind: 'forbidden', detail: null, canRetry: false }
  if (error.code === 'REQUESTS_EXCEEDED' || error.status === 429) return { kind: 'tooMany', detail, canRetry: true }
  if (unavailableCodes.includes(error.code) || error.status >= 502)
    return { kind: 'unavailable', detail, canRetry: true }
  return { kind: 'other', detail, canRetry: true }
}

/** Validation errors carry their reasons one by one in `extensions.errors`. */
function detailOf(error: RequestError): string {
  const inner = error.errors[0]?.extensions?.errors
  const messages = Array.isArray(inner)
    ? (inner as readonly unknown[]).flatMap((entry) =>
        typeof entry === 'object' && entry !== null && 'message' in entry && typeof entry.message === 'string'
          ? [entry.message]
          : [],
      )
    : []
  return messages.length > 0 ? messages.join(' ') : error.message
}

/** A request that isn't worth repeating by itself. */
export const isFinal = (error: unknown): boolean => !problemOf(error).canRetry || error instanceof RequestError

/** The first of the server's codes; null when it gave no answer. */
export const codeOf = (error: unknown): string | null => (error instanceof RequestError ? error.code : null)
