/** A permission may grant less for a use than for reading: then the field is not there for it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openProject, type Project } from './project.ts'

eachDialect((_, open) => {
  let project: Project
  beforeAll(async () => {
    project = await openProject(await open())
  })
  afterAll(() => project.stop())

  const holder = async (name: string, uses: Readonly<Record<string, readonly string[]>> | null) => {
    const policy = await project.policy([{ collection: 'articles', action: 'read', fields: ['*'], uses }])
    const { token } = await project.user(name, [policy])
    return async (query: string, options = {}) => {
      const { status, text } = await project.ask(`/items/articles?${query}`, { token, ...options })
      return [status, text.replaceAll('nothing', 'body')] as const
    }
  }

  const roads: readonly (readonly [use: string, query: (field: string) => string])[] = [
    ['filter', (field) => `fields=id&filter[${field}][_null]=true`],
    ['sort', (field) => `fields=id&sort=${field}`],
    ['aggregate', (field) => `aggregate[max]=${field}`],
    ['group', (field) => `aggregate[count]=*&groupBy=${field}`],
    ['export', (field) => `fields=${field}&export=json`],
  ]

  it.each(roads)('%s', async (use, query) => {
    const narrowed = await holder(`narrowed-${use}`, { [use]: ['id', 'title'] })
    expect((await narrowed(query('title')))[0]).toBe(200)
    expect((await narrowed('fields=body'))[0]).toBe(200)
    const missing = await narrowed(query('nothing'))
    expect(missing[0]).toBeGreaterThanOrEqual(400)
    expect(await narrowed(query('body'))).toEqual(missing)
    const whole = await holder(`whole-${use}`, null)
    expect((await whole(query('body')))[0]).toBe(200)
  })

  it('search', async () => {
    const narrowed = await holder('narrowed-search', { search: ['title'] })
    expect(await narrowed('fields=id&search=second')).toEqual([200, '{"data":[]}'])
    expect(await narrowed('fields=id&search=two')).toEqual([200, '{"data":[{"id":2}]}'])
  })

  it('an export of everything leaves it out, whatever asks for it', async () => {
    const narrowed = await holder('narrowed', { export: ['id', 'title'], subscribe: ['id'] })
    expect(await narrowed('export=json&limit=1')).toEqual([
      200,
      expect.stringMatching(/^\[\s*\{"id":1,"title":"One"\}\s*\]\s*$/),
    ])
    const body = { query: { fields: ['body'], export: 'csv' } }
    const missing = { query: { fields: ['nothing'], export: 'csv' } }
    const refused = await narrowed('', { method: 'SEARCH', body })
    expect(refused[0]).toBe(403)
    expect(await narrowed('', { method: 'SEARCH', body: missing })).toEqual(refused)
  })
})
