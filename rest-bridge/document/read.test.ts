import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import { EngineError } from '#schema-engine/errors.ts'
import type { ReadPermission } from '#schema-engine/permissions/access.ts'
import { parseQuery } from '../parse/parse.ts'
import { parseQueryString } from '../parse/query-string.ts'
import type { DocumentContext } from './context.ts'
import { libraryContext } from './model-fixture.ts'
import { readableCollection, readDocument, readOneDocument, type RestDocument, withId } from './read.ts'

const context = libraryContext()

function read(collection: string, query: string, at: DocumentContext = context): RestDocument {
  const parsed = parseQuery(parseQueryString(query, at.limits), at.limits)
  return readDocument(at, readableCollection(at, collection), parsed)
}

/** The selection of `data`, and the variables beside the limit. */
function selection(collection: string, query: string, at: DocumentContext = context): string {
  const { document } = read(collection, query, at)
  return /data:\w+(?:\([^)]*\))?\{(.*)\}\}$/s.exec(document)?.[1] ?? document
}

const filterOf = (collection: string, filter: unknown, at: DocumentContext = context): unknown =>
  read(collection, `filter=${encodeURIComponent(JSON.stringify(filter))}`, at).variables['filter']

function refusal(collection: string, query: string, at: DocumentContext = context): string {
  try {
    read(collection, query, at)
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${String(error.details['reason'])}`
    throw error
  }
  return 'nothing was refused'
}

describe('fields', () => {
  test.each([
    ['articles', 'fields=id,title', 'id title'],
    [
      'articles',
      '',
      'id title price views active meta published_at author:author_key _k1:Weird_Name @as(key:"Weird Name") _k2:dotted_name @as(key:"dotted.name") tags:tags_keys blocks:blocks_keys',
    ],
    ['tags', 'fields=*', 'id slug'],
    ['tags', 'fields=*,articles_tags', 'id slug articles_tags:articles_tags_keys'],
    ['tags', 'fields=articles.title', 'articles{title}'],
    ['articles', 'fields=author', 'author:author_key'],
    ['articles', 'fields=author,author.name', 'author{name}'],
    ['articles', 'fields=author.name,author', 'author{name}'],
    ['articles', 'fields=title,author.*', 'title author{id name born secret articles:articles_keys}'],
    ['articles', 'fields=author.articles.author.name', 'author{articles{author{name}}}'],
    ['articles', 'fields=dotted.name', '_k1:dotted_name @as(key:"dotted.name")'],
    [
      'articles_tags',
      'fields=*.*',
      'id articles_id{id title price views active meta published_at author:author_key _k1:Weird_Name @as(key:"Weird Name") _k2:dotted_name @as(key:"dotted.name") tags:tags_keys blocks:blocks_keys} tags_id{id slug}',
    ],
    [
      'articles',
      'fields=year(published_at),month(published_at),count(tags),title',
      'published_at_func @spread{published_at_year:year published_at_month:month} tags_func @spread{tags_count:count} title',
    ],
    ['articles', 'fields=author.year(born)', 'author{born_func @spread{born_year:year}}'],
    ['articles', 'fields=json(meta, a.b[2].c)', 'meta_func @spread{meta_a_b_2_c_json:json(path:$v1)}'],
    [
      'blocks',
      'fields=id,item:texts.body,item:images.*',
      'id item{...on texts{_k1:body @as(key:"body")} ...on images{id _k2:body @as(key:"body") url}}',
    ],
    ['blocks', 'fields=item', 'item:item_key'],
    [
      'blocks',
      'fields=item.url,item.body',
      'item{...on images{url _k1:body @as(key:"body")} ...on texts{_k2:body @as(key:"body")}}',
    ],
    ['authors', 'fields=name,books.title&alias[books]=articles', 'name books:articles{title}'],
    ['authors', 'fields=called,year&alias[called]=name&alias[year]=year(born)', 'called:name born_func @spread{year}'],
    ['authors', 'fields=__typename&alias[__typename]=name', '_k1:name @as(key:"__typename")'],
    [
      'authors',
      'fields=articles.*&backlink=false',
      selection('authors', 'fields=articles.*').replace(' author:author_key', ''),
    ],
  ])('%s?%s', (collection, query, expected) => {
    expect(selection(collection, query)).toBe(expected)
  })

  test.each([
    ['articles', 'fields=nope', 'nope'],
    ['articles', 'fields=nope.title', 'nope.title'],
    ['articles', 'fields=author.nope', 'author.nope'],
    ['articles', 'fields=title.x', 'title.x'],
    ['articles', 'fields=author..name', 'author..name'],
    ['articles', 'fields=item:texts.body', 'item:texts.body'],
    ['blocks', 'fields=item:tags.slug', 'item:tags.slug'],
    ['blocks', 'fields=item.nope', 'item.nope'],
    ['articles', 'fields=year(nope)', 'year(nope)'],
    ['articles', 'fields=["id"]', '["id"]'],
    ['articles', 'fields=__proto__', '__proto__'],
    ['articles', 'fields=constructor', 'constructor'],
  ])('%s?%s is forbidden, naming what was asked for', (collection, query, asked) => {
    expect(refusal(collection, query)).toMatch(/^FORBIDDEN: /)
    expect(refusal(collection, query)).toContain(`"${asked}"`)
  })

  test.each([
    ['articles', 'fields=year(title)', 'fields can\'t take year() of "title".'],
    ['articles', 'fields=count(author)', 'fields can\'t take count() of "author".'],
    ['blocks', 'fields=item:texts', 'fields must name a field after "item:texts".'],
  ])('%s?%s', (collection, query, reason) => {
    expect(refusal(collection, query)).toBe(`INVALID_QUERY: ${reason}`)
  })

  test('wildcards that would grow without bound are refused', () => {
    const deeper = libraryContext(null, { relationalDepth: 30 })
    expect(refusal('articles', `fields=${Array(25).fill('*').join('.')}`, deeper)).toMatch(/^QUERY_TOO_COSTLY/)
  })
})

describe('filter', () => {
  test.each<[unknown, unknown]>([
    [{ title: 'x' }, { title: { _eq: 'x' } }],
    [{ title: { _eq: 5 } }, { title: { _eq: '5' } }],
    [{ title: null }, { title: { _null: true } }],
    [{ id: { _in: '1,2' } }, { id: { _in: ['1', '2'] } }],
    [{ id: { _in: '' } }, { id: { _in: [] } }],
    [{ id: { _between: '1,2' } }, { id: { _between: ['1', '2'] } }],
    [{ active: { _eq: 'true' } }, { active: { _eq: true } }],
    [{ active: { _eq: 0 } }, { active: { _eq: false } }],
    [{ price: { _gt: '1.50', _lt: 3 } }, { price: { _gt: '1.50', _lt: 3 } }],
    [{ views: { _gt: '9007199254740993' } }, { views: { _gt: '9007199254740993' } }],
    [{ published_at: { _gt: '$NOW(-1 year)' } }, { published_at: { _gt: '$NOW(-1 year)' } }],
    [{ title: { _null: 'true' } }, { title: { _null: true } }],
    [{ 'Weird Name': { _contains: 'x' } }, { Weird_Name: { _contains: 'x' } }],
    [{ author: 1 }, { author_key: { _eq: 1 } }],
    [{ author: { _null: true } }, { author_key: { _null: true } }],
    [{ author: { name: 'x' } }, { author: { name: { _eq: 'x' } } }],
    [{ author: { _neq: 1, name: { _eq: 'x' } } }, { author_key: { _neq: 1 }, author: { name: { _eq: 'x' } } }],
    [
      { author: { _or: [{ name: 'x' }, { id: 1 }] } },
      { author: { _or: [{ name: { _eq: 'x' } }, { id: { _eq: 1 } }] } },
    ],
    [{ tags: { tags_id: { slug: 'x' } } }, { tags: { _some: { tags_id: { slug: { _eq: 'x' } } } } }],
    [{ tags: { _none: { id: 1 } } }, { tags: { _none: { id: { _eq: 1 } } } }],
    [{ tags: { _null: true } }, { tags: { _none: {} } }],
    [{ tags: { _nnull: true } }, { tags: { _some: {} } }],
    [{ tags: { _null: false } }, { tags: { _some: {} } }],
    [{ tags: { _nnull: true, id: 1 } }, { _and: [{ tags: { _some: { id: { _eq: 1 } } } }, { tags: { _some: {} } }] }],
    [{ 'year(published_at)': { _gte: 2024 } }, { published_at_func: { year: { _gte: 2024 } } }],
    [
      { 'year(published_at)': 2024, 'month(published_at)': 5 },
      { _and: [{ published_at_func: { year: { _eq: 2024 } } }, { published_at_func: { month: { _eq: 5 } } }] },
    ],
    [{ 'count(tags)': { _gt: 3 } }, { tags_func: { count: { _gt: 3 } } }],
    [{ blocks: { 'item:texts': { body: 'x' } } }, { blocks: { _some: { item__texts: { body: { _eq: 'x' } } } } }],
    [{ meta: { _json: { 'a.b': { _eq: 'x' } } } }, { meta: { _json: { 'a.b': { _eq: 'x' } } } }],
    [{ 'json(meta, a.b)': { _eq: 'x' } }, { meta: { _json: { 'a.b': { _eq: 'x' } } } }],
    [{ _and: [{ id: 1 }, { _not: { id: 2 } }] }, { _and: [{ id: { _eq: 1 } }, { _not: { id: { _eq: 2 } } }] }],
    [{}, {}],
  ])('%j', (filter, expected) => {
    expect(filterOf('articles', filter)).toEqual(expected)
  })

  test.each([
    ['filter[nope]=1', 'FORBIDDEN: "nope" in "articles" does not exist, or you may not use it so.'],
    ['filter[author][nope]=1', 'FORBIDDEN: "nope" in "authors" does not exist, or you may not use it so.'],
    ['filter[__proto__x]=1', 'FORBIDDEN: "__proto__x" in "articles" does not exist, or you may not use it so.'],
    ['filter={"__proto__":{"a":1}}', 'FORBIDDEN: "__proto__" in "articles" does not exist, or you may not use it so.'],
    [
      'filter[title][_foo]=1',
      'INVALID_QUERY: filter.title: "string" field type does not contain the "_foo" filter operator.',
    ],
    [
      'filter[title][foo]=1',
      'INVALID_QUERY: filter.title: "string" field type does not contain the "foo" filter operator.',
    ],
    [
      'filter[id][_contains]=1',
      'INVALID_QUERY: filter.id._contains: "integer" field type does not contain the "_contains" filter operator.',
    ],
    ['filter[id][_between]=1', 'INVALID_QUERY: filter.id._between must be two values, not 1.'],
    ['filter[id][_between]=1,2,3', 'INVALID_QUERY: filter.id._between must be two values, not 3.'],
    [
      'filter[title][_eq]=',
      `INVALID_QUERY: filter.title._eq can't compare with an empty text by "_eq"; use _empty or _nempty.`,
    ],
    ['filter[id][_eq]=abc', 'INVALID_QUERY: filter.id._eq: Expected an integer, not "abc".'],
    ['filter[id][_in]=1,x', 'INVALID_QUERY: filter.id._in: Expected an integer, not "x".'],
    [
      'filter[published_at][_gt]=yesterday',
      'INVALID_QUERY: filter.published_at._gt: Expected an instant, YYYY-MM-DDThh:mm:ssZ, not "yesterday".',
    ],
    ['filter[active][_eq]=maybe', 'INVALID_QUERY: filter.active._eq: Expected true or false, not "maybe".'],
    ['filter[active][_null]=maybe', 'INVALID_QUERY: filter.active._null must be true or false.'],
    ['filter[author][_some][id]=1', 'INVALID_QUERY: filter.author._some is for lists of related items.'],
    [
      'filter[tags][_eq]=1',
      'INVALID_QUERY: filter.tags: "alias" field type does not contain the "_eq" filter operator.',
    ],
    [
      'filter[tags]=1',
      'INVALID_QUERY: filter.tags is a list: name a field of its items, _some, _none, _null or _nnull.',
    ],
    ['filter[_and]=1', 'INVALID_QUERY: filter._and must be a list of filters.'],
    ['filter[_and][0]=1', 'INVALID_QUERY: filter._and.0 must be an object.'],
    ['filter[_eq]=1', 'INVALID_QUERY: filter._eq must stand below a field.'],
    ['filter={"title":{"_eq":null}}', 'INVALID_QUERY: filter.title._eq needs a value; use _null for none.'],
    ['filter={"title":{"_eq":{"a":1}}}', 'INVALID_QUERY: filter.title._eq must be one value.'],
    ['filter={"title":{}}', 'INVALID_QUERY: filter.title must have an operator.'],
    ['filter[year(title)]=1', 'INVALID_QUERY: filter.year(title) can\'t take year() of "title".'],
  ])('%s', (query, expected) => {
    expect(refusal('articles', query)).toBe(expected)
  })

  test('nesting without end is refused', () => {
    const deep = `${'{"_not":'.repeat(2000)}{"id":1}${'}'.repeat(2000)}`
    expect(refusal('articles', `filter=${deep}`)).toMatch(/^INVALID_QUERY: .* is nested deeper than 50/)
    const related = `${'{"author":{"articles":'.repeat(6)}{"id":1}${'}}'.repeat(6)}`
    expect(refusal('articles', `filter=${related}`)).toMatch(/goes deeper than 10 relations/)
  })
})

