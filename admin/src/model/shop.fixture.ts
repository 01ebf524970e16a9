/** A small catalog for tests: a shop with every kind of relation, a view, a composite key and a name GraphQL can't hold. */
import type { Metadata, MetadataCollection, MetadataField } from '../data/metadata.ts'
import { buildCatalog, type Catalog, type Collection, type Field } from './catalog.ts'

type CollectionSketch = {
  readonly key?: readonly string[]
  readonly meta?: Partial<NonNullable<MetadataCollection['meta']>>
  readonly isView?: boolean
}

const textOperators = ['_eq', '_neq', '_icontains', '_in', '_nin', '_empty', '_nempty', '_null', '_nnull']
const orderOperators = ['_eq', '_neq', '_lt', '_lte', '_gt', '_gte', '_between', '_in', '_nin', '_null', '_nnull']
const operatorsOf = (type: string): readonly string[] =>
  type === 'string' || type === 'text'
    ? textOperators
    : type === 'boolean'
      ? ['_eq', '_neq', '_null', '_nnull']
      : type === 'json'
        ? ['_null', '_nnull']
        : orderOperators

export function collectionRow(
  name: string,
  { key = ['id'], meta, isView = false }: CollectionSketch = {},
): MetadataCollection {
  return {
    collection: name,
    meta:
      meta === undefined
        ? null
        : {
            icon: null,
            note: null,
            display_template: null,
            hidden: false,
            singleton: false,
            translations: null,
            sort_field: null,
            sort: null,
            group: null,
            ...meta,
          },
    schema: { name, comment: null },
    graphql: {
      scope: name.startsWith('directus_') ? 'system' : 'items',
      type: name,
      list: name,
      by_id: key.length === 0 ? null : `${name}_by_id`,
      aggregated: `${name}_aggregated`,
      primary_key: key,
      is_read_only: isView,
    },
  }
}

type Graphql = NonNullable<MetadataField['graphql']>

export function fieldRow(
  collection: string,
  field: string,
  type: string,
  graphql: Partial<Graphql> = {},
  meta: Partial<NonNullable<MetadataField['meta']>> | null = null,
): MetadataField {
  return {
    collection,
    field,
    type,
    meta:
      meta === null
        ? null
        : {
            special: null,
            interface: null,
            options: null,
            hidden: false,
            sort: null,
            width: null,
            translations: null,
            note: null,
            ...meta,
          },
    schema:
      type === 'alias'
        ? null
        : {
            data_type: type,
            max_length: null,
            numeric_scale: null,
            is_nullable: true,
            is_unique: false,
            comment: null,
          },
    graphql: {
      value: field,
      functions: ['date', 'time', 'timestamp', 'dateTime', 'json'].includes(type) ? `${field}_func` : null,
      keys: null,
      filter_operators: operatorsOf(type),
      enum_values: [],
      relation: null,
      is_primary_key: false,
      is_derived: false,
      is_sortable: type !== 'alias' && type !== 'json',
      ...graphql,
    },
  }
}

export const toOne = (
  collection: string,
  field: string,
  target: string,
  inverse: string,
  more: Partial<Graphql> = {},
) =>
  fieldRow(collection, field, 'integer', {
    keys: `${field}_key`,
    relation: { kind: 'm2o', collections: [target], inverse, junction: null },
    ...more,
  })

export const toMany = (
  collection: string,
  field: string,
  target: string,
  inverse: string | null,
  junction: string | null = null,
) =>
  fieldRow(collection, field, 'alias', {
    functions: `${field}_func`,
    keys: `${field}_keys`,
    filter_operators: ['_some', '_none'],
    relation: { kind: junction === null ? 'o2m' : 'm2m', collections: [target], inverse, junction },
    is_derived: true,
  })

const key = (collection: string) => fieldRow(collection, 'id', 'integer', { is_primary_key: true })

export const shopMetadata: Metadata = {
  collections: [
    collectionRow('customers', { meta: { note: 'Who buys.', sort: 2 } }),
    collectionRow('orders', { meta: { sort: 1 } }),
    collectionRow('order_items'),
    collectionRow('products'),
    collectionRow('tags'),
    collectionRow('product_tags', { key: ['product', 'tag'], meta: { hidden: true } }),
    collectionRow('stock_levels', { key: ['warehouse', 'product'] }),
    collectionRow('sales', { key: [], isView: true }),
    collectionRow('blocks'),
  ],
  fields: [
    key('customers'),
    fieldRow('customers', 'first_name', 'string'),
    fieldRow('customers', 'last_name', 'string'),
    fieldRow('customers', 'country', 'string'),
    toMany('customers', 'orders', 'orders', 'customer'),
    key('orders'),
    fieldRow('orders', 'number', 'string'),
    fieldRow('orders', 'status', 'string', {}, { options: { choices: ['open', { value: 'paid', text: 'Paid' }] } }),
    fieldRow('orders', 'total', 'decimal'),
    fieldRow('orders', 'placed_at', 'timestamp'),
    fieldRow('orders', 'is_gift', 'boolean'),
    fieldRow('orders', 'Weird Name', 'string', { value: 'Weird_Name' }),
    fieldRow('orders', 'secret', 'string', {}, { hidden: true }),
    toOne('orders', 'customer', 'customers', 'orders'),
    toMany('orders', 'items', 'order_items', 'order'),
    key('order_items'),
    fieldRow('order_items', 'quantity', 'integer'),
    toOne('order_items', 'order', 'orders', 'items'),
    toOne('order_items', 'product', 'products', 'items'),
    key('products'),
    fieldRow('products', 'name', 'string'),
    fieldRow('products', 'attributes', 'json'),
    toMany('products', 'tags', 'tags', null, 'product_tags'),
    toMany('products', 'product_tags', 'product_tags', 'product'),
    toMany('products', 'stock', 'stock_levels', null),
    key('tags'),
    fieldRow('tags', 'label', 'string'),
    toMany('tags', 'products', 'products', null, 'product_tags'),
    toOne('product_tags', 'product', 'products', 'product_tags', { is_primary_key: true }),
    toOne('product_tags', 'tag', 'tags', 'product_tags', { is_primary_key: true }),
    fieldRow('stock_levels', 'warehouse', 'string', { is_primary_key: true }),
    toOne('stock_levels', 'product', 'products', 'stock', { is_primary_key: true }),
    fieldRow('stock_levels', 'quantity', 'integer'),
    fieldRow('sales', 'product_name', 'string'),
    fieldRow('sales', 'revenue', 'decimal'),
    key('blocks'),
    fieldRow('blocks', 'item', 'string', {
      relation: { kind: 'm2a', collections: ['products', 'tags'], inverse: null, junction: null },
    }),
  ],
}

export const shop: Catalog = buildCatalog(shopMetadata)

/** A collection of the shop. @throws Error for a name that isn't there */
export function collectionOf(name: string, catalog: Catalog = shop): Collection {
  const collection = catalog.collections.get(name)
  if (collection === undefined) throw new Error(`The shop has no collection ${name}.`)
  return collection
}

/** A field of a collection of the shop. @throws Error for a name that isn't there */
export function fieldOf(collection: string, name: string, catalog: Catalog = shop): Field {
  const field = collectionOf(collection, catalog).fields.get(name)
  if (field === undefined) throw new Error(`${collection} has no field ${name}.`)
  return field
}
