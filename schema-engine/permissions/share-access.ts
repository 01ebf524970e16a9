/**
 * What the guest of a share may see: what its role and the sharer both may, of the shared item and of what can be reached from
 * it. Nothing is written by a guest.
 */
import { createHash } from 'node:crypto'
import type { FilterInput } from '../filter/filter.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import type { RequestFacts } from '../sql/bind.ts'
import type { Access, CollectionAccess, FieldAccess, Use } from './access.ts'
import { mayRead, mayUse, noAccess } from './access-rules.ts'
import { uses } from './compile-access.ts'

export type Shared = {
  readonly collection: string
  readonly item: string
  /** Of the share's role. */
  readonly role: Access
  /** Of who shares, now. */
  readonly sharer: Access
  /** What `$CURRENT_USER` and its like stand for in the sharer's rules. */
  readonly facts: Pick<RequestFacts, 'user' | 'role' | 'roles' | 'policies'>
}

/** Nothing, when the sharer may not share the item any more. */
export function shareAccess(shared: Shared, model: Model): Access {
  const root = model.collections.get(shared.collection)
  const [key, ...others] = root?.primaryKey ?? []
  if (root === undefined || key === undefined || others.length > 0) return noAccess
  const mayShare = shared.sharer.isFull ? [null] : (shared.sharer.share.get(root.name) ?? [])
  const sharing = anyOf(mayShare.flatMap((rule) => settled(rule, shared.facts)))
  if (sharing === null) return noAccess
  const both = new Map<string, CollectionAccess>()
  for (const collection of model.collections.values()) {
    const access = bothOf(collection, shared)
    if (access !== null) both.set(collection.name, access)
  }
  const read = new Map<string, CollectionAccess>()
  const item: FilterInput = { _and: [{ [key]: { _eq: shared.item } }, sharing] }
  for (const [name, reached] of reachedFrom(root, item, both, model)) {
    const access = both.get(name)
    if (access !== undefined)
      read.set(name, {
        ...access,
        rules: access.rules.map((rule) => ({ _and: [reached, ...(rule === null ? [] : [rule])] })),
      })
  }
  const described = [...read].map(([name, { rules, fields }]) => [name, rules, fields && [...fields]])
  const digest = createHash('sha256').update(JSON.stringify(described)).digest('base64url').slice(0, 22)
  return { ...noAccess, fingerprint: `share ${digest}`, read }
}

type Rule = {
  readonly rows: FilterInput | null
  readonly grants: (field: string, use: Use) => boolean
  readonly isWildcard: boolean
}

/** Each rule of the one with each of the other: their rows match both, their fields are granted by both. */
function bothOf(collection: Collection, { role, sharer, facts }: Shared): CollectionAccess | null {
  const pairs = rulesOf(role, collection.name).flatMap((one) =>
    rulesOf(sharer, collection.name).flatMap((other): readonly Rule[] =>
      settled(other.rows, facts).map((rows) => ({
        rows: allOf([one.rows, rows]),
        grants: (field, use) => one.grants(field, use) && other.grants(field, use),
        isWildcard: one.isWildcard && other.isWildcard,
      })),
    ),
  )
  if (pairs.length === 0) return null
  const positions = (test: (rule: Rule) => boolean): readonly number[] =>
    pairs.flatMap((rule, position) => (test(rule) ? [position] : []))
  const fields = new Map(
    [...collection.fields.keys()].map((field) => [
      field,
      Object.fromEntries(
        uses.map((use) => [use, positions((rule) => rule.grants(field, use))]),
      ) as unknown as FieldAccess, // every use is set
    ]),
  )
  return { rules: pairs.map(({ rows }) => rows), fields, wildcards: positions(({ isWildcard }) => isWildcard) }
}

function rulesOf(access: Access, name: string): readonly Rule[] {
  if (access.isFull) return [{ rows: null, grants: () => true, isWildcard: true }]
  const own = access.read.get(name)
  return (own?.rules ?? []).map((rows, position) => ({
    rows,
    grants: (field, use) => own?.fields === null || own?.fields.get(field)?.[use].includes(position) === true,
    isWildcard: own?.wildcards.includes(position) === true,
  }))
}

/** Relations that are followed from the item at most, and ways in all: what is further away is not shown. */
const maxSteps = 4
const maxWays = 200

