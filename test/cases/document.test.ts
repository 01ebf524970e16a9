/** What a GraphQL document may be: aliases, merged fields, fragments, directives, variables, introspection; and what it may not. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { expect, it } from 'vitest'
import { itAnswers, itRefuses, overDatabase, type Case } from './tables.ts'

const answered: readonly Case[] = [
  {
    name: 'aliases at every level, in the order they were written',
    document: '{ b: articles(limit: 1) { two: title one: id } a: articles(limit: 1) { id } __typename }',
    data: { b: [{ two: 'Notes on the Engine', one: '1' }], a: [{ id: '1' }], __typename: 'Query' },
    holds: ['{"b":[{"two":"Notes on the Engine","one":"1"}],"a":[{"id":"1"}],"__typename":"Query"}'],
  },
  {
    name: 'the same field twice, merged',
    document: '{ articles(limit: 1) { author_id { name } id author_id { id } id } articles(limit: 1) { title } }',
    data: { articles: [{ author_id: { name: 'Ada Lovelace', id: '1' }, id: '1', title: 'Notes on the Engine' }] },
  },
  {
    name: 'names of types',
    document:
      '{ articles(limit: 1) { __typename author_id { __typename } tags { __typename } published_at_func { __typename } } articles_aggregated { __typename count { __typename id } } }',
    data: {
      articles: [
        {
          __typename: 'articles',
          author_id: { __typename: 'authors' },
          tags: [{ __typename: 'tags' }, { __typename: 'tags' }],
          published_at_func: { __typename: 'datetime_functions' },
        },
      ],
      articles_aggregated: [
        { __typename: 'articles_aggregated', count: { __typename: 'articles_aggregated_count', id: 15 } },
      ],
    },
  },
  {
    name: 'fragments, named and inline, nested and repeated',
    document: `query { articles(limit: 1) { ...titled ... { id } ... on articles { author_id { ...person } } ...titled } }
      fragment titled on articles { title author_id { id ...person } } fragment person on authors { name }`,
    data: { articles: [{ title: 'Notes on the Engine', author_id: { id: '1', name: 'Ada Lovelace' }, id: '1' }] },
  },
  {
    name: 'fragments on the root',
    document:
      '{ ...roots ... on Query { tags(limit: 1) { code } } } fragment roots on Query { articles(limit: 1) { id } }',
    data: { articles: [{ id: '1' }], tags: [{ code: 'Crime' }] },
  },
  {
    name: '@include and @skip, by literals',
    document: `{ articles(limit: 1) { id @include(if: true) title @include(if: false) slug @skip(if: true) status @skip(if: false) ... @include(if: false) { views } ...more @skip(if: true) score @include(if: true) @skip(if: true) }
      tags @skip(if: true) { code } } fragment more on articles { body }`,
    data: { articles: [{ id: '1', status: 'published' }] },
  },
  {
    name: '@include and @skip, by variables',
    document:
      'query($yes: Boolean!, $no: Boolean = false) { articles(limit: 1) { id title @include(if: $yes) slug @include(if: $no) } }',
    variables: { yes: true },
    data: { articles: [{ id: '1', title: 'Notes on the Engine' }] },
  },
  {
    name: 'the same document with the other values',
    document:
      'query($yes: Boolean!, $no: Boolean = false) { articles(limit: 1) { id title @include(if: $yes) slug @include(if: $no) } }',
    variables: { yes: false, no: true },
    data: { articles: [{ id: '1', slug: 'notes' }] },
  },
  {
    name: 'variables with defaults, left out',
    document:
      'query($f: articles_filter = {status: {_eq: "draft"}}, $s: [String] = ["-id"], $n: Int = 2) { articles(filter: $f, sort: $s, limit: $n) { id } }',
    data: { articles: [{ id: '13' }, { id: '7' }] },
  },
  {
    name: 'variables with other defaults',
    document:
      'query($f: articles_filter = {status: {_eq: "published"}}, $s: [String] = ["id"], $n: Int = 3) { articles(filter: $f, sort: $s, limit: $n) { id } }',
    data: { articles: [{ id: '1' }, { id: '2' }, { id: '3' }] },
  },
  {
    name: 'variables given in place of defaults',
    document:
      'query($f: articles_filter = {status: {_eq: "published"}}, $s: [String] = ["id"], $n: Int = 3) { articles(filter: $f, sort: $s, limit: $n) { id } }',
    variables: { f: { status: { _eq: 'in review' } }, n: 1, s: null },
    data: { articles: [{ id: '6' }] },
  },
  {
    name: 'variables deep inside a filter',
    document:
      'query($a: GraphQLStringOrFloat, $b: [GraphQLStringOrFloat], $c: String, $d: authors_filter) { articles(filter: {_or: [{price: {_gt: $a}}, {id: {_in: $b}}, {title: {_starts_with: $c}, author_id: $d}]}) { id } }',
    variables: { a: '1000', b: [1, 2], c: 'A', d: { name: { _contains: 'Ada' } } },
    data: { articles: [{ id: '1' }, { id: '2' }, { id: '8' }, { id: '10' }] },
  },
  {
    name: 'variables that are not given count as not written',
    document:
      'query($a: GraphQLStringOrFloat, $b: [GraphQLStringOrFloat], $n: Int) { articles(filter: {id: {_lte: $a, _in: $b}}, limit: $n) { id } }',
    variables: { b: [3, 4] },
    data: { articles: [{ id: '3' }, { id: '4' }] },
  },
  {
    name: 'one value where a list may stand',
    document:
      'query($s: [String]) { articles(sort: $s, limit: 1, filter: {id: {_in: 3}, _and: {id: {_gt: 1}}}) { id } tags(sort: "-code", limit: 1) { code } }',
    variables: { s: '-id' },
    data: { articles: [{ id: '3' }], tags: [{ code: 'über' }] },
  },
  {
    name: 'one operation of several',
    document: 'query A { articles(limit: 1) { id } } query B { tags(limit: 1) { code } }',
    operationName: 'B',
    data: { tags: [{ code: 'Crime' }] },
  },
  {
    name: 'the other operation of the same document',
    document: 'query A { articles(limit: 1) { id } } query B { tags(limit: 1) { code } }',
    operationName: 'A',
    data: { articles: [{ id: '1' }] },
  },
  {
    name: 'texts with escapes, block texts and comments',
    document:
      '# a comment with "quotes" and 1 number\n{ a: words(filter: {word: {_eq: "back\\\\slash"}}) { id } # another\n b: words(filter: {word: {_eq: """quote\'s"""}}) { id } c: words(filter: {word: {_eq: "\\u65e5本"}}) { id }, d: words(filter: {word: {_eq: "\\u{1F600} smile"}}) { id } }',
    data: { a: [{ id: '18' }], b: [{ id: '19' }], c: [{ id: '20' }], d: [{ id: '21' }] },
  },
  {
    name: 'keys that GraphQL can’t hold',
    document:
      '{ articles(limit: 1) { id @as(key: "Weird Name") t: title @as(key: "1st \\"title\\"; --") author_id @as(key: "größe.x") { name @as(key: "") } } tags(limit: 1) @as(key: "$1 ? :x") { code } }',
    data: {
      articles: [{ 'Weird Name': '1', '1st "title"; --': 'Notes on the Engine', 'größe.x': { '': 'Ada Lovelace' } }],
      '$1 ? :x': [{ code: 'Crime' }],
    },
  },
  {
    name: 'keys by variables',
    document: 'query($k: String!) { articles(limit: 1) { id @as(key: $k) } }',
    variables: { k: "it's \\ `key`" },
    data: { articles: [{ "it's \\ `key`": '1' }] },
  },
  {
    name: 'other keys by the same variables',
    document: 'query($k: String!) { articles(limit: 1) { id @as(key: $k) } }',
    variables: { k: 'other' },
    data: { articles: [{ other: '1' }] },
  },
  {
    name: 'introspection beside data',
    document:
      '{ __schema { queryType { name } } __type(name: "tags") { kind fields { name } } tags(limit: 1) { code } __typename }',
    data: {
      __schema: { queryType: { name: 'Query' } },
      __type: {
        kind: 'OBJECT',
        fields: [
          'code',
          'label',
          'articles_tags',
          'articles_tags_func',
          'articles_tags_keys',
          'articles',
          'articles_func',
          'articles_keys',
        ].map((name) => ({ name })),
      },
      tags: [{ code: 'Crime' }],
      __typename: 'Query',
    },
  },
  {
    name: 'many roots, one of them wrong: the others stand',
    document: '{ a: articles_by_id(id: 1) { id } b: articles_by_id(id: 0) { id } c: articles_aggregated { countAll } }',
    data: { a: { id: '1' }, b: null, c: [{ countAll: 15 }] },
    errors: ['FORBIDDEN'],
  },
  {
    name: 'an empty list of operators',
    document: '{ articles(filter: {id: {}}, limit: 1) { id } }',
    data: { articles: [{ id: '1' }] },
  },
]

overDatabase(loadEverything, (graph, dialect) => {
  itAnswers(graph, dialect, answered)

  const refused = (document: string, code = 'GRAPHQL_VALIDATION') => ({ name: document.slice(0, 90), document, code })
  itRefuses(graph, [
    refused('{ articles { nope } }'),
    refused('{ nope { id } }'),
    refused('{ articles }'),
    refused('{ articles { id { x } } }'),
    refused('{ articles { id author_id } }'),
    refused('{ articles(nope: 1) { id } }'),
    refused('{ articles(filter: {nope: {_eq: 1}}) { id } }'),
    refused('{ articles(filter: {id: {_nope: 1}}) { id } }'),
    refused('{ articles(filter: {id: {_contains: "1"}}) { id } }'),
    refused('{ articles(filter: {title: {_gt: "a"}}) { id } }'),
    refused('{ articles(filter: {is_featured: {_gt: true}}) { id } }'),
    refused('{ articles(filter: {is_featured: {_eq: "true"}}) { id } }'),
    refused('{ articles(filter: {author_id: {_some: {id: {_eq: 1}}}}) { id } }'),
    refused('{ articles(filter: {metadata: {_contains: "x"}}) { id } }'),
    refused('{ articles(filter: "x") { id } }'),
    refused('{ articles(filter: {_and: 1}) { id } }'),
    refused('{ articles_by_id { id } }'),
    refused('{ articles_by_id(id: null) { id } }'),
    refused('{ articles_by_id(id: 1.5) { id } }'),
    refused('{ a: articles(limit: 1) { id } a: articles(limit: 2) { id } }'),
    refused('{ articles { x: id x: title } }'),
    refused('{ articles { ...f } } fragment f on articles { id ...f }'),
    refused('{ articles { ...missing } }'),
    refused('{ articles { ...f } } fragment f on tags { code }'),
    refused('query($x: Int) { articles { id } }'),
    refused('query { articles(limit: $x) { id } }'),
    refused('{ articles { id @nope } }'),
    refused('{ articles { id @include } }'),
    refused('{ articles { id @as } }'),
    refused('query @wire(format: XML) { articles { id } }'),
    refused('mutation { articles { id } }', 'METHOD_NOT_ALLOWED'),
    refused('subscription { articles { id } }', 'METHOD_NOT_ALLOWED'),
    refused('{ articles { id '),
    refused('{ articles { id } } }'),
    refused(''),
    refused('not graphql at all'),
    refused('query A { articles { id } } query A { tags { code } }'),
    refused('query A { articles { id } } query B { tags { code } }'),
    refused('{ articles(filter: {id: {_eq: "x"}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {id: {_eq: 1.5}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {id: {_in: [1, null]}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {id: {_gt: null}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {views: {_eq: "9223372036854775808000000"}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {price: {_eq: "1,5"}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {issued_on: {_eq: "2023-02-30"}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {issued_on: {_eq: ""}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {read_at: {_eq: "25:00"}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {published_at: {_eq: "yesterday"}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {reference: {_eq: "nope"}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {id: {_between: [1]}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {id: {_between: [1, 2, 3]}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {id: {_between: []}}) { id } }', 'INVALID_QUERY'),
    refused('{ articles(filter: {id: {_null: null}}) { id } }', 'INVALID_QUERY'),
  ])
  itRefuses(graph, [
    ...[{ l: 'x' }, { l: 1.5 }, { l: [1] }, { l: 1e12 }, { l: true }, { l: {} }].map((variables) => ({
      name: `the variables ${JSON.stringify(variables)}`,
      document: 'query($l: Int) { articles(limit: $l) { id } }',
      variables,
      code: 'GRAPHQL_VALIDATION',
    })),
    {
      name: 'a missing variable',
      document: 'query($l: Int!) { articles(limit: $l) { id } }',
      code: 'GRAPHQL_VALIDATION',
    },
    {
      name: 'an unknown key in a variable',
      document: 'query($f: articles_filter) { articles(filter: $f) { id } }',
      variables: { f: { nope: { _eq: 1 } } },
      code: 'GRAPHQL_VALIDATION',
    },
    {
      name: 'an unknown operation',
      document: 'query A { articles { id } }',
      operationName: 'B',
      code: 'GRAPHQL_VALIDATION',
    },
  ])

  // SQLite has no enums, and so finds nothing.
  if (dialect !== 'sqlite')
    itRefuses(graph, [refused('{ articles(filter: {status: {_eq: "nope"}}) { id } }', 'INVALID_QUERY')])

  it('a bad value after good ones of the same document is refused all the same', async () => {
    const document = 'query($l: Int, $f: articles_filter) { articles(limit: $l, filter: $f) { id } }'
    for (const good of [
      { l: 1, f: { id: { _eq: 1 } } },
      { l: 1, f: { id: { _eq: '1' } } },
    ]) {
      expect((await graph().run(document, { variables: good })).data).toEqual({ articles: [{ id: '1' }] })
    }
    for (const bad of [
      { l: -5 },
      { l: 1, f: { id: { _eq: 'x' } } },
      { l: 1, f: { id: { _eq: 1.25 } } },
      { l: 2 ** 40, f: { id: { _eq: 1 } } },
    ]) {
      const reply = await graph().run(document, { variables: bad })
      expect(reply.errors.map(({ extensions }) => extensions.code)[0]).toMatch(/INVALID_QUERY|GRAPHQL_VALIDATION/)
      expect(reply.data).toBeNull()
    }
  })
})
