import { describe, expect, test } from 'vitest'
import { type FilterJson, toGraphqlFilter } from './filter-json.ts'
import {
  comparisonOf,
  countConditions,
  emptyCondition,
  emptyGroup,
  type FilterCondition,
  type FilterNode,
  functionsOf,
  isComplete,
  parseFilter,
  printFilter,
} from './filter-tree.ts'
import { offeredOperators } from './operators.ts'
import { collectionOf, fieldOf, shop } from './shop.fixture.ts'

const orders = collectionOf('orders')
const print = (children: readonly FilterNode[], match: 'all' | 'any' | 'none' = 'all') =>
  printFilter(shop, orders, { ...emptyGroup(match), children })
const condition = (more: Partial<FilterCondition>): FilterCondition => ({ ...emptyCondition(), ...more })

describe('filter JSON ⇄ the builder', () => {
  test.each<[string, FilterJson, FilterJson]>([
    ['one condition', { total: { _gt: '5' } }, { total: { _gt: '5' } }],
    ['a bare value is "is"', { number: 'A-1' }, { number: { _eq: 'A-1' } }],
    [
      'two operators are two conditions',
      { total: { _gt: 1, _lt: 9 } },
      { _and: [{ total: { _gt: 1 } }, { total: { _lt: 9 } }] },
    ],
    [
      'several keys must all hold',
      { number: { _eq: 'a' }, status: { _in: ['open'] } },
      { _and: [{ number: { _eq: 'a' } }, { status: { _in: ['open'] } }] },
    ],
    [
      'alternatives',
      { _or: [{ number: { _eq: 'a' } }, { number: { _eq: 'b' } }] },
      { _or: [{ number: { _eq: 'a' } }, { number: { _eq: 'b' } }] },
    ],
    [
      'none of them',
      { _not: { _or: [{ total: { _eq: 1 } }, { total: { _eq: 2 } }] } },
      { _not: { _or: [{ total: { _eq: 1 } }, { total: { _eq: 2 } }] } },
    ],
    [
      'groups in groups',
      { _and: [{ total: { _gt: 1 } }, { _or: [{ number: { _eq: 'a' } }, { is_gift: { _eq: true } }] }] },
      { _and: [{ total: { _gt: 1 } }, { _or: [{ number: { _eq: 'a' } }, { is_gift: { _eq: true } }] }] },
    ],
    ['through a link', { customer: { country: { _eq: 'DE' } } }, { customer: { country: { _eq: 'DE' } } }],
    ['through a list, plainly', { items: { quantity: { _gt: 2 } } }, { items: { _some: { quantity: { _gt: 2 } } } }],
    [
      'through a list and a link',
      { items: { _none: { product: { name: { _eq: 'x' } } } } },
      { items: { _none: { product: { name: { _eq: 'x' } } } } },
    ],
    ['the part of a date', { 'year(placed_at)': { _eq: 2024 } }, { 'year(placed_at)': { _eq: 2024 } }],
    ['a count', { 'count(items)': { _gte: 3 } }, { 'count(items)': { _gte: 3 } }],
    ['a denial of an emptiness', { number: { _null: false } }, { number: { _nnull: true } }],
    [
      'two conditions on the same related item stay one',
      { items: { quantity: { _gt: 1 }, id: { _eq: 2 } } },
      { items: { quantity: { _gt: 1 }, id: { _eq: 2 } } },
    ],
    ['what is unknown stays as it is', { gone: { _eq: 1 } }, { gone: { _eq: 1 } }],
  ])('%s', (_, filter, printed) => {
    const group = parseFilter(shop, orders, filter)
    expect(printFilter(shop, orders, group)).toEqual(printed)
    expect(printFilter(shop, orders, parseFilter(shop, orders, printed))).toEqual(printed)
  })

  test('nothing complete is no filter', () => {
    expect(print([])).toBeNull()
    expect(print([condition({ path: ['total'], operator: '_gt' }), condition({})])).toBeNull()
  })

  test('incomplete conditions are left out', () => {
    const half = condition({ path: ['total'], operator: '_gt', operand: '' })
    expect(print([half, condition({ path: ['number'], operator: '_null' })])).toEqual({ number: { _null: true } })
  })

  test.each<[Partial<FilterCondition>, boolean]>([
    [{}, false],
    [{ path: ['total'], operator: '_eq' }, false],
    [{ path: ['total'], operator: '_eq', operand: 0 }, true],
    [{ path: ['is_gift'], operator: '_eq', operand: false }, true],
    [{ path: ['total'], operator: '_null' }, true],
    [{ path: ['total'], operator: '_in', operand: [] }, false],
    [{ path: ['total'], operator: '_between', operand: ['1', ''] }, false],
    [{ path: ['total'], operator: '_between', operand: ['1', '2'] }, true],
  ])('%j is complete: %s', (part, isDone) => expect(isComplete(condition(part))).toBe(isDone))

  test('conditions are counted through groups', () => {
    const filter = { _and: [{ total: { _gt: 1 } }, { _or: [{ number: 'a' }, { number: 'b' }] }] }
    expect(countConditions(parseFilter(shop, orders, filter))).toBe(3)
  })
})

