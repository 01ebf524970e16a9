/** One id per request, in the reply's `x-request-id` and in the log. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const prefix = randomBytes(6).toString('base64url')
let count = 0

/** The caller's own id where it is a plain one, so that a proxy's log and ours agree; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  if (typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given)) return given
  count += 1
  return `${prefix}-${count.toString(36)}`
}
