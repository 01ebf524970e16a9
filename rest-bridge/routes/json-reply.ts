/** Replies of routes that are not data access. */
import type { BridgeReply } from './route.ts'

/** @param type without charset; JSON is UTF-8 */
export const jsonReply = (body: unknown, { status = 200, type = 'application/json' } = {}): BridgeReply =>
  jsonTextReply(JSON.stringify(body), { status, type })

export const jsonTextReply = (body: string, { status = 200, type = 'application/json' } = {}): BridgeReply => ({
  status,
  headers: { 'content-type': `${type}; charset=utf-8` },
  body,
})
