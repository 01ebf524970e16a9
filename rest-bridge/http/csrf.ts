/** Requests that another site can make a browser send without asking first. */
import type { IncomingHttpHeaders } from 'node:http'
import { fail } from '#schema-engine/errors.ts'

/** Headers that no page of another origin can send without a preflight. */
const headersBehindPreflight = [
  'authorization',
  'x-requested-with',
  'apollo-require-preflight',
  'x-apollo-operation-name',
]

/** Content types that forms and simple fetches send (Fetch standard, "CORS-safelisted request-header"). */
const simpleTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']

/**
 * A GET that carries cookies must carry a header that another site can't make a browser send. One without cookies has
 * no right that a site could borrow, and passes.
 *
 * @throws EngineError FORBIDDEN
 */
export function refuseForgedGet(headers: IncomingHttpHeaders): void {
  if (headers.cookie === undefined || headersBehindPreflight.some((name) => headers[name] !== undefined)) return
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== undefined && type !== '' && !simpleTypes.includes(type)) return
  fail('FORBIDDEN', {
    reason: 'A GET with cookies needs a header that another site can not send, such as "X-Requested-With".',
  })
}
