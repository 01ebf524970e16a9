import { describe, expect, test } from 'vitest'
import { buildCatalog } from './catalog.ts'
import { chosenColumns, defaultColumns, nextSort, relatedColumns, shownRelations, sortPathOf } from './columns.ts'
import { displayLine } from './display.ts'
import { identitySelection } from './selection.ts'
import { collectionOf, collectionRow, fieldOf, fieldRow, shop, shopMetadata } from './shop.fixture.ts'

describe('what stands for an item', () => {
  test.each([
    ['the field that names it best', 'products', { id: 1, name: 'Kettle' }, 'Kettle'],
    ['first and last name', 'customers', { id: 1, first_name: 'Ada', last_name: 'Byron' }, 'Ada Byron'],
    ['its key, where the name is empty', 'products', { id: 1, name: null }, '1'],
    [
      'of a junction, what it joins',
      'order_items',
      { id: 9, order: { id: 1, number: 'A-1' }, product: { id: 2, name: 'Kettle' } },
      'A-1 · Kettle',
    ],
  ])('%s', (_, collection, row, line) => expect(displayLine(shop, collectionOf(collection), row)).toBe(line))

  test('is a person’s address, where the name is empty', () => {
    const catalog = buildCatalog({
      ...shopMetadata,
      fields: [...shopMetadata.fields, fieldRow('customers', 'email', 'string')],
    })
    const customers = collectionOf('customers', catalog)
    const line = (row: object) => displayLine(catalog, customers, { id: 1, email: 'ada@b.example', ...row })
    expect(line({ first_name: null, last_name: null })).toBe('ada@b.example')
    expect(line({ first_name: null, last_name: 'Byron' })).toBe('Byron')
    expect(line({ email: null })).toBe('1')
    expect(identitySelection(catalog, customers)).toBe('id first_name last_name email')
  })

  test('is metadata’s template where there is one, through links too', () => {
    const template = '{{number}} of {{ customer.first_name }}{{nope}}'
    const catalog = buildCatalog({
      ...shopMetadata,
      collections: [
        ...shopMetadata.collections.filter((each) => each.collection !== 'orders'),
        collectionRow('orders', { meta: { display_template: template } }),
      ],
    })
    const row = { id: 1, number: 'A-1', customer: { id: 2, first_name: 'Ada' } }
    expect(displayLine(catalog, collectionOf('orders', catalog), row)).toBe('A-1 of Ada')
  })
})

describe('columns', () => {
  const names = (fields: readonly { readonly name: string }[]) => fields.map((field) => field.name)

  test('begin with short visible fields and links', () => {
    expect(names(defaultColumns(collectionOf('orders')))).toEqual([
      'id',
      'number',
      'status',
      'total',
      'placed_at',
      'is_gift',
      'Weird Name',
    ])
    expect(names(defaultColumns(collectionOf('products')))).toEqual(['id', 'name'])
  })

  test('are what was chosen, as far as it is there', () => {
    expect(names(chosenColumns(collectionOf('orders'), ['total', 'gone', 'id']))).toEqual(['total', 'id'])
    expect(names(chosenColumns(collectionOf('tags'), ['gone']))).toEqual(['id', 'label'])
  })

  test('of related items leave out the way back', () => {
    expect(names(relatedColumns(collectionOf('order_items'), 'order', 5))).toEqual(['id', 'quantity', 'product'])
    expect(names(relatedColumns(collectionOf('product_tags'), 'product', 5))).toEqual(['tag'])
  })

  test('a bare junction is left to the m2m that goes through it', () => {
    expect(names(shownRelations(shop, collectionOf('products')))).toEqual(['tags', 'stock'])
    expect(names(shownRelations(shop, collectionOf('orders')))).toEqual(['items'])
  })

  test.each([
    ['number', 'number'],
    ['customer', 'customer.first_name'],
    ['items', null],
  ])('%s sorts by %s', (name, path) => expect(sortPathOf(shop, fieldOf('orders', name))).toBe(path))

  test.each([
    [[], 'a', false, ['a']],
    [['a'], 'a', false, ['-a']],
    [['-a'], 'a', false, []],
    [['b'], 'a', false, ['a']],
    [['b'], 'a', true, ['b', 'a']],
    [['b', 'a'], 'a', true, ['b', '-a']],
    [['b', '-a'], 'a', true, ['b']],
  ])('sorted by %j, a click on %s (adding: %s) gives %j', (current, path, isAdding, next) => {
    expect(nextSort(current, path, isAdding)).toEqual(next)
  })
})