describe('sort', () => {
  test('takes paths and functions', () => {
    expect(
      read('articles', 'sort=-title,author.name,-count(tags),year(published_at),author').variables['sort'],
    ).toEqual(['-title', 'author.name', '-count(tags)', 'year(published_at)', 'author'])
  })
  test.each([
    ['sort=?', 'FORBIDDEN: "?" in "articles" does not exist, or you may not use it so.'],
    ['sort=author.nope', 'FORBIDDEN: "author.nope" in "articles" does not exist, or you may not use it so.'],
    ['sort=tags.id', `INVALID_QUERY: sort can't lead through the list "tags".`],
    ['sort=tags', `INVALID_QUERY: sort can't sort by the list "tags"; use count(tags).`],
    ['sort=*', `INVALID_QUERY: sort can't hold "*".`],
    ['sort=year(title)', `INVALID_QUERY: sort can't take year() of "title".`],
  ])('%s', (query, expected) => {
    expect(refusal('articles', query)).toBe(expected)
  })
})

test('limit, offset and page', () => {
  const variables = (query: string, at = context) => read('tags', query, at).variables
  expect(variables('')).toEqual({ limit: 100 })
  expect(variables('limit=-1')).toEqual({ limit: -1 })
  expect(variables('limit=-1', libraryContext(null, { maxLimit: 50 }))).toEqual({ limit: 50 })
  expect(variables('', libraryContext(null, { maxLimit: 50 }))).toEqual({ limit: 50 })
  expect(variables('limit=10&offset=5')).toEqual({ limit: 10, offset: 5 })
  expect(variables('limit=10&page=3')).toEqual({ limit: 10, offset: 20 })
  expect(variables('limit=-1&page=3&offset=1')).toEqual({ limit: -1, offset: 1 })
  expect(refusal('tags', 'limit=2147483647&page=2147483647')).toBe('INVALID_QUERY: page is too far.')
})

