/**
 * `node test/speed/json-forms.ts`: which SQL writes JSON fastest on PostgreSQL. Timestamps as ISO 8601 in UTC with
 * milliseconds; rows of plain values; documents with nested rows. All forms of one question must give the same JSON.
 */
import { parseArgs, isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import { prepareOrders } from './dataset.ts'
import { startPostgres, withClient } from './postgres-server.ts'
import { median } from './statistics.ts'

type Forms = Readonly<Record<string, string>>

/** Expressions of the timestamptz `t`, JSON or text. */
const timestamps: Forms = {
  'left as it is (other text)': `t`,
  'to_char, zone by name': `to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  'to_char, zone by interval': `to_char(t at time zone interval '0', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  'to_json text cut, zone by name': `(left(to_json(date_trunc('milliseconds', t at time zone 'UTC') + interval '1 microsecond')::text, 24) || 'Z"')::json`,
  'to_json text cut': `(left(to_json(date_trunc('milliseconds', t at time zone interval '0') + interval '1 microsecond')::text, 24) || 'Z"')::json`,
  'to_json text cut, trunc 3rd argument': `(left(to_json(date_trunc('milliseconds', t, 'UTC') at time zone interval '0' + interval '1 microsecond')::text, 24) || 'Z"')::json`,
  'to_json text cut, guarded': `case when t >= '0001-01-01Z' and t < '10000-01-01Z' then (left(to_json(date_trunc('milliseconds', t at time zone interval '0') + interval '1 microsecond')::text, 24) || 'Z"')::json else to_json(t) end`,
  'text cut, overlay': `overlay(left((date_trunc('milliseconds', t at time zone interval '0') + interval '1 microsecond')::text, 23) || 'Z' placing 'T' from 11)`,
  'text cut, replace': `replace(left((date_trunc('milliseconds', t at time zone interval '0') + interval '1 microsecond')::text, 23) || 'Z', ' ', 'T')`,
  'text padded': `(select case length(x) when 19 then x || '.000Z' else rpad(left(x, 23), 23, '0') || 'Z' end from (select replace((t at time zone interval '0')::text, ' ', 'T') offset 0) as f(x))`,
  'date and time apart': `(t at time zone interval '0')::date || 'T' || left((date_trunc('milliseconds', t at time zone interval '0') + interval '1 microsecond')::time::text, 12) || 'Z'`,
}

/** Right only for a column that holds no more than milliseconds, `timestamptz(3)`. */
const millisecondTimestamps: Forms = {
  'to_json text cut, timestamptz(3)': `(left(to_json(t at time zone interval '0' + interval '1 microsecond')::text, 24) || 'Z"')::json`,
}

/** Values at which a form may fail; years before 1 and after 9999 aside. */
const instants = [
  '2024-03-01 12:34:56Z',
  '2024-03-01 12:34:56.7Z',
  '2024-03-01 12:34:56.78Z',
  '2024-03-01 12:34:56.789Z',
  '2024-03-01 12:34:56.789123Z',
  '2024-03-01 12:34:56.000001Z',
  '2024-03-01 12:34:56.000999Z',
  '2024-12-31 23:59:59.999999Z',
  '2024-02-29 00:00:00.9995Z',
  '1969-12-31 23:59:59.999999Z',
  '1582-10-10 01:02:03.04Z',
  '0001-01-01 00:00:00Z',
  '9999-12-31 23:59:59.999999Z',
  '2024-03-31 01:30:00.5+02:45',
]

const iso = (column: string) =>
  `(left(to_json(date_trunc('milliseconds', ${column} at time zone interval '0') + interval '1 microsecond')::text, 24) || 'Z"')::json`
const isoText = (column: string) =>
  `left(to_json(date_trunc('milliseconds', ${column} at time zone interval '0') + interval '1 microsecond')::text, 24) || 'Z"'`
const string = (column: string) => `coalesce(to_json(${column})::text, 'null')`

const rows = (limit: number) => `orders o order by o.id limit ${limit}`
const rowColumns = `o.id::text as id, o.number, o.status, o.total, o.tax, o.note, ${iso('o.created_at')} as created_at, ${iso('o.updated_at')} as updated_at`
const rowPairs = `'id', o.id::text, 'number', o.number, 'status', o.status, 'total', o.total, 'tax', o.tax, 'note', o.note, 'created_at', ${iso('o.created_at')}, 'updated_at', ${iso('o.updated_at')}`
const rowText = `'{"id":"' || o.id || '","number":' || ${string('o.number')} || ',"status":' || ${string('o.status')} || ',"total":' || o.total || ',"tax":' || o.tax
  || ',"note":' || ${string('o.note')} || ',"created_at":' || coalesce(${isoText('o.created_at')}, 'null') || ',"updated_at":' || coalesce(${isoText('o.updated_at')}, 'null') || '}'`

const flat: Forms = {
  'string_agg(row_to_json(r)::text)': `select '[' || string_agg(row_to_json(r)::text, ',') || ']' from (select ${rowColumns} from ${rows(5000)}) r`,
  'string_agg(row_to_json), one scan': `select '[' || string_agg(row_to_json((select r from (select ${rowColumns}) r))::text, ',') || ']' from (select * from ${rows(5000)}) o`,
  'json_agg(r)': `select json_agg(r)::text from (select ${rowColumns} from ${rows(5000)}) r`,
  'json_agg(row_to_json(r))': `select json_agg(row_to_json(r))::text from (select ${rowColumns} from ${rows(5000)}) r`,
  'array_to_json(array(…))': `select array_to_json(array(select row_to_json(r) from (select ${rowColumns} from ${rows(5000)}) r))::text`,
  'string_agg(json_build_object)': `select '[' || string_agg(json_build_object(${rowPairs})::text, ',') || ']' from (select * from ${rows(5000)}) o`,
  'string_agg of text concatenated': `select '[' || string_agg(${rowText}, ',') || ']' from (select * from ${rows(5000)}) o`,
  'jsonb_agg(jsonb_build_object)': `select jsonb_agg(jsonb_build_object(${rowPairs}))::text from (select * from ${rows(5000)}) o`,
}

const top = 'select * from orders order by created_at desc limit 20'
const nested: Forms = {
  'row_to_json, scalar sub-selects': `select '[' || string_agg(row_to_json(r)::text, ',') || ']' from (select o.id::text as id, o.total,
      (select row_to_json(r) from (select c.name, c.country from customers c where c.id = o.customer) r) as customer,
      coalesce((select json_agg(r) from (select i.quantity,
        (select row_to_json(r) from (select p.name, p.price, (select row_to_json(r) from (select k.name from categories k where k.id = p.category) r) as category
          from products p where p.id = i.product) r) as product
        from order_items i where i.order_id = o.id order by i.id) r), '[]') as order_items
    from (${top}) o order by o.created_at desc) r`,
  'row_to_json, string_agg inside': `select '[' || string_agg(row_to_json(r)::text, ',') || ']' from (select o.id::text as id, o.total,
      (select row_to_json(r) from (select c.name, c.country from customers c where c.id = o.customer) r) as customer,
      (select ('[' || coalesce(string_agg(row_to_json(r)::text, ','), '') || ']')::json from (select i.quantity,
        (select row_to_json(r) from (select p.name, p.price, (select row_to_json(r) from (select k.name from categories k where k.id = p.category) r) as category
          from products p where p.id = i.product) r) as product
        from order_items i where i.order_id = o.id order by i.id) r) as order_items
    from (${top}) o order by o.created_at desc) r`,
  'row_to_json, m2o joined': `select '[' || string_agg(row_to_json(r)::text, ',') || ']' from (select o.id::text as id, o.total,
      (select row_to_json(r) from (select c.name, c.country) r) as customer,
      coalesce((select json_agg(r) from (select i.quantity,
        (select row_to_json(r) from (select p.name, p.price, (select row_to_json(r) from (select k.name) r) as category) r) as product
        from order_items i left join products p on p.id = i.product left join categories k on k.id = p.category where i.order_id = o.id order by i.id) r), '[]') as order_items
    from (${top}) o left join customers c on c.id = o.customer order by o.created_at desc) r`,
  'json_build_object, scalar sub-selects': `select json_agg(json_build_object('id', o.id::text, 'total', o.total,
      'customer', (select json_build_object('name', c.name, 'country', c.country) from customers c where c.id = o.customer),
      'order_items', coalesce((select json_agg(json_build_object('quantity', i.quantity,
        'product', (select json_build_object('name', p.name, 'price', p.price, 'category',
          (select json_build_object('name', k.name) from categories k where k.id = p.category)) from products p where p.id = i.product)) order by i.id)
        from order_items i where i.order_id = o.id), '[]')) order by o.created_at desc)::text
    from (${top}) o`,
  'json_build_object, m2o joined': `select json_agg(json_build_object('id', o.id::text, 'total', o.total,
      'customer', json_build_object('name', c.name, 'country', c.country),
      'order_items', coalesce((select json_agg(json_build_object('quantity', i.quantity,
        'product', json_build_object('name', p.name, 'price', p.price, 'category', json_build_object('name', k.name))) order by i.id)
        from order_items i left join products p on p.id = i.product left join categories k on k.id = p.category where i.order_id = o.id), '[]')) order by o.created_at desc)::text
    from (${top}) o left join customers c on c.id = o.customer`,
  'text concatenated, m2o joined': `select '[' || string_agg('{"id":"' || o.id || '","total":' || o.total
      || ',"customer":{"name":' || ${string('c.name')} || ',"country":' || ${string('c.country')} || '},"order_items":['
      || coalesce((select string_agg('{"quantity":' || i.quantity || ',"product":{"name":' || ${string('p.name')} || ',"price":' || p.price
        || ',"category":{"name":' || ${string('k.name')} || '}}}', ',' order by i.id)
        from order_items i left join products p on p.id = i.product left join categories k on k.id = p.category where i.order_id = o.id), '') || ']}', ',' order by o.created_at desc) || ']'
    from (${top}) o left join customers c on c.id = o.customer`,
  'lateral joins, row_to_json': `select '[' || string_agg(row_to_json(r)::text, ',') || ']' from (select o.id::text as id, o.total, c.j as customer, i.j as order_items
    from (${top}) o
    left join lateral (select row_to_json(r) as j from (select c.name, c.country from customers c where c.id = o.customer) r) c on true
    left join lateral (select coalesce(json_agg(r), '[]') as j from (select i.quantity, p.j as product from order_items i
      left join lateral (select row_to_json(r) as j from (select p.name, p.price, k.j as category from products p
        left join lateral (select row_to_json(r) as j from (select k.name from categories k where k.id = p.category) r) k on true where p.id = i.product) r) p on true
      where i.order_id = o.id order by i.id) r) i on true order by o.created_at desc) r`,
}

const { values: options } = parseArgs({ options: { repeat: { type: 'string', default: '25' } } })
const repeat = Number(options.repeat)

const server = await startPostgres()
try {
  process.stdout.write(`PostgreSQL ${server.version}, medians of ${repeat} in ms\n`)
  await withClient(await prepareOrders(server), async (client) => {
    await checkTimestamps(client)
    await printTimes(client, 'one timestamp in each of 5,000 rows, as row_to_json', timestampQueries())
    await checkSame(client, flat)
    await printTimes(client, '5,000 rows of 8 columns', flat)
    await checkSame(client, nested)
    await printTimes(client, '20 orders with customer, items, products, categories', nested)
  })
} finally {
  await server.stop()
}

function timestampQueries(): Forms {
  const query = (expression: string) =>
    `select length(string_agg(row_to_json(r)::text, ',')) from (select ${expression} as x from (select created_at as t from orders order by id limit 5000) o) r`
  return Object.fromEntries(
    Object.entries({ ...timestamps, ...millisecondTimestamps }).map(([name, expression]) => [name, query(expression)]),
  )
}

/** Prints the forms that don't write every instant as `to_char` does, in several time zones. */
async function checkTimestamps(client: pg.Client): Promise<void> {
  for (const zone of ['UTC', 'America/St_Johns']) {
    await client.query(`set timezone = '${zone}'`)
    for (const [name, expression] of Object.entries(timestamps)) {
      const { rows: wrong } = await client.query<{ t: string; got: string; expected: string }>(
        `select t::text, got, expected from unnest($1::timestamptz[]) t, lateral (select to_json(${expression}) #>> '{}' as got,
          to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as expected) x where got is distinct from expected`,
        [instants],
      )
      if (wrong[0])
        process.stdout.write(
          `${zone}: ${name}: ${wrong.length} of ${instants.length} differ, such as ${JSON.stringify(wrong[0])}\n`,
        )
    }
  }
  await client.query(`reset timezone`)
}

async function checkSame(client: pg.Client, forms: Forms): Promise<void> {
  let expected: unknown
  for (const [name, text] of Object.entries(forms)) {
    const { rows: found } = await client.query<[string]>({ text, rowMode: 'array' })
    const value: unknown = JSON.parse(found[0]![0])
    expected ??= value
    if (!isDeepStrictEqual(value, expected)) throw new Error(`"${name}" gives other JSON.`)
  }
}

/** Interleaved, so that a slow moment of the machine meets all of them. */
async function printTimes(client: pg.Client, title: string, forms: Forms): Promise<void> {
  const times = new Map(Object.keys(forms).map((name) => [name, [] as number[]]))
  for (let run = 0; run < repeat; run++) {
    for (const [name, text] of Object.entries(forms)) {
      const start = performance.now()
      await client.query({ name: `${title.slice(0, 10)} ${name}`.slice(0, 63), text, rowMode: 'array' })
      times.get(name)!.push(performance.now() - start)
    }
  }
  process.stdout.write(`\n${title}\n`)
  for (const [name, found] of times) process.stdout.write(`${median(found).toFixed(2).padStart(8)}  ${name}\n`)
}
