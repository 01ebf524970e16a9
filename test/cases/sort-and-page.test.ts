/** Which rows of a list, in which order: total orders, nulls, paths, functions; limits, offsets and pages. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itAnswers, itRefuses, overDatabase, type Case } from './tables.ts'

type OrderCase = readonly [list: string, args: string, keys: readonly unknown[], key?: string]

/** Ties are broken by the key, ascending; nulls are last ascending, first descending. */
const orders: readonly OrderCase[] = [
  ['articles', '', ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
  ['articles', 'sort: []', ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
  ['articles', 'sort: ["-id"]', ['15', '14', '13', '12', '11', '10', '9', '8', '7', '6', '5', '4', '3', '2', '1']],
  ['articles', 'sort: ["price"]', ['12', '8', '15', '9', '6', '7', '2', '11', '3', '1', '5', '14', '13', '10', '4']],
  ['articles', 'sort: ["-price"]', ['4', '10', '13', '14', '5', '1', '3', '2', '11', '6', '7', '9', '15', '8', '12']],
  [
    'articles',
    'sort: ["-price", "-id"]',
    ['4', '10', '13', '14', '5', '1', '3', '11', '2', '7', '6', '9', '15', '8', '12'],
  ],
  ['articles', 'sort: "views"', ['12', '4', '7', '13', '15', '6', '9', '8', '2', '3', '11', '14', '5', '1', '10']],
  ['articles', 'sort: ["weight"], limit: 3', ['12', '1', '9']],
  ['articles', 'sort: ["-score", "title"], limit: 4', ['13', '4', '10', '3']],
  [
    'articles',
    'sort: ["is_featured", "id"]',
    ['2', '5', '6', '9', '12', '14', '1', '3', '8', '10', '11', '4', '7', '13', '15'],
  ],
  ['articles', 'sort: ["issued_on", "-id"], limit: 5', ['12', '15', '1', '11', '3']],
  ['articles', 'sort: ["-published_at"], limit: 6', ['4', '6', '7', '13', '14', '10']],
  ['articles', 'sort: ["read_at"], limit: 3', ['3', '9', '6']],
  ['articles', 'sort: ["meeting_at"], limit: 3', ['12', '15', '1']],
  [
    'articles',
    'sort: ["status", "id"]',
    ['4', '7', '13', '6', '12', '1', '2', '3', '5', '8', '9', '10', '11', '14', '15'],
  ],
  ['articles', 'sort: ["title"], limit: 5', ['8', '2', '6', '13', '15']],
  ['articles', 'sort: ["author_id.name", "-id"], limit: 5', ['13', '9', '7', '11', '8']],
  ['articles', 'sort: ["reviewer_id.rating", "id"], limit: 6', ['10', '5', '7', '8', '1', '14']],
  ['articles', 'sort: ["-category_id.parent_id.name", "id"], limit: 4', ['4', '7', '11', '13']],
  ['articles', 'sort: ["category_id.sort", "category_id.name", "id"], limit: 5', ['11', '1', '8', '12', '2']],
  ['articles', 'sort: ["year(published_at)", "-id"], limit: 4', ['12', '15', '11', '5']],
  ['articles', 'sort: ["-month(issued_on)", "id"], limit: 4', ['4', '6', '12', '13']],
  ['articles', 'sort: ["-count(tags)", "id"], limit: 5', ['1', '3', '10', '2', '5']],
  ['articles', 'sort: ["count(translations)", "-id"], limit: 3', ['15', '13', '12']],
  ['articles', 'sort: ["-year(author_id.born)", "id"], limit: 5', ['4', '7', '9', '10', '13']],
  ['articles', 'sort: ["-count(author_id.articles_by_author_id)", "id"], limit: 5', ['1', '7', '8', '9', '11']],
  ['articles', 'sort: ["author_id", "-id"], limit: 4', ['11', '8', '1', '3']],
  ['articles', 'sort: ["category_id", "id"], limit: 3', ['11', '13', '2']],
  ['categories', 'sort: ["parent_id.name", "name"]', ['3', '4', '8', '6', '5', '7', '1', '2', '9']],
  ['tags', 'sort: ["-code"]', ['über', 'unused', 'semi;colon', 'math', 'engine', 'crime', 'Crime'], 'code'],
  ['tags', '', ['Crime', 'crime', 'engine', 'math', 'semi;colon', 'unused', 'über'], 'code'],
  ['products', 'sort: ["-id"], limit: 3', ['9223372036854775807', '9223372036854775806', '9007199254740994']],
  ['warehouses', 'sort: ["number", "-country"]', ['東京', 'Lyon', 'Hamburg', 'München'], 'name'],
  ['stock', 'sort: ["-available"], limit: 3', [375, 90, 50], 'available'],
  ['stock', '', [90, 50, 0, 375, -5, 0, 3, 25, 12, 1], 'available'],
  ['group', 'sort: ["order", "-table", "id"]', ['3', '2', '4', '1']],
  ['page_views', 'sort: ["-duration"], limit: 3', [301, 300, 99], 'duration'],
  // A table without a key: by everything, so that pages neither overlap nor skip.
  ['page_views', 'limit: 4', [30, 30, 30, 5], 'duration'],
  ['page_views', 'limit: 4, offset: 4', [0, 60, 60, 15], 'duration'],
  ['published_articles', 'sort: ["-views"], limit: 2', [10, 1], 'id'],

  ['articles', 'limit: 0', []],
  ['articles', 'limit: 2', ['1', '2']],
  ['articles', 'limit: 3', ['1', '2', '3']],
  ['articles', 'limit: -1, offset: 13', ['14', '15']],
  ['articles', 'offset: 14', ['15']],
  ['articles', 'offset: 15', []],
  ['articles', 'limit: 2, offset: 2', ['3', '4']],
  ['articles', 'limit: 2, page: 1', ['1', '2']],
  ['articles', 'limit: 2, page: 0', ['1', '2']],
  ['articles', 'limit: 2, page: 3', ['5', '6']],
  ['articles', 'limit: 2, page: 99', []],
  ['articles', 'limit: 2, page: 3, offset: 1', ['2', '3']],
  ['articles', 'page: 2', []],
  ['articles', 'limit: -1, page: 2, sort: ["-id"], filter: {id: {_lt: 3}}', ['2', '1']],
  [
    'articles',
    'limit: null, offset: null, page: null, sort: null, filter: null, search: null',
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15'],
  ],
]

const nested: readonly Case[] = [
  {
    name: 'arguments at every level',
    document: `{ authors(filter: {id: {_in: [1, 4, 7]}}, sort: ["-id"]) { id
      articles_by_author_id(sort: ["-views"], limit: 2, filter: {status: {_eq: "published"}}) { id
        translations(sort: ["-language"], limit: 1, offset: 1) { language }
        tags(sort: ["-code"], page: 2, limit: 1) { code } } } }`,
    data: {
      authors: [
        { id: '7', articles_by_author_id: [{ id: '9', translations: [], tags: [] }] },
        {
          id: '4',
          articles_by_author_id: [
            { id: '5', translations: [{ language: 'de' }], tags: [] },
            { id: '14', translations: [], tags: [] },
          ],
        },
        {
          id: '1',
          articles_by_author_id: [
            { id: '1', translations: [{ language: 'de' }], tags: [{ code: 'engine' }] },
            { id: '11', translations: [], tags: [] },
          ],
        },
      ],
    },
  },
  {
    name: 'the same field twice with other arguments',
    document: `{ authors_by_id(id: 1) {
      first: articles_by_author_id(limit: 1) { id } last: articles_by_author_id(sort: "-id", limit: 1) { id }
      none: articles_by_author_id(limit: 0) { id } found: articles_by_author_id(search: "proof") { id } } }`,
    data: { authors_by_id: { first: [{ id: '1' }], last: [{ id: '11' }], none: [], found: [{ id: '8' }] } },
  },
  {
    name: 'a filter on an item that is one',
    document: `{ articles(filter: {id: {_in: [1, 2]}}) { id author_id(filter: {is_active: {_eq: true}, name: {_starts_with: "Ada"}}) { name } } }`,
    data: {
      articles: [
        { id: '1', author_id: { name: 'Ada Lovelace' } },
        { id: '2', author_id: null },
      ],
    },
  },
  {
    name: 'a limit on children is each parent’s own',
    document: '{ warehouses { name stock(limit: 1, sort: ["-quantity"]) { quantity product_id { sku } } } }',
    data: {
      warehouses: [
        { name: 'Hamburg', stock: [{ quantity: 500, product_id: { sku: 'A-2' } }] },
        { name: 'München', stock: [{ quantity: 50, product_id: { sku: 'A-1' } }] },
        { name: 'Lyon', stock: [{ quantity: 12, product_id: { sku: 'B-2' } }] },
        { name: '東京', stock: [{ quantity: 20, product_id: { sku: 'A-2' } }] },
      ],
    },
  },
]

overDatabase(loadEverything, (graph, dialect) => {
  itAnswers(
    graph,
    dialect,
    orders.map(([list, args, keys, key = 'id']) => ({
      name: `${list}(${args})`,
      document: `{ ${list}${args === '' ? '' : `(${args})`} { ${key} } }`,
      data: { [list]: keys.map((value) => ({ [key]: value })) },
    })),
  )
  itAnswers(graph, dialect, [
    {
      name: 'limits, offsets and sorts by variables',
      document:
        'query($s: [String], $l: Int, $o: Int, $p: Int) { articles(sort: $s, limit: $l, offset: $o, page: $p) { id } }',
      variables: { s: ['-price', 'id'], l: 3, o: 1 },
      data: { articles: [{ id: '10' }, { id: '13' }, { id: '14' }] },
    },
    {
      name: 'other values of the same variables',
      document:
        'query($s: [String], $l: Int, $o: Int, $p: Int) { articles(sort: $s, limit: $l, offset: $o, page: $p) { id } }',
      variables: { s: ['price', '-id'], l: 2, p: 2 },
      data: { articles: [{ id: '15' }, { id: '9' }] },
    },
    ...nested,
  ])

  const list = (args: string) => `{ articles(${args}) { id } }`
  itRefuses(graph, [
    ...['limit: -2', 'limit: -99999', 'offset: -1', 'page: -1'].map((args) => ({
      name: args,
      document: list(args),
      code: 'INVALID_QUERY',
      says: /limit|offset|page/,
    })),
    ...[
      'limit: "x"',
      'limit: 1.5',
      'limit: 1e309',
      'limit: [1]',
      'limit: {a: 1}',
      'limit: true',
      'limit: 9999999999',
      'offset: "1"',
      'page: null2',
    ].map((args) => ({
      name: args,
      document: list(args),
      code: 'GRAPHQL_VALIDATION',
    })),
    ...[
      'nope',
      '-nope',
      '--id',
      '+-id',
      'author_id.nope',
      'nope.id',
      'year(nope)',
      'title; drop table words',
      '"id"',
      'id desc',
      'id,title',
      '*',
      '(select 1)',
    ].map((name) => ({
      name: `the sort ${name}`,
      document: list(`sort: [${JSON.stringify(name)}]`),
      code: 'FORBIDDEN',
    })),
    ...[
      'tags.code',
      'title.nope',
      'tags',
      'metadata',
      'cover',
      'year(title)',
      'hour(issued_on)',
      'count(title)',
      'random()',
      'sum(price)',
      'json(title, a)',
      'json(metadata)',
      'json(metadata, )',
      'year()',
    ].map((name) => ({
      name: `the sort ${name}`,
      document: list(`sort: [${JSON.stringify(name)}]`),
      code: /^(tags|random\(\)|year\(\))$/.test(name) ? 'FORBIDDEN' : 'INVALID_QUERY',
    })),
    {
      name: 'a deep limit that is wrong',
      document: '{ articles { translations(limit: -7) { id } } }',
      code: 'INVALID_QUERY',
      says: /limit/,
    },
  ])
})
