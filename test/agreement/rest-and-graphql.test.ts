/** The same question by REST and by GraphQL gives the same data, on each dialect. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseExactJson } from '#rest-bridge/parse/json-text.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { isAvailable, testDialects } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'

type Case = {
  readonly rest: string
  /** The body of a SEARCH; null for GET. */
  readonly body?: unknown
  /** One root field, called `data`; its value is the reply's. */
  readonly graphql: string
}

const json = (value: unknown): string => encodeURIComponent(JSON.stringify(value))

const cases: readonly Case[] = [
  { rest: 'articles?fields=id,title&limit=3', graphql: '{ data: articles(limit: 3) { id title } }' },
  {
    rest: 'articles?fields=id,views,price,published_at,metadata,cover,reference,is_featured,issued_on,read_at,meeting_at',
    graphql:
      '{ data: articles { id views price published_at metadata cover reference is_featured issued_on read_at meeting_at } }',
  },
  {
    rest: 'articles?fields=title,author_id.name,author_id.mentor_id.name&sort=-author_id.name,id',
    graphql: '{ data: articles(sort: ["-author_id.name", "id"]) { title author_id { name mentor_id { name } } } }',
  },
  {
    rest: 'articles?fields=id,author_id,tags,articles_tags',
    graphql: '{ data: articles { id author_id: author_id_key tags: tags_keys articles_tags: articles_tags_keys } }',
  },
  {
    rest: 'authors?fields=name,articles_by_author_id.title&deep[articles_by_author_id][_limit]=2&deep[articles_by_author_id][_sort]=-title',
    graphql: '{ data: authors { name articles_by_author_id(limit: 2, sort: ["-title"]) { title } } }',
  },
  {
    rest: `articles?fields=id&filter=${json({ _or: [{ price: { _gt: '10' } }, { author_id: { name: { _icontains: 'ada' } } }] })}`,
    graphql:
      '{ data: articles(filter: { _or: [{ price: { _gt: "10" } }, { author_id: { name: { _icontains: "ada" } } }] }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[tags][code][_eq]=engine',
    graphql: '{ data: articles(filter: { tags: { code: { _eq: "engine" } } }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[articles_tags][_null]=true',
    graphql: '{ data: articles(filter: { articles_tags: { _none: {} } }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[articles_tags][_none][tag_code]=engine',
    graphql: '{ data: articles(filter: { articles_tags: { _none: { tag_code_key: { _eq: "engine" } } } }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[reviewer_id][_null]=true&filter[views][_in]=9007199254740993,1500',
    graphql:
      '{ data: articles(filter: { reviewer_id_key: { _null: true }, views: { _in: ["9007199254740993", "1500"] } }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[year(published_at)][_gte]=2024',
    graphql: '{ data: articles(filter: { published_at_func: { year: { _gte: 2024 } } }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[count(tags)][_gt]=1',
    graphql: '{ data: articles(filter: { tags_func: { count: { _gt: 1 } } }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[published_at][_lt]=$NOW(-1 year)',
    graphql: '{ data: articles(filter: { published_at: { _lt: "$NOW(-1 year)" } }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[metadata][_json][pages][_gt]=100',
    graphql: '{ data: articles(filter: { metadata: { _json: { pages: { _gt: 100 } } } }) { id } }',
  },
  {
    rest: 'articles?fields=id&filter[published_at][_between]=2023-01-01,2023-12-31',
    graphql: '{ data: articles(filter: { published_at: { _between: ["2023-01-01", "2023-12-31"] } }) { id } }',
  },
  { rest: 'articles?fields=id&search=engine', graphql: '{ data: articles(search: "engine") { id } }' },
  { rest: 'articles?fields=id&limit=4&page=2', graphql: '{ data: articles(limit: 4, page: 2) { id } }' },
  { rest: 'articles?fields=id&limit=-1&offset=3', graphql: '{ data: articles(limit: -1, offset: 3) { id } }' },
  { rest: 'articles?limit=0&fields=id', graphql: '{ data: articles(limit: 0) { id } }' },
  {
    rest: 'articles?fields=year(published_at),count(tags),json(metadata, pages)',
    graphql:
      '{ data: articles { published_at_func @spread { published_at_year: year } tags_func @spread { tags_count: count } metadata_func @spread { metadata_pages_json: json(path: "pages") } } }',
  },
  { rest: 'articles?aggregate[count]=*', graphql: '{ data: articles_aggregated { count: countAll } }' },
  {
    rest: 'articles?aggregate[count]=id,reviewer_id&aggregate[sum]=price,views&aggregate[avg]=score&aggregate[min]=price&groupBy=author_id',
    graphql:
      '{ data: articles_aggregated(groupBy: ["author_id"]) { group @spread count { id reviewer_id } sum { price views } avg { score } min { price } } }',
  },
  {
    rest: 'articles?aggregate[max]=published_at,title&groupBy=year(published_at),author_id.name&sort=-author_id.name',
    graphql:
      '{ data: articles_aggregated(groupBy: ["year(published_at)", "author_id.name"], sort: ["-author_id.name"]) { group @spread max: maxText { published_at title } } }',
  },
  {
    rest: 'articles?aggregate[sum]=price&groupBy=author_id&sort=-sum.price&limit=3',
    graphql:
      '{ data: articles_aggregated(groupBy: ["author_id"], sort: ["-sum.price"], limit: 3) { group @spread sum { price } } }',
  },
  {
    rest: 'Order%20Details?fields=Order-Id,2nd choice,product id.name',
    graphql:
      '{ data: Order_Details { k1: Order_Id @as(key: "Order-Id") k2: _2nd_choice @as(key: "2nd choice") k3: product_id @as(key: "product id") { name } } }',
  },
  {
    rest: 'stock/1,DE,1?fields=quantity,product_id',
    graphql: '{ data: stock_by_id(id: "1,DE,1") { quantity product_id: product_id_key } }',
  },
  { rest: 'authors/2?fields=name', graphql: '{ data: authors_by_id(id: 2) { name } }' },
  {
    rest: 'published_articles?fields=title&sort=title',
    graphql: '{ data: published_articles(sort: ["title"]) { title } }',
  },
  { rest: 'page_views?fields=country,duration', graphql: '{ data: page_views { country duration } }' },
  {
    rest: 'authors',
    body: { query: { fields: ['name'], filter: { born: { _lt: '1900-01-01' } }, sort: ['-name'] } },
    graphql: '{ data: authors(filter: { born: { _lt: "1900-01-01" } }, sort: ["-name"]) { name } }',
  },
  {
    rest: 'authors',
    body: { keys: [3, 1], query: { fields: 'id,name' } },
    graphql: '{ data: authors(filter: { id: { _in: [3, 1] } }) { id name } }',
  },
]

