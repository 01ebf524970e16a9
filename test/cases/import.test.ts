/** Files of items: all of them or none, those that can be written, and back again from an export; on each dialect. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient, type RestReply } from '#test/harness/items-client.ts'

eachDialect((dialect) => {
  let items: ItemsClient
  beforeAll(async () => {
    items = await openItems(await loadEverything(dialect))
  })
  afterAll(async () => {
    expect(items.unexpected).toEqual([])
    await items.close()
  })

  const send = (
    collection: string,
    type: string,
    body: string,
    query = '',
    access?: ReturnType<typeof compileAccess>,
  ) =>
    items.rest({
      method: 'POST',
      url: `/utils/import/${collection}${query}`,
      headers: { 'content-type': type },
      body,
      ...(access === undefined ? {} : { access }),
    })
  const csv = (collection: string, lines: readonly string[], query = ''): Promise<RestReply> =>
    send(collection, 'text/csv', lines.map((line) => `${line}\n`).join(''), query)
  const textOf = async (url: string): Promise<string> => {
    const { status, text } = await items.rest({ url })
    expect(status, text).toBe(200)
    return text
  }
  const rows = async (url: string): Promise<unknown> =>
    (JSON.parse(await textOf(url)) as { readonly data: unknown }).data
  const everyTag = (): Promise<unknown> => rows('/items/tags?limit=-1&sort=code')

  test('items with a known key are changed, the others made', async () => {
    await csv('tags', ['code,label', 'k1,one', 'k2,two'])
    const done = await csv('tags', ['code,label', 'k2,TWO', 'k3,'])
    expect([done.status, done.text]).toEqual([200, ''])
    expect(await rows('/items/tags?filter[code][_starts_with]=k&fields=code,label&sort=code')).toEqual([
      { code: 'k1', label: 'one' },
      { code: 'k2', label: 'TWO' },
      { code: 'k3', label: null },
    ])
  })

  test('more than a batch', async () => {
    const lines = Array.from({ length: 1234 }, (_unused, index) => `b${String(index).padStart(4, '0')},label ${index}`)
    expect((await csv('tags', ['code,label', ...lines])).status).toBe(200)
    expect(await rows('/items/tags?filter[code][_starts_with]=b&aggregate[count]=*')).toEqual([{ count: '1234' }])
    await items.rest({
      method: 'DELETE',
      url: '/items/tags',
      body: JSON.stringify({ query: { filter: { code: { _starts_with: 'b' } } } }),
    })
  })

  test('JSON, with related items', async () => {
    const done = await send(
      'group',
      'application/json',
      JSON.stringify([{ order: 71, by: { order: 70 }, group_by_by: [{ order: 72 }] }]),
    )
    expect([done.status, done.text]).toEqual([200, ''])
    expect(await rows('/items/group?filter[order]=71&fields=by.order,group_by_by.order')).toEqual([
      { by: { order: 70 }, group_by_by: [{ order: 72 }] },
    ])
  })

  describe('when rows are wrong', () => {
    const lines = ['id,name,sort', ',"first\nline",1', ',fine,x', ',,3', ',many,1,2', ',last,4']

    test('nothing is written, and each is told of by its row and line', async () => {
      const before = await rows('/items/categories?limit=-1')
      const refused = await csv('categories', lines)
      expect(refused.status).toBe(400)
      const { errors } = JSON.parse(refused.text) as { readonly errors: readonly { readonly extensions: object }[] }
      expect(errors.map(({ extensions }) => extensions)).toMatchObject([
        { row: 4, line: 6, code: 'INVALID_PAYLOAD' },
        { row: 2, line: 4, code: 'INVALID_PAYLOAD' },
        { row: 3, line: 5, code: 'FAILED_VALIDATION', field: 'name' },
      ])
      expect(await rows('/items/categories?limit=-1')).toEqual(before)
    })

    test('with on_error=continue the others are written', async () => {
      const done = await csv('categories', lines, '?on_error=continue')
      expect(done.status, done.text).toBe(200)
      expect((JSON.parse(done.text) as { readonly data: unknown }).data).toMatchObject({
        imported: 2,
        failed: 3,
        errors: [
          { row: 4, line: 6, field: null, code: 'INVALID_PAYLOAD' },
          { row: 2, line: 4, code: 'INVALID_PAYLOAD' },
          { row: 3, line: 5, field: 'name', code: 'FAILED_VALIDATION' },
        ],
      })
      expect(
        await rows('/items/categories?filter[name][_in][]=first%0Aline&filter[name][_in][]=last&fields=sort&sort=sort'),
      ).toEqual([{ sort: 1 }, { sort: 4 }])
    })

    test('what the database refuses is told by its row too', async () => {
      const before = await everyTag()
      const body = JSON.stringify([{ code: 'ok' }, { code: 'x', articles_tags: [{ article_id: 999_999 }] }])
      const refused = await send('tags', 'application/json', body)
      expect(refused.status, refused.text).toBe(400)
      expect(JSON.parse(refused.text)).toMatchObject({
        errors: [{ extensions: { row: 2, line: 1, code: 'INVALID_FOREIGN_KEY' } }],
      })
      expect(await everyTag()).toEqual(before)
    })
  })

  test.each<[string, string, string, string, number, string]>([
    ['another type', 'tags', 'text/plain', 'code\nx\n', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no type', 'tags', '', 'code\nx\n', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['an empty file', 'tags', 'text/csv', '', 400, 'INVALID_PAYLOAD'],
    ['a column without a name', 'tags', 'text/csv', 'code,\nx,y\n', 400, 'INVALID_PAYLOAD'],
    ['a column twice', 'tags', 'text/csv', 'code,code\nx,y\n', 400, 'INVALID_PAYLOAD'],
    ['an unknown column', 'tags', 'text/csv', 'code,nope\nx,y\n', 400, 'INVALID_PAYLOAD'],
    ['broken CSV', 'tags', 'text/csv', 'code\n"x\n', 400, 'INVALID_PAYLOAD'],
    ['an object', 'tags', 'application/json', '{"code":"x"}', 400, 'INVALID_PAYLOAD'],
    ['broken JSON after good rows', 'tags', 'application/json', '[{"code":"x"},{"code":}]', 400, 'INVALID_PAYLOAD'],
    ['an unknown collection', 'nope', 'text/csv', 'a\n1\n', 403, 'FORBIDDEN'],
    ['a view', 'published_articles', 'text/csv', 'title\na\n', 403, 'FORBIDDEN'],
  ])('%s is refused, and nothing is changed', async (_name, collection, type, body, status, code) => {
    const before = await everyTag()
    const refused = await send(collection, type, body)
    expect([refused.status, JSON.parse(refused.text)], refused.text).toMatchObject([
      status,
      { errors: [{ extensions: { code } }] },
    ])
    expect(await everyTag()).toEqual(before)
  })

  test('rights hold for every row', async () => {
    const before = await everyTag()
    const permissions: readonly Permission[] = [
      { collection: 'tags', action: 'read', rows: null, fields: '*' },
      {
        collection: 'tags',
        action: 'create',
        rows: null,
        fields: ['code'],
        presets: null,
        validation: { code: { _starts_with: 'p' } },
      },
    ]
    const access = compileAccess(permissions, items.engine.live.current())
    for (const body of ['code,label\np1,no\n', 'code\nq1\n', 'code\nk1\n']) {
      const refused = await send('tags', 'text/csv', body, '', access)
      expect([400, 403], refused.text).toContain(refused.status)
    }
    expect(await everyTag()).toEqual(before)
    expect((await send('tags', 'text/csv', 'code\np1\n', '', access)).status).toBe(200)
    expect(await rows('/items/tags/p1?fields=code')).toEqual({ code: 'p1' })
    const nobody = await send('tags', 'text/csv', 'code\np2\n', '', compileAccess([], items.engine.live.current()))
    expect(nobody.status).toBe(403)
  })

  describe('what was exported comes back as it was', () => {
    test.each(['words', 'categories', 'authors', 'products', 'warehouses', 'articles', 'tags', 'group'])(
      '%s, as CSV and as JSON',
      async (name) => {
        for (const [format, type] of [
          ['csv', 'text/csv'],
          ['csv_utf8', 'text/csv'],
          ['json', 'application/json'],
        ] as const) {
          const url = `/items/${name}?fields=*&limit=-1&export=${format}`
          const before = await textOf(url)
          const done = await send(name, type, before)
          expect([done.status, done.text.slice(0, 500)]).toEqual([200, ''])
          expect(await textOf(url)).toBe(before)
        }
      },
    )

    test('into an empty table', async () => {
      const url = '/items/words?fields=id,word,note,weight&limit=-1&export=csv'
      const texts = ['=1+1', "'=1", '-2', '', null, ' a ', 'x,"y"', 'two\nlines', 'r\rn', "'", '@', 'null', '\uFEFF']
      await items.rest({
        method: 'POST',
        url: '/items/words',
        body: JSON.stringify(texts.map((note, weight) => ({ word: 'w', note, weight }))),
      })
      const before = await textOf(url)
      const json = await rows('/items/words?limit=-1')
      await items.rest({ method: 'DELETE', url: '/items/words', body: JSON.stringify({ query: { limit: -1 } }) })
      expect(await rows('/items/words')).toEqual([])
      expect((await send('words', 'text/csv', before)).status).toBe(200)
      expect(await rows('/items/words?limit=-1')).toEqual(json)
      expect(await textOf(url)).toBe(before)
    })
  })
})
