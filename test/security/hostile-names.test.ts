/** A53, A51: tables, columns, keys, paths and aliases whose names are made to break out of SQL, JSON or an object. */
import { expect, it } from 'vitest'
import { loadFixture } from '#test/fixtures/everything/index.ts'
import type { Fixture, FixtureColumn, FixtureTable } from '#test/fixtures/fixture.ts'
import { codesOf, dataOf, type GraphUnderTest } from '#test/cases/graph-under-test.ts'
import { overDatabase } from '#test/cases/tables.ts'
import type { TestDialect } from '#test/harness/databases.ts'

/** Names at most as long as PostgreSQL keeps them. MariaDB allows no space at the end. */
const hostile: readonly string[] = [
  'a"b',
  "a'b",
  'a`b',
  'a;b',
  '"; drop table victims; --',
  "'; drop table victims; --",
  '`; drop table victims; -- x',
  ') or (1=1',
  '?',
  '??',
  '$1',
  '$2::text',
  ':x',
  ':x::int',
  '@p1',
  '%s',
  '%',
  'a%sb',
  'a\\b',
  '\\"',
  '{"a":1}',
  '"]}',
  '/*',
  '*/ --',
  'a--b',
  'line\nbreak',
  'tab\tstop',
  '${x}',
  '$$',
  '<b>',
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '__typename',
  '_and',
  '_entities',
  'count(id)',
  'year(x)',
  '-minus',
  '+plus',
  'a.b',
  'a,b',
  'x:y',
  '9',
  'ÄÖ',
  '日本',
  '😀',
  'select',
  'order by',
  'Query',
  'JSON',
]

const column = (name: string, kind: 'integer' | 'text', isNullable = true): FixtureColumn => ({
  name,
  type: { kind },
  isNullable,
})

/** A table of each name, each with columns of the name and of its neighbours, and a foreign key to the one before it. */
function tableOf(name: string, index: number, names: readonly string[]): FixtureTable {
  const before = names[index - 1]
  return {
    name,
    columns: [
      { ...column('id', 'integer', false), hasAutoIncrement: true },
      column(name, 'text'),
      column(`${name} 2`.slice(0, 60), 'integer'),
      column(`fk ${name}`.slice(0, 60), 'integer'),
    ],
    primaryKey: ['id'],
    foreignKeys:
      before === undefined ? [] : [{ columns: [`fk ${name}`.slice(0, 60)], table: before, references: ['id'] }],
    uniques: [],
    indexes: [],
  }
}

/** What a dialect can't name at all. */
function namesOf(dialect: TestDialect): readonly string[] {
  // MariaDB compares names of tables on some systems, and of columns on all, without regard to case: none here differ in case only.
  return hostile.filter((name) => dialect !== 'mariadb' || !/\s$|[\u{10000}-\u{10ffff}]/u.test(name))
}

function fixtureOf(dialect: TestDialect): Fixture {
  const names = namesOf(dialect)
  return {
    tables: names.map((name, index) => tableOf(name, index, names)),
    views: [],
    rows: Object.fromEntries(
      names.map((name, index) => [
        name,
        [1, 2].map((id) => ({
          id,
          [name]: `${name} ${id}`,
          [`${name} 2`.slice(0, 60)]: id * 10,
          [`fk ${name}`.slice(0, 60)]: index === 0 ? null : 1,
        })),
      ]),
    ),
  }
}

/** The GraphQL names of a table and its columns. */
function namesIn(
  graph: GraphUnderTest,
  table: string,
): { readonly root: string; readonly fields: ReadonlyMap<string, string> } {
  const names = graph.namesOf(table)
  return { root: names.list, fields: new Map([...names.fields].map(([field, { value }]) => [field, value])) }
}

