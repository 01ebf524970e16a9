/** The table of errors as a page. */
import { errors, type ErrorCode } from '#schema-engine/errors.ts'
import { code, codes, generatedFrom, page, table } from './markdown.ts'

/** When each comes; a new error does not compile without its line. */
const meanings: Readonly<Record<ErrorCode, string>> = {
  FORBIDDEN: 'A collection, a field or an item that is not there, or that the caller may not use. The two look alike.',
  INVALID_CREDENTIALS: 'A token that nobody has. It is an error for public data too.',
  INVALID_OTP: 'The code of the second factor is missing, wrong, or was used before.',
  INVALID_INVITE: 'An invitation that was accepted before, or taken back.',
  INVALID_TOKEN: 'A token for one purpose (a share, an invitation) that does not fit it.',
  TOKEN_EXPIRED: 'A token whose time is over.',
  INVALID_PAYLOAD: 'A body that can’t be read, or has not the form that the route asks for.',
  FAILED_VALIDATION:
    'A value that a rule of the field or of the permission refuses, or one that is missing. One entry in `errors` for each.',
  RECORD_NOT_UNIQUE: 'A value, or a combination of values, that another item has already.',
  INVALID_FOREIGN_KEY: 'A key of an item that is not there; or a deletion of an item that others lead to.',
  NOT_NULL_VIOLATION: 'A null where the column takes none.',
  CONTAINS_NULL_VALUES: 'A change of a field to be never null, while some items have null in it.',
  VALUE_TOO_LONG: 'A text with more characters than the column takes.',
  VALUE_OUT_OF_RANGE: 'A number beyond what the column takes.',
  UNPROCESSABLE_CONTENT: 'A request that is well formed and can’t be done as things are.',
  PRECONDITION_FAILED: 'An `If-Match` that no longer matches: somebody else changed the item.',
  INVALID_QUERY: 'A parameter, argument, operator or value that is malformed, or does not fit its field’s type.',
  INVALID_PATH_PARAMETER: 'A path that is not percent-encoded UTF-8.',
  QUERY_TOO_COSTLY: 'A query beyond the limits of depth, aliases, directives or cost.',
  GRAPHQL_VALIDATION:
    'A document that is no GraphQL, or does not fit the caller’s schema; all that was found is in `errors`.',
  ROUTE_NOT_FOUND: 'A path that no route has.',
  METHOD_NOT_ALLOWED: 'A GraphQL mutation by GET, or another method than GET and POST.',
  CONTENT_TOO_LARGE: 'A body above `MAX_PAYLOAD_SIZE`, after decompression.',
  UNSUPPORTED_MEDIA_TYPE: 'A body of another type or encoding than the route takes.',
  REQUESTS_EXCEEDED: 'More requests than a limit allows.',
  OUT_OF_TIME: 'The database gave up on the statement.',
  SERVICE_UNAVAILABLE: 'The database can’t be reached, or has no connection to spare.',
  INTERNAL_SERVER_ERROR: 'A mistake of ours. The log has the rest; the caller is told no more.',
}

export const errorsPage = (): string =>
  page(
    '# Errors',
    generatedFrom('schema-engine/errors.ts'),
    `Each has a code, in \`extensions.code\`, and its details beside it. REST answers with the status and the envelope

\`\`\`json
{ "errors": [{ "message": "…", "extensions": { "code": "INVALID_QUERY", "reason": "…" } }] }
\`\`\`

GraphQL has the same entry in \`errors\`, with \`path\` where one field is meant. The status of a GraphQL reply is 200 when the document was
run, or when the caller asked for \`application/json\` and the document is at fault; 400 for the latter as
\`application/graphql-response+json\`, as GraphQL over HTTP has it. A message never shows SQL, a secret, or that a hidden thing exists.`,
    table([
      ['code', 'status', 'when', 'message', 'details'],
      ...Object.entries(errors).map(([name, { status, message }]) => {
        const { text, details } = sampleOf(message)
        // The keys of the table are its codes.
        return [code(name), String(status), meanings[name as ErrorCode], text, codes(details)]
      }),
    ]),
  )

type Sample = { readonly text: string; readonly details: readonly string[] }

/** A message with `‹name›` for each detail, and the details it asks for. */
function sampleOf(message: (details: never) => string): Sample {
  const asked = new Set<string>()
  const placeholders = new Proxy(
    {},
    {
      get: (_, name) => {
        asked.add(String(name))
        return `‹${String(name)}›`
      },
    },
  )
  const lists = new Proxy({}, { get: (_, name) => [`‹${String(name)}›`] })
  const textFrom = (details: object): string | null => {
    try {
      return message(details as never) // messages only read their details
    } catch {
      return null // a detail is a list
    }
  }
  const filled = textFrom(placeholders) ?? textFrom(lists) ?? ''
  const standard = textFrom({})
  const text = standard === null || standard.includes('undefined') ? filled : standard
  return { text, details: [...asked] }
}
