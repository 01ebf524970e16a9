/**
 * Routes whose work a feature of the graph does: each is one field of the system scope. What a caller is not offered there is not
 * for them here.
 */
import { fail } from '#schema-engine/errors.ts'
import { featureNamed, isFeatureQuery } from '#subgraph/features/index.ts'
import type { CookieChange } from '#subgraph/graph.ts'
import { kindOf, malformed, parseJsonBody } from '../parse/json-body.ts'
import { isObject } from '../parse/parameters.ts'
import { prefers } from '../parse/preferences.ts'
import { graphErrorsReply } from '../reply/graph-errors.ts'
import type { BridgeReply, BridgeRequest, Services } from './route.ts'

/** Name, type and value of an argument. */
export type Given = readonly (readonly [name: string, type: string, value: unknown])[]

/** `text`: the JSON of the field's value. `failed`: the reply that says why there is none. */
export type FeatureAnswer =
  | { readonly text: string; readonly cookies: readonly CookieChange[]; readonly failed: null }
  | { readonly failed: BridgeReply }

/** @param selection of a value that is an object: `{id name}` */
export async function runFeature(
  name: string,
  given: Given,
  { caller, headers }: BridgeRequest,
  { graph }: Services,
  selection = '',
): Promise<FeatureAnswer> {
  if (!featureNamed(name).isOffered(caller.access)) return fail('FORBIDDEN', {})
  const isQuery = isFeatureQuery(name)
  const declared = given.map(([argument, type]) => `$${argument}:${type}`).join(' ')
  const passed = given.map(([argument]) => `${argument}:$${argument}`).join(',')
  const dry = !isQuery && prefers(headers, 'dry-run') ? '@dryRun' : ''
  const { data, errors, cookies } = await graph.execute({
    scope: 'system',
    document: `${isQuery ? 'query' : 'mutation'}${inBrackets(declared)}${dry}{data:${name}${inBrackets(passed)}${selection}}`,
    variables: Object.fromEntries(given.map(([argument, , value]) => [argument, value])),
    operationName: null,
    caller,
    readOnly: isQuery,
    writtenBy: 'bridge',
  })
  return errors.length > 0
    ? { failed: graphErrorsReply(errors, isQuery ? 'read' : 'write') }
    : { text: data?.get('data') ?? 'null', cookies: cookies ?? [], failed: null }
}

const inBrackets = (list: string): string => (list === '' ? '' : `(${list})`)

/** `{"data": …}` */
export const dataOf = (answer: FeatureAnswer): BridgeReply =>
  answer.failed ?? {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: `{"data":${answer.text}}`,
    cookies: answer.cookies,
  }

/** Nothing but that it was done. */
export const doneOf = (answer: FeatureAnswer, request: BridgeRequest, status: 200 | 204 = 204): BridgeReply =>
  answer.failed ?? { status, headers: appliedTo(request), body: null, cookies: answer.cookies }

/** That nothing was done is said, where it was asked for. */
const appliedTo = ({ headers }: BridgeRequest): BridgeReply['headers'] =>
  prefers(headers, 'dry-run') ? { 'preference-applied': 'dry-run' } : {}

export async function objectBody(request: BridgeRequest): Promise<Readonly<Record<string, unknown>>> {
  const body = parseJsonBody(await request.body())
  return isObject(body) ? body : malformed(`The body must be an object, and is ${kindOf(body)}.`)
}

export function textOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  return typeof value === 'string' && value !== '' ? value : malformed(`"${name}" is required, a text.`)
}

/** null when it is not given. */
export function optionalTextOf(body: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = body[name]
  return value === undefined || value === null || typeof value === 'string'
    ? (value ?? null)
    : malformed(`"${name}" must be a text.`)
}

export function keyOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : malformed(`"${name}" is required, a key.`)
}