test('counts are more root fields of the same document', () => {
  const { document } = read('tags', 'meta=*&search=x&filter[slug]=a&sort=slug')
  expect(document).toBe(
    'query($filter:tags_filter $search:String $sort:[String] $limit:Int) @wire(format:REST){' +
      'data:tags(filter:$filter,search:$search,sort:$sort,limit:$limit){id slug} ' +
      'total_count:tags_aggregated{countAll} filter_count:tags_aggregated(filter:$filter,search:$search){countAll}}',
  )
})

describe('deep', () => {
  test('gives lists their arguments, also lists of keys', () => {
    const found = read(
      'authors',
      'fields=name,articles.tags,articles.title&deep[articles][_limit]=2&deep[articles][_filter][title]=x&deep[articles][_sort]=-id&deep[articles][tags][_limit]=1',
    )
    expect(found.document).toContain('{name articles(filter:$v1,sort:$v2,limit:$v3){tags:tags_keys(limit:$v4) title}}')
    expect(found.variables).toMatchObject({ v1: { title: { _eq: 'x' } }, v2: ['-id'], v3: 2, v4: 1 })
  })
  test('reaches through an m2a', () => {
    const found = selection('blocks', 'fields=item:texts.blocks.id&deep[item:texts][blocks][_limit]=1')
    expect(found).toBe('item{...on texts{blocks(limit:$v1){id}}}')
  })
  test.each([
    ['deep[nope][_limit]=1', 'FORBIDDEN: "deep.nope" in "authors" does not exist, or you may not use it so.'],
    ['deep[name][_limit]=1', 'FORBIDDEN: "deep.name" in "authors" does not exist, or you may not use it so.'],
  ])('%s', (query, expected) => {
    expect(refusal('authors', query)).toBe(expected)
  })
})

