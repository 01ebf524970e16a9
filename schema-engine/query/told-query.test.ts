import { expect, it } from 'vitest'
import { sqlite } from '../dialects/sqlite/index.ts'
import type { Filter, FilterInput } from '../filter/filter.ts'
import { parseFilter } from '../filter/parse.ts'
import { buildModel } from '../model/build.ts'
import { noMetadata } from '../model/metadata.ts'
import { schemaOf, table } from '../model/table-fixture.ts'
import { fullAccess } from '../permissions/access-rules.ts'
import { constantInput } from '../sql/input.ts'
import { planRead } from './plan.ts'
import { prepareRead } from './prepare.ts'
import { noArguments, type RootRead } from './request.ts'
import { filterInputOf, toldQuery, withQuery } from './told-query.ts'

const model = buildModel(
  schemaOf(
    table('authors', { columns: ['id integer!', 'name string', 'born date'] }),
    table('articles', {
      columns: ['id integer!', 'title string', 'meta json', 'author integer'],
      foreignKeys: ['author > authors.id'],
    }),
  ),
  noMetadata,
  { excludeTables: [] },
)
const articles = model.collections.get('articles')
const authors = model.collections.get('authors')
if (articles === undefined || authors === undefined) throw new Error('the model has other collections')

const list = (collection: string, filter: Filter | null): RootRead => ({
  kind: 'list',
  collection,
  args: { ...noArguments, filter },
  selection: [{ key: 'id', kind: 'field', field: 'id' }],
})

const statementOf = (read: RootRead) => {
  const limits = { defaultLimit: 100, maxLimit: null, maxDepth: 10 }
  const plan = planRead({ roots: [read], format: 'rest' }, model, fullAccess, limits)
  const facts = { now: new Date(0), user: null, role: null, roles: [], policies: [] }
  return prepareRead(plan, sqlite).statement({ variables: {}, context: facts }, null)
}

it.each<[FilterInput]>([
  [{ title: { _eq: 'a' } }],
  [{ _or: [{ title: { _in: ['a', 'b'] } }, { _and: [{ id: { _gt: 1 } }, { id: { _lt: 5 } }] }] }],
  [{ _not: { title: { _null: true } } }],
  [{ author: { _eq: 1 } }],
  [{ author: { name: { _contains: 'x' }, 'year(born)': { _gt: 1900 } } }],
  [{ author: { articles: { _some: { title: { _eq: 'a' } } } } }],
  [{ author: { articles: { _none: { title: { _eq: 'a' } } } } }],
  [{ author: { 'count(articles)': { _gt: 2 } } }],
  [{ meta: { _json: { 'a.b[2].c': { _eq: 1 } } } }],
  [{ title: { _eq: '$CURRENT_USER' } }],
  [{ _and: [] }],
])('%j is told so that it reads as the same', (input) => {
  const asked = parseFilter(input, articles, model)
  const again = parseFilter(filterInputOf(asked, articles, model), articles, model)
  expect(statementOf(list('articles', again))).toEqual(statementOf(list('articles', asked)))
})

it('what is not changed stays the input that it was, and the rest is taken', () => {
  const limit = constantInput(5)
  const read: RootRead = {
    kind: 'list',
    collection: 'authors',
    args: { ...noArguments, filter: parseFilter({ name: { _eq: 'x' } }, authors, model), limit },
    selection: [
      { key: 'a', kind: 'field', field: 'name' },
      { key: 'b', kind: 'date-part', field: 'born', part: 'year' },
      {
        key: 'c',
        kind: 'related',
        field: 'articles',
        args: noArguments,
        selection: [{ key: 'd', kind: 'json', field: 'meta', path: ['a', 2] }],
      },
    ],
  }
  const told = toldQuery(read, null, model)
  expect(told).toEqual({
    fields: ['name', 'year(born)', 'articles.json(meta, a[2])'],
    filter: { name: { _eq: 'x' } },
    limit: 5,
  })
  const changed = withQuery(
    read,
    JSON.stringify(told),
    { ...told, fields: ['id'], filter: null, sort: ['-name'] },
    model,
  )
  if (changed.kind !== 'list' || read.kind !== 'list') throw new Error('another kind of read')
  expect(changed.args).toMatchObject({ filter: null, search: null })
  expect(changed.args.limit).toBe(limit)
  expect(changed.selection).toBe(read.selection)
  expect(statementOf(changed).text).toContain('order by')
  expect(() => withQuery(read, JSON.stringify(told), { ...told, filter: { nope: { _eq: 1 } } }, model)).toThrow(/nope/)
})
