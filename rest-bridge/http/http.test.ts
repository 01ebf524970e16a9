import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readBody } from './body.ts'
import { createProxies } from './client-ip.ts'
import { setCookieHeaders, type CookieSettings } from './cookies.ts'
import { createCors } from './cors.ts'
import { createForgeryGuard, refuseForgedGet, type ForgerySettings } from './csrf.ts'
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
  const request = (headers: Record<string, string | undefined>, remoteAddress = '10.0.0.1') =>
    ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage
  const ipOf = (trust: boolean | number | readonly string[], forwarded: string | undefined, remote: string) =>
    createProxies({ IP_TRUST_PROXY: trust, IP_CUSTOM_HEADER: null }).clientIp(
      request({ 'x-forwarded-for': forwarded }, remote),
    )
  test.each([
    [false, '1.1.1.1', '::ffff:10.0.0.1', '10.0.0.1'],
    [true, '1.1.1.1, 2.2.2.2', '10.0.0.1', '1.1.1.1'],
    [1, '1.1.1.1, 2.2.2.2', '10.0.0.1', '2.2.2.2'],
    [2, '1.1.1.1, 2.2.2.2', '10.0.0.1', '1.1.1.1'],
    [9, '1.1.1.1, 2.2.2.2', '10.0.0.1', '1.1.1.1'],
    [['10.0.0.0/8'], '1.1.1.1, 2.2.2.2', '10.0.0.1', '2.2.2.2'],
    [['10.0.0.0/8'], '1.1.1.1, 10.2.2.2', '10.0.0.1', '1.1.1.1'],
    [['10.0.0.0/8'], '1.1.1.1', '9.9.9.9', '9.9.9.9'],
    [['10.0.0.0/8'], '1.1.1.1, 2.2.2.2:5678', '10.0.0.1', '2.2.2.2'],
    [['10.0.0.0/8'], '1.1.1.1, [2001:db8::1]:5678', '10.0.0.1', '2001:db8::1'],
    // What is no address ends the walk: what stands beyond it is anybody's word.
    [['10.0.0.0/8'], '1.1.1.1, unknown', '10.0.0.1', '10.0.0.1'],
    [['::1'], '1.1.1.1, nonsense', '::1', '::1'],
    [1, undefined, '10.0.0.1', '10.0.0.1'],
    [1, '', '10.0.0.1', '10.0.0.1'],
  ])('trust %o, forwarded for %s, from %s', (trust, forwarded, remote, ip) => {
    expect(ipOf(trust, forwarded, remote)).toBe(ip)
  })

  test('may stand in a header of its own, which a trusted proxy sets', () => {
    const { clientIp } = createProxies({ IP_TRUST_PROXY: ['10.0.0.1'], IP_CUSTOM_HEADER: 'CF-Connecting-IP' })
    const headers = { 'cf-connecting-ip': '1.1.1.1', 'x-forwarded-for': '2.2.2.2' }
    expect(clientIp(request(headers))).toBe('1.1.1.1')
    expect(clientIp(request(headers, '9.9.9.9'))).toBe('9.9.9.9')
    expect(clientIp(request({ 'x-forwarded-for': '2.2.2.2' }))).toBe('2.2.2.2')
    expect(() => createProxies({ IP_TRUST_PROXY: false, IP_CUSTOM_HEADER: 'X-Ip' })).toThrow('IP_TRUST_PROXY')
  })

  test('host and scheme are those that a trusted proxy says', () => {
    const headers = { host: 'inner', 'x-forwarded-host': 'outer.example', 'x-forwarded-proto': 'https' }
    const facts = (trust: boolean | readonly string[]) => {
      const proxies = createProxies({ IP_TRUST_PROXY: trust, IP_CUSTOM_HEADER: null })
      return [proxies.host(request(headers)), proxies.isSecure(request(headers))]
    }
    expect(facts(false)).toEqual(['inner', false])
    expect(facts(['10.9.9.9'])).toEqual(['inner', false])
    expect(facts(true)).toEqual(['outer.example', true])
    expect(facts(['10.0.0.1'])).toEqual(['outer.example', true])
  })
})

