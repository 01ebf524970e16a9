/** A17: callers share schemas and plans by the fingerprint of what they may do, so whatever differs in that must differ in it. */
import { describe, expect, it } from 'vitest'
import { buildModel } from '../model/build.ts'
import { noMetadata } from '../model/metadata.ts'
import { schemaOf, table } from '../model/table-fixture.ts'
import type { Permission } from './access.ts'
import { forExport, fullAccess, noAccess, withLimits } from './access-rules.ts'
import { compileAccess } from './compile-access.ts'
import { shareAccess, type Shared } from './share-access.ts'

const model = buildModel(
  schemaOf(
    table('goods', { columns: ['id integer!', 'name string', 'price integer'] }),
    table('makers', { columns: ['id integer!', 'name string'] }),
  ),
  noMetadata,
  { excludeTables: [] },
)

const read = { collection: 'goods', action: 'read', rows: null, fields: ['id', 'name'] } as const
const update = {
  collection: 'goods',
  action: 'update',
  rows: null,
  fields: ['name'],
  presets: null,
  validation: null,
} as const
const share = { collection: 'goods', action: 'share', rows: null } as const
const some = { id: { _eq: 1 } }

const different: Readonly<Record<string, readonly Permission[]>> = {
  nothing: [],
  'some fields': [read],
  'more fields': [{ ...read, fields: ['id', 'name', 'price'] }],
  'all fields': [{ ...read, fields: '*' }],
  'some rows': [{ ...read, rows: some }],
  'other rows': [{ ...read, rows: { id: { _eq: 2 } } }],
  'own rows': [{ ...read, rows: { id: { _eq: '$CURRENT_USER' } } }],
  'another collection': [{ ...read, collection: 'makers' }],
  'two rules': [read, { ...read, rows: some, fields: ['price'] }],
  'the fields of the two rules changed over': [
    { ...read, fields: ['price'] },
    { ...read, rows: some },
  ],
  ...Object.fromEntries(
    (['filter', 'sort', 'search', 'aggregate', 'group', 'export', 'subscribe'] as const).map((use) => [
      `no ${use}`,
      [{ ...read, uses: { [use]: [] } }],
    ]),
  ),
  update: [read, update],
  'update of more': [read, { ...update, fields: '*' }],
  'update of some': [read, { ...update, rows: some }],
  'update with presets': [read, { ...update, presets: { price: 1 } }],
  'update with other presets': [read, { ...update, presets: { price: 2 } }],
  'update under a condition': [read, { ...update, validation: { name: { _nnull: true } } }],
  create: [read, { ...update, action: 'create' }],
  delete: [read, { ...update, action: 'delete' }],
  share: [read, share],
  'share of some': [read, { ...share, rows: some }],
}

describe('the fingerprint of an access', () => {
  it('is another for everything that differs', () => {
    const accesses = Object.entries(different).map(
      ([name, permissions]) => [name, compileAccess(permissions, model)] as const,
    )
    const names = Map.groupBy(accesses, ([, { fingerprint }]) => fingerprint)
    expect([...names.values()].filter((same) => same.length > 1).map((same) => same.map(([name]) => name))).toEqual([])
    expect([...names.keys()]).not.toContain(fullAccess.fingerprint)
    expect([...names.keys()]).toContain(noAccess.fingerprint)
  })

  it('is the same for the same', () => {
    for (const permissions of Object.values(different))
      expect(compileAccess(structuredClone(permissions), model).fingerprint).toBe(
        compileAccess(permissions, model).fingerprint,
      )
  })

  it('tells bounds, and files', () => {
    const access = compileAccess([{ ...read, uses: { export: ['id'] } }], model)
    const bounded = [
      access,
      forExport(access),
      withLimits(access, { maxRows: 5, maxCost: null }),
      withLimits(access, { maxRows: null, maxCost: 5 }),
      withLimits(access, { maxRows: 6, maxCost: null }),
      withLimits(fullAccess, { maxRows: 5, maxCost: null }),
      fullAccess,
    ]
    expect(new Set(bounded.map(({ fingerprint }) => fingerprint)).size).toBe(bounded.length)
  })

  it('tells the shares of two items, two roles and two sharers apart', () => {
    const [narrow, wide] = [compileAccess([read], model), compileAccess([{ ...read, fields: '*' }], model)]
    const shared = (more: Partial<Shared>) =>
      shareAccess(
        {
          collection: 'goods',
          item: '1',
          role: wide,
          sharer: fullAccess,
          facts: { user: 'u', role: null, roles: [], policies: [] },
          ...more,
        },
        model,
      ).fingerprint
    const own = compileAccess([{ ...read, rows: { name: { _eq: '$CURRENT_USER' } } }, share], model)
    const all = [
      shared({}),
      shared({ item: '2' }),
      shared({ collection: 'makers', role: fullAccess }),
      shared({ role: narrow }),
      shared({ sharer: own }),
      shared({ sharer: own, facts: { user: 'v', role: null, roles: [], policies: [] } }),
    ]
    expect(new Set(all).size).toBe(all.length)
  })
})
