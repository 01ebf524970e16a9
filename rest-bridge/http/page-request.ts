import type { IncomingMessage } from 'node:http'
import { preferredType } from './media-type.ts'

/** Whether a request is for a page (the Studio, or GraphiQL in a browser), not for data. */
export function isPageRequest(request: IncomingMessage, path: string): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  if (/^\/admin(\/|$)/i.test(path)) return true
  if (!/^\/graphql(\/system)?\/?$/i.test(path)) return false
  // Only a browser that was pointed here prefers HTML; programs take JSON or anything.
  const { accept } = request.headers
  return (
    accept?.includes('text/html') === true &&
    preferredType(accept, ['application/json', 'application/graphql-response+json', 'text/html']) === 'text/html'
  )
}