for (const dialect of testDialects) {
  describeWhere(isAvailable(dialect), dialect, 'there is no server', () => {
    let items: ItemsClient
    beforeAll(async () => {
      items = await openItems(await loadEverything(dialect))
    })
    afterAll(async () => {
      expect(items.unexpected).toEqual([])
      await items.close()
    })

    const restText = async ({ rest, body }: Case): Promise<string> => {
      const reply = await items.rest(
        body === undefined
          ? { url: `/items/${rest}` }
          : { method: 'SEARCH', url: `/items/${rest}`, body: JSON.stringify(body) },
      )
      expect(reply, reply.text).toMatchObject({ status: 200 })
      return reply.text
    }

    describe('byte for byte, when GraphQL is asked to write values as REST does', () => {
      test.each(cases)('$rest', async (one) => {
        const { data, errors } = await items.graphql(`query @wire(format: REST) ${one.graphql}`)
        expect(errors).toEqual([])
        expect(await restText(one)).toBe(`{"data":${data?.get('data') ?? 'nothing'}}`)
      })
    })

    describe('as values, in the types of GraphQL', () => {
      test.each(cases)('$rest', async (one) => {
        const { data, errors } = await items.graphql(one.graphql)
        expect(errors).toEqual([])
        const { data: byRest } = parseExactJson(await restText(one)) as { readonly data: unknown }
        expect(plain(byRest)).toEqual(plain(parseExactJson(data?.get('data') ?? '"nothing"')))
      })
    })

    test('counts are those of the graph', async () => {
      const { data } = await items.graphql(
        '{ total: articles_aggregated { countAll } found: articles_aggregated(filter: { author_id_key: { _eq: 1 } }) { countAll } }',
      )
      const reply = await items.rest({ url: '/items/articles?limit=1&meta=*&filter[author_id]=1' })
      const count = (name: string) => (JSON.parse(data?.get(name) ?? '[]') as { countAll: number }[])[0]?.countAll
      expect(JSON.parse(reply.text)).toMatchObject({
        meta: { total_count: count('total'), filter_count: count('found') },
      })
    })

    test('an export has the rows of the list', async () => {
      const list = await items.rest({ url: '/items/articles?fields=id,title,author_id.name,tags.*&limit=-1' })
      const file = await items.rest({
        url: '/items/articles?fields=id,title,author_id.name,tags.*&limit=-1&export=json',
      })
      expect(`{"data":${file.text}}`).toBe(list.text)
      expect(file.headers['content-disposition']).toMatch(/^attachment; filename="articles-\d{8}-\d{6}\.json"$/)
    })

    test('an explanation is for an administrator', async () => {
      const asked = { url: '/items/articles?fields=id&filter[title]=x', headers: { prefer: 'explain' } }
      const { data } = JSON.parse((await items.rest(asked)).text) as { readonly data: Record<string, unknown> }
      expect(data).toMatchObject({
        document: expect.stringContaining('data:articles('),
        variables: { filter: { title: { _eq: 'x' } }, limit: 100 },
        sql: expect.stringMatching(/select/i),
      })
      expect(data['values']).toContain('x')
    })
  })
}

/** Values without their wire's types: keys and numbers as texts, `2.50` as `2.5`. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  }
  if (typeof value !== 'number' && typeof value !== 'string') return value
  const text = String(value)
  if (!/^-?\d+(?:\.\d+)?(?:e-?\d+)?$/i.test(text)) return text
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '').length
  return digits > 15 ? text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : String(Number(text))
}
