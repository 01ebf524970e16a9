/** Reads one item's input: its own values, the items it leads to, and what is to become of its lists. Pure. */
import { fail } from '../errors.ts'
import type { Collection, Field, Model, Relation } from '../model/model.ts'
import { decodeKey } from '../query/key.ts'
import type { ItemInput } from './request.ts'

export type ToOne = Extract<Relation, { kind: 'm2o' | 'm2a' }>
export type ToMany = Extract<Relation, { kind: 'o2m' | 'm2m' }>

export type ParsedItem = {
  /** Values of fields with a column, as they came: masks of secrets left out. */
  readonly values: ReadonlyMap<string, unknown>
  /** Items that are written first, because this one holds their keys. */
  readonly toOne: readonly { readonly field: Field; readonly collection: string; readonly input: ItemInput }[]
  /** Items that are written after this one, because they hold its key. */
  readonly lists: readonly { readonly field: Field; readonly relation: ToMany; readonly changes: ListChanges }[]
  /** Names of all fields that the caller wrote: the fields he needs a right to. */
  readonly named: readonly string[]
}

/** What is to become of a list: its whole, or parts of it. Elements are keys or items. */
export type ListChanges =
  | { readonly kind: 'all'; readonly items: readonly unknown[] }
  | {
      readonly kind: 'some'
      readonly create: readonly unknown[]
      readonly update: readonly unknown[]
      readonly delete: readonly unknown[]
    }

/** What stands for a secret that is not shown. */
export const mask = '**********'

/**
 * @param input names and values as sent
 * @param isTrusted the caller may do everything, so may be told which names there are
 * @throws INVALID_PAYLOAD for what has not the form of the field; for an unknown name FORBIDDEN, unless trusted
 */
export function parseItem(input: unknown, collection: Collection, model: Model, isTrusted: boolean): ParsedItem {
  if (!isObject(input)) return fail('INVALID_PAYLOAD', { reason: `An item of "${collection.name}" must be an object.` })
  const values = new Map<string, unknown>()
  const toOne: ParsedItem['toOne'][number][] = []
  const lists: ParsedItem['lists'][number][] = []
  const named: string[] = []
  for (const name of Object.keys(input)) {
    const value = input[name]
    if (value === undefined) continue
    const field = collection.fields.get(name) ?? unknownField(collection, name, isTrusted)
    const { relation } = field
    if (relation === null && field.column === null) continue // presentation
    if (field.isConcealed && value === mask) continue
    named.push(name)
    // A relation that has no column of its own name sets others, which need their own rights.
    if (relation?.kind === 'm2o') named.push(...relation.on.flatMap(([column]) => (column === name ? [] : [column])))
    if (relation?.kind === 'o2m' || relation?.kind === 'm2m') {
      lists.push({ field, relation, changes: changesOf(value, field) })
    } else if (relation !== null && isObject(value)) {
      const target = model.collections.get(targetOf(relation, field, input))
      if (target === undefined) return forbiddenField(collection.name, name)
      if (isOnlyKey(value, target) && leadsToKey(relation, target) && givesKeys(target))
        setKey(values, field, relation, value, target)
      else toOne.push({ field, collection: target.name, input: value })
    } else if (relation?.kind === 'm2o' && (relation.on.length > 1 || field.column === null)) {
      const target = model.collections.get(relation.collection)
      for (const [column, part] of keyParts(value, relation, target, field)) values.set(column, part)
    } else {
      if (field.column?.isGenerated === true)
        fail('INVALID_PAYLOAD', { reason: `The database itself makes the value of "${name}".` })
      values.set(name, value)
    }
  }
  return { values, toOne, lists, named }
}

function unknownField(collection: Collection, name: string, isTrusted: boolean): never {
  if (isTrusted) return fail('INVALID_PAYLOAD', { reason: `"${collection.name}" has no field "${name}".` })
  return forbiddenField(collection.name, name)
}

export function forbiddenField(collection: string, field: string): never {
  return fail('FORBIDDEN', {
    reason: `You may not write the field "${field}" of "${collection}", or it does not exist.`,
  })
}

export const isObject = (value: unknown): value is ItemInput =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !Buffer.isBuffer(value)

function changesOf(value: unknown, field: Field): ListChanges {
  if (value === null) return { kind: 'all', items: [] }
  if (Array.isArray(value)) return { kind: 'all', items: value }
  if (isObject(value) && Object.keys(value).every((key) => ['create', 'update', 'delete'].includes(key))) {
    const list = (name: string): readonly unknown[] => {
      const items = value[name] ?? []
      return Array.isArray(items) ? items : malformedList(field)
    }
    return { kind: 'some', create: list('create'), update: list('update'), delete: list('delete') }
  }
  return malformedList(field)
}

function malformedList(field: Field): never {
  return fail('INVALID_PAYLOAD', {
    reason: `"${field.name}" must be a list, or an object with the lists create, update and delete.`,
  })
}

/** The collection an object belongs to. */
function targetOf(relation: ToOne, field: Field, input: ItemInput): string {
  if (relation.kind === 'm2o') return relation.collection
  const named = input[relation.collectionField]
  if (typeof named === 'string' && relation.collections.includes(named)) return named
  return fail('INVALID_PAYLOAD', {
    reason: `"${relation.collectionField}" must say which collection "${field.name}" belongs to.`,
  })
}

/** Whether the database gives the keys, so that a key alone can only mean an item that is there. */
const givesKeys = ({ primaryKey, fields }: Collection): boolean =>
  primaryKey.some((name) => fields.get(name)?.column?.hasAutoIncrement === true)

/** Whether an object holds a key and nothing else. */
export function isOnlyKey(value: ItemInput, { primaryKey }: Collection): boolean {
  const names = Object.keys(value)
  return names.length > 0 && names.length === primaryKey.length && primaryKey.every((name) => isKeyValue(value[name]))
}

const leadsToKey = (relation: ToOne, { primaryKey }: Collection): boolean =>
  relation.kind === 'm2a' || relation.on.every(([, there]) => primaryKey.includes(there))

export const isKeyValue = (value: unknown): value is string | number | bigint =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'

/** Sets the columns that hold the key of the item that a field leads to. */
function setKey(values: Map<string, unknown>, field: Field, relation: ToOne, key: ItemInput, target: Collection): void {
  if (relation.kind === 'm2a') values.set(field.name, key[target.primaryKey[0] ?? ''])
  else for (const [column, there] of relation.on) values.set(column, key[there])
}

/** The columns of a composite key: null, a list of values, or the one text that stands for them. */
function keyParts(
  value: unknown,
  { on }: Extract<ToOne, { kind: 'm2o' }>,
  target: Collection | undefined,
  field: Field,
): readonly (readonly [string, unknown])[] {
  if (value === null) return on.map(([column]) => [column, null])
  const parts = Array.isArray(value) ? value : isKeyValue(value) ? decodeKey(String(value), on.length) : null
  if (parts?.length !== on.length)
    return fail('INVALID_PAYLOAD', { reason: `"${field.name}" must be a key of ${on.length} values.` })
  // A key's values stand in the order of its own fields.
  const order = target?.primaryKey ?? []
  const isKey = on.every(([, there]) => order.includes(there))
  return on.map(([column, there], index) => [column, parts[isKey ? order.indexOf(there) : index]])
}
