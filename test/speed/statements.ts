/**
 * The hand-written statements, one for each scenario: what somebody writes who knows the tables and PostgreSQL well.
 * They build the reply's text by `||`, which PostgreSQL does faster than `row_to_json` (see `json-forms.ts`), and rely on
 * what that somebody knows: which columns are never null, that no timestamp is infinite, and which form of the relation
 * filter is fastest (see `relation-filter.ts`).
 */
import { writeStatements } from './write-scenarios.ts'
import {
  coldDocument,
  coldQuery,
  differentDocuments,
  filteredOrders,
  filteredOrdersRest,
  manyRows,
  nestedOrders,
  nestedOrdersRest,
  orderById,
  relationFilter,
  restrictedOrders,
  salesByStatus,
  type ColdQuery,
  type GraphQlScenario,
  type RestScenario,
} from './scenarios.ts'

/** Gives one row of one column: the JSON text; no row for JSON null. */
export type HandWritten<Input> = {
  /** Under which PostgreSQL keeps it prepared; null for a statement that comes once. */
  readonly name: string | null
  readonly text: string
  readonly values: (input: Input) => readonly unknown[]
  /** What stands before and after the JSON text. */
  readonly before: string
  readonly after: string
}

type Inputs<S extends GraphQlScenario> = ReturnType<S['variables']>

const text = (column: string) => `to_json(${column})::text`
const nullable = (json: string) => `coalesce(${json}, 'null')`
const id = (column: string) => `'"' || ${column} || '"'`
/** Decimals: a number in GraphQL, a string in REST. */
const quoted = (column: string) => `'"' || ${column} || '"'`
/** With a microsecond added, PostgreSQL writes six digits, so that the cut leaves three. */
const instant = (column: string) =>
  `'"' || replace(left((date_trunc('milliseconds', ${column} at time zone interval '0') + interval '1 microsecond')::text, 23), ' ', 'T') || 'Z"'`

