/**
 * Writing: one order with its record (activity and revision), one without, and 1,000 in one request. The tables stand in a
 * database of their own, made anew for each run, with our system tables beside them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { withClient, type PostgresServer } from './postgres-server.ts'
import type { GraphQlScenario, WireRequest } from './scenarios.ts'
import { commandOfOurs, pgDatabase } from './servers.ts'
import type { HandWritten } from './statements.ts'

/** `logged_orders` has activity and revisions, `plain_orders` has none. */
const tables = ['logged_orders', 'plain_orders'] as const

const rowsAtOnce = 1000

const columns = ['number', 'status', 'total', 'tax', 'note', 'customer', 'created_at'] as const

/** In the order of the columns. */
const orderOf = (n: number): Readonly<Record<string, string | number>> => ({
  number: `O-${n}`,
  status: ['new', 'paid', 'shipped'][n % 3] ?? 'new',
  total: ((n * 7919) % 100_000) / 100,
  tax: ((n * 7919) % 10_000) / 100,
  note: `Please leave it at door ${n % 90}.`,
  customer_key: 1 + (n % 100),
  created_at: new Date(Date.UTC(2024, 0, 1) + n * 1000).toISOString(),
})

function creating(parts: Omit<GraphQlScenario, 'request'>): GraphQlScenario {
  const request = (n: number): WireRequest => ({
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query: parts.document, variables: parts.variables(n % parts.distinct) }),
  })
  return { ...parts, request }
}

const createLogged = creating({
  name: 'create',
  title: 'create one order, with activity and revision',
  goal: { minRate: 0.3, maxCpu: Infinity },
  distinct: 500,
  document: `mutation Create($data: create_logged_orders_input!) {
  create_logged_orders_item(data: $data) { number status total }
}`,
  variables: (n) => ({ data: orderOf(n) }),
})

const createPlain = creating({
  name: 'create-plain',
  title: 'create one order, without a record',
  goal: { minRate: 0.6, maxCpu: Infinity },
  distinct: 500,
  document: `mutation Create($data: create_plain_orders_input!) {
  create_plain_orders_item(data: $data) { number status total }
}`,
  variables: (n) => ({ data: orderOf(n) }),
})

const createMany = creating({
  name: 'create-many',
  title: `create ${rowsAtOnce} orders in one request`,
  goal: { minRate: 0.5, maxCpu: Infinity },
  distinct: 5,
  seconds: 6,
  document: `mutation CreateMany($data: [create_plain_orders_input!]) {
  create_plain_orders_items(data: $data) { number status total }
}`,
  variables: (n) => ({ data: Array.from({ length: rowsAtOnce }, (_, index) => orderOf(n * rowsAtOnce + index)) }),
})

export const writeScenarios: readonly GraphQlScenario[] = [createLogged, createPlain, createMany]

const written = `'{"number":' || to_json(number)::text || ',"status":' || to_json(status)::text || ',"total":' || total || '}'`
const into = (table: string) => `insert into ${table} (${columns.join(', ')})`
const placeholders = (row: number) =>
  `(${columns.map((_, index) => `$${row * columns.length + index + 1}`).join(', ')})`
const valuesOf = (order: unknown) => Object.values(order as ReturnType<typeof orderOf>) // what these scenarios send

const one = (table: string): HandWritten<Readonly<Record<string, unknown>>> => ({
  name: `create-${table}`,
  text: `${into(table)} values ${placeholders(0)} returning ${written}`,
  values: ({ data }) => valuesOf(data),
  before: `{"data":{"create_${table}_item":`,
  after: '}}',
})

/** What the hand-written server does, by document. */
export const writeStatements: readonly (readonly [string, HandWritten<Readonly<Record<string, unknown>>>])[] = [
  [createLogged.document, one('logged_orders')],
  [createPlain.document, one('plain_orders')],
  [
    createMany.document,
    {
      name: 'create-many',
      text: `with written as (${into('plain_orders')} values ${Array.from({ length: rowsAtOnce }, (_, row) => placeholders(row)).join(', ')} returning *)
  select '[' || string_agg(${written}, ',' order by id) || ']' from written`,
      values: ({ data }) => (data as readonly unknown[]).flatMap(valuesOf), // what this scenario sends
      before: '{"data":{"create_plain_orders_items":',
      after: '}}',
    },
  ],
]

/** @returns the address of a database with both tables, empty, and our system tables */
export async function prepareWrites(server: PostgresServer): Promise<string> {
  const database = 'bench_writes'
  await withClient(server.url('postgres'), async (client) => {
    await client.query(`drop database if exists ${database} with (force)`)
    await client.query(`create database ${database}`)
  })
  const url = server.url(database)
  await withClient(url, async (client) => {
    await client.query(`create table customers (id int primary key, name text not null)`)
    await client.query(`insert into customers select n, 'Customer ' || n from generate_series(1, 100) n`)
    for (const table of tables) {
      await client.query(`create table ${table} (
        id int primary key generated by default as identity,
        number text not null,
        customer int not null references customers,
        status text not null,
        total numeric(10,2) not null,
        tax numeric(10,2) not null,
        note text,
        created_at timestamptz not null
      )`)
    }
  })
  const { command, args, env } = commandOfOurs(['bootstrap'], pgDatabase(url))
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', process.stderr] })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`tablegraph bootstrap ended with ${code}.`)
  await withClient(url, async (client) => {
    await client.query(`insert into directus_collections (collection, accountability) values ('plain_orders', null)`)
    await client.query('analyze')
  })
  return url
}
