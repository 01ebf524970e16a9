/** What HTTP callers meet, whatever they ask for: credentials, errors, headers, limits. */
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminToken, serveHere, type TestServer } from './program.ts'

let server: TestServer
beforeAll(async () => {
  server = await serveHere({ MAX_PAYLOAD_SIZE: '10kb' })
})
afterAll(() => server.stop())

const get = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { headers, redirect: 'manual', ...init })

const post = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}, path = '/graphql') =>
  fetch(`${server.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

const asAdmin = { authorization: `Bearer ${adminToken}` }

const query = (text: string) => JSON.stringify({ query: text })

describe('who asks', () => {
  test('the public reads what PUBLIC_READ of the sample lists', async () => {
    const reply = await post(query('{ products(limit: 1, sort: ["id"]) { id name } }'))
    expect(await reply.json()).toEqual({ data: { products: [{ id: '1', name: 'Pour-over Kettle 0.9 l' }] } })
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect((await get('/items/products')).headers.get('cache-control')).toBe('no-cache')
    // What is said to who is about to sign in, or comes with a share or a mailed link, is nobody's to keep.
    for (const path of ['/auth', '/shares/info/0', '/users/register/verify-email?token=0', '/Auth/'])
      expect([path, (await get(path)).headers.get('cache-control')]).toEqual([path, 'no-store'])
  })

  test('and nothing else', async () => {
    const reply = await get('/items/customers')
    expect(reply.status).toBe(403)
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  })

  test.each([
    ['a header', asAdmin, ''],
    ['a header, in any case', { authorization: `bEARER ${adminToken}` }, ''],
    ['the query string', {}, `&access_token=${adminToken}`],
  ])('the admin token reads all, in %s', async (_, headers, parameter) => {
    const reply = await get(`/items/customers?limit=1&fields=id${parameter}`, headers)
    expect(await reply.json()).toEqual({ data: [{ id: 1 }] })
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })

  test.each(['Bearer wrong', 'Bearer', `Bearer ${adminToken}x`])(
    'refuses "%s", for public data too',
    async (authorization) => {
      const reply = await get('/items/products', { authorization })
      expect(reply.status).toBe(401)
      expect(reply.headers.get('www-authenticate')).toBe('Bearer')
      expect(await reply.json()).toEqual({
        errors: [
          { message: 'The token or the credentials are not valid.', extensions: { code: 'INVALID_CREDENTIALS' } },
        ],
      })
    },
  )

  test('but not for ping', async () => {
    const reply = await get('/server/ping', { authorization: 'Bearer wrong' })
    expect(await reply.text()).toBe('pong')
  })

  test('refuses two tokens', async () => {
    const reply = await get(`/items/products?access_token=${adminToken}`, asAdmin)
    expect(reply.status).toBe(400)
  })

  test('another scheme than Bearer is not ours', async () => {
    const reply = await get('/items/products?limit=0', { authorization: 'Basic YTpi' })
    expect(reply.status).toBe(200)
  })
})

describe('errors come in one envelope', () => {
  const codeOf = async (reply: Response) => {
    const body = (await reply.json()) as { errors: { message: string; extensions: { code: string } }[] }
    return `${reply.status} ${body.errors[0]?.extensions.code}`
  }
  test.each([
    ['a path that no route has', () => get('/nope'), '404 ROUTE_NOT_FOUND'],
    ['a method that a route does not have', () => get('/items/products', {}, { method: 'PUT' }), '404 ROUTE_NOT_FOUND'],
    ['a method that GraphQL does not have', () => get('/graphql', {}, { method: 'PUT' }), '405 METHOD_NOT_ALLOWED'],
    ['a mutation by GET', () => get('/graphql?query=mutation{a}'), '405 METHOD_NOT_ALLOWED'],
    ['broken encoding in the path', () => get('/items/%ff'), '400 INVALID_PATH_PARAMETER'],
    ['no JSON', () => post('{'), '400 INVALID_PAYLOAD'],
    ['a list of operations', () => post('[]'), '400 INVALID_PAYLOAD'],
    ['a form', () => post(query('{ a }'), { 'content-type': 'text/plain' }), '415 UNSUPPORTED_MEDIA_TYPE'],
    [
      'another charset',
      () => post(query('{ a }'), { 'content-type': 'application/json; charset=utf-16' }),
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    ['too much', () => post(query(' '.repeat(20_000))), '413 CONTENT_TOO_LARGE'],
    [
      'too much, compressed',
      () => post(gzipSync(' '.repeat(20_000)), { 'content-encoding': 'gzip' }),
      '413 CONTENT_TOO_LARGE',
    ],
    ['a GET that another site sent', () => get('/graphql?query={__typename}', { cookie: 'a=b' }), '403 FORBIDDEN'],
    [
      'a document that is not valid',
      () => post(query('{ nope }'), { accept: 'application/graphql-response+json' }),
      '400 GRAPHQL_VALIDATION',
    ],
    ['a refresh by the public', () => get('/utils/cache/clear', {}, { method: 'POST' }), '403 FORBIDDEN'],
    ['an address that is too long', () => get(`/items/products?x=${'x'.repeat(70_000)}`), '431 CONTENT_TOO_LARGE'],
    ['a scope there is not', () => get('/server/specs/graphql/nope'), '404 ROUTE_NOT_FOUND'],
  ])('%s', async (_, ask, expected) => {
    expect(await codeOf(await ask())).toBe(expected)
  })

  test.each(['compress', 'gzip, gzip', 'constructor', '__proto__'])(
    'a body in the encoding "%s" is not read',
    async (encoding) => {
      expect(await codeOf(await post(query('{ a }'), { 'content-encoding': encoding }))).toBe(
        '415 UNSUPPORTED_MEDIA_TYPE',
      )
    },
  )

  test('405 says what is allowed', async () => {
    const reply = await get('/graphql', {}, { method: 'PUT' })
    expect(reply.headers.get('allow')).toBe('GET, POST')
  })
})

describe('headers', () => {
  test('every reply has an id and is taken for what it says it is', async () => {
    for (const path of ['/server/ping', '/items/products', '/nope', '/admin', '/admin/nope.js']) {
      const { headers } = await get(path, { 'x-request-id': 'mine-1' })
      expect(headers.get('x-request-id'), path).toBe('mine-1')
      expect(headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'")
      expect(headers.get('referrer-policy'), path).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin-allow-popups')
      expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin')
      expect(headers.get('strict-transport-security'), path).toBeNull()
      for (const telling of ['x-powered-by', 'server']) expect(headers.get(telling), path).toBeNull()
    }
  })

  test('GraphiQL has those of a page', async () => {
    const { headers } = await get('/graphql', { accept: 'text/html' })
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("script-src 'self';")
  })

  test('the settings say otherwise', async () => {
    const other = await serveHere({
      HSTS_ENABLED: 'true',
      CROSS_ORIGIN_OPENER_POLICY: 'same-origin',
      CONTENT_SECURITY_POLICY_DIRECTIVES__IMG_SRC: "'self' https://img.example",
      CONTENT_SECURITY_POLICY_DIRECTIVES__FORM_ACTION: 'false',
    })
    const plain = await serveHere({ CROSS_ORIGIN_OPENER_POLICY_ENABLED: 'false' })
    try {
      for (const path of ['/server/ping', '/admin']) {
        const { headers } = await fetch(`${other.url}${path}`)
        expect(headers.get('strict-transport-security'), path).toMatch(/^max-age=31536000; includeSubDomains$/)
        expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin')
        expect((await fetch(`${plain.url}${path}`)).headers.get('cross-origin-opener-policy'), path).toBeNull()
      }
      const policy = (await fetch(`${other.url}/admin`)).headers.get('content-security-policy')
      expect(policy).toContain("img-src 'self' https://img.example;")
      expect(policy).toContain("script-src 'self';")
      expect(policy).not.toContain('form-action')
    } finally {
      await other.stop()
      await plain.stop()
    }
  })

  test('the exact version is nobody’s who has not signed in', async () => {
    const { version } = ((await (await get('/server/info', asAdmin)).json()) as { data: { version: string } }).data
    for (const path of [
      '/server/info',
      '/server/health',
      '/server/specs/oas',
      '/server/specs/graphql',
      '/',
      '/admin',
      '/nope',
      '/graphql',
    ]) {
      const reply = await get(path)
      expect(`${JSON.stringify([...reply.headers])} ${await reply.text()}`, path).not.toContain(version)
    }
  })

  test('an id is made where none is sent, or none that fits a log', async () => {
    const { headers } = await get('/server/ping', { 'x-request-id': 'a b<c>' })
    expect(headers.get('x-request-id')).toMatch(/^[\w-]+$/)
  })

  test('HEAD is GET without the body', async () => {
    const [head, whole] = [await get('/items/products', {}, { method: 'HEAD' }), await get('/items/products')]
    expect(await head.text()).toBe('')
    expect(head.headers.get('content-length') ?? head.headers.get('content-encoding')).toBe(
      whole.headers.get('content-length') ?? whole.headers.get('content-encoding'),
    )
  })

  test('large replies are compressed for who takes it, small ones are not', async () => {
    const plain = await get('/items/products?limit=-1', { 'accept-encoding': 'identity' })
    for (const encoding of ['gzip', 'br']) {
      const reply = await get('/items/products?limit=-1', { 'accept-encoding': encoding })
      expect(reply.headers.get('content-encoding')).toBe(encoding)
      expect(reply.headers.get('vary')).toContain('Accept-Encoding')
      expect(await reply.text()).toBe(await plain.clone().text())
    }
    expect(
      (await get('/items/products?limit=1', { 'accept-encoding': 'gzip' })).headers.get('content-encoding'),
    ).toBeNull()
    expect(
      (await get('/items/products?limit=-1', { 'accept-encoding': 'gzip;q=0' })).headers.get('content-encoding'),
    ).toBeNull()
  })

  test('CORS is off', async () => {
    const { headers } = await get('/items/products', { origin: 'https://a.example' })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('CORS, where it is on', () => {
  let open: TestServer
  beforeAll(async () => {
    open = await serveHere({ CORS_ENABLED: 'true', CORS_ORIGIN: 'https://a.example' })
  })
  afterAll(() => open.stop())

  const preflight = (origin: string) =>
    fetch(`${open.url}/graphql`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })

  test('a listed origin may call', async () => {
    const { status, headers } = await preflight('https://a.example')
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('https://a.example')
    expect(headers.get('access-control-allow-methods')).toContain('SEARCH')
    const reply = await fetch(`${open.url}/graphql?query={__typename}`, { headers: { origin: 'https://a.example' } })
    expect(reply.headers.get('access-control-allow-origin')).toBe('https://a.example')
    expect(reply.headers.get('vary')).toContain('Origin')
    expect(reply.headers.get('vary')).toContain('Accept')
  })

  test('another one may not, and errors are readable where replies are', async () => {
    expect((await preflight('https://b.example')).headers.get('access-control-allow-origin')).toBeNull()
    const { headers } = await fetch(`${open.url}/nope`, { headers: { origin: 'https://a.example' } })
    expect(headers.get('access-control-allow-origin')).toBe('https://a.example')
  })
})

describe('the small routes', () => {
  test('/ leads to the Studio', async () => {
    const reply = await get('/')
    expect([reply.status, reply.headers.get('location')]).toEqual([302, './admin'])
  })

  test('/robots.txt', async () => {
    expect(await (await get('/robots.txt')).text()).toBe('User-agent: *\nDisallow: /')
  })

  test('/server/info tells its version to who signed in', async () => {
    const info = async (headers = {}) => ((await (await get('/server/info', headers)).json()) as { data: object }).data
    expect(await info()).not.toHaveProperty('version')
    expect(await info(asAdmin)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      queryLimit: { default: 100, max: -1 },
    })
  })

  test('/server/health tells how it is to all, and why to the administrator', async () => {
    const reply = await get('/server/health')
    expect(reply.headers.get('content-type')).toContain('application/health+json')
    expect(Object.keys((await reply.json()) as object)).toEqual(['status'])
    const whole: unknown = await (await get('/server/health', asAdmin)).json()
    expect(whole).toMatchObject({
      status: expect.stringMatching(/ok|warn/),
      checks: { 'sqlite:responseTime': [{ observedUnit: 'ms' }] },
      notes: [],
    })
  })

  test('/server/specs/graphql shows each caller their own schema', async () => {
    const sdl = async (headers = {}) => (await get('/server/specs/graphql/items', headers)).text()
    expect(await sdl()).not.toContain('type customers')
    expect(await sdl(asAdmin)).toContain('type customers')
  })

  test('/utils/cache/clear reads the schema again', async () => {
    expect((await get('/utils/cache/clear', asAdmin, { method: 'POST' })).status).toBe(200)
  })
})

test('without introspection nothing else shows the schema', async () => {
  const closed = await serveHere({ GRAPHQL_INTROSPECTION: 'false' })
  try {
    for (const path of ['/server/specs/oas', '/server/specs/graphql', '/server/specs/graphql/system']) {
      expect((await fetch(`${closed.url}${path}`)).status, path).toBe(403)
    }
    const asked = [
      '{ __schema { types { name } } }',
      '{ _service { sdl } }',
      '{ productz { id } }',
      '{ __type(name: "products") { name } }',
    ]
    for (const text of asked) {
      const reply = await fetch(`${closed.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: query(text),
      })
      expect(await reply.text(), text).not.toMatch(/categories|products\b(?!\\")/)
    }
    const reply = await fetch(`${closed.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: query('{ __schema { queryType { name } nope } }'),
    })
    expect(await reply.json()).toMatchObject({
      errors: [
        {
          message: 'Introspection is off: only the administrator is shown the schema.',
          extensions: { code: 'GRAPHQL_VALIDATION' },
        },
      ],
    })
  } finally {
    await closed.stop()
  }
})

test('a caller who leaves while a reply is on its way does no harm', async () => {
  await new Promise<void>((resolve) => {
    const request = httpRequest(`${server.url}/items/products?export=csv&limit=-1`, (response) => {
      response.destroy()
      resolve()
    })
    request.end()
  })
  expect((await get('/server/ping')).status).toBe(200)
})
