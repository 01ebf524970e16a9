/** Shares: who may make them, what their guests see, and that they end with what they rest on. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Answer, type Project } from '#test/identity/project.ts'
import { linkIn, openMailbox, type Mailbox } from '#test/harness/mailbox.ts'
import { openShare } from './signing-in.ts'

const dataOf = <T>({ body }: Answer): T => (body as { data: T }).data
const read = (collection: string, more = {}) => ({ collection, action: 'read', fields: ['*'], ...more })

eachDialect((_, open) => {
  let project: Project
  let mailbox: Mailbox
  let sharing: string
  let guests: string
  beforeAll(async () => {
    mailbox = await openMailbox()
    project = await openProject(await open(), { ...mailbox.variables, PUBLIC_URL: 'https://project.example/cms' })
    sharing = await project.policy([
      read('articles', { permissions: { status: { _neq: 'archived' } } }),
      read('authors', { fields: ['id', 'name', 'articles'] }),
      { collection: 'articles', action: 'share', permissions: { id: { _in: [1, 3] } } },
      { collection: 'directus_shares', action: 'create', fields: ['*'] },
      read('directus_shares', { permissions: { user_created: { _eq: '$CURRENT_USER' } } }),
      {
        collection: 'directus_shares',
        action: 'update',
        fields: ['*'],
        permissions: { user_created: { _eq: '$CURRENT_USER' } },
      },
      {
        collection: 'directus_shares',
        action: 'delete',
        permissions: { user_created: { _eq: '$CURRENT_USER' } },
      },
    ])
    const seen = await project.policy([
      read('articles', { fields: ['id', 'title', 'status', 'author', 'owner'] }),
      read('authors', { fields: ['id', 'name', 'email', 'articles'] }),
    ])
    guests = await project.create('directus_roles', { name: 'Guests', policies: [{ policy: seen }] })
  })
  afterAll(async () => {
    await project.stop()
    await mailbox.stop()
  })

  const as =
    (token: string | null) =>
    (path: string, method = 'GET', body?: unknown) =>
      project.ask(path, { method, token, ...(body === undefined ? {} : { body }) })
  let count = 0
  const sharer = (more = {}) => project.user(`sharer${count++}`, [sharing], more)
  const share = async (token: string, more = {}) =>
    dataOf<{ id: string }>(
      await as(token)('/shares', 'POST', { collection: 'articles', item: '1', role: guests, ...more }),
    ).id

  describe('are told of by mail', () => {
    const invite = async (token: string | null, body: unknown) => {
      const before = mailbox.mails.length
      const { status } = await as(token)('/shares/invite', 'POST', body)
      await project.auth.mailer.settled()
      return [status, mailbox.mails.slice(before).map(({ recipients }) => recipients.join())] as const
    }

    it('to each address once, with a link to the page of the share', async () => {
      const { token } = await sharer()
      const id = await share(token)
      const emails = ['One@example.org', 'two@example.org', 'one@example.org ']
      const [status, told] = await invite(token, { share: id, emails })
      expect([status, told.toSorted()]).toEqual([204, ['one@example.org', 'two@example.org']])
      const mail = mailbox.mails.at(-1) ?? expect.fail()
      expect(linkIn(mail).href).toBe(`https://project.example/cms/admin/shared/${id}`)
      expect(await invite(token, { share: id, emails: '3@example.org' })).toEqual([204, ['3@example.org']])
    })

    it('by who sees the share, and by nobody else', async () => {
      const [ada, bob] = [await sharer(), await sharer()]
      const id = await share(ada.token)
      const emails = ['x@example.org']
      for (const token of [bob.token, null]) expect(await invite(token, { share: id, emails })).toEqual([403, []])
      expect(await invite(ada.token, { share: '00000000-0000-4000-8000-000000000000', emails })).toEqual([403, []])
      const guest = await openShare(project, id)
      expect(await invite(guest.json, { share: id, emails })).toEqual([403, []])
    })

    it('and nothing is sent where an address is none', async () => {
      const { token } = await sharer()
      const id = await share(token)
      const many = Array.from({ length: 101 }, (_, index) => `${index}@example.org`)
      for (const emails of [[], ['x@example.org', 'nobody'], ['x@example.org', 5], many, undefined, null])
        expect(await invite(token, { share: id, emails }), String(emails)).toEqual([400, []])
      expect(await invite(token, { emails: ['x@example.org'] })).toEqual([400, []])
    })
  })

  describe('are made', () => {
    it('of what one sees and may share, and of nothing else', async () => {
      const ada = await sharer()
      const made = await as(ada.token)('/shares', 'POST', { collection: 'articles', item: '1', role: guests })
      expect([made.status, dataOf(made)]).toMatchObject([
        200,
        { collection: 'articles', item: '1', user_created: ada.id },
      ])
      const before = (await as(adminToken)('/shares?aggregate[count]=*')).text
      for (const wrong of [
        { collection: 'articles', item: '2' }, // seen, not to be shared
        { collection: 'articles', item: '3' }, // to be shared, not seen
        { collection: 'articles', item: '99' },
        { collection: 'authors', item: '1' }, // no such action on it
        { collection: 'nothing', item: '1' },
        { collection: 'articles', item: '1', times_used: -5 },
        { collection: 'articles', item: '1', role: guests, id: null, collection_: 1 },
      ])
        expect([wrong, (await as(ada.token)('/shares', 'POST', wrong)).status]).toEqual([wrong, 403])
      expect((await as(ada.token)('/shares', 'POST', { item: '1' })).status).toBe(400)
      expect((await as(adminToken)('/shares', 'POST', { collection: 'articles', item: '1' })).status).toBe(400) // in nobody's name
      expect((await as(null)('/shares', 'POST', { collection: 'articles', item: '1' })).status).toBe(403)
      expect((await as(adminToken)('/shares?aggregate[count]=*')).text).toBe(before)
    })

    it('and what they are of stays; others’ are out of reach', async () => {
      const [ada, bob] = [await sharer(), await sharer()]
      const id = await share(ada.token)
      for (const body of [
        { item: '2' },
        { collection: 'authors' },
        { role: null },
        { user_created: bob.id },
        { times_used: 0 },
      ])
        expect([body, (await as(ada.token)(`/shares/${id}`, 'PATCH', body)).status]).toEqual([body, 403])
      expect((await as(ada.token)(`/shares/${id}`, 'PATCH', { name: 'Mine', max_uses: 3 })).status).toBe(200)
      expect((await as(bob.token)(`/shares/${id}`)).status).toBe(403)
      expect((await as(bob.token)(`/shares/${id}`, 'PATCH', { name: 'His' })).status).toBe(403)
      expect((await as(bob.token)(`/shares/${id}`, 'DELETE')).status).toBe(403)
      expect(dataOf(await as(adminToken)(`/shares/${id}`))).toMatchObject({
        name: 'Mine',
        item: '1',
        user_created: ada.id,
      })
      expect((await as(ada.token)(`/shares/${id}`, 'DELETE')).status).toBe(204)
    })
  })

  describe('are opened', () => {
    const auth = (body: unknown) => project.ask('/shares/auth', { method: 'POST', body })

    it('by who has the link, and the password where there is one', async () => {
      const ada = await sharer()
      const id = await share(ada.token, { password: 'sesame' })
      expect(dataOf(await as(null)(`/shares/info/${id}`))).toMatchObject({
        id,
        collection: 'articles',
        item: '1',
        password: '**********',
        times_used: 0,
        max_uses: null,
      })
      for (const body of [
        { share: id },
        { share: id, password: 'wrong' },
        { share: ada.id, password: 'sesame' },
        { share: 'x' },
      ]) {
        const refused = await auth(body)
        expect([refused.status, refused.body]).toMatchObject([
          401,
          { errors: [{ extensions: { code: 'INVALID_CREDENTIALS' } }] },
        ])
      }
      expect((await auth({ share: id, password: 'sesame', mode: 'other' })).status).toBe(400)
      const opened = await auth({ share: id, password: 'sesame' })
      const { access_token: token, refresh_token: refresh, expires } = dataOf<Record<string, unknown>>(opened)
      expect([typeof refresh, typeof expires, opened.headers.get('cache-control')]).toEqual([
        'string',
        'number',
        'no-store',
      ])
      expect(dataOf(await as(String(token))('/users/me'))).toEqual({ share: id })
      expect(dataOf(await as(String(token))('/items/articles?fields=id'))).toEqual([{ id: 1 }])
      const session = await auth({ share: id, password: 'sesame', mode: 'session' })
      const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? ''
      expect(cookie).toContain('directus_session_token=')
      expect((await project.ask('/items/articles', { headers: { cookie } })).status).toBe(200)
      expect(dataOf(await as(null)(`/shares/info/${id}`))).toMatchObject({ times_used: 2 })
    }, 60_000)

    it('in their time, and as often as they say, however many come at once', async () => {
      const ada = await sharer()
      const other = await project.another()
      const id = await share(ada.token, { max_uses: 3 })
      const attempts = await Promise.all(
        Array.from({ length: 12 }, (unused, index) =>
          (index % 2 === 0 ? project : other).ask('/shares/auth', { method: 'POST', body: { share: id } }),
        ),
      )
      expect(attempts.filter(({ status }) => status === 200)).toHaveLength(3)
      expect(attempts.filter(({ status }) => status === 401)).toHaveLength(9)
      expect(dataOf(await as(null)(`/shares/info/${id}`))).toMatchObject({ times_used: 3, max_uses: 3 })
      for (const more of [{ date_end: '2020-01-01T00:00:00Z' }, { date_start: '2037-01-01T00:00:00Z' }]) {
        const closed = await share(ada.token, more)
        expect((await auth({ share: closed })).status).toBe(401)
        expect((await as(null)(`/shares/info/${closed}`)).status).toBe(403)
      }
      expect((await as(null)('/shares/info/x')).status).toBe(403)
    }, 60_000)
  })

  describe('a guest', () => {
    it('sees the item and what it leads to, in the bounds of the role and of the sharer', async () => {
      const { id: ada, token: hers } = await sharer()
      const { json: token } = await openShare(project, await share(hers))
      const ask = as(token)
      expect(dataOf(await ask('/items/articles?fields=id,title'))).toEqual([{ id: 1, title: 'One' }])
      expect(dataOf(await ask('/items/articles/1?fields=title,author.name'))).toEqual({
        title: 'One',
        author: { name: 'Ada' },
      })
      expect(dataOf(await ask('/items/authors?fields=id,name'))).toEqual([{ id: 1, name: 'Ada' }])
      // The author leads to his articles again, of which the guest sees the one that is shared.
      expect(dataOf(await ask('/items/authors?fields=name,articles.id'))).toEqual([
        { name: 'Ada', articles: [{ id: 1 }] },
      ])
      for (const path of [
        '/items/articles/2',
        '/items/authors/2',
        '/users',
        '/shares',
        '/items/articles?fields=body',
        '/items/authors?fields=email',
      ])
        expect([path, (await ask(path)).status]).toEqual([path, 403])
      expect(dataOf(await ask('/items/articles?filter[id][_in]=1,2,3&fields=id'))).toEqual([{ id: 1 }])
      expect((await ask('/items/articles?aggregate[count]=*')).body).toEqual({ data: [{ count: '1' }] })
      expect(dataOf(await ask('/users/me'))).toEqual({ share: expect.any(String) })
      for (const [path, method, body] of [
        ['/items/articles/1', 'PATCH', { title: 'X' }],
        ['/items/articles', 'POST', { id: 9, title: 'X' }],
        ['/items/articles/1', 'DELETE', undefined],
        ['/users/me', 'PATCH', { title: 'X' }],
        ['/shares', 'POST', { collection: 'articles', item: '1' }],
        ['/users/me/sessions', 'DELETE', undefined],
      ] as const)
        expect([path, method, (await ask(path, method, body)).status]).toEqual([path, method, 403])
      expect(dataOf(await as(adminToken)('/items/articles/1?fields=title'))).toEqual({ title: 'One' })
      expect(ada).not.toBe('')
    })

    it('sees what the sharer sees now', async () => {
      const { token: hers } = await sharer()
      const { json: token } = await openShare(project, await share(hers))
      const status = async () => (await as(token)('/items/articles/1?fields=title')).status
      expect(await status()).toBe(200)
      await as(adminToken)('/items/articles/1', 'PATCH', { status: 'archived' })
      expect(await status()).toBe(403)
      await as(adminToken)('/items/articles/1', 'PATCH', { status: 'published' })
      expect(await status()).toBe(200)
    })

    it('sees by the sharer’s own name what is the sharer’s own', async () => {
      const mine = await project.policy([
        read('articles', { permissions: { owner: { _eq: '$CURRENT_USER' } } }),
        { collection: 'articles', action: 'share' },
        { collection: 'directus_shares', action: 'create', fields: ['*'] },
        read('directus_shares'),
      ])
      const cy = await project.user(`own${count++}`, [mine])
      await as(adminToken)('/items/articles/2', 'PATCH', { owner: cy.id })
      const { json: token } = await openShare(project, await share(cy.token, { item: '2' }))
      expect(dataOf(await as(token)('/items/articles?fields=id'))).toEqual([{ id: 2 }])
      await as(adminToken)('/items/articles/2', 'PATCH', { owner: null })
      expect(dataOf(await as(token)('/items/articles?fields=id'))).toEqual([])
    })

    it('is out at once when the share, its time or the sharer is gone', async () => {
      const other = await project.another()
      const status = async (token: string, on: Pick<Project, 'ask'> = project) =>
        (await on.ask('/items/articles/1?fields=title', { token })).status
      const isOut = async (token: string) => {
        expect(await status(token)).toBe(401)
        await vi.waitFor(async () => expect(await status(token, other)).toBe(401), { timeout: 1000, interval: 50 })
      }
      for (const end of [
        (id: string) => project.remove('directus_shares', id),
        (id: string) => project.update('directus_shares', id, { date_end: '2020-01-01T00:00:00Z' }),
        (id: string) => project.update('directus_shares', id, { date_start: '2037-01-01T00:00:00Z' }),
        (_id: string, user: string) => project.update('directus_users', user, { status: 'suspended' }),
        (_id: string, user: string) => project.remove('directus_users', user),
      ]) {
        const ada = await sharer()
        const id = await share(ada.token)
        const { json, cookie } = await openShare(project, id)
        expect([await status(json), await status(json, other), await status(cookie)]).toEqual([200, 200, 200])
        await end(id, ada.id)
        await isOut(json)
        await isOut(cookie)
      }
    }, 60_000)

    it('sees nothing when the sharer may not share any more', async () => {
      const ada = await sharer()
      const { json: token } = await openShare(project, await share(ada.token))
      expect((await as(token)('/items/articles/1?fields=title')).status).toBe(200)
      const reading = await project.policy([read('articles')])
      await project.update('directus_users', ada.id, { policies: [{ policy: reading }] })
      expect((await as(token)('/items/articles/1?fields=title')).status).toBe(403)
    })
  })

  it('are changed only by who may still share what they are of', async () => {
    const ada = await sharer()
    const id = await share(ada.token)
    const change = (body: unknown) => as(ada.token)(`/shares/${id}`, 'PATCH', body)
    expect((await change({ name: 'Mine' })).status).toBe(200)
    const mine = { permissions: { user_created: { _eq: '$CURRENT_USER' } } }
    const changing = await project.policy([
      read('articles'),
      read('directus_shares', mine),
      { collection: 'directus_shares', action: 'update', fields: ['*'], ...mine },
    ])
    await project.update('directus_users', ada.id, { policies: [{ policy: changing }] })
    for (const body of [{ name: 'Other' }, { password: 'none' }, { date_end: null }])
      expect([body, (await change(body)).status]).toEqual([body, 403])
    expect(dataOf(await as(adminToken)(`/shares/${id}`))).toMatchObject({ name: 'Mine' })
  })
})
