/**
 * modelling: the collections, fields and relations of a model as data, in the contract's shapes and with their names in the
 * graph. Pure; pruned by access. The Studio is built on this.
 */
import type { Dialect } from '#schema-engine/dialects/dialect.ts'
import { fail } from '#schema-engine/errors.ts'
import { mayRead, mayUse } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { mapEach, type Sliced } from '#schema-engine/slices.ts'
import type { ModellingName } from '../../schema/descriptors.ts'
import type { Names } from '../../schema/names.ts'
import { describeCollection, type CollectionShape } from './collections.ts'
import { describeField, type FieldShape } from './fields.ts'
import { describeRelations, type RelationShape } from './relations.ts'

export type ModellingContext = {
  readonly model: Model
  readonly dialect: Dialect
  readonly access: Access
  /** The names of both scopes: a collection is served in one of them. */
  readonly names: { readonly items: Names; readonly system: Names }
}

type Shape = CollectionShape | FieldShape | RelationShape

export type ModellingArguments = { readonly collection?: string; readonly field?: string; readonly name?: string }

/**
 * What a modelling field of `Query` gives: a list, or one thing.
 * @throws FORBIDDEN when what is named does not exist or may not be read
 */
export function* readModelling(
  what: ModellingName,
  args: ModellingArguments,
  context: ModellingContext,
): Sliced<Shape | readonly Shape[]> {
  const collection = (): Collection => namedCollection(args.collection, context)
  switch (what) {
    case 'collections':
      return yield* mapEach(readable(context), (each) => describeCollection(each, context))
    case 'collections_by_name':
      return describeCollection(namedCollection(args.name, context), context)
    case 'fields':
      return (yield* mapEach(readable(context), (each) => fieldsOf(each, context))).flat()
    case 'fields_in_collection':
      return fieldsOf(collection(), context)
    case 'fields_by_name':
      return fieldsOf(collection(), context).find(({ field }) => field === args.field) ?? fail('FORBIDDEN', {})
    case 'relations':
      return (yield* mapEach(readable(context), (each) => describeRelations(each, context))).flat()
    case 'relations_in_collection':
      return describeRelations(collection(), context)
    case 'relations_by_name':
      return describeRelations(collection(), context).find(({ field }) => field === args.field) ?? fail('FORBIDDEN', {})
  }
}

/** Folders are seen by those who see something in them. */
function readable({ model, access }: ModellingContext): readonly Collection[] {
  const all = [...model.collections.values()]
  const shown = new Set(all.filter((collection) => collection.table !== null && mayRead(access, collection.name)))
  for (const collection of shown) {
    const group = model.collections.get(collection.metadata?.group ?? '')
    if (group !== undefined && group.table === null) shown.add(group) // whose own folder the loop then comes to
  }
  return all.filter((collection) => shown.has(collection) || (access.isFull && collection.table === null))
}

function namedCollection(name: string | undefined, context: ModellingContext): Collection {
  return readable(context).find((collection) => collection.name === name) ?? fail('FORBIDDEN', {})
}

function fieldsOf(collection: Collection, context: ModellingContext): readonly FieldShape[] {
  return [...collection.fields.values()]
    .filter((field) => mayUse(context.access, collection.name, field.name, 'select'))
    .map((field) => describeField(field, collection, context))
}
