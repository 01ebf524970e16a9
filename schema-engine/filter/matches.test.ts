import { describe, expect, it } from 'vitest'
import { noMetadata } from '../model/metadata.ts'
import { buildModel } from '../model/build.ts'
import { table } from '../model/table-fixture.ts'
import { failuresOf, asksRelated } from './matches.ts'
import { parseValidation } from './parse.ts'
import type { FilterInput } from './filter.ts'

const model = buildModel(
  {
    tables: [
      table('authors', { columns: ['id integer!', 'name string'] }),
      table('articles', {
        columns: [
          'id integer!',
          'title string',
          'rating integer',
          'day date',
          'at time',
          'meta json',
          'author integer',
        ],
        foreignKeys: ['author > authors.id'],
      }),
    ],
    notices: [],
  },
  noMetadata,
  { excludeTables: [] },
)
const articles = model.collections.get('articles') ?? expect.fail('no articles')
const facts = { now: new Date('2024-06-01T12:00:00Z'), user: 7, role: null, roles: ['a'], policies: [] }

const failed = (filter: FilterInput, values: Readonly<Record<string, unknown>>): readonly string[] | null =>
  failuresOf(parseValidation(filter, articles, model), new Map(Object.entries(values)), articles, facts)?.map(
    ({ field, type }) => `${field} ${type}`,
  ) ?? null

describe('failuresOf', () => {
  it.each<readonly [FilterInput, Readonly<Record<string, unknown>>, readonly string[] | null]>([
    [{ title: { _eq: 'a' } }, { title: 'a' }, null],
    [{ title: { _eq: 'a' } }, { title: 'b' }, ['title eq']],
    [{ title: { _eq: 'a' } }, {}, null],
    [{ title: { _eq: null } }, { title: null }, null],
    [{ title: { _neq: null } }, { title: null }, ['title nnull']],
    [{ rating: { _gt: 3 } }, { rating: '4' }, null],
    [{ rating: { _between: [1, 3] } }, { rating: 4 }, ['rating between']],
    [{ rating: { _in: [] } }, { rating: 4 }, ['rating in']],
    [{ rating: { _eq: '$CURRENT_USER' } }, { rating: 7 }, null],
    [{ rating: { _eq: '$CURRENT_ROLE' } }, { rating: 7 }, ['rating eq']],
    [{ rating: { _in: ['$CURRENT_ROLE', 7] } }, { rating: 7 }, null],
    [{ rating: { _nin: ['$CURRENT_ROLE', 8] } }, { rating: 7 }, ['rating nin']],
    [{ _not: { rating: { _in: ['$CURRENT_ROLE', 8] } } }, { rating: 7 }, ['rating in']],
    [{ day: { _lte: '$NOW' } }, { day: '2024-06-02' }, ['day lte']],
    [{ _or: [{ title: { _eq: 'a' } }, { rating: { _eq: 1 } }] }, { title: 'b', rating: 2 }, ['title eq', 'rating eq']],
    [{ _or: [{ title: { _eq: 'a' } }, { rating: { _eq: 1 } }] }, { title: 'b' }, null],
    [{ _and: [{ title: { _eq: 'a' } }, { rating: { _eq: 1 } }] }, { title: 'b' }, ['title eq']],
    [{ _or: [] }, { title: 'a' }, []],
    [{ _not: { _and: [] } }, { title: 'a' }, []],
    [{ _not: { title: { _contains: 'a' } } }, { title: 'cab' }, ['title not_contains']],
    [{ _not: { title: { _contains: 'a' } } }, {}, null],
    [{ title: { _regex: '^[A-Z]' } }, { title: 'a' }, ['title regex']],
    [{ title: { _regex: '/^[A-Z]/i' } }, { title: 'a' }, null],
    [{ title: { _regex: '.' } }, { title: null }, ['title regex']],
    [{ 'year(day)': { _eq: 2024 } }, { day: '2023-12-31' }, ['day eq']],
    [{ 'week(day)': { _eq: 1 } }, { day: '2024-12-30' }, null],
    [{ 'weekday(day)': { _eq: 0 } }, { day: '2024-06-02' }, null],
    [{ 'hour(at)': { _lt: 12 } }, { at: '12:30:00' }, ['at lt']],
    [{ 'count(meta)': { _gt: 1 } }, { meta: [1] }, ['meta gt']],
    [{ 'json(meta, a.b)': { _eq: 'x' } }, { meta: { a: { b: 'x' } } }, null],
    [{ 'json(meta, a.b)': { _eq: 'x' } }, { meta: '{"a":{"b":"y"}}' }, ['meta eq']],
    [{ author: { name: { _eq: 'Ann' } } }, { author: 5 }, null],
    [{ author: { _eq: 5 } }, { author: 6 }, ['author eq']],
  ])('%j of %j', (filter, values, failures) => {
    expect(failed(filter, values)).toEqual(failures)
  })

  it('refuses what is no pattern', () => {
    expect(() => failed({ title: { _regex: '(' } }, { title: 'a' })).toThrow(/pattern/)
  })
})

it('asksRelated', () => {
  const asks = (filter: FilterInput) => asksRelated(parseValidation(filter, articles, model), articles)
  expect(asks({ _and: [{ title: { _eq: 'a' } }, { author: { name: { _eq: 'b' } } }] })).toBe(true)
  expect(asks({ _not: { author: { _eq: 5 } } })).toBe(false)
})
