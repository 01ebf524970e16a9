/** The classes of attack on reading, by REST: what is hidden is answered, byte for byte, as what does not exist. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Access, Permission, ReadPermission } from '#schema-engine/permissions/access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { openItems, type ItemsClient, type RestReply } from '#test/harness/items-client.ts'

const may = (
  collection: string,
  fields: ReadPermission['fields'] = '*',
  rows: ReadPermission['rows'] = null,
): Permission => ({
  collection,
  action: 'read',
  rows,
  fields,
})

let items: ItemsClient
let reader: Access
let mixed: Access
beforeAll(async () => {
  items = await openItems(await loadEverything('sqlite'))
  const model = items.engine.live.current()
  reader = compileAccess(
    [
      may('authors', ['id', 'name', 'articles_by_author_id', 'mentor_id'], { is_active: { _eq: true } }),
      may('articles', ['id', 'title', 'author_id', 'tags', 'articles_tags', 'translations'], {
        status: { _eq: 'published' },
      }),
      may('tags', ['code', 'articles']),
      may('articles_tags'),
    ],
    model,
  )
  mixed = compileAccess(
    [
      may('articles', ['id', 'title'], { status: { _eq: 'published' } }),
      may('articles', ['id', 'views'], { author_id: { _eq: 3 } }),
    ],
    model,
  )
})
afterAll(async () => {
  expect(items.unexpected).toEqual([])
  await items.close()
})

const json = (value: unknown): string => encodeURIComponent(JSON.stringify(value))

/** `X` is the name of a field, in a request that is else allowed. */
const waysToField: readonly string[] = [
  '/items/authors?fields=X',
  '/items/authors?fields=id,X',
  '/items/authors/1?fields=X',
  '/items/articles?fields=author_id.X',
  '/items/articles?fields=author_id.mentor_id.X',
  '/items/authors?fields=year(X)',
  '/items/authors?fields=count(X)',
  '/items/authors?fields=json(X, a)',
  '/items/authors?alias[x]=X&fields=x',
  `/items/authors?filter=${json({ X: { _starts_with: 'a' } })}`,
  '/items/authors?filter[X][_null]=true',
  `/items/authors?filter=${json({ _or: [{ id: { _eq: 1 } }, { _and: [{ X: { _eq: 'a' } }] }] })}`,
  `/items/articles?filter=${json({ author_id: { X: { _contains: 'a' } } })}`,
  `/items/articles?filter=${json({ author_id: { mentor_id: { X: { _contains: 'a' } } } })}`,
  `/items/tags?filter=${json({ articles: { _some: { author_id: { X: { _contains: 'a' } } } } })}`,
  `/items/authors?filter=${json({ 'year(X)': { _eq: 1815 } })}`,
  `/items/authors?fields=articles_by_author_id.id&deep=${json({ articles_by_author_id: { _filter: { author_id: { X: { _eq: 'a' } } } } })}`,
  '/items/authors?fields=articles_by_author_id.id&deep[articles_by_author_id][_sort]=author_id.X',
  '/items/authors?sort=X',
  '/items/authors?sort=-X',
  '/items/articles?sort=author_id.X',
  '/items/authors?sort=year(X)',
  '/items/authors?aggregate[count]=X',
  '/items/authors?aggregate[countDistinct]=X',
  '/items/authors?aggregate[max]=X',
  '/items/authors?groupBy=X',
  '/items/authors?groupBy=year(X)&aggregate[count]=*',
  '/items/articles?groupBy=author_id.X',
  '/items/authors?groupBy=name&sort=X',
  `/items/authors?meta=*&filter=${json({ X: { _eq: 'a' } })}`,
  `/items/authors?export=csv&fields=X`,
  '/items/authors?export=json&sort=X',
]

/** `X` is the name of a collection or of the relation that leads to it. */
const waysToCollection: readonly string[] = [
  '/items/X',
  '/items/X/1',
  '/items/X?meta=*',
  '/items/X?export=csv',
  '/items/X?aggregate[count]=*',
  '/items/articles?fields=X',
  '/items/articles?fields=X.title',
  '/items/articles?fields=X.*',
  '/items/articles?fields=count(X)',
  `/items/articles?filter=${json({ X: { language: { _eq: 'de' } } })}`,
  `/items/articles?filter=${json({ X: { _none: {} } })}`,
  '/items/articles?sort=count(X)',
  '/items/articles?sort=X.title',
  '/items/articles?groupBy=X.title',
  '/items/articles?fields=id&deep[X][_limit]=1',
]

const ask = (url: string, access: Access): Promise<RestReply> => items.rest({ url, access })

async function expectSameAnswer(url: string, hidden: string, unknown: string): Promise<RestReply> {
  const answer = async (name: string): Promise<RestReply> => ask(url.replaceAll('X', name), reader)
  const [real, made] = [await answer(hidden), await answer(unknown)]
  const bytes = ({ status, text }: RestReply, name: string): string => `${status} ${text.replaceAll(name, 'X')}`
  expect(bytes(real, hidden), url).toBe(bytes(made, unknown))
  return real
}

describe('A1, A2, A5–A8, A22: a field that may not be used', () => {
  for (const url of waysToField) {
    it(`${decodeURIComponent(url)} is refused as what does not exist`, async () => {
      const { status, text } = await expectSameAnswer(url, 'email', 'emaiI')
      expect([400, 403], text).toContain(status)
      expect(text).not.toMatch(/example\.com/)
    })
  }

  it('is in no wildcard, list of fields, export or specification of the caller', async () => {
    for (const url of [
      '/items/authors',
      '/items/authors?fields=*',
      '/items/articles?fields=*.*',
      '/items/authors?export=csv',
      '/items/authors?export=xml',
      '/items/authors?export=yaml',
      '/items/authors?fields=*,articles_by_author_id.*.*',
    ])
      expect((await ask(url, reader)).text, url).not.toMatch(/email|example\.com|rating|biography/)
  })
})

