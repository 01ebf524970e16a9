/**
 * A create that one statement can do goes a road of its own. Both roads give the same replies, rows, records, events and
 * errors: the corpus runs on two equal databases, in one of which a hook that changes nothing makes all of it go the ordinary road.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '#schema-engine/database/database.ts'
import type { Permission, WritePermission } from '#schema-engine/permissions/access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { compileAccess } from '#schema-engine/permissions/compile-access.ts'
import type { Graph, GraphResult } from '#subgraph/graph.ts'
import { createGraph } from '#subgraph/server.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import { readable, writable } from './graph-writing.ts'
import { now, openWorld, type World } from './world.ts'

type Case = {
  readonly name: string
  readonly document: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly permissions?: readonly Permission[]
  /** On PostgreSQL; left out where it goes the ordinary road. */
  readonly statements?: number
}

const creating = (collection: string, selection: string): string =>
  `mutation ($d: create_${collection}_input!) { create_${collection}_item(data: $d) { ${selection} } }`
const creatingMany = (collection: string, selection: string): string =>
  `mutation ($d: [create_${collection}_input!]) { create_${collection}_items(data: $d) { ${selection} } }`

const article = {
  title: 'Über "Quotes" \\ and 😀',
  body: 'a\nb',
  rating: 4,
  price: 12.5,
  meta: { b: [1, { a: null }], a: 'x' },
  labels: ['one', 'two'],
  is_open: true,
  published: '2024-02-29',
}

const all = 'id title body status rating price meta labels is_open published date_created user_created double_rating'
const some = (permission: Partial<WritePermission>): readonly Permission[] => [
  writable('articles', 'create', permission),
  readable('articles'),
]

