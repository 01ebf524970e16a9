/** Cursor pages: all of a list, in its order, once; from either end, with ties and nulls, whatever it is ordered by. */
import { expect, it } from 'vitest'
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { dataOf, type GraphUnderTest } from './graph-under-test.ts'
import { itAnswers, itRefuses, overDatabase } from './tables.ts'

type Page = {
  readonly edges: readonly { readonly cursor: string; readonly node: Readonly<Record<string, unknown>> }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
  readonly totalCount: number
}

/** What a list is of, the order that is asked for, and a filter. */
type Walk = readonly [list: string, selection: string, sort: readonly string[], filter?: string]

const walks: readonly Walk[] = [
  ['articles', 'id', []],
  ['articles', 'id', ['-id']],
  ['articles', 'id price', ['price']],
  ['articles', 'id price', ['-price']],
  ['articles', 'id score views', ['-score', 'views']],
  ['articles', 'id views', ['-views']],
  ['articles', 'id weight', ['weight']],
  ['articles', 'id is_featured', ['is_featured', '-title']],
  ['articles', 'id title', ['title']],
  ['articles', 'id issued_on', ['issued_on']],
  ['articles', 'id read_at', ['-read_at']],
  ['articles', 'id meeting_at', ['meeting_at']],
  ['articles', 'id published_at', ['-published_at']],
  ['articles', 'id reference', ['reference']],
  ['articles', 'id status', ['-status', 'score']],
  ['articles', 'id body', ['body']],
  ['articles', 'id', ['author_id.name', '-score']],
  ['articles', 'id', ['-category_id.parent_id.sort', 'reviewer_id.rating']],
  ['articles', 'id', ['year(published_at)', '-month(issued_on)']],
  ['articles', 'id', ['-count(tags)', 'count(page_views)']],
  ['articles', 'id', ['json(metadata, pages)']],
  ['articles', 'id', ['score'], '{status: {_eq: "published"}, tags: {_some: {}}}'],
  ['authors', 'id rating', ['-rating']],
  ['authors', 'id', ['born', '-is_active']],
  ['words', 'id word', ['-weight', 'note']],
  ['tags', 'code', ['-code']],
  ['articles_tags', 'article_id_key tag_code_key', []],
  ['articles_tags', 'article_id_key tag_code_key', ['-tag_code', 'article_id.score']],
  ['stock', 'product_id_key country number', ['-quantity']],
  ['stock', 'product_id_key country number', ['warehouses.name']],
  ['products', 'id', ['exchange_rate']],
  ['Order_Details', 'Order_Id line_no_', ['-Größe', 'unit price']],
]

