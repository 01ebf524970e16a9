import { describe, expect, test } from 'vitest'
import { EngineError } from '#schema-engine/errors.ts'
import { parseQuery } from './parse.ts'
import { parseQueryString } from './query-string.ts'
import { parseSearchBody } from './search-body.ts'
import type { FieldPath, QueryLimits, RestQuery } from './rest-query.ts'

const limits: QueryLimits = {
  bracketDepth: 10,
  arrayLimit: 500,
  relationalDepth: 10,
  defaultLimit: 100,
  maxLimit: null,
}

const parse = (text: string, more: Partial<QueryLimits> = {}): RestQuery =>
  parseQuery(parseQueryString(text, { ...limits, ...more }), { ...limits, ...more })

const json = (value: unknown): string => encodeURIComponent(JSON.stringify(value))

/** The reason of the INVALID_QUERY that a query ends with. */
function refusal(text: string, more: Partial<QueryLimits> = {}): unknown {
  try {
    parse(text, more)
  } catch (error) {
    return error instanceof EngineError ? `${error.code}: ${String(error.details['reason'])}` : error
  }
  return 'nothing was refused'
}

const texts = (paths: readonly FieldPath[] | null): readonly string[] | undefined => paths?.map((path) => path.text)

test('an empty query says nothing', () => {
  expect(parse('')).toEqual({
    fields: null,
    filter: null,
    search: null,
    sort: [],
    limit: null,
    offset: null,
    page: null,
    alias: new Map(),
    deep: new Map(),
    aggregate: null,
    groupBy: null,
    meta: [],
    export: null,
    backlink: true,
    version: null,
    versionRaw: false,
  } satisfies RestQuery)
})

test('unknown parameters are ignored', () => {
  expect(parse('foo=1&cursor=abc&after=x')).toEqual(parse(''))
})

describe('fields', () => {
  test.each([
    ['fields=id,title', ['id', 'title']],
    ['fields[]=id&fields[]=title,author.name', ['id', 'title', 'author.name']],
    ['fields=id&fields=title', ['id', 'title']],
    ['fields[0]=id&fields[1]=*.*', ['id', '*.*']],
    ['fields=*, author.*', ['*', 'author.*']],
    ['fields=json(meta, a.b[2].c),year(day)', ['json(meta, a.b[2].c)', 'year(day)']],
    ['fields=', undefined],
    ['fields=["id"]', ['["id"]']],
  ])('%s', (text, expected) => {
    expect(texts(parse(text).fields)).toEqual(expected)
  })

  test.each<[string, FieldPath['steps']]>([
    ['a.b', [name('a'), name('b')]],
    ['*.*', [{ kind: 'wildcard' }, { kind: 'wildcard' }]],
    ['item:texts.body', [{ kind: 'name', name: 'item', only: 'texts' }, name('body')]],
    ['author.year(born)', [name('author'), { kind: 'function', name: 'year', field: 'born', jsonPath: null }]],
    ['year(author.born)', [name('author'), { kind: 'function', name: 'year', field: 'born', jsonPath: null }]],
    ['json(meta, a.b[2])', [{ kind: 'function', name: 'json', field: 'meta', jsonPath: 'a.b[2]' }]],
    ['Price (EUR)', [name('Price (EUR)')]],
    ['__proto__', [name('__proto__')]],
    ['line no.', [name('line no'), name('')]],
  ])('%s has steps', (text, steps) => {
    expect(parse(`fields[]=${encodeURIComponent(text)}`).fields?.[0]?.steps).toEqual(steps)
  })
})

