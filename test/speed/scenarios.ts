/**
 * What is asked. A scenario is an endless series of requests of one shape with inputs of their own; request `n` is the
 * same in every run, so that all servers get the same. How the hand-written server answers is in `statements.ts`.
 */
import { orderFacts } from './dataset.ts'

export type WireRequest = {
  readonly method: 'GET' | 'POST'
  /** With the query string. */
  readonly path: string
  readonly body: string | null
  /** Of who asks; without one it is everybody. */
  readonly token?: string
}

/** What issue 2 §6 asks for at concurrency 32: shares of the hand-written server's figures. */
export type Goal = { readonly minRate: number; readonly maxCpu: number }

export type Scenario = {
  readonly name: string
  readonly title: string
  /** How many different requests there are before the series repeats: what a run checks and warms up with. */
  readonly distinct: number
  readonly request: (n: number) => WireRequest
  readonly goal: Goal
  /** How long a round lasts, where requests are too slow for the usual time: all connections must be answered several times. */
  readonly seconds?: number
}

export type GraphQlScenario = Scenario & {
  readonly document: string
  readonly variables: (n: number) => Readonly<Record<string, unknown>>
}

export type RestScenario = Scenario & {
  readonly fields: string
  readonly query: (n: number) => { readonly filter: unknown; readonly sort: string; readonly limit: number }
}

const usual: Goal = { minRate: 0.8, maxCpu: 1.5 }

export const orderById = graphQl({
  name: 'by-id',
  title: 'one order by id',
  distinct: 1000,
  document: `query Order($id: ID!) {
  orders_by_id(id: $id) { id number status total tax note created_at updated_at }
}`,
  variables: (n) => ({ id: String(1 + whole(n, 1, orderFacts.orders)) }),
})

export const filteredOrders = graphQl({
  name: 'filtered',
  title: '100 orders, filtered and sorted',
  distinct: 200,
  document: `query Orders($status: String, $above: GraphQLStringOrFloat, $before: String) {
  orders(
    filter: { status: { _eq: $status }, total: { _gt: $above }, created_at: { _lt: $before } }
    sort: ["-created_at"]
    limit: 100
  ) { id number status total created_at }
}`,
  variables: filteredInputs,
})

export const nestedOrders = graphQl({
  name: 'nested',
  title: '20 orders with customer, items, products, categories',
  distinct: 200,
  document: `query OrdersInFull($before: String) {
  orders(filter: { created_at: { _lt: $before } }, sort: ["-created_at"], limit: 20) {
    id number total created_at
    customer { name country }
    order_items { quantity unit_price product { name price category { name } } }
  }
}`,
  variables: nestedInputs,
})

export const salesByStatus = graphQl({
  name: 'grouped',
  title: 'count and sum of a month by status',
  distinct: orderFacts.months,
  document: `query Sales($from: GraphQLStringOrFloat, $to: GraphQLStringOrFloat) {
  orders_aggregated(groupBy: ["status"], filter: { created_at: { _between: [$from, $to] } }, sort: ["status"]) {
    group
    countAll
    sum { total }
  }
}`,
  variables: (n) => {
    const [from, to] = monthOf(n)
    return { from, to }
  },
})

export const relationFilter = graphQl({
  name: 'relation-filter',
  title: '100 orders of a month by customer, and by items or total',
  distinct: 200,
  goal: { minRate: 0.5, maxCpu: 1.5 },
  document: `query OrdersBy($filter: orders_filter) {
  orders(filter: $filter, sort: ["-created_at"], limit: 100) { id number total created_at customer { name country } }
}`,
  variables: (n) => ({
    filter: {
      _and: [
        { created_at: { _between: monthOf(whole(n, 41, orderFacts.months)) } },
        { customer: { country: { _eq: choice(n, 42, orderFacts.countries) } } },
        {
          _or: [
            { total: { _gt: 2500 + whole(n, 43, 2000) } },
            { order_items: { product: { price: { _gt: 500 + whole(n, 44, 700) } } } },
          ],
        },
      ],
    },
  }),
})

export const manyRows = graphQl({
  name: 'rows',
  title: '5,000 rows of 8 columns',
  distinct: 20,
  document: `query ManyOrders($after: GraphQLStringOrFloat) {
  orders(filter: { id: { _gt: $after } }, sort: ["id"], limit: 5000) {
    id number status total tax note created_at updated_at
  }
}`,
  variables: (n) => ({ after: whole(n, 51, orderFacts.orders - 5000) }),
})

export const filteredOrdersRest = rest({
  name: 'rest-filtered',
  title: '100 orders, filtered and sorted, REST',
  distinct: 200,
  fields: 'id,number,status,total,created_at',
  query: (n) => {
    const { status, above, before } = filteredInputs(n)
    return {
      filter: { status: { _eq: status }, total: { _gt: above }, created_at: { _lt: before } },
      sort: '-created_at',
      limit: 100,
    }
  },
})

export const nestedOrdersRest = rest({
  name: 'rest-nested',
  title: '20 orders with customer … categories, REST',
  distinct: 200,
  fields:
    'id,number,total,created_at,customer.name,customer.country,order_items.quantity,order_items.unit_price,order_items.product.name,order_items.product.price,order_items.product.category.name',
  query: (n) => ({ filter: { created_at: { _lt: nestedInputs(n).before } }, sort: '-created_at', limit: 20 }),
})

