/**
 * GraphQL over HTTP (the specification's draft of 2025). Where it and the contract differ, it wins: a document that is not valid is
 * 400 as `application/graphql-response+json` and 200 as `application/json`.
 */
import { EngineError, fail } from '#schema-engine/errors.ts'
import type { GraphResult, Scope } from '#subgraph/graph.ts'
import { refuseForgedGet } from '../http/csrf.ts'
import { headersOf } from '../http/error-reply.ts'
import { bodyTypeOf, preferredType } from '../http/media-type.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

type ReplyType = 'application/json' | 'application/graphql-response+json'

/** The parameters of a request (GraphQL over HTTP, §"Request Parameters"). */
export type GraphqlParameters = {
  readonly query: string
  readonly operationName: string | null
  readonly variables: Readonly<Record<string, unknown>>
}

const graphqlRoute = (path: string, scope: Scope, doc: string): Route => ({
  methods: ['GET', 'POST'],
  path,
  doc,
  otherMethods: 405,
  ...(scope === 'system' ? { duringSetUp: true } : {}),
  handle: (request, services) => answer(scope, request, services),
})

export const graphqlItems = graphqlRoute('/graphql', 'items', 'The collections by GraphQL; to a browser, GraphiQL.')
export const graphqlSystem = graphqlRoute(
  '/graphql/system',
  'system',
  'System collections, and what is known of collections, fields and relations; to a browser, GraphiQL.',
)

async function answer(scope: Scope, request: BridgeRequest, { graph }: Services): Promise<BridgeReply> {
  const isGet = request.method === 'GET'
  const type = replyTypeOf(request.headers.accept)
  try {
    if (isGet) refuseForgedGet(request.headers)
    const { query, variables, operationName } = isGet
      ? parametersInQuery(request.query)
      : parametersInBody(request.headers['content-type'], await request.body())
    const result = await graph.execute({
      scope,
      document: query,
      variables,
      operationName,
      caller: request.caller,
      readOnly: isGet,
    })
    return {
      status: statusOf(result, type),
      headers: headersFor(type, result),
      body: replyText(result),
      ...(result.cookies === undefined ? {} : { cookies: result.cookies }),
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    const { status, message, details, code } = error
    return {
      status,
      headers: { 'content-type': contentTypes[type], vary: 'Accept', ...headersOf(status, details) },
      body: JSON.stringify({ errors: [{ message, extensions: { ...details, code } }] }),
    }
  }
}

const contentTypes: Readonly<Record<ReplyType, string>> = {
  'application/json': 'application/json; charset=utf-8',
  'application/graphql-response+json': 'application/graphql-response+json; charset=utf-8',
}

/** Who takes neither gets JSON all the same: an error nobody can read helps nobody. */
const replyTypeOf = (accept: string | undefined): ReplyType =>
  preferredType(accept, ['application/json', 'application/graphql-response+json']) ?? 'application/json'

/** As `application/json`, a well-formed request is answered with 200 even where its document can't be run. */
const statusOf = ({ status }: GraphResult, type: ReplyType) =>
  status === 400 && type === 'application/json' ? 200 : status

function headersFor(type: ReplyType, { status }: GraphResult): Readonly<Record<string, string>> {
  const standard = { 'content-type': contentTypes[type], vary: 'Accept' }
  return status === 405 ? { ...standard, allow: 'POST' } : standard
}

/** Puts the pieces of a result together. The texts of the root fields are passed on as they are. */
export function replyText({ data, errors, status, extensions }: GraphResult): string {
  const errorText = errors.length === 0 ? '' : `"errors":${JSON.stringify(errors)}`
  const more = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`
  if (data === null) {
    // Nothing was run: no data entry (GraphQL §7.1.3). A null that came up from a field is a result, and has one.
    return status >= 400 ? `{${errorText}}` : `{${errorText}${errorText && ','}"data":null${more}}`
  }
  let fields = ''
  for (const [key, text] of data) fields += `${fields && ','}${JSON.stringify(key)}:${text}`
  return `{${errorText}${errorText && ','}"data":{${fields}}${more}}`
}

/** @throws EngineError INVALID_QUERY, INVALID_PAYLOAD */
export function parametersInQuery(query: string): GraphqlParameters {
  const parameters = new URLSearchParams(query)
  const once = (name: string) => {
    const values = parameters.getAll(name)
    if (values.length > 1) fail('INVALID_QUERY', { reason: `"${name}" comes ${values.length} times.` })
    return values[0] || undefined
  }
  const jsonOf = (name: string): unknown => {
    const text = once(name)
    if (text === undefined) return undefined
    try {
      return JSON.parse(text)
    } catch {
      return fail('INVALID_QUERY', { reason: `"${name}" is not JSON.` })
    }
  }
  return checkParameters({
    query: once('query'),
    operationName: once('operationName'),
    variables: jsonOf('variables'),
    extensions: jsonOf('extensions'),
  })
}

/** @throws EngineError INVALID_PAYLOAD, UNSUPPORTED_MEDIA_TYPE */
export function parametersInBody(contentType: string | undefined, body: Buffer): GraphqlParameters {
  const type = bodyTypeOf(contentType)
  // Anything but JSON could come from a form on another site.
  if (type !== 'application/json' && type !== 'application/graphql+json') {
    fail('UNSUPPORTED_MEDIA_TYPE', { mediaType: type ?? '', where: 'Content-Type; send application/json' })
  }
  if (body.length === 0)
    fail('INVALID_PAYLOAD', { reason: 'The body is empty; it must be a JSON object with "query".' })
  const parsed = parseJson(body)
  if (!isMap(parsed)) fail('INVALID_PAYLOAD', { reason: `The body must be a JSON object, and is ${kindOf(parsed)}.` })
  return checkParameters(parsed)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'It could not be read.'
    return fail('INVALID_PAYLOAD', { reason: `The body is not JSON: ${reason}` })
  }
}

function checkParameters(given: Readonly<Record<string, unknown>>): GraphqlParameters {
  const { query, operationName, variables, extensions } = given
  if (query === undefined || query === null || query === '')
    fail('INVALID_PAYLOAD', { reason: 'Must provide "query", a GraphQL document.' })
  if (typeof query !== 'string')
    fail('INVALID_PAYLOAD', { reason: `"query" must be a string, and is ${kindOf(query)}.` })
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    fail('INVALID_PAYLOAD', { reason: `"operationName" must be a string, and is ${kindOf(operationName)}.` })
  }
  optionalMap('extensions', extensions) // nothing reads them yet; their form is checked as the specification asks
  return { query, operationName: operationName || null, variables: optionalMap('variables', variables) }
}

const empty = {}

function optionalMap(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return empty
  return isMap(value)
    ? value
    : fail('INVALID_PAYLOAD', { reason: `"${name}" must be an object, and is ${kindOf(value)}.` })
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const kindOf = (value: unknown) =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`
