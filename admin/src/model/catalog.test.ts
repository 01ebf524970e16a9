import { describe, expect, test } from 'vitest'
import { buildCatalog, humanize } from './catalog.ts'
import { flattenTree, matchesName, splitTree } from './navigation.ts'
import { collectionOf, collectionRow, fieldOf, fieldRow, shop, shopMetadata } from './shop.fixture.ts'

describe('names become readable', () => {
  test.each([
    ['order_items', 'Order items'],
    ['unitPrice', 'Unit price'],
    ['SKU', 'SKU'],
    ['product_id', 'Product ID'],
    ['directus_users', 'Users'],
    ['weird-name.x', 'Weird name x'],
    ['Straße', 'Straße'],
    ['_', '_'],
  ])('%s → %s', (name, label) => expect(humanize(name)).toBe(label))

  test('a foreign key is called after what it leads to', () => {
    const link = fieldRow('a', 'customer_id', 'integer', {
      relation: { kind: 'm2o', collections: ['b'], inverse: null, junction: null },
    })
    const catalog = buildCatalog({ collections: [collectionRow('a')], fields: [link] })
    expect(fieldOf('a', 'customer_id', catalog).label).toBe('Customer')
  })

  test('metadata’s translation comes first, in the page’s language', () => {
    const translations = [
      { language: 'de-DE', translation: 'Bestellungen' },
      { language: 'en-US', translation: 'Purchases' },
    ]
    const catalog = buildCatalog({ collections: [collectionRow('orders', { meta: { translations } })], fields: [] })
    expect(collectionOf('orders', catalog).label).toBe('Purchases')
  })
})

test('a collection knows its key, its nature and its names', () => {
  expect(collectionOf('stock_levels')).toMatchObject({
    primaryKey: ['warehouse', 'product'],
    isKeyless: false,
    isView: false,
  })
  expect(collectionOf('sales')).toMatchObject({ primaryKey: [], isKeyless: true, isView: true })
  expect(collectionOf('orders').graphql).toEqual({
    scope: 'items',
    type: 'orders',
    list: 'orders',
    byId: 'orders_by_id',
    aggregated: 'orders_aggregated',
  })
})

test('choices come from metadata, else from the database', () => {
  expect(fieldOf('orders', 'status').choices).toEqual([
    { value: 'open', text: 'open' },
    { value: 'paid', text: 'Paid' },
  ])
  const catalog = buildCatalog({
    collections: [collectionRow('a')],
    fields: [fieldRow('a', 'mood', 'enum', { enum_values: ['good', 'bad'] })],
  })
  expect(fieldOf('a', 'mood', catalog).choices.map((choice) => choice.value)).toEqual(['good', 'bad'])
})

test('what the graph does not serve is left out', () => {
  const folder = { ...collectionRow('folder', { meta: {} }), graphql: null }
  const hiddenField = { ...fieldRow('orders', 'presentation', 'alias'), graphql: null }
  const catalog = buildCatalog({ collections: [folder, collectionRow('orders')], fields: [hiddenField] })
  expect([...catalog.collections.keys()]).toEqual(['orders'])
  expect(collectionOf('orders', catalog).fields.size).toBe(0)
})

describe('the tree', () => {
  const names = (nodes: readonly { readonly name: string }[]) => nodes.map((node) => node.name)

  test('has metadata’s order first, then names', () => {
    expect(names(shop.tree).slice(0, 4)).toEqual(['orders', 'customers', 'blocks', 'order_items'])
  })

  test('nests groups, and leaves empty folders out', () => {
    const folder = (name: string) => ({ ...collectionRow(name, { meta: {} }), graphql: null })
    const { tree } = buildCatalog({
      collections: [folder('sales'), folder('empty'), collectionRow('orders', { meta: { group: 'sales' } })],
      fields: [],
    })
    expect(names(tree)).toEqual(['sales'])
    expect(names(tree[0]?.children ?? [])).toEqual(['orders'])
  })

  test('survives groups that contain each other', () => {
    const { tree } = buildCatalog({
      collections: [collectionRow('a', { meta: { group: 'b' } }), collectionRow('b', { meta: { group: 'a' } })],
      fields: [],
    })
    expect(flattenTree(tree).map((collection) => collection.name)).toEqual(['a', 'b'])
  })

  test('hidden and system collections stand apart, also out of folders', () => {
    const { tree } = buildCatalog({
      collections: [
        collectionRow('orders', { meta: {} }),
        collectionRow('order_log', { meta: { hidden: true, group: 'orders' } }),
        collectionRow('directus_users'),
      ],
      fields: [],
    })
    const { shown, hidden, system } = splitTree(tree)
    expect([shown, hidden, system].map((nodes) => flattenTree(nodes).map((each) => each.name))).toEqual([
      ['orders'],
      ['order_log'],
      ['directus_users'],
    ])
  })

  test('the system’s records are no views, though they can only be read', () => {
    const catalog = buildCatalog({ collections: [collectionRow('directus_activity', { isView: true })], fields: [] })
    expect(collectionOf('directus_activity', catalog)).toMatchObject({
      isView: false,
      isSystem: true,
      icon: 'list_alt',
    })
  })

  test.each([
    ['ord it', true],
    ['ITEMS', true],
    ['order_items', true],
    ['orders', false],
  ])('searching "%s" finds the order items: %s', (term, isFound) => {
    expect(matchesName(collectionOf('order_items'), term)).toBe(isFound)
  })
})

test('the fixture names only collections that it has', () => {
  const known = new Set(shopMetadata.collections.map((each) => each.collection))
  expect(shopMetadata.fields.every((each) => known.has(each.collection))).toBe(true)
})