const corpus: readonly Case[] = [
  { name: 'an item', document: creating('articles', all), variables: { d: article }, statements: 1 },
  {
    name: 'an item of defaults',
    document: creating('articles', all),
    variables: { d: { title: 't' } },
    statements: 1,
  },
  {
    name: 'an item by REST',
    document:
      'mutation ($j: JSON) @wire(format: REST) { data: create_articles_item(json: $j) { id price rating meta } }',
    variables: { j: article },
    statements: 1,
  },
  {
    name: 'an item with a number of its own',
    document: 'mutation ($j: JSON) { create_articles_item(json: $j) { id price } }',
    variables: { j: { ...article, id: 700 } },
  },
  {
    name: 'functions, aliases, the type',
    document: creating('articles', 'a: title published_func { year month } meta_func { count } __typename b: title'),
    variables: { d: article },
    statements: 1,
  },
  {
    name: 'items in their order',
    document: creatingMany('texts', 'id text'),
    variables: { d: Array.from({ length: 300 }, (_, index) => ({ text: `t${(index * 7) % 300}` })) },
    statements: 1,
  },
  {
    name: 'items of which some hold more',
    document: creatingMany('articles', 'id title rating'),
    variables: { d: [{ title: 'a' }, { title: 'b', rating: 1 }, { title: 'c' }] },
  },
  { name: 'no items', document: creatingMany('texts', 'id'), variables: { d: [] } },
  {
    name: 'without a record',
    document: creating('quiet', 'id title'),
    variables: { d: { title: 'q' } },
    statements: 1,
  },
  {
    name: 'with its activity alone',
    document: creating('logged', 'id title'),
    variables: { d: { title: 'l' } },
    statements: 1,
  },
  {
    name: 'a text for a key',
    document: creating('tags', 'slug name'),
    variables: { d: { slug: 'ü', name: 'n' } },
    statements: 1,
  },
  {
    name: 'a secret',
    document: creating('authors', 'id name secret'),
    variables: { d: { name: 'n', email: 'e', secret: 's3cret' } },
    statements: 1,
  },
  {
    name: 'a link to what is there, and what is told of it',
    document: creating('comments', 'id text author { name }'),
    variables: { d: { text: 'c', author: { id: '1' } } },
  },
  {
    name: 'a new item with it',
    document: creating('comments', 'id author { name }'),
    variables: { d: { text: 'c', author: { name: 'new' } } },
  },
  {
    name: 'a list with it',
    document: creating('articles', 'id comments { text }'),
    variables: { d: { title: 'l', comments: [{ text: 'x' }] } },
  },
  {
    name: 'a dry run',
    document: `${creating('texts', 'id text').replace(' {', ' @dryRun {')}`,
    variables: { d: { text: 'dry' } },
  },
  {
    name: 'two after each other',
    document:
      'mutation { a: create_texts_item(data: { text: "1" }) { text } b: create_texts_item(data: { text: "2" }) { id } }',
    statements: 2,
  },
  {
    name: 'some that the list lets through',
    document: 'mutation { create_texts_items(data: [{ text: "p" }, { text: "q" }], limit: 1) { text } }',
  },

  {
    name: 'what is there already',
    document: creating('authors', 'id'),
    variables: { d: { name: 'n', email: 'e' } },
    statements: 1,
  },
  {
    name: 'what is there already, of two',
    document: creatingMany('authors', 'id'),
    variables: {
      d: [
        { name: 'n', email: 'f' },
        { name: 'm', email: 'e' },
      ],
    },
    statements: 1,
  },
  {
    name: 'a key that is taken',
    document: creating('texts', 'id'),
    variables: { d: { id: '1', text: 'x' } },
    statements: 1,
  },
  {
    name: 'a link to nothing',
    document: 'mutation { create_comments_item(json: { text: "c", article: 4711 }) { id } }',
    statements: 1,
  },
  { name: 'too long a text', document: creating('articles', 'id'), variables: { d: { title: 'x'.repeat(41) } } },
  {
    name: 'too large a number',
    document: creating('articles', 'id'),
    variables: { d: { title: 'x', price: '1234567.00' } },
  },
  { name: 'what is missing', document: 'mutation { create_articles_item(json: {}) { id } }' },
  { name: 'a null', document: 'mutation { create_articles_item(json: { title: null }) { id } }' },
  {
    name: 'what breaks a rule of its field',
    document: creating('tags', 'slug'),
    variables: { d: { slug: 's', name: '123' } },
  },
  {
    name: 'a field that is not there',
    document: 'mutation { create_texts_item(json: { text: "x", nothing: 1 }) { id } }',
  },
  {
    name: 'a value that the database makes',
    document: 'mutation { create_articles_item(json: { title: "x", double_rating: 1 }) { id } }',
  },
  {
    name: 'a good one and a bad one',
    document: creatingMany('articles', 'id'),
    variables: { d: [{ title: 'x' }, { title: 'y', published: '2024-02-30' }] },
  },

  {
    name: 'by rights without conditions',
    document: creating('articles', 'id title'),
    variables: { d: { title: 'r' } },
    permissions: some({}),
    statements: 1,
  },
  {
    name: 'by rights to other fields',
    document: 'mutation { create_articles_item(json: { title: "x", rating: 1 }) { id } }',
    permissions: some({ fields: ['title'] }),
  },
  {
    name: 'by rights with presets',
    document: creating('articles', 'id title rating'),
    variables: { d: { title: 'r' } },
    permissions: some({ presets: { rating: 9 } }),
  },
  {
    name: 'by rights to some rows',
    document: creating('articles', 'id'),
    variables: { d: { title: 'r', rating: 1 } },
    permissions: some({ rows: { rating: { _gt: 3 } } }),
  },
  {
    name: 'by rights to some values',
    document: creating('articles', 'id'),
    variables: { d: { title: 'r', rating: 1 } },
    permissions: some({ validation: { rating: { _gt: 3 } } }),
  },
  {
    name: 'seen by those who see some rows',
    document: creating('articles', 'id title'),
    variables: { d: { title: 'unseen', rating: 1 } },
    permissions: [
      writable('articles', 'create'),
      { collection: 'articles', action: 'read', rows: { rating: { _gt: 3 } }, fields: '*' },
    ],
  },
  {
    name: 'seen by those who see some fields',
    document: creating('articles', 'id title'),
    variables: { d: { title: 'x' } },
    permissions: [
      writable('articles', 'create'),
      { collection: 'articles', action: 'read', rows: null, fields: ['id', 'title'] },
    ],
    statements: 1,
  },
  {
    name: 'seen by nobody',
    document: 'mutation { create_articles_item(data: { title: "x" }) }',
    permissions: [writable('articles', 'create')],
  },
]