async function pages(
  graph: GraphUnderTest,
  [list, selection, sort, filter = '{}']: Walk,
  size: number,
  direction: 'forward' | 'backward',
): Promise<readonly Page[]> {
  const [count, cursor] = direction === 'forward' ? ['first', 'after'] : ['last', 'before']
  const document = `query($s: [String], $n: Int, $c: String) { page: ${list}_connection(sort: $s, filter: ${filter}, ${count}: $n, ${cursor}: $c) {
    edges { cursor node { ${selection} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`
  const found: Page[] = []
  for (let at: string | null = null; found.length < 30;) {
    const read = found.length < 2 ? graph.run : graph.traced // pages after the first two come from one plan
    const { page } = (await dataOf(read(document, { variables: { s: sort, n: size, c: at } }))) as { page: Page } // as asked
    found.push(page)
    at = direction === 'forward' ? page.pageInfo.endCursor : page.pageInfo.startCursor
    if (!(direction === 'forward' ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) return found
  }
  throw new Error('the pages do not end')
}

overDatabase(loadEverything, (graph, dialect) => {
  for (const walk of walks) {
    const [list, selection, sort, filter = '{}'] = walk
    it(`${list} by ${sort.join(', ') || 'its key'}${filter === '{}' ? '' : ` where ${filter}`}`, async () => {
      const whole = `query($s: [String]) { ${list}(sort: $s, filter: ${filter}, limit: -1) { ${selection} } }`
      const all =
        (
          (await dataOf(graph().run(whole, { variables: { s: sort } }))) as Readonly<Record<string, readonly unknown[]>>
        )[list] ?? []
      for (const [size, direction] of [
        [2, 'forward'],
        [4, 'backward'],
        [100, 'forward'],
      ] as const) {
        const walked = await pages(graph(), walk, size, direction)
        const inOrder = direction === 'forward' ? walked : walked.toReversed()
        expect(
          inOrder.flatMap((page) => page.edges.map(({ node }) => node)),
          `${direction} by ${size}`,
        ).toEqual(all)
        expect(walked.length).toBe(Math.max(1, Math.ceil(all.length / size)))
        inOrder.forEach((page, index) => {
          expect(page.totalCount).toBe(all.length)
          expect(page.pageInfo).toEqual({
            hasPreviousPage: index > 0,
            hasNextPage: index < inOrder.length - 1,
            startCursor: page.edges[0]?.cursor ?? null,
            endCursor: page.edges.at(-1)?.cursor ?? null,
          })
        })
      }
    })
  }

  itAnswers(graph, dialect, [
    {
      name: 'any part alone',
      document: `{ a: articles_connection(first: 1) { nodes { id } } b: articles_connection { totalCount } c: articles_connection(last: 1) { edges { node { id } } }
        d: articles_connection(first: 0) { nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } e: articles_connection(first: 1) { pageInfo { hasNextPage } }
        f: articles_connection(filter: {id: {_lt: 0}}) { totalCount edges { cursor } pageInfo { hasNextPage startCursor } } }`,
      data: {
        a: { nodes: [{ id: '1' }] },
        b: { totalCount: 15 },
        c: { edges: [{ node: { id: '15' } }] },
        d: { nodes: [], pageInfo: { hasNextPage: true, hasPreviousPage: false, endCursor: null } },
        e: { pageInfo: { hasNextPage: true } },
        f: { totalCount: 0, edges: [], pageInfo: { hasNextPage: false, startCursor: null } },
      },
    },
    {
      name: 'related items in pages, aliases and merged fields',
      document: `{ page: articles_connection(first: 1) { __typename items: nodes { __typename author_id { name } } edges { at: cursor } edges { node { translations(limit: 1) { title } } } info: pageInfo { __typename more: hasNextPage } } }`,
      data: {
        page: {
          __typename: 'articles_connection',
          items: [{ __typename: 'articles', author_id: { name: 'Ada Lovelace' } }],
          edges: [{ at: '["1"]', node: { translations: [{ title: 'Notizen zur Maschine' }] } }],
          info: { __typename: 'PageInfo', more: true },
        },
      },
    },
    {
      name: 'between two cursors',
      document: `query($a: String, $b: String) { articles_connection(after: $a, before: $b) { nodes { id } totalCount } back: articles_connection(after: $a, before: $b, last: 2) { nodes { id } } }`,
      variables: { a: '["3"]', b: '["7"]' },
      data: {
        articles_connection: { nodes: [{ id: '4' }, { id: '5' }, { id: '6' }], totalCount: 15 },
        back: { nodes: [{ id: '5' }, { id: '6' }] },
      },
    },
    {
      name: 'a cursor of a row that is gone',
      document:
        '{ articles_connection(first: 2, after: "[\\"-5\\"]") { nodes { id } } last: articles_connection(first: 2, after: "[\\"99\\"]") { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }',
      data: {
        articles_connection: { nodes: [{ id: '1' }, { id: '2' }] },
        last: { nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: true } },
      },
    },
  ])

  const after = (cursor: string, more = '') =>
    `{ articles_connection(after: ${JSON.stringify(cursor)}${more}) { nodes { id } } }`
  itRefuses(graph, [
    ...[
      '',
      'x',
      '[]',
      '["1","2"]',
      '[1]',
      '{}',
      'null',
      '[null',
      '["x"]',
      '["1 or 1=1"]',
      '[["1"]]',
      '["99999999999999999999"]',
    ].map((cursor) => ({
      name: `the cursor ${JSON.stringify(cursor)}`,
      document: after(cursor),
      code: 'INVALID_QUERY',
      says: /after|cursor/,
    })),
    { name: 'a cursor of another order', document: after('["1"]', ', sort: ["title"]'), code: 'INVALID_QUERY' },
    {
      name: 'a cursor that is no date',
      document: after('["nope","1"]', ', sort: ["published_at"]'),
      code: 'INVALID_QUERY',
    },
    { name: 'a cursor that is no number', document: after('["nope","1"]', ', sort: ["price"]'), code: 'INVALID_QUERY' },
    {
      name: 'first and last together',
      document: '{ articles_connection(first: 1, last: 1) { totalCount } }',
      code: 'INVALID_QUERY',
      says: /first/,
    },
    {
      name: 'a negative first',
      document: '{ articles_connection(first: -1) { totalCount } }',
      code: 'INVALID_QUERY',
      says: /first/,
    },
    {
      name: 'a negative last',
      document: '{ articles_connection(last: -1) { totalCount } }',
      code: 'INVALID_QUERY',
      says: /last/,
    },
    { name: 'a hidden sort', document: '{ articles_connection(sort: ["nope"]) { totalCount } }', code: 'FORBIDDEN' },
  ])
})
