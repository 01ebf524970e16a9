/** Writing by REST: rows before and after, what is answered, and every way to be refused; on each dialect. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Access, Permission, ReadPermission, WriteAction } from '#schema-engine/permissions/access.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient, type RestReply, type RestRequest } from '#test/harness/items-client.ts'
import type { TestDialect } from '#test/harness/databases.ts'

eachDialect((dialect: TestDialect) => {
  let items: ItemsClient
  beforeAll(async () => {
    items = await openItems(await loadEverything(dialect))
  })
  afterAll(async () => {
    expect(items.unexpected).toEqual([])
    await items.close()
  })

  const send = (method: string, url: string, body?: unknown, more: Partial<RestRequest> = {}): Promise<RestReply> =>
    items.rest({ method, url, ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...more })
  const dataOf = ({ status, text }: RestReply): unknown => {
    expect(status, text).toBe(200)
    return (JSON.parse(text) as { readonly data: unknown }).data
  }
  const read = async (url: string): Promise<unknown> => dataOf(await send('GET', url))
  /** Every row of the tables that these tests write. */
  const everyRow = async (): Promise<string> =>
    JSON.stringify(
      await Promise.all(
        ['authors', 'categories', 'articles', 'tags', 'warehouses', 'group', 'page_views'].map((name) =>
          read(`/items/${name}?limit=-1`),
        ),
      ),
    )
  const codeOf = ({ text }: RestReply): unknown => {
    const { errors } = JSON.parse(text) as {
      readonly errors: readonly { readonly extensions: { readonly code: string } }[]
    }
    return errors[0]?.extensions.code
  }

  describe('create', () => {
    test('one item: 200, with what `fields` asks for', async () => {
      const made = await send('POST', '/items/tags?fields=code', { code: 'new', label: 'New' })
      expect(dataOf(made)).toEqual({ code: 'new' })
      expect(await read('/items/tags/new')).toMatchObject({ code: 'new', label: 'New' })
    })

    test('a list: in the order of the input', async () => {
      const made = dataOf(
        await send('POST', '/items/categories?fields=name,sort', [{ name: 'z', sort: 2 }, { name: 'a' }]),
      )
      expect(made).toEqual([
        { name: 'z', sort: 2 },
        { name: 'a', sort: null },
      ])
    })

    test('an empty list: 200 with an empty list', async () => {
      const before = await everyRow()
      expect(dataOf(await send('POST', '/items/categories', []))).toEqual([])
      expect(await everyRow()).toBe(before)
    })

    test('more than a list shows when nothing is said of its limit', async () => {
      const rows = Array.from({ length: 150 }, (_, index) => ({ name: `many ${index}` }))
      const made = dataOf(await send('POST', '/items/categories?fields=name', rows))
      expect(made).toEqual(rows)
      const gone = await send('DELETE', '/items/categories', { query: { filter: { name: { _starts_with: 'many ' } } } })
      expect(gone.status).toBe(204)
      expect(await read('/items/categories?filter[name][_starts_with]=many')).toEqual([])
    })

    test('with related items, in their own names', async () => {
      const made = dataOf(
        await send('POST', '/items/group?fields=order,by.order,group_by_by.order&deep[group_by_by][_sort]=order', {
          order: 1,
          by: { order: 2 },
          group_by_by: [{ order: 4 }, { order: 3 }],
        }),
      )
      expect(made).toEqual({ order: 1, by: { order: 2 }, group_by_by: [{ order: 3 }, { order: 4 }] })
    })

    test('a row of a table without a key: 204, for it is not found again', async () => {
      const made = await send('POST', '/items/page_views', { viewed_at: '2024-01-01T00:00:00Z', duration: 77 })
      expect([made.status, made.text]).toEqual([204, ''])
      expect(await read('/items/page_views?filter[duration]=77&fields=duration')).toEqual([{ duration: 77 }])
    })

    test('numbers lose no digit', async () => {
      const body = '{"id": 9007199254740995, "sku": "big", "name": "n", "price": 12345678.10}'
      const made = await items.rest({ method: 'POST', url: '/items/products?fields=id,price', body })
      const { id, price } = dataOf(made) as { readonly id: unknown; readonly price: unknown } // as asked for
      expect([String(id), price]).toEqual(['9007199254740995', '12345678.10'])
    })
  })

  describe('update', () => {
    test('one item by its key', async () => {
      expect(dataOf(await send('PATCH', '/items/authors/1?fields=id,name', { name: 'Ada' }))).toEqual({
        id: 1,
        name: 'Ada',
      })
      expect(await read('/items/authors/1?fields=name,email')).toEqual({ name: 'Ada', email: 'ada@example.com' })
    })

    test('one item by a key of several values', async () => {
      const [first] = (await read('/items/warehouses?limit=1')) as readonly { country: string; number: number }[] // as asked for
      const url = `/items/warehouses/${encodeURIComponent(`${first?.country},${first?.number}`)}`
      expect(dataOf(await send('PATCH', `${url}?fields=name`, { name: 'Moved' }))).toEqual({ name: 'Moved' })
    })

    test('several by their keys', async () => {
      const changed = dataOf(
        await send('PATCH', '/items/authors?fields=id,rating', { keys: [2, '1'], data: { rating: 1.5 } }),
      )
      expect(changed).toEqual([
        { id: 2, rating: 1.5 },
        { id: 1, rating: 1.5 },
      ])
    })

    test('those of a query', async () => {
      const changed = dataOf(
        await send('PATCH', '/items/authors?fields=id', {
          query: { filter: { rating: { _eq: 1.5 } }, sort: ['-id'], limit: 1 },
          data: { rating: 2.5 },
        }),
      )
      expect(changed).toEqual([{ id: 2 }])
      expect(await read('/items/authors?filter[id][_in]=1,2&fields=rating')).toEqual([{ rating: 1.5 }, { rating: 2.5 }])
    })

    test('each by the key it holds', async () => {
      const changed = dataOf(
        await send('PATCH', '/items/authors?fields=id,rating', [
          { id: 2, rating: 3 },
          { id: 1, rating: 4 },
        ]),
      )
      expect(changed).toEqual([
        { id: 2, rating: 3 },
        { id: 1, rating: 4 },
      ])
    })

    test('none: 200 with an empty list', async () => {
      expect(dataOf(await send('PATCH', '/items/authors', []))).toEqual([])
      expect(dataOf(await send('PATCH', '/items/authors', { keys: [], data: { rating: 1 } }))).toEqual([])
    })

    test('If-Match with what it is not any more: 412, and nothing is changed', async () => {
      const before = await everyRow()
      const refused = await send('PATCH', '/items/authors/1', { name: 'x' }, { headers: { 'if-match': '"nope"' } })
      expect([refused.status, codeOf(refused)]).toEqual([412, 'PRECONDITION_FAILED'])
      expect(await everyRow()).toBe(before)
    })
  })

  describe('delete', () => {
    const three = async (): Promise<void> => {
      await send('POST', '/items/tags', [{ code: 'd1' }, { code: 'd2' }, { code: 'd3' }])
    }
    const left = (): Promise<unknown> => read('/items/tags?filter[code][_starts_with]=d&fields=code&sort=code')

    test('one, several, and those of a query: 204', async () => {
      await three()
      const one = await send('DELETE', '/items/tags/d1')
      expect([one.status, one.text]).toEqual([204, ''])
      expect(await left()).toEqual([{ code: 'd2' }, { code: 'd3' }])
      expect((await send('DELETE', '/items/tags', ['d2'])).status).toBe(204)
      expect(await left()).toEqual([{ code: 'd3' }])
      expect((await send('DELETE', '/items/tags', { keys: ['d3'] })).status).toBe(204)
      await three()
      expect((await send('DELETE', '/items/tags', { query: { filter: { code: { _in: ['d1', 'd2'] } } } })).status).toBe(
        204,
      )
      expect(await left()).toEqual([{ code: 'd3' }])
      expect((await send('DELETE', '/items/tags', [])).status).toBe(204)
      expect((await send('DELETE', '/items/tags/d3')).status).toBe(204)
      expect(await left()).toEqual([])
    })

    test('everything only when it is said', async () => {
      const before = await everyRow()
      const refused = await send('DELETE', '/items/page_views', { query: {} })
      expect(refused.status).toBe(403) // it has no key
      const empty = await send('DELETE', '/items/authors', { query: {} })
      expect([empty.status, codeOf(empty)]).toEqual([400, 'INVALID_PAYLOAD'])
      const blank = await send('DELETE', '/items/authors', { query: { filter: {} } })
      expect(blank.status).toBe(400)
      expect(await everyRow()).toBe(before)
    })
  })

  describe('a dry run', () => {
    test('answers what would be, and changes nothing', async () => {
      const before = await everyRow()
      const headers = { prefer: 'dry-run' }
      const made = await send('POST', '/items/tags?fields=code', { code: 'dry' }, { headers })
      expect(made.headers['preference-applied']).toBe('dry-run')
      expect(JSON.parse(made.text)).toMatchObject({
        data: { code: 'dry' },
        dry_run: { keys: ['dry'], events: [{ kind: 'items.create', collection: 'tags', key: 'dry' }] },
      })
      const gone = await send('DELETE', '/items/tags/new', undefined, { headers })
      expect([gone.status, JSON.parse(gone.text)]).toMatchObject([
        200,
        { data: null, dry_run: { keys: ['new'], events: [{ kind: 'items.delete', keys: ['new'] }] } },
      ])
      expect(await everyRow()).toBe(before)
    })
  })

  describe('who may do some of it', () => {
    const may = (action: WriteAction, collection: string, more: Partial<Permission> = {}): Permission =>
      ({ collection, action, rows: null, fields: '*', presets: null, validation: null, ...more }) as Permission // a whole one
    const reads = (collection: string, fields: ReadPermission['fields'] = '*'): Permission => ({
      collection,
      action: 'read',
      rows: null,
      fields,
    })
    const access = (...permissions: readonly Permission[]): { readonly access: Access } => ({
      access: compileAccess(permissions, items.engine.live.current()),
    })

    test('who may write and not read is answered 204, and it is written', async () => {
      const made = await send('POST', '/items/tags?fields=nope', { code: 'blind' }, access(may('create', 'tags')))
      expect([made.status, made.text]).toEqual([204, ''])
      expect(await read('/items/tags/blind?fields=code')).toEqual({ code: 'blind' })
      const changed = await send('PATCH', '/items/tags/blind', { label: 'B' }, access(may('update', 'tags')))
      expect(changed.status).toBe(204)
      expect(await read('/items/tags/blind?fields=label')).toEqual({ label: 'B' })
      expect((await send('DELETE', '/items/tags/blind', undefined, access(may('delete', 'tags')))).status).toBe(204)
    })

    test('what can not be shown is refused before it is written', async () => {
      const before = await everyRow()
      const refused = await send(
        'POST',
        '/items/tags?fields=label',
        { code: 'hidden' },
        access(may('create', 'tags'), reads('tags', ['code'])),
      )
      expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN'])
      expect(await everyRow()).toBe(before)
    })

    test('what a rule hides from them is 204', async () => {
      const hidden = access(may('create', 'tags'), {
        collection: 'tags',
        action: 'read',
        rows: { label: { _eq: 'seen' } },
        fields: '*',
      })
      expect((await send('POST', '/items/tags', { code: 'u1', label: 'unseen' }, hidden)).status).toBe(204)
      expect((await send('POST', '/items/tags', { code: 'u2', label: 'seen' }, hidden)).status).toBe(200)
      await send('DELETE', '/items/tags', ['u1', 'u2'])
    })

    test.each<[string, string, string, unknown]>([
      ['create', 'POST', '/items/tags', { code: 'no' }],
      ['update', 'PATCH', '/items/tags/new', { label: 'no' }],
      ['update several', 'PATCH', '/items/tags', { keys: ['new'], data: { label: 'no' } }],
      ['update none', 'PATCH', '/items/tags', { keys: [], data: { label: 'no' } }],
      ['delete', 'DELETE', '/items/tags/new', undefined],
      ['delete several', 'DELETE', '/items/tags', ['new']],
    ])('who may only read may not %s, and nothing is changed', async (_, method, url, body) => {
      const before = await everyRow()
      const refused = await send(method, url, body, access(reads('tags')))
      expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN'])
      const missing = await send(method, url.replace('tags', 'nothing'), body, access(reads('tags')))
      expect(missing.text.replaceAll('nothing', 'tags')).toBe(refused.text)
      expect(await everyRow()).toBe(before)
    })
  })

  describe('refused, with nothing changed', () => {
    test.each<[string, string, string, number, string]>([
      ['text that is no JSON', 'POST /items/tags', 'code=a', 400, 'INVALID_PAYLOAD'],
      ['a JSON string', 'POST /items/tags', '"a"', 400, 'INVALID_PAYLOAD'],
      ['a number in a list', 'POST /items/tags', '[{"code":"x1"}, 5]', 400, 'INVALID_PAYLOAD'],
      ['an unknown field', 'POST /items/tags', '{"code":"x","nope":1}', 400, 'INVALID_PAYLOAD'],
      ['a prototype', 'POST /items/tags', '{"code":"x","__proto__":{"label":"y"}}', 400, 'INVALID_PAYLOAD'],
      ['an unknown collection', 'POST /items/nope', '{}', 403, 'FORBIDDEN'],
      ['a system collection', 'POST /items/directus_users', '{}', 403, 'FORBIDDEN'],
      ['a view', 'POST /items/published_articles', '{"title":"a"}', 403, 'FORBIDDEN'],
      ['a field of the reply that is not there', 'POST /items/tags?fields=nope', '{"code":"x"}', 403, 'FORBIDDEN'],
      ['a filter beside the body', 'POST /items/tags?filter[code]=a', '{"code":"x"}', 400, 'INVALID_QUERY'],
      ['If-Match of several', 'PATCH /items/tags', '{"keys":["new"],"data":{}}', 400, 'INVALID_QUERY'],
      ['a key that is there', 'POST /items/tags', '[{"code":"y1"},{"code":"new"}]', 400, 'RECORD_NOT_UNIQUE'],
      ['a value that is there', 'PATCH /items/authors/1', '{"email":"flann@example.com"}', 400, 'RECORD_NOT_UNIQUE'],
      ['a relation to nothing', 'PATCH /items/articles/1', '{"author_id":99999}', 400, 'INVALID_FOREIGN_KEY'],
      ['a missing value', 'POST /items/categories', '{"sort":1}', 400, 'FAILED_VALIDATION'],
      ['null where a value must be', 'PATCH /items/authors/1', '{"name":null}', 400, 'FAILED_VALIDATION'],
      ['a value of another type', 'PATCH /items/authors/1', '{"rating":"high"}', 400, 'INVALID_PAYLOAD'],
      ['a value that is no member', 'PATCH /items/articles/1', '{"status":"nope"}', 400, 'INVALID_PAYLOAD'],
      ['an item that is not there', 'PATCH /items/authors/99999', '{"name":"a"}', 403, 'FORBIDDEN'],
      ['a key of another type', 'PATCH /items/authors/abc', '{"name":"a"}', 403, 'FORBIDDEN'],
      [
        'one key of several not there',
        'PATCH /items/authors',
        '{"keys":[1,99999],"data":{"name":"a"}}',
        403,
        'FORBIDDEN',
      ],
      ['items without keys', 'PATCH /items/authors', '[{"name":"a"}]', 400, 'INVALID_PAYLOAD'],
      ['no data', 'PATCH /items/authors', '{"keys":[1]}', 400, 'INVALID_PAYLOAD'],
      ['an empty query', 'PATCH /items/authors', '{"query":{},"data":{"name":"a"}}', 400, 'INVALID_PAYLOAD'],
      ['a wrong query', 'PATCH /items/authors', '{"query":{"limit":"x"},"data":{"name":"a"}}', 400, 'INVALID_QUERY'],
      ['groups', 'DELETE /items/authors', '{"query":{"groupBy":["name"]}}', 400, 'INVALID_QUERY'],
      ['nothing', 'DELETE /items/authors', '', 400, 'INVALID_PAYLOAD'],
      ['an empty object', 'DELETE /items/authors', '{}', 400, 'INVALID_PAYLOAD'],
      ['an item that is not there, to delete', 'DELETE /items/tags/nope', '', 403, 'FORBIDDEN'],
      ['an item that others lead to', 'DELETE /items/authors/1', '', 400, 'INVALID_FOREIGN_KEY'],
      ['a long value', 'POST /items/tags', JSON.stringify({ code: 'x'.repeat(300) }), 400, 'VALUE_TOO_LONG'],
    ])('%s', async (name, line, body, status, code) => {
      const [method = '', url = ''] = line.split(' ')
      const before = await everyRow()
      const headers: Record<string, string> = name.startsWith('If-Match') ? { 'if-match': '"1"' } : {}
      const refused = await items.rest({ method, url, body, headers })
      expect([refused.status, codeOf(refused)], refused.text).toEqual([status, code])
      expect(await everyRow()).toBe(before)
    })
  })
})
