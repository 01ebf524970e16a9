/**
 * The GraphQL names of a model: every name that GraphQL holds is kept, the others are changed as little as possible, and no
 * two things share one. The same model always gets the same names, whoever asks.
 */
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Collection, Field, Model } from '#schema-engine/model/model.ts'
import { finish, finishInSlices, type Sliced } from '#schema-engine/slices.ts'
import type { Scope } from '../graph.ts'
import type { CollectionNames, FieldNames, WriteNames } from '../names.ts'
import {
  modelledCollections,
  ownersOfShared,
  sharedFieldNames,
  sharedMutationNames,
  sharedRootNames,
  sharedTypeNames,
} from './shared-names.ts'

export type Names = {
  /** By the collection's real name. Folders and what is only modelled have none. */
  readonly collections: ReadonlyMap<string, CollectionNames>
  /** Whose a name is, of a type or of a field of `Query` or `Mutation`: a collection's; null for the schema's own. */
  readonly owners: { readonly [kind in 'types' | 'roots' | 'mutations']: ReadonlyMap<string, string | null> }
  /** What had to be called otherwise. */
  readonly notices: readonly string[]
}

const valid = /^[A-Za-z_][A-Za-z0-9_]*$/
const systemPrefix = 'directus_'

/** A model never changes, so it is named once. */
const known: Readonly<Record<Scope, WeakMap<Model, Names>>> = { items: new WeakMap(), system: new WeakMap() }

/** The names of one scope. In the system scope the root fields of system collections lose their prefix. */
export function nameCollections(model: Model, scope: Scope): Names {
  const names = known[scope].get(model) ?? finish(allocateNames(model, scope))
  known[scope].set(model, names)
  return names
}

/** Sees to it that the names of a model are there when they are asked for. */
export async function prepareNames(model: Model): Promise<void> {
  for (const scope of ['items', 'system'] as const)
    if (!known[scope].has(model)) known[scope].set(model, await finishInSlices(allocateNames(model, scope)))
}

function* allocateNames(model: Model, scope: Scope): Sliced<Names> {
  const types = reserved(sharedTypeNames)
  const roots = reserved(sharedRootNames)
  const mutations = reserved(scope === 'system' ? sharedMutationNames : [])
  const notices: string[] = []
  const named = new Map<string, CollectionNames>()
  for (const collection of inOrder([...model.collections.values()].filter(isNamed))) {
    const fields = nameFields(collection, notices)
    const type = freeName(toValid(collection.name), (name) =>
      typeFamily(name, collection, fields).every((member) => !types.has(member)),
    )
    for (const member of typeFamily(type, collection, fields)) types.set(member, collection.name)

    const base = scope === 'system' && collection.isSystem ? toValid(collection.name.slice(systemPrefix.length)) : type
    const list = freeName(base, (name) => rootFamily(name).every((member) => !roots.has(member)))
    const mutation = freeName(list, (name) =>
      mutationFamily(name, collection).every((member) => !mutations.has(member)),
    )
    // Only the collections of this scope have root fields.
    if (collection.isSystem === (scope === 'system')) {
      for (const member of rootFamily(list)) roots.set(member, collection.name)
      for (const member of mutationFamily(mutation, collection)) mutations.set(member, collection.name)
    }
    if (type !== collection.name) notices.push(`The collection "${collection.name}" is called ${type} in GraphQL.`)
    else if (list !== base) notices.push(`The lists of "${collection.name}" are called ${list} in GraphQL.`)
    named.set(collection.name, namesOf(collection.name, { type, list, mutation }, fields))
    yield
  }
  return {
    collections: new Map([...model.collections.keys()].flatMap((name) => entryOf(named, name))),
    owners: { types, roots, mutations },
    notices,
  }
}

const reserved = (names: readonly string[]): Map<string, string | null> =>
  new Map(names.map((name) => [name, ownersOfShared.get(name) ?? null]))

const isNamed = (collection: Collection): boolean =>
  collection.table !== null && !modelledCollections.has(collection.name)

function entryOf<T>(map: ReadonlyMap<string, T>, key: string): readonly (readonly [string, T])[] {
  const value = map.get(key)
  return value === undefined ? [] : [[key, value]]
}

function namesOf(
  collection: string,
  { type, list, mutation }: { readonly type: string; readonly list: string; readonly mutation: string },
  fields: ReadonlyMap<string, FieldNames>,
): CollectionNames {
  return {
    collection,
    type,
    list,
    byId: `${list}_by_id`,
    byVersion: `${list}_by_version`,
    aggregated: `${list}_aggregated`,
    connection: `${list}_connection`,
    writes: writesOf(mutation),
    fields,
  }
}

/** Names that GraphQL holds come first, so that they stay; of these the shorter first, because they make longer ones. */
function inOrder<T extends { readonly name: string }>(things: readonly T[]): readonly T[] {
  return things
    .map((thing) => ({ thing, name: thing.name, isHeld: toValid(thing.name) === thing.name }))
    .toSorted((a, b) => {
      if (a.isHeld !== b.isHeld) return a.isHeld ? -1 : 1
      return a.name.length - b.name.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
    })
    .map(({ thing }) => thing)
}

