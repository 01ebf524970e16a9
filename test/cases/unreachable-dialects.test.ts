/**
 * MySQL 8 and CockroachDB, which no test run has a server of. CockroachDB's statements are PostgreSQL's but for a few
 * expressions: PostgreSQL runs them, and must say what it says to its own. MySQL's are shown as they are made, so that a change
 * of them is seen: `-u` writes them anew, and whoever does that reads them.
 */
import { expect, it } from 'vitest'
import { cockroachdb } from '#schema-engine/dialects/cockroachdb/index.ts'
import type { Dialect } from '#schema-engine/dialects/dialect.ts'
import { mysql } from '#schema-engine/dialects/mysql/index.ts'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import { trustedCaller } from '#rest-bridge/http/caller.ts'
import type { GraphRequest } from '#subgraph/graph.ts'
import { createGraph } from '#subgraph/server.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { isAvailable } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'

const documents = [
  '{ articles(filter: { title: { _icontains: "e" } }, sort: ["-score"], limit: 5, offset: 1) { id title price views published_at metadata } }',
  '{ articles(filter: { title: { _starts_with: "A" }, body: { _nnull: true } }) { id author_id { name mentor_id { name } } } }',
  '{ authors(sort: ["name"]) { name articles_by_author_id(sort: ["-views"], limit: 2) { title translations { language } } } }',
  '{ articles(filter: { tags: { _some: { code: { _in: ["math", "crime"] } } } }) { id tags { code } tags_func { count } } }',
  '{ articles(filter: { _not: { author_id: { rating: { _gt: 4 } } }, metadata: { _json: { pages: { _gt: 1 } } } }) { id } }',
  '{ articles_aggregated(groupBy: ["year(published_at)", "status"], having: { countAll: { _gt: 1 } }) { group countAll avg { score views } sum { price } } }',
  '{ articles_connection(first: 3, after: "[null,\\"4\\"]", sort: ["-published_at"]) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount } }',
  '{ _entities(representations: [{ __typename: "warehouses", country: "DE", number: "1" }]) { ... on warehouses { name stock { quantity } } } }',
]

const requestOf = (document: string): GraphRequest => ({
  scope: 'items',
  document,
  variables: {},
  operationName: null,
  caller: trustedCaller(),
  readOnly: true,
})

const speaking = (engine: Engine, dialect: Dialect): Engine => ({
  ...engine,
  database: { ...engine.database, dialect },
})

describeWhere(isAvailable('postgres'), 'cockroachdb', 'there is no server', () => {
  it('its statements give what PostgreSQL gives', async () => {
    const place = await loadEverything('postgres')
    const engine = await createEngine({ database: place.settings, excludeTables: [], checkIntervalMs: null })
    const [own, other] = [createGraph({ engine }), createGraph({ engine: speaking(engine, cockroachdb) })]
    for (const document of documents) {
      const expected = await own.execute(requestOf(document))
      expect(expected.errors, document).toEqual([])
      expect(await other.execute(requestOf(document)), document).toEqual(expected)
    }
    await Promise.all([own.close(), other.close()])
    await engine.close()
    await place.drop()
  })
})

it('mysql: the statements as they are made', async () => {
  const place = await loadEverything('sqlite')
  const engine = await createEngine({ database: place.settings, excludeTables: [], checkIntervalMs: null })
  const graph = createGraph({ engine: speaking(engine, mysql) })
  const statements: string[] = []
  for (const document of documents)
    statements.push(`-- ${document}\n${(await graph.explain(requestOf(document))).sql};\n`)
  await graph.close()
  await engine.close()
  await place.drop()
  await expect(statements.join('\n')).toMatchFileSnapshot('generated/mysql.sql')
})
