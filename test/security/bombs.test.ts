/** A47–A49, A51, A54: documents made to cost much, to slip past a bound, or to tell of a schema that is not shown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codesOf, openGraph, type GraphUnderTest, type Reply } from '#test/cases/graph-under-test.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'

let opened: GraphUnderTest | null = null
let closed: GraphUnderTest | null = null
const graph = (): GraphUnderTest => opened ?? fail()
const silent = (): GraphUnderTest => closed ?? fail()

function fail(): never {
  throw new Error('the graph is not open')
}

beforeAll(async () => {
  opened = await openGraph(await loadEverything('sqlite'), {
    reads: { defaultLimit: 100, maxLimit: 1000, maxDepth: 10 },
  })
  closed = await openGraph(await loadEverything('sqlite'), { introspection: false })
})
afterAll(async () => {
  await opened?.close()
  await closed?.close()
})

const times = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ')

/** Fragments that each spread the next one twice. */
const doubling = (count: number): string =>
  `{ articles { ...f0 } } ${times(count, (index) => `fragment f${index} on articles { ...f${index + 1} a${index}: author_id { articles_by_author_id { ...f${index + 1} } } }`)} fragment f${count} on articles { id }`

const tooCostly: readonly (readonly [name: string, document: string])[] = [
  ['three hundred aliases', `{ ${times(300, (index) => `a${index}: articles_aggregated { countAll }`)} }`],
  ['aliases of one field', `{ articles { ${times(400, (index) => `a${index}: id`)} } }`],
  ['directives over fields', `{ articles { ${times(300, (index) => `id @skip(if: false) @as(key: "k${index}")`)} } }`],
  ['depth', `{ categories { ${'parent_id { '.repeat(30)} id ${'}'.repeat(30)} } }`],
  [
    'depth in fragments',
    `{ categories { ...f0 } } ${times(30, (index) => `fragment f${index} on categories { parent_id { ...f${index + 1} } }`)} fragment f30 on categories { id }`,
  ],
  ['depth in fields that stand for nothing', `{ categories { ${'... { '.repeat(200)} id ${'}'.repeat(200)} } }`],
  ['fragments that double', doubling(12)],
]

/** What validation would compare in pairs, or tell of name by name. */
const pairing: readonly (readonly [name: string, document: string])[] = [
  ['a field again and again', `{ ${'articles { id } '.repeat(1200)} }`],
  [
    'fields again and again, in fields',
    `{ articles { ${'author_id { articles_by_author_id { id } } '.repeat(400)} } }`,
  ],
  [
    'fragments side by side',
    `{ articles { ${times(90, (index) => `...f${index}`)} ...g } } fragment g on articles { ${times(90, (index) => `...f${index}`)} id id id } ${times(90, (index) => `fragment f${index} on articles { ${'id '.repeat(20)} }`)}`,
  ],
  [
    'more fragments than anybody writes',
    `{ articles { id } } ${times(200, (index) => `fragment f${index} on articles { id }`)}`,
  ],
  ['the schema, ten times', `{ ${times(10, (index) => `a${index}: __schema { types { name } }`)} }`],
  ['a name without end', `{ ${'a'.repeat(500_000)} }`],
  ['line after line', `{ articles { id ${'\n'.repeat(500_000)} nope } }`],
  ['fragments that double two hundred times', doubling(100)],
  [
    'fragments that spread the next one three times',
    `{ articles { ...f0 } } ${times(99, (index) => `fragment f${index} on articles { ${`...f${index + 1} `.repeat(3)} }`)} fragment f99 on articles { id }`,
  ],
]