/** The name with what GraphQL can't hold changed: `9bad-name` → `_9bad_name`, `__x` → `x__x`. */
export function toValid(name: string): string {
  const held = name.replaceAll(/[^A-Za-z0-9_]/g, '_')
  if (held === '' || held === '_') return 'x_' // what is called after it would begin with `__`
  if (/^[0-9]/.test(held)) return `_${held}`
  return held.startsWith('__') ? `x${held}` : held // GraphQL keeps `__` for itself
}

function freeName(name: string, isFree: (name: string) => boolean): string {
  if (isFree(name)) return name
  let count = 2
  while (!isFree(`${name}_${count}`)) count++
  return `${name}_${count}`
}

/** Every type that a collection's types are called after; those of later versions and writing too. */
function typeFamily(type: string, collection: Collection, fields: ReadonlyMap<string, FieldNames>): readonly string[] {
  const own = [...fields.values()].flatMap(({ field, value }) => {
    const { relation, type: kind } = collection.fields.get(field) ?? {}
    return relation?.kind === 'm2a' ? [unionName(type, value)] : kind === 'enum' ? [enumName(type, value)] : []
  })
  return [
    type,
    ...['aggregated', 'aggregated_count', 'aggregated_fields', 'aggregated_text', 'connection', 'edge', 'mutated'].map(
      (part) => `${type}_${part}`,
    ),
    ...['filter', 'quantifier_filter', 'having', 'having_count', 'having_fields'].map((part) => `${type}_${part}`),
    `create_${type}_input`,
    `update_${type}_input`,
    `${type}_changes`,
    `version_${type}`,
    ...own,
  ]
}

export const unionName = (type: string, field: string): string => `${type}_${field}_union`
export const enumName = (type: string, field: string): string => `${type}_${field}_enum`

const rootFamily = (list: string): readonly string[] => [
  list,
  ...['by_id', 'by_version', 'aggregated', 'connection', 'mutated'].map((part) => `${list}_${part}`),
]

const writesOf = (base: string): WriteNames => ({
  createOne: `create_${base}_item`,
  createMany: `create_${base}_items`,
  updateOne: `update_${base}_item`,
  updateMany: `update_${base}_items`,
  updateBatch: `update_${base}_batch`,
  upsertMany: `upsert_${base}_items`,
  deleteOne: `delete_${base}_item`,
  deleteMany: `delete_${base}_items`,
  updateSingleton: `update_${base}`,
})

/** A singleton and other collections have different mutations. */
function mutationFamily(base: string, { isSingleton }: Collection): readonly string[] {
  const { updateSingleton, ...others } = writesOf(base)
  return isSingleton ? [updateSingleton, others.deleteOne] : Object.values(others)
}

/** Values first, columns before what is derived; then `<field>_func`, `<field>_key`, `<field>_keys` of what is left. */
function nameFields(collection: Collection, notices: string[]): ReadonlyMap<string, FieldNames> {
  const used = new Set(sharedFieldNames)
  const take = (name: string): string => {
    const free = freeName(name, (candidate) => !used.has(candidate))
    used.add(free)
    return free
  }
  const fields = [...collection.fields.values()].filter(isShown)
  const declared = fields.filter((field) => !field.isDerived)
  const derived = fields.filter((field) => field.isDerived)
  const values = new Map(
    [...inOrder(declared), ...inOrder(derived)].map((field) => [field.name, take(toValid(field.name))]),
  )

  const valueOf = (field: Field): string => values.get(field.name) ?? field.name
  const functions = new Map(fields.filter(hasFunctions).map((field) => [field.name, take(`${valueOf(field)}_func`)]))
  const keys = new Map(
    fields.flatMap((field) => {
      const suffix = keySuffix(field)
      return suffix === null ? [] : [[field.name, take(`${valueOf(field)}_${suffix}`)] as const]
    }),
  )
  const changes = new Map(
    fields.filter(isList).map((field) => [field.name, take(`${valueOf(field)}_changes`)] as const),
  )
  for (const field of fields) {
    const { name } = field
    if (valueOf(field) !== name)
      notices.push(`The field "${collection.name}.${name}" is called ${valueOf(field)} in GraphQL.`)
  }
  return new Map(
    fields.map((field) => [
      field.name,
      {
        field: field.name,
        value: valueOf(field),
        functions: functions.get(field.name) ?? null,
        keys: keys.get(field.name) ?? null,
        changes: changes.get(field.name) ?? null,
      },
    ]),
  )
}

/** Fields that only a screen shows have no place in the graph. */
const isShown = (field: Field): boolean => field.column !== null || field.relation !== null

const isList = ({ relation }: Field): boolean => relation?.kind === 'o2m' || relation?.kind === 'm2m'

const hasFunctions = (field: Field): boolean =>
  field.relation === null ? fieldType(field.type).functions.length > 0 : isList(field)

function keySuffix({ relation }: Field): 'key' | 'keys' | null {
  switch (relation?.kind) {
    case 'm2o':
      return relation.on.length === 1 ? 'key' : null // the columns of a composite key are fields of their own
    case 'm2a':
      return 'key'
    case 'o2m':
    case 'm2m':
      return 'keys'
    case undefined:
      return null
  }
}

/** Whether GraphQL can hold the name as it is. */
export const isValidName = (name: string): boolean => valid.test(name) && !name.startsWith('__')
