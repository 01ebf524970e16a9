/**
 * security: classes of attack on reading, each over every surface where it can apply: lists, items, aggregates, groups,
 * sorts, searches, cursors, entities. The numbers are those of the table of classes that the project works through.
 */
import { describe, expect, it } from 'vitest'
import type { Permission, ReadPermission } from '#schema-engine/permissions/access.ts'
import { codesOf, dataOf, type Asked, type GraphUnderTest, type Reply } from '#test/cases/graph-under-test.ts'
import { overDatabase } from '#test/cases/tables.ts'
import { loadEverything } from '#test/fixtures/everything/index.ts'

const may = (
  collection: string,
  fields: ReadPermission['fields'] = '*',
  rows: ReadPermission['rows'] = null,
): Permission => ({
  collection,
  action: 'read',
  rows,
  fields,
})

/** May read names of active people and their published articles; no e-mail, no rating, no translations, no categories. */
const reader: readonly Permission[] = [
  may('authors', ['id', 'name', 'is_active', 'articles_by_author_id', 'mentor_id', 'contributions', 'token'], {
    is_active: { _eq: true },
  }),
  may(
    'articles',
    [
      'id',
      'title',
      'author_id',
      'reviewer_id',
      'views',
      'tags',
      'articles_tags',
      'translations',
      'category_id',
      'metadata',
    ],
    { status: { _eq: 'published' } },
  ),
  may('tags', ['code', 'articles']),
  may('articles_tags'),
]

const isRefusal = (reply: Reply): boolean =>
  reply.data === null &&
  codesOf(reply).every((code) => ['FORBIDDEN', 'GRAPHQL_VALIDATION', 'INVALID_QUERY'].includes(code))

/** Every way to come by a column: `X` is its name, in a document that is else allowed. */
const waysToField: readonly string[] = [
  '{ authors { X } }',
  '{ authors { name a: X } }',
  '{ authors { ...f } } fragment f on authors { b: X }',
  '{ authors_by_id(id: 1) { X } }',
  '{ articles { author_id { X } } }',
  '{ articles { author_id { mentor_id { X } } } }',
  '{ authors { id @as(key: "X") secret: X @as(key: "name") } }',
  '{ authors(filter: {X: {_starts_with: "a"}}) { id } }',
  '{ authors(filter: {_not: {X: {_null: true}}}) { id } }',
  '{ authors(filter: {_or: [{id: {_eq: 1}}, {_and: [{X: {_eq: "a"}}]}]}) { id } }',
  '{ articles(filter: {author_id: {X: {_contains: "a"}}}) { id } }',
  '{ articles(filter: {author_id: {mentor_id: {X: {_contains: "a"}}}}) { id } }',
  '{ tags(filter: {articles: {_some: {author_id: {X: {_contains: "a"}}}}}) { code } }',
  '{ tags(filter: {articles: {_none: {author_id: {articles_by_author_id: {author_id: {X: {_eq: "a"}}}}}}}) { code } }',
  '{ authors { articles_by_author_id(filter: {author_id: {X: {_eq: "a"}}}) { id } } }',
  '{ authors_aggregated(filter: {X: {_eq: "a"}}) { countAll } }',
  '{ authors_connection(filter: {X: {_eq: "a"}}) { totalCount } }',
  '{ authors(sort: ["X"]) { id } }',
  '{ authors(sort: ["name", "-X"]) { id } }',
  '{ articles(sort: ["author_id.X"]) { id } }',
  '{ articles(sort: ["-author_id.mentor_id.X"]) { id } }',
  '{ articles(sort: ["year(author_id.X)"]) { id } }',
  '{ authors(sort: ["count(X)"]) { id } }',
  '{ authors(sort: ["json(X, a)"]) { id } }',
  '{ authors { articles_by_author_id(sort: ["author_id.X"]) { id } } }',
  '{ authors_connection(sort: ["X"]) { edges { cursor } } }',
  '{ articles_connection(sort: ["author_id.X"]) { edges { cursor } } }',
  '{ authors_aggregated { count { X } } }',
  '{ authors_aggregated { countDistinct { X } } }',
  '{ authors_aggregated { min { X } } }',
  '{ authors_aggregated { maxText { X } } }',
  '{ authors_aggregated(groupBy: ["X"]) { group countAll } }',
  '{ authors_aggregated(groupBy: ["name", "year(X)"]) { group } }',
  '{ articles_aggregated(groupBy: ["author_id.X"]) { group } }',
  '{ authors_aggregated(groupBy: ["name"], sort: ["X"]) { group } }',
  '{ authors_aggregated(groupBy: ["name"], sort: ["maxText.X"]) { group } }',
  '{ authors_aggregated(groupBy: ["name"], sort: ["-countDistinct.X"]) { group } }',
  '{ authors_aggregated(groupBy: ["name"], having: {count: {X: {_gt: 0}}}) { group } }',
  '{ _entities(representations: [{__typename: "authors", X: "ada@example.com"}]) { ... on authors { id } } }',
  '{ _entities(representations: [{__typename: "authors", id: 1}]) { ... on authors { X } } }',
]