const tooLong: readonly (readonly [name: string, document: string])[] = [
  ['ten thousand aliases', `{ ${times(10_000, (index) => `a${index}: articles { id }`)} }`],
  ['a thousand directives', `{ articles { id ${times(1000, () => '@include(if: true)')} } }`],
  [
    'introspection in circles',
    `{ __schema { types { fields { type { fields { type { fields { type { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } } } } } } } }`,
  ],
  ['six thousand tokens', `{ articles { ${'id '.repeat(6000)} } }`],
  ['a list of six thousand values', `{ articles(filter: {id: {_in: [${'1 '.repeat(6000)}]}}) { id } }`],
  ['brackets that open and never close', '{ articles '.repeat(3000)],
  [
    'fragments that spread each other',
    '{ articles { ...a } } fragment a on articles { ...b } fragment b on articles { ...a }',
  ],
  ['a hundred variables that nobody uses', `query(${times(100, (index) => `$v${index}: Int`)}) { articles { id } }`],
]

describe('A47, A48: documents that would cost much', () => {
  const costly = [...tooCostly, ...pairing]
  for (const [name, document] of [...costly, ...tooLong]) {
    it(`${name}: refused at once, and nothing is run`, async () => {
      await graph().run('{ articles(limit: 1) { id } }') // the schema is built
      const started = performance.now()
      const reply = await graph().traced(document)
      expect(performance.now() - started).toBeLessThan(1000) // a bound that a bomb would break by orders of magnitude
      expect(codesOf(reply)).toEqual([
        costly.some(([refused]) => refused === name) ? 'QUERY_TOO_COSTLY' : 'GRAPHQL_VALIDATION',
      ])
      expect(reply.status).toBe(400)
      expect(reply.statements).toEqual([])
    })
  }

  it('fragments that multiply are refused within 5 ms, others hold up nobody for 50 ms', async () => {
    for (const [name, document] of costly) {
      const isOfFragments = name.startsWith('fragments')
      // The best of some runs: the machine may be busy with something else in any of them.
      const durations: number[] = []
      for (let run = 0; run < 10; run++) {
        const started = performance.now()
        expect((await graph().traced(document)).status, name).toBe(400)
        durations.push(performance.now() - started)
      }
      expect(Math.min(...durations), name).toBeLessThan(isOfFragments ? 5 : 50)
    }
  })

  it('a document with hundreds of lists in lists is not, and is one statement', async () => {
    const reply = await graph().run(
      `{ authors { ${times(10, (a) => `a${a}: articles_by_author_id { ${times(10, (b) => `b${b}: tags { code articles { id tags { code } } }`)} }`)} } }`,
    )
    expect(reply.errors).toEqual([])
  })

  it('a document of a usual size is not', async () => {
    const reply = await graph().run(
      `{ ${times(20, (index) => `a${index}: articles(limit: 2) { id title author_id { name } tags { code } category_id { parent_id { name } } }`)} }`,
    )
    expect(reply.errors).toEqual([])
  })

  const byFilter = 'query($f: articles_filter) { articles(filter: $f) { id } }'
  const negated = (depth: number): unknown => (depth === 0 ? { id: { _eq: 1 } } : { _not: negated(depth - 1) })
  const related = (depth: number): unknown =>
    depth === 0 ? { id: { _eq: 1 } } : { author_id: { articles_by_author_id: related(depth - 1) } }
  const alternatives = (count: number): unknown => ({
    _or: Array.from({ length: count }, (_, id) => ({ id: { _eq: id } })),
  })
  const filters: readonly (readonly [string, unknown, RegExp])[] = [
    ['a hundred negations', negated(100), /QUERY_TOO_COSTLY/],
    [
      'fifty thousand negations',
      JSON.parse(`${'{"_not":'.repeat(50_000)}{"id":{"_eq":1}}${'}'.repeat(50_000)}`),
      /QUERY_TOO_COSTLY/,
    ],
    ['relations that follow each other too far', related(6), /INVALID_QUERY/],
    ['two thousand alternatives', alternatives(2000), /QUERY_TOO_COSTLY/],
    ['fifty thousand alternatives', alternatives(50_000), /QUERY_TOO_COSTLY/],
    ['alternatives in alternatives', { _or: Array.from({ length: 60 }, () => alternatives(60)) }, /QUERY_TOO_COSTLY/],
    [
      'fifty thousand names that there are not',
      Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`name${index}`, 1])),
      /GRAPHQL_VALIDATION/,
    ],
    ['lists in lists', { _and: [[[[[[]]]]]] }, /GRAPHQL_VALIDATION/],
  ]
  for (const [name, f, code] of filters) {
    it(`a filter of ${name} is refused`, async () => {
      const reply = await graph().traced(byFilter, { variables: { f } })
      expect(codesOf(reply)).toHaveLength(1)
      expect(codesOf(reply)[0]).toMatch(code)
      expect(reply.statements).toEqual([])
    })
  }

  it('sorting, grouping and searching have bounds, too', async () => {
    const asked: readonly (readonly [string, Record<string, unknown>])[] = [
      ['query($v: [String]) { articles(sort: $v) { id } }', { v: Array.from({ length: 50_000 }, () => 'id') }],
      ['query($v: [String]) { articles(sort: $v) { id } }', { v: [`${'author_id.'.repeat(50_000)}id`] }],
      [
        'query($v: [String]) { articles_aggregated(groupBy: $v) { countAll } }',
        { v: Array.from({ length: 50_000 }, () => 'id') },
      ],
      ['query($v: String) { articles(search: $v) { id } }', { v: 'x '.repeat(400_000) }],
    ]
    for (const [document, variables] of asked) {
      const started = performance.now()
      const reply = await graph().traced(document, { variables })
      expect(codesOf(reply), document).toEqual(['INVALID_QUERY'])
      expect(reply.statements).toEqual([])
      expect(performance.now() - started).toBeLessThan(2000)
    }
  })

  it('a filter of many negations in the document itself is refused', async () => {
    const literal = `${'{_not: '.repeat(1200)}{id: {_eq: 1}}${'}'.repeat(1200)}`
    expect(codesOf(await graph().run(`{ articles(filter: ${literal}) { id } }`))).toEqual(['QUERY_TOO_COSTLY'])
  })

  it('a filter of nine hundred alternatives, or of thirty thousand values, is none', async () => {
    for (const f of [alternatives(900), { id: { _in: Array.from({ length: 30_000 }, (_, id) => id) } }]) {
      const reply = await graph().run(byFilter, { variables: { f } })
      expect(reply.errors).toEqual([])
      expect((reply.data as { articles: readonly unknown[] }).articles).toHaveLength(15)
    }
  })
})

