/** One line a request: who is not said, tokens and query strings neither. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../observe/log.ts'
import { redactedPath } from '../observe/redact.ts'

export type RequestFacts = { readonly path: string; readonly requestId: string }

/** Logs the request when its reply is through, or cut off. */
export function logRequest(log: Log, request: IncomingMessage, response: ServerResponse, facts: RequestFacts): void {
  // The Studio's own files are of no interest, most of the time.
  const level = facts.path.startsWith('/admin/') ? 'debug' : 'info'
  if (!log.isLevelEnabled(level)) return
  const startedAt = performance.now()
  response.once('close', () => {
    const ms = Math.round((performance.now() - startedAt) * 10) / 10
    const status = response.writableFinished ? response.statusCode : 499 // as nginx has it: the caller went away
    const path = redactedPath(facts.path)
    const line = { requestId: facts.requestId, method: request.method, path, status, ms }
    log[level](line, `${request.method} ${path} ${status} ${ms} ms`)
  })
}
