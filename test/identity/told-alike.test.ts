/** What a write tells does not show by which rules it was allowed: these may look at fields that the caller can't see. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { adminToken, openProject, type Project } from './project.ts'

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await open())
  })
  afterAll(() => project.stop())

  it('rows that other rules match are told of together, in the order in which they were named', async () => {
    const rule = (action: string, permissions: unknown, fields: readonly string[]) => ({
      collection: 'articles',
      action,
      permissions,
      fields,
    })
    const policy = await project.policy([
      rule('read', null, ['id', 'title']),
      rule('update', { status: { _neq: 'draft' } }, ['title']),
      rule('update', { status: { _eq: 'draft' } }, ['title']),
    ])
    const { token } = await project.user('ada', [policy])
    const change = { method: 'PATCH', token, body: { keys: [3, 2, 1], data: { title: 'Same' } } }
    const dry = await project.ask('/items/articles', { ...change, headers: { prefer: 'dry-run' } })
    expect(dry.body, dry.text).toMatchObject({
      dry_run: { events: [{ kind: 'items.update', keys: ['3', '2', '1'], payload: { title: 'Same' } }] },
    })
    expect((await project.ask('/items/articles', change)).status).toBe(200)
    const { body } = await project.ask('/activity?filter[collection]=articles&fields=item&sort=id', {
      token: adminToken,
    })
    expect(body).toEqual({ data: [{ item: '3' }, { item: '2' }, { item: '1' }] })
  })
})
