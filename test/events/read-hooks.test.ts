/** Filter hooks of reading: what they are told, what they may change or refuse, and that nobody else notices them. */
import { afterEach, expect, it } from 'vitest'
import type { Payload } from '#schema-engine/events/events.ts'
import { EngineError } from '#schema-engine/errors.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import { runScript } from '#test/harness/databases.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { openItems, type ItemsClient } from '#test/harness/items-client.ts'
import type { GraphResult } from '#subgraph/graph.ts'

const script = `
  create table makers (id integer not null primary key, name varchar(50) not null);
  create table goods (
    id integer not null primary key,
    title varchar(50) not null,
    price decimal(15, 2),
    stock bigint,
    cost integer,
    maker integer references makers (id)
  );
  insert into makers values (1, 'Ada');
  insert into goods values (1, 'Pen', 19.90, 9007199254740993, 5, 1);
  insert into goods values (2, 'Ink', 1234567890123.45, 2, 6, 1);
  insert into goods values (3, 'Cap', 0.50, null, 7, null);`

/** The whole reply as text, digits and all. */
const told = ({ data, errors }: GraphResult): string =>
  errors.length > 0
    ? errors.map(({ message, extensions, path }) => `${path?.join('.') ?? ''} ${extensions.code} ${message}`).join('\n')
    : [...(data ?? [])].map(([key, text]) => `${key}:${text}`).join(' ')

