/**
 * Every road to an answer gives the same bytes: the ordinary one through Apollo Server, the known plan of a document that
 * came before, values as literals and as variables. And a plan never serves values that it was not made for.
 */
import fc from 'fast-check'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { GraphResult } from '#subgraph/graph.ts'
import { buildSchema } from '#subgraph/schema/build.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import { isAvailable, testDialects, type TestDialect } from '#test/harness/databases.ts'
import { describeWhere } from '#test/harness/each-dialect.ts'
import { check, dataOf, drawn, openGraph, patience, requestOf, runs, seed, type TestGraph } from './property.ts'
import { textOf } from './naive.ts'
import { arbitraryAggregation, writeAggregation } from './random-aggregate.ts'
import { createDice, literal, randomDocument } from './random-document.ts'
import { arbitraryFilter, toGraph } from './random-filter.ts'
import {
  arbitraryArguments,
  arbitraryList,
  createWriter,
  documentOf,
  sortText,
  writeList,
  type Writer,
} from './random-list.ts'
import { arbitraryWorld, fixtureOf, type World } from './random-world.ts'
import { hints } from './world-hints.ts'

const [world] = drawn(arbitraryWorld, 1) as [World]

/** Documents that each have something of their own. */
const handPicked: readonly string[] = [
  '{ __typename }',
  '{ __typename books(limit: 1) { __typename id } }',
  '{ __schema { queryType { name } } }',
  '{ __type(name: "books") { name fields { name } } books(limit: 1) { id } }',
  '{ books_by_id(id: 3) { id title } }',
  '{ books_by_id(id: "3") { id title } }',
  '{ books_by_id(id: "nothing") { id } other: books_by_id(id: 999) { id } }',
  '{ books_genres_by_id(id: "7,crime") { book_id { title } genre_code { code } } }',
  '{ books_genres_by_id(id: "7") { book_id_key } }',
  '{ a: books(limit: 2) { id } b: books(limit: 2, offset: 2) { id } c: books(limit: 2, page: 3) { id } }',
  '{ books(limit: 0) { id } people(limit: -1) { id } }',
  '{ books(limit: -5) { id } }',
  '{ books(sort: ["nothing"]) { id } }',
  '{ books(sort: ["-author_id.name", "+title", " id "]) { id } }',
  '{ books(sort: "title") { id } people(sort: null) { id } }',
  '{ books(filter: { title: { _eq: "oak" } }) { id } }',
  '{ books(filter: { title: { _eq: null } summary: { _neq: null } }) { id } }',
  '{ books(filter: { pages: { _in: [1, 2, 7] } }) { id } }',
  '{ books(filter: { pages: { _in: [] } }) { id } }',
  '{ books(filter: { pages: { _in: [null] } }) { id } }',
  '{ books(filter: { pages: { _in: 7 } }) { id } }',
  '{ books(filter: { pages: { _between: [1] } }) { id } }',
  '{ books(filter: { pages: { _gt: "2" } }) { id } }',
  '{ books(filter: { pages: { _gt: "two" } }) { id } }',
  '{ books(filter: { sold_at: { _lt: "$NOW" } }) { id } }',
  '{ books(filter: { sold_at: { _lt: "$NOW(-1 year)" } }) { id } }',
  '{ books(filter: { sold_at: { _lt: "$NOW(-1 blue moon)" } }) { id } }',
  '{ books(filter: { summary: { _eq: "$NOWHERE" } }) { id } }',
  '{ books(filter: { author_id_key: { _eq: "$CURRENT_USER" } }) { id } }',
  '{ books(filter: { author_id_key: { _in: "$CURRENT_ROLES" } }) { id } }',
  '{ books(filter: { author_id_key: { _eq: "$CURRENT_ROLES" } }) { id } }',
  '{ books(filter: { extra: { _json: { pages: { _eq: 12 } } } }) { id } }',
  '{ books(filter: { cover: { _eq: "red" } }) { id cover } }',
  '{ books(filter: {}) { id } people(filter: null) { id } }',
  '{ books(filter: { _and: [] }) { id } people(filter: { _or: [] }) { id } }',
  '{ books(filter: { nothing: { _eq: 1 } }) { id } }',
  '{ books(filter: { title: { _nothing: 1 } }) { id } }',
  '{ books(filter: { title: { _eq: 1.0 } }) { id } }',
  '{ books(filter: { price: { _eq: 9.99 } }) { id price } more: books(filter: { price: { _eq: "9.99" } }) { id } }',
  '{ books(filter: { copies: { _eq: 1500 } }) { id } more: books(filter: { copies: { _eq: "9007199254740993" } }) { id } }',
  '{ books(search: "oak") { id } }',
  '{ books(search: "") { id } people(search: "7") { id } }',
  '{ books(filter: { title: { _contains: "100% \\"quoted\\" \\\\ \\n \\u00e4" } }) { id } }',
  '{ books(filter: { title: { _contains: """block "text" """ } }) { id } }',
  '# a comment with "quotes" and 12\n{ books(limit: 1) { id } # 3\n}',
  '{books(limit:1){id}}',
  'query A { books(limit: 1) { id } }',
  'query A { books(limit: 1) { id } } fragment F on books { title }',
  'query A { books(limit: 1) { id } } query B { people { id } }',
  '{ books(limit: 2) { ...F ... on books { pages } ... { price } } } fragment F on books { id title author_id { name } }',
  '{ books(limit: 2) { id id title } }',
  '{ books(limit: 2) { id } books(limit: 2) { title } }',
  '{ books(limit: 2) { id } books(limit: 3) { title } }', // not valid, though the one before it is
  '{ books(limit: 2, offset: 1) { id } books(offset: 1, limit: 2) { title } }',
  '{ books(limit: 2, offset: 1) { id } books(offset: 2, limit: 2) { title } }',
  '{ a: people(limit: 2) { reviews(limit: 1) { id } } b: books(limit: 2) { reviews(limit: 1) { id } } }',
  '{ a: people(limit: 2) { reviews(limit: 1) { id } } b: books(limit: 2) { reviews(limit: 2) { id } } }',
  '{ books(limit: 2) { id @include(if: false) title @skip(if: false) pages @skip(if: true) } }',
  '{ books(limit: 2) @skip(if: true) { id } people(limit: 1) { id } }',
  '{ books(limit: 2) { published: sold_at_func { year month week day weekday hour minute second } } }',
  '{ books(limit: 3) { extra_func { count json(path: "deep.er") } } }',
  '{ books(limit: 3) { extra_func { json(path: "not a path[") } } }',
  '{ books(limit: 3) { sold_at_func @spread { sold_at_year: year } } }',
  '{ books(limit: 3) { title @as(key: "The Title") } }',
  'query @wire(format: REST) { books(limit: 3) { id price copies author_id_key sold_at } }',
  'query @wire(format: REST) { books_aggregated { countAll sum { price copies } avg { pages } } }',
  '{ people(limit: 3) { books_by_author_id(limit: 2, sort: ["-id"]) { id } books_by_author_id_func { count } } }',
  '{ people(limit: 3) { books_by_author_id_keys reviews_keys(limit: 1) mentor_id_key } }',
  '{ books(limit: 3) { genres { code books { id } } genres_keys genres_func { count } } }',
  '{ people { mentor_id { mentor_id { mentor_id { name } } } } }',
  '{ books(filter: { genres: { code: { _eq: "art" } } }) { id } }',
  '{ books(filter: { genres: { _none: { code: { _eq: "art" } } } }) { id } }',
  '{ books(filter: { reviews_func: { count: { _gt: 1 } } }) { id } }',
  '{ books_aggregated { countAll count { pages } sum { price } } }',
  '{ books_aggregated { group } }',
  '{ books_aggregated(groupBy: ["cover", "year(sold_at)"], sort: ["-countAll"], limit: 3) { group countAll } }',
  '{ books_aggregated(groupBy: ["author_id.city"], having: { countAll: { _gt: 1 } }) { group countAll } }',
  '{ books_aggregated(groupBy: []) { countAll } }',
  '{ books_aggregated(groupBy: ["extra"]) { countAll } }',
  '{ books_connection(first: 2) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount } }',
  '{ books_connection(first: 2, after: "[\\"2\\"]") { nodes { id } pageInfo { hasPreviousPage startCursor } } }',
  '{ books_connection(last: 2, before: "[\\"9\\"]", sort: ["-id"]) { nodes { id } } }',
  '{ books_connection(first: 2, after: "rubbish") { nodes { id } } }',
  '{ books_connection(first: 2, after: "[\\"two\\"]") { nodes { id } } }',
  '{ books_connection(first: 2, last: 2) { nodes { id } } }',
  '{ _service { sdl } }',
  '{ _entities(representations: [{ __typename: "books", id: 2 }, { __typename: "genres", code: "art" }]) { ... on books { title } ... on genres { label } } }',
  '{ _entities(representations: [{ __typename: "books", id: "x" }, { __typename: "books" }]) { ... on books { title } } }',
  '{ _entities(representations: []) { __typename } }',
  '{ nothing { id } }',
  '{ books { nothing } }',
  '{ books }',
  '{ books(',
  '',
  'mutation { nothing }',
  'subscription { nothing }',
]

