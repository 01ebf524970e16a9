/** Groups and aggregates: exact values, groups by functions and paths, conditions on groups, their order and pages. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itAnswers, itRefuses, overDatabase, type Case } from './tables.ts'

const numbers: readonly Case[] = [
  {
    name: 'counts of rows, values and distinct values',
    document: `{ articles_aggregated { countAll count { id slug price is_featured metadata cover author_id reviewer_id tags translations }
      countDistinct { price score status issued_on published_at reference author_id is_featured } } words_aggregated { countAll count { word note } countDistinct { word note weight } } }`,
    data: {
      articles_aggregated: [
        {
          countAll: 15,
          count: {
            id: 15,
            slug: 14,
            price: 14,
            is_featured: 11,
            metadata: 12,
            cover: 2,
            author_id: 15,
            reviewer_id: 12,
            tags: 13,
            translations: 10,
          },
          countDistinct: {
            price: 12,
            score: 10,
            status: 3,
            issued_on: 11,
            published_at: 10,
            reference: 11,
            author_id: 8,
            is_featured: 2,
          },
        },
      ],
      words_aggregated: [
        { countAll: 21, count: { word: 20, note: 17 }, countDistinct: { word: 20, note: 15, weight: 9 } },
      ],
    },
  },
  {
    name: 'sums and means of integers',
    document:
      '{ words_aggregated { sum { weight } sumDistinct { weight } avg { weight } avgDistinct { weight } min { weight } max { weight } } }',
    data: {
      words_aggregated: [
        {
          sum: { weight: 100 },
          sumDistinct: { weight: 39 },
          avg: { weight: 4.7619047619 },
          avgDistinct: { weight: 4.3333333333 },
          min: { weight: 0 },
          max: { weight: 9 },
        },
      ],
    },
  },
  {
    name: 'sums and means of decimals, with all their digits',
    document:
      '{ articles_aggregated { sum { price weight } sumDistinct { price } avg { score } min { price weight } max { price weight } } }',
    data: {
      articles_aggregated: [
        {
          sum: { price: 100000141.45, weight: 125220.74546913 },
          sumDistinct: { price: 100000124.46 },
          avg: { score: 76925.7211538462 },
          min: { price: -5.25, weight: -0.5 },
          max: { price: 99999999.99, weight: 123456.78901234 },
        },
      ],
    },
    holds: [
      '"sum":{"price":100000141.45,"weight":125220.74546913}',
      '"max":{"price":99999999.99,"weight":123456.78901234}',
    ],
  },
  {
    name: 'a mean of decimals, to ten digits after the point',
    document:
      '{ articles_aggregated { avg { price } } few: articles_aggregated(filter: {id: {_in: [1, 2, 3]}}) { avg { price } } }',
    data: {
      articles_aggregated: [{ avg: { price: Number('7142867.2464285714') } }],
      few: [{ avg: { price: 11.1633333333 } }],
    },
  },
  {
    name: 'floats',
    document: '{ articles_aggregated { sum { score } avg { score } min { score } max { score } } }',
    data: {
      articles_aggregated: [
        {
          sum: { score: 1000034.375 },
          avg: { score: 76925.7211538462 },
          min: { score: -2.5 },
          max: { score: 1000000.5 },
        },
      ],
    },
  },
  {
    name: 'whole numbers of 64 bits',
    document:
      '{ articles_aggregated(filter: {id: {_in: [1, 2, 10, 12]}}) { min { views } max { views } } sums: articles_aggregated(filter: {id: {_in: [1, 2, 3]}}) { sum { views } sumDistinct { views } } }',
    data: {
      articles_aggregated: [{ min: { views: -(2 ** 53) }, max: { views: 2 ** 63 } }],
      sums: [{ sum: { views: Number('9007199254743993') }, sumDistinct: { views: Number('9007199254742493') } }],
    },
    holds: [
      '"min":{"views":-9007199254740993}',
      '"max":{"views":9223372036854775807}',
      '"sum":{"views":9007199254743993},"sumDistinct":{"views":9007199254742493}',
    ],
  },
  {
    name: 'a sum beyond 64 bits',
    document: 'query @wire(format: REST) { articles_aggregated { sum { views } } }',
    data: { articles_aggregated: [{ sum: { views: '9223372036855031954' } }] },
  },
  {
    name: 'the first and last of texts and dates',
    document:
      '{ articles_aggregated { minText { title issued_on read_at meeting_at published_at } maxText { title issued_on read_at meeting_at published_at } } }',
    data: {
      articles_aggregated: [
        {
          minText: {
            title: 'A Proof',
            issued_on: '1999-12-31',
            read_at: '00:00:00',
            meeting_at: '1999-12-31T23:59:59',
            published_at: '1999-12-31T23:59:59.000Z',
          },
          maxText: {
            title: 'Über Größe',
            issued_on: '2024-12-31',
            read_at: '23:59:59',
            meeting_at: '2024-12-31T23:59:59',
            published_at: '2024-12-31T23:59:59.000Z',
          },
        },
      ],
    },
  },
  {
    name: 'nothing to aggregate',
    document: `{ articles_aggregated(filter: {id: {_lt: 0}}) { countAll count { price } countDistinct { price } sum { price views } avg { price } min { price } max { score } minText { title } group }
      grouped: articles_aggregated(filter: {id: {_lt: 0}}, groupBy: ["status"]) { countAll } }`,
    data: {
      articles_aggregated: [
        {
          countAll: 0,
          count: { price: 0 },
          countDistinct: { price: 0 },
          sum: { price: null, views: null },
          avg: { price: null },
          min: { price: null },
          max: { score: null },
          minText: { title: null },
          group: null,
        },
      ],
      grouped: [],
    },
  },
  {
    name: 'numbers as REST sends them: as texts',
    document: `query @wire(format: REST) { articles_aggregated(filter: {id: {_in: [1, 2, 3]}}) { countAll count { id } sum { price views } avg { price } min { price views id } max { issued_on: price } } }`,
    data: {
      articles_aggregated: [
        {
          countAll: '3',
          count: { id: '3' },
          sum: { price: '33.49', views: '9007199254743993' },
          avg: { price: '11.1633333333' },
          min: { price: '9.99', views: '1500', id: 1 },
          max: { issued_on: '12.50' },
        },
      ],
    },
  },
]

const groups: readonly Case[] = [
  {
    name: 'by a field, nulls last',
    document:
      '{ page_views_aggregated(groupBy: ["country"]) { group countAll sum { duration } avg { duration } min { duration } } }',
    data: {
      page_views_aggregated: [
        { group: { country: 'AT' }, countAll: 1, sum: { duration: 1 }, avg: { duration: 1 }, min: { duration: 1 } },
        {
          group: { country: 'DE' },
          countAll: 6,
          sum: { duration: 251 },
          avg: { duration: 41.8333333333 },
          min: { duration: 2 },
        },
        { group: { country: 'FR' }, countAll: 2, sum: { duration: 17 }, avg: { duration: 8.5 }, min: { duration: 5 } },
        {
          group: { country: 'JP' },
          countAll: 3,
          sum: { duration: 661 },
          avg: { duration: 220.3333333333 },
          min: { duration: 60 },
        },
        { group: { country: null }, countAll: 3, sum: { duration: 15 }, avg: { duration: 5 }, min: { duration: 0 } },
      ],
    },
  },
  {
    name: 'by values of every type',
    document: `{ a: articles_aggregated(groupBy: ["is_featured"]) { group countAll } b: articles_aggregated(groupBy: ["price"], limit: 2) { group }
      c: articles_aggregated(groupBy: ["views"], limit: 2, sort: ["-views"]) { group } d: articles_aggregated(groupBy: ["issued_on"], limit: 1) { group } e: articles_aggregated(groupBy: ["published_at"], limit: 1) { group }
      f: articles_aggregated(groupBy: ["reference"], limit: 1) { group } g: articles_aggregated(groupBy: ["author_id"], limit: 1) { group } h: articles_aggregated(groupBy: ["meeting_at"], limit: 1) { group }
      i: articles_aggregated(groupBy: ["score"], limit: 1) { group } j: articles_aggregated(groupBy: ["read_at"], limit: 1) { group } }`,
    data: {
      a: [
        { group: { is_featured: false }, countAll: 6 },
        { group: { is_featured: true }, countAll: 5 },
        { group: { is_featured: null }, countAll: 4 },
      ],
      b: [{ group: { price: -5.25 } }, { group: { price: 0 } }],
      c: [{ group: { views: '9223372036854775807' } }, { group: { views: '9007199254740993' } }],
      d: [{ group: { issued_on: '1999-12-31' } }],
      e: [{ group: { published_at: '1999-12-31T23:59:59.000Z' } }],
      f: [{ group: { reference: '3f2504e0-4f89-41d3-9a0c-000000000011' } }],
      g: [{ group: { author_id: 1 } }],
      h: [{ group: { meeting_at: '1999-12-31T23:59:59' } }],
      i: [{ group: { score: -2.5 } }],
      j: [{ group: { read_at: '00:00:00' } }],
    },
  },
  {
    name: 'by functions',
    document:
      '{ page_views_aggregated(groupBy: ["year(viewed_at)"]) { group countAll } articles_aggregated(groupBy: ["year(published_at)", "month(published_at)"], sort: ["-year(published_at)"], limit: 4) { group countAll } }',
    data: {
      page_views_aggregated: [
        { group: { viewed_at_year: 2023 }, countAll: 1 },
        { group: { viewed_at_year: 2024 }, countAll: 13 },
        { group: { viewed_at_year: 2025 }, countAll: 1 },
      ],
      articles_aggregated: [
        { group: { published_at_year: null, published_at_month: null }, countAll: 4 },
        { group: { published_at_year: 2024, published_at_month: 2 }, countAll: 1 },
        { group: { published_at_year: 2024, published_at_month: 3 }, countAll: 1 },
        { group: { published_at_year: 2024, published_at_month: 4 }, countAll: 1 },
      ],
    },
  },
  {
    name: 'by what related items say',
    document: `{ articles_aggregated(groupBy: ["author_id.name"], sort: ["-countAll"]) { group countAll }
      parents: articles_aggregated(groupBy: ["category_id.parent_id.name", "status"], filter: {status: {_neq: "draft"}}) { group countAll avg { price } }
      born: articles_aggregated(groupBy: ["year(author_id.born)"], limit: 2) { group countAll } }`,
    data: {
      articles_aggregated: [
        { group: { 'author_id.name': '100% Ghost_Writer' }, countAll: 3 },
        { group: { 'author_id.name': 'Ada Lovelace' }, countAll: 3 },
        { group: { 'author_id.name': "Flann O'Brien" }, countAll: 2 },
        { group: { 'author_id.name': 'Žofia Žáková' }, countAll: 2 },
        { group: { 'author_id.name': '村上 春樹' }, countAll: 2 },
        { group: { 'author_id.name': 'Nobody 👩‍🚀' }, countAll: 1 },
        { group: { 'author_id.name': 'ada lovelace' }, countAll: 1 },
        { group: { 'author_id.name': 'Émile Zola' }, countAll: 1 },
      ],
      parents: [
        { group: { 'category_id.parent_id.name': 'Fiction', status: 'in review' }, countAll: 1, avg: { price: 7 } },
        {
          group: { 'category_id.parent_id.name': 'Fiction', status: 'published' },
          countAll: 4,
          avg: { price: 12.055 },
        },
        {
          group: { 'category_id.parent_id.name': 'Non-Fiction', status: 'published' },
          countAll: 2,
          avg: { price: 50000000.495 },
        },
        { group: { 'category_id.parent_id.name': 'Novels', status: 'published' }, countAll: 1, avg: { price: 11 } },
        { group: { 'category_id.parent_id.name': 'Science', status: 'in review' }, countAll: 1, avg: { price: -5.25 } },
        { group: { 'category_id.parent_id.name': 'Science', status: 'published' }, countAll: 2, avg: { price: 6.25 } },
        { group: { 'category_id.parent_id.name': null, status: 'published' }, countAll: 1, avg: { price: 9.99 } },
      ],
      born: [
        { group: { author_id_born_year: 1815 }, countAll: 4 },
        { group: { author_id_born_year: 1840 }, countAll: 1 },
      ],
    },
  },
  {
    name: 'texts that differ in case only are two groups',
    document: '{ words_aggregated(groupBy: ["word"], filter: {word: {_icontains: "apple"}}) { group countAll } }',
    data: {
      words_aggregated: ['APPLE', 'Apple', 'apple', 'apple pie', 'apples'].map((word) => ({
        group: { word },
        countAll: 1,
      })),
    },
  },
  {
    name: 'in the order of aggregates, in pages',
    document: `{ a: page_views_aggregated(groupBy: ["country"], sort: ["-sum.duration"], limit: 2) { group } b: page_views_aggregated(groupBy: ["country"], sort: ["countAll", "-country"], limit: 2) { group }
      c: page_views_aggregated(groupBy: ["country"], sort: ["-avg.duration"], limit: 2, offset: 1) { group } d: page_views_aggregated(groupBy: ["country"], sort: ["max.duration"], limit: 2, page: 2) { group }
      e: page_views_aggregated(groupBy: ["country"], limit: 0) { group } f: page_views_aggregated(groupBy: ["country"], limit: -1) { countAll } g: page_views_aggregated(groupBy: ["country"], sort: ["-country"], limit: 2) { group } }`,
    data: {
      a: [{ group: { country: 'JP' } }, { group: { country: 'DE' } }],
      b: [{ group: { country: 'AT' } }, { group: { country: 'FR' } }],
      c: [{ group: { country: 'DE' } }, { group: { country: 'FR' } }],
      d: [{ group: { country: null } }, { group: { country: 'DE' } }],
      e: [],
      f: [{ countAll: 1 }, { countAll: 6 }, { countAll: 2 }, { countAll: 3 }, { countAll: 3 }],
      g: [{ group: { country: null } }, { group: { country: 'JP' } }],
    },
  },
  {
    name: 'groups that meet conditions',
    document: `{ a: page_views_aggregated(groupBy: ["country"], having: {countAll: {_gt: 2}}) { group } b: page_views_aggregated(groupBy: ["country"], having: {sum: {duration: {_between: [15, 17]}}, count: {article_id: {_gte: 2}}}) { group }
      c: page_views_aggregated(groupBy: ["country"], having: {countDistinct: {duration: {_eq: 2}}}) { group } d: page_views_aggregated(groupBy: ["country"], having: {avg: {duration: {_lt: 5.5}}}) { group }
      e: page_views_aggregated(having: {countAll: {_gt: 100}}) { countAll } f: page_views_aggregated(groupBy: ["country"], having: {countAll: {_in: [1, 2]}}) { group }
      g: articles_aggregated(groupBy: ["status"], having: {max: {price: {_gte: "99999999.99"}}}) { group } }`,
    data: {
      a: [{ group: { country: 'DE' } }, { group: { country: 'JP' } }, { group: { country: null } }],
      b: [{ group: { country: 'FR' } }, { group: { country: null } }],
      c: [{ group: { country: 'FR' } }, { group: { country: null } }],
      d: [{ group: { country: 'AT' } }, { group: { country: null } }],
      e: [],
      f: [{ group: { country: 'AT' } }, { group: { country: 'FR' } }],
      g: [{ group: { status: 'published' } }],
    },
  },
  {
    name: 'spread into the row, as REST shows them',
    document:
      'query @wire(format: REST) { page_views_aggregated(groupBy: ["country", "year(viewed_at)"], filter: {country: {_eq: "DE"}}) { group @spread count: countAll sum { duration } } }',
    data: {
      page_views_aggregated: [
        { country: 'DE', viewed_at_year: 2023, count: '1', sum: { duration: '2' } },
        { country: 'DE', viewed_at_year: 2024, count: '5', sum: { duration: '249' } },
      ],
    },
  },
  {
    name: 'over filters, searches, views, odd names and tables of composite keys',
    document: `{ published_articles_aggregated(groupBy: ["author_id"], sort: ["-countAll"], limit: 1) { group countAll } Order_Details_aggregated(groupBy: ["Größe"]) { group sum { unit_price } }
      stock_aggregated(groupBy: ["country"], filter: {product_id: {price: {_lt: 3}}}) { group sum { available quantity } } articles_aggregated(search: "1500") { countAll sum { views } } }`,
    data: {
      published_articles_aggregated: [{ group: { author_id: 1 }, countAll: 3 }],
      Order_Details_aggregated: [
        { group: { Größe: 'M' }, sum: { unit_price: 45.5 } },
        { group: { Größe: 'S' }, sum: { unit_price: 4.75 } },
        { group: { Größe: 'XL' }, sum: { unit_price: 19 } },
        { group: { Größe: 'ß' }, sum: { unit_price: 0.99 } },
      ],
      stock_aggregated: [
        { group: { country: 'DE' }, sum: { available: 515, quantity: 650 } },
        { group: { country: 'FR' }, sum: { available: 0, quantity: 1 } },
        { group: { country: 'JP' }, sum: { available: -5, quantity: 20 } },
      ],
      articles_aggregated: [{ countAll: 4, sum: { views: 6000 } }],
    },
  },
]

overDatabase(loadEverything, (graph, dialect) => {
  itAnswers(graph, dialect, [...numbers, ...groups])

  const grouped = (groupBy: string, more = '') =>
    `{ articles_aggregated(groupBy: ${groupBy}${more}) { group countAll } }`
  itRefuses(graph, [
    ...['nope', 'author_id.nope', 'year(nope)', '*', 'id; drop table words', 'tags', 'sleep(10)'].map((name) => ({
      name: `groups by ${name}`,
      document: grouped(JSON.stringify([name])),
      code: 'FORBIDDEN',
    })),
    ...['metadata', 'cover', 'tags.code', 'count(tags)', 'hour(issued_on)', 'year(title)', 'json(metadata)'].map(
      (name) => ({
        name: `groups by ${name}`,
        document: grouped(JSON.stringify([name])),
        code: 'INVALID_QUERY',
      }),
    ),
    ...['price', '-title', 'sum', 'median.price', 'countAll; --'].map((name) => ({
      name: `the order ${name} of groups by something else`,
      document: grouped('["status"]', `, sort: [${JSON.stringify(name)}]`),
      code: 'INVALID_QUERY',
    })),
    {
      name: 'the order by an unknown aggregate',
      document: grouped('["status"]', ', sort: ["sum.nope"]'),
      code: 'FORBIDDEN',
    },
    {
      name: 'the order by the sum of a text',
      document: grouped('["status"]', ', sort: ["sum.title"]'),
      code: 'INVALID_QUERY',
    },
    {
      name: 'a condition that is no number',
      document: grouped('["status"]', ', having: {countAll: {_gt: "many"}}'),
      code: 'INVALID_QUERY',
    },
    { name: 'a wrong limit', document: grouped('["status"]', ', limit: -2'), code: 'INVALID_QUERY' },
    { name: 'the sum of a text', document: '{ articles_aggregated { sum { title } } }', code: 'GRAPHQL_VALIDATION' },
    {
      name: 'a condition on an unknown aggregate',
      document: grouped('["status"]', ', having: {median: {price: {_gt: 1}}}'),
      code: 'GRAPHQL_VALIDATION',
    },
  ])
})