describe('filter', () => {
  const expected = { a: { _eq: '1' }, _or: [{ b: { _in: ['x', 'y'] } }, { c: '2' }] }
  test('in brackets', () => {
    expect(
      parse('filter[a][_eq]=1&filter[_or][0][b][_in][]=x&filter[_or][0][b][_in][]=y&filter[_or][1][c]=2').filter,
    ).toEqual(expected)
  })
  test('as JSON', () => expect(parse(`filter=${json(expected)}`).filter).toEqual(expected))
  test('what is compared with the inside of JSON has the type it looks like', () => {
    expect(
      parse('filter[m][_json][a][_gt]=5&filter[m][_json][b][_eq]=true&filter[m][_json][c]=007&filter[n]=5').filter,
    ).toEqual({
      m: { _json: { a: { _gt: 5 }, b: { _eq: true }, c: '007' } },
      n: '5',
    })
    expect(parse('filter={"m":{"_json":{"a":"5"}}}').filter).toEqual({ m: { _json: { a: '5' } } })
  })
  test('no digit of a number is lost', () => {
    expect(parse('filter={"a":{"_eq":9007199254740993},"b":1e400,"c":12.50,"d":0.1234567890123456789}').filter).toEqual(
      {
        a: { _eq: '9007199254740993' },
        b: '1e400',
        c: 12.5,
        d: '0.1234567890123456789',
      },
    )
  })
  test('keys that would reach a prototype do not', () => {
    const filter = parse('filter[__proto__][polluted]=1&filter[constructor][prototype][polluted]=1&filter[a]=1').filter
    expect(Object.keys(filter ?? {})).not.toContain('__proto__')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

test('sort, page, search, meta, export, alias, backlink', () => {
  const query = parse(
    'sort=-date,author.name,-count(tags)&limit=-1&offset=5&page=2&search=abc&meta=*&export=csv&alias[books]=articles&backlink=false',
  )
  expect(query.sort.map((term) => [term.isDescending, term.path.text])).toEqual([
    [true, 'date'],
    [false, 'author.name'],
    [true, 'count(tags)'],
  ])
  expect(query).toMatchObject({
    limit: -1,
    offset: 5,
    page: 2,
    search: 'abc',
    meta: ['total_count', 'filter_count'],
    export: 'csv',
    backlink: false,
  })
  expect(query.alias.get('books')?.text).toBe('articles')
  expect(parse('page=0').page).toBe(1)
})

test('aggregate', () => {
  expect(parse('aggregate[count]=*&aggregate[sum]=a,b').aggregate).toEqual([
    { name: 'count', over: '*' },
    { name: 'sum', over: ['a', 'b'] },
  ])
  expect(parse(`aggregate=${json({ min: ['a', 'a'], countAll: '*' })}`).aggregate).toEqual([
    { name: 'min', over: ['a'] },
    { name: 'countAll', over: '*' },
  ])
})

test('deep', () => {
  const { deep } = parse(
    'deep[author][_limit]=2&deep[author][articles][_sort]=-id&deep[author][articles][_filter][a]=1',
  )
  const author = deep.get('author')
  expect(author).toMatchObject({ limit: 2, filter: null })
  expect(author?.deep.get('articles')).toMatchObject({ filter: { a: '1' }, limit: null })
  expect(author?.deep.get('articles')?.sort.map((term) => term.path.text)).toEqual(['id'])
})

test.each([
  ['limit=1&limit=2', 'limit must be a whole number from -1, given once.'],
  ['limit=-2', 'limit must be a whole number from -1, not "-2".'],
  ['limit=ten', 'limit must be a whole number from -1, not "ten".'],
  ['limit=1.5', 'limit must be a whole number from -1, not "1.5".'],
  ['limit=99999999999', 'limit must be a whole number from -1, not "99999999999".'],
  ['offset=-1', 'offset must be a whole number from 0, not "-1".'],
  ['page=x', 'page must be a whole number from 0, not "x".'],
  ['search[a]=1', 'search must be one text.'],
  ['filter={"a"', 'Invalid JSON for filter object.'],
  ['filter=[1]', 'filter must be an object.'],
  ['filter[]=1', 'filter must be an object.'],
  ['deep=1', 'deep must be an object.'],
  ['deep[a]=1', 'deep.a must be an object.'],
  ['deep[a][_limit]=x', 'deep.a._limit must be a whole number from -1, not "x".'],
  [
    'deep[a][_aggregate][count]=*',
    "deep.a._aggregate can't be used below a list; aggregate the related collection itself.",
  ],
  ['deep[a][_foo]=1', 'deep.a._foo is not known.'],
  ['fields[a]=1', 'fields must be a list of names.'],
  ['fields=year()x,year(.a)', 'fields has an empty name in "year(.a)".'],
  ['fields=json(a)', 'fields needs a path in json(field, path).'],
  ['fields=year(a, b)', 'fields takes one field in year(field).'],
  ['fields=a.b.c.d.e.f.g.h.i.j.k.l', 'fields goes deeper than 10 relations: "a.b.c.d.e.f.g.h.i.j.k.l".'],
  ['meta=foo', 'meta must be one of total_count, filter_count, not "foo".'],
  ['export=pdf', 'export must be one of csv, csv_utf8, json, xml, yaml, not "pdf".'],
  [
    'aggregate[foo]=*',
    'aggregate must be one of count, countDistinct, countAll, sum, sumDistinct, avg, avgDistinct, min, max, not "foo".',
  ],
  ['aggregate[sum]=*', 'aggregate.sum must name fields.'],
  ['aggregate[count]=*,id', 'aggregate.count takes either * or fields, not both.'],
  ['aggregate[count]=', 'aggregate.count must name fields.'],
  ['alias[a]=b.c', 'alias.a must name one field, or a function of one.'],
  ['alias[a.b]=c', 'alias.a.b must be a plain name.'],
  ['backlink=maybe', 'backlink must be true or false.'],
  ['filter[a][b][c][d][e][f][g][h][i][j][k][l]=1', 'Brackets are nested deeper than 10.'],
  [`filter[a][_in][501]=1`, 'A list in the query string has more than 500 entries.'],
])('%s is refused', (text, reason) => {
  expect(refusal(text)).toBe(`INVALID_QUERY: ${reason}`)
})

test('a limit above the bound is refused', () => {
  expect(refusal('limit=51', { maxLimit: 50 })).toBe('INVALID_QUERY: limit must be at most 50.')
  expect(parse('limit=-1', { maxLimit: 50 }).limit).toBe(-1)
})

describe('the body of a SEARCH', () => {
  const body = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  test('holds a query and keys', () => {
    expect(parseSearchBody(body({ query: { limit: 5, fields: ['a'] }, keys: [1, 'b'] }))).toEqual({
      query: { limit: 5, fields: ['a'] },
      keys: [1, 'b'],
    })
    expect(parseSearchBody(body(''))).toEqual({ query: {}, keys: null })
    expect(parseSearchBody(body({}))).toEqual({ query: {}, keys: null })
  })
  test.each(['"text"', '5', '[]', '{', '{"query":[]}', '{"keys":5}', '{"keys":[{}]}'])('%s is refused', (text) => {
    expect(() => parseSearchBody(body(text))).toThrow(expect.objectContaining({ code: 'INVALID_PAYLOAD' }))
  })
})

function name(text: string): FieldPath['steps'][number] {
  return { kind: 'name', name: text, only: null }
}