describe('A49: bounds hold for odd values', () => {
  const lists = [
    'articles(limit: $n) { id }',
    'articles(offset: $n) { id }',
    'articles(page: $n) { id }',
    'articles_connection(first: $n) { totalCount }',
    'articles_connection(last: $n) { totalCount }',
    'articles_aggregated(groupBy: ["id"], limit: $n) { group }',
    'authors { articles_by_author_id(limit: $n) { id } }',
    'authors { articles_by_author_id_keys(limit: $n, offset: $n) }',
  ]
  const odd: readonly unknown[] = [
    -2,
    -1000,
    1.5,
    '10',
    'x',
    '',
    [],
    [1],
    {},
    true,
    2 ** 31,
    2 ** 53,
    -(2 ** 31),
    Infinity,
    Number.NaN,
  ]

  for (const list of lists) {
    it(list, async () => {
      for (const n of odd) {
        const reply = await graph().traced(`query($n: Int) { ${list} }`, { variables: { n } })
        expect(codesOf(reply), `${list} ${JSON.stringify(n)}`).toHaveLength(1)
        expect(codesOf(reply)[0]).toMatch(/INVALID_QUERY|GRAPHQL_VALIDATION/)
        expect(reply.statements).toEqual([])
      }
    })
  }

  it('-1 is at most the maximum, and more than the maximum is refused at every level', async () => {
    expect(
      (await graph().run('{ articles(limit: -1) { id } articles_aggregated(groupBy: ["id"], limit: -1) { countAll } }'))
        .errors,
    ).toEqual([])
    for (const list of [
      'articles(limit: 1001) { id }',
      'articles_connection(first: 1001) { totalCount }',
      'articles_connection(last: 1001) { totalCount }',
      'authors { articles_by_author_id(limit: 1001) { id } }',
      'articles_aggregated(groupBy: ["id"], limit: 1001) { countAll }',
    ])
      expect(codesOf(await graph().run(`{ ${list} }`)), list).toEqual(['INVALID_QUERY'])
  })

  it('a maximum bounds lists without a limit, at every level', async () => {
    const bounded = await openGraph(await loadEverything('sqlite'), {
      reads: { defaultLimit: 3, maxLimit: 2, maxDepth: 10 },
    })
    const reply = await bounded.run(
      '{ articles { id } all: articles(limit: -1) { id } authors(limit: 1) { articles_by_author_id { id } articles_by_author_id_keys } articles_connection { nodes { id } } articles_aggregated(groupBy: ["id"]) { countAll } }',
    )
    await bounded.close()
    expect(reply.data).toEqual({
      articles: [{ id: '1' }, { id: '2' }],
      all: [{ id: '1' }, { id: '2' }],
      authors: [{ articles_by_author_id: [{ id: '1' }, { id: '8' }], articles_by_author_id_keys: ['1', '8'] }],
      articles_connection: { nodes: [{ id: '1' }, { id: '2' }] },
      articles_aggregated: [{ countAll: 1 }, { countAll: 1 }],
    })
  })
})