describe(`all roads give the same bytes (seed ${seed})`, () => {
  for (const dialect of testDialects)
    describeWhere(isAvailable(dialect), dialect, 'there is no server', () => suite(dialect))
})

const bytesOf = ({ status, data, errors }: GraphResult): string =>
  JSON.stringify([status, data === null ? null : [...data], errors])

function isReadable(document: string): boolean {
  try {
    parse(document)
    return true
  } catch {
    return false
  }
}

function suite(dialect: TestDialect): void {
  let graph: TestGraph
  beforeAll(async () => {
    graph = await openGraph(dialect, fixtureOf(world))
  })
  afterAll(() => graph.close())

  /** The answer of the ordinary road: no document is known that ends like this. */
  let count = 0
  const ordinary = (document: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphResult> =>
    graph.run(fullAccess, `${document}\n# ${(count += 1)}`, variables)

  async function expectSame(document: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphResult> {
    const what = `${document}\n${JSON.stringify(variables)}`
    // What can't be read is told with its place, which the end of the document is part of.
    const first = isReadable(document)
      ? await ordinary(document, variables)
      : await graph.run(fullAccess, document, variables)
    for (const road of ['first', 'known', 'known again']) {
      const result = await graph.run(fullAccess, document, variables)
      expect(bytesOf(result), `${road}: ${what}`).toBe(bytesOf(first))
    }
    expect(graph.unexpected, what).toEqual([])
    return first
  }

  test.for(handPicked)('%s', async (document) => {
    const result = await expectSame(document)
    expect(result.data !== null || result.errors.length > 0).toBe(true)
  })

  test('numbers with more digits than JavaScript holds', async () => {
    const asked = '9007199254740993'
    const expected = (world['books'] ?? [])
      .filter(({ copies }) => copies === asked)
      .map(({ id }) => ({ id: textOf(id ?? null) }))
    expect(expected.length).toBeGreaterThan(0)
    for (const operand of [asked, JSON.stringify(asked)]) {
      const result = await expectSame(`{ books(filter: { copies: { _eq: ${operand} } }) { id } }`)
      expect(dataOf(result)).toEqual({ books: expected })
    }
  })

  test('documents generated from the schema', { timeout: patience }, async () => {
    const model = graph.engine.live.current()
    const schema = buildSchema({ model, access: fullAccess, scope: 'items', names: nameCollections(model, 'items') })
    const dice = createDice(seed)
    for (let index = 0; index < runs(60); index += 1) {
      await expectSame(randomDocument(schema, dice, { ...hints, cursors: new Map(), focus: new Set() }).text)
    }
  })

  const questions: fc.Arbitrary<(writer: Writer) => string> = fc.oneof(
    arbitraryList.map((list) => (writer: Writer) => writeList(list, writer)),
    arbitraryAggregation.map((asked) => (writer: Writer) => writeAggregation(asked, writer)),
  )

  test('values as variables and as literals', { timeout: patience }, async () => {
    await check(questions, 40, async (write) => {
      const writer = createWriter()
      const root = `answer: ${write(writer)}`
      const withVariables = await expectSame(documentOf(writer, [root]), writer.variables)
      const literals = root.replaceAll(/\$(v\d+)/g, (_, name: string) => literal(writer.variables[name]))
      const withLiterals = await expectSame(`{ ${literals} }`)
      expect(bytesOf(withLiterals)).toBe(bytesOf(withVariables))
    })
  })

  test.for(templates.map((template) => [template.name, template] as const))(
    'other values in the same document: %s',
    { timeout: patience },
    async ([, { document, variables }]) => {
      // A graph of its own, so that each sequence begins with nothing known.
      await check(fc.array(variables, { minLength: 4, maxLength: 10 }), 4, async (sequence) => {
        const own = graph.fresh()
        for (const given of sequence) {
          const text = typeof document === 'string' ? document : document(given)
          const sent = typeof document === 'string' ? given : {}
          const known = await own.execute(requestOf(fullAccess, text, sent))
          expect(bytesOf(known), `${text}\n${JSON.stringify(sequence)}`).toBe(bytesOf(await ordinary(text, sent)))
        }
        await own.close()
      })
      expect(graph.unexpected).toEqual([])
    },
  )
}

type Values = Readonly<Record<string, unknown>>
type Template = {
  readonly name: string
  /** A text to run with the variables, or one that has them written in it. */
  readonly document: string | ((values: Values) => string)
  readonly variables: fc.Arbitrary<Values>
}

/** A value, null, or none at all. */
const maybe = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined) })