/** `'{"a":' || … || ',"b":' || … || '}'` */
const object = (entries: Readonly<Record<string, string>>) =>
  `${Object.entries(entries)
    .map(([key, json], index) => `'${index === 0 ? '{' : ','}"${key}":' || ${json}`)
    .join(' || ')} || '}'`
const arrayOf = (rows: string) => `select '[' || coalesce(string_agg(doc, ','), '') || ']' from (${rows}) rows`

const wholeOrder = object({
  id: id('o.id'),
  number: text('o.number'),
  status: text('o.status'),
  total: 'o.total',
  tax: 'o.tax',
  note: nullable(text('o.note')),
  created_at: instant('o.created_at'),
  updated_at: nullable(instant('o.updated_at')),
})

type Decimal = (column: string) => string
type Key = (column: string) => string

const filtered = (key: Key, decimal: Decimal) =>
  arrayOf(`select ${object({
    id: key('o.id'),
    number: text('o.number'),
    status: text('o.status'),
    total: decimal('o.total'),
    created_at: instant('o.created_at'),
  })} as doc
  from orders o where o.status = $1 and o.total > $2 and o.created_at < $3 order by o.created_at desc limit 100`)

const nested = (key: Key, decimal: Decimal) =>
  arrayOf(`select ${object({
    id: key('o.id'),
    number: text('o.number'),
    total: decimal('o.total'),
    created_at: instant('o.created_at'),
    customer: object({ name: text('c.name'), country: text('c.country') }),
    order_items: `(${arrayOf(`select ${object({
      quantity: 'i.quantity',
      unit_price: decimal('i.unit_price'),
      product: object({ name: text('p.name'), price: decimal('p.price'), category: object({ name: text('k.name') }) }),
    })} as doc
    from order_items i left join products p on p.id = i.product left join categories k on k.id = p.category where i.order_id = o.id order by i.id`)})`,
  })} as doc
  from (select * from orders where created_at < $1 order by created_at desc limit 20) o left join customers c on c.id = o.customer
  order by o.created_at desc`)

type RelationFilter = {
  readonly _and: readonly [
    { readonly created_at: { readonly _between: readonly [string, string] } },
    { readonly customer: { readonly country: { readonly _eq: string } } },
    {
      readonly _or: readonly [
        { readonly total: { readonly _gt: number } },
        { readonly order_items: { readonly product: { readonly price: { readonly _gt: number } } } },
      ]
    },
  ]
}

const asItIs = (column: string) => `${column}`

const graphQlStatements: readonly (readonly [GraphQlScenario, HandWritten<Inputs<GraphQlScenario>>])[] = [
  [
    orderById,
    {
      ...root('orders_by_id'),
      name: 'by-id',
      text: `select ${wholeOrder} from orders o where o.id = $1`,
      values: ({ id: key }) => [key],
    },
  ],
  [
    filteredOrders,
    {
      ...root('orders'),
      name: 'filtered',
      text: filtered(id, asItIs),
      values: ({ status, above, before }) => [status, above, before],
    },
  ],
  [nestedOrders, { ...root('orders'), name: 'nested', text: nested(id, asItIs), values: ({ before }) => [before] }],
  [
    salesByStatus,
    {
      ...root('orders_aggregated'),
      name: 'grouped',
      text: arrayOf(`select ${object({ group: object({ status: text('status') }), countAll: 'count(*)', sum: object({ total: 'sum(total)' }) })} as doc
  from orders where created_at between $1 and $2 group by status order by status`),
      values: ({ from, to }) => [from, to],
    },
  ],
  [
    relationFilter,
    {
      ...root('orders'),
      name: 'relation-filter',
      text: arrayOf(`select ${object({
        id: id('o.id'),
        number: text('o.number'),
        total: 'o.total',
        created_at: instant('o.created_at'),
        customer: object({ name: text('c.name'), country: text('c.country') }),
      })} as doc
  from (
    select * from orders o where o.created_at between $1 and $2
      and (o.customer in (select id from customers where country = $3)) is true
      and (o.total > $4 or exists (
        select from order_items i where i.order_id = o.id and (i.product in (select id from products where price > $5)) is true offset 0
      ))
    order by o.created_at desc limit 100
  ) o join customers c on c.id = o.customer order by o.created_at desc`),
      values: (variables) => {
        const {
          _and: [period, buyer, either],
        } = variables['filter'] as RelationFilter // what this scenario sends
        return [
          ...period.created_at._between,
          buyer.customer.country._eq,
          either._or[0].total._gt,
          either._or[1].order_items.product.price._gt,
        ]
      },
    },
  ],
  [
    restrictedOrders,
    {
      ...root('orders'),
      name: 'restricted',
      // The predicates of `restricted.ts`.
      text: arrayOf(`select ${object({
        id: id('o.id'),
        number: text('o.number'),
        status: text('o.status'),
        total: 'o.total',
        tax: nullable("case when o.status in ('paid', 'shipped') then o.tax end || ''"),
        note: nullable(text("case when o.status in ('paid', 'shipped') then o.note end")),
        created_at: instant('o.created_at'),
      })} as doc
  from orders o where (o.total > 300 or o.status in ('paid', 'shipped')) and o.total > $1 and o.created_at < $2
  order by o.created_at desc limit 100`),
      values: ({ above, before }) => [above, before],
    },
  ],
  [
    manyRows,
    {
      ...root('orders'),
      name: 'rows',
      text: arrayOf(`select ${wholeOrder} as doc from orders o where o.id > $1 order by o.id limit 5000`),
      values: ({ after }) => [after],
    },
  ],
]

/** By the text of the document. */
export const statementsByDocument: ReadonlyMap<string, HandWritten<Readonly<Record<string, unknown>>>> = new Map([
  ...writeStatements,
  ...graphQlStatements.map(([{ document }, statement]) => [document, statement] as const),
  ...Array.from({ length: differentDocuments.distinct }, (_, n) => {
    const query = coldQuery(n)
    return [coldDocument(query), coldStatement(query)] as const
  }),
])

type RestFilter = {
  readonly created_at: { readonly _lt: string }
  readonly status: { readonly _eq: string }
  readonly total: { readonly _gt: number }
}

const restStatements: readonly (readonly [RestScenario, HandWritten<RestFilter>])[] = [
  [
    filteredOrdersRest,
    {
      before: '{"data":',
      after: '}',
      name: 'rest-filtered',
      text: filtered(asItIs, quoted),
      values: ({ status, total, created_at }) => [status._eq, total._gt, created_at._lt],
    },
  ],
  [
    nestedOrdersRest,
    {
      before: '{"data":',
      after: '}',
      name: 'rest-nested',
      text: nested(asItIs, quoted),
      values: ({ created_at }) => [created_at._lt],
    },
  ],
]

/** By the `fields` of a request to /items/orders. */
export const statementsByFields: ReadonlyMap<string, HandWritten<RestFilter>> = new Map(
  restStatements.map(([{ fields }, statement]) => [fields, statement]),
)

function root(name: string): { readonly before: string; readonly after: string } {
  return { before: `{"data":{"${name}":`, after: '}}' }
}

/** A statement that its server has never seen; nobody would write so many, but so they would be. */
function coldStatement({ after, columns, customer, items }: ColdQuery): HandWritten<unknown> {
  const forms: Readonly<Record<string, string>> = {
    'o.note': nullable(text('o.note')),
    'o.updated_at': nullable(instant('o.updated_at')),
    'c.city': nullable(text('c.city')),
  }
  const json = (column: string): string => {
    if (column.endsWith('.id')) return id(column)
    if (/total|tax|quantity|unit_price/.test(column)) return column
    return forms[column] ?? (column.endsWith('_at') ? instant(column) : text(column))
  }
  const part = (alias: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, json(`${alias}.${name}`)]))
  return {
    ...root('orders'),
    name: null,
    text: arrayOf(`select ${object({
      ...part('o', columns),
      customer: object(part('c', customer)),
      order_items: `(${arrayOf(`select ${object(part('i', items))} as doc from order_items i where i.order_id = o.id order by i.id`)})`,
    })} as doc
  from (select * from orders where id > ${after} order by id limit 5) o join customers c on c.id = o.customer order by o.id`),
    values: () => [],
  }
}
