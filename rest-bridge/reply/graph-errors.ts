/** The graph's errors in REST's envelope. */
import { errors, type ErrorCode } from '#schema-engine/errors.ts'
import { headersOf } from '../http/error-reply.ts'
import type { GraphError } from '#subgraph/graph.ts'
import type { BridgeReply } from '../routes/route.ts'

type RestError = { readonly message: string; readonly extensions: GraphError['extensions'] }

/**
 * `{"errors":[{"message","extensions":{"code",…}}]}` with the status of the first error. Places in the GraphQL document, which
 * nobody of the caller's side wrote, are left out.
 */
export function graphErrorsReply(graphErrors: readonly GraphError[], of: 'read' | 'write' = 'read'): BridgeReply {
  const restErrors = graphErrors.map((error) => (of === 'read' ? readError(error) : writeError(error)))
  const { code, ...details } = restErrors[0]?.extensions ?? { code: 'INTERNAL_SERVER_ERROR' }
  const status = statusOf(code)
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headersOf(status, details) },
    body: JSON.stringify({ errors: restErrors }),
  }
}

/** A value that GraphQL's input types refused was a parameter of the query. */
function readError({ message, extensions }: GraphError): RestError {
  if (extensions.code !== 'GRAPHQL_VALIDATION' && extensions.code !== 'INVALID_PAYLOAD') return { message, extensions }
  const reason = reasonsOf(extensions['errors']) ?? message
  return { message: `Invalid query. ${reason}`, extensions: { reason, code: 'INVALID_QUERY' } }
}

/** What GraphQL's input types refused was a part of the body. */
function writeError({ message, extensions }: GraphError): RestError {
  if (extensions.code !== 'GRAPHQL_VALIDATION') return { message, extensions }
  const reason = reasonsOf(extensions['errors']) ?? message
  return { message: `Invalid payload. ${reason}`, extensions: { reason, code: 'INVALID_PAYLOAD' } }
}

function reasonsOf(inner: unknown): string | null {
  if (!Array.isArray(inner)) return null
  const reasons = inner.flatMap((error: unknown) =>
    typeof error === 'object' && error !== null && 'message' in error ? [String(error.message)] : [],
  )
  return reasons.length === 0 ? null : reasons.join(' ')
}

function statusOf(code: string): number {
  return Object.hasOwn(errors, code) ? errors[code as ErrorCode].status : 500 // `hasOwn` has just said that it is one
}