describe('aggregate and groupBy', () => {
  test.each([
    ['aggregate[count]=*', 'count:countAll'],
    ['aggregate[countAll]=*', 'countAll'],
    ['aggregate[count]=id,author', 'count{id author}'],
    ['aggregate[sum]=price&aggregate[avg]=views', 'sum{price} avg{views}'],
    ['aggregate[max]=published_at', 'max:maxText{published_at}'],
    ['aggregate[max]=price,title', 'max{price} _k1:maxText{title}'],
    ['aggregate[count]=*&groupBy=author', 'group @spread count:countAll'],
    ['groupBy=year(published_at),title', 'group @spread'],
  ])('%s', (query, expected) => {
    expect(selection('articles', query)).toBe(expected)
  })
  test('groups travel as a variable', () => {
    expect(read('articles', 'groupBy=year(published_at),author.name').variables).toEqual({
      limit: 100,
      groupBy: ['year(published_at)', 'author.name'],
    })
  })
  test.each([
    ['aggregate[sum]=title', 'INVALID_QUERY: aggregate.sum needs numbers, which "title" has not.'],
    ['aggregate[sum]=nope', 'FORBIDDEN: "nope" in "articles" does not exist, or you may not use it so.'],
    ['aggregate[min]=meta', 'INVALID_QUERY: aggregate.min can\'t compare the values of "meta".'],
    ['groupBy=meta', 'INVALID_QUERY: groupBy can\'t group by "meta".'],
    ['groupBy=json(meta, a)', 'INVALID_QUERY: groupBy can\'t group by "json(meta, a)".'],
    ['groupBy=nope', 'FORBIDDEN: "nope" in "articles" does not exist, or you may not use it so.'],
    ['groupBy=author&fields=title', "INVALID_QUERY: fields can't be used with groups; use groupBy."],
  ])('%s', (query, expected) => {
    expect(refusal('articles', query)).toBe(expected)
  })
})