/** Variables of which some are missing. */
const given = (arbitraries: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Values> =>
  fc
    .record(Object.fromEntries(Object.entries(arbitraries).map(([name, arbitrary]) => [name, maybe(arbitrary)])))
    .map((values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)))

const texts = fc.constantFrom<unknown>(
  'oak',
  'elm',
  '',
  ' ',
  '$NOW',
  '$NOW(-1 year)',
  '$NOW(x)',
  '$CURRENT_USER',
  '$CURRENT_ROLES',
  '$',
  '$x',
  '1',
  '7',
  '2024-02-29',
  'null',
  'ä',
  '%',
  '1.0',
  ' 5 ',
  '1e3',
  7,
  true, // prettier-ignore
)
const numbers = fc.constantFrom<unknown>(
  0,
  1,
  -1,
  2,
  7,
  100,
  2.5,
  '7',
  '2.5',
  'x',
  '',
  '$NOW',
  1e20,
  -0,
  2147483648,
  '9007199254740993',
  true,
)
const counts = fc.constantFrom<unknown>(0, 1, 2, 3, 50, -1, -2, 2.5, '2', 1e10)
const orders = fc.oneof(
  arbitraryArguments('books').map(({ sort }) => sort.map(sortText)),
  fc.constantFrom<unknown>(
    [],
    ['title'],
    ['-title', 'id'],
    'title',
    ['nothing'],
    [''],
    [null],
    ['year(sold_at)', '-author_id.name'],
  ),
)
const listsOf = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof(fc.array(item, { maxLength: 5 }), item)
const filters = arbitraryFilter('books', 2).map(toGraph)
const keys = fc.constantFrom<unknown>('1', '2', '99', 'x', '', 3, 3.5, '3,art', '$CURRENT_USER', ' 4')
const representation = fc.constantFrom<unknown>(
  { __typename: 'books', id: 1 },
  { __typename: 'books', id: '2' },
  { __typename: 'books', id: 'x' },
  { __typename: 'genres', code: 'art' },
  { __typename: 'people', id: 3 },
  { __typename: 'nothing', id: 3 },
  { __typename: 'books' },
  { id: 1 }, // prettier-ignore
)
const yesOrNo = fc.constantFrom<unknown>(true, false)