overDatabase(
  (dialect) => loadFixture(fixtureOf(dialect), dialect),
  (graph, dialect) => {
    const names = namesOf(dialect)
    const data = (document: string, variables: Readonly<Record<string, unknown>> = {}) =>
      dataOf(graph().run(document, { variables }))

    for (const [index, name] of names.entries()) {
      it(`${JSON.stringify(name)} as a table, a column, a relation, a sort, a group and an order`, async () => {
        const { root, fields } = namesIn(graph(), name)
        const [text = '', number = ''] = [fields.get(name), fields.get(`${name} 2`.slice(0, 60))]
        const before = names[index - 1]
        const relation = fields.get(`fk ${name}`.slice(0, 60)) ?? ''
        const far = before === undefined ? null : namesIn(graph(), before)
        const related = far === null ? '' : `far: ${relation} { value: ${far.fields.get(before ?? '')} }`
        expect(
          await data(
            `query($sort: [String], $groups: [String], $text: String) {
            rows: ${root}(sort: $sort, limit: 1) { id text: ${text} number: ${number} ${related} }
            found: ${root}(filter: {${text}: {_eq: $text}, ${number}: {_gt: 10}}) { id } searched: ${root}(search: $text) { id }
            groups: ${root}_aggregated(groupBy: $groups) { group @spread sum { number: ${number} } }
            page: ${root}_connection(sort: $sort, first: 1) { edges { cursor } totalCount } }`,
            { sort: [`-${name}`], groups: [name], text: `${name} 2` },
          ),
        ).toEqual({
          rows: [
            { id: '2', text: `${name} 2`, number: 20, ...(far === null ? {} : { far: { value: `${before} 1` } }) },
          ],
          found: [{ id: '2' }],
          searched: [{ id: '2' }],
          groups: [
            { [name]: `${name} 1`, sum: { number: 10 } },
            { [name]: `${name} 2`, sum: { number: 20 } },
          ].map((row) => Object.fromEntries(Object.entries(row))),
          page: { edges: [{ cursor: JSON.stringify([`${name} 2`, '2']) }], totalCount: 2 },
        })
        if (before !== undefined)
          expect(
            await data(
              `{ ${root}(sort: [${JSON.stringify(`fk ${name}.${before}`.slice(0, 60) === `fk ${name}.${before}` ? `fk ${name}.${before}` : 'id')}], limit: 1) { id } }`,
            ),
          ).toEqual({ [root]: [{ id: '1' }] })
      })
    }

    it('as keys of the reply, by @as and as an alias', async () => {
      const { root } = namesIn(graph(), 'select')
      for (const name of hostile)
        expect(await data(`query($k: String!) { ${root}(limit: 1) { id @as(key: $k) } }`, { k: name })).toEqual({
          [root]: [Object.fromEntries([[name, '1']])],
        })
      for (const alias of [
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        '__defineGetter__',
        'valueOf',
        'then',
        'toJSON',
      ]) {
        const reply = await graph().run(`{ ${alias}: ${root}(limit: 1) { ${alias}: id } }`)
        expect(reply.errors).toEqual([])
        expect(reply.text).toBe(`{"${alias}":[{"${alias}":"1"}]}`)
      }
      expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined()
    })

    it('as names of variables, keys of filters and representations', async () => {
      const { root } = namesIn(graph(), 'select')
      for (const name of ['__proto__', 'constructor', 'toString']) {
        expect(
          await data(
            `query($${name}: Int) { ${root}(limit: $${name}) { id } }`,
            JSON.parse(`{"${name}": 1}`) as Readonly<Record<string, unknown>>,
          ),
        ).toEqual({ [root]: [{ id: '1' }] })
        const variables = {
          f: JSON.parse(`{"${name}": {"_eq": 1}}`) as unknown,
          r: [JSON.parse(`{"__typename": "${name}", "${name}": 1}`) as unknown],
        }
        for (const document of [
          `query($f: ${root}_filter) { ${root}(filter: $f) { id } }`,
          `query($r: [_Any!]!) { _entities(representations: $r) { __typename } }`,
        ]) {
          const reply = await graph().run(document, { variables })
          expect(codesOf(reply), document).toHaveLength(1)
          expect(codesOf(reply)[0]).toMatch(/GRAPHQL_VALIDATION|INVALID_QUERY/)
        }
      }
    })

    it('as sorts, groups and orders that no field has', async () => {
      const { root } = namesIn(graph(), 'select')
      const { root: other, fields } = namesIn(graph(), 'null')
      for (const name of hostile.filter((candidate) => !['select'].includes(candidate))) {
        for (const document of [
          `query($n: [String]) { ${root}(sort: $n) { id } }`,
          `query($n: [String]) { ${root}_aggregated(groupBy: $n) { group } }`,
          `query($n: [String]) { ${root}_aggregated(groupBy: ["select"], sort: $n) { group } }`,
        ]) {
          const reply = await graph().run(document, { variables: { n: [`${name}!`] } })
          expect(codesOf(reply), `${document} ${name}`).toHaveLength(1)
          expect(codesOf(reply)[0], `${document} ${name}`).toMatch(/FORBIDDEN|INVALID_QUERY/)
        }
      }
      expect(await data(`{ ${other}(limit: 1) { ${fields.get('null')} } }`)).toEqual({
        [other]: [{ [fields.get('null') ?? '']: 'null 1' }],
      })
    })

    it('every table is still there', async () => {
      expect([...graph().model().collections.keys()].toSorted()).toEqual([...names].toSorted())
    })
  },
)
