/** What somebody is told that he may do is what he may do; and what an administrator is told of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, publicPolicy, type Project } from './project.ts'

const rule = (action: string, more: Readonly<Record<string, unknown>> = {}) => ({
  collection: 'articles',
  action,
  fields: ['*'],
  ...more,
})

eachDialect((_, open) => {
  let project: Project
  let policy: string
  let role: string
  let ada: { readonly id: string; readonly token: string }
  beforeAll(async () => {
    project = await openProject(await open())
    policy = await project.policy(
      [
        rule('read', { permissions: { status: { _eq: 'published' } }, fields: ['id', 'title'] }),
        rule('create', { presets: { status: 'draft', owner: '$CURRENT_USER' }, fields: ['id', 'title'] }),
        rule('update', { permissions: { id: { _lt: 3 } }, fields: ['title'] }),
        rule('share'),
      ],
      { name: 'Authors' },
    )
    const parent = await project.create('directus_roles', { name: 'Staff' })
    role = await project.create('directus_roles', { name: 'Author', parent, policies: [{ policy }] })
    ada = await project.user('ada', [], { role })
    await project.create('directus_permissions', {
      collection: 'authors',
      action: 'read',
      fields: ['id', 'name'],
      policy: publicPolicy,
    })
  })
  afterAll(() => project.stop())

  const get = async (path: string, token: string | null = ada.token) => {
    const { status, body } = await project.ask(path, { token })
    return status === 200 ? (body as { data: unknown }).data : status
  }
  const graph = async (query: string, token: string | null = ada.token) =>
    (await project.ask('/graphql/system', { method: 'POST', token, body: { query } })).body

  it('permissions/me: by collection and action', async () => {
    const none = { access: 'none' }
    const expected = {
      articles: {
        create: { access: 'full', fields: ['id', 'title'], presets: { status: 'draft', owner: ada.id } },
        read: { access: 'partial', fields: ['id', 'title'] },
        update: { access: 'partial', fields: ['title'] },
        delete: none,
        share: { access: 'full' },
      },
      authors: {
        create: none,
        read: { access: 'full', fields: ['id', 'name'] },
        update: none,
        delete: none,
        share: none,
      },
    }
    expect(await get('/permissions/me')).toEqual(expected)
    expect(await graph('{permissions_me}')).toEqual({ data: { permissions_me: expected } })
    expect(await get('/permissions/me', null)).toBe(403)
    expect(await get('/permissions/me', adminToken)).toMatchObject({
      articles: { delete: { access: 'full' }, read: { access: 'full', fields: ['*'] } },
      directus_users: { create: { access: 'full', fields: ['*'] } },
    })
  })

  it('permissions/me of an item: what is missing and what is out of reach are told alike', async () => {
    const may = (update: boolean, remove: boolean, share: boolean) => ({
      update: { access: update },
      delete: { access: remove },
      share: { access: share },
    })
    expect(await get('/permissions/me/articles/1')).toEqual(may(true, false, true))
    expect(await get('/permissions/me/articles/3')).toEqual(may(false, false, true))
    expect(await get('/permissions/me/articles/9')).toEqual(may(false, false, false))
    expect(await get('/permissions/me/articles/x')).toEqual(may(false, false, false))
    expect(await get('/permissions/me/articles')).toEqual(may(true, false, true))
    expect(await get('/permissions/me/directus_users/1')).toEqual(may(false, false, false))
    expect(await get('/permissions/me/nothing/1')).toEqual(may(false, false, false))
    expect(await get('/permissions/me/articles/1', adminToken)).toEqual(may(true, true, true))
    expect(await get('/permissions/me/articles/9', adminToken)).toEqual(may(false, false, false))
    expect(await get('/permissions/me/articles/1', null)).toBe(403)
  })

  it('roles/me: ids, or what may be read of them', async () => {
    const ids = (await get('/roles/me')) as readonly { id: string }[]
    expect(ids).toHaveLength(2)
    expect(ids[0]).toEqual({ id: role })
    expect(await get('/roles/me', null)).toBe(403)
    const reader = await project.policy([{ collection: 'directus_roles', action: 'read', fields: ['id', 'name'] }])
    const bob = await project.user('bob', [reader], { role })
    const names = (await get('/roles/me?fields=name', bob.token)) as readonly { name: string }[]
    expect(names.map(({ name }) => name).toSorted()).toEqual(['Author', 'Staff'])
    const { data } = (await graph('{roles_me{name}}', bob.token)) as { data: { roles_me: readonly { name: string }[] } }
    expect(data.roles_me.map(({ name }) => name).toSorted()).toEqual(['Author', 'Staff'])
    expect(await get('/roles/me', adminToken)).toEqual([])
  })

  it('policies/me/globals', async () => {
    expect(await get('/policies/me/globals')).toEqual({ enforce_tfa: false, app_access: false, admin_access: false })
    expect(await get('/policies/me/globals', null)).toEqual({ app_access: false })
    expect(await get('/policies/me/globals', adminToken)).toMatchObject({ app_access: true, admin_access: true })
  })

  describe('explain', () => {
    const explain = async (more: Readonly<Record<string, string>>) =>
      (await get(
        `/access/explain?${new URLSearchParams({ collection: 'articles', ...more }).toString()}`,
        adminToken,
      )) as {
        granted: boolean
        policies: readonly {
          name: string
          counts: boolean
          reasons: readonly string[]
          rules: readonly { grants: boolean; reasons: readonly string[] }[]
        }[]
      }
    const ofPolicy = async (more: Readonly<Record<string, string>>) => {
      const { granted, policies } = await explain(more)
      const found = policies.find(({ name }) => name === 'Authors')
      return [granted, found?.counts, found?.reasons, found?.rules.map(({ grants, reasons }) => [grants, reasons])]
    }

    it('tells what grants, and why the rest does not', async () => {
      const user = ada.id
      expect(await ofPolicy({ user, item: '1', field: 'title' })).toEqual([true, true, [], [[true, []]]])
      expect(await ofPolicy({ user, item: '2', field: 'title' })).toEqual([false, true, [], [[false, ['row']]]])
      expect(await ofPolicy({ user, item: '1', field: 'body' })).toEqual([false, true, [], [[false, ['field']]]])
      expect(await ofPolicy({ user, item: '2', field: 'body' })).toEqual([false, true, [], [[false, ['row', 'field']]]])
      expect(await ofPolicy({ user, item: '9' })).toEqual([false, true, [], [[false, ['row']]]])
      expect(await ofPolicy({ user, item: '2', field: 'title', action: 'update' })).toEqual([
        true,
        true,
        [],
        [[true, []]],
      ])
      expect(await ofPolicy({ user, item: '1', action: 'delete' })).toEqual([false, true, [], []])
      expect(await ofPolicy({ role, item: '1' })).toEqual([true, true, [], [[true, []]]])
      expect((await explain({ item: '1' })).granted).toBe(false)
    })

    it('tells of addresses, time and status', async () => {
      const bound = await project.policy([rule('read')], { name: 'Bound', ip_access: ['10.0.0.0/8'] })
      const over = await project.policy([rule('read')], { name: 'Over', limits: { expires: '2020-01-01T00:00:00Z' } })
      const { id: user } = await project.user('eve', [bound, over])
      const reasons = async (more: Readonly<Record<string, string>>) => {
        const { granted, policies: unsorted } = await explain({ user, item: '1', ...more })
        const policies = unsorted.toSorted((a, b) => (a.name < b.name ? -1 : 1))
        return [
          granted,
          ...policies.filter(({ name }) => name === 'Bound' || name === 'Over').map((each) => each.reasons),
        ]
      }
      expect(await reasons({})).toEqual([false, ['ip'], ['expired']])
      expect(await reasons({ ip: '10.1.1.1' })).toEqual([true, [], ['expired']])
      await project.update('directus_users', user, { status: 'suspended' })
      expect(await reasons({ ip: '10.1.1.1' })).toEqual([false, ['status'], ['status', 'expired']])
    })

    it('is the administrator’s alone', async () => {
      expect(await get(`/access/explain?collection=articles`)).toBe(403)
      expect(await get(`/access/explain?collection=nothing`)).toBe(403)
      expect(await get(`/access/explain?collection=nothing`, adminToken)).toBe(403)
      expect(await get(`/access/explain`, adminToken)).toBe(400)
      expect(await get(`/access/explain?collection=articles&action=look`, adminToken)).toBe(400)
      expect((await project.ask('/access/diff', { method: 'POST', token: ada.token, body: { policy } })).status).toBe(
        403,
      )
      expect(JSON.stringify(await graph('{access_explain(collection:"articles"){granted}}'))).not.toContain('granted":')
    })
  })

  describe('diff', () => {
    const diff = async (permissions: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) => {
      const { status, body, text } = await project.ask('/access/diff', {
        method: 'POST',
        token: adminToken,
        body: { policy, permissions, ...more },
      })
      expect(status, text).toBe(200)
      return (body as { data: readonly Readonly<Record<string, unknown>>[] }).data.filter(
        ({ users }) => (users as readonly string[]).length === 0,
      )
    }

    it('counts what the holders of a policy gain and lose', async () => {
      const found = await diff([
        rule('read', { permissions: { status: { _in: ['draft', 'archived'] } }, fields: ['id', 'title', 'body'] }),
        rule('create', { presets: { status: 'draft', owner: '$CURRENT_USER' }, fields: ['id', 'title'] }),
        rule('update', { permissions: { id: { _lt: 2 } }, fields: ['title'] }),
        rule('delete'),
      ])
      expect(
        found.every(
          ({ collection, roles }) => collection === 'articles' && JSON.stringify(roles) === JSON.stringify([role]),
        ),
      ).toBe(true)
      expect(
        found.map(({ action, rows_added, rows_removed, fields_added, fields_removed }) => [
          action,
          rows_added,
          rows_removed,
          fields_added,
          fields_removed,
        ]),
      ).toEqual([
        ['read', 2, 1, ['body'], []],
        ['update', 0, 1, [], []],
        ['delete', 3, 0, [], []],
        ['share', 0, 3, [], []],
      ])
    })

    it('tells nothing where nothing changes, and changes nothing', async () => {
      const now = await get(`/permissions?filter[policy]=${policy}&limit=-1`, adminToken)
      expect(await diff(now as readonly unknown[])).toEqual([])
      await diff([])
      expect(await get(`/permissions?filter[policy]=${policy}&limit=-1`, adminToken)).toEqual(now)
    })

    it('refuses what could not be saved', async () => {
      const ask = (body: unknown) => project.ask('/access/diff', { method: 'POST', token: adminToken, body })
      expect(
        (await ask({ policy, permissions: [rule('read', { permissions: { nothing: { _eq: 1 } } })] })).status,
      ).toBe(400)
      expect((await ask({ policy: role, permissions: [] })).status).toBe(403)
      expect((await ask({ policy, permissions: 1 })).status).toBe(400)
    })
  })
})
