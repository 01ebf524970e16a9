/**
 * The planner refuses by itself, also what no schema of the caller would offer: each request here is planned for who may do
 * everything, and refused, or bound to some rows, for who may not.
 */
import { describe, expect, it } from 'vitest'
import { EngineError } from '../errors.ts'
import type { WireFormat } from '../field-types/field-type.ts'
import type { Filter, FilterInput } from '../filter/filter.ts'
import { parseFilter } from '../filter/parse.ts'
import { buildModel } from '../model/build.ts'
import type { Metadata } from '../model/metadata.ts'
import { collectionRow, fieldRow, relationRow, schemaOf, table } from '../model/table-fixture.ts'
import type { Permission, ReadPermission } from '../permissions/access.ts'
import { fullAccess } from '../permissions/access-rules.ts'
import { compileAccess } from '../permissions/compile-access.ts'
import { constantInput } from '../sql/input.ts'
import { planRead } from './plan.ts'
import { noArguments, type AggregateName, type ListArguments, type RootRead, type Selected } from './request.ts'

const metadata: Metadata = {
  collections: [collectionRow('tags', { sort_field: 'word' })],
  fields: [
    fieldRow('makers', 'secret', { special: ['hash', 'conceal'] }),
    fieldRow('directus_users', 'password', { special: ['hash', 'conceal'] }),
  ],
  relations: [
    relationRow('parts', 'item', null, null, {
      one_collection_field: 'collection',
      one_allowed_collections: ['makers', 'tags'],
    }),
  ],
}

const model = buildModel(
  schemaOf(
    table('makers', { columns: ['id integer!', 'name string', 'secret string', 'year integer'] }),
    table('goods', {
      columns: ['id integer!', 'price integer', 'maker integer'],
      foreignKeys: ['maker > makers.id'],
    }),
    table('tags', { columns: ['id integer!', 'word string'] }),
    table('goods_tags', {
      columns: ['good integer!', 'tag integer!'],
      foreignKeys: ['good > goods.id', 'tag > tags.id'],
      primaryKey: ['good', 'tag'],
    }),
    table('directus_users', { columns: ['id integer!', 'first_name string', 'password string'] }),
    table('parts', { columns: ['id integer!', 'collection string', 'item string'] }),
  ),
  metadata,
  { excludeTables: [] },
)

const may = (
  collection: string,
  fields: ReadPermission['fields'] = '*',
  rows: ReadPermission['rows'] = null,
): Permission => ({ collection, action: 'read', rows, fields })

const everywhere = (...own: readonly Permission[]): readonly Permission[] => [
  ...[...model.collections.keys()]
    .filter((name) => own.every(({ collection }) => collection !== name))
    .map((name) => may(name)),
  ...own,
]

const plan = (root: RootRead, permissions: readonly Permission[] | null, format: WireFormat = 'graphql'): unknown =>
  planRead({ roots: [root], format }, model, permissions === null ? fullAccess : compileAccess(permissions, model), {
    defaultLimit: 100,
    maxLimit: null,
    maxDepth: 10,
  })

function codeOf(root: RootRead, permissions: readonly Permission[] | null, format: WireFormat = 'graphql'): string {
  try {
    plan(root, permissions, format)
    return 'planned'
  } catch (error) {
    if (error instanceof EngineError) return error.code
    throw error
  }
}

