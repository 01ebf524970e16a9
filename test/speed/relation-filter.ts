/**
 * `node test/speed/relation-filter.ts`: which SQL form of a filter through relations PostgreSQL runs best, and when.
 * "Orders of a period whose customer is in country X and which have an item whose product costs more than P, or a total
 * above T", newest first: several forms, several selectivities, with and without a limit. All forms must give the same rows.
 */
import { parseArgs } from 'node:util'
import pg from 'pg'
import { prepareOrders } from './dataset.ts'
import { startPostgres, withClient } from './postgres-server.ts'
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
  { name: 'hour, DE, some', from: '2023-05-01T00:00:00Z', to: '2023-05-01T01:00:00Z', country: 'DE', total: 3000, price: 700 },
  { name: 'always, DE, some', ...always, country: 'DE', total: 3000, price: 700 },
  { name: 'always, GR, some', ...always, country: 'GR', total: 3000, price: 700 },
  { name: 'always, DE, rare items', ...always, country: 'DE', total: 9000, price: 1460 },
  { name: 'always, DE, none', ...always, country: 'DE', total: 99999, price: 99999 },
]

const inPeriod = 'o.created_at between $1 and $2'
const joined = 'orders o left join customers c on c.id = o.customer'
const itemsOf = 'select from order_items i join products p on p.id = i.product where i.order_id = o.id and p.price > $5'
/** The item's product is looked up in a hash of the products that pass. */
const itemsOfHashed = 'select from order_items i where i.order_id = o.id and i.product in (select id from products where price > $5)'

const m2o = {
  exists: 'exists (select from customers c where c.id = o.customer and c.country = $3)',
  in: 'o.customer in (select id from customers where country = $3)',
  hashed: '(o.customer in (select id from customers where country = $3)) is true',
  scalar: '(select c.country from customers c where c.id = o.customer) = $3',
}
const o2m = {
  exists: `exists (${itemsOf})`,
  nested: 'exists (select from order_items i where i.order_id = o.id and exists (select from products p where p.id = i.product and p.price > $5))',
  in: 'o.id in (select i.order_id from order_items i join products p on p.id = i.product where p.price > $5)',
  probe: `exists (${itemsOf} offset 0)`,
  scalarProbe: 'exists (select from order_items i where i.order_id = o.id and (select p.price from products p where p.id = i.product) > $5 offset 0)',
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

const { values: options } = parseArgs({ options: { repeat: { type: 'string', default: '7' } } })
const repeat = Number(options.repeat)

const server = await startPostgres()
try {
  const url = await prepareOrders(server)
  process.stdout.write(`PostgreSQL ${server.version}, medians of ${repeat} in ms\n`)
  await withClient(url, async (client) => {
    for (const limit of [100, null]) {
      for (const planMode of ['auto', 'force_custom_plan']) {
        await client.query(`set plan_cache_mode = ${planMode}`)
        await printTable(client, limit, planMode)
        await client.query('deallocate all')
      }
    }
  })
} finally {
  await server.stop()
}

async function printTable(client: pg.Client, limit: number | null, planMode: string): Promise<void> {
  process.stdout.write(`\n${limit === null ? 'all rows' : `first ${limit}`}, ${planMode}\n`)
  process.stdout.write(`${' '.repeat(31)}${cases.map(({ name }) => name.padStart(23)).join('')}\n`)
  const counts = new Map<string, string>()
  for (const [form, from] of Object.entries(forms)) {
    const cells: string[] = []
    for (const one of cases) {
      const { ms, ids } = await time(client, `${form} ${limit} ${planMode}`, from, one, limit)
      const seen = counts.get(one.name) ?? ids
      if (seen !== ids) throw new Error(`${form} finds other rows for ${one.name}.`)
      counts.set(one.name, ids)
      cells.push(ms.toFixed(2).padStart(23))
    }
    process.stdout.write(`${form.padEnd(31)}${cells.join('')}\n`)
  }
}

/** Runs as a server does: named, so that PostgreSQL may settle on a generic plan after the fifth run. */
async function time(client: pg.Client, form: string, from: string, one: Case, limit: number | null): Promise<{ ms: number; ids: string }> {
  const text = `select o.id from ${from} order by o.created_at desc${limit === null ? '' : ` limit ${limit}`}`
  const query = { name: form, text, values: [one.from, one.to, one.country, one.total, one.price], rowMode: 'array' as const }
  const times: number[] = []
  let ids = ''
  for (let run = 0; run < repeat; run++) {
    const start = performance.now()
    const { rows } = await client.query<[number]>(query)
    times.push(performance.now() - start)
    ids = rows.map(([id]) => id).join()
    if (run === 2 && times[0]! > 1000) break
  }
  return { ms: median(times), ids }
}
