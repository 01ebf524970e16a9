/** The same write by REST and by GraphQL answers the same, and leaves the same rows: two copies of one database, on each dialect. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseExactJson } from '#rest-bridge/parse/json-text.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'

type Case = {
  readonly name: string
  /** `POST tags?fields=code` */
  readonly rest: string
  readonly body?: unknown
  /** One root field, called `data`. */
  readonly graphql: string
}

const cases: readonly Case[] = [
  {
    name: 'one item is created',
    rest: 'POST tags?fields=code,label',
    body: { code: 'n1', label: 'N' },
    graphql: 'mutation { data: create_tags_item(data: { code: "n1", label: "N" }) { code label } }',
  },
  {
    name: 'several are',
    rest: 'POST categories?fields=name,sort,parent_id.name',
    body: [{ name: 'x', sort: 1, parent_id: 1 }, { name: 'y' }],
    graphql:
      'mutation { data: create_categories_items(json: [{ name: "x", sort: 1, parent_id: 1 }, { name: "y" }]) { name sort parent_id { name } } }',
  },
  {
    name: 'an item with those it leads to, and lists that lead to it',
    rest: 'POST group?fields=order,by.order,group_by_by.order',
    body: { order: 10, by: { order: 11 }, group_by_by: [{ order: 12 }, { order: 13 }] },
    graphql:
      'mutation { data: create_group_item(data: { order: 10, by: { order: 11 }, group_by_by: [{ order: 12 }, { order: 13 }] }) { order by { order } group_by_by { order } } }',
  },
  {
    name: 'links through a junction',
    rest: 'PATCH articles/1?fields=articles_tags.tag_code.label&deep[articles_tags][_sort]=tag_code',
    body: { articles_tags: [{ tag_code: 'n1' }, { tag_code: { code: 'n2', label: 'made' } }] },
    graphql:
      'mutation { data: update_articles_item(id: 1, data: { articles_tags: [{ tag_code: { code: "n1" } }, { tag_code: { code: "n2", label: "made" } }] }) { articles_tags(sort: ["tag_code"]) { tag_code { label } } } }',
  },
  {
    name: 'values of every kind',
    rest: 'PATCH articles/2?fields=views,price,score,is_featured,issued_on,read_at,meeting_at,published_at,reference,metadata,cover',
    body: {
      views: '9007199254740995',
      price: '99.50',
      score: 1.25,
      is_featured: false,
      issued_on: '2024-02-29',
      read_at: '23:59:59',
      meeting_at: '2024-02-29T01:02:03',
      published_at: '2024-02-29T01:02:03.456Z',
      reference: '3f2504e0-4f89-41d3-9a0c-0000000000ff',
      metadata: { a: [1, { b: null }] },
      cover: 'AAEC',
    },
    graphql: `mutation @wire(format: REST) { data: update_articles_item(id: 2, data: {
      views: "9007199254740995", price: 99.50, score: 1.25, is_featured: false, issued_on: "2024-02-29", read_at: "23:59:59",
      meeting_at: "2024-02-29T01:02:03", published_at: "2024-02-29T01:02:03.456Z", reference: "3f2504e0-4f89-41d3-9a0c-0000000000ff",
      metadata: { a: [1, { b: null }] }, cover: "AAEC"
    }) { views price score is_featured issued_on read_at meeting_at published_at reference metadata cover } }`,
  },
  {
    name: 'the same change to several',
    rest: 'PATCH authors?fields=name,rating',
    body: { keys: [3, 1], data: { rating: 2 } },
    graphql: 'mutation { data: update_authors_items(ids: [3, 1], data: { rating: 2 }) { name rating } }',
  },
  {
    name: 'the same change to those of a query',
    rest: 'PATCH authors?fields=name,rating',
    body: { query: { filter: { rating: { _eq: 2 } }, sort: ['-id'], limit: 1 }, data: { rating: 3 } },
    graphql:
      'mutation { data: update_authors_items(filter: { rating: { _eq: 2 } }, sort: ["-id"], limit: 1, data: { rating: 3 }) { name rating } }',
  },
  {
    name: 'each its own change',
    rest: 'PATCH authors?fields=name',
    body: [
      { id: 2, name: 'Two' },
      { id: 1, name: 'One' },
    ],
    graphql: 'mutation { data: update_authors_batch(data: [{ id: 2, name: "Two" }, { id: 1, name: "One" }]) { name } }',
  },
  {
    name: 'lists in parts',
    rest: 'PATCH articles/1?fields=translations.language,translations.title&deep[translations][_sort]=language',
    body: {
      translations: { create: [{ language: 'nb', title: 'Nytt' }], update: [{ id: 1, title: 'Neu' }], delete: [2] },
    },
    graphql:
      'mutation { data: update_articles_item(id: 1, data: { translations_changes: { create: [{ language: "nb", title: "Nytt" }], update: [{ id: 1, title: "Neu" }], delete: [2] } }) { translations(sort: ["language"]) { language title } } }',
  },
  {
    name: 'one is deleted',
    rest: 'DELETE tags/n1',
    graphql: 'mutation { data: delete_tags_item(id: "n1") { id } }',
  },
  {
    name: 'several are deleted',
    rest: 'DELETE tags',
    body: { query: { filter: { code: { _starts_with: 'n' } } } },
    graphql: 'mutation { data: delete_tags_items(filter: { code: { _starts_with: "n" } }) { ids } }',
  },
  {
    name: 'a value that is there already is refused',
    rest: 'PATCH authors/1',
    body: { email: 'flann@example.com' },
    graphql: 'mutation { data: update_authors_item(id: 1, data: { email: "flann@example.com" }) { id } }',
  },
  {
    name: 'an item that is not there is refused',
    rest: 'PATCH authors/99999',
    body: { name: 'x' },
    graphql: 'mutation { data: update_authors_item(id: 99999, data: { name: "x" }) { id } }',
  },
  {
    name: 'a missing value is refused',
    rest: 'POST warehouses',
    body: { country: 'XX', number: 1 },
    graphql: 'mutation { data: create_warehouses_item(json: { country: "XX", number: 1 }) { name } }',
  },
]

