/** What never stands in the log, wherever it came from: tokens, passwords, keys. */

const hidden = '[hidden]'

const secrets: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A name that says what its value is: `access_token=…`, `"password": "…"`, `authorization: Bearer …`.
  [
    /((?:[\w.-]{0,40}(?:token|password|passwd|secret|api[_-]?key|otp|authorization|cookie))["']?\s*(?:[:=]|%3[AaDd])\s*)("(?:[^"\\]|\\.)*"|'[^']*'|(?:(?:bearer|basic)\s+)?[^\s"',;&)}\]]+)/gi,
    `$1${hidden}`,
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
  // Signed tokens, and keys of ours, without any name.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, hidden],
  [/\btgk_[\w-]+/g, hidden],
  // A name and password in an address.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{0,500}@/gi, `$1${hidden}@`],
]

/** In characters: more of an error is of no use. */
const maxLength = 8000

/** A text with what is secret taken out. */
export const redacted = (text: string): string =>
  secrets.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text.slice(0, maxLength))

const suspicious = /token|passw|secret|key|otp|bearer|eyJ|tgk_|@/i
const maxPath = 500

/** A request's path, which nearly always has no secret in it. */
export function redactedPath(path: string): string {
  const short = path.length > maxPath ? `${path.slice(0, maxPath)}…` : path
  return suspicious.test(short) ? redacted(short) : short
}

type Logged = {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  readonly cause?: Logged
}

const maxCauses = 5

/**
 * Of an error what tells where it came from. Drivers hang more on theirs: statements and their values, commands with passwords, the
 * claims of a token. None of it is logged.
 */
export function loggedError(error: unknown, depth = 0): Logged {
  if (!(error instanceof Error)) return { type: typeof error, message: redacted(String(error)) }
  const { code } = error as { readonly code?: unknown } // Node's errors and drivers' have one
  return {
    type: error.name,
    message: redacted(error.message),
    ...(error.stack === undefined ? {} : { stack: redacted(error.stack) }),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(error.cause === undefined || depth >= maxCauses ? {} : { cause: loggedError(error.cause, depth + 1) }),
  }
}