describe('A54: with introspection off nothing tells the schema', () => {
  const permissions = [{ collection: 'articles', action: 'read' as const, rows: null, fields: '*' as const }]
  const ask = (document: string): Promise<Reply> => silent().run(document, { permissions })

  it('it can still be read from', async () =>
    expect((await ask('{ articles(limit: 1) { id __typename } }')).data).toEqual({
      articles: [{ id: '1', __typename: 'articles' }],
    }))

  for (const document of [
    '{ __schema { types { name } } }',
    '{ __type(name: "articles") { fields { name } } }',
    '{ articles(limit: 1) { id } __schema { queryType { name } } }',
    '{ ...f } fragment f on Query { a: __schema { queryType { name } } }',
    '{ _service { sdl } }',
    '{ s: _service { t: sdl } }',
  ])
    it(document, async () => {
      const reply = await ask(document)
      expect(reply.data ?? {}).not.toHaveProperty('__schema')
      expect(codesOf(reply)[0]).toMatch(/GRAPHQL_VALIDATION|FORBIDDEN/)
      expect(JSON.stringify(reply)).not.toMatch(/author_id|published_at|Query"/)
    })

  for (const document of [
    '{ collections { collection } }',
    '{ fields { field } }',
    '{ relations { field } }',
    '{ fields_in_collection(collection: "articles") { field } }',
    '{ server_specs_graphql }',
    '{ server_specs_graphql(scope: items) }',
  ])
    it(`metadata: ${document}`, async () => {
      const reply = await silent().run(document, { permissions, scope: 'system' })
      expect(reply.data ?? {}).not.toMatchObject({ collections: [{}] })
      expect(codesOf(reply)[0]).toBe('FORBIDDEN')
      expect(JSON.stringify(reply)).not.toMatch(/author_id|published_at/)
    })

  it('errors suggest no names', async () => {
    for (const document of [
      '{ article { id } }',
      '{ articles { titel } }',
      '{ articles(filter: {titl: {_eq: "x"}}) { id } }',
      '{ articles(filter: {title: {_equals: "x"}}) { id } }',
      '{ articles(sorted: ["id"]) { id } }',
      '{ articles { id } } fragment x on article { id }',
      '{ articles(sort: ["titel"]) { id } }',
      'query($f: articles_filterr) { articles(filter: $f) { id } }',
      '{ articles { author_id { nam } } }',
    ]) {
      const reply = await ask(document)
      expect(reply.errors.length, document).toBeGreaterThan(0)
      expect(JSON.stringify(reply.errors), document).not.toMatch(/did you mean|"title"|\btitle\b(?!:)/i)
    }
  })

  it('the administrator is shown it all the same', async () => {
    expect((await silent().run('{ __type(name: "tags") { name } _service { sdl } }')).data).toMatchObject({
      __type: { name: 'tags' },
    })
  })
})
