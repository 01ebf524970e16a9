/** What is no plain table of the default schema, read through the graph: schemas, views of both kinds, partitions, foreign tables, domains. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, isAvailable, runScript, type TestDatabase } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { codesOf, dataOf, openGraph, type GraphUnderTest } from './graph-under-test.ts'

const script = (server: URL) => `
  create schema crm; create schema "Ware House"; create schema unseen;
  create type mood as enum ('sad', 'ok', 'häppy');
  create domain short_text as varchar(20) not null;
  create domain price as numeric(12,4) check (value >= 0);
  create table crm.customers (id integer primary key, name short_text, moods mood[], mood mood, best_price price);
  create table orders (
    id integer primary key, customer integer references crm.customers, day date not null, net numeric(8,2) not null,
    gross numeric(8,2) generated always as (net * 2) stored);
  create table "Ware House"."9 boxes" ("größe" integer primary key, "order" integer references orders, label short_text);
  create table crm.orders (id integer primary key, note text);
  create table unseen.secrets (id integer primary key, customer integer references crm.customers);
  create table events (id integer, day date not null, label text, order_id integer references orders, primary key (id, day))
    partition by range (day);
  create table events_2023 partition of events for values from ('2023-01-01') to ('2024-01-01');
  create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
  create view late_orders as select id, customer, net from orders where day > '2024-01-31';
  create materialized view totals as select customer, sum(net) as net from orders group by customer;
  create unique index on totals (customer);
  create table elsewhere (id integer primary key, label text);
  create extension postgres_fdw;
  create server loopback foreign data wrapper postgres_fdw
    options (host '${server.hostname}', port '${server.port}', dbname '${server.pathname.slice(1)}');
  create user mapping for current_user server loopback options (user '${decodeURIComponent(server.username)}', password '${decodeURIComponent(server.password)}');
  create foreign table far (id integer not null, label text) server loopback options (table_name 'elsewhere');
  insert into crm.customers values (1, 'Ada', '{sad,häppy}', 'ok', 12.5), (2, 'Bob', null, null, null);
  insert into orders (id, customer, day, net) values (10, 1, '2024-01-01', 5), (11, 1, '2024-02-01', 7.5), (12, 2, '2024-03-01', 1);
  insert into "Ware House"."9 boxes" values (7, 11, 'big'), (8, null, 'lost');
  insert into crm.orders values (1, 'of another schema');
  insert into unseen.secrets values (1, 1);
  insert into events values (1, '2023-05-05', 'first', 10), (1, '2024-05-05', 'second', 12), (2, '2024-06-06', 'third', null);
  insert into elsewhere values (1, 'from afar'), (2, 'and away');
  refresh materialized view totals;
  analyze;
`

describeWhere(isAvailable('postgres'), 'postgres', 'there is no server', () => {
  let graph: GraphUnderTest
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase('postgres')
    await runScript(database.settings, script(new URL(database.settings.connectionString ?? '')))
    const searchPath = ['public', 'crm', 'Ware House']
    graph = await openGraph({ ...database, settings: { ...database.settings, searchPath } })
  })
  afterAll(() => graph.close())

  const data = (document: string) => dataOf(graph.run(document))

  const mutationsOf = async (collection: string): Promise<readonly string[]> => {
    const { __type: type } = (await data('{ __type(name: "Mutation") { fields { name } } }')) as {
      __type: { fields: readonly { name: string }[] }
    }
    return type.fields.map(({ name }) => name).filter((name) => name.includes(`_${collection}_`))
  }

  it('a collection of another schema is called after both, and those of equal names stay apart', async () => {
    expect([...graph.model().collections.keys()].toSorted()).toEqual([
      'Ware House.9 boxes',
      'crm.customers',
      'crm.orders',
      'elsewhere',
      'events',
      'far',
      'late_orders',
      'orders',
      'totals',
    ])
    expect(await data('{ orders(filter: { id: { _eq: 10 } }) { net } crm_orders { note } }')).toEqual({
      orders: [{ net: 5 }],
      crm_orders: [{ note: 'of another schema' }],
    })
  })

  it('foreign keys between schemas are relations in both directions, in one statement', async () => {
    const reply = await graph.traced(`{
      crm_customers(sort: ["id"]) { name orders(sort: ["id"]) { id _9_boxes { label } } }
      Ware_House_9_boxes(sort: ["größe"]) { label order { id customer { name } } }
    }`)
    expect(reply.errors).toEqual([])
    expect(reply.statements).toHaveLength(1)
    expect(reply.data).toEqual({
      crm_customers: [
        {
          name: 'Ada',
          orders: [
            { id: '10', _9_boxes: [] },
            { id: '11', _9_boxes: [{ label: 'big' }] },
          ],
        },
        { name: 'Bob', orders: [{ id: '12', _9_boxes: [] }] },
      ],
      Ware_House_9_boxes: [
        { label: 'big', order: { id: '11', customer: { name: 'Ada' } } },
        { label: 'lost', order: null },
      ],
    })
  })

  it('they are filtered, sorted, counted and grouped through, too', async () => {
    expect(
      await data(`{
        orders(filter: { customer: { name: { _eq: "Ada" } } }, sort: ["-customer.name", "-id"]) { id }
        Ware_House_9_boxes(filter: { order: { customer: { mood: { _eq: "ok" } } } }) { label }
        orders_aggregated(groupBy: ["customer.name"], sort: ["customer.name"]) { group countAll sum { net } }
        crm_customers(sort: ["id"]) { orders_func { count } }
      }`),
    ).toEqual({
      orders: [{ id: '11' }, { id: '10' }],
      Ware_House_9_boxes: [{ label: 'big' }],
      orders_aggregated: [
        { group: { 'customer.name': 'Ada' }, countAll: 2, sum: { net: 12.5 } },
        { group: { 'customer.name': 'Bob' }, countAll: 1, sum: { net: 1 } },
      ],
      crm_customers: [{ orders_func: { count: 2 } }, { orders_func: { count: 1 } }],
    })
  })

  it('a schema that is not on the path is not there', async () => {
    expect(codesOf(await graph.run('{ unseen_secrets { id } }'))).toEqual(['GRAPHQL_VALIDATION'])
    expect(await data('{ crm_customers(limit: 1) { id } }')).toEqual({ crm_customers: [{ id: '1' }] })
  })

  it('a partitioned table is one collection with a key of two parts', async () => {
    const { events } = (await data('{ events(sort: ["day"]) { id day label order_id { net } } }')) as {
      events: readonly { id: string; day: string }[]
    }
    expect(events).toEqual([
      { id: '1', day: '2023-05-05', label: 'first', order_id: { net: 5 } },
      { id: '1', day: '2024-05-05', label: 'second', order_id: { net: 1 } },
      { id: '2', day: '2024-06-06', label: 'third', order_id: null },
    ])
    expect(
      await data(`{
        events_aggregated(filter: { day: { _gte: "2024-01-01" } }) { countAll }
        orders_by_id(id: 10) { events { label } }
        events_connection(first: 1, sort: ["-day"]) { nodes { label } pageInfo { hasNextPage } totalCount }
      }`),
    ).toEqual({
      events_aggregated: [{ countAll: 2 }],
      orders_by_id: { events: [{ label: 'first' }] },
      events_connection: { nodes: [{ label: 'third' }], pageInfo: { hasNextPage: true }, totalCount: 3 },
    })
    expect(await data('{ events_by_id(id: "1,2024-05-05") { label } }')).toEqual({ events_by_id: { label: 'second' } })
  })

  it('a view is read, and a materialised view as it was when it was refreshed last; nobody writes either', async () => {
    await runScript(database.settings, `insert into orders (id, customer, day, net) values (13, 2, '2024-04-01', 4)`)
    const read = '{ late_orders(sort: ["id"]) { id net } totals(sort: ["customer"]) { customer net } }'
    expect(await data(read)).toEqual({
      late_orders: [
        { id: 11, net: 7.5 },
        { id: 12, net: 1 },
        { id: 13, net: 4 },
      ],
      totals: [
        { customer: 1, net: 12.5 },
        { customer: 2, net: 1 },
      ],
    })
    await runScript(database.settings, 'refresh materialized view totals')
    expect(await data('{ totals_aggregated { sum { net } } }')).toEqual({ totals_aggregated: [{ sum: { net: 17.5 } }] })
    expect(await mutationsOf('late_orders')).toEqual([])
    expect(await mutationsOf('totals')).toEqual([])
    await runScript(database.settings, 'delete from orders where id = 13')
  })

  it('a foreign table is read like any other', async () => {
    expect(
      await data('{ far(filter: { label: { _starts_with: "from" } }) { id label } far_aggregated { countAll } }'),
    ).toEqual({ far: [{ id: 1, label: 'from afar' }], far_aggregated: [{ countAll: 2 }] })
  })

  it('domains are what they are made of; arrays of an enum are lists; a generated column is read only', async () => {
    expect(
      await data('{ crm_customers(filter: { best_price: { _gt: "12.4999" } }) { name best_price mood moods } }'),
    ).toEqual({ crm_customers: [{ name: 'Ada', best_price: 12.5, mood: 'ok', moods: ['sad', 'häppy'] }] })
    expect(await data('{ orders(filter: { gross: { _eq: 15 } }) { id gross } }')).toEqual({
      orders: [{ id: '11', gross: 15 }],
    })
    const { __type: input } = (await data('{ __type(name: "update_orders_input") { inputFields { name } } }')) as {
      __type: { inputFields: readonly { name: string }[] }
    }
    expect(input.inputFields.map(({ name }) => name)).toContain('net')
    expect(input.inputFields.map(({ name }) => name)).not.toContain('gross')
  })
})

describeWhere(isAvailable('mariadb'), 'mariadb', 'there is no server', () => {
  let graph: GraphUnderTest
  let second: TestDatabase
  let other: string
  beforeAll(async () => {
    const first = await createDatabase('mariadb')
    second = await createDatabase('mariadb')
    const nameOf = ({ settings }: TestDatabase) => new URL(settings.connectionString ?? '').pathname.slice(1)
    other = nameOf(second)
    await runScript(
      first.settings,
      `create table parents (id int primary key, name varchar(20)); insert into parents values (1, 'Ada')`,
    )
    await runScript(
      second.settings,
      `create table children (id int primary key, parent int references ${nameOf(first)}.parents (id), name varchar(20));
       insert into children values (5, 1, 'Bob'), (6, null, 'Cleo')`,
    )
    const settings = { ...first.settings, searchPath: [nameOf(first), other] }
    graph = await openGraph({ ...first, settings })
  })
  afterAll(async () => {
    await second.drop()
    await graph.close()
  })

  it('a key between two databases is a relation in both directions', async () => {
    const { list } = graph.namesOf(`${other}.children`)
    const reply = await graph.traced(`{
      parents { name children { name } }
      ${list}(sort: ["id"], filter: { _or: [{ parent: { name: { _eq: "Ada" } } }, { parent_key: { _null: true } }] }) { name parent { name } }
    }`)
    expect(reply.errors).toEqual([])
    expect(reply.statements).toHaveLength(1)
    expect(reply.data).toEqual({
      parents: [{ name: 'Ada', children: [{ name: 'Bob' }] }],
      [list]: [
        { name: 'Bob', parent: { name: 'Ada' } },
        { name: 'Cleo', parent: null },
      ],
    })
  })
})
