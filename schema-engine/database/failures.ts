/** How a driver's errors become ours: at start with the operator's details, later in general words. */
import { ConstraintError } from '../dialects/constraint-error.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { EngineError } from '../errors.ts'
import type { DatabaseSettings } from './database.ts'

/**
 * The error a caller may see for a failed statement. What is nobody's fault but ours rises as it is.
 * The driver's error is kept as `cause`, for the log only.
 */
export function failureOf(error: unknown, dialect: Dialect): unknown {
  const known = dialect.errorOf(error)
  if (known === null) return error
  const details =
    known.code === 'SERVICE_UNAVAILABLE' ? { service: 'database', reason: known.reason } : { reason: known.reason }
  return withCause(new EngineError(known.code, details), error)
}

/** As `failureOf`, for a statement of a transaction: a broken constraint is told as such. */
export function failureOfWrite(error: unknown, dialect: Dialect): unknown {
  const broken = dialect.constraintOf(error)
  return broken === null ? failureOf(error, dialect) : new ConstraintError(broken, error)
}

/** What the driver threw, of an error that was made of it. */
export function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error
}

/** The error of a first connection that can't be made, for the operator who gave the settings. */
export function unreachable(place: string, error: unknown, settings: DatabaseSettings): EngineError {
  const reason = `Can't connect to ${place}: ${withoutSecrets(messageOf(error), settings)}.`
  return withCause(new EngineError('SERVICE_UNAVAILABLE', { service: 'database', reason }), error)
}

/** A server's address in words: host and port, or its socket. Never a user or a password. */
export function placeOf(
  product: string,
  at: { host?: string | null; port?: number | null; socketPath?: string | null },
): string {
  return at.socketPath
    ? `${product} at ${at.socketPath}`
    : `${product} at ${at.host ?? 'localhost'}:${at.port ?? 'its default port'}`
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name is not known at the moment',
  ETIMEDOUT: 'it does not answer in time',
  EHOSTUNREACH: 'its host can not be reached',
  ECONNRESET: 'it closed the connection',
  ENOENT: 'there is no such file or socket',
}

function messageOf(error: unknown): string {
  // A host with several addresses fails with one error for each of them.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  if (!(first instanceof Error)) return 'it refused'
  const code = 'code' in first && typeof first.code === 'string' ? first.code : ''
  return causes[code] ?? first.message.replace(/\.$/, '')
}

function withoutSecrets(message: string, settings: DatabaseSettings): string {
  const secrets = [settings.password, settings.connectionString, passwordIn(settings.connectionString)]
  return secrets.reduce<string>((text, secret) => (secret ? text.replaceAll(secret, '…') : text), message)
}

function passwordIn(connectionString: string | null): string | null {
  if (connectionString === null || !URL.canParse(connectionString)) return null
  return decodeURIComponent(new URL(connectionString).password)
}

function withCause(error: EngineError, cause: unknown): EngineError {
  Object.defineProperty(error, 'cause', { value: cause, enumerable: false })
  return error
}
