import type { IncomingMessage } from 'node:http'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { createCallers } from './caller.ts'

const collection = (name: string): Collection => ({
  name,
  table: { schema: null, name, kind: 'table', comment: null },
  isSystem: name.startsWith('directus_'),
  isReadOnly: false,
  isSingleton: false,
  primaryKey: [],
  uniqueKeys: [],
  fields: new Map(),
  sortField: null,
  metadata: null,
  indexedColumns: new Set(),
  estimatedRows: null,
  sourceTable: null,
})
const modelOf = (...names: string[]): Model => ({
  collections: new Map(names.map((name) => [name, collection(name)])),
  fingerprint: names.join(),
  internal: new Map(),
  notices: [],
})

let model: Model
let unknown: string[]
beforeEach(() => {
  model = modelOf('products', 'directus_users')
  unknown = []
})

const callersFor = (...publicRead: string[]) =>
  createCallers({
    adminToken: 'the-token',
    publicRead,
    model: () => model,
    clientIp: () => '1.1.1.1',
    onUnknown: (reason) => unknown.push(reason),
  })

// What is used of a request: one header.
const request = (authorization?: string) => ({ headers: { authorization } }) as IncomingMessage

describe('the token', () => {
  test.each([
    ['Bearer the-token', []],
    ['bearer   the-token', []],
    [undefined, ['the-token']],
    ['Basic x', ['the-token']],
  ])('%s and %o: the administrator', (authorization, queryTokens) => {
    const { actor, access } = callersFor().identify(request(authorization), queryTokens)
    expect(actor).toEqual({ kind: 'system', reason: 'admin-token' })
    expect(access.isFull).toBe(true)
  })

  test.each([
    [undefined, []],
    ['Basic dXNlcjpwYXNz', []],
  ])('%s and %o: the public', (authorization, queryTokens) => {
    const { actor, access } = callersFor().identify(request(authorization), queryTokens)
    expect(actor).toEqual({ kind: 'public', ip: '1.1.1.1' })
    expect(access.isFull).toBe(false)
  })

  test.each([
    ['Bearer the-tokem', [], 'INVALID_CREDENTIALS'],
    ['Bearer', [], 'INVALID_CREDENTIALS'],
    [undefined, [''], 'INVALID_CREDENTIALS'],
    ['Bearer the-token', ['the-token'], 'INVALID_PAYLOAD'],
    [undefined, ['the-token', 'the-token'], 'INVALID_PAYLOAD'],
  ])('%s and %o: %s', (authorization, queryTokens, code) => {
    expect(() => callersFor().identify(request(authorization), queryTokens)).toThrow(expect.objectContaining({ code }))
  })
})

describe("the public's access", () => {
  const readable = (...entries: string[]) => [
    ...callersFor(...entries)
      .everyone(request())
      .access.read.keys(),
  ]

  test('is what is listed', () => {
    expect(readable('products')).toEqual(['products'])
    expect(readable()).toEqual([])
  })

  test('`*` leaves system collections out', () => {
    expect(readable('*')).toEqual(['products'])
  })

  test('follows the model, and says once per change what is missing', () => {
    const callers = callersFor('products', 'boats')
    const names = () => [...callers.everyone(request()).access.read.keys()]
    expect(names()).toEqual(['products'])
    expect(names()).toEqual(['products'])
    expect(unknown).toHaveLength(1)
    model = modelOf('products', 'boats')
    expect(names()).toEqual(['products', 'boats'])
  })
})