/** Every way to come by a table: `X` is the field, `Y` the type. */
const waysToTable: readonly string[] = [
  '{ X { id } }',
  '{ X_by_id(id: 1) { id } }',
  '{ X_aggregated { countAll } }',
  '{ X_connection { totalCount } }',
  '{ articles { X { id } } }',
  '{ articles { X_func { count } } }',
  '{ articles { X_keys } }',
  '{ articles(filter: {X: {_some: {}}}) { id } }',
  '{ articles(filter: {X: {language: {_eq: "de"}}}) { id } }',
  '{ articles(filter: {X_func: {count: {_gt: 0}}}) { id } }',
  '{ articles(sort: ["count(X)"]) { id } }',
  '{ articles(sort: ["X.title"]) { id } }',
  '{ articles_aggregated { count { X } } }',
  '{ articles_aggregated(groupBy: ["X.title"]) { group } }',
  '{ _entities(representations: [{__typename: "X", id: 1}]) { ... on articles { id } } }',
  '{ __type(name: "X") { name } }',
]

/**
 * The answer to a name that is hidden is, byte for byte, the answer to a name that does not exist. (Names that are offered
 * instead are of the caller's own schema, and differ because the two names do.)
 */
async function expectSameAnswer(
  graph: GraphUnderTest,
  document: string,
  hidden: string,
  unknown: string,
  asked: Asked,
): Promise<Reply> {
  const answer = async (name: string): Promise<Reply> => graph.run(document.replaceAll('X', name), asked)
  const [real, made] = [await answer(hidden), await answer(unknown)]
  const bytes = ({ status, text, errors }: Reply, name: string): string =>
    JSON.stringify({ status, text, errors })
      .replaceAll(name, 'X')
      .replaceAll(/ Did you mean [^?]*\?/g, '')
  expect(bytes(real, hidden), document).toBe(bytes(made, unknown))
  return real
}