const templates: readonly Template[] = [
  {
    name: 'all arguments of a list',
    document:
      'query($f: books_filter, $s: [String], $l: Int, $o: Int, $p: Int, $q: String) { books(filter: $f, sort: $s, limit: $l, offset: $o, page: $p, search: $q) { id title } }',
    variables: given({ f: filters, s: orders, l: counts, o: counts, p: counts, q: texts }),
  },
  {
    name: 'values inside a filter',
    document:
      'query($t: String, $n: GraphQLStringOrFloat, $m: GraphQLStringOrFloat, $in: [GraphQLStringOrFloat], $texts: [String], $f: books_filter) { books(filter: { _or: [{ title: { _eq: $t } }, { pages: { _between: [$n, $m] } }, { author_id: { age: { _in: $in } } }, { title: { _nin: $texts } }, $f] }) { id } }',
    variables: given({ t: texts, n: numbers, m: numbers, in: listsOf(numbers), texts: listsOf(texts), f: filters }),
  },
  {
    name: 'dates and flags',
    document:
      'query($d: String, $b: Boolean, $e: Boolean) { books(filter: { sold_at: { _lte: $d }, summary: { _empty: $e }, in_print: { _eq: $b } }) { id } }',
    variables: given({ d: texts, b: yesOrNo, e: yesOrNo }),
  },
  {
    name: 'big integers',
    document:
      'query($c: GraphQLBigInt, $l: [GraphQLBigInt]) { books(filter: { _or: [{ copies: { _eq: $c } }, { copies: { _in: $l } }] }) { id } }',
    variables: given({ c: numbers, l: listsOf(numbers) }),
  },
  { name: 'a key', document: 'query($id: ID!) { books_by_id(id: $id) { id title } }', variables: given({ id: keys }) },
  {
    name: 'a key of two parts',
    document: 'query($id: ID!) { books_genres_by_id(id: $id) { book_id_key genre_code_key } }',
    variables: given({ id: keys }),
  },
  {
    name: 'lists inside items',
    document:
      'query($f: books_filter, $s: [String], $l: Int, $m: people_filter) { people { id mentor_id(filter: $m) { id } books_by_author_id(filter: $f, sort: $s, limit: $l) { id } } }',
    variables: given({ f: filters, s: orders, l: counts, m: arbitraryFilter('people', 1).map(toGraph) }),
  },
  {
    name: 'groups',
    document:
      'query($g: [String], $h: books_having, $s: [String], $l: Int) { books_aggregated(groupBy: $g, having: $h, sort: $s, limit: $l) { group countAll sum { price } } }',
    variables: given({
      g: fc.constantFrom<unknown>([], ['cover'], ['cover', 'year(sold_at)'], 'pages', ['author_id.name'], ['extra']),
      h: fc.constantFrom<unknown>(
        {},
        { countAll: { _gt: 1 } },
        { countAll: { _in: [1, 2] } },
        { countAll: { _in: [1, 2, 3] } },
        { sum: { price: { _gt: '9.99' } } },
      ),
      s: fc.constantFrom<unknown>([], ['-countAll'], ['sum.price'], ['cover'], ['nothing']),
      l: counts,
    }),
  },
  {
    name: 'pages of a connection',
    document:
      'query($s: [String], $f: Int, $a: String, $l: Int, $b: String) { books_connection(sort: $s, first: $f, after: $a, last: $l, before: $b) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }',
    variables: given({
      s: fc.constantFrom<unknown>([], ['title'], ['-id']),
      f: counts,
      a: fc.constantFrom<unknown>('["3"]', '["elm","3"]', '[null,"3"]', '["x"]', 'x', ''),
      l: fc.constantFrom<unknown>(undefined, undefined, 2),
      b: fc.constantFrom<unknown>(undefined, undefined, '["9"]'),
    }),
  },
  {
    name: 'entities',
    document:
      'query($r: [_Any!]!) { _entities(representations: $r) { ... on books { title } ... on genres { label } ... on people { name } } }',
    variables: given({ r: fc.array(representation, { maxLength: 5 }) }),
  },
  {
    name: 'conditions on fields, and defaults',
    document:
      'query($yes: Boolean!, $no: Boolean = true, $l: Int = 2, $t: String = "oak") { books(limit: $l, filter: { title: { _neq: $t } }) { id title @include(if: $yes) pages @skip(if: $no) } people(limit: $l) @include(if: $yes) { id } }',
    variables: given({ yes: yesOrNo, no: yesOrNo, l: counts, t: texts }),
  },
  {
    name: 'paths into JSON',
    document: 'query($j: JSON) { books(filter: { extra: { _json: $j } }) { id } }',
    variables: given({
      j: fc.constantFrom<unknown>(
        { pages: { _eq: 12 } },
        { pages: { _eq: '12' } },
        { pages: { _eq: true } },
        { pages: { _in: [12, 320.5] } },
        { pages: { _in: ['12'] } },
        { 'deep.er': { _eq: 'yes' } },
        { 'deep.er': { _eq: '$NOW' } },
        { pages: { _null: true } },
        { pages: 12 },
        {},
        { 'a[': { _eq: 1 } }, // prettier-ignore
      ),
    }),
  },
  {
    name: 'literals',
    document: ({ t, n, l, s, list }) =>
      `{ books(limit: ${literal(l ?? null)}, sort: ${literal(s ?? null)}, filter: { _or: [{ title: { _eq: ${literal(t ?? null)} } }, { pages: { _gt: ${literal(n ?? null)} } }, { pages: { _in: ${literal(list ?? null)} } }] }) { id } books_by_id(id: ${literal(n ?? 1)}) { title } }`,
    variables: given({ t: texts, n: numbers, l: counts, s: orders, list: listsOf(numbers) }),
  },
  {
    name: 'literals of pages and functions',
    document: ({ path, first, after }) =>
      `{ books(limit: 5) { extra_func { json(path: ${literal(path ?? 'pages')}) } } books_connection(first: ${literal(first ?? 2)}, after: ${literal(after ?? null)}) { nodes { id } } }`,
    variables: given({
      path: fc.constantFrom<unknown>('pages', 'deep.er', 'tags[0]', 'tags[1]', '', '['),
      first: counts,
      after: fc.constantFrom<unknown>('["3"]', '["x"]', 'x', ''),
    }),
  },
]
