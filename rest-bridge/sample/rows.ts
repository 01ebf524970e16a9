/** The rows of the sample shop: the same ones every time. */
import { categoryTree, catalogue, languages, tags, type CatalogueEntry } from './catalogue.ts'
import { opinions, orderNotes, people } from './people.ts'

export type Row = Readonly<Record<string, string | number | null>>

const orderCount = 90
const reviewCount = 84
const dayMs = 86_400_000
const openingDay = Date.UTC(2024, 0, 8, 8)

/** Table → rows, in an order that every foreign key finds its row. */
export function shopRows(): Readonly<Record<string, readonly Row[]>> {
  const random = createRandom(20_240_108)
  const products = catalogue.map((entry, index) => productRow(entry, index + 1, random))
  const orders = Array.from({ length: orderCount }, (_, index) => orderWithItems(index + 1, products, random))
  return {
    languages,
    categories,
    tags: tags.map(([name, color], index) => ({ id: index + 1, name, color })),
    warehouses,
    products,
    product_translations: catalogue
      .flatMap((entry, index) => translationRows(entry, index + 1))
      .map((row, index) => ({ id: index + 1, ...row })),
    product_tags: products.flatMap((product) =>
      random.some(tags.length, 3).map((tag) => ({ product: numberOf(product, 'id'), tag: tag + 1 })),
    ),
    stock_levels: products.flatMap((product) =>
      random.some(warehouses.length, warehouses.length).map((warehouse) => ({
        warehouse: warehouses[warehouse]?.code ?? 'HAM',
        product: numberOf(product, 'id'),
        quantity: random.below(120),
        counted_at: instant(openingDay + (400 + random.below(60)) * dayMs),
      })),
    ),
    customers: people.map((person, index) => customerRow(person, index + 1, random)),
    orders: orders.map(({ order }) => order),
    order_items: orders.flatMap(({ items }) => items).map((item, index) => ({ id: index + 1, ...item })),
    reviews: Array.from({ length: reviewCount }, (_, index) => reviewRow(index + 1, products.length, random)),
  }
}

const categories: readonly (Row & { readonly id: number; readonly name: string })[] = categoryTree
  .flatMap(([name, children], top) => [
    { name, parent: null, sort: top + 1 },
    ...children.map((child, index) => ({ name: child, parent: name, sort: index + 1 })),
  ])
  .map(({ name, parent, sort }, index, all) => ({
    id: index + 1,
    name,
    slug: name.toLowerCase().replaceAll(/[^a-z]+/g, '-'),
    parent: parent === null ? null : all.findIndex((category) => category.name === parent) + 1,
    sort,
  }))

const warehouses = [
  { code: 'HAM', name: 'Hafenlager', city: 'Hamburg', opens_at: '06:30:00' },
  { code: 'LYS', name: 'Entrepôt Sud', city: 'Lyon', opens_at: '07:00:00' },
  { code: 'OSA', name: '大阪倉庫', city: '大阪', opens_at: '08:15:00' },
] as const

function productRow(entry: CatalogueEntry, id: number, random: Random): Row {
  const createdAt = openingDay + random.below(120) * dayMs + random.below(dayMs)
  return {
    id,
    sku: `${entry.material.slice(0, 3).toUpperCase()}-${String(1000 + id * 7)}`,
    name: entry.name,
    description: `${entry.name}. Made of ${entry.material}, to last.`,
    status: id % 11 === 0 ? 'draft' : id % 17 === 0 ? 'archived' : 'published',
    price: entry.price,
    weight_kg: entry.weightKg,
    stock: random.below(240),
    is_featured: id % 6 === 1 ? 1 : 0,
    attributes: JSON.stringify({
      material: entry.material,
      care: random.pick(['wipe', 'wash', 'none']),
      origin: { country: random.pick(['DE', 'FR', 'JP', 'PT']) },
    }),
    category: categories.find((category) => category.name === entry.category)?.id ?? null,
    released_on: instant(createdAt + 7 * dayMs).slice(0, 10),
    created_at: instant(createdAt),
    updated_at: id % 3 === 0 ? null : instant(createdAt + random.below(200 * dayMs)),
  }
}

