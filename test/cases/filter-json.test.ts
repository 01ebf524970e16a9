/** Inside JSON values, by paths; and PostgreSQL's arrays. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itAnswers, itFilters, itRefuses, overDatabase, type FilterCase } from './tables.ts'

const json = (field: string, path: string, operators: unknown) => ({ [field]: { _json: { [path]: operators } } })

const inMetadata: readonly FilterCase[] = [
  [json('metadata', 'pages', { _eq: 12 }), ['1', '14']],
  [json('metadata', 'pages', { _eq: '12' }), ['1', '14']],
  [json('metadata', 'pages', { _gt: 100 }), ['2', '5', '6']],
  [json('metadata', 'pages', { _gt: 12, _lt: 300 }), ['5', '11']],
  [json('metadata', 'pages', { _between: [1, 88] }), ['1', '8', '11', '14']],
  [json('metadata', 'pages', { _in: [1, 591] }), ['6', '8']],
  [json('metadata', 'pages', { _null: true }), ['3', '4', '7', '9', '10', '12', '13', '15']],
  [json('metadata', 'pages', { _nnull: true }), ['1', '2', '5', '6', '8', '11', '14']],
  [json('metadata', 'reviewed', { _eq: true }), ['1']],
  [json('metadata', 'reviewed', { _eq: false }), ['2']],
  [json('metadata', 'reviewed', { _neq: true }), ['2']],
  [json('metadata', 'price.eur', { _eq: 9.99 }), ['2']],
  [json('metadata', 'price.eur', { _lte: 9.99 }), ['2']],
  [json('metadata', 'below', { _lt: 0 }), ['12']],
  [json('metadata', 'title', { _eq: 'Über' }), ['10']],
  [json('metadata', 'title', { _icontains: 'ÜB' }), ['10']],
  [json('metadata', 'title', { _in: ['Über', 'x'] }), ['10']],
  [json('metadata', 'tags[0]', { _eq: 'math' }), ['1', '8']],
  [json('metadata', 'tags[1]', { _starts_with: 'eng' }), ['1']],
  [json('metadata', 'tags[9]', { _nnull: true }), []],
  [json('metadata', '[1]', { _eq: 'two' }), ['9']],
  [json('metadata', '[0]', { _eq: 1 }), ['9']],
  [json('metadata', 'key with "quotes"', { _eq: 1 }), ['5']],
  [json('metadata', "x' or 1=1 --", { _nnull: true }), []],
  [json('metadata', '$.pages', { _nnull: true }), []],
  [json('metadata', '*', { _nnull: true }), []],
  [{ metadata: { _json: { pages: { _eq: 12 }, 'tags[0]': { _eq: 'end' } } } }, ['14']],
  [{ _not: { metadata: { _json: { pages: { _gt: 0 } } } } }, ['3', '4', '7', '9', '10', '12', '13', '15']],
  [{ metadata: { _json: { pages: { _gt: 500 } }, _nnull: true } }, ['6']],
]

const inSettings: readonly FilterCase[] = [
  [json('settings', 'theme', { _eq: 'dark' }), ['1']],
  [json('settings', 'theme', { _neq: 'dark' }), ['2']],
  [json('settings', 'tabs[1]', { _eq: 2 }), ['1']],
  [json('settings', 'nested.deep.er', { _eq: true }), ['4']],
  [json('settings', 'n', { _eq: 12345678901 }), ['7']],
  [json('settings', 'languages[0]', { _eq: 'ja' }), ['4']],
  [{ settings_func: { count: { _eq: 2 } } }, ['1', '4', '7']],
  [{ settings_func: { count: { _eq: 0 } } }, ['5', '8']],
]

const inArrays: readonly FilterCase[] = [
  [{ keywords: { _contains: 'engine' } }, ['1', '11']],
  [{ keywords: { _contains: "it's" } }, ['3']],
  [{ keywords: { _contains: '小説' } }, ['5']],
  [{ keywords: { _contains: 'eng' } }, []],
  [{ keywords: { _ncontains: 'engine' } }, ['2', '3', '5', '6', '8', '9', '10', '12', '13', '15']],
  [{ keywords: { _null: true } }, ['4', '7', '14']],
  [{ keywords: { _empty: true } }, ['2', '4', '7', '12', '14']],
  [{ keywords: { _nempty: true } }, ['1', '3', '5', '6', '8', '9', '10', '11', '13', '15']],
  [{ keywords_func: { count: { _eq: 2 } } }, ['1', '5', '11']],
  [{ keywords_func: { count: { _eq: 0 } } }, ['2', '12']],
  [{ ratings: { _contains: '5' } }, ['1', '5']],
  [{ ratings: { _contains: '-1' } }, ['12']],
  [{ ratings_func: { count: { _gte: 3 } } }, ['1', '14']],
]

overDatabase(loadEverything, (graph, dialect) => {
  itFilters(graph, dialect, { list: 'articles', key: 'id' }, inMetadata)
  itFilters(graph, dialect, { list: 'authors', key: 'id' }, inSettings)
  // PostgreSQL alone has arrays.
  if (dialect === 'postgres') {
    itFilters(graph, dialect, { list: 'articles', key: 'id' }, inArrays)
    itAnswers(graph, dialect, [
      {
        name: 'arrays are lists of their elements',
        document: '{ articles(filter: {id: {_in: [1, 3, 4, 6]}}) { keywords ratings keywords_func { count } } }',
        data: {
          articles: [
            { keywords: ['math', 'engine'], ratings: [5, 4, 5], keywords_func: { count: 2 } },
            { keywords: ['crime', 'bicycles', "it's"], ratings: null, keywords_func: { count: 3 } },
            { keywords: null, ratings: null, keywords_func: { count: null } },
            { keywords: ['mines'], ratings: [], keywords_func: { count: 1 } },
          ],
        },
      },
    ])
  }

  itAnswers(graph, dialect, [
    {
      name: 'JSON is shown as it is',
      document: '{ authors(sort: ["id"]) { settings settings_func { count } } }',
      data: {
        authors: [
          { settings: { theme: 'dark', tabs: [1, 2] }, settings_func: { count: 2 } },
          { settings: { theme: 'light' }, settings_func: { count: 1 } },
          { settings: null, settings_func: { count: null } },
          { settings: { languages: ['ja', 'en'], nested: { deep: { er: true } } }, settings_func: { count: 2 } },
          { settings: [], settings_func: { count: 0 } },
          { settings: { theme: null }, settings_func: { count: 1 } },
          { settings: { n: 12345678901, 'a.b': 1 }, settings_func: { count: 2 } },
          { settings: 'text', settings_func: { count: 0 } },
        ],
      },
    },
    {
      name: 'what stands at a path, of any type',
      document: `{ articles(filter: {id: {_in: [1, 2, 3, 5, 9]}}) { metadata_func {
        pages: json(path: "pages") tag: json(path: "tags[0]") tags: json(path: "tags") reviewed: json(path: "reviewed")
        eur: json(path: "price.eur") quoted: json(path: "key with \\"quotes\\"") second: json(path: "[1]") } } }`,
      data: {
        articles: [
          {
            metadata_func: {
              pages: 12,
              tag: 'math',
              tags: ['math', 'engine'],
              reviewed: true,
              eur: null,
              quoted: null,
              second: null,
            },
          },
          {
            metadata_func: {
              pages: 320,
              tag: null,
              tags: null,
              reviewed: false,
              eur: 9.99,
              quoted: null,
              second: null,
            },
          },
          {
            metadata_func: {
              pages: null,
              tag: null,
              tags: null,
              reviewed: null,
              eur: null,
              quoted: null,
              second: null,
            },
          },
          { metadata_func: { pages: 296, tag: null, tags: [], reviewed: null, eur: null, quoted: 1, second: null } },
          {
            metadata_func: {
              pages: null,
              tag: null,
              tags: null,
              reviewed: null,
              eur: null,
              quoted: null,
              second: 'two',
            },
          },
        ],
      },
    },
    {
      name: 'sorted and grouped by what stands at a path',
      document: `{ articles(sort: ["json(metadata, title)", "-id"], limit: 2) { id }
        articles_aggregated(groupBy: ["json(metadata, tags[0])"]) { group countAll } }`,
      data: {
        articles: [{ id: '10' }, { id: '15' }],
        articles_aggregated: [
          { group: { metadata_tags_0__json: 'end' }, countAll: 1 },
          { group: { metadata_tags_0__json: 'math' }, countAll: 2 },
          { group: { metadata_tags_0__json: null }, countAll: 12 },
        ],
      },
    },
  ])

  const selected = (path: string) => `{ articles { metadata_func { json(path: ${JSON.stringify(path)}) } } }`
  itRefuses(graph, [
    ...['', '.', 'a.', 'a[', 'a[x]', 'a..b', '[]', 'a]'].map((path) => ({
      name: `the path ${JSON.stringify(path)}`,
      document: selected(path),
      code: 'INVALID_QUERY',
      says: /JSON path/,
    })),
    {
      name: 'a path of too many steps',
      document: selected('a.a.a.a.a.a.a.a.a.a.a'),
      code: 'INVALID_QUERY',
      says: /10/,
    },
    {
      name: 'an unknown operator at a path',
      document: 'query($f: articles_filter) { articles(filter: $f) { id } }',
      variables: { f: json('metadata', 'pages', { _like: 1 }) },
      code: 'INVALID_QUERY',
      says: /_like/,
    },
    {
      name: 'a path without operators in an object',
      document: 'query($f: articles_filter) { articles(filter: $f) { id } }',
      variables: { f: { metadata: { _json: 'pages' } } },
      code: 'INVALID_QUERY',
    },
  ])
})
