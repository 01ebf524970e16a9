/**
 * `node test/speed/relation-filter.ts`: which SQL form of a filter through relations PostgreSQL runs best, and when.
 * "Orders of a period whose customer is in country X and which have an item whose product costs more than P, or a total
 * above T", newest first: several forms, several selectivities, with and without a limit. The last form is what our
 * server compiles. All forms must give the same rows. `--repeat n` times each; `--forms text` only those with it in their name.
 */
import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { prepareOrders } from './dataset.ts'
import { startPostgres, withClient } from './postgres-server.ts'
import { orderById } from './scenarios.ts'
import { adminToken, ours, pgDatabase, prepareOurs, startServer } from './servers.ts'
import { median } from './statistics.ts'

type Case = {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly country: string
  readonly total: number
  readonly price: number
}

const month = { from: '2023-05-01T00:00:00Z', to: '2023-06-01T00:00:00Z' }
const always = { from: '2022-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' }

const cases: readonly Case[] = [
  { name: 'month, DE, some', ...month, country: 'DE', total: 3000, price: 700 },
  { name: 'month, GR, some', ...month, country: 'GR', total: 3000, price: 700 },
  { name: 'month, DE, rare items', ...month, country: 'DE', total: 9000, price: 1460 },
  { name: 'month, DE, most', ...month, country: 'DE', total: 100, price: 5 },
  { name: 'month, DE, none', ...month, country: 'DE', total: 99999, price: 99999 },
  {
    name: 'hour, DE, some',
    from: '2023-05-01T00:00:00Z',
    to: '2023-05-01T01:00:00Z',
    country: 'DE',
    total: 3000,
    price: 700,
  },
  { name: 'always, DE, some', ...always, country: 'DE', total: 3000, price: 700 },
  { name: 'always, GR, some', ...always, country: 'GR', total: 3000, price: 700 },
  { name: 'always, DE, rare items', ...always, country: 'DE', total: 9000, price: 1460 },
  { name: 'always, DE, none', ...always, country: 'DE', total: 99999, price: 99999 },
]

const inPeriod = 'o.created_at between $1 and $2'
const joined = 'orders o left join customers c on c.id = o.customer'
const itemsOf = 'select from order_items i join products p on p.id = i.product where i.order_id = o.id and p.price > $5'
/** The item's product is looked up in a hash of the products that pass. */
const itemsOfHashed =
  'select from order_items i where i.order_id = o.id and (i.product in (select id from products where price > $5)) is true'

const m2o = {
  exists: 'exists (select from customers c where c.id = o.customer and c.country = $3)',
  in: 'o.customer in (select id from customers where country = $3)',
  hashed: '(o.customer in (select id from customers where country = $3)) is true',
  scalar: '(select c.country from customers c where c.id = o.customer) = $3',
}
const o2m = {
  exists: `exists (${itemsOf})`,
  nested:
    'exists (select from order_items i where i.order_id = o.id and exists (select from products p where p.id = i.product and p.price > $5))',
  in: 'o.id in (select i.order_id from order_items i join products p on p.id = i.product where p.price > $5)',
  probe: `exists (${itemsOf} offset 0)`,
  scalarProbe:
    'exists (select from order_items i where i.order_id = o.id and (select p.price from products p where p.id = i.product) > $5 offset 0)',
  hashedProbe: `exists (${itemsOfHashed} offset 0)`,
  /** The conditions on the order once more, inside: the hash holds only orders that can matter. */
  restricted: `o.id in (select i.order_id from order_items i join products p on p.id = i.product
    join (select o.id from ${joined} where ${inPeriod} and c.country = $3) o on o.id = i.order_id where p.price > $5)`,
}