/** For each collection the rows that can be reached through rows that may be seen, by fields that may be; never twice through one collection. */
function reachedFrom(
  root: Collection,
  item: FilterInput,
  both: ReadonlyMap<string, CollectionAccess>,
  model: Model,
): ReadonlyMap<string, FilterInput> {
  const access: Access = { ...noAccess, read: both }
  const ways = new Map<string, FilterInput[]>()
  let count = 0
  function go(collection: Collection, rows: FilterInput, passed: readonly string[]): void {
    if (count >= maxWays || !mayRead(access, collection.name)) return
    count += 1
    const known = ways.get(collection.name) ?? []
    ways.set(collection.name, [...known, rows])
    if (passed.length >= maxSteps) return
    const seen = allOf([rows, anyOf(both.get(collection.name)?.rules ?? [])]) ?? rows
    for (const field of collection.fields.values()) {
      if (!mayUse(access, collection.name, field.name, 'select')) continue
      for (const [name, filter] of steps(field, seen, model)) {
        const target = model.collections.get(name)
        if (target !== undefined && !passed.includes(name) && name !== collection.name)
          go(target, filter, [...passed, collection.name])
      }
    }
  }
  go(root, item, [])
  return new Map([...ways].map(([name, filters]) => [name, anyOf(filters) ?? never]))
}

const never: FilterInput = { _or: [] }

/** Where a field of these rows leads: collections, and their rows. */
function steps(field: Field, rows: FilterInput, model: Model): readonly (readonly [string, FilterInput])[] {
  const { relation, collection } = field
  if (relation === null) return []
  switch (relation.kind) {
    case 'm2o':
      return back(relation.collection, collection, field.name, rows, model)
    case 'm2a':
      return relation.collections.flatMap((target) => back(target, collection, field.name, rows, model))
    case 'o2m': {
      const inverse = model.collections.get(relation.collection)?.fields.get(relation.inverse)?.relation?.kind
      const name = inverse === 'm2a' ? `${relation.inverse}:${collection}` : relation.inverse
      return [[relation.collection, { [name]: rows }]]
    }
    case 'm2m': {
      const { near, far } = relation.junctionFields
      const junction = { [near]: rows }
      return [[relation.junction, junction], ...back(relation.collection, relation.junction, far, junction, model)]
    }
  }
}

/** The rows that these lead to by a field of theirs: by the list that leads back. */
function back(
  target: string,
  from: string,
  field: string,
  rows: FilterInput,
  model: Model,
): readonly (readonly [string, FilterInput])[] {
  const fields = [...(model.collections.get(target)?.fields.values() ?? [])]
  const list = fields.find(
    ({ relation }) => relation?.kind === 'o2m' && relation.collection === from && relation.inverse === field,
  )
  return list === undefined ? [] : [[target, { [list.name]: { _some: rows } }]]
}

/** null: everything. */
function allOf(rules: readonly (FilterInput | null)[]): FilterInput | null {
  const given = rules.filter((rule) => rule !== null && Object.keys(rule).length > 0)
  return given.length === 0 ? null : { _and: given }
}

/** null: there is none. */
function anyOf(rules: readonly (FilterInput | null)[]): FilterInput | null {
  if (rules.length === 0) return null
  return rules.some((rule) => rule === null) ? { _and: [] } : { _or: rules }
}

/** A rule with what stands for the sharer put in; none when something can't be, which then matches nothing. */
function settled(rule: FilterInput | null, facts: Shared['facts']): readonly (FilterInput | null)[] {
  if (rule === null) return [null]
  const values: Readonly<Record<string, unknown>> = {
    $CURRENT_USER: facts.user,
    $CURRENT_ROLE: facts.role,
    $CURRENT_ROLES: facts.roles,
    $CURRENT_POLICIES: facts.policies,
  }
  let isKnown = true
  const settle = (value: unknown): unknown => {
    if (typeof value === 'string' && value.startsWith('$CURRENT_')) {
      const known = Object.hasOwn(values, value) ? values[value] : null
      if (known === null) isKnown = false
      return known
    }
    if (Array.isArray(value)) return value.flatMap((inner) => settle(inner))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, settle(inner)]))
  }
  const result = settle(rule) as FilterInput // an object stays one
  return isKnown ? [result] : []
}
