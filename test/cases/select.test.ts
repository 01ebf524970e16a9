/** What is selected: values of every type, functions, relations of every kind, raw keys, and the forms of the wire. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itAnswers, itRefuses, overDatabase, type Case } from './tables.ts'

const uuid = (number: number): string => `3f2504e0-4f89-41d3-9a0c-${number.toString(16).padStart(12, '0')}`
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const everyType = `id title slug body status views price weight score is_featured issued_on read_at meeting_at published_at
  reference metadata cover author_id_key reviewer_id_key category_id_key`

const values: readonly Case[] = [
  {
    name: 'a value of every type',
    document: `{ articles_by_id(id: 1) { ${everyType} } }`,
    data: {
      articles_by_id: {
        id: '1',
        title: 'Notes on the Engine',
        slug: 'notes',
        body: 'The engine weaves algebraical patterns.',
        status: 'published',
        views: '9007199254740993',
        price: 12.5,
        weight: 0.00000001,
        score: 4.5,
        is_featured: true,
        issued_on: '2023-01-15',
        read_at: '08:30:00',
        meeting_at: '2023-01-10T09:00:00',
        published_at: '2023-01-15T08:00:00.000Z',
        reference: uuid(17),
        metadata: { pages: 12, tags: ['math', 'engine'], reviewed: true },
        cover: base64('cover 1'),
        author_id_key: '1',
        reviewer_id_key: '2',
        category_id_key: '7',
      },
    },
    holds: ['"price":12.50,', '"weight":0.00000001,'],
  },
  {
    name: 'a null of every type',
    document: `{ articles_by_id(id: 4) { ${everyType} } }`,
    data: {
      articles_by_id: {
        id: '4',
        title: 'Untitled draft',
        slug: null,
        body: '',
        status: 'draft',
        views: '0',
        price: null,
        weight: null,
        score: null,
        is_featured: null,
        issued_on: null,
        read_at: null,
        meeting_at: null,
        published_at: null,
        reference: null,
        metadata: null,
        cover: null,
        author_id_key: '3',
        reviewer_id_key: null,
        category_id_key: null,
      },
    },
  },
  {
    name: 'a value of every type as REST sends it',
    document: `query @wire(format: REST) { articles_by_id(id: 10) { ${everyType} } products_by_id(id: "9223372036854775807") { id price article_id_key } }`,
    data: {
      articles_by_id: {
        id: 10,
        title: 'Über Größe',
        slug: 'uber',
        body: 'Straße, Maß und Fluß',
        status: 'published',
        views: '9223372036854775807',
        price: '99999999.99',
        weight: '123456.78901234',
        score: 1000000.5,
        is_featured: true,
        issued_on: '2024-04-01',
        read_at: '10:10:10',
        meeting_at: '2024-04-01T10:10:10',
        published_at: '2024-04-01T08:10:10.010Z',
        reference: uuid(26),
        metadata: { title: 'Über' },
        cover: null,
        author_id_key: 3,
        reviewer_id_key: 5,
        category_id_key: 6,
      },
      products_by_id: { id: '9223372036854775807', price: '45.50', article_id_key: 6 },
    },
  },
  {
    name: 'numbers with all their digits',
    document: '{ articles(filter: {id: {_in: [5, 6, 10, 12]}}) { price weight score views } }',
    data: {
      articles: [
        { price: 14.9, weight: 295.75, score: 4, views: '250000' },
        { price: 7, weight: 500.12345678, score: 3.5, views: '12' },
        { price: 99999999.99, weight: 123456.78901234, score: 1000000.5, views: '9223372036854775807' },
        { price: -5.25, weight: -0.5, score: -2.5, views: '-9007199254740993' },
      ],
    },
    holds: [
      '"price":14.90,"weight":295.75000000,',
      '"price":7.00,"weight":500.12345678,',
      '"price":99999999.99,"weight":123456.78901234,',
      '"price":-5.25,"weight":-0.50000000,',
    ],
  },
  {
    name: 'texts of any letters, quotes and line breaks',
    document:
      '{ articles(filter: {id: {_in: [2, 5, 8, 9, 11, 13]}}) { body } authors(filter: {id: {_in: [7, 8]}}) { name biography photo rating } words(filter: {id: {_gt: 17}}) { word note } }',
    data: {
      articles: [
        { body: 'He said: "it\'s a book in a book".' },
        { body: 'ノルウェイの森' },
        { body: '∀x ∃y: x < y' },
        { body: "; drop table articles; -- '" },
        { body: 'First letter.\nSecond letter.' },
        { body: 'A 50% discount_code \\ backslash' },
      ],
      authors: [
        { name: '100% Ghost_Writer', biography: 'Back\\slash, per%cent, under_score', photo: null, rating: 1e-7 },
        { name: 'Nobody 👩‍🚀', biography: null, photo: base64('😀'), rating: 1234567.875 },
      ],
      words: [
        { word: 'back\\slash', note: '\\' },
        { word: "quote's", note: '"double"' },
        { word: '日本', note: '国' },
        { word: '😀 smile', note: '👩‍🚀' },
      ],
    },
  },
  {
    name: 'bytes that are no text, and none',
    document: '{ authors(filter: {id: {_in: [1, 3]}}) { photo } }',
    data: { authors: [{ photo: base64('PNG\u0000\u0001') }, { photo: '' }] },
  },
]

const functions: readonly Case[] = [
  {
    name: 'parts of days, times, wall clocks and instants',
    document: `{ articles(filter: {id: {_in: [4, 12, 14]}}) {
      issued_on_func { year month week day weekday } read_at_func { hour minute second }
      meeting_at_func { year hour second } published_at_func { year month week day weekday hour minute second } } }`,
    data: {
      articles: [
        {
          issued_on_func: { year: null, month: null, week: null, day: null, weekday: null },
          read_at_func: { hour: null, minute: null, second: null },
          meeting_at_func: { year: null, hour: null, second: null },
          published_at_func: {
            year: null,
            month: null,
            week: null,
            day: null,
            weekday: null,
            hour: null,
            minute: null,
            second: null,
          },
        },
        {
          issued_on_func: { year: 1999, month: 12, week: 52, day: 31, weekday: 5 },
          read_at_func: { hour: 11, minute: 59, second: 59 },
          meeting_at_func: { year: 1999, hour: 23, second: 59 },
          published_at_func: { year: 1999, month: 12, week: 52, day: 31, weekday: 5, hour: 23, minute: 59, second: 59 },
        },
        {
          issued_on_func: { year: 2024, month: 12, week: 1, day: 31, weekday: 2 },
          read_at_func: { hour: 23, minute: 59, second: 59 },
          meeting_at_func: { year: 2024, hour: 23, second: 59 },
          published_at_func: { year: 2024, month: 12, week: 1, day: 31, weekday: 2, hour: 23, minute: 59, second: 59 },
        },
      ],
    },
  },
  {
    name: 'numbers of related items',
    document: `{ articles(filter: {id: {_in: [1, 4]}}) { tags_func { count } translations_func { count } page_views_func { count } authors_func { count } }
      authors_by_id(id: 2) { articles_by_author_id_func { count } articles_by_reviewer_id_func { count } authors_by_mentor_id_func { count } } }`,
    data: {
      articles: [
        {
          tags_func: { count: 2 },
          translations_func: { count: 2 },
          page_views_func: { count: 5 },
          authors_func: { count: 3 },
        },
        {
          tags_func: { count: 0 },
          translations_func: { count: 0 },
          page_views_func: { count: 0 },
          authors_func: { count: 0 },
        },
      ],
      authors_by_id: {
        articles_by_author_id_func: { count: 2 },
        articles_by_reviewer_id_func: { count: 2 },
        authors_by_mentor_id_func: { count: 2 },
      },
    },
  },
  {
    name: 'functions spread into their parent',
    document:
      '{ articles(limit: 1) { id published_at_func @spread { published_at_year: year published_at_month: month } tags_func @spread { tags_count: count } } }',
    data: { articles: [{ id: '1', published_at_year: 2023, published_at_month: 1, tags_count: 2 }] },
  },
]

const relations: readonly Case[] = [
  {
    name: 'many to one, through several and to itself',
    document: `{ articles(filter: {id: {_in: [4, 5]}}) { author_id { name mentor_id { name mentor_id { name mentor_id { name } } } } reviewer_id { id } category_id { name parent_id { name } } } }`,
    data: {
      articles: [
        {
          author_id: { name: 'Žofia Žáková', mentor_id: { name: 'Ada Lovelace', mentor_id: null } },
          reviewer_id: null,
          category_id: null,
        },
        {
          author_id: {
            name: '村上 春樹',
            mentor_id: { name: "Flann O'Brien", mentor_id: { name: 'Ada Lovelace', mentor_id: null } },
          },
          reviewer_id: { id: '6' },
          category_id: { name: 'Novels', parent_id: { name: 'Fiction' } },
        },
      ],
    },
  },
  {
    name: 'one to many, straight and as a tree',
    document: `{ categories(filter: {parent_id_key: {_null: true}}) { name categories_by_parent_id { name articles { id } categories_by_parent_id { name categories_by_parent_id { name } } } } }`,
    data: {
      categories: [
        {
          name: 'Fiction',
          categories_by_parent_id: [
            {
              name: 'Novels',
              articles: [{ id: '2' }, { id: '5' }, { id: '6' }],
              categories_by_parent_id: [{ name: 'Crime', categories_by_parent_id: [] }],
            },
            { name: 'Poetry', articles: [{ id: '9' }, { id: '14' }], categories_by_parent_id: [] },
          ],
        },
        {
          name: 'Non-Fiction',
          categories_by_parent_id: [
            {
              name: 'Science',
              articles: [{ id: '10' }, { id: '15' }],
              categories_by_parent_id: [{ name: 'Mathematics', categories_by_parent_id: [] }],
            },
            { name: 'Empty shelf', articles: [], categories_by_parent_id: [] },
          ],
        },
        { name: 'fiction', categories_by_parent_id: [] },
      ],
    },
  },
  {
    name: 'many to many, by its junction and straight',
    document: `{ articles(filter: {id: {_in: [3, 4]}}) { articles_tags { tag_code { label } } tags { code label articles { id } } contributions(sort: "-id") { role author_id { name } } authors { name } } }`,
    data: {
      articles: [
        {
          articles_tags: [{ tag_code: { label: 'Crime' } }, { tag_code: { label: 'True crime' } }],
          tags: [
            { code: 'Crime', label: 'Crime', articles: [{ id: '3' }, { id: '15' }] },
            { code: 'crime', label: 'True crime', articles: [{ id: '2' }, { id: '3' }] },
          ],
          contributions: [
            { role: 'writer', author_id: { name: '100% Ghost_Writer' } },
            { role: 'writer', author_id: { name: "Flann O'Brien" } },
          ],
          authors: [{ name: "Flann O'Brien" }, { name: '100% Ghost_Writer' }],
        },
        { articles_tags: [], tags: [], contributions: [], authors: [] },
      ],
    },
  },
  {
    name: 'a foreign key of two columns',
    document: `{ stock(filter: {product_id_key: {_eq: 1}}) { product_id_key country number quantity available warehouses { name country number } product_id { sku } } }`,
    data: {
      stock: [
        {
          product_id_key: '1',
          country: 'DE',
          number: '1',
          quantity: 100,
          available: 90,
          warehouses: { name: 'Hamburg', country: 'DE', number: '1' },
          product_id: { sku: 'A-1' },
        },
        {
          product_id_key: '1',
          country: 'DE',
          number: '2',
          quantity: 50,
          available: 50,
          warehouses: { name: 'München', country: 'DE', number: '2' },
          product_id: { sku: 'A-1' },
        },
        {
          product_id_key: '1',
          country: 'FR',
          number: '1',
          quantity: 0,
          available: 0,
          warehouses: { name: 'Lyon', country: 'FR', number: '1' },
          product_id: { sku: 'A-1' },
        },
      ],
    },
  },
  {
    name: 'raw keys of relations, without following them',
    document: `{ articles(filter: {id: {_in: [1, 4]}}) { author_id_key category_id_key translations_keys tags_keys(sort: "-code") articles_tags_keys authors_keys(limit: 2) contributions_keys(filter: {role: {_null: true}}) }
      products(filter: {sku: {_eq: "B-2"}}) { article_id_key stock_keys } }`,
    data: {
      articles: [
        {
          author_id_key: '1',
          category_id_key: '7',
          translations_keys: ['1', '2'],
          tags_keys: ['math', 'engine'],
          articles_tags_keys: ['1,engine', '1,math'],
          authors_keys: ['1', '2'],
          contributions_keys: ['3'],
        },
        {
          author_id_key: '3',
          category_id_key: null,
          translations_keys: [],
          tags_keys: [],
          articles_tags_keys: [],
          authors_keys: [],
          contributions_keys: [],
        },
      ],
      products: [{ article_id_key: '1', stock_keys: ['9007199254740993,DE,2', '9007199254740993,FR,1'] }],
    },
  },
  {
    name: 'raw keys as REST sends them',
    document:
      'query @wire(format: REST) { articles_by_id(id: 1) { translations_keys tags_keys articles_tags_keys authors_keys } products(filter: {article_id_key: {_eq: 1}}) { id } articles(filter: {id: {_eq: 1}}) { products_keys } }',
    data: {
      articles_by_id: {
        translations_keys: [1, 2],
        tags_keys: ['engine', 'math'],
        articles_tags_keys: ['1,engine', '1,math'],
        authors_keys: [1, 2, 3],
      },
      products: [{ id: '9007199254740992' }, { id: '9007199254740993' }],
      articles: [{ products_keys: ['9007199254740992', '9007199254740993'] }],
    },
  },
  {
    name: 'a table without a key, and from its parents',
    document:
      '{ page_views(filter: {article_id_key: {_eq: 2}}) { article_id { title } viewed_at country duration } articles_by_id(id: 8) { page_views { viewed_at viewed_at_func { year } } } }',
    data: {
      page_views: [
        { article_id: { title: 'At Swim' }, viewed_at: '2024-01-02T08:00:00.000Z', country: 'DE', duration: 60 },
        { article_id: { title: 'At Swim' }, viewed_at: '2024-01-02T08:00:00.000Z', country: 'JP', duration: 60 },
        { article_id: { title: 'At Swim' }, viewed_at: '2024-03-10T12:00:00.000Z', country: null, duration: 15 },
      ],
      articles_by_id: { page_views: [{ viewed_at: '2024-06-30T22:00:00.000Z', viewed_at_func: { year: 2024 } }] },
    },
  },
  {
    name: 'a view',
    document:
      '{ published_articles(filter: {author_id: {_eq: 1}}) { id title views published_at published_at_func { day } author_id } }',
    data: {
      published_articles: [
        {
          id: 1,
          title: 'Notes on the Engine',
          views: '9007199254740993',
          published_at: '2023-01-15T08:00:00.000Z',
          published_at_func: { day: 15 },
          author_id: 1,
        },
        {
          id: 8,
          title: 'A Proof',
          views: '77',
          published_at: '2024-02-29T17:45:00.000Z',
          published_at_func: { day: 29 },
          author_id: 1,
        },
        {
          id: 11,
          title: 'Letters',
          views: '1500',
          published_at: '2023-03-01T00:00:00.000Z',
          published_at_func: { day: 1 },
          author_id: 1,
        },
      ],
    },
  },
  {
    name: 'names that GraphQL or SQL would not have',
    document: `{ Order_Details(filter: {unit_price: {_gt: 2}}) { Order_Id line_no_ product_id { name } product_id_key Gr__e unit_price select _2nd_choice }
      group(filter: {by_key: {_eq: 1}}) { order table by { id } by_key group_by_by { id } _9_stra_en { stra_e Hausnr hausnr_ } }
      _9_stra_en(sort: ["straße"]) { id stra_e group_id { table } } }`,
    data: {
      Order_Details: [
        {
          Order_Id: '1',
          line_no_: '1',
          product_id: { name: 'Notebook' },
          product_id_key: '1',
          Gr__e: 'S',
          unit_price: 2.5,
          select: 'yes',
          _2nd_choice: null,
        },
        {
          Order_Id: '1',
          line_no_: '2',
          product_id: { name: 'Engine poster' },
          product_id_key: '9007199254740993',
          Gr__e: 'XL',
          unit_price: 19,
          select: null,
          _2nd_choice: 'poster',
        },
        {
          Order_Id: '2',
          line_no_: '2',
          product_id: { name: 'Notebook' },
          product_id_key: '1',
          Gr__e: 'S',
          unit_price: 2.25,
          select: 'yes',
          _2nd_choice: 'pen',
        },
        {
          Order_Id: '3',
          line_no_: '1',
          product_id: { name: 'Miner’s lamp' },
          product_id_key: '9223372036854775807',
          Gr__e: 'M',
          unit_price: 45.5,
          select: null,
          _2nd_choice: null,
        },
      ],
      group: [
        { order: 1, table: 'square', by: { id: '1' }, by_key: '1', group_by_by: [{ id: '4' }], _9_stra_en: [] },
        { order: 1, table: null, by: { id: '1' }, by_key: '1', group_by_by: [], _9_stra_en: [] },
      ],
      _9_stra_en: [
        { id: '1', stra_e: 'Hauptstraße', group_id: { table: 'round' } },
        { id: '3', stra_e: 'Rue de l’Église', group_id: { table: 'round' } },
        { id: '2', stra_e: 'hauptstraße', group_id: { table: 'round' } },
        { id: '4', stra_e: 'Ñandú-Weg', group_id: null },
      ],
    },
  },
]

const keys: readonly Case[] = [
  {
    name: 'items by keys of every kind',
    document: `{ articles_by_id(id: 3) { title } text: articles_by_id(id: "3") { title } tags_by_id(id: "semi;colon") { label } products_by_id(id: "9007199254740993") { sku }
      articles_tags_by_id(id: "3,Crime") { tag_code { label } } warehouses_by_id(id: "JP,1") { name } stock_by_id(id: "9223372036854775807,JP,1") { quantity }
      Order_Details_by_id(id: "2,1") { Gr__e } encoded: articles_tags_by_id(id: "5,%C3%BCber") { tag_code_key } plain: articles_tags_by_id(id: "5,über") { tag_code_key } }`,
    data: {
      articles_by_id: { title: 'The Third Policeman' },
      text: { title: 'The Third Policeman' },
      tags_by_id: { label: "It's; punctuation" },
      products_by_id: { sku: 'B-2' },
      articles_tags_by_id: { tag_code: { label: 'Crime' } },
      warehouses_by_id: { name: '東京' },
      stock_by_id: { quantity: 2 },
      Order_Details_by_id: { Gr__e: 'ß' },
      encoded: { tag_code_key: 'über' },
      plain: { tag_code_key: 'über' },
    },
  },
  {
    name: 'the key of an item that is missing, of another case, or no key at all',
    document: `{ a: articles_by_id(id: 99) { id } b: articles_by_id(id: "x") { id } c: tags_by_id(id: "CRIME") { code } d: articles_tags_by_id(id: "3") { tag_code_key }
      e: articles_tags_by_id(id: "3,Crime,x") { tag_code_key } f: articles_tags_by_id(id: "3,%") { tag_code_key } g: products_by_id(id: "9007199254740995") { sku } h: articles_by_id(id: "1 or 1=1") { id } }`,
    data: { a: null, b: null, c: null, d: null, e: null, f: null, g: null, h: null },
    errors: Array.from({ length: 8 }, () => 'FORBIDDEN'),
  },
]

overDatabase(loadEverything, (graph, dialect) => {
  itAnswers(graph, dialect, [...values, ...functions, ...relations, ...keys])
  itRefuses(graph, [
    {
      name: 'two values under one key',
      document: '{ articles { id tags_func @spread { id: count } } }',
      code: 'INVALID_QUERY',
      says: /"id"/,
    },
    {
      name: 'spreading what is no object',
      document: '{ articles { id @spread } }',
      code: 'INVALID_QUERY',
      says: /@spread/,
    },
    {
      name: 'a negative limit deep below',
      document: '{ authors { articles_by_author_id { tags { articles(limit: -3) { id } } } } }',
      code: 'INVALID_QUERY',
    },
    {
      name: 'relations that follow each other too far',
      document: `{ categories { ${'parent_id { '.repeat(11)} id ${'} '.repeat(11)} } }`,
      code: 'INVALID_QUERY',
      says: /depth/,
    },
  ])
})