const translationRows = (entry: CatalogueEntry, product: number): readonly Row[] =>
  Object.entries(entry.translations ?? {}).map(([language, name]) => ({
    product: product,
    language,
    name,
    description: null,
  }))

function customerRow([first, last, city, country]: (typeof people)[number], id: number, random: Random): Row {
  const ascii = `${first}.${last}`
    .replaceAll('ß', 'ss')
    .replaceAll(/[Łł]/g, 'l')
    .replaceAll(/[Øø]/g, 'o')
    .normalize('NFD')
    .replaceAll(/[^A-Za-z.]/g, '')
    .toLowerCase()
  return {
    id,
    first_name: first,
    last_name: last,
    email: `${ascii.replace(/\.$/, '')}${id}@example.com`,
    city,
    country,
    born_on: id % 5 === 0 ? null : instant(Date.UTC(1955, 0, 1) + random.below(18_000) * dayMs).slice(0, 10),
    wants_newsletter: random.below(3) === 0 ? 1 : 0,
    created_at: instant(openingDay + random.below(30 * dayMs)),
  }
}

/** One to four different products, more in orders of the season; the total is the sum of its items. */
function orderWithItems(id: number, products: readonly Row[], random: Random): { order: Row; items: readonly Row[] } {
  const placedAt = openingDay + 40 * dayMs + Math.floor(((id - 1) * 480 * dayMs) / orderCount) + random.below(3 * dayMs)
  const status = random.pick(['delivered', 'delivered', 'delivered', 'shipped', 'paid', 'open', 'cancelled'])
  const items = random.some(products.length, 4).map((index) => ({
    order: id,
    product: index + 1,
    quantity: 1 + random.below(3),
    unit_price: products[index]?.['price'] ?? '0.00',
  }))
  const cents = items.reduce((sum, item) => sum + Math.round(Number(item.unit_price) * 100) * item.quantity, 0)
  const isShipped = status === 'delivered' || status === 'shipped'
  const order = {
    id,
    number: `${new Date(placedAt).getUTCFullYear()}-${String(10_000 + id)}`,
    customer: 1 + random.below(people.length),
    status,
    currency: 'EUR',
    total: (cents / 100).toFixed(2),
    note: id % 9 === 0 ? random.pick(orderNotes) : null,
    placed_at: instant(placedAt),
    shipped_at: isShipped ? instant(placedAt + dayMs + random.below(3 * dayMs)) : null,
  }
  return { order, items }
}

function reviewRow(id: number, productCount: number, random: Random): Row {
  const rating = random.pick([5, 5, 5, 4, 4, 4, 3, 3, 2, 1])
  const [title, body] = random.pick(opinions[rating] ?? [['', null]])
  return {
    id,
    product: 1 + random.below(productCount),
    customer: id % 13 === 0 ? null : 1 + random.below(people.length),
    rating,
    title,
    body,
    is_published: id % 10 === 0 ? 0 : 1,
    created_at: instant(openingDay + 60 * dayMs + random.below(450 * dayMs)),
  }
}

const instant = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString()

const numberOf = (row: Row, column: string) => Number(row[column])

type Random = {
  /** A whole number from 0 to below `bound`. */
  readonly below: (bound: number) => number
  readonly pick: <Value>(values: readonly [Value, ...Value[]] | readonly Value[]) => Value
  /** One to `most` different positions below `bound`, ascending. */
  readonly some: (bound: number, most: number) => readonly number[]
}

/** A small generator with a seed (mulberry32): chance that is the same every time. */
function createRandom(seed: number): Random {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    below,
    pick: (values) => values[below(values.length)] as (typeof values)[number], // a position inside the list
    some: (bound, most) => {
      const wanted = 1 + below(most)
      const positions = new Set<number>()
      while (positions.size < wanted) positions.add(below(bound))
      return [...positions].toSorted((a, b) => a - b)
    },
  }
}
