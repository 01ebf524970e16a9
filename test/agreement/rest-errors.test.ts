/** What is wrong with a REST request is said with the right status, names the parameter, and tells nothing that is hidden. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { openItems, type ItemsClient, type RestReply } from '#test/harness/items-client.ts'

let items: ItemsClient
let reader: Access
beforeAll(async () => {
  items = await openItems(await loadEverything('sqlite'))
  reader = compileAccess(
    [
      {
        collection: 'articles',
        action: 'read',
        rows: { status: { _eq: 'published' } },
        fields: ['id', 'title', 'author_id'],
      },
    ],
    items.engine.live.current(),
  )
})
afterAll(async () => {
  expect(items.unexpected).toEqual([])
  await items.close()
})

type Refusal = {
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
}

function refusal(reply: RestReply): { readonly status: number; readonly code: string; readonly message: string } {
  const { errors } = JSON.parse(reply.text) as Refusal
  return { status: reply.status, code: errors[0]?.extensions.code ?? '', message: errors[0]?.message ?? '' }
}

test.each([
  ['limit=x', 'limit'],
  ['limit=-5', 'limit'],
  ['page=-1', 'page'],
  ['offset=1e3', 'offset'],
  ['filter={', 'filter'],
  ['filter[id][_eq]=abc', 'filter.id._eq'],
  ['filter[id][_between]=1', 'filter.id._between'],
  ['filter[views][_eq]=99999999999999999999', 'filter.views._eq'],
  ['filter[issued_on][_gt]=2023-02-31', 'filter.issued_on._gt'],
  ['filter[title][_regex]=x', 'filter.title'],
  ['filter[author_id][_some][id]=1', 'filter.author_id._some'],
  ['sort=metadata', 'metadata'],
  ['sort=tags', 'sort'],
  ['aggregate[sum]=title', 'aggregate.sum'],
  ['aggregate[foo]=*', 'aggregate'],
  ['groupBy=metadata', 'groupBy'],
  ['deep[tags][_limit]=x', 'deep.tags._limit'],
  ['meta=x', 'meta'],
  ['export=pdf', 'export'],
  ['fields=json(metadata, a..b)', 'a..b'],
  ['fields=year(title)', 'fields'],
])('%s is a 400 that names %s', async (query, name) => {
  const found = refusal(await items.rest({ url: `/items/articles?${query}` }))
  expect(found).toMatchObject({ status: 400, code: 'INVALID_QUERY' })
  expect(found.message).toContain(name)
})

test.each(['"x"', '[]', '{"keys":1}', 'fields=id', '{"query":'])('the body %s of a SEARCH is a 400', async (body) => {
  expect(refusal(await items.rest({ method: 'SEARCH', url: '/items/articles', body }))).toMatchObject({
    status: 400,
    code: 'INVALID_PAYLOAD',
  })
})

describe('who may read a part', () => {
  test.each([
    ['fields=price', 'fields=nope', 'price'],
    ['fields=author_id.name', 'fields=nope.name', 'author_id'],
    ['filter[price][_gt]=1', 'filter[nope][_gt]=1', 'price'],
    ['filter[author_id][name]=x', 'filter[nope][name]=x', 'author_id'],
    ['sort=price', 'sort=nope', 'price'],
    ['aggregate[sum]=price', 'aggregate[sum]=nope', 'price'],
    ['groupBy=status', 'groupBy=nope', 'status'],
    ['deep[author_id][_limit]=1', 'deep[nope][_limit]=1', 'author_id'],
  ])('%s is answered as %s', async (hidden, missing, name) => {
    const of = async (query: string) => refusal(await items.rest({ url: `/items/articles?${query}`, access: reader }))
    const [ofHidden, ofMissing] = [await of(hidden), await of(missing)]
    expect(ofHidden).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect({ ...ofHidden, message: ofHidden.message.replace(name, 'nope') }).toEqual(ofMissing)
  })

  test('a hidden item is as one that does not exist', async () => {
    const of = async (id: string) => refusal(await items.rest({ url: `/items/articles/${id}`, access: reader }))
    const drafts = await items.rest({ url: '/items/articles?filter[status]=draft&fields=id&limit=1' })
    const [draft] = (JSON.parse(drafts.text) as { data: { id: number }[] }).data
    expect(await of(String(draft?.id))).toEqual(await of('99999'))
    expect(await of('abc')).toEqual(await of('99999'))
  })

  test('a hidden collection is as one that does not exist', async () => {
    const of = async (name: string) =>
      JSON.stringify(refusal(await items.rest({ url: `/items/${name}`, access: reader }))).replaceAll(name, 'x')
    expect(await of('authors')).toBe(await of('nope'))
    expect(await of('directus_users')).toBe(await of('nope'))
  })

  test('an explanation is not given', async () => {
    const asked = { url: '/items/articles?fields=id&limit=1', access: reader }
    const { text } = await items.rest({ ...asked, headers: { prefer: 'explain' } })
    expect(text).toBe((await items.rest(asked)).text)
  })

  test('documents of one caller are not used for another', async () => {
    const url = '/items/articles?limit=1&filter[id]=1'
    const [all, some] = [await items.rest({ url }), await items.rest({ url, access: reader })]
    expect(Object.keys((JSON.parse(some.text) as { data: object[] }).data[0] ?? {})).toEqual([
      'id',
      'title',
      'author_id',
    ])
    expect(all.text).not.toBe(some.text)
    expect((await items.rest({ url })).text).toBe(all.text)
  })
})
