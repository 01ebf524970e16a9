/** A57: however a request is written, and whatever addresses it claims, it is counted as what it is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressKey } from '#subgraph/drivers/counter/address-key.ts'
import { createDatabase } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { openProject, type Answer, type Project } from '#test/identity/project.ts'
import { serveHere, type TestServer } from '#test/program/program.ts'

const longEnough = '3600'

/** Statuses of requests, one after the other. */
async function statusesOf(asks: readonly (() => Promise<{ readonly status: number }>)[]): Promise<readonly number[]> {
  const statuses: number[] = []
  for (const ask of asks) statuses.push((await ask()).status)
  return statuses
}

const asks = (server: Pick<TestServer, 'url'>, paths: readonly string[], init: RequestInit = {}) =>
  paths.map((path) => () => fetch(`${server.url}${path}`, { redirect: 'manual', ...init }))

const served = async (variables: Record<string, string>, use: (server: TestServer) => Promise<void>): Promise<void> => {
  const server = await serveHere(variables)
  try {
    await use(server)
  } finally {
    await server.stop()
  }
}

const ofAddress = { RATE_LIMITER_ENABLED: 'true', RATE_LIMITER_DURATION: longEnough }

describe('requests of an address', () => {
  it('are refused from the first one too many, with when it may come again', () =>
    served({ ...ofAddress, RATE_LIMITER_POINTS: '2' }, async (server) => {
      const paths = ['/items/products', '/items/products', '/items/products']
      expect(await statusesOf(asks(server, paths))).toEqual([200, 200, 429])
      const reply = await fetch(`${server.url}/items/products`)
      const { errors } = (await reply.json()) as { errors: readonly { extensions: Record<string, unknown> }[] }
      expect(errors[0]?.extensions).toEqual({ code: 'REQUESTS_EXCEEDED', limit: 2, reset: expect.any(String) })
      const seconds = Number(reply.headers.get('retry-after'))
      expect(seconds).toBeGreaterThan(3500)
      expect(seconds).toBeLessThanOrEqual(3600)
      const reset = Date.parse(String(errors[0]?.extensions['reset']))
      expect(Math.abs(reset - Date.now() - seconds * 1000)).toBeLessThan(5000)
    }))

  it('are the same under every form of a path, and whatever they claim', () =>
    served({ ...ofAddress, RATE_LIMITER_POINTS: '10' }, async (server) => {
      const forms = [
        '/items/products',
        '/ITEMS/products',
        '/items/products/',
        '/items/products?x=1',
        '/items/products?limit=1',
        '/items/%70roducts',
        '//items/products',
        '/nowhere',
        '/items/%ff',
      ]
      const claims = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'cf-connecting-ip', 'x-client-ip', 'true-client-ip']
      const claiming = claims.map(
        (name) => () => fetch(`${server.url}/items/products`, { headers: { [name]: '1.1.1.1' } }),
      )
      const graphql = () =>
        fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
      const statuses = await statusesOf([...asks(server, forms), graphql, ...claiming])
      expect(statuses.slice(10)).toEqual(claims.map(() => 429))
      expect(statuses.slice(0, 10)).not.toContain(429)
    }))

  it('that a trusted proxy tells of are told apart, and only those', () =>
    served({ ...ofAddress, RATE_LIMITER_POINTS: '1', IP_TRUST_PROXY: '127.0.0.1' }, async (server) => {
      const from = (forwarded: string) => () =>
        fetch(`${server.url}/items/products`, { headers: { 'x-forwarded-for': forwarded } })
      expect(
        await statusesOf([
          from('1.1.1.1'),
          from('2.2.2.2'),
          from('1.1.1.1'),
          from('9.9.9.9, 1.1.1.1'),
          from('1.1.1.1:4711'),
          from('2001:db8::1'),
          from('2001:DB8:0:0:ffff::2'),
        ]),
      ).toEqual([200, 200, 429, 429, 429, 200, 429])
    }))

  it('asking whether it lives is none, and nothing is counted unless it is on', async () => {
    await served({ ...ofAddress, RATE_LIMITER_POINTS: '1' }, async (server) => {
      expect(
        await statusesOf(
          asks(server, [
            '/server/ping',
            '/server/ping/',
            '/SERVER/ping',
            '/items/products',
            '/server/ping',
            '/server/info',
          ]),
        ),
      ).toEqual([200, 200, 200, 200, 200, 429])
    })
    await served({ RATE_LIMITER_POINTS: '1', RATE_LIMITER_GLOBAL_POINTS: '1' }, async (server) => {
      expect(await statusesOf(asks(server, ['/items/products', '/items/products', '/items/products']))).toEqual([
        200, 200, 200,
      ])
    })
  })

  it('begin anew when their time is over', () =>
    served({ RATE_LIMITER_ENABLED: 'true', RATE_LIMITER_DURATION: '1', RATE_LIMITER_POINTS: '1' }, async (server) => {
      await expect
        .poll(() => statusesOf(asks(server, ['/items/products', '/items/products'])), {
          timeout: 10_000,
          interval: 1100,
        })
        .toEqual([200, 429])
    }))
})

