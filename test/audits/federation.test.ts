/**
 * Our server as one of two subgraphs behind a gateway: the SDL it gives is composed with that of another subgraph, which
 * extends our products, and queries across both are answered over HTTP as a gateway asks them.
 */
import { buildSubgraphSchema } from '@apollo/subgraph'
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation'
import type { ExecutionRequest } from '@graphql-tools/utils'
import { composeServices } from '@theguild/federation-composition'
import { execute, graphql, parse, type GraphQLSchema } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminToken, serveHere, type TestServer } from '../program/program.ts'

/** The other subgraph: what a supplier knows of products, by their SKU. */
const suppliers = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
  type products @key(fields: "sku") {
    sku: String!
    price: Float! @external
    supplier: supplier!
    costs: Float! @requires(fields: "price")
  }
  type supplier @key(fields: "name") { name: String! delivers: [products!]! }
  type Query { suppliers: [supplier!]! }
`

const deliveries: Readonly<Record<string, readonly string[]>> = {
  'Steel & Sons': ['STE-1007', 'STE-1021'],
  Potters: ['CER-1014', 'NOT-THERE'],
}
const supplierOf = (sku: string) => ({
  name: Object.entries(deliveries).find(([, skus]) => skus.includes(sku))?.[0] ?? 'nobody',
})
const supplierSchema = buildSubgraphSchema([
  {
    typeDefs: parse(suppliers),
    resolvers: {
      Query: { suppliers: () => Object.keys(deliveries).map((name) => ({ name })) },
      supplier: { delivers: ({ name }: { name: string }) => deliveries[name]?.map((sku) => ({ sku })) ?? [] },
      products: {
        supplier: ({ sku }: { sku: string }) => supplierOf(sku),
        costs: ({ price }: { price: number }) => price / 2,
      },
    },
  },
])

let shop: TestServer
let gateway: GraphQLSchema
let requestsToUs = 0

const askShop = async (query: string, variables: unknown = {}): Promise<unknown> => {
  const response = await fetch(`${shop.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ query, variables }),
  })
  return response.json()
}

beforeAll(async () => {
  shop = await serveHere()
  const { data } = (await askShop('{ _service { sdl } }')) as { data: { _service: { sdl: string } } }
  const composed = composeServices([
    { name: 'shop', url: `${shop.url}/graphql`, typeDefs: parse(data._service.sdl) },
    { name: 'suppliers', url: 'http://suppliers.invalid', typeDefs: parse(suppliers) },
  ])
  expect(composed.errors ?? []).toEqual([])
  gateway = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: composed.supergraphSdl ?? '',
    httpExecutorOpts: { headers: { authorization: `Bearer ${adminToken}` } },
    batch: true,
    onSubschemaConfig: (config) => {
      const { executor: overHttp } = config
      const isOurs = config.name.toLowerCase() === 'shop'
      // Each gives a result in the form of the specification; the libraries write its type in different ways.
      config.executor = ((request: ExecutionRequest) => {
        if (!isOurs)
          return execute({ schema: supplierSchema, document: request.document, variableValues: request.variables })
        requestsToUs += 1
        return overHttp(request)
      }) as typeof overHttp
    },
  })
})
afterAll(() => shop.stop())

const run = async (source: string) => {
  requestsToUs = 0
  const { data, errors } = await graphql({ schema: gateway, source })
  return { data: JSON.parse(JSON.stringify(data)) as unknown, errors: (errors ?? []).map(({ message }) => message) }
}

test('from us to the other: what it adds to our items', async () => {
  const reply = await run(
    '{ products(filter: { sku: { _in: ["STE-1007", "CER-1014"] } }) { name category { name } costs supplier { name } } }',
  )
  expect(reply).toEqual({
    errors: [],
    data: {
      products: [
        {
          name: 'Pour-over Kettle 0.9 l',
          category: { name: 'Coffee & Tea' },
          costs: 32.45,
          supplier: { name: 'Steel & Sons' },
        },
        {
          name: 'Ceramic Dripper “Ōmi”',
          category: { name: 'Coffee & Tea' },
          costs: 14.25,
          supplier: { name: 'Potters' },
        },
      ],
    },
  })
})

test('from the other to us: our items by a key that is not their own, in one request for all of them', async () => {
  const { data } = await run('{ suppliers { name delivers { sku reviews(limit: 1) { rating } category { name } } } }')
  expect(data).toMatchObject({
    suppliers: [
      {
        name: 'Steel & Sons',
        delivers: [
          { sku: 'STE-1007', reviews: [{ rating: 5 }], category: { name: 'Coffee & Tea' } },
          { sku: 'STE-1021', category: { name: 'Coffee & Tea' } },
        ],
      },
      { name: 'Potters', delivers: [{ sku: 'CER-1014' }, { sku: 'NOT-THERE', category: null }] },
    ],
  })
  expect(requestsToUs).toBe(1)
})