describe('what another site makes a browser send', () => {
  const standard: ForgerySettings = {
    PUBLIC_URL: 'https://cms.example',
    CORS_ENABLED: true,
    CORS_ORIGIN: ['https://app.example'],
    CORS_CREDENTIALS: true,
    REFRESH_TOKEN_COOKIE_NAME: 'refresh',
    SESSION_COOKIE_NAME: 'session',
    SESSION_COOKIE_SAME_SITE: 'lax',
  }
  /** `taken`, `left` (cookies are not looked at) or `refused`. */
  const fate = (method: string, headers: Record<string, string>, more: Partial<ForgerySettings> = {}) => {
    const takesCookies = createForgeryGuard(
      { ...standard, ...more },
      createProxies({ IP_TRUST_PROXY: false, IP_CUSTOM_HEADER: null }),
    )
    try {
      return takesCookies({ headers: { host: 'inner:8055', ...headers } } as unknown as IncomingMessage, method)
        ? 'taken'
        : 'left'
    } catch (error) {
      expect(error).toMatchObject({ code: 'FORBIDDEN' })
      return 'refused'
    }
  }
  const session = { cookie: 'other=1; session=s' }
  const form = { 'content-type': 'multipart/form-data; boundary=x' }
  const text = { 'content-type': 'text/plain;charset=UTF-8' }
  const json = { 'content-type': 'application/json' }
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  const sibling = { origin: 'https://www.cms.example', 'sec-fetch-site': 'same-site' }
  const app = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }

  test.each<[string, Record<string, string>, string]>([
    // Programs, which tell no origin.
    ['no cookie', {}, 'taken'],
    ['no cookie, a form', form, 'taken'],
    ['a cookie that is not ours', { ...form, cookie: 'other=1; session=' }, 'taken'],
    ['a session, JSON', { ...session, ...json }, 'taken'],
    ['a session, a form', { ...session, ...form }, 'refused'],
    ['a session, a text', { ...session, ...text }, 'refused'],
    ['a session, no type', session, 'refused'],
    ['a refresh token, no type', { cookie: 'refresh=r' }, 'refused'],
    ['a session, a type that is none', { ...session, 'content-type': 'x' }, 'refused'],
    ['a session, a header of its own', { ...session, ...form, 'x-requested-with': 'XMLHttpRequest' }, 'taken'],
    ['a session and a bearer token', { ...session, ...form, authorization: 'Bearer t' }, 'taken'],
    ['a session and what browsers send by themselves', { ...session, ...form, authorization: 'Basic eA==' }, 'refused'],
    // Pages of ours.
    ['our page', { ...session, ...form, 'sec-fetch-site': 'same-origin', origin: 'http://inner:8055' }, 'taken'],
    ['our page, in an old browser', { ...session, ...form, origin: 'http://inner:8055' }, 'taken'],
    ['our page, at PUBLIC_URL', { ...session, ...form, origin: 'https://cms.example' }, 'taken'],
    ['a listed origin', { ...session, ...form, ...app }, 'taken'],
    // Other sites.
    ['another site, a form', { ...session, ...form, ...evil }, 'refused'],
    ['another site, a form without cookies (signing in as another)', { ...text, ...evil }, 'refused'],
    ['another site, JSON', { ...session, ...json, ...evil }, 'refused'],
    ['another site, JSON without cookies', { ...json, ...evil }, 'taken'],
    ['a sister site', { ...session, ...form, ...sibling }, 'refused'],
    ['an old browser', { ...session, ...form, origin: 'https://evil.example' }, 'refused'],
    ['our name in another place', { ...session, ...form, origin: 'http://inner:8055.evil.example' }, 'refused'],
    ['a sandboxed frame', { ...session, ...form, origin: 'null', 'sec-fetch-site': 'cross-site' }, 'refused'],
    ['a frame in an old browser', { ...session, ...form, origin: 'null' }, 'refused'],
    ['no origin, but a site', { ...session, ...form, 'sec-fetch-site': 'cross-site' }, 'refused'],
  ])('a POST with %s', (_, headers, expected) => {
    expect(fate('POST', headers)).toBe(expected)
  })

  test.each(['PATCH', 'DELETE', 'SEARCH'])(
    '%s is asked for first; a cookie that comes all the same is refused',
    (method) => {
      expect(fate(method, session)).toBe('taken')
      expect(fate(method, { ...session, ...evil })).toBe('refused')
      expect(fate(method, evil)).toBe('taken')
    },
  )

  test('a listed origin may not bring cookies where CORS is off, or without credentials, or where any may call', () => {
    const request = { ...session, ...form, ...app }
    expect(fate('POST', request, { CORS_ENABLED: false })).toBe('refused')
    expect(fate('POST', request, { CORS_CREDENTIALS: false })).toBe('refused')
    expect(fate('POST', request, { CORS_ORIGIN: true })).toBe('refused')
    expect(fate('POST', { ...json, ...app }, { CORS_ORIGIN: true })).toBe('taken')
  })

  test.each<[string, Record<string, string>, string]>([
    ['no cookie', evil, 'taken'],
    ['a session, by a program', session, 'taken'],
    ['a session, by our page', { ...session, 'sec-fetch-site': 'same-origin' }, 'taken'],
    ['a session, typed by somebody', { ...session, 'sec-fetch-site': 'none' }, 'taken'],
    ['a session, by a listed origin', { ...session, ...app }, 'taken'],
    ['a session, with a header of its own', { ...session, 'x-requested-with': 'x' }, 'taken'],
    ['a session, by another site', { ...session, 'sec-fetch-site': 'cross-site' }, 'left'],
    ['a session, by a sister site', { ...session, 'sec-fetch-site': 'same-site' }, 'left'],
    ['a session, by an old browser', { ...session, origin: 'https://evil.example' }, 'left'],
  ])('a GET with %s', (_, headers, expected) => {
    expect(fate('GET', headers)).toBe(expected)
  })

  test('a GET by who tells nothing has its cookie left, where other sites are sent it', () =>
    expect(fate('GET', session, { SESSION_COOKIE_SAME_SITE: 'none' })).toBe('left'))

  test.each([
    [{}, true],
    [{ cookie: 'a=b', 'x-requested-with': 'x' }, true],
    [{ cookie: 'a=b', authorization: 'Bearer x' }, true],
    [{ cookie: 'a=b', 'content-type': 'application/json' }, true],
    [{ cookie: 'a=b', 'sec-fetch-site': 'same-origin' }, true],
    [{ cookie: 'a=b' }, false],
    [{ cookie: 'a=b', authorization: 'Basic x' }, false],
    [{ cookie: 'a=b', 'sec-fetch-site': 'cross-site' }, false],
    [{ cookie: 'a=b', 'content-type': 'text/plain; charset=utf-8' }, false],
  ])('a document by GET, %o, passes: %s', (headers, passes) => {
    if (passes) expect(() => refuseForgedGet(headers)).not.toThrow()
    else expect(() => refuseForgedGet(headers)).toThrow('cookies')
  })
})

