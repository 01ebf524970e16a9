import { parse } from 'graphql'
import { describe, expect, test } from 'vitest'
import { itemRequest, type ListQuestion, listRequest, relatedFilter, relatedRequest } from './document.ts'
import { keyOf, keyParts } from './key.ts'
import { collectionOf, fieldOf, shop } from './shop.fixture.ts'

const fields = (collection: string, ...names: readonly string[]) => names.map((name) => fieldOf(collection, name))

const question = (more: Partial<ListQuestion>): ListQuestion => ({
  fields: fields('orders', 'number'),
  filter: null,
  sort: [],
  search: '',
  page: 1,
  size: 50,
  ...more,
})

describe('a list', () => {
  test('is one operation: the page, and how many there are', () => {
    expect(listRequest(shop, collectionOf('orders'), question({}))).toEqual({
      document:
        'query List($limit: Int, $offset: Int) @wire(format: REST) {\n' +
        '  items: orders(limit: $limit, offset: $offset) { id number }\n' +
        '  total: orders_aggregated { countAll }\n}',
      variables: { limit: 50, offset: 0 },
    })
  })

  test('passes filter and search to both, paging and sort to the page only', () => {
    const { document, variables } = listRequest(
      shop,
      collectionOf('orders'),
      question({ filter: { 'Weird Name': { _eq: 'x' } }, search: 'a', sort: ['-customer.country'], page: 3, size: 25 }),
    )
    expect(document).toContain(
      'items: orders(filter: $filter, search: $search, sort: $sort, limit: $limit, offset: $offset)',
    )
    expect(document).toContain('total: orders_aggregated(filter: $filter, search: $search) { countAll }')
    expect(document).toContain('$filter: orders_filter')
    expect(variables).toEqual({
      filter: { Weird_Name: { _eq: 'x' } },
      search: 'a',
      sort: ['-customer.country'],
      limit: 25,
      offset: 50,
    })
  })

  test.each([
    [
      'a link with what names its item',
      'orders',
      ['customer'],
      'id number customer_key customer { id first_name last_name }',
    ],
    ['a to-many relation by its count', 'orders', ['items'], 'id number items_func { count }'],
    ['a name that GraphQL can not hold', 'orders', ['Weird Name'], 'id number Weird_Name'],
    ['a key of several fields by its raw parts', 'stock_levels', ['quantity'], 'warehouse product_key quantity'],
    ['rows without a key', 'sales', ['revenue'], 'product_name revenue'],
    [
      'one of several collections, each under names of its own',
      'blocks',
      ['item'],
      'id item { __typename ... on products { products__id: id products__name: name } ... on tags { tags__id: id tags__label: label } }',
    ],
  ])('asks for %s', (_, collection, names, selection) => {
    const { document } = listRequest(shop, collectionOf(collection), question({ fields: fields(collection, ...names) }))
    expect(document).toContain(`{ ${selection} }`)
    expect(() => parse(document)).not.toThrow()
  })
})

describe('an item', () => {
  test('is asked for by its key', () => {
    expect(itemRequest(shop, collectionOf('orders'), fields('orders', 'total'), '7')).toEqual({
      document: 'query Item($id: ID!) @wire(format: REST) {\n  item: orders_by_id(id: $id) { id number total }\n}',
      variables: { id: '7' },
    })
  })

  test('a page of its related items takes one more than it shows', () => {
    const { document, variables } = relatedRequest(shop, collectionOf('orders'), '7', {
      field: fieldOf('orders', 'items'),
      target: collectionOf('order_items'),
      fields: fields('order_items', 'quantity'),
      sort: [],
      page: 2,
      size: 10,
    })
    expect(document).toContain('related: items(limit: $limit, offset: $offset) {')
    expect(document).toContain('count: items_func { count }')
    expect(variables).toEqual({ id: '7', limit: 11, offset: 10 })
  })

  test('a list of all related items is a filter on the way back', () => {
    expect(relatedFilter(shop, collectionOf('orders'), fieldOf('orders', 'items'), '7')).toEqual({
      order: { id: { _eq: '7' } },
    })
    expect(relatedFilter(shop, collectionOf('products'), fieldOf('products', 'tags'), '1')).toEqual({
      products: { id: { _eq: '1' } },
    })
    expect(relatedFilter(shop, collectionOf('products'), fieldOf('products', 'stock'), '1')).toBeNull()
  })
})

describe('keys', () => {
  test('of several fields are one text, and come apart again', () => {
    const levels = collectionOf('stock_levels')
    const row = { warehouse: 'A, B/%', product_key: 5, product: { id: 5 } }
    const text = keyOf(levels, row)
    expect(text).toBe('A%2C%20B%2F%25,5')
    expect(keyParts(levels, text ?? '')).toEqual([
      ['warehouse', 'A, B/%'],
      ['product', '5'],
    ])
  })

  test('of one field stay as they are', () => {
    expect(keyOf(collectionOf('tags'), { id: 'a,b' })).toBe('a,b')
    expect(keyParts(collectionOf('tags'), 'a,b')).toEqual([['id', 'a,b']])
  })

  test('are missing without their parts, and where there is none', () => {
    expect(keyOf(collectionOf('stock_levels'), { warehouse: 'A', product_key: null })).toBeNull()
    expect(keyOf(collectionOf('sales'), { product_name: 'x' })).toBeNull()
  })
})
