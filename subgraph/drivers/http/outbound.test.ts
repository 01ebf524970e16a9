/** A33–A35: whatever is named, only allowed addresses are connected to, on each redirect; and no reply is without bounds. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAddressGuard } from './address-guard.ts'
import { createOutbound, type OutboundRequest, type OutboundSettings } from './outbound.ts'

const standardDenied = ['0.0.0.0', '169.254.169.254']

describe('the guard', () => {
  const mayConnect = createAddressGuard({ denied: standardDenied, allowed: [] })
  it.each([
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '169.254.0.1',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::ffff:0:127.0.0.1',
    '::127.0.0.1',
    '::7f00:1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::8.8.8.8',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '2001:db8::1',
    'localhost',
    '2130706433',
    '0177.0.0.1',
    '',
  ])('refuses %s', (address) => expect(mayConnect(address)).toBe(false))

  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])('lets %s', (address) =>
    expect(mayConnect(address)).toBe(true),
  )

  it('denies what is listed, though it is public or allowed, and allows what is listed, though it is not public', () => {
    const guard = createAddressGuard({
      denied: ['8.8.8.0/24', '10.0.0.5'],
      allowed: ['10.0.0.0/24', '127.0.0.1', '192.168.0.1-192.168.0.9', 'fd00::/8'],
    })
    const addresses = ['8.8.8.8', '8.8.4.4', '10.0.0.4', '10.0.0.5', '10.0.1.4', '127.0.0.1', '::ffff:127.0.0.1']
    expect(addresses.map(guard)).toEqual([false, true, true, false, false, true, true])
    expect(['127.0.0.2', '192.168.0.9', '192.168.0.10', 'fd12::1'].map(guard)).toEqual([false, true, false, true])
  })

  it('an entry that can not be read allows nothing', () =>
    expect(createAddressGuard({ denied: [], allowed: ['everything', '10.0.0.0/99'] })('10.0.0.1')).toBe(false))
})

/** A server that counts whoever connects, whether he asks for anything or not. */
type Counted = { readonly server: Server; readonly port: number; hits: number }

async function listen(handle: RequestListener, host: string, port = 0): Promise<Counted> {
  const server = createServer(handle)
  const counted: Counted = { server, port: 0, hits: 0 }
  server.on('connection', () => counted.hits++)
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  const address = server.address()
  return Object.assign(counted, { port: typeof address === 'object' && address !== null ? address.port : 0 })
}

const big = Buffer.alloc(300_000, 'x')

/** What the allowed server answers, by path. */
const answers: Readonly<Record<string, RequestListener>> = {
  '/plain': (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('hello'),
  '/echo': (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () =>
      response.end(
        JSON.stringify({ method: request.method, headers: request.headers, body: String(Buffer.concat(chunks)) }),
      ),
    )
  },
  '/big': (_, response) => response.end(big),
  '/zipped': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('hello')),
  '/bomb': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50_000_000))),
  '/odd': (_, response) => response.setHeader('content-encoding', 'rot13').end('uryyb'),
  '/endless': (_, response) => {
    const timer = setInterval(() => response.write(big), 1)
    response.on('close', () => clearInterval(timer))
  },
  '/silent': () => undefined,
  '/slow': (_, response) => void response.write('a little'),
  '/cut': (_, response) => response.writeHead(200, { 'content-length': '100' }).write('a', () => response.destroy()),
  '/circle': (_, response) => response.writeHead(302, { location: '/circle' }).end(),
  '/nowhere': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
}

const failure = (code: string) => expect.objectContaining({ code })

