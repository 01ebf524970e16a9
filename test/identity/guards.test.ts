/** Nobody raises himself, the last administrator stays, and a broken rule is told at once: on every road, and nothing has changed after. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applySnapshot, compareSnapshot, takeSnapshot } from '#schema-engine/ddl/restore.ts'
import { insertTrusted } from '#schema-engine/mutation/trusted.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, publicPolicy, type Project } from './project.ts'

const rightsTables = ['users', 'roles', 'policies', 'access', 'permissions']

const all = (collection: string, more: Readonly<Record<string, unknown>> = {}) =>
  ['create', 'read', 'update', 'delete'].map((action) => ({ collection, action, fields: ['*'], ...more }))

/** May write users, roles and rights, but holds no administrator's. */
const manager = [
  ...rightsTables.flatMap((name) => all(`directus_${name}`)),
  ...all('articles', { permissions: { id: { _lt: 3 } } }),
]

const code = (body: unknown): unknown =>
  (body as { errors?: readonly { extensions: { code: string } }[] } | null)?.errors?.[0]?.extensions.code

eachDialect((_, open) => {
  let project: Project
  let adminPolicy: string
  let token: string
  let me: string
  let mine: string
  const names = new Set<string>()
  const fresh = (name: string): string => {
    names.add(`${name}${names.size}`)
    return `${name}${names.size}`
  }

  beforeAll(async () => {
    project = await openProject(await open())
    adminPolicy = await project.policy([], { name: 'Administrator', admin_access: true })
    mine = await project.policy(manager, { name: 'Manager' })
    const user = await project.user('manager', [mine])
    me = user.id
    token = user.token
  })
  afterAll(() => project.stop())

  const state = async () => {
    const model = project.engine.live.current()
    const tables = rightsTables.map((name) => `directus_${name}`)
    return Promise.all(
      [...tables, 'directus_activity'].map((collection) => {
        const fields = [...(model.collections.get(collection)?.fields.values() ?? [])]
          .filter(({ column, name }) => column !== null && !['last_access', 'token_last_used'].includes(name))
          .map(({ name }) => name)
        return readTrusted({ collection, where: null, fields }, model, project.engine.database)
      }),
    )
  }

  type Asked = readonly [
    path: string,
    options: { readonly method: string; readonly body?: unknown; readonly token?: string },
  ]

  const refused = async ([path, options]: Asked, status: number, expected: string): Promise<string> => {
    const before = await state()
    const answer = await project.ask(path, { token, ...options })
    // A GraphQL reply with errors of its fields is one nevertheless.
    const told = path.startsWith('/graphql') ? 200 : status
    expect([answer.status, code(answer.body)], `${options.method} ${path} ${answer.text}`).toEqual([told, expected])
    expect(await state()).toEqual(before)
    return answer.text
  }
  const forbidden = (...asked: Asked): Promise<string> => refused(asked, 403, 'FORBIDDEN')

  const graph = (query: string, variables: Readonly<Record<string, unknown>> = {}): Asked => [
    '/graphql/system',
    { method: 'POST', body: { query, variables } },
  ]

  describe('who is no administrator', () => {
    it('gives himself no administrator’s rights', async () => {
      const role = await project.create('directus_roles', { name: 'Admins', policies: [{ policy: adminPolicy }] })
      const child = await project.create('directus_roles', { name: 'Child', parent: role })
      const plain = await project.create('directus_roles', { name: 'Plain' })
      const ways: readonly Asked[] = [
        ['/policies', { method: 'POST', body: { name: 'Mine', admin_access: true } }],
        [`/policies/${mine}`, { method: 'PATCH', body: { admin_access: true } }],
        [`/policies/${adminPolicy}`, { method: 'PATCH', body: { ip_access: null } }],
        ['/access', { method: 'POST', body: { user: me, policy: adminPolicy } }],
        ['/access', { method: 'POST', body: { role: plain, policy: adminPolicy } }],
        ['/access', { method: 'POST', body: { policy: adminPolicy } }],
        [`/users/${me}`, { method: 'PATCH', body: { role } }],
        [`/users/${me}`, { method: 'PATCH', body: { role: child } }],
        [`/users/${me}`, { method: 'PATCH', body: { policies: { create: [{ policy: adminPolicy }] } } }],
        [`/users/${me}`, { method: 'PATCH', body: { policies: [{ policy: { name: 'New', admin_access: true } }] } }],
        [`/roles/${plain}`, { method: 'PATCH', body: { parent: role } }],
        [`/roles/${role}`, { method: 'PATCH', body: { users: { update: [{ id: me }] } } }],
        [
          `/roles/${role}`,
          { method: 'PATCH', body: { children: { create: [{ name: 'x', users: { update: [{ id: me }] } }] } } },
        ],
        ['/users', { method: 'POST', body: { email: 'new@example.org', password: 'a-long-password', role } }],
        graph('mutation($id:ID!,$role:ID!){update_users_item(id:$id,data:{role:{id:$role}}){id}}', { id: me, role }),
        graph('mutation($id:ID!){update_policies_item(id:$id,data:{admin_access:true}){id}}', { id: mine }),
      ]
      for (const way of ways) await forbidden(...way)
      // By a file.
      const before = await state()
      const form = new FormData()
      form.append(
        'file',
        new Blob([JSON.stringify([{ id: mine, name: 'x', admin_access: true }])], { type: 'application/json' }),
        'policies.json',
      )
      const answer = await fetch(`${project.url}/utils/import/directus_policies`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: form,
      })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(await state()).toEqual(before)
    })

    it('gives nobody what he may not do himself', async () => {
      const strong = await project.policy([{ collection: 'authors', action: 'read', fields: ['*'] }], {
        name: 'Strong',
      })
      const role = await project.create('directus_roles', { name: 'Strong', policies: [{ policy: strong }] })
      const holder = await project.user(fresh('strong'), [strong])
      const permission = (more: Readonly<Record<string, unknown>>) => ({ policy: mine, fields: ['*'], ...more })
      const ways: readonly Asked[] = [
        ['/permissions', { method: 'POST', body: permission({ collection: 'authors', action: 'read' }) }],
        ['/permissions', { method: 'POST', body: permission({ collection: 'articles', action: 'read' }) }],
        ['/permissions', { method: 'POST', body: permission({ collection: 'articles', action: 'share' }) }],
        ['/permissions', { method: 'POST', body: permission({ collection: 'not_there_yet', action: 'read' }) }],
        [
          '/permissions',
          { method: 'POST', body: permission({ policy: publicPolicy, collection: 'authors', action: 'read' }) },
        ],
        ['/access', { method: 'POST', body: { user: me, policy: strong } }],
        [`/users/${me}`, { method: 'PATCH', body: { role } }],
        [`/users/${holder.id}`, { method: 'PATCH', body: { password: 'a-long-password' } }],
        [`/users/${holder.id}`, { method: 'PATCH', body: { token: 'a-token-of-mine' } }],
        [`/policies/${mine}`, { method: 'PATCH', body: { app_access: true } }],
        [`/policies/${mine}`, { method: 'PATCH', body: { limits: null } }],
      ]
      for (const way of ways) await forbidden(...way)
    })

    it('gives away what he has', async () => {
      const user = await project.ask('/users', {
        method: 'POST',
        token,
        body: { email: 'colleague@example.org', policies: [{ policy: mine }] },
      })
      expect(user.status, user.text).toBe(200)
      const narrower = {
        collection: 'articles',
        action: 'read',
        fields: ['id', 'title'],
        permissions: { id: { _lt: 3 } },
      }
      const policy = await project.ask('/policies', {
        method: 'POST',
        token,
        body: { name: 'Narrower', permissions: { create: [narrower], update: [], delete: [] } },
      })
      expect(policy.status, policy.text).toBe(200)
      expect((await project.ask(`/users/${me}`, { method: 'PATCH', token, body: { title: 'Head' } })).status).toBe(200)
      // An administrator's policy is not his to write into, though what he writes grants nothing more.
      const into = (to: string): Asked => ['/permissions', { method: 'POST', body: { ...narrower, policy: to } }]
      await forbidden(...into(adminPolicy))
      const [path, asked] = into(mine)
      expect((await project.ask(path, { token, ...asked })).status).toBe(200)
    })
  })

  describe('the last administrator', () => {
    let role: string
    let admin: { readonly id: string; readonly token: string }
    beforeEach(async () => {
      for (const row of await readTrusted(
        { collection: 'directus_users', where: null, fields: ['id', 'role'] },
        project.engine.live.current(),
        project.engine.database,
      ))
        if (row['role'] !== null && row['id'] !== me)
          await project.update('directus_users', String(row['id']), { status: 'active' })
      if (admin !== undefined) return
      role = await project.create('directus_roles', { name: 'Only', policies: [{ policy: adminPolicy }] })
      admin = await project.user(fresh('admin'), [], { role })
    })

    it('stays, whoever asks', async () => {
      const [holding] = (
        await readTrusted(
          { collection: 'directus_access', where: { field: 'role', values: [role] }, fields: ['id'] },
          project.engine.live.current(),
          project.engine.database,
        )
      ).map((row) => String(row['id']))
      const ways: readonly Asked[] = [
        [`/users/${admin.id}`, { method: 'DELETE' }],
        [`/users/${admin.id}`, { method: 'PATCH', body: { status: 'suspended' } }],
        [`/users/${admin.id}`, { method: 'PATCH', body: { role: null } }],
        [`/roles/${role}`, { method: 'PATCH', body: { policies: [] } }],
        [`/roles/${role}`, { method: 'PATCH', body: { users: [] } }],
        [`/access/${holding}`, { method: 'DELETE' }],
        [`/policies/${adminPolicy}`, { method: 'PATCH', body: { admin_access: false } }],
        [`/policies/${adminPolicy}`, { method: 'PATCH', body: { limits: { expires: '2020-01-01T00:00:00Z' } } }],
        [`/policies/${adminPolicy}`, { method: 'DELETE' }],
        ['/users', { method: 'DELETE', body: { query: { limit: -1 } } }],
        graph('mutation($id:ID!){delete_users_item(id:$id){id}}', { id: admin.id }),
        graph('mutation($id:ID!){update_users_item(id:$id,data:{status:"archived"}){id}}', { id: admin.id }),
      ]
      for (const by of [adminToken, admin.token])
        for (const [path, options] of ways)
          await refused([path, { ...options, token: by }], 422, 'UNPROCESSABLE_CONTENT')
    })

    it('stays when a snapshot would take him away', async () => {
      const { database, live, bus } = project.engine
      const context = {
        actor: { kind: 'system', reason: 'cli' },
        access: fullAccess,
        facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
        origin: noOrigin,
        database,
        live,
        bus,
      } as const
      const snapshot = await takeSnapshot(context, ['policies'])
      const policies = (snapshot['policies'] as readonly Readonly<Record<string, unknown>>[]).map((row) =>
        row['id'] === adminPolicy ? { ...row, admin_access: false } : row,
      )
      const comparison = await compareSnapshot({ ...snapshot, policies }, context, { force: true })
      const before = await state()
      await expect(
        applySnapshot(comparison ?? {}, context, { allowDestructive: true, force: true }),
      ).rejects.toMatchObject({
        code: 'UNPROCESSABLE_CONTENT',
      })
      expect(await state()).toEqual(before)
    })

    it('one of two stays when both go at once', async () => {
      for (let round = 0; round < 5; round += 1) {
        const second = await project.user(fresh('second'), [], { role })
        const gone = await Promise.all(
          [admin.id, second.id].map((id) =>
            project.ask(`/users/${id}`, { method: 'PATCH', token: adminToken, body: { status: 'suspended' } }),
          ),
        )
        expect(gone.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422])
        await project.update('directus_users', admin.id, { status: 'active' })
        await project.update('directus_users', second.id, { status: 'suspended' })
      }
    })

    it('may go when there is another', async () => {
      const second = await project.user(fresh('second'), [], { role })
      expect((await project.ask(`/users/${second.id}`, { method: 'DELETE', token: admin.token })).status).toBe(204)
    })
  })

  describe('what is stored', () => {
    const permission = (more: Readonly<Record<string, unknown>>) => ({
      policy: mine,
      collection: 'articles',
      action: 'read',
      fields: ['*'],
      ...more,
    })

    it('is refused when it can not be read, with what is wrong', async () => {
      const wrong: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
        [{ action: 'write' }, /action.*one of create/],
        [{ permissions: { nothing: { _eq: 1 } } }, /permissions.*nothing/],
        [{ permissions: { title: { _like: 1 } } }, /permissions.*_like/],
        [{ permissions: { id: { _eq: 'x' } } }, /permissions.*id/],
        [{ permissions: { title: { _eq: '$NOW(never)' } } }, /permissions.*never/],
        [{ action: 'create', validation: { nothing: { _eq: 1 } } }, /validation.*nothing/],
        [{ action: 'create', presets: { nothing: 1 } }, /presets.*nothing/],
        [{ fields: ['title', 'nothing'] }, /fields.*nothing/],
        [{ uses: { look: ['title'] } }, /uses.*look/],
        [{ uses: { filter: ['nothing'] } }, /uses.filter.*nothing/],
        [{ uses: { filter: 'title' } }, /uses.*filter/],
      ]
      for (const [more, text] of wrong)
        expect(
          await refused(
            ['/permissions', { method: 'POST', body: permission(more), token: adminToken }],
            400,
            'INVALID_PAYLOAD',
          ),
        ).toMatch(text)
      for (const [more, text] of [
        [{ ip_access: ['10.0.0.0/33'] }, /10.0.0.0\/33/],
        [{ ip_access: ['example.org'] }, /example.org/],
        [{ limits: { rows: 3 } }, /rows_per_request/],
        [{ limits: { expires: 'soon' } }, /expires/],
      ] as const)
        expect(
          await refused(
            [`/policies/${mine}`, { method: 'PATCH', body: more, token: adminToken }],
            400,
            'INVALID_PAYLOAD',
          ),
        ).toMatch(text)
    })

    it('may name a collection that is not there yet', async () => {
      const { status } = await project.ask('/permissions', {
        method: 'POST',
        token: adminToken,
        body: permission({ collection: 'later', permissions: { any: { _eq: 1 } } }),
      })
      expect(status).toBe(200)
    })

    it('roles make no circle', async () => {
      const one = await project.create('directus_roles', { name: 'One' })
      const two = await project.create('directus_roles', { name: 'Two', parent: one })
      for (const parent of [one, two])
        await refused(
          [`/roles/${one}`, { method: 'PATCH', body: { parent }, token: adminToken }],
          400,
          'INVALID_PAYLOAD',
        )
    })

    it('a circle that is there from before ends', async () => {
      const { database, live } = project.engine
      const id = '00000000-0000-4000-8000-00000000000a'
      await database.transaction((connection) =>
        insertTrusted('directus_roles', { id, name: 'Self', parent: id }, live.current(), connection),
      )
      project.engine.identities.forget()
      const self = await project.user(fresh('self'), [mine], { role: id })
      expect((await project.ask('/items/articles', { token: self.token })).status).toBe(200)
    })
  })
})