it('requests of all together are bounded; what one address has too many of is not taken from them', () =>
  served(
    {
      ...ofAddress,
      RATE_LIMITER_POINTS: '2',
      RATE_LIMITER_GLOBAL_ENABLED: 'true',
      RATE_LIMITER_GLOBAL_POINTS: '3',
      RATE_LIMITER_GLOBAL_DURATION: longEnough,
      IP_TRUST_PROXY: 'true',
    },
    async (server) => {
      const from = (forwarded: string) => () =>
        fetch(`${server.url}/items/products`, { headers: { 'x-forwarded-for': forwarded } })
      const statuses = await statusesOf(['1.1.1.1', '1.1.1.1', '1.1.1.1', '1.1.1.1', '2.2.2.2', '3.3.3.3'].map(from))
      expect(statuses).toEqual([200, 200, 429, 429, 200, 429])
    },
  ))

it.each([
  [null, 'unknown'],
  ['10.0.0.1', '10.0.0.1'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:DB8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
  ['2001:0db8:0000::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s is counted as %s', (ip, key) => expect(addressKey(ip)).toBe(key))

describe('requests per minute of a policy', () => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await createDatabase('sqlite'))
  })
  afterAll(() => project.stop())

  const read = (token: string | null, on: Pick<Project, 'ask'> = project): Promise<Answer> =>
    on.ask('/items/articles?limit=1', { token })

  it('are counted for each user, by every road, and for no one else', async () => {
    const permissions = [{ collection: 'articles', action: 'read', fields: ['*'] }]
    const bounded = await project.policy(permissions, { limits: { requests_per_minute: 3 } })
    const [ada, bob, free] = [
      await project.user('ada', [bounded]),
      await project.user('bob', [bounded]),
      await project.user('carl', [await project.policy(permissions)]),
    ]
    const graph = () =>
      project.ask('/graphql', { method: 'POST', token: ada.token, body: { query: '{ articles { id } }' } })
    const query = () => project.ask(`/items/articles?access_token=${ada.token}`)
    expect(await statusesOf([() => read(ada.token), graph, query, () => read(ada.token), graph])).toEqual([
      200, 200, 200, 429, 429,
    ])
    expect(
      await statusesOf([() => read(bob.token), ...Array.from({ length: 6 }, () => () => read(free.token))]),
    ).toEqual(Array.from({ length: 7 }, () => 200))
    const refused = await read(ada.token)
    expect(refused.body).toMatchObject({ errors: [{ extensions: { code: 'REQUESTS_EXCEEDED', limit: 3 } }] })
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })

  it('a refused write changes nothing', async () => {
    const policy = await project.policy(
      [
        { collection: 'articles', action: 'update', fields: ['*'] },
        { collection: 'articles', action: 'read', fields: ['*'] },
      ],
      {
        limits: { requests_per_minute: 1 },
      },
    )
    const { token } = await project.user('dora', [policy])
    const patch = (title: string) => project.ask('/items/articles/1', { method: 'PATCH', token, body: { title } })
    expect(await statusesOf([() => patch('first'), () => patch('second')])).toEqual([200, 429])
    const rows = await project.engine.database.rows({
      text: 'select title from articles where id = 1',
      values: [],
      name: null,
    })
    expect(JSON.stringify(rows)).toContain('first')
  })
})

const redisUrl = process.env['TEST_REDIS_URL'] ?? ''

describeWhere(redisUrl !== '', 'with Redis', 'there is no server', () => {
  it('processes count together', async () => {
    const shared = {
      ...ofAddress,
      RATE_LIMITER_POINTS: '3',
      REDIS: redisUrl,
      REDIS_COUNTERS_NAMESPACE: `test-${Date.now()}`,
      REDIS_BUS_NAMESPACE: `test-${Date.now()}`,
    }
    await served(shared, (one) =>
      served(shared, async (other) => {
        const ask = (server: TestServer) => () => fetch(`${server.url}/items/products`)
        await expect.poll(async () => (await ask(one)()).status, { timeout: 10_000 }).toBe(429)
        expect((await ask(other)()).status).toBe(429)
      }),
    )
  })
})