describe('calls', () => {
  let allowed: Counted
  /** Another address of this machine, at the same port, which nothing allows. */
  let canary: Counted
  let everywhere: Counted
  beforeAll(async () => {
    allowed = await listen((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://a')
      const to = searchParams.get('to')
      if (to === null) answers[pathname]?.(request, response)
      else response.writeHead(Number(pathname.slice(1)), { location: to }).end()
    }, '127.0.0.1')
    canary = await listen((_, response) => response.end('secret'), '127.0.0.2', allowed.port)
    everywhere = await listen((_, response) => response.end('secret'), '::')
  })
  afterAll(async () => {
    for (const { server } of [allowed, canary, everywhere]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })
  beforeEach(() => {
    for (const counted of [allowed, canary, everywhere]) counted.hits = 0
  })

  const outbound = (more: Partial<OutboundSettings> = {}) =>
    createOutbound({ denied: standardDenied, allowed: ['127.0.0.1'], ...more })
  const at = (path: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
    url: path.startsWith('/') ? `http://127.0.0.1:${allowed.port}${path}` : path,
    maxBytes: 100_000,
    timeoutMs: 5000,
    service: 'webhook',
    ...more,
  })

  it('give status, headers and body', async () => {
    const reply = await outbound().call(at('/plain'))
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' }, url: at('/plain').url })
    expect(String(reply.body)).toBe('hello')
    expect(String((await outbound().call(at('/zipped'))).body)).toBe('hello')
  })

  it('send method, headers and body', async () => {
    const { body } = await outbound().call(at('/echo', { method: 'PUT', headers: { 'x-key': 'k' }, body: 'text' }))
    expect(JSON.parse(String(body))).toMatchObject({ method: 'PUT', headers: { 'x-key': 'k' }, body: 'text' })
  })

  describe('never connect to an address that is not allowed', () => {
    const hosts = [
      'localhost',
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '0177.0.0.1',
      '0',
      '0.0.0.0',
      '127.0.0.2',
      '①②⑦.⓪.⓪.①',
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[0:0:0:0:0:ffff:127.0.0.1]',
    ]
    it.each(hosts)('%s', async (host) => {
      const told: string[] = []
      const strict = outbound({ allowed: [], onRefusal: (reason) => told.push(reason) })
      await expect(strict.call(at(`http://${host}:${everywhere.port}/secret?token=t`))).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        details: { service: 'webhook', reason: 'The address can not be reached.' },
      })
      expect(everywhere.hits).toBe(0)
      expect(told).toHaveLength(1)
      expect(told[0]).not.toContain('token')
    })

    // Where the redirect comes from is allowed, under this one of its names.
    const redirectedTo = [
      'localhost',
      '127.0.0.2',
      '127.2',
      '2130706434',
      '0x7f000002',
      '0177.0.0.2',
      '0.0.0.0',
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.2]',
      '[64:ff9b::7f00:2]',
    ]
    it.each(redirectedTo)('a redirect to %s', async (host) => {
      const strict = outbound({ resolve: async () => [{ address: '127.0.0.2', family: 4 }] })
      for (const status of [301, 302, 303, 307, 308])
        await expect(
          strict.call(at(`/${status}?to=${encodeURIComponent(`http://${host}:${everywhere.port}/`)}`)),
        ).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
      expect(allowed.hits).toBe(5)
      expect([everywhere.hits, canary.hits]).toEqual([0, 0])
    })

    it('a name that leads elsewhere when it is asked for again', async () => {
      let asked = 0
      const rebinding = outbound({
        resolve: async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }],
      })
      const url = `http://rebinding.example:${allowed.port}/plain`
      expect(String((await rebinding.call(at(url))).body)).toBe('hello')
      expect(asked).toBe(1)
      await expect(rebinding.call(at(url))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
      expect([allowed.hits, canary.hits]).toEqual([1, 0])
    })

    it('a redirect to a name that leads elsewhere by then', async () => {
      let asked = 0
      const rebinding = outbound({
        resolve: async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }],
      })
      const to = encodeURIComponent(`http://rebinding.example:${allowed.port}/secret`)
      await expect(rebinding.call(at(`http://rebinding.example:${allowed.port}/302?to=${to}`))).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
      })
      expect([allowed.hits, canary.hits]).toEqual([1, 0])
    })

    it('a name of which one address is not allowed', async () => {
      const mixed = outbound({
        resolve: async () => [
          { address: '127.0.0.1', family: 4 },
          { address: '::ffff:127.0.0.2', family: 6 },
        ],
      })
      await expect(mixed.call(at(`http://mixed.example:${allowed.port}/plain`))).rejects.toThrow()
      expect([allowed.hits, canary.hits]).toEqual([0, 0])
    })

    it('and say nothing of the difference to where nobody listens', async () => {
      const errors = await Promise.all(
        [`http://127.0.0.1:1/`, `http://127.0.0.2:${canary.port}/`, 'http://no-such-name.invalid/'].map((url) =>
          outbound({ resolve: () => Promise.reject(new Error('ENOTFOUND')) })
            .call(at(url))
            .catch((error: unknown) => JSON.stringify(error)),
        ),
      )
      expect(new Set(errors).size).toBe(1)
    })
  })

  it.each([
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1/',
    'data:text/plain,x',
    '/relative',
    '',
    'http://',
  ])('refuse "%s"', async (url) => {
    await expect(outbound().call({ ...at('/plain'), url })).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' })
  })

  it('refuse a name and password in an address, and what can not be sent', async () => {
    await expect(outbound().call(at(`http://a:b@127.0.0.1:${allowed.port}/plain`))).rejects.toEqual(
      failure('INVALID_PAYLOAD'),
    )
    await expect(outbound().call(at('/plain', { headers: { 'x-a': 'a\r\nb: c' } }))).rejects.toEqual(
      failure('INVALID_PAYLOAD'),
    )
    await expect(outbound().call(at('/plain', { method: 'GET / HTTP/1.1\r\n' }))).rejects.toEqual(
      failure('INVALID_PAYLOAD'),
    )
    await expect(outbound().call(at('/nowhere'))).rejects.toEqual(failure('INVALID_PAYLOAD'))
    expect(allowed.hits).toBe(1)
  })

  it('follow so many redirects', async () => {
    await expect(outbound().call(at('/circle'))).rejects.toMatchObject({
      details: { reason: 'The address redirects too often.' },
    })
    expect(allowed.hits).toBe(6)
    const reply = await outbound().call(at('/circle', { maxRedirects: 0 }))
    expect([reply.status, reply.headers.location]).toEqual([302, '/circle'])
  })

  it('give secrets to the origin alone that they are for', async () => {
    const other = await listen((request, response) => answers['/echo']?.(request, response), '127.0.0.1')
    const headers = { authorization: 'Bearer t', 'X-Api-Key': 'k', accept: 'text/plain' }
    const seenBy = async (url: string) => {
      const { body } = await outbound().call(at(`/302?to=${encodeURIComponent(url)}`, { headers }))
      return (JSON.parse(String(body)) as { headers: Record<string, string> }).headers
    }
    expect(await seenBy('/echo')).toMatchObject({ authorization: 'Bearer t', 'x-api-key': 'k' })
    const elsewhere = await seenBy(`http://127.0.0.1:${other.port}/`)
    other.server.closeAllConnections()
    other.server.close()
    expect(elsewhere).toMatchObject({ accept: 'text/plain' })
    expect(elsewhere).not.toHaveProperty('authorization')
    expect(elsewhere).not.toHaveProperty('x-api-key')
  })

  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'text'],
    [308, 'POST', 'text'],
  ])('after %i a POST goes on as %s', async (status, method, body) => {
    const reply = await outbound().call(at(`/${status}?to=/echo`, { method: 'POST', body: 'text' }))
    expect(JSON.parse(String(reply.body))).toMatchObject({ method, body })
  })

  it.each(['/big', '/bomb', '/endless'])('cut off %s', async (path) => {
    await expect(outbound().call(at(path))).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' })
  })

  it.each([
    ['/silent', 'OUT_OF_TIME'],
    ['/slow', 'OUT_OF_TIME'],
    ['/cut', 'SERVICE_UNAVAILABLE'],
    ['/odd', 'SERVICE_UNAVAILABLE'],
  ])('%s is %s', async (path, code) => {
    await expect(outbound().call(at(path, { timeoutMs: 200 }))).rejects.toMatchObject({ code })
  })

  it('a resolver that does not answer is out of time, too', async () => {
    const silent = outbound({ resolve: () => new Promise(() => undefined) })
    await expect(silent.call(at('http://a.example/', { timeoutMs: 50 }))).rejects.toMatchObject({ code: 'OUT_OF_TIME' })
  })

  it('a body that nobody reads ends by itself', async () => {
    const closed = new Promise((resolve) =>
      allowed.server.once('connection', (socket) => socket.once('close', resolve)),
    )
    await outbound().open(at('/endless', { timeoutMs: 100 }))
    await closed
  })
})