describe('filter JSON → GraphQL', () => {
  test.each<[string, FilterJson, FilterJson]>([
    ['a plain field by its GraphQL name', { 'Weird Name': { _eq: 'x' } }, { Weird_Name: { _eq: 'x' } }],
    ['a bare value', { total: 5 }, { total: { _eq: 5 } }],
    ['a function', { 'year(placed_at)': { _eq: 2024 } }, { placed_at_func: { year: { _eq: 2024 } } }],
    [
      'two functions of one field',
      { 'year(placed_at)': 2024, 'month(placed_at)': 5 },
      { _and: [{ placed_at_func: { year: { _eq: 2024 } } }, { placed_at_func: { month: { _eq: 5 } } }] },
    ],
    ['the key of a link', { customer: { _in: ['1', '2'] } }, { customer_key: { _in: ['1', '2'] } }],
    ['fields behind a link', { customer: { country: { _eq: 'DE' } } }, { customer: { country: { _eq: 'DE' } } }],
    [
      'fields behind a list',
      { items: { _none: { product: { name: 'x' } } } },
      { items: { _none: { product: { name: { _eq: 'x' } } } } },
    ],
    ['has it any', { items: { _nnull: true } }, { items_func: { count: { _gt: 0 } } }],
    ['has it none', { items: { _nnull: false } }, { items_func: { count: { _eq: 0 } } }],
    [
      'groups',
      { _not: { _or: [{ total: 1 }, { total: 2 }] } },
      { _not: { _or: [{ total: { _eq: 1 } }, { total: { _eq: 2 } }] } },
    ],
  ])('%s', (_, filter, graphql) => expect(toGraphqlFilter(shop, orders, filter)).toEqual(graphql))

  test.each<[FilterJson, string]>([
    [{ gone: 1 }, '"Orders" has no field "gone".'],
    [{ customer: { gone: 1 } }, '"Customers" has no field "gone".'],
    [{ 'year(number)': 1 }, '"Number" has no function "year".'],
    [{ _or: 1 }, '"_or" needs a list of filters.'],
    [{ _not: [] }, '"_not" needs a filter.'],
    [{ items: { _eq: 1 } }, '"Items" is a list: it can only be asked whether it has items, or for their fields.'],
  ])('%j is refused: %s', (filter, message) => expect(() => toGraphqlFilter(shop, orders, filter)).toThrow(message))
})

describe('what can be asked', () => {
  test('the usual operators come first, and only those that the field has', () => {
    expect(offeredOperators(['_eq', '_null', '_icontains', '_unheard'], 'text')).toEqual(['_icontains', '_eq', '_null'])
    expect(comparisonOf(fieldOf('orders', 'placed_at'), null).operators[0]).toBe('_gte')
  })

  test('a list is asked whether it has any; its count is a number', () => {
    expect(comparisonOf(fieldOf('orders', 'items'), null)).toEqual({ type: 'text', operators: ['_nnull', '_null'] })
    expect(comparisonOf(fieldOf('orders', 'items'), 'count').type).toBe('number')
  })

  test.each([
    ['placed_at', 8],
    ['items', 1],
    ['number', 0],
  ])('%s has %i functions', (name, count) => expect(functionsOf(fieldOf('orders', name))).toHaveLength(count))
})
