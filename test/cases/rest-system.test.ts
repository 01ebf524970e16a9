/** The system's collections by REST: read and written as the user's are, each at its own path; on each dialect. */
import SwaggerParser from '@apidevtools/swagger-parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { openApiDocument } from '#rest-bridge/openapi/document.ts'
import { systemTable } from '#rest-bridge/routes/system.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient, type RestReply } from '#test/harness/items-client.ts'
import { withSystemTables } from '#test/harness/system-database.ts'

eachDialect((_, open) => {
  let items: ItemsClient
  beforeAll(async () => {
    const database = await open()
    items = await openItems(
      await withSystemTables(database, 'create table things (id integer not null primary key)', ''),
    )
  })
  afterAll(async () => {
    expect(items.unexpected).toEqual([])
    await items.close()
  })

  const send = (method: string, url: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
    items.rest({ method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const dataOf = ({ status, text }: RestReply): unknown => {
    expect(status, text).toBe(200)
    return (JSON.parse(text) as { readonly data: unknown }).data
  }
  const codeOf = ({ text }: RestReply): unknown =>
    (JSON.parse(text) as { readonly errors: readonly { readonly extensions: { readonly code: string } }[] }).errors[0]
      ?.extensions.code

  test.each(systemTable)('$path is a list, and nothing to those who may nothing', async ({ path, collection, on }) => {
    const data = dataOf(await send('GET', path))
    expect(Array.isArray(data)).toBe(on.item.length > 0)
    const none = compileAccess([], items.engine.live.current())
    const refused = await items.rest({ url: path, access: none })
    expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN'])
    const asItems = await send('GET', `/items/${collection}`)
    expect([asItems.status, codeOf(asItems)]).toEqual([403, 'FORBIDDEN'])
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      if ((on.list as readonly string[]).includes(method)) continue
      const missing = await send(method, path, {})
      expect([missing.status, codeOf(missing)]).toEqual([404, 'ROUTE_NOT_FOUND'])
    }
  })

  test('one by its key, SEARCH, groups, counts, files', async () => {
    const made = dataOf(await send('POST', '/folders?fields=id,name', [{ name: 'a' }, { name: 'b' }])) as readonly {
      id: string
    }[] // as asked for
    const id = made[0]?.id ?? ''
    expect(dataOf(await send('GET', `/folders/${id}?fields=name`))).toEqual({ name: 'a' })
    expect(dataOf(await send('SEARCH', '/folders', { query: { filter: { name: 'b' }, fields: ['name'] } }))).toEqual([
      { name: 'b' },
    ])
    expect(dataOf(await send('SEARCH', '/folders', { keys: [id], query: { fields: ['name'] } }))).toEqual([
      { name: 'a' },
    ])
    expect(dataOf(await send('GET', '/folders?aggregate[count]=*&groupBy=name&sort=name'))).toEqual([
      { name: 'a', count: '1' },
      { name: 'b', count: '1' },
    ])
    expect(JSON.parse((await send('GET', '/folders?fields=name&sort=-name&limit=1&meta=*')).text)).toEqual({
      meta: { total_count: 2, filter_count: 2 },
      data: [{ name: 'b' }],
    })
    expect((await send('GET', '/folders?fields=name&sort=name&export=csv')).text).toBe('name\na\nb\n')
    const explained = dataOf(await send('GET', `/folders/${id}`, undefined, { prefer: 'explain' }))
    expect(explained).toMatchObject({
      document: expect.stringContaining('folders_by_id'),
      sql: expect.stringContaining('directus_folders'),
    })
  })

  test('all the ways to write, a dry run among them', async () => {
    const one = dataOf(await send('POST', '/roles?fields=id', { name: 'r1', children: [{ name: 'r2' }] })) as {
      id: string
    } // as asked for
    expect(dataOf(await send('GET', `/roles/${one.id}?fields=name,children.name`))).toEqual({
      name: 'r1',
      children: [{ name: 'r2' }],
    })
    expect(dataOf(await send('PATCH', `/roles/${one.id}?fields=icon`, { icon: 'x' }))).toEqual({ icon: 'x' })
    expect(
      dataOf(
        await send('PATCH', '/roles?fields=name,icon', { query: { filter: { name: 'r2' } }, data: { icon: 'y' } }),
      ),
    ).toEqual([{ name: 'r2', icon: 'y' }])
    const held = await send('DELETE', `/roles/${one.id}`)
    expect([held.status, codeOf(held)]).toEqual([400, 'INVALID_FOREIGN_KEY'])
    expect((await send('PATCH', `/roles/${one.id}`, { children: [] })).status).toBe(200)
    const dry = await send('DELETE', `/roles/${one.id}`, undefined, { prefer: 'dry-run' })
    expect(JSON.parse(dry.text)).toMatchObject({ data: null, dry_run: { keys: [one.id] } })
    expect(dataOf(await send('GET', `/roles/${one.id}?fields=name`))).toEqual({ name: 'r1' })
    expect((await send('DELETE', '/roles', { query: { filter: { name: { _in: ['r1', 'r2'] } } } })).status).toBe(204)
    expect(dataOf(await send('GET', '/roles?filter[name][_in]=r1,r2'))).toEqual([])
  })

  test('the settings are one item', async () => {
    expect(
      dataOf(await send('PATCH', '/settings?fields=project_name,project_color', { project_name: 'P' })),
    ).toMatchObject({
      project_name: 'P',
    })
    expect(dataOf(await send('GET', '/settings?fields=project_name'))).toEqual({ project_name: 'P' })
    expect((await send('GET', '/settings/1')).status).toBe(404)
  })

  test('secrets are never shown, and a mask sent back changes nothing', async () => {
    const user = dataOf(
      await send('POST', '/users?fields=id,password,token', { email: 's@example.com', password: 'p', token: 'tok' }),
    ) as { id: string } // as asked for
    expect(user).toMatchObject({ password: '**********', token: '**********' })
    expect((await send('PATCH', `/users/${user.id}`, { password: '**********', token: '**********' })).status).toBe(200)
    const [row] = await items.engine.database.rows({
      text: "select password, token from directus_users where email = 's@example.com'",
      values: [],
      name: null,
    })
    expect(String(row?.[0])).toMatch(/^\$argon2id\$/)
    expect(String(row?.[1])).toMatch(/^h:/)
    const records = dataOf(await send('GET', '/revisions?filter[collection]=directus_users&fields=data,delta'))
    expect(JSON.stringify(records)).not.toMatch(/argon2|"tok"/)
    const exported = await send('GET', '/users?fields=email,password&export=csv')
    expect(exported.text).not.toContain('argon2')
  })

  test.each<[string, string, unknown, number, string]>([
    ['POST', '/roles', {}, 400, 'FAILED_VALIDATION'],
    ['POST', '/roles', { name: 'x', nope: 1 }, 400, 'INVALID_PAYLOAD'],
    ['POST', '/roles', 'text', 400, 'INVALID_PAYLOAD'],
    [
      'POST',
      '/panels',
      {
        dashboard: '3f2504e0-4f89-41d3-9a0c-0000000000ff',
        type: 'a',
        position_x: 1,
        position_y: 1,
        width: 1,
        height: 1,
      },
      400,
      'INVALID_FOREIGN_KEY',
    ],
    ['PATCH', '/roles/not-a-uuid', { name: 'x' }, 403, 'FORBIDDEN'],
    ['PATCH', '/roles/3f2504e0-4f89-41d3-9a0c-0000000000ff', { name: 'x' }, 403, 'FORBIDDEN'],
    ['GET', '/roles/not-a-uuid', undefined, 403, 'FORBIDDEN'],
    ['GET', '/roles?fields=nope', undefined, 403, 'FORBIDDEN'],
    ['GET', '/users?filter[password][_eq]=a', undefined, 400, 'INVALID_QUERY'],
    ['DELETE', '/roles', { query: {} }, 400, 'INVALID_PAYLOAD'],
    ['DELETE', '/users', {}, 400, 'INVALID_PAYLOAD'],
  ])('%s %s %j is refused', async (method, url, body, status, code) => {
    const refused = await send(method, url, body)
    expect([refused.status, codeOf(refused)], refused.text).toEqual([status, code])
  })

  test('another table’s rows can be imported, a system one’s too', async () => {
    const done = await items.rest({
      method: 'POST',
      url: '/utils/import/directus_translations',
      headers: { 'content-type': 'text/csv' },
      body: 'language,key,value\nen-US,greeting,Hi\nde-DE,greeting,Hallo\n',
    })
    expect([done.status, done.text]).toEqual([200, ''])
    expect(dataOf(await send('GET', '/translations?fields=value&sort=language'))).toEqual([
      { value: 'Hallo' },
      { value: 'Hi' },
    ])
  })

  test('OpenAPI describes them, and is valid', async () => {
    const text = JSON.stringify(openApiDocument(items.engine.live.current(), fullAccess, items.settings))
    const { paths } = JSON.parse(text) as { readonly paths: Readonly<Record<string, object>> }
    for (const { path, on } of systemTable) {
      const list = on.list.filter((method) => method !== 'SEARCH').map((method) => method.toLowerCase())
      expect(
        Object.keys(paths[path] ?? {})
          .filter((key) => key !== 'x-search')
          .toSorted(),
      ).toEqual(list.toSorted())
      if (on.item.length === 0) continue
      const item = on.item.map((method) => method.toLowerCase())
      expect(
        Object.keys(paths[`${path}/{id}`] ?? {})
          .filter((key) => key !== 'parameters')
          .toSorted(),
      ).toEqual(item.toSorted())
    }
    expect(await new Validator().validate(JSON.parse(text) as Record<string, unknown>)).toMatchObject({ valid: true })
    const parsed = JSON.parse(text) as Parameters<typeof SwaggerParser.validate>[0] // what was just written
    expect(await SwaggerParser.validate(parsed)).toMatchObject({ openapi: '3.1.1' })
  })
})

eachDialect((_, open) => {
  describe('without the system’s tables', () => {
    test('there is nothing at their paths', async () => {
      const items = await openItems(await open())
      for (const { path } of systemTable) {
        expect((await items.rest({ url: path })).status).toBe(403)
        expect((await items.rest({ method: 'PATCH', url: path, body: '{}' })).status).toBeGreaterThanOrEqual(403)
      }
      expect(items.unexpected).toEqual([])
      await items.close()
    })
  })
})
