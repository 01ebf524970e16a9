/**
 * Federation on every dialect: the SDL composes with a subgraph written by hand that extends our entities by a primary, a
 * unique and a composite key, and a real gateway answers over HTTP what lies on both sides. `_entities` is one statement.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation'
import { composeServices } from '@theguild/federation-composition'
import { graphql, parse, type GraphQLSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { codesOf, dataOf, openGraph, type GraphUnderTest } from '#test/cases/graph-under-test.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'

const caller = {
  actor: { kind: 'system', reason: 'cli' } as const,
  access: fullAccess,
  facts: { now: new Date(0), user: null, role: null, roles: [], policies: [] },
}

const logistics = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires"])
  type Query { best: [products!]! lead: authors main: warehouses links: [contributions!]! }
  type products @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! inventory: Int! price: Float! @external value: Float @requires(fields: "price") }
  type authors @key(fields: "email") { email: String! followers: Int! }
  type warehouses @key(fields: "country number") { country: ID! number: ID! capacity: Int! }
  type contributions @key(fields: "article_id_key author_id_key") { article_id_key: ID author_id_key: ID fee: Int }
`

const stockBySku: Readonly<Record<string, number>> = { 'A-1': 150, 'B-2': 42 }
const skuById: Readonly<Record<string, string>> = { '1': 'A-1', '9007199254740993': 'B-2' }

/** What the gateway sends of a product: one of its keys, and what a field requires. */
type ProductReference = { readonly id?: string; readonly sku?: string; readonly price?: number }

const stockOf = ({ id, sku }: ProductReference): number => stockBySku[sku ?? skuById[id ?? ''] ?? ''] ?? 0

/** What the other team runs. */
const logisticsSchema = (): GraphQLSchema =>
  buildSubgraphSchema([
    {
      typeDefs: parse(logistics),
      resolvers: {
        Query: {
          best: () => [
            { id: '9007199254740993', sku: 'B-2' },
            { id: '1', sku: 'A-1' },
          ],
          lead: () => ({ email: 'haruki@example.jp' }),
          main: () => ({ country: 'DE', number: '2' }),
          links: () => [
            { article_id_key: '1', author_id_key: '2' },
            { article_id_key: '99', author_id_key: '2' },
          ],
        },
        products: {
          __resolveReference: (product: ProductReference) => product,
          inventory: stockOf,
          value: (product: ProductReference) => (product.price ?? 0) * stockOf(product),
        },
        authors: {
          __resolveReference: (author: { email: string }) => author,
          followers: ({ email }: { email: string }) => email.length,
        },
        warehouses: {
          __resolveReference: (place: { country: string }) => place,
          capacity: ({ country }: { country: string }) => (country === 'DE' ? 1000 : 10),
        },
        contributions: { __resolveReference: (link: object) => link, fee: () => 5 },
      },
    },
  ])

type Asked = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string | null
}

/** A small HTTP server of a subgraph; gives its address. */
async function serve(answer: (asked: Asked) => Promise<string>): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      void answer(JSON.parse(Buffer.concat(chunks).toString()) as Asked).then((body) =>
        response.setHeader('content-type', 'application/json').end(body),
      ) // sent by the gateway
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  return { server, url: `http://127.0.0.1:${port}` }
}