overDatabase(loadEverything, (graph) => {
  const asReader = { permissions: reader }
  const data = (document: string, asked: Asked = asReader) => dataOf(graph().run(document, asked))

  describe('A1, A2, A5–A8, A22: a field that may not be used', () => {
    for (const document of waysToField) {
      it(`${document} is refused as what does not exist`, async () => {
        expect(isRefusal(await expectSameAnswer(graph(), document, 'email', 'emaiI', asReader))).toBe(true)
      })
    }
  })

  describe('A6, A22: a collection that may not be read', () => {
    for (const document of waysToTable) {
      it(`${document} is answered as what does not exist`, async () => {
        const reply = await expectSameAnswer(graph(), document, 'translations', 'translationz', asReader)
        if (document.includes('__type(')) expect(reply.data).toEqual({ __type: null })
        else expect(isRefusal(reply), reply.text ?? '').toBe(true)
      })
    }

    it('a relation to it is a plain value, or nothing', async () => {
      expect(await data('{ articles(limit: 1) { id category_id } }')).toEqual({
        articles: [{ id: '1', category_id: 7 }],
      })
    })
  })

  describe('row rules hold on every surface', () => {
    it('lists, items, relations of either direction, counts and keys', async () => {
      const reply = await graph().run(
        `{ authors(limit: -1) { id articles_by_author_id { id } articles_by_author_id_func { count } articles_by_author_id_keys mentor_id { id } } hidden: authors_by_id(id: 5) { id }
          byHidden: articles_by_id(id: 15) { id author_id { name } } }`,
        asReader,
      )
      expect(codesOf(reply)).toEqual(['FORBIDDEN'])
      expect(reply.data).toEqual({
        authors: [
          {
            id: '1',
            articles_by_author_id: [{ id: '1' }, { id: '8' }, { id: '11' }],
            articles_by_author_id_func: { count: 3 },
            articles_by_author_id_keys: ['1', '8', '11'],
            mentor_id: null,
          },
          {
            id: '2',
            articles_by_author_id: [{ id: '2' }, { id: '3' }],
            articles_by_author_id_func: { count: 2 },
            articles_by_author_id_keys: ['2', '3'],
            mentor_id: { id: '1' },
          },
          {
            id: '3',
            articles_by_author_id: [{ id: '10' }],
            articles_by_author_id_func: { count: 1 },
            articles_by_author_id_keys: ['10'],
            mentor_id: { id: '1' },
          },
          {
            id: '4',
            articles_by_author_id: [{ id: '5' }, { id: '14' }],
            articles_by_author_id_func: { count: 2 },
            articles_by_author_id_keys: ['5', '14'],
            mentor_id: { id: '2' },
          },
          {
            id: '7',
            articles_by_author_id: [{ id: '9' }],
            articles_by_author_id_func: { count: 1 },
            articles_by_author_id_keys: ['9'],
            mentor_id: { id: '2' },
          },
        ],
        hidden: null,
        byHidden: { id: '15', author_id: null },
      })
    })

    it('filters, sorts, groups and aggregates do not look at hidden rows', async () => {
      expect(
        await data(`{ byHiddenAuthor: articles(filter: {author_id: {name: {_icontains: "ada"}}}) { id } without: articles(filter: {author_id: {id: {_nnull: true}}}) { id }
          byHiddenArticle: authors(filter: {articles_by_author_id: {title: {_eq: "germinal"}}}) { id } none: authors(filter: {articles_by_author_id: {_none: {}}}) { id }
          counted: authors(filter: {articles_by_author_id_func: {count: {_eq: 3}}}) { id }
          tags(filter: {articles: {title: {_eq: "On Negative Numbers"}}}) { code }
          sorted: articles(sort: ["-author_id.name"], limit: 2) { id }
          articles_aggregated(groupBy: ["author_id.name"], sort: ["-countAll"], limit: 2) { group countAll } all: articles_aggregated { countAll max { views } min { views } count { author_id tags } }
          articles_connection { totalCount } }`),
      ).toEqual({
        byHiddenAuthor: ['1', '8', '11'].map((id) => ({ id })),
        without: ['1', '2', '3', '5', '8', '9', '10', '11', '14'].map((id) => ({ id })),
        byHiddenArticle: [],
        none: [],
        counted: [{ id: '1' }],
        tags: [],
        sorted: [{ id: '15' }, { id: '5' }],
        articles_aggregated: [
          { group: { 'author_id.name': 'Ada Lovelace' }, countAll: 3 },
          { group: { 'author_id.name': "Flann O'Brien" }, countAll: 2 },
        ],
        all: [{ countAll: 10, max: { views: 2 ** 63 }, min: { views: 8 }, count: { author_id: 10, tags: 12 } }],
        articles_connection: { totalCount: 10 },
      })
    })

    it('A56: entities are guarded by the subgraph itself', async () => {
      const document =
        'query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on authors { id name articles_by_author_id { id } } ... on articles { title author_id { name } } } }'
      const representations = [
        { __typename: 'authors', id: 5 },
        { __typename: 'authors', id: 2 },
        { __typename: 'articles', id: 7 },
        { __typename: 'articles', id: '15' },
        { __typename: 'authors', token: '3f2504e0-4f89-41d3-9a0c-000000000005' },
        { __typename: 'authors', token: '3f2504e0-4f89-41d3-9a0c-000000000001' },
      ]
      expect(await data(document, { ...asReader, variables: { r: representations } })).toEqual({
        _entities: [
          null,
          { __typename: 'authors', id: '2', name: "Flann O'Brien", articles_by_author_id: [{ id: '2' }, { id: '3' }] },
          null,
          { __typename: 'articles', title: 'Hidden', author_id: null },
          null,
          {
            __typename: 'authors',
            id: '1',
            name: 'Ada Lovelace',
            articles_by_author_id: [{ id: '1' }, { id: '8' }, { id: '11' }],
          },
        ],
      })
    })
  })

  describe('A3, A4: search', () => {
    it('does not find what stands in a field that may not be searched', async () => {
      const search = (term: string) =>
        data(
          'query($s: String) { authors(search: $s) { id } authors_aggregated(search: $s) { countAll } authors_connection(search: $s) { totalCount } articles(search: $s) { id } }',
          { ...asReader, variables: { s: term } },
        )
      const nothing = {
        authors: [],
        authors_aggregated: [{ countAll: 0 }],
        authors_connection: { totalCount: 0 },
        articles: [],
      }
      for (const term of [
        'ada@example.com',
        'example',
        'Wrote the first program',
        '4.5',
        'engine weaves',
        '12.50',
        'at-swim',
      ])
        expect(await search(term), term).toEqual(nothing)
      expect(await search('Lovelace')).toMatchObject({ authors: [{ id: '1' }] }) // and not the hidden one of the same name
    })

    it('does not search what may be seen but not searched', async () => {
      const permissions = [
        { ...may('authors'), uses: { search: ['name'], filter: ['id'], sort: ['id'], aggregate: [], group: [] } },
      ]
      expect(await data('{ authors(search: "ada@example.com") { id email } }', { permissions })).toEqual({
        authors: [],
      })
      for (const document of [
        '{ authors(filter: {email: {_eq: "a"}}) { id } }',
        '{ authors(sort: ["email"]) { id } }',
        '{ authors_aggregated { count { id } } }',
        '{ authors_aggregated(groupBy: ["name"]) { group } }',
        '{ authors_connection(sort: ["name"]) { edges { cursor } } }',
      ])
        expect(isRefusal(await graph().run(document, { permissions })), document).toBe(true)
    })
  })

  describe('A9: a rule about nothing is no rule for everything', () => {
    const titles = async (rows: ReadPermission['rows'], facts = {}) => {
      const permissions = [may('articles', ['id'], rows), may('authors', ['id'])]
      return data('{ articles(limit: -1) { id } articles_aggregated { countAll } }', { permissions, facts })
    }
    const nobody = { articles: [], articles_aggregated: [{ countAll: 0 }] }
    const rules: readonly Exclude<ReadPermission['rows'], null>[] = [
      { id: { _in: [] } },
      { _or: [] },
      { author_id: { _eq: '$CURRENT_USER' } },
      { author_id: { _neq: '$CURRENT_USER' } },
      { author_id: { id: { _eq: '$CURRENT_USER' } } },
      { author_id: { _in: ['$CURRENT_USER'] } },
      { author_id: { _nin: ['$CURRENT_USER'] } },
      { author_id: { _in: '$CURRENT_ROLES' } },
      { author_id: { _in: '$CURRENT_POLICIES' } },
      { author_id: { _eq: '$CURRENT_ROLE' } },
      { author_id: { _between: ['$CURRENT_USER', 100] } },
      { author_id: { _gt: '$CURRENT_USER' } },
      { title: { _starts_with: '$CURRENT_USER' } },
      { author_id: { _nin: '$CURRENT_ROLES' } },
      { _not: { author_id: { _eq: '$CURRENT_USER' } } },
      { _not: { author_id: { _in: ['$CURRENT_USER', 99] } } },
      { _not: { author_id: { _in: '$CURRENT_ROLES' } } },
      { _not: { _not: { author_id: { _eq: '$CURRENT_USER' } } } },
      { _not: { _and: [{ id: { _eq: 0 } }, { author_id: { id: { _eq: '$CURRENT_ROLE' } } }] } },
      { tags: { _none: { code: { _in: '$CURRENT_POLICIES' } } } },
    ]
    for (const rows of rules)
      it(`${JSON.stringify(rows)} without a user shows nothing`, async () => expect(await titles(rows)).toEqual(nobody))

    it('the same rules with a user show theirs', async () => {
      expect(await titles({ author_id: { _eq: '$CURRENT_USER' } }, { user: 6 })).toEqual({
        articles: [{ id: '6' }],
        articles_aggregated: [{ countAll: 1 }],
      })
      expect(await titles({ author_id: { _eq: '$CURRENT_USER' } }, { user: 8 })).toEqual({
        articles: [{ id: '12' }],
        articles_aggregated: [{ countAll: 1 }],
      })
    })

    for (const rows of [
      { nope: { _eq: 1 } },
      { id: { _like: 1 } },
      { author_id: { nope: { _eq: 1 } } },
      { id: { _some: {} } },
      { _and: 'x' },
      { 'nope(id)': { _eq: 1 } },
    ]) {
      it(`the broken rule ${JSON.stringify(rows)} is refused when it is compiled`, async () => {
        await expect(
          graph().run('{ articles { id } }', { permissions: [may('articles', '*', rows as ReadPermission['rows'])] }),
        ).rejects.toThrow(/filter/)
      })
    }
  })

  describe('A10: rules side by side do not lend each other their fields', () => {
    // Titles of published articles; views of those of author 3. Article 10 is both, 4 is of author 3 only.
    const permissions = [
      may('articles', ['id', 'title'], { status: { _eq: 'published' } }),
      may('articles', ['id', 'views'], { author_id: { _eq: 3 } }),
    ]
    const both = { permissions }

    it('each value is shown on the rows of its own rule', async () => {
      const rows = (await data('{ articles(limit: -1) { id title views } }', both)) as {
        articles: readonly { id: string; title: string | null; views: string | null }[]
      }
      expect(rows.articles.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '8', '9', '10', '11', '14', '15'])
      for (const { id, title, views } of rows.articles)
        expect([title === null, views === null]).toEqual([id === '4', id !== '4' && id !== '10'])
    })

    it('and used there only', async () => {
      expect(
        await data(
          `{ found: articles(filter: {views: {_gte: 0}}) { id } missing: articles(filter: {title: {_null: true}}) { id } negated: articles(filter: {_not: {views: {_eq: "1500"}}}, limit: -1) { id }
          searched: articles(search: "Untitled") { id } number: articles(search: "1500") { id } sorted: articles(sort: ["views"], limit: 2) { id }
          articles_aggregated { count { views title } max { views } minText { title } sum { views } } groups: articles_aggregated(groupBy: ["views"]) { group countAll }
          articles_connection(sort: ["title"], last: 1) { edges { cursor } } }`,
          both,
        ),
      ).toEqual({
        found: [{ id: '4' }, { id: '10' }],
        missing: [{ id: '4' }],
        negated: ['1', '2', '3', '4', '5', '8', '9', '10', '11', '14', '15'].map((id) => ({ id })),
        searched: [],
        number: [],
        sorted: [{ id: '4' }, { id: '10' }],
        articles_aggregated: [
          {
            count: { views: 2, title: 10 },
            max: { views: 2 ** 63 },
            minText: { title: 'A Proof' },
            sum: { views: 2 ** 63 },
          },
        ],
        groups: [
          { group: { views: '0' }, countAll: 1 },
          { group: { views: '9223372036854775807' }, countAll: 1 },
          { group: { views: null }, countAll: 9 },
        ],
        articles_connection: { edges: [{ cursor: '[null,"4"]' }] },
      })
    })

    it('through relations too', async () => {
      const asked = { permissions: [...permissions, may('tags'), may('articles_tags')] }
      expect(
        await data('{ tags(filter: {articles: {views: {_gte: 0}}}) { code articles { id views } } }', asked),
      ).toEqual({
        tags: [
          {
            code: 'math',
            articles: [
              { id: '1', views: null },
              { id: '8', views: null },
              { id: '10', views: '9223372036854775807' },
            ],
          },
          {
            code: 'über',
            articles: [
              { id: '5', views: null },
              { id: '10', views: '9223372036854775807' },
            ],
          },
        ],
      })
    })
  })

  describe('A7: cursors', () => {
    it('tell and take only what may be sorted by', async () => {
      const permissions = [{ ...may('authors', ['id', 'name', 'email']), uses: { sort: ['id', 'name'] } }]
      expect(
        isRefusal(await graph().run('{ authors_connection(sort: ["email"]) { edges { cursor } } }', { permissions })),
      ).toBe(true)
      expect(
        isRefusal(
          await graph().run('{ authors_connection(sort: ["email"], after: "[\\"a\\",\\"1\\"]") { totalCount } }', {
            permissions,
          }),
        ),
      ).toBe(true)
    })

    it('are not given where the key may not be seen', async () => {
      const permissions = [may('authors', ['name'])]
      expect(isRefusal(await graph().run('{ authors_connection { edges { cursor } } }', { permissions }))).toBe(true)
      expect(isRefusal(await graph().run('{ authors_by_id(id: 1) { name } }', { permissions }))).toBe(true)
      expect(await data('{ authors(sort: ["-name"], limit: 1) { name } }', { permissions })).toEqual({
        authors: [{ name: '村上 春樹' }],
      })
    })
  })

  it('nobody sees nothing, and is told of nothing', async () => {
    for (const document of [
      '{ authors { id } }',
      '{ nope { id } }',
      '{ _entities(representations: []) { __typename } }',
    ])
      expect(isRefusal(await graph().run(document, { permissions: [] })), document).toBe(true)
    const { data: seen } = await graph().run('{ __schema { types { name } } _service { sdl } }', { permissions: [] })
    expect(JSON.stringify(seen)).not.toMatch(/authors|articles|Order_Details/)
  })
})
