/** `$CURRENT_USER.…` and `$CURRENT_ROLE.…`: in rules, presets, validation, and in callers' own filters. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Project } from './project.ts'

const read = (permissions: unknown, more: Readonly<Record<string, unknown>> = {}) => ({
  collection: 'articles',
  action: 'read',
  fields: ['*'],
  permissions,
  ...more,
})

eachDialect((_, open) => {
  let project: Project
  let count = 0
  beforeAll(async () => {
    project = await openProject(await open())
  })
  afterAll(() => project.stop())

  const holder = async (
    permissions: readonly Readonly<Record<string, unknown>>[],
    more: Readonly<Record<string, unknown>> = {},
  ) => {
    count += 1
    const policy = await project.policy(permissions)
    return project.user(`user${count}`, [policy], more)
  }
  const titles = async ({ token }: { readonly token: string }, query = '') => {
    const { status, body } = await project.ask(`/items/articles?fields=title&sort=id${query}`, { token })
    return status === 200 ? (body as { data: readonly { title: string }[] }).data.map(({ title }) => title) : [status]
  }

  describe('in a rule of rows', () => {
    it('stands for what the user is now', async () => {
      const ada = await holder([read({ status: { _eq: '$CURRENT_USER.location' } })], { location: 'draft' })
      expect(await titles(ada)).toEqual(['Two'])
      await project.update('directus_users', ada.id, { location: 'published' })
      expect(await titles(ada)).toEqual(['One'])
    })

    it('follows relations, and lists by _in', async () => {
      const parent = await project.create('directus_roles', { name: 'archived' })
      const role = await project.create('directus_roles', { name: 'draft', parent })
      const one = await holder([read({ status: { _eq: '$CURRENT_USER.role.parent.name' } })], { role })
      expect(await titles(one)).toEqual(['Three'])
      const own = await holder([read({ status: { _eq: '$CURRENT_ROLE.name' } })], { role })
      expect(await titles(own)).toEqual(['Two'])
      const above = await project.create('directus_roles', { name: 'above' })
      for (const name of ['published', 'archived']) await project.create('directus_roles', { name, parent: above })
      const many = await holder([read({ status: { _in: '$CURRENT_ROLE.children.name' } })], { role: above })
      expect(await titles(many)).toEqual(['One', 'Three'])
      const others = await holder([read({ status: { _nin: '$CURRENT_ROLE.children.name' } })], { role: above })
      expect(await titles(others)).toEqual(['Two'])
    })

    it('is false where there is nothing, whatever is asked of it', async () => {
      const rules = [
        { status: { _eq: '$CURRENT_USER.location' } },
        { status: { _neq: '$CURRENT_USER.location' } },
        { _not: { status: { _eq: '$CURRENT_USER.location' } } },
        { status: { _nin: '$CURRENT_USER.location' } },
        { status: { _in: '$CURRENT_ROLE.children.name' } },
        { status: { _nin: '$CURRENT_ROLE.children.name' } },
        { _not: { _or: [{ status: { _in: '$CURRENT_ROLE.children.name' } }] } },
        { author: { name: { _neq: '$CURRENT_USER.location' } } },
      ]
      for (const rule of rules) expect(await titles(await holder([read(rule)])), JSON.stringify(rule)).toEqual([])
    })

    it('compares keys that are kept in different types', async () => {
      const ada = await holder([read({ owner: { _eq: '$CURRENT_USER.id' } })])
      await project.update('articles', '3', { owner: ada.id })
      expect(await titles(ada)).toEqual(['Three'])
      await project.update('articles', '3', { owner: null })
    })

    it('is one statement, and bounds writes too', async () => {
      const rule = { status: { _eq: '$CURRENT_USER.location' } }
      const ada = await holder([read(rule), read(rule, { action: 'update' })], { location: 'draft' })
      expect(await titles(ada)).toEqual(['Two'])
      await new Promise((resolve) => setTimeout(resolve, 100))
      const rows = vi.spyOn(project.engine.database, 'rows')
      await titles(ada)
      const statements = rows.mock.calls.filter(([{ text }]) => text.includes('articles'))
      rows.mockRestore()
      expect(statements).toHaveLength(1)
      const change = (id: number) =>
        project.ask(`/items/articles/${id}`, { method: 'PATCH', token: ada.token, body: { body: 'changed' } })
      expect((await change(2)).status).toBe(200)
      expect((await change(1)).status).toBe(403)
    })

    it('that leads nowhere is told when it is written', async () => {
      for (const value of [
        '$CURRENT_USER.nothing',
        '$CURRENT_USER.location.name',
        '$CURRENT_USER.password',
        '$CURRENT_USER.',
        '$CURRENT_ROLES.name',
      ])
        await expect(project.policy([read({ status: { _eq: value } })]), value).rejects.toMatchObject({
          code: 'INVALID_PAYLOAD',
        })
    })
  })

  it('in presets and validation', async () => {
    const create = read(null, {
      action: 'create',
      presets: { body: '$CURRENT_USER.location' },
      validation: { status: { _eq: '$CURRENT_USER.title' } },
    })
    const ada = await holder([read(null), create], { location: 'Paris', title: 'draft' })
    const bob = await holder([read(null), create])
    const make = (token: string, id: number, status: string | null) =>
      project.ask('/items/articles', { method: 'POST', token, body: { id, title: `T${id}`, status } })
    const made = await make(ada.token, 11, 'draft')
    expect([made.status, made.body], made.text).toMatchObject([200, { data: { body: 'Paris', status: 'draft' } }])
    expect((await make(ada.token, 12, 'published')).status).toBe(400)
    expect((await make(bob.token, 13, 'draft')).status).toBe(400)
    expect((await make(bob.token, 14, null)).status).toBe(400)
    await project.remove('articles', '11')
  })

  it("in a caller's own filter, as far as he may read himself", async () => {
    const filter = (path: string) => `&filter[status][_eq]=${encodeURIComponent(path)}`
    const self = (fields: readonly string[]) => ({
      collection: 'directus_users',
      action: 'read',
      fields,
      permissions: { id: { _eq: '$CURRENT_USER' } },
    })
    const ada = await holder([read(null), self(['id', 'location'])], { location: 'draft', title: 'published' })
    expect(await titles(ada, filter('$CURRENT_USER.location'))).toEqual(['Two'])
    const answer = async (token: string, path: string) => {
      const { status, text } = await project.ask(`/items/articles?fields=title${filter(path)}`, { token })
      return [status, text.replaceAll('nothing', 'title')]
    }
    const missing = await answer(ada.token, '$CURRENT_USER.nothing')
    expect(missing[0]).toBe(403)
    expect(await answer(ada.token, '$CURRENT_USER.title')).toEqual(missing)
    const bob = await holder([read(null)], { title: 'published' })
    expect(await answer(bob.token, '$CURRENT_USER.title')).toEqual(await answer(bob.token, '$CURRENT_USER.nothing'))
    expect((await answer(bob.token, '$CURRENT_USER.title'))[0]).toBe(403)
  })
})
