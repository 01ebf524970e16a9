/** One operation is one statement: however deep, with however many roots; counted where it is sent, and by the databases. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '#schema-engine/database/database.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { eachDialect } from '#test/harness/each-dialect.ts'
import type { TestDialect } from '#test/harness/databases.ts'
import { openGraph, type Asked, type GraphUnderTest } from './graph-under-test.ts'

type Operation = Asked & { readonly name: string; readonly document: string; readonly count?: number }

const operations: readonly Operation[] = [
  { name: 'a list', document: '{ articles { id } }' },
  { name: 'an item', document: '{ articles_by_id(id: 1) { id } }' },
  {
    name: 'ten levels',
    document:
      '{ categories { articles { author_id { articles_by_author_id { tags { articles { contributions { author_id { mentor_id { name } } } } } } } } } }',
  },
  {
    name: 'roots of every kind',
    document: `query($r: [_Any!]!) { articles(filter: {author_id: {name: {_icontains: "a"}}}, search: "e", sort: ["-category_id.name"]) { id tags { code } } by: articles_by_id(id: 2) { title } gone: articles_by_id(id: 99) { title }
      articles_aggregated(groupBy: ["author_id.name"], having: {countAll: {_gt: 1}}) { group countAll } articles_connection(first: 2, sort: ["title"]) { totalCount edges { cursor node { author_id { name } } } pageInfo { hasNextPage } nodes { id } }
      _entities(representations: $r) { ... on tags { label } ... on products { sku } } page_views { duration } published_articles { title } stock_by_id(id: "1,DE,1") { quantity warehouses { name } } __typename _service { sdl } }`,
    variables: {
      r: [
        { __typename: 'tags', code: 'math' },
        { __typename: 'products', sku: 'A-1' },
        { __typename: 'products', id: 2 },
      ],
    },
  },
  {
    name: 'forty roots',
    document: `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: articles(limit: 1, offset: ${index}) { id author_id { name } }`).join(' ')} }`,
  },
  { name: 'data beside introspection', document: '{ __schema { queryType { name } } tags { code } }' },
  {
    name: 'introspection alone',
    document: '{ __schema { queryType { name } } __type(name: "tags") { name } __typename }',
    count: 0,
  },
  { name: 'the name of a type', document: '{ __typename }', count: 0 },
  { name: 'what is not valid', document: '{ nope }', count: 0 },
  { name: 'what may not be asked', document: '{ articles(sort: ["nope"]) { id } }', count: 0 },
]

/** Statements that a database says it has run for one connection (MariaDB) or one database (PostgreSQL); null: it doesn't say. */
async function counterOf(dialect: TestDialect, database: Database): Promise<(() => Promise<number>) | null> {
  const one = async (text: string): Promise<unknown> => (await database.rows({ text, values: [], name: null }))[0]?.[0]
  if (dialect === 'mariadb')
    return async () =>
      Number(
        await one("select variable_value from information_schema.session_status where variable_name = 'QUESTIONS'"),
      )
  if (dialect === 'postgres')
    return async () => {
      await one('select pg_stat_force_next_flush()')
      return Number(await one('select xact_commit from pg_stat_database where datname = current_database()'))
    }
  return null
}

eachDialect((dialect) => {
  let graph: GraphUnderTest
  beforeAll(async () => {
    const database = await loadEverything(dialect)
    graph = await openGraph({ ...database, settings: { ...database.settings, poolMax: 1 } })
  })
  afterAll(() => graph.close())

  describe('statements sent', () => {
    for (const { name, document, count = 1, ...asked } of operations) {
      it(`${name}: ${count}`, async () => {
        for (const time of ['first', 'second', 'third'])
          expect((await graph.traced(document, asked)).statements.length, time).toBe(count)
      })
    }
  })

  it('statements that the database has counted', async () => {
    const counter = await counterOf(dialect, graph.engine.database)
    if (counter === null) return // SQLite keeps no count; its statements are those that are sent
    const between = async (work: () => Promise<unknown>): Promise<number> => {
      const before = await counter()
      await work()
      return (await counter()) - before
    }
    const counting = await between(() => Promise.resolve())
    for (const { name, document, count = 1, ...asked } of operations)
      expect((await between(() => graph.traced(document, asked))) - counting, name).toBe(count)
  })
})
