/**
 * Every error a caller can meet: its code, its status and its words. Codes are never reused.
 * A message says what was expected and what came; it never shows SQL, secrets, or that a hidden thing exists.
 */

type ErrorEntry = { readonly status: number; readonly message: (details: never) => string }

const withReason = (fallback: string) => (d: { reason?: string }) => (d.reason === undefined ? fallback : d.reason)

export const errors = {
  FORBIDDEN: { status: 403, message: withReason('It does not exist, or you may not do this.') },
  INVALID_CREDENTIALS: { status: 401, message: () => 'The token or the credentials are not valid.' },
  INVALID_TOKEN: { status: 403, message: () => 'The token is not valid.' },
  TOKEN_EXPIRED: { status: 401, message: () => 'The token has expired.' },
  INVALID_PAYLOAD: { status: 400, message: (d: { reason: string }) => `Invalid payload. ${d.reason}` },
  INVALID_QUERY: { status: 400, message: (d: { reason: string }) => `Invalid query. ${d.reason}` },
  INVALID_PATH_PARAMETER: { status: 400, message: (d: { reason: string }) => `Invalid path. ${d.reason}` },
  QUERY_TOO_COSTLY: { status: 400, message: (d: { reason: string }) => `The query is too costly. ${d.reason}` },
  GRAPHQL_VALIDATION: { status: 400, message: () => 'The GraphQL document is not valid.' },
  ROUTE_NOT_FOUND: { status: 404, message: (d: { path: string }) => `There is no route ${d.path}.` },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: (d: { allowed: readonly string[]; current: string }) =>
      `The method ${d.current} is not allowed here; use ${d.allowed.join(' or ')}.`,
  },
  CONTENT_TOO_LARGE: { status: 413, message: withReason('The content is too large.') },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: (d: { mediaType: string; where: string }) =>
      `The media type "${d.mediaType}" is not supported in ${d.where}.`,
  },
  REQUESTS_EXCEEDED: { status: 429, message: () => 'Too many requests.' },
  OUT_OF_TIME: { status: 408, message: withReason('The request took too long.') },
  SERVICE_UNAVAILABLE: {
    status: 503,
    message: (d: { service: string; reason: string }) => `The service "${d.service}" is unavailable. ${d.reason}`,
  },
  INTERNAL_SERVER_ERROR: { status: 500, message: () => 'An unexpected error occurred.' },
} satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errors
export type ErrorDetails<Code extends ErrorCode> =
  Parameters<(typeof errors)[Code]['message']> extends [infer D] ? D : undefined

/** An error that a caller may see: `code` and `status` from the table, `details` go into `extensions`. */
export class EngineError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) {
    const entry: { status: number; message: (d: never) => string } = errors[code]
    super(entry.message(details as never)) // the details were checked against the entry by `fail`
    this.name = 'EngineError'
    this.code = code
    this.status = entry.status
    this.details = details
  }
}

/** Throws the error `code`; `details` are its facts, shown to the caller. */
export function fail<Code extends ErrorCode>(
  code: Code,
  ...details: ErrorDetails<Code> extends undefined ? [] : [ErrorDetails<Code>]
): never {
  const [facts] = details as [Readonly<Record<string, unknown>>?] // every entry's details are an object
  throw new EngineError(code, facts)
}
