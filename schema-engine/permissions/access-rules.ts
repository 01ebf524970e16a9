/** Questions about an access that the schema and the planner ask; each has one answer, given here. */
import type { Field, Model } from '../model/model.ts'
import type { Access, AccessLimits, CollectionAccess, FieldAccess, Use, WriteAction } from './access.ts'

const noWrites: Access['write'] = { create: new Map(), update: new Map(), delete: new Map() }

export const noAccessLimits: AccessLimits = { maxRows: null, maxCost: null }

const nothing = { read: new Map(), write: noWrites, share: new Map(), limits: noAccessLimits }

/** Everything, for trusted callers. */
export const fullAccess: Access = { ...nothing, fingerprint: 'full', isFull: true }

export const noAccess: Access = { ...nothing, fingerprint: 'none', isFull: false }

/** The same rights within these bounds. */
export function withLimits(access: Access, limits: AccessLimits): Access {
  const { maxRows, maxCost } = limits
  if (maxRows === null && maxCost === null) return access
  return { ...access, limits, fingerprint: `${access.fingerprint} ${maxRows ?? ''}/${maxCost ?? ''}` }
}

/** Whether some rows may be written so. */
export function mayWrite(access: Access, collection: string, action: WriteAction): boolean {
  return access.isFull || access.write[action].has(collection)
}

/** Whether a field may be written so in some rows. */
export function mayWriteField(
  access: Access,
  collection: string,
  field: string,
  action: Exclude<WriteAction, 'delete'>,
): boolean {
  if (access.isFull) return true
  const rules = access.write[action].get(collection)?.rules ?? []
  return rules.some((rule) => rule.fields === '*' || rule.fields.has(field))
}

export function mayRead(access: Access, collection: string): boolean {
  return access.isFull || access.read.has(collection)
}

/** Whether a field may be used so, in at least some rows. */
export function mayUse(access: Access, collection: string, field: string, use: Use): boolean {
  return access.isFull || grantingRules(access, collection, field, use) !== 'none'
}

const exporting = new WeakMap<Access, Access>()

/** The same rights for who takes what he reads away in a file: what he may see and not export is not there for him. */
export function forExport(access: Access): Access {
  const known = exporting.get(access)
  if (known !== undefined) return known
  const isNarrowed = ({ select, export: exported }: FieldAccess): boolean => select.length !== exported.length
  const isSame = [...access.read.values()].every((own) => own.fields?.values().some(isNarrowed) !== true)
  const narrowed: Access = isSame
    ? access
    : { ...access, fingerprint: `${access.fingerprint} export`, read: new Map([...access.read].map(exportable)) }
  exporting.set(access, narrowed)
  exporting.set(narrowed, narrowed)
  return narrowed
}

const exportable = ([name, own]: readonly [string, CollectionAccess]): readonly [string, CollectionAccess] => [
  name,
  own.fields === null
    ? own
    : { ...own, fields: new Map([...own.fields].map(([field, uses]) => [field, { ...uses, select: uses.export }])) },
]

/** Whether the field's value is hidden in some of the visible rows. */
export function isConditional(access: Access, collection: string, field: string, use: Use): boolean {
  return !access.isFull && Array.isArray(grantingRules(access, collection, field, use))
}

/** The rules that grant a use: `all` when every visible row has it, else their positions in `rules`. */
export function grantingRules(
  access: Access,
  collection: string,
  field: string,
  use: Use,
): 'all' | 'none' | readonly number[] {
  const rights = access.read.get(collection)
  if (rights === undefined) return 'none'
  if (rights.fields === null) return 'all'
  const granted = rights.fields.get(field)?.[use] ?? []
  if (granted.length === 0) return 'none'
  const grantsAllRows = granted.length === rights.rules.length || granted.some((rule) => rights.rules[rule] === null)
  return grantsAllRows ? 'all' : granted
}

/**
 * Whether a relation may be followed: the field itself may be used, every collection on the way read, and the keys that
 * lead back be seen, because the list of an item's children tells each child's key.
 */
export function mayFollow(access: Access, model: Model, field: Field, use: Use): boolean {
  if (!mayUse(access, field.collection, field.name, use)) return false
  const relation = field.relation
  if (relation === null) return false
  const follow = (collection: string, keyField: string): boolean =>
    mayRead(access, collection) && mayUse(access, collection, keyField, use)
  switch (relation.kind) {
    case 'm2o':
      return mayRead(access, relation.collection)
    case 'm2a':
      return (
        mayUse(access, field.collection, relation.collectionField, use) &&
        relation.collections.some((collection) => model.collections.has(collection) && mayRead(access, collection))
      )
    case 'o2m':
      return inverseFields(model, relation.collection, relation.inverse).every((key) =>
        follow(relation.collection, key),
      )
    case 'm2m':
      return (
        mayRead(access, relation.collection) &&
        follow(relation.junction, relation.junctionFields.near) &&
        follow(relation.junction, relation.junctionFields.far)
      )
  }
}

/** The fields whose values tie a child to its parent: the key, and for an m2a the collection's name too. */
export function inverseFields(model: Model, collection: string, inverse: string): readonly string[] {
  const relation = model.collections.get(collection)?.fields.get(inverse)?.relation
  return relation?.kind === 'm2a' ? [inverse, relation.collectionField] : [inverse]
}
