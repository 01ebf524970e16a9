/** What users do about themselves by REST and GraphQL: who they are, the second factor, API keys, sessions. */
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Answer, type Project } from '#test/identity/project.ts'
import { signIn } from './signing-in.ts'

const dataOf = <T>({ body }: Answer): T => (body as { data: T }).data
const codeOf = ({ body }: Answer): unknown =>
  (body as { errors?: { extensions: { code: string } }[] } | null)?.errors?.[0]?.extensions.code
const reasonOf = ({ body }: Answer): string =>
  (body as { errors?: { message: string }[] } | null)?.errors?.[0]?.message ?? ''

const own = { id: { _eq: '$CURRENT_USER' } }
const read = (collection: string, more = {}) => ({ collection, action: 'read', fields: ['*'], ...more })
const selfService = [
  read('directus_users', { permissions: own, fields: ['id', 'first_name', 'title', 'password', 'tfa_secret'] }),
  {
    collection: 'directus_users',
    action: 'update',
    permissions: own,
    fields: ['title', 'password', 'token', 'tfa_secret'],
  },
  read('articles'),
]

type Key = {
  readonly id: string
  readonly name: string
  readonly policy: string | null
  readonly last_used: string | null
}

eachDialect((_, open) => {
  let project: Project
  let self: string
  let articlesOnly: string
  beforeAll(async () => {
    project = await openProject(await open())
    self = await project.policy(selfService)
    articlesOnly = await project.policy([read('articles', { fields: ['id', 'title'] })])
  })
  afterAll(() => project.stop())

  const as =
    (token: string | null) =>
    (path: string, method = 'GET', body?: unknown) =>
      project.ask(path, { method, token, ...(body === undefined ? {} : { body }) })
  const graph = (token: string | null, query: string) =>
    project.ask('/graphql/system', { method: 'POST', token, body: { query } })
  let count = 0
  const someone = (policies: readonly string[] = [self], more = {}) => project.user(`someone${count++}`, policies, more)

  describe('users/me', () => {
    it('is read and changed by REST and GraphQL, in the bounds of his rights', async () => {
      const ada = await someone()
      const ask = as(ada.token)
      expect(dataOf(await ask('/users/me?fields=id,title,password'))).toEqual({
        id: ada.id,
        title: null,
        password: null,
      })
      expect(dataOf(await ask('/users/me?fields=title', 'PATCH', { title: 'Dr' }))).toEqual({ title: 'Dr' })
      expect((await graph(ada.token, '{ users_me { id title } }')).body).toEqual({
        data: { users_me: { id: ada.id, title: 'Dr' } },
      })
      const changed = await graph(ada.token, 'mutation { update_users_me(data: { title: "Prof" }) { title } }')
      expect(changed.body).toEqual({ data: { update_users_me: { title: 'Prof' } } })
      const refused = await ask('/users/me', 'PATCH', { title: 'X', status: 'archived' })
      expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN'])
      expect(dataOf(await ask('/users/me?fields=title'))).toEqual({ title: 'Prof' })
      expect((await ask('/users/me?fields=email')).status).toBe(403)
    })

    it('tells who may not see himself his key, and refuses who is nobody', async () => {
      const bob = await someone([articlesOnly])
      expect(dataOf(await as(bob.token)('/users/me'))).toEqual({ id: bob.id })
      expect((await as(bob.token)('/users/me', 'PATCH', { title: 'X' })).status).toBe(403)
      const elsewhere = await project.policy([read('directus_users', { permissions: { title: { _eq: 'nobody' } } })])
      const cy = await someone([elsewhere])
      expect(dataOf(await as(cy.token)('/users/me'))).toEqual({ id: cy.id })
      for (const method of ['GET', 'PATCH']) {
        const answer = await as(null)('/users/me', method, method === 'GET' ? undefined : { title: 'X' })
        expect([answer.status, codeOf(answer)]).toEqual([401, 'INVALID_CREDENTIALS'])
      }
      expect((await as(adminToken)('/users/me')).status).toBe(403)
    })

    it('without the right to his key is still found by it', async () => {
      const policy = await project.policy([read('directus_users', { permissions: own, fields: ['first_name'] })])
      const dan = await project.user('dan', [policy])
      expect(dataOf(await as(dan.token)('/users/me?fields=first_name'))).toEqual({ first_name: 'dan' })
    })

    it('keeps the page where he was last, and no record of it', async () => {
      const eve = await someone()
      const before = await as(adminToken)('/activity?aggregate[count]=*')
      expect((await as(eve.token)('/users/me/track/page', 'PATCH', { last_page: '/content' })).status).toBe(204)
      expect((await as(eve.token)('/users/me/track/page', 'PATCH', { last_page: 'x'.repeat(256) })).status).toBe(400)
      expect((await as(null)('/users/me/track/page', 'PATCH', { last_page: '/' })).status).toBe(401)
      expect(dataOf(await as(adminToken)(`/users/${eve.id}?fields=last_page`))).toEqual({ last_page: '/content' })
      expect((await as(adminToken)('/activity?aggregate[count]=*')).body).toEqual(before.body)
    })
  })

  describe('the second factor', () => {
    const codeFor = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate()
    const password = 'correct horse'

    it('is generated, enabled, gives recovery codes, and is taken away', async () => {
      const ada = await someone([self], { password })
      const ask = as(ada.token)
      const wrong = await ask('/users/me/tfa/generate', 'POST', { password: 'wrong' })
      expect([wrong.status, codeOf(wrong)]).toEqual([401, 'INVALID_CREDENTIALS'])
      expect((await ask('/users/me/tfa/generate', 'POST', {})).status).toBe(400)
      const generated = await ask('/users/me/tfa/generate', 'POST', { password })
      const { secret, otpauth_url: url } = dataOf<{ secret: string; otpauth_url: string }>(generated)
      expect(secret).toMatch(/^[A-Z2-7]{32}$/)
      expect(url).toMatch(
        /^otpauth:\/\/totp\/[^:]+:someone\d+%40example\.org\?secret=[A-Z2-7]{32}&period=30&digits=6&algorithm=SHA1&issuer=/,
      )
      expect((await ask('/users/me/tfa/recovery-codes', 'POST', { password })).status).toBe(400)

      const refused = await ask('/users/me/tfa/enable', 'POST', { secret, otp: '000000' })
      expect([refused.status, reasonOf(refused)]).toEqual([400, expect.stringContaining('"otp" is invalid')])
      expect((await ask('/users/me/tfa/enable', 'POST', { secret: 'ABCDEFGH', otp: codeFor('ABCDEFGH') })).status).toBe(
        400,
      )
      const used = codeFor(secret)
      expect((await ask('/users/me/tfa/enable', 'POST', { secret, otp: used })).status).toBe(204)
      expect((await ask('/users/me/tfa/generate', 'POST', { password })).status).toBe(400)
      expect((await ask('/users/me/tfa/enable', 'POST', { secret, otp: codeFor(secret) })).status).toBe(400)
      expect(dataOf(await ask('/users/me?fields=tfa_secret'))).toEqual({ tfa_secret: '**********' })

      expect((await ask('/users/me/tfa/recovery-codes', 'POST', { password: 'wrong' })).status).toBe(401)
      const codes = dataOf<string[]>(await ask('/users/me/tfa/recovery-codes', 'POST', { password }))
      expect(codes).toHaveLength(10)
      expect((await ask('/users/me/tfa/disable', 'POST', { otp: used })).status).toBe(400)
      expect((await ask('/users/me/tfa/disable', 'POST', { otp: codes[0] })).status).toBe(204)
      expect(dataOf(await ask('/users/me?fields=tfa_secret'))).toEqual({ tfa_secret: null })
      const { text } = await as(adminToken)('/revisions?limit=-1&sort=-id')
      for (const canary of [secret, ...codes]) expect(text).not.toContain(canary)
    }, 60_000)

    it('needs the right to write it, and is written by no other way', async () => {
      const bob = await someone([articlesOnly])
      const secret = new Secret({ size: 20 }).base32
      const body = { secret, otp: codeFor(secret) }
      expect((await as(bob.token)('/users/me/tfa/enable', 'POST', body)).status).toBe(403)
      const ada = await someone()
      const refused = await as(ada.token)('/users/me', 'PATCH', { tfa_secret: secret })
      expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN'])
      expect(dataOf(await as(ada.token)('/users/me?fields=tfa_secret'))).toEqual({ tfa_secret: null })
    })

    it('is taken from a user by an administrator alone', async () => {
      const ada = await someone()
      await project.update('directus_users', ada.id, { tfa_secret: new Secret({ size: 20 }).base32 })
      expect((await as(ada.token)(`/users/${ada.id}/tfa/disable`, 'POST', {})).status).toBe(403)
      expect((await as(null)(`/users/${ada.id}/tfa/disable`, 'POST', {})).status).toBe(403)
      expect(dataOf(await as(ada.token)('/users/me?fields=tfa_secret'))).toEqual({ tfa_secret: '**********' })
      expect((await as(adminToken)(`/users/${ada.id}/tfa/disable`, 'POST', {})).status).toBe(204)
      expect(dataOf(await as(ada.token)('/users/me?fields=tfa_secret'))).toEqual({ tfa_secret: null })
      const nobody = '00000000-0000-4000-8000-000000000000'
      expect((await as(adminToken)(`/users/${nobody}/tfa/disable`, 'POST', {})).status).toBe(403)
    })

    it('that a policy demands is to be set up before anything else, whichever token comes', async () => {
      const demanding = await project.policy([read('articles')], { enforce_tfa: true })
      const ada = await someone([self, demanding], { password })
      const { json, cookie } = await signIn(project, ada.id)
      const key = dataOf<{ key: string }>(
        await as((await someone()).token)('/users/me/api-keys', 'POST', { name: 'other' }),
      ).key
      expect(key).toMatch(/^tgk_/)
      for (const token of [ada.token, json, cookie]) {
        for (const path of ['/items/articles', '/users', '/activity', '/users/me/sessions', '/server/specs/oas']) {
          const answer = await as(token)(path)
          expect([path, answer.status, reasonOf(answer)]).toEqual([path, 403, expect.stringContaining('second factor')])
        }
        for (const query of [
          '{ users { id } }',
          '{ ...F } fragment F on Query { users { id } }',
          'mutation { utils_random_string }',
        ]) {
          const answer = await graph(token, query)
          expect(JSON.stringify(answer.body)).toContain('second factor')
        }
        expect(reasonOf(await as(token)('/users/me/api-keys', 'POST', { name: 'k' }))).toContain('second factor')
      }
      const ask = as(json)
      expect(dataOf(await ask('/users/me?fields=id'))).toEqual({ id: ada.id })
      expect((await ask('/users/me', 'PATCH', { title: 'X' })).status).toBe(403)
      expect((await ask('/users/me', 'PATCH', { password: 'another horse' })).status).toBe(200)
      const { secret } = dataOf<{ secret: string }>(
        await ask('/users/me/tfa/generate', 'POST', { password: 'another horse' }),
      )
      expect((await as(ada.token)('/users/me/tfa/enable', 'POST', { secret, otp: codeFor(secret) })).status).toBe(204)
      expect((await as(ada.token)('/items/articles')).status).toBe(200)
    }, 60_000)
  })

  describe('API keys', () => {
    const make = async (token: string, body: unknown) =>
      dataOf<{ id: string; key: string }>(await as(token)('/users/me/api-keys', 'POST', body))

    it('are made, listed without themselves, used, and ended', async () => {
      const ada = await someone()
      const one = await make(ada.token, { name: 'one' })
      const two = await make(ada.token, { name: 'two', policy: articlesOnly }).catch(() => null)
      expect(two).toBeUndefined() // he does not hold it
      expect((await as(one.key)('/items/articles?fields=title,body')).status).toBe(200)
      await vi.waitFor(async () => {
        const [listed] = dataOf<Key[]>(await as(ada.token)('/users/me/api-keys'))
        expect(listed).toMatchObject({ id: one.id, name: 'one', policy: null, last_used: expect.any(String) })
      }, 5000)
      const { text } = await as(ada.token)('/users/me/api-keys')
      expect(text).not.toContain(one.key)
      expect(text).not.toContain('h:')
      expect((await as(ada.token)(`/users/me/api-keys/${one.id}`, 'DELETE')).status).toBe(204)
      expect((await as(one.key)('/items/articles')).status).toBe(401)
      expect(dataOf(await as(ada.token)('/users/me/api-keys'))).toEqual([])
    })

    it('bound to a policy grants nothing beyond it, and nothing when it is not held any more', async () => {
      const ada = await someone([self, articlesOnly])
      const { key } = await make(ada.token, { name: 'narrow', policy: articlesOnly })
      expect((await as(key)('/items/articles?fields=id,title&limit=1')).status).toBe(200)
      expect((await as(key)('/items/articles?fields=body')).status).toBe(403)
      expect((await as(ada.token)('/items/articles?fields=body')).status).toBe(200)
      expect(dataOf(await as(key)('/users/me'))).toEqual({ id: ada.id })
      await project.update('directus_users', ada.id, { policies: [{ policy: self }] })
      expect((await as(ada.token)('/items/articles?fields=body')).status).toBe(200)
      expect((await as(key)('/items/articles?fields=id')).status).toBe(403)
    })

    it('bound to a policy share nothing, for a share shows what all of the user’s rights do', async () => {
      const sharing = await project.policy([
        read('articles'),
        { collection: 'articles', action: 'share' },
        { collection: 'directus_shares', action: 'create', fields: ['*'] },
        { collection: 'directus_shares', action: 'update', fields: ['*'] },
        read('directus_shares'),
      ])
      const ada = await someone([self, sharing])
      const [free, bound] = [
        await make(ada.token, { name: 'free' }),
        await make(ada.token, { name: 'bound', policy: sharing }),
      ]
      const share = { collection: 'articles', item: '1' }
      const made = await as(free.key)('/shares', 'POST', share)
      expect(made.status, made.text).toBe(200)
      expect((await as(bound.key)('/shares', 'POST', share)).status).toBe(403)
      const { id } = dataOf<{ id: string }>(made)
      expect((await as(bound.key)(`/shares/${id}`, 'PATCH', { name: 'x' })).status).toBe(403)
      expect((await as(free.key)(`/shares/${id}`, 'PATCH', { name: 'x' })).status).toBe(200)
    })

    it('are over when their time is', async () => {
      const ada = await someone()
      for (const expires of ['2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z', 'soon'])
        expect((await as(ada.token)('/users/me/api-keys', 'POST', { name: 'x', expires })).status).toBe(400)
      const expires = new Date(Date.now() + 60_000).toISOString()
      const { key } = await make(ada.token, { name: 'short', expires })
      expect((await as(key)('/items/articles')).status).toBe(200)
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
      expect((await as(key)('/items/articles')).status).toBe(401)
      vi.useRealTimers()
    })

    it('change nothing of what lets their user in, and make and list no keys or sessions', async () => {
      const ada = await someone()
      const { id, key } = await make(ada.token, { name: 'busy' })
      const ask = as(key)
      expect((await ask('/users/me', 'PATCH', { title: 'by key' })).status).toBe(200)
      for (const body of [{ password: 'stolen' }, { token: 'stolen' }, { tfa_secret: 'JBSWY3DPEHPK3PXP' }])
        for (const path of ['/users/me', `/users/${ada.id}`]) expect((await ask(path, 'PATCH', body)).status).toBe(403)
      expect((await ask('/users/me/api-keys', 'POST', { name: 'more' })).status).toBe(403)
      expect((await ask('/users/me/api-keys')).status).toBe(403)
      expect((await ask(`/users/me/api-keys/${id}`, 'DELETE')).status).toBe(403)
      expect((await ask('/users/me/sessions')).status).toBe(403)
      expect((await ask('/users/me/sessions', 'DELETE')).status).toBe(403)
      expect((await ask('/users/me/tfa/generate', 'POST', { password: 'correct horse' })).status).toBe(403)
      expect((await as(ada.token)('/items/articles')).status).toBe(200) // it is the same token as before
      expect((await as('stolen')('/items/articles')).status).toBe(401)
    })

    it('of others are an administrator’s to see and to end', async () => {
      const [ada, bob] = [await someone(), await someone()]
      const { id, key } = await make(ada.token, { name: 'hers' })
      expect(dataOf(await as(bob.token)('/users/me/api-keys'))).toEqual([])
      expect((await as(bob.token)(`/users/me/api-keys/${id}`, 'DELETE')).status).toBe(403)
      expect((await as(bob.token)(`/users/${ada.id}/api-keys`)).status).toBe(403)
      expect((await as(bob.token)(`/users/${ada.id}/api-keys/${id}`, 'DELETE')).status).toBe(403)
      expect((await as(key)('/items/articles')).status).toBe(200)
      expect(dataOf(await as(adminToken)(`/users/${ada.id}/api-keys`))).toMatchObject([{ id, name: 'hers' }])
      expect((await as(adminToken)(`/users/${ada.id}/api-keys/${id}`, 'DELETE')).status).toBe(204)
      expect((await as(key)('/items/articles')).status).toBe(401)
    })

    it('are kept as hashes', async () => {
      const ada = await someone()
      const { id, key } = await make(ada.token, { name: 'kept' })
      const { live, database } = project.engine
      const where = { field: 'id', values: [id] }
      const [row] = await readTrusted(
        { collection: 'tablegraph_api_keys', where, fields: ['name'], secrets: ['hash'] },
        live.current(),
        database,
      )
      expect(row).toMatchObject({ name: 'kept', hash: expect.stringMatching(/^h:/) })
      expect(JSON.stringify(row)).not.toContain(key)
      expect((await as(String(row?.['hash']))('/items/articles')).status).toBe(401)
    })
  })

  describe('sessions', () => {
    it('are listed to their owner and ended by him, without a token being shown', async () => {
      const [ada, bob] = [await someone(), await someone()]
      const [phone, desk] = [await signIn(project, ada.id, 'phone'), await signIn(project, ada.id, 'desk')]
      const others = await signIn(project, bob.id, 'his')
      const listed = await as(desk.json)('/users/me/sessions')
      const sessions = dataOf<{ id: string; current: boolean; user_agent: string }[]>(listed)
      const agents = sessions.map(({ current, user_agent: agent }) => `${agent} ${current}`)
      expect(agents.toSorted((a, b) => a.localeCompare(b))).toEqual(['desk true', 'phone false'])
      for (const secret of [phone.refresh, desk.refresh, phone.json, desk.json])
        expect(listed.text).not.toContain(secret)
      expect(listed.text).not.toContain('h:')

      const ofPhone = sessions.find(({ user_agent: agent }) => agent === 'phone')?.id ?? ''
      expect((await as(others.json)(`/users/me/sessions/${ofPhone}`, 'DELETE')).status).toBe(403)
      expect((await as(phone.json)('/items/articles')).status).toBe(200)
      expect((await as(desk.json)(`/users/me/sessions/${ofPhone}`, 'DELETE')).status).toBe(204)
      expect((await as(phone.json)('/items/articles')).status).toBe(401)
      expect((await as(phone.cookie)('/items/articles')).status).toBe(401)
      expect((await as(desk.json)('/items/articles')).status).toBe(200)
    })

    it('all others are ended at once', async () => {
      const ada = await someone()
      const [one, two, three] = [
        await signIn(project, ada.id),
        await signIn(project, ada.id),
        await signIn(project, ada.id),
      ]
      expect((await as(two.json)('/users/me/sessions', 'DELETE')).status).toBe(204)
      const statuses = []
      for (const { json } of [one, two, three]) statuses.push((await as(json)('/items/articles')).status)
      expect(statuses).toEqual([401, 200, 401])
    })
  })

  it('everybody else is refused', async () => {
    for (const path of ['/users/me/api-keys', '/users/me/sessions'])
      expect([path, (await as(null)(path)).status, (await as(adminToken)(path)).status]).toEqual([path, 401, 403])
  })
})
