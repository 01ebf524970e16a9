/** `/utils`: each a mutation of the system scope. */
import { fail } from '#schema-engine/errors.ts'
import { dataOf, doneOf, keyOf, objectBody, runFeature, textOf } from './feature-call.ts'
import type { Route } from './route.ts'

const randomString: Route = {
  methods: ['GET'],
  path: '/utils/random/string',
  doc: 'Letters, digits, `-` and `_`; `length` of them, from 1 to 500 (32).',
  handle: async (request, services) => {
    const text = new URLSearchParams(request.query).get('length')
    const length = text === null || text === '' ? null : Number(text)
    if (length !== null && !Number.isInteger(length))
      fail('INVALID_QUERY', { reason: '"length" must be a whole number from 1 to 500.' })
    return dataOf(await runFeature('utils_random_string', [['length', 'Int', length]], request, services))
  },
}

const generateHash: Route = {
  methods: ['POST'],
  path: '/utils/hash/generate',
  doc: 'The Argon2 hash of `{string}`.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = [['string', 'String!', textOf(body, 'string')]] as const
    return dataOf(await runFeature('utils_hash_generate', given, request, services))
  },
}

const verifyHash: Route = {
  methods: ['POST'],
  path: '/utils/hash/verify',
  doc: 'Whether `{string, hash}` belong together.',
  handle: async (request, services) => {
    const body = await objectBody(request)
    const given = ['string', 'hash'].map((name) => [name, 'String!', textOf(body, name)] as const)
    return dataOf(await runFeature('utils_hash_verify', given, request, services))
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
    return doneOf(await runFeature('utils_sort', given, request, services), request, 200)
  },
}

const revert: Route = {
  methods: ['POST'],
  path: '/utils/revert/:revision',
  doc: 'Makes an item again what it was at a revision.',
  handle: async (request, services) => {
    const given = [['revision', 'ID!', request.params['revision']]] as const
    return doneOf(await runFeature('utils_revert', given, request, services), request)
  },
}

export const utilityRoutes: readonly Route[] = [randomString, generateHash, verifyHash, sort, revert]
