/** What of a model a caller's schema shows: pruned by access, use by use. */
import { isConditional, mayFollow, mayRead, mayUse } from '#schema-engine/permissions/access-rules.ts'
import type { Access, Use } from '#schema-engine/permissions/access.ts'
import type { Collection, Field, Model } from '#schema-engine/model/model.ts'
import type { CollectionNames, FieldNames } from '../names.ts'
import type { Names } from './names.ts'
import { once } from './once.ts'

/** A field that may be used in some way, with its names. */
export type ShownField = { readonly field: Field; readonly names: FieldNames }

export type Visible = {
  readonly model: Model
  /** Those that may be read and have something to show, in the model's order. */
  readonly collections: ReadonlyMap<string, Collection>
  readonly namesOf: (collection: string) => CollectionNames
  /** The fields that may be used so, in the collection's order. A relation that may not be followed counts as its column. */
  readonly fieldsOf: (collection: Collection, use: Use) => readonly ShownField[]
  /** The collections that a field leads to for this use; empty when it is shown as a plain value. */
  readonly targetsOf: (field: Field, use: Use) => readonly Collection[]
  /** Whether some visible rows may hide the field's value from this use, at first from being shown. */
  readonly isConditional: (field: Field, use?: Use) => boolean
}

/** Whether a collection is in the graph of a caller: it may be read, and has a column to show. */
export function isVisible(collection: Collection, access: Access, names: Names): boolean {
  if (!names.collections.has(collection.name) || !mayRead(access, collection.name)) return false
  return collection.fields
    .values()
    .some(({ column, name }) => column !== null && mayUse(access, collection.name, name, 'select'))
}

/** Answers what a caller with this access sees of the model. */
export function visibleTo(access: Access, model: Model, names: Names): Visible {
  const collections = new Map([...model.collections].filter(([, collection]) => isVisible(collection, access, names)))

  const targetsOf = (field: Field, use: Use): readonly Collection[] => {
    const { relation } = field
    if (relation === null || !mayFollow(access, model, field, use)) return []
    const targets = relation.kind === 'm2a' ? relation.collections : [relation.collection]
    return targets.flatMap((target) => collections.get(target) ?? [])
  }

  const fieldsFor = (use: Use) =>
    once((collection: Collection): readonly ShownField[] => {
      const fieldNames = names.collections.get(collection.name)?.fields
      return [...collection.fields.values()].flatMap((field): readonly ShownField[] => {
        const own = fieldNames?.get(field.name)
        if (own === undefined || !mayUse(access, collection.name, field.name, use)) return []
        return field.column !== null || targetsOf(field, use).length > 0 ? [{ field, names: own }] : []
      })
    })
  const fields = once(fieldsFor)

  return {
    model,
    collections,
    targetsOf,
    namesOf: (collection) => found(names.collections.get(collection), collection),
    fieldsOf: (collection, use) => fields(use)(collection),
    isConditional: (field, use = 'select') => isConditional(access, field.collection, field.name, use),
  }
}

function found(names: CollectionNames | undefined, collection: string): CollectionNames {
  if (names === undefined) throw new TypeError(`the collection ${collection} has no names`)
  return names
}
