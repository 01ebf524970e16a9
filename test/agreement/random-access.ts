/** Random rights: rules with row filters, field lists, and fields narrowed for single uses. */
import fc from 'fast-check'
import type { Permission, Use } from '#schema-engine/permissions/access.ts'
import { arbitraryFilter, toRule, type Condition } from './random-filter.ts'
import { shape, type ShapeCollection } from './random-world.ts'

export type NarrowedUse = Exclude<Use, 'select'>

/** One rule; as `Permission`, with its rows as our own tree. */
export type Rule = {
  readonly collection: string
  readonly rows: Condition | null
  readonly fields: '*' | readonly string[]
  readonly uses: Partial<Readonly<Record<NarrowedUse, readonly string[]>>>
}

export type Rules = readonly Rule[]

export const permissionsOf = (rules: Rules): readonly Permission[] =>
  rules.map(({ rows, ...rule }) => ({ ...rule, action: 'read', rows: rows === null ? null : toRule(rows) }))

/** May do all with every collection. */
export const allRules: Rules = [...shape.keys()].map((collection) => ({
  collection,
  rows: null,
  fields: '*',
  uses: {},
}))

const narrowedUses: readonly NarrowedUse[] = ['filter', 'sort', 'search', 'aggregate', 'group']

/** Rules under which the keys of visible rows may be used for all, so that every order of theirs is known. */
export const rulesWithKeys: fc.Arbitrary<Rules> = rulesOf((collection) => collection.key)

/** Any rules. */
export const anyRules: fc.Arbitrary<Rules> = rulesOf(() => [])

function rulesOf(alwaysGranted: (collection: ShapeCollection) => readonly string[]): fc.Arbitrary<Rules> {
  const ofCollections = [...shape.values()].map((collection) => {
    const granted = alwaysGranted(collection)
    const names = [...collection.fields.keys()]
    const some = fc
      .subarray(names)
      .map((left) => names.filter((name) => !left.includes(name) || granted.includes(name)))
    const most = fc
      .subarray(names, { maxLength: Math.min(4, names.length) })
      .map((left) => names.filter((name) => !left.includes(name) || granted.includes(name)))
    const all = fc.constant('*' as const)
    const rows = arbitraryFilter(collection.name, 1)
    const anyRow = fc.constant(null)
    const rule = (of: fc.Arbitrary<Condition | null>, fields: fc.Arbitrary<'*' | readonly string[]>) =>
      ruleOf(collection, of, fields, most)
    const any = rule(fc.oneof(anyRow, rows, rows), fc.oneof(all, most, most))
    // Some fields of all rows, and more of a few: values that are hidden in some rows that are seen.
    const masking = fc.tuple(rule(anyRow, some), rule(rows, fc.oneof(all, most)))
    return fc.oneof(
      { weight: 4, arbitrary: masking },
      { weight: 3, arbitrary: fc.array(any, { minLength: 1, maxLength: 3 }) },
      { weight: 1, arbitrary: fc.constant([]) },
    )
  })
  return fc.tuple(...ofCollections).map((rules) => rules.flat())
}

function ruleOf(
  collection: ShapeCollection,
  rows: fc.Arbitrary<Condition | null>,
  fields: fc.Arbitrary<'*' | readonly string[]>,
  narrowed: fc.Arbitrary<readonly string[]>,
): fc.Arbitrary<Rule> {
  const uses = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...narrowedUses), narrowed).map(([use, of]) => ({ [use]: of })) },
  )
  return fc.record({ collection: fc.constant(collection.name), rows, fields, uses })
}