/** `from` and `where` of each form: how the m2o is reached, then how the o2m is. */
const forms: Readonly<Record<string, string>> = {
  'exists; exists': `orders o where ${inPeriod} and ${m2o.exists} and (o.total > $4 or ${o2m.exists})`,
  'exists; nested exists': `orders o where ${inPeriod} and ${m2o.exists} and (o.total > $4 or ${o2m.nested})`,
  'in; in': `orders o where ${inPeriod} and ${m2o.in} and (o.total > $4 or ${o2m.in})`,
  'join; exists': `${joined} where ${inPeriod} and c.country = $3 and (o.total > $4 or ${o2m.exists})`,
  'join; probe': `${joined} where ${inPeriod} and c.country = $3 and (o.total > $4 or ${o2m.probe})`,
  'join; probe after join': `${joined} where ${inPeriod} and c.country = $3 and (o.total > $4 or exists (${itemsOf} and c.id = o.customer offset 0))`,
  'join; hashed probe after join': `${joined} where ${inPeriod} and c.country = $3 and (o.total > $4 or exists (${itemsOfHashed} and c.id = o.customer offset 0))`,
  'join; lateral probe': `${joined} left join lateral (${itemsOf.replace('select', 'select true as found')} and (o.total > $4) is not true limit 1) x on true
    where ${inPeriod} and c.country = $3 and (o.total > $4 or x.found)`,
  'join; fence, probe': `(select o.* from ${joined} where ${inPeriod} and c.country = $3 order by o.created_at desc offset 0) o where (o.total > $4 or ${o2m.probe})`,
  'join; fence, hashed probe': `(select o.* from ${joined} where ${inPeriod} and c.country = $3 order by o.created_at desc offset 0) o where (o.total > $4 or ${o2m.hashedProbe})`,
  'join; restricted in': `${joined} where ${inPeriod} and c.country = $3 and (o.total > $4 or ${o2m.restricted})`,
  'scalar; probe': `orders o where ${inPeriod} and ${m2o.scalar} and (o.total > $4 or ${o2m.probe})`,
  'scalar; scalar probe': `orders o where ${inPeriod} and ${m2o.scalar} and (o.total > $4 or ${o2m.scalarProbe})`,
  'scalar; hashed probe': `orders o where ${inPeriod} and ${m2o.scalar} and (o.total > $4 or ${o2m.hashedProbe})`,
  'scalar; case hashed probe': `orders o where ${inPeriod} and case when ${m2o.scalar} then o.total > $4 or ${o2m.hashedProbe} end`,
  'hashed; probe': `orders o where ${inPeriod} and ${m2o.hashed} and (o.total > $4 or ${o2m.probe})`,
  'hashed; hashed probe': `orders o where ${inPeriod} and ${m2o.hashed} and (o.total > $4 or ${o2m.hashedProbe})`,
  'hashed; case hashed probe': `orders o where ${inPeriod} and case when ${m2o.hashed} then o.total > $4 or ${o2m.hashedProbe} end`,
  'all joined, distinct': `(select distinct o.* from ${joined} left join order_items i on i.order_id = o.id left join products p on p.id = i.product
    where ${inPeriod} and c.country = $3 and (o.total > $4 or p.price > $5)) o`,
  'union of keys': `orders o where o.id in (
    select o.id from ${joined} where ${inPeriod} and c.country = $3 and o.total > $4
    union select i.order_id from products p join order_items i on i.product = p.id join ${joined} on o.id = i.order_id
    where ${inPeriod} and c.country = $3 and p.price > $5)`,
}

type Form = {
  readonly name: string
  readonly statement: (
    one: Case,
    limit: number | null,
  ) => { readonly text: string; readonly values: readonly unknown[] }
  readonly idsOf: (rows: readonly (readonly unknown[])[]) => readonly unknown[]
}

const { values: options } = parseArgs({
  options: { repeat: { type: 'string', default: '7' }, forms: { type: 'string', default: '' } },
})
const repeat = Number(options.repeat)
const limits = [100, null]

const server = await startPostgres()
try {
  const url = await prepareOrders(server)
  const all = [...Object.entries(forms).map(([name, from]) => handWrittenForm(name, from)), await compiledForm(url)]
  const wanted = all.filter(({ name }) => name.includes(options.forms))
  process.stdout.write(`PostgreSQL ${server.version}, medians of ${repeat} in ms\n`)
  await withClient(url, async (client) => {
    for (const limit of limits) {
      for (const planMode of ['auto', 'force_custom_plan']) {
        await client.query(`set plan_cache_mode = ${planMode}`)
        await printTable(client, wanted, limit, planMode)
        await client.query('deallocate all')
      }
    }
  })
} finally {
  await server.stop()
}