eachDialect((dialect) => {
  let byRest: ItemsClient
  let byGraphql: ItemsClient
  beforeAll(async () => {
    byRest = await openItems(await loadEverything(dialect))
    byGraphql = await openItems(await loadEverything(dialect))
  })
  afterAll(async () => {
    for (const items of [byRest, byGraphql]) {
      expect(items.unexpected).toEqual([])
      await items.close()
    }
  })

  const everyRow = async (items: ItemsClient): Promise<readonly string[]> => {
    const names = ['authors', 'categories', 'articles', 'translations', 'tags', 'articles_tags', 'group', 'warehouses']
    return Promise.all(names.map(async (name) => (await items.rest({ url: `/items/${name}?limit=-1` })).text))
  }
  const rest = async ({ rest: line, body }: Case): Promise<unknown> => {
    const [method = '', path = ''] = line.split(' ')
    const url = `/items/${path}`
    const { status, text } = await byRest.rest({
      method,
      url,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (status === 204) return 'done'
    const reply = parseExactJson(text) as { readonly data?: unknown; readonly errors?: readonly Told[] }
    return status === 200 ? reply.data : reply.errors?.map(({ extensions }) => extensions)
  }
  const graphql = async ({ graphql: document }: Case): Promise<unknown> => {
    const { data, errors } = await byGraphql.graphql(document)
    if (errors.length > 0) return errors.map(({ extensions }) => extensions)
    const value = parseExactJson(data?.get('data') ?? 'null')
    return document.includes('data: delete_') ? 'done' : value
  }

  test('both begin with the same rows', async () => {
    expect(await everyRow(byRest)).toEqual(await everyRow(byGraphql))
  })

  test.each(cases)('$name', async (one) => {
    expect(await rest(one)).toEqual(await graphql(one))
    expect(await everyRow(byRest)).toEqual(await everyRow(byGraphql))
  })

  test('most of them changed something', async () => {
    const untouched = await openItems(await loadEverything(dialect))
    const before = await everyRow(untouched)
    await untouched.close()
    const after = await everyRow(byRest)
    expect(after.filter((text, index) => text !== before[index]).length).toBeGreaterThan(4)
  })
})

type Told = { readonly extensions: unknown }