const field = (name: string): Selected => ({ key: name, kind: 'field', field: name })
const list = (collection: string, args: Partial<ListArguments>, ...selection: readonly Selected[]): RootRead => ({
  kind: 'list',
  collection,
  args: { ...noArguments, ...args },
  selection,
})
function where(name: string, filter: FilterInput): Filter {
  const collection = model.collections.get(name)
  if (collection === undefined) throw new Error(`there is no collection ${name}`)
  return parseFilter(filter, collection, model)
}
const related = (name: string, ...selection: readonly Selected[]): Selected => ({
  key: name,
  kind: 'related',
  field: name,
  args: noArguments,
  selection,
})
const anyItem = (collection: string): Selected => ({
  key: 'item',
  kind: 'any-related',
  field: 'item',
  choices: [{ collection, selection: [field('id')] }],
})
const aggregate = (name: AggregateName, of: string): RootRead => ({
  kind: 'aggregate',
  collection: 'makers',
  args: noArguments,
  groupBy: null,
  having: [],
  selection: [
    { key: 'a', kind: 'aggregate', aggregate: name, spread: false, fields: [{ key: of, field: of }], constants: [] },
  ],
})
const grouped = (by: string): RootRead => ({
  kind: 'aggregate',
  collection: 'makers',
  args: noArguments,
  groupBy: constantInput([by]),
  having: [],
  selection: [{ key: 'group', kind: 'group', spread: false }],
})
const countOfAll: RootRead = {
  kind: 'aggregate',
  collection: 'makers',
  args: noArguments,
  groupBy: null,
  having: [],
  selection: [{ key: 'countAll', kind: 'count-all' }],
}
const byOwnName = where('makers', { name: { _eq: '$CURRENT_USER.first_name' } })
const connection: RootRead = {
  kind: 'connection',
  collection: 'makers',
  args: { filter: null, sort: null, search: null, first: null, after: null, last: null, before: null },
  selection: [{ key: 'totalCount', kind: 'total-count' }],
}
const byKey: RootRead = { kind: 'one', collection: 'makers', id: constantInput('1'), selection: [field('name')] }
const entities: RootRead = {
  kind: 'entities',
  entity: {
    collection: 'makers',
    keyFields: ['id'],
    selection: [field('name')],
    keys: { from: 'plan', value: '[["1"]]' },
  },
}

describe('a field that may not be used', () => {
  const without = (name: string) =>
    everywhere(
      may(
        'makers',
        ['id', 'name', 'secret', 'year', 'goods', 'parts'].filter((each) => each !== name),
      ),
    )

  it.each<readonly [string, string, RootRead]>([
    ['selected', 'year', list('makers', {}, field('year'))],
    ['selected through a relation', 'year', list('goods', {}, related('maker', field('year')))],
    ['filtered by', 'year', list('makers', { filter: where('makers', { year: { _eq: 1 } }) }, field('id'))],
    [
      'filtered by, at depth',
      'year',
      list('goods', { filter: where('goods', { maker: { year: { _eq: 1 } } }) }, field('id')),
    ],
    ['sorted by', 'year', list('makers', { sort: constantInput(['year']) }, field('id'))],
    ['sorted by, at depth', 'year', list('goods', { sort: constantInput(['maker.year']) }, field('id'))],
    ['counted', 'goods', list('makers', {}, { key: 'n', kind: 'count', field: 'goods' })],
    ['aggregated', 'year', aggregate('max', 'year')],
    ['grouped by', 'year', grouped('year')],
    ['followed', 'goods', list('makers', {}, related('goods', field('id')))],
    ['the key of an item', 'id', byKey],
    ['the key of a cursor', 'id', connection],
    ['the key of an entity', 'id', entities],
  ])('is refused when it is %s', (_, name, root) => {
    expect(codeOf(root, null)).toBe('planned')
    expect(codeOf(root, everywhere())).toBe('planned')
    expect(codeOf(root, without(name))).toBe('FORBIDDEN')
  })
})

it('no cursor is given where the key may be seen in some rows alone', () => {
  const names = [...(model.collections.get('makers')?.fields.keys() ?? [])].filter((name) => name !== 'id')
  const some = everywhere(may('makers', names), may('makers', ['id'], { year: { _eq: 1 } }))
  expect(codeOf(connection, some)).toBe('FORBIDDEN')
})

