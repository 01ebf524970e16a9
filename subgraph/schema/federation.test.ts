import { buildSubgraphSchema } from '@apollo/subgraph'
import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { describe, expect, test } from 'vitest'
import { buildModel } from '#schema-engine/model/build.ts'
import { noMetadata } from '#schema-engine/model/metadata.ts'
import { schemaOf, table } from '#schema-engine/model/table-fixture.ts'
import { fullAccess, noAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { finish } from '#schema-engine/slices.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { Scope } from '../graph.ts'
import { buildSchema } from './build.ts'
import { contractModel } from './contract-model.fixture.ts'
import { federationSdl } from './federation.ts'
import { nameCollections } from './names.ts'

const shop = buildModel(
  schemaOf(
    table('products', { columns: ['id integer!', 'sku string!', 'name string', 'price decimal'], uniques: [['sku']] }),
    table('stock', {
      columns: ['product integer!', 'place string!', 'amount integer!'],
      primaryKey: ['product', 'place'],
      foreignKeys: ['product > products.id'],
    }),
    table('logs', { columns: ['line text'], primaryKey: [] }),
  ),
  noMetadata,
  { excludeTables: [] },
)

const sdlOf = (model: Model, access: Access = fullAccess, scope: Scope = 'items'): string =>
  finish(federationSdl(buildSchema({ model, access, scope, names: nameCollections(model, scope) })))

const reviews = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  type products @key(fields: "sku") { sku: String! reviews: [review!]! }
  type review { text: String! product: products! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Query { latest: [review!]! page: PageInfo }
`

/** What composition says of these subgraphs; no errors when they fit. */
function compose(subgraphs: Readonly<Record<string, string>>): { errors: readonly string[]; supergraph: string } {
  const services = Object.entries(subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(sdl),
  }))
  const result = composeServices(services)
  return { errors: (result.errors ?? []).map((error) => error.message), supergraph: result.supergraphSdl ?? '' }
}

describe('keys', () => {
  const line = (sdl: string, type: string) => sdl.split('\n').find((text) => text.startsWith(`type ${type} `))
  test('the primary key, each unique key, and raw keys in place of relations', () => {
    const sdl = sdlOf(shop)
    expect(line(sdl, 'products')).toBe('type products @key(fields: "id") @key(fields: "sku") {')
    expect(line(sdl, 'stock')).toBe('type stock @key(fields: "product_key place") {')
    expect(line(sdl, 'logs')).toBe('type logs {')
    expect(line(sdl, 'PageInfo')).toBe('type PageInfo @shareable {')
  })
  test('only what a caller sees in every row', () => {
    const rows = { amount: { _gt: 1 } }
    const access = compileAccess(
      [
        { collection: 'products', action: 'read', rows: null, fields: ['id', 'name'] },
        { collection: 'stock', action: 'read', rows, fields: ['product', 'place'] },
        { collection: 'stock', action: 'read', rows: { amount: { _lt: 0 } }, fields: ['amount'] },
      ],
      shop,
    )
    const sdl = sdlOf(shop, access)
    expect(line(sdl, 'products')).toBe('type products @key(fields: "id") {')
    expect(line(sdl, 'stock')).toBe('type stock {')
    expect(sdl).not.toContain('sku')
  })
})

describe.each([
  { what: 'a shop', model: shop, scope: 'items' },
  { what: 'the example model', model: contractModel, scope: 'items' },
  { what: 'the example model', model: contractModel, scope: 'system' },
] as const)('the SDL of $what in the scope $scope', ({ model, scope }) => {
  const sdl = sdlOf(model, fullAccess, scope)
  test('is the same each time', () => expect(sdlOf(model, fullAccess, scope)).toBe(sdl))
  test('is taken by the subgraph library', () => {
    const schema = buildSubgraphSchema([{ typeDefs: parse(sdl) }]) // throws when it is not valid
    expect(schema.getType('_Entity')).toBeDefined()
  })
  test('composes alone', () => expect(compose({ own: sdl }).errors).toEqual([]))
})

test('another subgraph can extend an entity by a unique key', () => {
  const { errors, supergraph } = compose({ shop: sdlOf(shop), reviews })
  expect(errors).toEqual([])
  expect(supergraph).toContain('reviews: [review!]!')
})

test('both scopes of one installation compose with each other, mutations included', () => {
  const { errors, supergraph } = compose({
    items: sdlOf(contractModel),
    system: sdlOf(contractModel, fullAccess, 'system'),
  })
  expect(errors).toEqual([])
  expect(supergraph).toMatch(/create_articles_item\([^)]*\): articles @join__field\(graph: ITEMS\)/)
  expect(supergraph).toMatch(/create_folders_item\([^)]*\): directus_folders @join__field\(graph: SYSTEM\)/)
})

test('who may see nothing gets nothing but the link', () => {
  expect(sdlOf(shop, noAccess).trim().split('\n')).toHaveLength(1)
})
