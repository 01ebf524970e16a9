import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { buildCatalog } from '../model/catalog.ts'
import type { Row } from '../model/key.ts'
import { collectionOf, collectionRow, fieldOf, fieldRow, shop } from '../model/shop.fixture.ts'
import { renderPart } from '../testing/render.tsx'
import { FieldList } from './field-list.tsx'
import { displayOf, displays } from './index.ts'

/** One field of a type, with a value, as an item's page shows it. */
async function shown(type: string, value: unknown, special: readonly string[] = []): Promise<string | null> {
  const catalog = buildCatalog({
    collections: [collectionRow('a')],
    fields: [fieldRow('a', 'x', type, {}, { special: [...special] })],
  })
  await renderPart(<FieldList catalog={catalog} fields={[fieldOf('a', 'x', catalog)]} row={{ x: value }} />)
  return (await screen.findByRole('definition')).textContent
}

test.each<[string, unknown, string]>([
  ['string', 'Käse', 'Käse'],
  ['integer', 12345, '12,345'],
  ['bigInteger', '9007199254740993', '9,007,199,254,740,993'],
  ['decimal', '0.10', '0.10'],
  ['float', 1.5, '1.5'],
  ['boolean', false, 'No'],
  ['date', '2024-03-01', 'Mar 1, 2024'],
  ['time', '07:05:00', '07:05'],
  ['uuid', '5f0c', '5f0c'],
  ['enum', 'paid', 'paid'],
  ['csv', ['a', 'b'], 'ab'],
  ['array', [1, { b: 2 }], '1{"b":2}'],
  ['json', { a: 1 }, '{\n  "a": 1\n}'],
  [
    'geometry.Point',
    { type: 'Point', coordinates: [1, 2] },
    '{\n  "type": "Point",\n  "coordinates": [\n    1,\n    2\n  ]\n}',
  ],
  ['vector', [0.5, 1], '[\n  0.5,\n  1\n]'],
  ['binary', 'AAAA', 'Binary, 3 B'],
  ['hash', '**********', 'Concealed'],
  ['unknown', { days: 1 }, '{\n  "days": 1\n}'],
  ['text', null, '–Empty'],
])('a %s of %j is shown as %j', async (type, value, text) => expect(await shown(type, value)).toBe(text))

test('what is concealed shows nothing of its value', async () => {
  expect(await shown('string', '**********', ['conceal'])).toBe('Concealed')
})

test('long text is cut until it is wanted', async () => {
  const text = await shown('text', 'word '.repeat(400))
  expect(text?.length).toBeLessThan(1000)
  expect(screen.getByRole('button', { name: 'Show more' }).getAttribute('aria-expanded')).toBe('false')
})

test.each<[string, Row, string, string]>([
  [
    'of a key',
    { item: { __typename: 'products', products__id: 3, products__name: 'Kettle' } },
    'Products · Kettle',
    '/content/products/3',
  ],
  [
    'of another collection',
    { item: { __typename: 'tags', tags__id: 4, tags__label: 'new' } },
    'Tags · new',
    '/content/tags/4',
  ],
])('one of several collections is a link %s', async (_, row, text, href) => {
  await renderPart(<FieldList catalog={shop} fields={[fieldOf('blocks', 'item')]} row={row} />)
  expect((await screen.findByRole('definition')).textContent).toBe(text)
  expect(screen.getByRole('link').getAttribute('href')).toBe(href)
})

test('a link that leads to what may not be seen is its raw key', async () => {
  await renderPart(
    <FieldList catalog={shop} fields={[fieldOf('orders', 'customer')]} row={{ customer: null, customer_key: 7 }} />,
  )
  expect((await screen.findByRole('definition')).textContent).toBe('7')
  expect(screen.queryByRole('link')).toBeNull()
})

test('every field of the shop has a display', () => {
  for (const collection of shop.collections.values()) {
    for (const field of collectionOf(collection.name).fields.values()) expect(displays).toContain(displayOf(field))
  }
})