describe('a relation is not followed', () => {
  const forbidden = (...own: readonly Permission[]) => everywhere(...own)
  const closed = (name: string) => everywhere().filter(({ collection }) => collection !== name)

  it.each<readonly [string, readonly Permission[], RootRead]>([
    ['to a collection that may not be read', closed('makers'), list('goods', {}, related('maker'))],
    ['by a list, to such a one', closed('goods'), list('makers', {}, related('goods'))],
    [
      'by a list whose items may not tell their parent',
      forbidden(may('goods', ['id'])),
      list('makers', {}, related('goods', field('id'))),
    ],
    ['through a junction that may not be read', closed('goods_tags'), list('goods', {}, related('tags'))],
    [
      'through a junction that may not tell where from',
      forbidden(may('goods_tags', ['tag'])),
      list('goods', {}, related('tags')),
    ],
    [
      'through a junction that may not tell where to',
      forbidden(may('goods_tags', ['good'])),
      list('goods', {}, related('tags')),
    ],
    [
      'to one of several, unless their collections may be told',
      forbidden(may('parts', ['id', 'item'])),
      list('parts', {}, anyItem('tags')),
    ],
    ['to one of several, unless it is one of those', everywhere(), list('parts', {}, anyItem('goods'))],
    [
      'by a list of one of several, unless its items tell the collection',
      forbidden(may('parts', ['id', 'item'])),
      list('tags', {}, related('parts', field('id'))),
    ],
    [
      'in a filter of one of several',
      closed('tags'),
      list('parts', { filter: where('parts', { 'item:tags': { word: { _eq: 'x' } } }) }, field('id')),
    ],
    ['at the root', closed('makers'), list('makers', {}, field('id'))],
    ['at the root, to be counted', closed('makers'), countOfAll],
    ['from the caller himself', closed('directus_users'), list('makers', { filter: byOwnName }, field('id'))],
  ])('%s', (_, permissions, root) => expect(codeOf(root, permissions)).toBe('FORBIDDEN'))

  it('to one of several, and shows nothing of those that may not be read', () => {
    const text = JSON.stringify(plan(list('parts', {}, anyItem('tags')), closed('tags')))
    expect(text).not.toContain('"tags"')
    expect(JSON.stringify(plan(list('parts', {}, anyItem('tags')), everywhere()))).toContain('"tags"')
  })
})

it('a list is not ordered by what the caller may not sort by', () => {
  expect(JSON.stringify(plan(list('tags', {}), everywhere()))).toContain('"name":"word"')
  expect(JSON.stringify(plan(list('tags', {}), everywhere(may('tags', ['id']))))).not.toContain('"name":"word"')
})

describe('what may be seen in some rows alone', () => {
  /** By the field `left` in rows of 4711; else everything everywhere. */
  const some = (collection: string, left: string, rows: ReadPermission['rows']) => {
    const names = [...(model.collections.get(collection)?.fields.keys() ?? [])]
    return everywhere(
      may(
        collection,
        names.filter((name) => name !== left),
      ),
      may(collection, [left], rows),
    )
  }
  const in4711 = { id: { _eq: 4711 } }
  it.each<readonly [string, readonly Permission[], RootRead]>([
    ['a value', some('makers', 'year', in4711), list('makers', {}, field('year'))],
    [
      'a value to filter by',
      some('makers', 'year', in4711),
      list('makers', { filter: where('makers', { year: { _eq: 1 } }) }),
    ],
    ['a value to sort by', some('makers', 'year', in4711), list('makers', { sort: constantInput(['year']) })],
    ['what orders a list by itself', some('tags', 'word', in4711), list('tags', {})],
    ['a value to search', some('makers', 'name', in4711), list('makers', { search: constantInput('x') })],
    ['a value to aggregate', some('makers', 'year', in4711), aggregate('max', 'year')],
    ['a value to group by', some('makers', 'year', in4711), grouped('year')],
    ['the key of an item', some('makers', 'id', { year: { _eq: 4711 } }), byKey],
    ['the key of an entity', some('makers', 'id', { year: { _eq: 4711 } }), entities],
    ['the field of a relation', some('goods', 'maker', in4711), list('goods', {}, related('maker'))],
    ['the field of a list', some('makers', 'goods', in4711), list('makers', {}, related('goods'))],
    ['the field of a list through a junction', some('goods', 'tags', in4711), list('goods', {}, related('tags'))],
    ['the key that a list comes by', some('goods', 'maker', in4711), list('makers', {}, related('goods'))],
    [
      'where a junction comes from',
      some('goods_tags', 'good', { tag: { _eq: 4711 } }),
      list('goods', {}, related('tags')),
    ],
    ['where a junction leads', some('goods_tags', 'tag', { good: { _eq: 4711 } }), list('goods', {}, related('tags'))],
    ['one of several', some('parts', 'item', in4711), list('parts', {}, anyItem('tags'))],
    ['which of several', some('parts', 'collection', in4711), list('parts', {}, anyItem('tags'))],
    ['the key of one of several, by its list', some('parts', 'item', in4711), list('tags', {}, related('parts'))],
    [
      'the collection of one of several, by its list',
      some('parts', 'collection', in4711),
      list('tags', {}, related('parts')),
    ],
  ])('%s is bound to them', (_, permissions, root) => {
    expect(JSON.stringify(plan(root, everywhere()))).not.toContain('4711')
    expect(JSON.stringify(plan(root, permissions))).toContain('4711')
  })

  it.each<readonly [string, RootRead]>([
    ['makers', list('makers', {})],
    ['makers', byKey],
    ['makers', connection],
    ['makers', entities],
    ['makers', aggregate('count', 'id')],
    ['makers', { kind: 'singleton', collection: 'makers', selection: [field('name')] }],
    ['makers', list('goods', {}, related('maker'))],
    ['goods', list('makers', {}, related('goods'))],
    ['goods', list('makers', {}, { key: 'n', kind: 'count', field: 'goods' })],
    ['goods', list('makers', { filter: where('makers', { goods: { _some: {} } }) })],
    ['tags', list('goods', {}, related('tags'))],
    ['goods_tags', list('goods', {}, related('tags'))],
    ['tags', list('parts', {}, anyItem('tags'))],
    ['parts', list('tags', {}, related('parts'))],
    ['makers', list('goods', { sort: constantInput(['maker.name']) })],
    ['makers', countOfAll],
    ['directus_users', list('makers', { filter: byOwnName })],
  ])('rows of %s, in %j', (collection, root) => {
    const first = [...(model.collections.get(collection)?.fields.keys() ?? [])][0] ?? ''
    expect(JSON.stringify(plan(root, everywhere()))).not.toContain('4711')
    expect(JSON.stringify(plan(root, everywhere(may(collection, '*', { [first]: { _eq: 4711 } }))))).toContain('4711')
  })
})

