/** What of a model a caller's inputs show: pruned by the rights to write, action by action. */
import { mayWrite, mayWriteField } from '#schema-engine/permissions/access-rules.ts'
import type { Access, WriteAction } from '#schema-engine/permissions/access.ts'
import type { Collection, Field, Model } from '#schema-engine/model/model.ts'
import type { Names } from './names.ts'
import type { ShownField, Visible } from './visible.ts'

/** The two inputs of a collection: `create_c_input` and `update_c_input`. */
export type InputAction = Exclude<WriteAction, 'delete'>

export type Writable = {
  /** Whether some items may be written so. A view is never written; without a key items are only created. */
  readonly may: (collection: Collection, action: WriteAction) => boolean
  /** The fields of an input: what may be written so, and the key, by which an item is linked. */
  readonly fieldsOf: (collection: Collection, action: InputAction) => readonly ShownField[]
  /** The collections whose items the input of a relation may hold; empty when it is written as a plain value, or not at all. */
  readonly targetsOf: (field: Field) => readonly Collection[]
  /** Whether an item can't be created without a value of this field. */
  readonly isRequired: (field: Field) => boolean
}

/** Answers what a caller with this access may write of the model. */
export function writableBy(access: Access, model: Model, names: Names, visible: Visible): Writable {
  const may = (collection: Collection, action: WriteAction): boolean =>
    names.collections.has(collection.name) &&
    !collection.isReadOnly &&
    (action === 'create' || collection.isSingleton || collection.primaryKey.length > 0) &&
    mayWrite(access, collection.name, action)

  const isWritten = (collection: Collection): boolean => may(collection, 'create') || may(collection, 'update')

  /** Items of a list are linked by a change of theirs; an item of one's own by a change of the parent. */
  const targetsOf = ({ relation }: Field): readonly Collection[] => {
    if (relation === null) return []
    const targets = (relation.kind === 'm2a' ? relation.collections : [relation.collection]).flatMap(
      (name) => model.collections.get(name) ?? [],
    )
    const linked = relation.kind === 'm2m' ? model.collections.get(relation.junction) : undefined
    return targets.filter((target) => {
      if (!names.collections.has(target.name) || !hasColumns(target)) return false
      switch (relation.kind) {
        case 'o2m':
          return isWritten(target)
        case 'm2m':
          return (
            linked !== undefined && isWritten(linked) && (visible.collections.has(target.name) || isWritten(target))
          )
        default:
          return visible.collections.has(target.name) || isWritten(target)
      }
    })
  }

  /** An input object must have a field: the key, or a column that may be written. */
  const hasColumns = (collection: Collection): boolean =>
    collection.primaryKey.length > 0 ||
    [...collection.fields.values()].some(
      (field) => isStored(field) && mayWriteField(access, collection.name, field.name, 'create'),
    )

  return {
    may,
    targetsOf,
    fieldsOf: (collection, action) => {
      const own = names.collections.get(collection.name)?.fields
      return [...collection.fields.values()].flatMap((field): readonly ShownField[] => {
        const fieldNames = own?.get(field.name)
        const isGranted = field.isPrimaryKey || mayWriteField(access, collection.name, field.name, action)
        if (fieldNames === undefined || !isGranted) return []
        return isStored(field) || targetsOf(field).length > 0 ? [{ field, names: fieldNames }] : []
      })
    },
    isRequired: (field) => isRequired(field) && !isPreset(field, access),
  }
}

/** The database keeps what is given for it. */
const isStored = ({ column }: Field): boolean => column !== null && !column.isGenerated

/** Special fields that are filled in where nothing is given. */
const filled = ['uuid', 'date-created', 'date-updated', 'user-created', 'user-updated', 'role-created', 'role-updated']

function isRequired({ column, isNullable, isPrimaryKey, relation, special, type }: Field): boolean {
  // A related item may be given in several ways, and a key of a parent is given by the nesting.
  if (column === null || isNullable || relation !== null) return false
  if (column.defaultValue !== null || column.isGenerated || column.hasAutoIncrement) return false
  if (isPrimaryKey && (type === 'uuid' || type === 'integer' || type === 'bigInteger')) return false
  return !special.some((name) => filled.includes(name))
}

const isPreset = (field: Field, access: Access): boolean =>
  access.write.create
    .get(field.collection)
    ?.rules.some(({ presets }) => presets !== null && Object.hasOwn(presets, field.name)) === true