eachDialect((dialect) => {
  let graph: GraphUnderTest
  const servers: Server[] = []
  const asked: Asked[] = []
  let gateway: GraphQLSchema

  beforeAll(async () => {
    graph = await openGraph(await loadEverything(dialect))
    const ours = await serve(async (request) => {
      asked.push(request)
      const { text, errors } = await graph.traced(request.query, {
        variables: request.variables ?? {},
        ...(request.operationName == null ? {} : { operationName: request.operationName }),
      })
      return `{"data":${text ?? 'null'}${errors.length === 0 ? '' : `,"errors":${JSON.stringify(errors)}`}}`
    })
    const schema = logisticsSchema()
    const theirs = await serve(async ({ query, variables }) =>
      JSON.stringify(await graphql({ schema, source: query, variableValues: variables ?? {} })),
    )
    servers.push(ours.server, theirs.server)
    const composed = composeServices([
      { name: 'shop', url: ours.url, typeDefs: parse(await graph.graph.sdl('items', caller)) },
      { name: 'logistics', url: theirs.url, typeDefs: parse(logistics) },
    ])
    expect(composed.errors ?? []).toEqual([])
    gateway = getStitchedSchemaFromSupergraphSdl({ supergraphSdl: composed.supergraphSdl ?? '' })
  })
  afterAll(async () => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
    await graph.close()
  })

  const ask = async (source: string, variableValues: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    asked.length = 0
    const { data, errors } = await graphql({ schema: gateway, source, variableValues })
    expect(errors ?? []).toEqual([])
    return JSON.parse(JSON.stringify(data)) as unknown
  }

  describe('a gateway over both subgraphs', () => {
    it('goes from ours to theirs, by the primary key, by a unique key and by a composite one', async () => {
      expect(
        await ask(`{ products(filter: {sku: {_in: ["A-1", "B-2", "B-3"]}}, sort: ["sku"]) { name sku inventory value article_id { title author_id { followers } } }
          warehouses(limit: 2) { name capacity } }`),
      ).toEqual({
        products: [
          { name: 'Notebook', sku: 'A-1', inventory: 150, value: 375, article_id: null },
          {
            name: 'Engine poster',
            sku: 'B-2',
            inventory: 42,
            value: 798,
            article_id: { title: 'Notes on the Engine', author_id: { followers: 15 } },
          },
          {
            name: 'Bicycle bell',
            sku: 'B-3',
            inventory: 0,
            value: 0,
            article_id: { title: 'The Third Policeman', author_id: { followers: 17 } },
          },
        ],
        warehouses: [
          { name: 'Hamburg', capacity: 1000 },
          { name: 'München', capacity: 1000 },
        ],
      })
      expect(asked).toHaveLength(2) // this gateway asks for each root field apart
    })

    it('goes from theirs to ours, and further', async () => {
      expect(
        await ask(
          '{ best { inventory name stock { country quantity } } lead { followers name articles_by_author_id { title } } main { capacity name stock { quantity } } links { fee role author_id { name } } }',
        ),
      ).toEqual({
        best: [
          {
            inventory: 42,
            name: 'Engine poster',
            stock: [
              { country: 'DE', quantity: 30 },
              { country: 'FR', quantity: 12 },
            ],
          },
          {
            inventory: 150,
            name: 'Notebook',
            stock: [
              { country: 'DE', quantity: 100 },
              { country: 'DE', quantity: 50 },
              { country: 'FR', quantity: 0 },
            ],
          },
        ],
        lead: {
          followers: 17,
          name: '村上 春樹',
          articles_by_author_id: [{ title: 'Norwegian Wood' }, { title: 'Last Words' }],
        },
        main: { capacity: 1000, name: 'München', stock: [{ quantity: 50 }, { quantity: 30 }] },
        links: [
          { fee: 5, role: 'translator', author_id: { name: "Flann O'Brien" } },
          { fee: 5, role: null, author_id: null },
        ],
      })
      expect(asked.every(({ query }) => query.includes('_entities'))).toBe(true)
    })

    it('goes there and back again, with variables', async () => {
      expect(
        await ask(
          'query($n: Int, $f: articles_filter) { best { sku article_id { tags(limit: $n) { code articles(filter: $f) { id author_id { followers } } } } } }',
          { n: 1, f: { id: { _gt: 1 } } },
        ),
      ).toEqual({
        best: [
          {
            sku: 'B-2',
            article_id: { tags: [{ code: 'engine', articles: [{ id: '11', author_id: { followers: 15 } }] }] },
          },
          { sku: 'A-1', article_id: null },
        ],
      })
    })
  })

  describe('_entities', () => {
    const document = `query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on articles { id title author_id { name } } ... on products { sku price } ... on stock { quantity } } }`

    it('five hundred of two types, by three keys, in their order, in one statement', async () => {
      const representations = Array.from({ length: 500 }, (_, index) => {
        if (index % 3 === 0)
          return { __typename: 'articles', id: index % 2 === 0 ? (index % 20) + 1 : String((index % 20) + 1) }
        return index % 3 === 1
          ? { __typename: 'products', sku: ['A-1', 'a-2', 'nope'][index % 4] ?? 'B-1' }
          : { __typename: 'products', id: '9007199254740993' }
      })
      const reply = await graph.traced(document, { variables: { r: representations } })
      expect(reply.errors).toEqual([])
      expect(reply.statements).toHaveLength(1)
      const { _entities: found } = reply.data as { _entities: readonly (Readonly<Record<string, unknown>> | null)[] }
      expect(found).toHaveLength(500)
      representations.forEach((representation, index) => {
        const entity = found[index] ?? null
        if ('sku' in representation)
          expect(entity).toEqual(
            representation.sku === 'nope'
              ? null
              : expect.objectContaining({ __typename: 'products', sku: representation.sku }),
          )
        else if (representation.__typename === 'products')
          expect(entity).toEqual({ __typename: 'products', sku: 'B-2', price: 19 })
        else if (Number(representation.id) > 15) expect(entity).toBeNull()
        else expect(entity).toMatchObject({ __typename: 'articles', id: String(representation.id) })
      })
    })

    it('keys of two and three columns, keys twice, keys of the wrong type, and none at all', async () => {
      const read = (r: readonly unknown[]) => dataOf(graph.run(document, { variables: { r } }))
      expect(
        await read([
          { __typename: 'stock', product_id_key: '9007199254740993', country: 'DE', number: '2' },
          { __typename: 'stock', product_id_key: 1, country: 'DE', number: 1, quantity: 'ignored' },
          { __typename: 'stock', product_id_key: 1, country: 'DE', number: 99 },
          { __typename: 'articles', id: 1 },
          { __typename: 'articles', id: 1 },
          { __typename: 'articles', id: 'x' },
          { __typename: 'articles', id: '1 or 1=1' },
          { __typename: 'products', sku: "'; drop table products; --" },
          { __typename: 'products', id: '92233720368547758070' },
        ]),
      ).toEqual({
        _entities: [
          { __typename: 'stock', quantity: 30 },
          { __typename: 'stock', quantity: 100 },
          null,
          { __typename: 'articles', id: '1', title: 'Notes on the Engine', author_id: { name: 'Ada Lovelace' } },
          { __typename: 'articles', id: '1', title: 'Notes on the Engine', author_id: { name: 'Ada Lovelace' } },
          null,
          null,
          null,
          null,
        ],
      })
      expect(await read([])).toEqual({ _entities: [] })
    })

    it('the same document with other representations, types and keys', async () => {
      const ids = ['3', '1', '2']
      for (const r of [
        ids.map((id) => ({ __typename: 'articles', id })),
        [{ __typename: 'products', sku: 'A-1' }],
        [
          { __typename: 'products', id: 1 },
          { __typename: 'articles', id: 2 },
        ],
      ]) {
        const { _entities: found } = (await dataOf(graph.run(document, { variables: { r } }))) as {
          _entities: readonly { __typename: string }[]
        }
        expect(found.map((entity) => entity.__typename)).toEqual(r.map((one) => one.__typename))
      }
    })

    it('representations in the document itself', async () => {
      expect(
        await dataOf(
          graph.run(
            '{ _entities(representations: [{__typename: "tags", code: "semi;colon"}, {__typename: "tags", code: "x"}]) { ... on tags { label articles { id } } } }',
          ),
        ),
      ).toEqual({
        _entities: [{ label: "It's; punctuation", articles: [{ id: '9' }] }, null],
      })
    })

    it('what is no representation is refused', async () => {
      for (const r of [
        [{ __typename: 'nope', id: 1 }],
        [{ __typename: 'articles' }],
        [{ id: 1 }],
        [{ __typename: 'articles', id: null }],
        ['x'],
        [1],
        [[]],
        [{ __typename: 'page_views', duration: 1 }],
        [{ __typename: 'Query' }],
        [{ __typename: 'stock', country: 'DE' }],
      ]) {
        const reply = await graph.run(document, { variables: { r } })
        expect(codesOf(reply), JSON.stringify(r)).toEqual(['INVALID_QUERY'])
      }
    })
  })

  it('_service tells the SDL', async () => {
    const { _service: service } = (await dataOf(graph.run('{ _service { sdl } }'))) as { _service: { sdl: string } }
    expect(service.sdl).toBe(await graph.graph.sdl('items', caller))
    expect(service.sdl).toContain('type authors @key(fields: "id") @key(fields: "email") @key(fields: "token") {')
    expect(() => buildSubgraphSchema([{ typeDefs: parse(service.sdl) }])).not.toThrow()
  })
})