describe('a secret, for who may do everything', () => {
  const filtered = (operator: string, operand: unknown) =>
    list('makers', { filter: where('makers', { secret: { [operator]: operand } }) })

  it('is shown as whether there is one', () => {
    const text = JSON.stringify(plan(list('makers', {}, field('secret')), null))
    expect(text).toMatch(/"key":"secret","value":\{"kind":"concealed"/)
  })

  it.each<readonly [string, RootRead]>([
    ['compared', filtered('_eq', 'x')],
    ['compared with several', filtered('_in', ['x'])],
    ['begun', filtered('_starts_with', 'x')],
    ['looked through', filtered('_contains', 'x')],
    ['in order', filtered('_gt', 'x')],
    ['sorted by', list('makers', { sort: constantInput(['secret']) })],
    ['sorted by, at depth', list('goods', { sort: constantInput(['-maker.secret']) })],
    ['grouped by', grouped('secret')],
    ['the smallest', aggregate('min', 'secret')],
    ['the largest', aggregate('max', 'secret')],
    ['the first text', aggregate('minText', 'secret')],
    ['the last text', aggregate('maxText', 'secret')],
    ['told apart', aggregate('countDistinct', 'secret')],
    ['added up', aggregate('sum', 'secret')],
  ])('is not %s', (_, root) => {
    expect(codeOf(root, null)).toBe('INVALID_QUERY')
    expect(codeOf(root, null, 'rest')).toBe('INVALID_QUERY')
  })

  it('is not searched', () => {
    const text = JSON.stringify(plan(list('makers', { search: constantInput('x') }), null))
    expect(text).toContain('"name":"name"')
    expect(text).not.toContain('"name":"secret"')
  })

  it('of the caller himself is not compared with', () => {
    const own = where('makers', { name: { _eq: '$CURRENT_USER.password' } })
    expect(codeOf(list('makers', { filter: own }), null)).toBe('FORBIDDEN')
    expect(codeOf(list('makers', { filter: byOwnName }), null)).toBe('planned')
  })

  it('is there or not', () => {
    expect(codeOf(filtered('_nnull', true), null)).toBe('planned')
    expect(codeOf(aggregate('count', 'secret'), null)).toBe('planned')
  })
})

it.each([-2, 1.5, Number.NaN, Infinity, 1e300, 2 ** 53, '1.5', '1e3', '0x10', '', 'x', true, [1], { a: 1 }])(
  'a page of %j is none',
  (odd) => {
    for (const name of ['limit', 'offset', 'page'] as const)
      expect([name, codeOf(list('makers', { [name]: constantInput(odd) }), null)]).toEqual([name, 'INVALID_QUERY'])
  },
)
