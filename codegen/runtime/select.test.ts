import { describe, expect, test } from 'vitest'
import { type Links, toDocument } from './select.ts'

const links = {
  Query: {
    orders: { to: 'orders', arguments: { filter: 'orders_filter', limit: 'Int' } },
    blocks: { to: 'block' },
  },
  orders: {
    items: { to: 'items', arguments: { limit: 'Int' } },
    customer: { to: 'customers' },
    on_hold: { to: 'customers' },
  },
  meta: { json: { to: null, arguments: { path: 'String!' } } },
} satisfies Links

const print = (selection: object, root = 'Query') => toDocument('query', root, selection, links)

describe('a selection becomes a document', () => {
  test('fields and nested objects, without what is not wanted', () => {
    expect(print({ orders: { id: true, total: false, note: undefined, customer: { name: true } } })).toEqual({
      document: 'query { orders { id customer { name } } }',
      variables: {},
    })
  })

  test('arguments become variables of the schema’s types, at every depth', () => {
    const filter = { id: { _eq: 1 } }
    expect(
      print({ orders: { $: { filter, limit: undefined }, id: true, items: { $: { limit: 2 }, id: true } } }),
    ).toEqual({
      document: 'query($v1: orders_filter, $v2: Int) { orders(filter: $v1) { id items(limit: $v2) { id } } }',
      variables: { v1: filter, v2: 2 },
    })
  })

  test('a value can have arguments too', () => {
    expect(print({ json: { $: { path: 'a.b' } } }, 'meta')).toEqual({
      document: 'query($v1: String!) { json(path: $v1) }',
      variables: { v1: 'a.b' },
    })
  })

  test('members of a union become fragments, and name themselves', () => {
    expect(print({ blocks: { on_text: { id: true }, on_image: { caption: true } } }).document).toBe(
      'query { blocks { __typename ... on text { id } ... on image { caption } } }',
    )
  })

  test('a field whose name begins like a member is a field', () => {
    expect(print({ orders: { on_hold: { name: true } } }).document).toBe('query { orders { on_hold { name } } }')
  })

  test('an argument that the schema does not have is an error', () => {
    expect(() => print({ orders: { $: { limitt: 1 }, id: true } })).toThrow('"Query.orders" has no argument "limitt".')
  })
})
