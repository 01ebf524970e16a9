/** Search: texts contain the term, numbers and uuids equal it; nothing else is looked at. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itAnswers, overDatabase, type Case } from './tables.ts'

const uuid = (number: number): string => `3f2504e0-4f89-41d3-9a0c-${number.toString(16).padStart(12, '0')}`

type SearchCase = readonly [list: string, term: string, keys: readonly unknown[], key?: string]

const all = Array.from({ length: 15 }, (_, index) => String(index + 1))

const searches: readonly SearchCase[] = [
  ['articles', 'germinal', ['6', '7']],
  ['articles', 'GERMINAL', ['6', '7']],
  ['articles', 'engine', ['1']],
  ['articles', 'größe', ['10']],
  ['articles', 'ノルウェイ', ['5']],
  ['articles', '50%', ['13']],
  ['articles', '%', ['13']],
  ['articles', '\\', ['13']],
  ['articles', "it's", ['2']],
  ['articles', '', all],
  ['articles', '1500', ['2', '3', '11', '14']],
  ['articles', ' 1500 ', ['2', '3', '11', '14']],
  ['articles', '9007199254740993', ['1']],
  ['articles', '9007199254740992', []],
  ['articles', '7', ['1', '6', '7', '8', '9', '12', '13']],
  ['articles', '7.00', ['6', '7']],
  ['articles', '-5.25', ['12']],
  ['articles', '4.5', ['1', '14']],
  ['articles', uuid(17), ['1']],
  ['articles', uuid(17).toUpperCase(), ['1']],
  ['articles', '3f2504e0', []],
  ['articles', '2023-02-28', []],
  ['articles', 'true', []],
  ['articles', 'pages', []],
  ['articles', '1e400', []],
  ['articles', '99999999999999999999999999', []],
  ['articles', "'; drop table articles; --", []],
  ['articles', '; drop table articles; --', ['9']],
  ['articles', '$NOW', []],
  ['articles', '?', []],
  ['words', 'ÄPPLE', ['4', '5']],
  ['words', 'straße', ['11']],
  ['words', '\\', ['18']],
  ['tags', 'CRIME', ['Crime', 'crime'], 'code'],
  ['warehouses', '東', ['東京'], 'name'],
  ['stock', '20', [20], 'quantity'],
  ['stock', 'jp', [20, 2], 'quantity'],
  ['group', 'round', ['1', '4']],
  ['published_articles', 'wood', [5], 'id'],
]

overDatabase(loadEverything, (graph, dialect) => {
  itAnswers(
    graph,
    dialect,
    searches.flatMap(([list, term, keys, key = 'id']): readonly Case[] => {
      const data = { [list]: keys.map((value) => ({ [key]: value })), counted: [{ countAll: keys.length }] }
      return [
        {
          name: `${list}: ${JSON.stringify(term)}`,
          document: `query($s: String) { ${list}(search: $s, limit: -1) { ${key} } counted: ${list}_aggregated(search: $s) { countAll } }`,
          variables: { s: term },
          data,
        },
      ]
    }),
  )
  itAnswers(graph, dialect, [
    {
      name: 'beside a filter, below and in a connection',
      document: `{ articles(search: "germinal", filter: {status: {_eq: "draft"}}) { id }
        authors_by_id(id: 1) { articles_by_author_id(search: "PROOF") { id } }
        articles_connection(search: "germinal") { totalCount nodes { id } }
        articles_aggregated(search: "germinal", groupBy: ["status"]) { group countAll } }`,
      data: {
        articles: [{ id: '7' }],
        authors_by_id: { articles_by_author_id: [{ id: '8' }] },
        articles_connection: { totalCount: 2, nodes: [{ id: '6' }, { id: '7' }] },
        articles_aggregated: [
          { group: { status: 'draft' }, countAll: 1 },
          { group: { status: 'in review' }, countAll: 1 },
        ],
      },
    },
    {
      name: 'null is no search',
      document: '{ articles(search: null, limit: 1) { id } }',
      data: { articles: [{ id: '1' }] },
    },
  ])
})