eachDialect((dialect, open) => {
  let client: ItemsClient | null = null
  afterEach(async () => {
    expect(client?.unexpected).toEqual([])
    await client?.close()
    client = null
  })
  const start = async (): Promise<ItemsClient> => {
    const database = await open()
    await runScript(
      database.settings,
      dialect === 'mariadb'
        ? script.replace(
            'maker integer references makers (id)',
            'maker integer, foreign key (maker) references makers (id)',
          )
        : script,
    )
    client = await openItems(database)
    return client
  }

  it('see items by real names with the values of REST, and their changes lose no digit, on both roads', async () => {
    const { engine, graphql, rest } = await start()
    const document =
      '{ goods(sort: ["id"], limit: 2) { key: id what: title price stock maker { who: name } __typename } }'
    const before = told(await graphql(document))
    expect(before.replaceAll(/\s/g, '')).toContain('"price":1234567890123.45')
    const seen: unknown[] = []
    const end = engine.bus.onFilter(
      'items.read',
      (items, { collection, query }) => {
        seen.push({ collection, query, items })
        return items
      },
      0,
      'goods',
    )
    const untouched = told(await graphql(document))
    expect(untouched.replaceAll(/\s/g, '')).toBe(before.replaceAll(/\s/g, ''))
    expect(seen.splice(0)).toEqual([
      {
        collection: 'goods',
        query: { fields: ['id', 'title', 'price', 'stock', 'maker.name'], sort: ['id'], limit: 2 },
        items: [
          { id: 1, title: 'Pen', price: '19.90', stock: '9007199254740993', maker: { name: 'Ada' } },
          { id: 2, title: 'Ink', price: '1234567890123.45', stock: '2', maker: { name: 'Ada' } },
        ],
      },
    ])
    // The plan that was kept before, and another value in its place: the hook is told this run's.
    await graphql(document.replace('limit: 2', 'limit: 1'))
    expect(seen).toMatchObject([{ query: { limit: 1 }, items: [{ id: 1 }] }])
    end()
    expect(told(await graphql(document))).toBe(before)
    await rest({ url: '/items/goods' })
    expect(seen).toHaveLength(1)
  })

  it('change values, take items away, and add what is computed', async () => {
    const { engine, graphql, rest } = await start()
    const query = '{ goods(sort: ["id"]) { a: title b: title price cost } goods_by_id(id: 2) { title } }'
    await graphql(query) // from here on the plan is kept
    engine.bus.onFilter('items.read', (items) =>
      items
        .filter(({ title }) => title !== 'Cap')
        .map((item) => ({ ...item, title: `${String(item['title'])}!`, price: '2.10', shout: 'HEY' })),
    )
    const changed =
      'goods:[{"a":"Pen!","b":"Pen!","price":2.10,"cost":5},{"a":"Ink!","b":"Ink!","price":2.10,"cost":6}] ' +
      'goods_by_id:{"title":"Ink!"}'
    expect(told(await graphql(query))).toBe(changed)
    expect(
      told(
        await graphql(`
          #
          ${query}
        `),
      ),
    ).toBe(changed)
    expect((await rest({ url: '/items/goods?fields=id,title&sort=id&limit=1' })).text).toBe(
      '{"data":[{"id":1,"title":"Pen!","price":"2.10","shout":"HEY"}]}',
    )
    expect((await rest({ url: '/items/goods/3?fields=title' })).status).toBe(403)
    expect(told(await graphql('{ goods_by_id(id: 3) { title } }'))).toContain('goods_by_id FORBIDDEN')
  })

  it('of nodes, edges and entities', async () => {
    const { engine, graphql } = await start()
    engine.bus.onFilter('items.read', (items) =>
      items.filter(({ id }) => id !== 2).map((item) => ({ ...item, title: 'x' })),
    )
    expect(
      told(
        await graphql(`
          {
            goods_connection(sort: ["id"]) {
              totalCount
              nodes {
                id
                title
              }
              edges {
                node {
                  id
                  title
                }
              }
              pageInfo {
                hasNextPage
              }
            }
          }
        `),
      ),
    ).toBe(
      'goods_connection:{"totalCount":3,"nodes":[{"id":"1","title":"x"},{"id":"3","title":"x"}],' +
        '"edges":[{"node":{"id":"1","title":"x"}},{"node":{"id":"3","title":"x"}}],"pageInfo":{"hasNextPage":false}}',
    )
    expect(
      told(
        await graphql('query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on goods { id title } } }', {
          keys: ['3', '2', '1'].map((id) => ({ __typename: 'goods', id })),
        }),
      ),
    ).toBe('_entities:[{"id":"3","title":"x"},null,{"id":"1","title":"x"}]')
  })

  it('of queries: told by real names, may narrow every kind of read, from the moment they are there', async () => {
    const { engine, graphql, rest } = await start()
    const document =
      '{ goods(filter: { _or: [{ cost: { _gt: 5 } }, { maker: { name: { _eq: "Ada" } } }] }, sort: ["-id"]) { id } goods_aggregated { countAll sum { cost } } pen: goods_by_id(id: 1) { id } goods_connection(first: 2) { nodes { id } totalCount } }'
    const before = await graphql(document)
    expect(told(await graphql(document))).toBe(told(before))
    const queries: Payload[] = []
    const end = engine.bus.onFilter('items.query', (query) => {
      queries.push(query)
      const { filter } = query
      return { ...query, filter: { _and: [...(filter === undefined ? [] : [filter]), { cost: { _gt: 5 } }] } }
    })
    const narrowed = await graphql(document)
    expect(queries.splice(0)).toEqual([
      {
        fields: ['id'],
        filter: { _or: [{ cost: { _gt: 5 } }, { maker: { name: { _eq: 'Ada' } } }] },
        sort: ['-id'],
      },
      { aggregate: { count: ['*'], sum: ['cost'] } },
      { fields: ['id'], filter: { id: { _eq: '1' } } },
      { fields: ['id'], limit: 2 },
    ])
    expect([...(narrowed.data ?? [])].map(([key, text]) => [key, JSON.parse(text)])).toEqual([
      ['goods', [{ id: '3' }, { id: '2' }]],
      ['goods_aggregated', [{ countAll: 2, sum: { cost: 13 } }]],
      ['pen', null],
      ['goods_connection', { nodes: [{ id: '2' }, { id: '3' }], totalCount: 2 }],
    ])
    expect(narrowed.errors).toMatchObject([{ path: ['pen'], extensions: { code: 'FORBIDDEN' } }])
    expect((await rest({ url: '/items/goods?fields=id&meta=filter_count' })).text).toBe(
      '{"meta":{"filter_count":2},"data":[{"id":2},{"id":3}]}',
    )
    const entities = await graphql(
      'query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on goods { id } } }',
      {
        keys: ['1', '2'].map((id) => ({ __typename: 'goods', id })),
      },
    )
    expect(told(entities)).toBe('_entities:[null,{"id":"2"}]')
    end()
    expect(told(await graphql(document))).toBe(told(before))
  })

  it('of queries: change the page and the order, and not the caller’s own variables', async () => {
    const { engine, graphql } = await start()
    engine.bus.onFilter(
      'items.query',
      (query) => {
        ;(query['sort'] as string[]).push('id')
        return { ...query, sort: ['-id'], limit: 1, offset: 1 }
      },
      0,
      'goods',
    )
    const variables = { sort: ['title'] }
    const document = 'query ($sort: [String]) { goods(sort: $sort) { id } }'
    expect(told(await graphql(document, variables))).toBe('goods:[{"id":"2"}]')
    expect(variables).toEqual({ sort: ['title'] })
    expect(told(await graphql('{ makers(sort: ["id"]) { id } }'))).toBe('makers:[{"id":"1"}]')
  })

  it('refuse, by either event; and nothing is read or told then', async () => {
    const { engine, graphql, rest } = await start()
    const document = '{ goods { id } makers { id } }'
    await graphql(document)
    const heard: string[] = []
    engine.bus.onAction('items.read', ({ kind }) => void heard.push(kind))
    for (const event of ['items.query', 'items.read'] as const) {
      const refuse = (): never => {
        throw new EngineError('FORBIDDEN', {})
      }
      const end = event === 'items.query' ? engine.bus.onFilter(event, refuse) : engine.bus.onFilter(event, refuse)
      expect(await graphql(document)).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] })
      expect((await rest({ url: '/items/goods' })).status).toBe(403)
      end()
    }
    expect(heard).toEqual([])
    expect((await graphql(document)).errors).toEqual([])
  })

  it('get no more than the caller: fields and rows that are hidden stay so', async () => {
    const { engine, graphql } = await start()
    const model = engine.live.current()
    const access = compileAccess(
      [
        {
          collection: 'goods',
          action: 'read',
          rows: { id: { _lt: 3 } },
          fields: ['id', 'title'],
        },
      ],
      model,
    )
    const seen: unknown[] = []
    engine.bus.onFilter('items.read', (items) => {
      seen.push(items)
      return items
    })
    const document = '{ goods(sort: ["id"]) { id title } }'
    expect(told(await graphql(document, {}, access))).toBe('goods:[{"id":"1","title":"Pen"},{"id":"2","title":"Ink"}]')
    expect(seen).toEqual([
      [
        { id: 1, title: 'Pen' },
        { id: 2, title: 'Ink' },
      ],
    ])
    engine.bus.onFilter('items.query', (query) => ({ ...query, filter: { cost: { _gt: 5 } } }))
    expect(await graphql(document, {}, access)).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    })
    engine.bus.onFilter('items.query', (query) => ({ ...query, filter: { id: { _gt: 0 } } }), 1)
    expect(told(await graphql(document, {}, access))).toContain('"Ink"}]')
    expect(seen).toHaveLength(2)
  })

  it('of what a mutation answers; one that refuses undoes it', async () => {
    const { engine, graphql } = await start()
    const create = (id: number) =>
      `mutation { create_goods_item(data: { id: ${id}, title: "New", cost: 1 }) { id title } }`
    expect(told(await graphql(create(4)))).toBe('create_goods_item:{"id":"4","title":"New"}')
    const queries: unknown[] = []
    const ends = [
      engine.bus.onFilter('items.query', (query) => {
        queries.push(query)
        return query
      }),
      engine.bus.onFilter('items.read', (items) => items.map((item) => ({ ...item, title: 'changed' }))),
    ]
    expect(told(await graphql(create(5)))).toBe('create_goods_item:{"id":"5","title":"changed"}')
    expect(told(await graphql('mutation { update_goods_items(ids: [4, 5], data: { cost: 2 }) { id title } }'))).toBe(
      'update_goods_items:[{"id":"4","title":"changed"},{"id":"5","title":"changed"}]',
    )
    expect(
      told(
        await graphql(
          'mutation { create_goods_items(data: [{ id: 6, title: "f" }, { id: 7, title: "g" }], filter: { id: { _gt: 6 } }) { id title } }',
        ),
      ),
    ).toBe('create_goods_items:[{"id":"7","title":"changed"}]')
    expect(queries).toEqual([
      { fields: ['id', 'title'], filter: { id: { _eq: '5' } } },
      { fields: ['id', 'title'], filter: { id: { _in: ['4', '5'] } } },
      { fields: ['id', 'title'], filter: { _and: [{ id: { _in: ['6', '7'] } }, { id: { _gt: 6 } }] }, limit: -1 },
    ])
    engine.bus.onFilter('items.read', () => {
      throw new EngineError('FORBIDDEN', {})
    })
    expect((await graphql(create(8))).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    for (const end of ends) end()
    expect(told(await graphql('{ goods_aggregated { countAll } }'))).toBe('goods_aggregated:[{"countAll":7}]')
  })
})