function handWrittenForm(name: string, from: string): Form {
  return {
    name,
    statement: (one, limit) => ({
      text: `select o.id from ${from} order by o.created_at desc${limit === null ? '' : ` limit ${limit}`}`,
      values: [one.from, one.to, one.country, one.total, one.price],
    }),
    idsOf: (rows) => rows.map(([id]) => id),
  }
}

/** Asks our server what it would run. */
async function compiledForm(databaseUrl: string): Promise<Form> {
  await prepareOurs()
  const running = await startServer(ours(pgDatabase(databaseUrl)), orderById.request(0))
  const statements = new Map<string, { text: string; values: readonly unknown[] }>()
  try {
    for (const one of cases) {
      for (const limit of limits) {
        const filter = {
          _and: [
            { created_at: { _between: [one.from, one.to] } },
            { customer: { country: { _eq: one.country } } },
            { _or: [{ total: { _gt: one.total } }, { order_items: { product: { price: { _gt: one.price } } } }] },
          ],
        }
        const query = new URLSearchParams({
          fields: 'id',
          sort: '-created_at',
          limit: String(limit ?? -1),
          filter: JSON.stringify(filter),
        })
        const response = await fetch(`http://127.0.0.1:${running.port}/items/orders?${query}`, {
          headers: { Prefer: 'explain', Authorization: `Bearer ${adminToken}` },
        })
        // What `Prefer: explain` answers.
        const { data } = (await response.json()) as { data: { sql: string; values: unknown[] } }
        statements.set(`${one.name} ${limit}`, { text: data.sql, values: data.values })
      }
    }
  } finally {
    await running.stop()
  }
  return {
    name: 'compiled by our server',
    statement: (one, limit) => {
      const statement = statements.get(`${one.name} ${limit}`)
      if (statement === undefined) throw new Error(`${one.name} was not compiled.`)
      return statement
    },
    // One text of one row, as the compiled statement gives it.
    idsOf: (rows) => (JSON.parse(String(rows[0]?.[0])) as { id: unknown }[]).map(({ id }) => id),
  }
}

async function printTable(
  client: pg.Client,
  wanted: readonly Form[],
  limit: number | null,
  planMode: string,
): Promise<void> {
  process.stdout.write(`\n${limit === null ? 'all rows' : `first ${limit}`}, ${planMode}\n`)
  process.stdout.write(`${' '.repeat(31)}${cases.map(({ name }) => name.padStart(23)).join('')}\n`)
  const found = new Map<string, string>()
  for (const form of wanted) {
    const cells: string[] = []
    for (const one of cases) {
      const { ms, ids } = await time(client, form, one, limit, planMode)
      if ((found.get(one.name) ?? ids) !== ids) throw new Error(`${form.name} finds other rows for ${one.name}.`)
      found.set(one.name, ids)
      cells.push(ms.toFixed(2).padStart(23))
    }
    process.stdout.write(`${form.name.padEnd(31)}${cells.join('')}\n`)
  }
}

/** Runs as a server does: prepared under a name, so that PostgreSQL may settle on a generic plan after the fifth run. */
async function time(
  client: pg.Client,
  form: Form,
  one: Case,
  limit: number | null,
  planMode: string,
): Promise<{ ms: number; ids: string }> {
  const { text, values } = form.statement(one, limit)
  const name = createHash('sha256').update(`${planMode} ${text}`).digest('hex').slice(0, 40)
  const times: number[] = []
  let ids = ''
  for (let run = 0; run < repeat; run++) {
    const start = performance.now()
    const { rows } = await client.query<unknown[]>({ name, text, values: [...values], rowMode: 'array' })
    times.push(performance.now() - start)
    ids = form.idsOf(rows).join()
  }
  return { ms: median(times), ids }
}