describe('A6, A22: a collection that may not be read', () => {
  for (const url of waysToCollection) {
    it(`${decodeURIComponent(url)} is answered as what does not exist`, async () => {
      const { text } = await expectSameAnswer(url, 'translations', 'translationz')
      expect(text).not.toMatch(/Notizen|Naokos/)
    })
  }
})

describe('row rules and mixed rights', () => {
  const data = async (url: string, access: Access): Promise<unknown> => {
    const reply = await ask(url, access)
    expect(reply.status, reply.text).toBe(200)
    return JSON.parse(reply.text) as unknown
  }

  it('hidden items are as missing ones', async () => {
    const [hidden, missing] = [await ask('/items/authors/5', reader), await ask('/items/authors/99', reader)]
    expect(hidden).toEqual(missing)
    expect(hidden.status).toBe(403)
    expect(await data('/items/authors?filter[id][_in]=5,99&meta=*', reader)).toEqual({
      data: [],
      meta: { total_count: 5, filter_count: 0 },
    })
    expect(await data('/items/articles/15?fields=id,author_id,author_id.name', reader)).toEqual({
      data: { id: 15, author_id: null },
    })
  })

  it('A3, A4: search looks at nothing that may not be searched', async () => {
    for (const term of ['ada@example.com', 'example', 'first program', '4.5'])
      expect(await data(`/items/authors?search=${encodeURIComponent(term)}&meta=filter_count`, reader)).toEqual({
        data: [],
        meta: { filter_count: 0 },
      })
  })

  it('A10: rules side by side do not lend each other their fields', async () => {
    expect(await data('/items/articles?fields=id,title,views&filter[id][_in]=1,4,10', mixed)).toEqual({
      data: [
        { id: 1, title: 'Notes on the Engine', views: null },
        { id: 4, title: null, views: '0' },
        { id: 10, title: 'Über Größe', views: '9223372036854775807' },
      ],
    })
    expect(await data('/items/articles?fields=id&filter[views][_gte]=0', mixed)).toEqual({
      data: [{ id: 4 }, { id: 10 }],
    })
    expect(await data('/items/articles?search=Untitled&fields=id', mixed)).toEqual({ data: [] })
    expect(await data('/items/articles?aggregate[count]=views,title', mixed)).toEqual({
      data: [{ count: { views: '2', title: '10' } }],
    })
  })
})

describe('A49, A51, A53: odd values and hostile names', () => {
  const numbers = [
    '-2',
    '1.5',
    '1e309',
    'NaN',
    'Infinity',
    '0x10',
    'x',
    '9999999999999999999',
    '%00',
    '1;drop table articles',
    '[]',
    '{}',
    'true',
    'null',
  ]
  for (const parameter of [
    'limit',
    'offset',
    'page',
    'deep[tags][_limit]',
    'deep[tags][_offset]',
    'deep[tags][_page]',
  ]) {
    it(`${parameter} of odd values`, async () => {
      for (const value of numbers) {
        const reply = await ask(
          `/items/articles?fields=id,tags.code&${parameter}=${value === '%00' ? value : encodeURIComponent(value)}`,
          reader,
        )
        expect(reply.status, `${parameter}=${value} ${reply.text}`).toBe(400)
        expect(reply.text).not.toMatch(/INTERNAL_SERVER_ERROR|SQLITE|syntax/)
      }
    })
  }

  const hostile = [
    "'",
    '"',
    '`',
    ';',
    '; drop table articles; --',
    '?',
    '$1',
    ':x',
    '\\',
    '%',
    '__proto__',
    'constructor',
    'toString',
    'id)',
    'id desc',
    '(select 1)',
    '*/',
    'null',
    '\u0000',
    '\ud83d\ude00',
  ]
  for (const parameter of [
    'fields',
    'sort',
    'groupBy',
    'search',
    'filter[title][_eq]',
    'filter[title][_contains]',
    'filter[X][_eq]',
    'aggregate[count]',
    'aggregate[X]',
    'alias[X]',
    'deep[X][_limit]',
    'meta',
    'export',
  ]) {
    it(`${parameter} of hostile texts is no error of ours`, async () => {
      for (const text of hostile) {
        const url = `/items/articles?${parameter.replace('X', encodeURIComponent(text))}=${encodeURIComponent(parameter.includes('X') ? 'id' : text)}`
        const { status, text: body } = await ask(url, reader)
        expect([200, 400, 403], `${decodeURIComponent(url)} ${body}`).toContain(status)
        expect(body).not.toMatch(/INTERNAL_SERVER_ERROR|SQLITE|near \\"/)
      }
    })
  }

  it('hostile paths', async () => {
    for (const text of hostile) {
      for (const url of [`/items/${encodeURIComponent(text)}`, `/items/articles/${encodeURIComponent(text)}`]) {
        const { status, text: body } = await ask(url, reader)
        expect([400, 403, 404], `${url} ${body}`).toContain(status)
      }
    }
  })
})

it('A58: the statement, with the rules in it, is shown to the administrator alone', async () => {
  const explained = (access: Access) =>
    items.rest({ url: '/items/authors?fields=name', headers: { prefer: 'explain' }, access })
  expect((await explained(fullAccess)).text).toContain('"sql":"select')
  const { status, headers, text } = await explained(reader)
  expect([status, headers['preference-applied']]).toEqual([200, undefined])
  expect(text).not.toMatch(/sql|select|is_active/i)
})