/** Held by a user with a static token, on a server that nobody else may read: `restricted.ts`. */
export const restrictedToken = 'bench-restricted-token'

export const restrictedOrders: GraphQlScenario = withToken(
  graphQl({
    name: 'restricted',
    title: '100 orders as a restricted role with row rules and conditional fields',
    distinct: 200,
    goal: { minRate: 0.6, maxCpu: 2 },
    document: `query RestrictedOrders($above: GraphQLStringOrFloat, $before: String) {
  orders(filter: { total: { _gt: $above }, created_at: { _lt: $before } }, sort: ["-created_at"], limit: 100) {
    id number status total tax note created_at
  }
}`,
    variables: (n) => {
      const { above, before } = filteredInputs(n)
      return { above, before }
    },
  }),
)

/** Documents of which each is asked once; a run takes the next thousand for every measurement. */
export const differentDocuments: Scenario = {
  name: 'cold',
  title: '1,000 different documents',
  distinct: 12_000,
  goal: { minRate: 0, maxCpu: Infinity }, // nothing is asked of it but to be shown
  request: (n) => post(coldDocument(coldQuery(n)), {}),
}

export const warmScenarios: readonly Scenario[] = [
  orderById,
  filteredOrders,
  nestedOrders,
  salesByStatus,
  relationFilter,
  manyRows,
  filteredOrdersRest,
  nestedOrdersRest,
]

/** What one of the different documents selects; none selects the same. */
export type ColdQuery = {
  readonly after: number
  readonly columns: readonly string[]
  readonly customer: readonly string[]
  readonly items: readonly string[]
}

const coldColumns = ['number', 'status', 'total', 'tax', 'note', 'created_at', 'updated_at', 'id']
const coldCustomer = ['id', 'name', 'email', 'country', 'city']
const coldItems = ['id', 'quantity', 'unit_price']

export function coldQuery(n: number): ColdQuery {
  // 255 · 31 · 7 = 55,335 choices of columns; a step that shares no factor with them visits none twice.
  const choiceOf = ((n + 1) * 7919) % 55_335
  return {
    after: whole(n, 61, orderFacts.orders - 10),
    columns: subset(coldColumns, 1 + (choiceOf % 255)),
    customer: subset(coldCustomer, 1 + (Math.floor(choiceOf / 255) % 31)),
    items: subset(coldItems, 1 + Math.floor(choiceOf / (255 * 31))),
  }
}

export function coldDocument({ after, columns, customer, items }: ColdQuery): string {
  return `{ orders(filter: { id: { _gt: ${after} } }, sort: ["id"], limit: 5) { ${columns.join(' ')} customer { ${customer.join(' ')} } order_items { ${items.join(' ')} } } }`
}

function graphQl(
  parts: Pick<GraphQlScenario, 'name' | 'title' | 'distinct' | 'document' | 'variables'> & { readonly goal?: Goal },
): GraphQlScenario {
  return { goal: usual, request: (n) => post(parts.document, parts.variables(n % parts.distinct)), ...parts }
}

function withToken(scenario: GraphQlScenario): GraphQlScenario {
  return { ...scenario, request: (n) => ({ ...scenario.request(n), token: restrictedToken }) }
}

function rest(parts: Pick<RestScenario, 'name' | 'title' | 'distinct' | 'fields' | 'query'>): RestScenario {
  const request = (n: number): WireRequest => {
    const { filter, sort, limit } = parts.query(n % parts.distinct)
    const query = `fields=${parts.fields}&filter=${encodeURIComponent(JSON.stringify(filter))}&sort=${sort}&limit=${limit}`
    return { method: 'GET', path: `/items/orders?${query}`, body: null }
  }
  return { goal: usual, request, ...parts }
}

function post(query: string, variables: Readonly<Record<string, unknown>>): WireRequest {
  return { method: 'POST', path: '/graphql', body: JSON.stringify({ query, variables }) }
}

function filteredInputs(n: number): { status: string; above: number; before: string } {
  return {
    status: choice(n, 11, orderFacts.statuses),
    above: 100 + whole(n, 12, 900),
    before: instant(0.3 + 0.7 * random(n, 13)),
  }
}

function nestedInputs(n: number): { before: string } {
  return { before: instant(0.01 + 0.99 * random(n, 21)) }
}

/** A moment of the three years, by the share of them that lies before. */
function instant(share: number): string {
  const start = Date.UTC(orderFacts.firstYear, 0)
  return new Date(start + share * (Date.UTC(orderFacts.firstYear + orderFacts.months / 12, 0) - start)).toISOString()
}

/** First and last millisecond of a month, counted from the first year's January. */
function monthOf(month: number): readonly [from: string, to: string] {
  const start = (index: number) => Date.UTC(orderFacts.firstYear, index)
  return [new Date(start(month)).toISOString(), new Date(start(month + 1) - 1).toISOString()]
}

function subset(names: readonly string[], bits: number): readonly string[] {
  return names.filter((_, index) => (bits >> index) & 1)
}

function choice<T>(n: number, salt: number, from: readonly T[]): T {
  return from[whole(n, salt, from.length)]!
}

function whole(n: number, salt: number, below: number): number {
  return Math.floor(random(n, salt) * below)
}

/** A number in [0, 1) that follows from `n` and `salt` alone. */
function random(n: number, salt: number): number {
  let hash = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