type Road = { readonly world: World; readonly graph: Graph; readonly statements: () => number }

eachDialect((dialect, open) => {
  let direct: Road
  let ordinary: Road
  beforeAll(async () => {
    direct = await openRoad()
    ordinary = await openRoad()
    ordinary.world.bus.onFilter('items.create', (payload) => payload)
  })
  afterAll(async () => {
    for (const road of [direct, ordinary]) {
      await road?.graph.close()
      await road?.world.close()
    }
  })

  async function openRoad(): Promise<Road> {
    const world = await openWorld(dialect, open)
    await world.run("insert into authors (name) values ('Ada')")
    let count = 0
    const { database } = world.engine
    const counting: Database = {
      ...database,
      transaction: (work, options) =>
        database.transaction(
          (connection) =>
            work({
              ...connection,
              rows: (statement) => ((count += 1), connection.rows(statement)),
              lastRows: (statement) => ((count += 1), connection.lastRows(statement)),
            }),
          options,
        ),
    }
    const graph = createGraph({ engine: { ...world.engine, database: counting } })
    return { world, graph, statements: () => count }
  }

  async function ask({ world, graph, statements }: Road, { document, variables = {}, permissions }: Case) {
    const before = statements()
    const access = permissions === undefined ? fullAccess : compileAccess(permissions, world.engine.live.current())
    const result = await graph.execute({
      scope: 'items',
      document,
      variables,
      operationName: null,
      caller: {
        actor: { kind: 'system', reason: 'cli' },
        access,
        facts: { now, user: null, role: null, roles: [], policies: [] },
        origin: { ip: '10.0.0.1', userAgent: 'a browser', origin: null },
      },
      readOnly: false,
    })
    return { told: toldOf(result), events: world.heard.splice(0), count: statements() - before }
  }

  describe.each(corpus)('$name', (asked) => {
    // The second time what is known of it is used.
    it.each(['the first time', 'again'])('%s', async () => {
      const [found, expected] = [await ask(direct, asked), await ask(ordinary, asked)]
      expect(withoutHashes(found.told)).toEqual(withoutHashes(expected.told))
      expect(found.events).toEqual(expected.events)
      const isDirect = asked.statements !== undefined && dialect === 'postgres'
      expect(found.count).toBe(isDirect ? asked.statements : expected.count)
    })
  })

  it('leaves the same rows, records among them', async () => {
    const [found, expected] = [await direct.world.everything(), await ordinary.world.everything()]
    expect(withoutHashes(found)).toEqual(withoutHashes(expected))
    expect(await direct.world.rows('directus_revisions', 'id')).not.toHaveLength(0)
  })

  if (dialect === 'postgres')
    it('tells what a trigger makes of a row', async () => {
      const { world } = direct
      await world.run(`create function shout() returns trigger language plpgsql as
      $$ begin update quiet set title = upper(title) where id = new.id; return null; end $$`)
      await world.run('create trigger shouting after insert on quiet for each row execute function shout()')
      await world.engine.live.refresh()
      const { told } = await ask(direct, {
        name: '',
        document: creating('quiet', 'title'),
        variables: { d: { title: 'q' } },
      })
      expect(told.data).toEqual([['create_quiet_item', '{"title":"Q"}']])
    })
})

const toldOf = ({ status, data, errors, extensions }: GraphResult) => ({
  status,
  data: data === null ? null : [...data],
  errors,
  extensions,
})

/** Each hash has a salt of its own. */
const withoutHashes = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(/\$argon2[^"\\]*/g, 'hash')) as T // as it was
