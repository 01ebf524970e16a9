import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nameOf, onlyRootFields, printTypeRef } from './code-model.ts'
import { codeModelOfSdl } from './load.ts'

const model = codeModelOfSdl(readFileSync(new URL('fixtures/shop.graphql', import.meta.url), 'utf8'))
const objectNamed = (name: string) => model.objects.find((type) => type.name === name)

test('types keep their lists and their nulls', () => {
  const orders = objectNamed('Query')?.fields.find((field) => field.name === 'orders')
  expect(orders && printTypeRef(orders.type)).toBe('[orders!]!')
  expect(orders && nameOf(orders.type)).toBe('orders')
  expect(orders?.description).toBe('Orders, newest first.')
  expect(
    orders?.arguments.map((argument) => [argument.name, printTypeRef(argument.type), argument.isOptional]),
  ).toEqual([
    ['filter', 'orders_filter', true],
    ['sort', '[String]', true],
    ['limit', 'Int', true],
  ])
})

test('federation directives without a definition are no obstacle, and subscriptions are left out', () => {
  expect(model.roots).toEqual({ query: 'Query', mutation: 'Mutation' })
  expect(objectNamed('Subscription')).toBeUndefined()
})

describe('some root fields only', () => {
  const part = onlyRootFields(model, ['orders_by_id'])
  test('keeps what they reach', () => {
    expect(part.objects.map((type) => type.name)).toEqual([
      'Query',
      'customers',
      'meta_functions',
      'order_items',
      'orders',
    ])
    expect(part.enums.map((type) => type.name)).toEqual(['status'])
  })
  test('and nothing else', () => {
    expect(part.inputs).toEqual([])
    expect(part.unions).toEqual([])
    expect(part.roots).toEqual({ query: 'Query', mutation: null })
  })
})
