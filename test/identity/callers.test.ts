/** From a token to what its holder may do: stored users, roles and policies, in one process and in several. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readPermissionsOf } from '#schema-engine/permissions/compile-access.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, publicPolicy, type Project } from './project.ts'

const read = (collection: string, more: Readonly<Record<string, unknown>> = {}) => ({
  collection,
  action: 'read',
  fields: ['*'],
  ...more,
})

const hourMs = 3_600_000

eachDialect((_, open) => {
  let project: Project
  beforeEach(async () => {
    project = await openProject(await open(), {}, (model) => readPermissionsOf('authors:id|name', model))
  })
  afterEach(() => project.stop())

  const titles = async (token: string | null, on: Pick<Project, 'ask'> = project) => {
    const { status, body } = await on.ask('/items/articles?fields=title&sort=id', { token })
    const { data } = body as { data?: readonly { title: string }[] }
    return data === undefined ? status : data.map(({ title }) => title)
  }

  describe('a token', () => {
    it('of the administrator may do all, and comes once', async () => {
      expect(await titles(adminToken)).toEqual(['One', 'Two', 'Three'])
      expect((await project.ask(`/items/articles?access_token=${adminToken}`, { token: adminToken })).status).toBe(400)
      expect((await project.ask(`/items/articles?access_token=${adminToken}`)).status).toBe(200)
    })

    it('that nobody has is refused, also for what everybody may read', async () => {
      const { status, body } = await project.ask('/items/authors', { token: 'no-such-token' })
      expect([status, body]).toMatchObject([401, { errors: [{ extensions: { code: 'INVALID_CREDENTIALS' } }] }])
    })

    it('of a user gives him what his policies say; without one, what everybody may', async () => {
      const policy = await project.policy([read('articles', { permissions: { status: { _eq: 'published' } } })])
      const ada = await project.user('ada', [policy])
      expect(await titles(ada.token)).toEqual(['One'])
      expect(await titles(null)).toBe(403)
      expect((await project.ask('/items/authors?fields=name')).body).toEqual({
        data: [{ name: 'Ada' }, { name: 'Bob' }],
      })
      expect((await project.ask('/items/authors?fields=email')).status).toBe(403)
    })

    it('in a cookie that is worth nothing goes with its refusal, so that it is not in the way of the next', async () => {
      const asked = (headers: Readonly<Record<string, string>>) =>
        project.ask('/graphql/system', {
          method: 'POST',
          body: { query: '{ server_ping }' },
          headers: { cookie: 'directus_session_token=worth-nothing', ...headers },
        })
      const refused = await asked({})
      expect([refused.status, refused.headers.getSetCookie()]).toEqual([
        401,
        [expect.stringMatching(/^directus_session_token=; Max-Age=0; Path=\/; HttpOnly/)],
      ])
      // A token that is wrong says nothing of the cookie beside it.
      const byHeader = await asked({ authorization: 'Bearer no-such-token' })
      expect([byHeader.status, byHeader.headers.getSetCookie()]).toEqual([401, []])
    })

    it('is not what is kept of it', async () => {
      const { keptAs } = await import('#subgraph/features/auth/secrets.ts')
      await project.user('ada', [await project.policy([read('articles')])], { token: 'a-strong-token' })
      expect(await titles('a-strong-token')).toEqual(['One', 'Two', 'Three'])
      expect(await titles(keptAs('a-strong-token'))).toBe(401)
    })
  })

  it('policies come from the user, his role, its parents, and the public', async () => {
    const of = (title: string) => project.policy([read('articles', { permissions: { title: { _eq: title } } })])
    const parent = await project.create('directus_roles', { name: 'Parent', policies: [{ policy: await of('One') }] })
    const role = await project.create('directus_roles', {
      name: 'Child',
      parent,
      policies: [{ policy: await of('Two') }],
    })
    const ada = await project.user('ada', [await of('Three')], { role })
    expect(await titles(ada.token)).toEqual(['One', 'Two', 'Three'])
    const bob = await project.user('bob', [], { role: parent })
    expect(await titles(bob.token)).toEqual(['One'])
    await project.create('directus_permissions', {
      ...read('articles', { permissions: { id: { _eq: 2 } } }),
      policy: publicPolicy,
    })
    expect(await titles(bob.token)).toEqual(['One', 'Two'])
    expect(await titles(null)).toEqual(['Two'])
  })

  it('a policy that is taken from a user or a role is not left to everybody', async () => {
    const policy = await project.policy([read('articles')])
    const ada = await project.user('ada', [policy])
    const role = await project.create('directus_roles', { name: 'A role', policies: [{ policy }] })
    await project.update('directus_users', ada.id, { policies: [] })
    await project.update('directus_roles', role, { policies: [] })
    expect([await titles(ada.token), await titles(null)]).toEqual([403, 403])
    await project.update('directus_users', ada.id, { policies: [{ policy }] })
    expect([await titles(ada.token), await titles(null)]).toEqual([['One', 'Two', 'Three'], 403])
    await project.update('directus_policies', policy, { users: [], roles: [] })
    expect([await titles(ada.token), await titles(null)]).toEqual([403, 403])
  })

  it('a policy counts only where its addresses and its time allow', async () => {
    const everything = [read('articles')]
    const elsewhere = await project.policy(everything, { ip_access: ['10.0.0.0/8'] })
    const here = await project.policy(everything, { ip_access: ['10.0.0.1', '127.0.0.0-127.0.0.9'] })
    const past = await project.policy(everything, { limits: { expires: '2020-01-01T00:00:00Z' } })
    const wrong = await project.policy(everything)
    await project.raw('directus_policies', wrong, { limits: { rows: 3 } })
    const statuses = []
    for (const [index, policy] of [elsewhere, here, past, wrong].entries())
      statuses.push(await titles((await project.user(`user${index}`, [policy])).token))
    expect(statuses).toEqual([403, ['One', 'Two', 'Three'], 403, 403])
  })

  it('and that is asked anew each time: what was found for one address or moment is not another’s', async () => {
    const { identities } = project.engine
    const here = await project.policy([read('articles')], { ip_access: ['10.0.0.0/8'] })
    const soon = new Date(Date.now() + hourMs).toISOString()
    const brief = await project.policy([read('articles')], { limits: { expires: soon } })
    const [ada, bob] = [await project.user('ada', [here]), await project.user('bob', [brief])]
    const mayRead = async (user: string | null, ip: string) => {
      const rights = user === null ? await identities.ofPublic(ip) : (await identities.ofUser(user, ip))?.rights
      return rights?.access.read.has('articles')
    }
    expect(await mayRead(bob.id, '11.0.0.1')).toBe(true)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hourMs })
    try {
      expect(await mayRead(bob.id, '11.0.0.1')).toBe(false)
    } finally {
      vi.useRealTimers()
    }
    await project.create('directus_access', { policy: here })
    for (const user of [ada.id, null])
      expect([
        await mayRead(user, '10.0.0.1'),
        await mayRead(user, '11.0.0.1'),
        await mayRead(user, '10.0.0.1'),
      ]).toEqual([true, false, true])
  })

  it('a rule that can not be read grants nothing', async () => {
    const policy = await project.policy([])
    const permission = await project.create('directus_permissions', { ...read('articles'), policy })
    await project.raw('directus_permissions', permission, { permissions: { no_such_field: { _eq: 1 } } })
    expect(await titles((await project.user('ada', [policy])).token)).toBe(403)
  })

  it('rows of a list are at most as many as a policy says', async () => {
    const policy = await project.policy([read('articles')], { limits: { rows_per_request: 2 } })
    const { token } = await project.user('ada', [policy])
    expect(await titles(token)).toEqual(['One', 'Two'])
    expect((await project.ask('/items/articles?limit=3', { token })).status).toBe(400)
    expect((await project.ask('/items/articles?limit=-1', { token })).body).toMatchObject({
      data: [{ id: 1 }, { id: 2 }],
    })
  })

  it('changes count for the next request, in another process within a second', async () => {
    const policy = await project.policy([read('articles')])
    const ada = await project.user('ada', [policy])
    const other = await project.another()
    expect(await titles(ada.token)).toEqual(['One', 'Two', 'Three'])
    expect(await titles(ada.token, other)).toEqual(['One', 'Two', 'Three'])
    await project.update('directus_users', ada.id, { status: 'suspended' })
    expect(await titles(ada.token)).toBe(401)
    await vi.waitFor(async () => expect(await titles(ada.token, other)).toBe(401), { timeout: 1000, interval: 50 })
    await project.update('directus_users', ada.id, { status: 'active' })
    expect(await titles(ada.token)).toEqual(['One', 'Two', 'Three'])
    await project.remove('directus_policies', policy)
    expect(await titles(ada.token)).toBe(403)
    await vi.waitFor(async () => expect(await titles(ada.token, other)).toBe(403), { timeout: 1000, interval: 50 })
  })

  it('costs no statement while nothing changes', async () => {
    const policy = await project.policy([read('articles')])
    const ada = await project.user('ada', [policy])
    const { engine } = await project.another()
    const { identities } = engine
    const statements = vi.spyOn(engine.database, 'rows')
    await identities.freshen()
    await identities.ofUser(ada.id, null)
    const warmed = statements.mock.calls.length
    expect(warmed).toBeGreaterThan(0)
    const again = identities.ofUser(ada.id, null)
    expect(again).not.toBeInstanceOf(Promise)
    expect(statements.mock.calls.length).toBe(warmed)
  })
})
