/**
 * Every error a caller can meet: its code, its status and its words. Codes are never reused.
 * A message says what was expected and what came; it never shows SQL, secrets, or that a hidden thing exists.
 */

type ErrorEntry = { readonly status: number; readonly message: (details: never) => string }

const withReason = (fallback: string) => (d: { reason?: string }) => (d.reason === undefined ? fallback : d.reason)

/** A constraint of the database that a value broke, in the model's names; null: the database doesn't tell. */
export type ConstraintDetails = {
  readonly collection: string | null
  readonly field: string | null
  readonly value?: unknown
}

/** What a value must be: `type` is the rule's name (`required`, `nnull`, `regex`, or an operator without its underscore). */
export type ValidationDetails = {
  readonly field: string
  /** Keys and positions that lead to the item in what was sent; empty for the item itself. */
  readonly path: readonly (string | number)[]
  readonly type: string
  /** What was compared with. */
  readonly valid?: unknown
  readonly invalid?: unknown
  readonly substring?: unknown
}

function failedValidation({ field, type, valid, substring }: ValidationDetails): string {
  const expected =
    type === 'required'
      ? 'Value is required.'
      : type === 'nnull'
        ? "Value can't be null."
        : substring !== undefined
          ? `Value breaks the rule "${type}" of "${shown(substring)}".`
          : valid !== undefined
            ? `Value breaks the rule "${type}" of ${shown(valid)}.`
            : `Value breaks the rule "${type}".`
  return `Validation failed for field "${field}". ${expected}`
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'))
const quotedOr = (value: unknown): string => (value === undefined || value === null ? '' : `"${shown(value)}" `)
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function place({ collection, field }: ConstraintDetails): string {
  const named = field === null ? 'a field' : `field "${field}"`
  return collection === null ? named : `${named} in collection "${collection}"`
}

export const errors = {
  FORBIDDEN: { status: 403, message: withReason('It does not exist, or you may not do this.') },
  INVALID_CREDENTIALS: { status: 401, message: () => 'The token or the credentials are not valid.' },
  INVALID_OTP: { status: 401, message: () => 'The one-time password is missing or wrong.' },
  INVALID_TOKEN: { status: 403, message: () => 'The token is not valid.' },
  INVALID_INVITE: { status: 400, message: () => 'The invitation is not valid any more.' },
  TOKEN_EXPIRED: { status: 401, message: () => 'The token has expired.' },
  INVALID_PAYLOAD: { status: 400, message: (d: { reason: string }) => `Invalid payload. ${d.reason}` },
  FAILED_VALIDATION: { status: 400, message: failedValidation },
  RECORD_NOT_UNIQUE: {
    status: 400,
    message: (d: ConstraintDetails) => `Value ${quotedOr(d.value)}for ${place(d)} has to be unique.`,
  },
  INVALID_FOREIGN_KEY: {
    status: 400,
    message: (d: ConstraintDetails) => `Invalid foreign key ${quotedOr(d.value)}for ${place(d)}.`,
  },
  NOT_NULL_VIOLATION: { status: 400, message: (d: ConstraintDetails) => `Value for ${place(d)} can't be null.` },
  CONTAINS_NULL_VALUES: {
    status: 400,
    message: (d: ConstraintDetails) => `${capital(place(d))} contains null values.`,
  },
  VALUE_TOO_LONG: { status: 400, message: (d: ConstraintDetails) => `Value for ${place(d)} is too long.` },
  VALUE_OUT_OF_RANGE: {
    status: 400,
    message: (d: ConstraintDetails) => `Numeric value for ${place(d)} is out of range.`,
  },
  UNPROCESSABLE_CONTENT: { status: 422, message: (d: { reason: string }) => `Can't process content. ${d.reason}` },
  PRECONDITION_FAILED: { status: 412, message: withReason('The item has changed since it was read.') },
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
  REQUESTS_EXCEEDED: {
    status: 429,
    message: (d: { limit: number; reset: string }) =>
      `Too many requests: more than ${d.limit}. Try again at ${d.reset}.`,
  },
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
  /** What else was wrong with the same input; told beside this one. */
  readonly others: readonly EngineError[]

  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}, others: readonly EngineError[] = []) {
    const entry: { status: number; message: (d: never) => string } = errors[code]
    super(entry.message(details as never)) // the details were checked against the entry by `fail`
    this.name = 'EngineError'
    this.code = code
    this.status = entry.status
    this.details = details
    this.others = others
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
