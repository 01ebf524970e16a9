/** `/utils`: each a mutation of the system scope. What a caller is not offered there is not for them here. */
import { fail } from '#schema-engine/errors.ts'
import { featureNamed } from '#subgraph/features/index.ts'
import { kindOf, malformed, parseJsonBody } from '../parse/json-body.ts'
import { isObject } from '../parse/parameters.ts'
import { prefers } from '../parse/preferences.ts'
import { graphErrorsReply } from '../reply/graph-errors.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

const randomString: Route = {
  methods: ['GET'],
  path: '/utils/random/string',
  doc: 'Letters, digits, `-` and `_`; `length` of them, from 1 to 500 (32).',
  handle: async (request, services) => {
    const text = new URLSearchParams(request.query).get('length')
    const length = text === null || text === '' ? null : Number(text)
    if (length !== null && !Number.isInteger(length))
      fail('INVALID_QUERY', { reason: '"length" must be a whole number from 1 to 500.' })
    return dataOf(await run('utils_random_string', [['length', 'Int', length]], request, services))
  },
}

const generateHash: Route = {
  methods: ['POST'],
  path: '/utils/hash/generate',
  doc: 'The Argon2 hash of `{string}`.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = [['string', 'String!', textOf(body, 'string')]] as const
    return dataOf(await run('utils_hash_generate', given, request, services))
  },
}

const verifyHash: Route = {
  methods: ['POST'],
  path: '/utils/hash/verify',
  doc: 'Whether `{string, hash}` belong together.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = ['string', 'hash'].map((name) => [name, 'String!', textOf(body, name)] as const)
    return dataOf(await run('utils_hash_verify', given, request, services))
  },
}

const sort: Route = {
  methods: ['POST'],
  path: '/utils/sort/:collection',
  doc: 'Moves the item `{item}` to the place of the item `{to}`, and numbers all items anew.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = [
      ['collection', 'String!', request.params['collection']],
      ['item', 'ID!', keyOf(body, 'item')],
      ['to', 'ID!', keyOf(body, 'to')],
    ] as const
    const result = await run('utils_sort', given, request, services)
    return typeof result === 'string' ? { status: 200, headers: appliedTo(request), body: null } : result
  },
}

const revert: Route = {
  methods: ['POST'],
  path: '/utils/revert/:revision',
  doc: 'Makes an item again what it was at a revision.',
  handle: async (request, services) => {
    const given = [['revision', 'ID!', request.params['revision']]] as const
    const result = await run('utils_revert', given, request, services)
    return typeof result === 'string' ? { status: 204, headers: appliedTo(request), body: null } : result
  },
}

export const utilityRoutes: readonly Route[] = [randomString, generateHash, verifyHash, sort, revert]

/** Name, type and value of an argument. */
type Given = readonly (readonly [name: string, type: string, value: unknown])[]

/** The JSON text of the mutation's value, or the reply that says why there is none. */
async function run(
  name: string,
  given: Given,
  { caller, headers }: BridgeRequest,
  { graph }: Services,
): Promise<string | BridgeReply> {
  if (!featureNamed(name).isOffered(caller.access)) return fail('FORBIDDEN', {})
  const declared = given.map(([argument, type]) => `$${argument}:${type}`).join(' ')
  const passed = given.map(([argument]) => `${argument}:$${argument}`).join(',')
  const { data, errors } = await graph.execute({
    scope: 'system',
    document: `mutation(${declared})${prefers(headers, 'dry-run') ? '@dryRun' : ''}{data:${name}(${passed})}`,
    variables: Object.fromEntries(given.map(([argument, , value]) => [argument, value])),
    operationName: null,
    caller,
    readOnly: false,
    writtenBy: 'bridge',
  })
  return errors.length > 0 ? graphErrorsReply(errors, 'write') : (data?.get('data') ?? 'null')
}

/** That nothing was done is said, where it was asked for. */
const appliedTo = ({ headers }: BridgeRequest): BridgeReply['headers'] =>
  prefers(headers, 'dry-run') ? { 'preference-applied': 'dry-run' } : {}

const dataOf = (result: string | BridgeReply): BridgeReply =>
  typeof result === 'string'
    ? { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: `{"data":${result}}` }
    : result

async function objectBody(request: BridgeRequest): Promise<Readonly<Record<string, unknown>>> {
  const body = parseJsonBody(await request.body())
  return isObject(body) ? body : malformed(`The body must be an object, and is ${kindOf(body)}.`)
}

function textOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  return typeof value === 'string' && value !== '' ? value : malformed(`"${name}" is required, a text.`)
}

function keyOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : malformed(`"${name}" is required, a key.`)
}