describe('cookies of signing in', () => {
  const standard: CookieSettings = {
    PUBLIC_URL: '/',
    REFRESH_TOKEN_COOKIE_NAME: 'refresh',
    REFRESH_TOKEN_COOKIE_DOMAIN: null,
    REFRESH_TOKEN_COOKIE_SECURE: null,
    REFRESH_TOKEN_COOKIE_SAME_SITE: 'lax',
    SESSION_COOKIE_NAME: 'session',
    SESSION_COOKIE_DOMAIN: null,
    SESSION_COOKIE_SECURE: null,
    SESSION_COOKIE_SAME_SITE: 'strict',
  }
  const both = [
    { cookie: 'refresh', value: 'r', maxAgeMs: 5000 },
    { cookie: 'session', value: null, maxAgeMs: 5000 },
  ] as const
  const written = (more: Partial<CookieSettings> = {}, byTls = false) =>
    setCookieHeaders(both, { ...standard, ...more }, byTls)

  test('are no script’s, and no other site’s', () => {
    expect(written()).toEqual([
      'refresh=r; Max-Age=5; Path=/; HttpOnly; SameSite=Lax',
      'session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict',
    ])
  })

  test('go by TLS alone where it is known that they can', () => {
    const secure = (...headers: readonly string[]) => headers.map((header) => header.includes('; Secure'))
    expect(secure(...written())).toEqual([false, false])
    expect(secure(...written({}, true))).toEqual([true, true])
    expect(secure(...written({ PUBLIC_URL: 'https://cms.example' }))).toEqual([true, true])
    expect(secure(...written({ SESSION_COOKIE_SAME_SITE: 'none' }))).toEqual([false, true])
    expect(secure(...written({ SESSION_COOKIE_SECURE: false }, true))).toEqual([true, false])
    expect(secure(...written({ REFRESH_TOKEN_COOKIE_SECURE: true }))).toEqual([true, false])
  })
})

describe('CORS', () => {
  const standard = {
    CORS_ENABLED: true,
    CORS_ORIGIN: ['https://app.example'],
    CORS_METHODS: ['GET'],
    CORS_ALLOWED_HEADERS: ['Content-Type'],
    CORS_EXPOSED_HEADERS: [],
    CORS_CREDENTIALS: true,
    CORS_MAX_AGE: 1,
  }
  const reply = (origin: string | undefined, more: Partial<Parameters<typeof createCors>[0]> = {}) =>
    createCors({ ...standard, ...more }).headers({ headers: { origin } } as unknown as IncomingMessage)

  test('a listed origin is echoed, with credentials', () =>
    expect(reply('https://app.example')).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
    }))

  test.each([
    undefined,
    'null',
    '',
    'https://evil.example',
    'http://app.example',
    'https://app.example.evil.example',
    'https://app.example:444',
    'HTTPS://APP.EXAMPLE',
    'https://app.example, https://evil.example',
  ])('%s is not', (origin) => expect(reply(origin)).toEqual({ vary: 'Origin' }))

  test('nobody is listed by the name of null, which a page in a sandbox has', () =>
    expect(reply('null', { CORS_ORIGIN: ['null', 'https://app.example'] })).toEqual({ vary: 'Origin' }))

  test('where any may call, none may bring cookies', () => {
    for (const origin of ['https://evil.example', 'null', undefined])
      expect(reply(origin, { CORS_ORIGIN: true })).toEqual({ 'access-control-allow-origin': '*' })
  })

  test('without credentials, or off', () => {
    expect(reply('https://app.example', { CORS_CREDENTIALS: false })).not.toHaveProperty(
      'access-control-allow-credentials',
    )
    expect(reply('https://app.example', { CORS_ENABLED: false })).toEqual({})
    expect(reply('https://app.example', { CORS_ORIGIN: false })).toEqual({ vary: 'Origin' })
  })
})