describe('one item', () => {
  const one = (collection: string, query: string, id: string) => {
    const parsed = parseQuery(parseQueryString(query, context.limits), context.limits)
    const found = readableCollection(context, collection)
    const { document, variables } = withId(found, readOneDocument(context, found, parsed), id)
    return { text: document, variables }
  }
  test('is asked for by its key', () => {
    expect(one('tags', 'fields=slug', 'a1b2c3d4-0000-4000-8000-000000000000')).toEqual({
      text: 'query($id:ID!) @wire(format:REST){data:tags_by_id(id:$id){slug}}',
      variables: { id: 'a1b2c3d4-0000-4000-8000-000000000000' },
    })
    expect(one('pairs', 'fields=value', '1,a').variables).toEqual({ id: '1,a' })
  })
  test.each([
    ['articles', '', 'abc'],
    ['tags', '', '5'],
    ['keyless', '', '1'],
  ])('%s %s %s does not exist', (collection, query, id) => {
    expect(() => one(collection, query, id)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
  })
  test('a filter would be ignored, so it is refused', () => {
    expect(() => one('articles', 'filter[id]=2', '1')).toThrow(expect.objectContaining({ code: 'INVALID_QUERY' }))
  })
})

test('items by their keys', () => {
  const byKeys = (collection: string, keys: readonly (string | number)[]) =>
    readDocument(
      context,
      readableCollection(context, collection),
      parseQuery({ filter: { value: 1 } }, context.limits),
      keys,
    ).variables
  expect(
    readDocument(context, readableCollection(context, 'articles'), parseQuery({}, context.limits), [1, 2, 3]).variables,
  ).toEqual({ filter: { id: { _in: [1, 2, 3] } }, limit: 3 })
  expect(byKeys('pairs', ['1,a', '2,b%2C'])).toEqual({
    filter: {
      _and: [
        {
          _or: [
            { x: { _eq: '1' }, y: { _eq: 'a' } },
            { x: { _eq: '2' }, y: { _eq: 'b,' } },
          ],
        },
        { value: { _eq: 1 } },
      ],
    },
    limit: 2,
  })
})

describe('who may read less', () => {
  const some = (...permissions: readonly Partial<ReadPermission>[]) =>
    libraryContext(
      permissions.map((permission) => ({ collection: '', action: 'read', rows: null, fields: '*', ...permission })),
    )
  const reader = some({ collection: 'articles', fields: ['id', 'title', 'author', 'tags'] })

  test('a wildcard leaves out what can not be read', () => {
    expect(selection('articles', '', reader)).toBe('id title author') // as its column: where it leads is hidden
    expect(selection('articles', 'fields=*.*', reader)).toBe('id title')
  })
  test.each([
    ['fields=price', 'price'],
    ['fields=author.name', 'author.name'],
    ['fields=tags', 'tags'],
    ['filter[price]=1', 'price'],
    ['filter[author][name]=x', 'author'],
    ['sort=price', 'price'],
    ['sort=author.name', 'author.name'],
    ['aggregate[max]=price', 'price'],
    ['groupBy=price', 'price'],
    ['deep[author][_limit]=1', 'deep.author'],
  ])('%s has the answer of a name that does not exist', (query, asked) => {
    const missing = refusal('articles', query.replaceAll(/price|name|tags|author/g, 'nope'), reader)
    expect(refusal('articles', query, reader)).toMatch(/^FORBIDDEN/)
    expect(refusal('articles', query, reader)).toBe(
      `FORBIDDEN: "${asked}" in "articles" does not exist, or you may not use it so.`,
    )
    expect(missing).toMatch(/^FORBIDDEN: ".*nope.*" in "articles" does not exist, or you may not use it so\.$/)
  })
  test('a hidden collection is as one that does not exist', () => {
    expect(refusal('authors', '', reader).replace('authors', 'x')).toBe(
      refusal('nope', '', reader).replace('nope', 'x'),
    )
  })
})

test('queries of one shape have one document', () => {
  const queries = ['filter[title]=a&limit=5', 'limit=7&filter[title]=b']
  expect(new Set(queries.map((query) => read('articles', query).document)).size).toBe(1)
})

test('a document is made quickly', () => {
  const query = 'fields=id,title,author.name&filter[author][name][_contains]=x&sort=-published_at&limit=20'
  for (let round = 0; round < 500; round++) read('articles', query)
  const start = performance.now()
  const rounds = 2000
  for (let round = 0; round < rounds; round++) read('articles', query)
  const microseconds = ((performance.now() - start) / rounds) * 1000
  expect(microseconds).toBeLessThan(300) // about 20 on an idle machine
})

test('documents are valid GraphQL', () => {
  const schema = buildSchema(`
    directive @wire(format: WireFormat) on QUERY
    directive @as(key: String!) on FIELD
    directive @spread on FIELD
    enum WireFormat { REST GRAPHQL }
    type Query { blocks(limit: Int): [blocks!]! }
    type blocks { id: ID! item: item_union item_key: String }
    union item_union = texts | images
    type texts { id: ID! body: String! }
    type images { id: ID! body: String url: String }
  `)
  expect(validate(schema, parse(read('blocks', 'fields=id,item.*').document))).toEqual([])
})
