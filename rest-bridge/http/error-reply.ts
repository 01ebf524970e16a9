/** An error as a reply: the envelope of every face of the API. */
import { EngineError } from '#schema-engine/errors.ts'
import type { BridgeReply } from '../routes/route.ts'

/** Turns what was thrown into an error that a caller may see; what was not meant for callers becomes INTERNAL_SERVER_ERROR. */
export const publicError = (error: unknown): EngineError =>
  error instanceof EngineError ? error : new EngineError('INTERNAL_SERVER_ERROR')

/** `{"errors":[{"message","extensions":{"code",…}}]}` with the status of the error, and all else that was wrong. */
export function errorReply(error: EngineError): BridgeReply & { readonly body: string } {
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...headersOf(error.status, error.details),
    },
    body: JSON.stringify({
      errors: [error, ...error.others].map(({ message, details, code }) => ({
        message,
        extensions: { ...details, code },
      })),
    }),
  }
}

/** What HTTP asks a status to come with (RFC 9110 §15.5.2, §15.5.6; RFC 6585 §4). */
export function headersOf(
  status: number,
  { allowed, reset }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  if (status === 429 && typeof reset === 'string') {
    const seconds = Math.ceil((Date.parse(reset) - Date.now()) / 1000)
    return { 'retry-after': String(Math.max(1, seconds)) }
  }
  return status === 405 && Array.isArray(allowed) ? { allow: allowed.join(', ') } : {}
}
