import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readBody } from './body.ts'
import { createClientIp } from './client-ip.ts'
import { refuseForgedGet } from './csrf.ts'
import { bodyTypeOf, preferredType } from './media-type.ts'
import { parseTarget } from './request-target.ts'
import { createRouter } from './router.ts'
import type { Route } from '../routes/route.ts'

describe('parseTarget', () => {
  test.each([
    ['/', { path: '/', query: '', tokens: [] }],
    ['/items/a?limit=1', { path: '/items/a', query: 'limit=1', tokens: [] }],
    ['/items/a?limit=1&access_token=x%2By&sort=-id', { path: '/items/a', query: 'limit=1&sort=-id', tokens: ['x+y'] }],
    ['/a?access%5Ftoken=x&access_token=y', { path: '/a', query: '', tokens: ['x', 'y'] }],
    ['/a?accessories=1', { path: '/a', query: 'accessories=1', tokens: [] }],
    ['http://example.com/a?b', { path: '/a', query: 'b', tokens: [] }],
    ['http://example.com', { path: '/', query: '', tokens: [] }],
  ])('%s', (target, parts) => {
    expect(parseTarget(target)).toEqual(parts)
  })
})

describe('the router', () => {
  const route = (path: string, more: Partial<Route> = {}): Route => ({
    methods: ['GET'],
    path,
    doc: '',
    handle: async () => ({ status: 204, headers: {}, body: null }),
    ...more,
  })
  const find = createRouter([
    route('/'),
    route('/items/:collection'),
    route('/items/:collection/:id'),
    route('/graphql', { methods: ['GET', 'POST'], otherMethods: 405 }),
  ])
  test.each([
    ['/', {}],
    ['/items/My%20Table', { collection: 'My Table' }],
    ['/ITEMS/Products/', { collection: 'Products' }],
    ['/items/a/x%2Fy', { collection: 'a', id: 'x/y' }],
  ])('finds %s', (path, params) => {
    expect(find('GET', path)).toMatchObject({ kind: 'route', params })
  })
  test.each(['/items', '/items/', '/items/a/b/c', '/nope'])('knows no %s', (path) => {
    expect(find('GET', path)).toBeNull()
  })
  test('tells another method from another path', () => {
    expect(find('PUT', '/graphql')).toEqual({ kind: 'other-method', allowed: ['GET', 'POST'], isRefusedWith405: true })
    expect(find('PUT', '/items/a')).toMatchObject({ kind: 'other-method', isRefusedWith405: false })
  })
  test('refuses broken encoding', () => {
    expect(() => find('GET', '/items/%ff')).toThrow('not percent-encoded')
  })
})

describe('preferredType', () => {
  const offered = ['application/json', 'application/graphql-response+json', 'text/html'] as const
  test.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    ['application/json;q=0.5, application/graphql-response+json', 'application/graphql-response+json'],
    ['application/json, application/graphql-response+json', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['image/png', null],
    ['application/json;q=0, */*', 'application/graphql-response+json'],
  ])('%s', (accept, type) => {
    expect(preferredType(accept, offered)).toBe(type)
  })
})

test('bodyTypeOf takes UTF-8 only', () => {
  expect(bodyTypeOf('Application/JSON; charset="UTF-8"')).toBe('application/json')
  expect(bodyTypeOf(undefined)).toBeNull()
  expect(() => bodyTypeOf('application/json; charset=latin1')).toThrow('not supported')
})

describe('readBody', () => {
  // What readBody uses of a request: a stream with headers.
  const request = (body: Buffer, headers: Record<string, string> = {}) =>
    Object.assign(Readable.from([body]), { headers }) as unknown as IncomingMessage
  const text = Buffer.from('{"query":"{ a }"}')

  test.each([
    ['plain', text, {}],
    ['gzip', gzipSync(text), { 'content-encoding': 'gzip' }],
    ['br', brotliCompressSync(text), { 'content-encoding': 'BR' }],
  ])('%s', async (_, body, headers) => {
    await expect(readBody(request(body, headers), 100)).resolves.toEqual(text)
  })

  const bomb = gzipSync(Buffer.alloc(1_000_000))
  test.each([
    ['too long by what it says', text, { 'content-length': '101' }, 'CONTENT_TOO_LARGE'],
    ['too long by what comes', Buffer.alloc(101), {}, 'CONTENT_TOO_LARGE'],
    ['too long when decompressed', bomb, { 'content-encoding': 'gzip' }, 'CONTENT_TOO_LARGE', 2000],
    ['not what it says', text, { 'content-encoding': 'gzip' }, 'INVALID_PAYLOAD'],
    ['an unknown encoding', text, { 'content-encoding': 'rot13' }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a name every object has', text, { 'content-encoding': 'constructor' }, 'UNSUPPORTED_MEDIA_TYPE'],
  ] as const)('refuses %s', async (_, body, headers, code, maxBytes: number = 100) => {
    await expect(readBody(request(body, headers), maxBytes)).rejects.toMatchObject({ code })
  })
})

describe('the address of the caller', () => {
  // What is used of a request: its headers and its socket's address.
  const request = (forwarded: string | undefined, remoteAddress: string) =>
    ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }) as unknown as IncomingMessage
  test.each([
    [false, '1.1.1.1', '::ffff:10.0.0.1', '10.0.0.1'],
    [true, '1.1.1.1, 2.2.2.2', '10.0.0.1', '1.1.1.1'],
    [1, '1.1.1.1, 2.2.2.2', '10.0.0.1', '2.2.2.2'],
    [2, '1.1.1.1, 2.2.2.2', '10.0.0.1', '1.1.1.1'],
    [['10.0.0.0/8'], '1.1.1.1, 2.2.2.2', '10.0.0.1', '2.2.2.2'],
    [['10.0.0.0/8'], '1.1.1.1', '9.9.9.9', '9.9.9.9'],
    [['::1'], '1.1.1.1, nonsense', '::1', '1.1.1.1'],
    [1, undefined, '10.0.0.1', '10.0.0.1'],
  ])('trust %o, forwarded for %s, from %s', (trust, forwarded, remote, ip) => {
    expect(createClientIp(trust)(request(forwarded, remote))).toBe(ip)
  })
})

describe('a GET that another site could have sent', () => {
  test.each([
    [{}, true],
    [{ cookie: 'a=b', 'x-requested-with': 'x' }, true],
    [{ cookie: 'a=b', authorization: 'Bearer x' }, true],
    [{ cookie: 'a=b', 'content-type': 'application/json' }, true],
    [{ cookie: 'a=b' }, false],
    [{ cookie: 'a=b', 'content-type': 'text/plain; charset=utf-8' }, false],
  ])('%o passes: %s', (headers, passes) => {
    if (passes) expect(() => refuseForgedGet(headers)).not.toThrow()
    else expect(() => refuseForgedGet(headers)).toThrow('cookies')
  })
})
