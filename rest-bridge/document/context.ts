/** What a document is made against: the model, its names, who asks, and the bounds. */
import { fail } from '#schema-engine/errors.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { Scope } from '#subgraph/graph.ts'
import type { CollectionNames, FieldNames } from '#subgraph/names.ts'
import type { QueryLimits } from '../parse/rest-query.ts'

export type DocumentContext = {
  /** Whose root fields the document has: the user's collections', or the system's. */
  readonly scope: Scope
  readonly model: Model
  readonly names: ReadonlyMap<string, CollectionNames>
  readonly access: Access
  readonly limits: QueryLimits
}

/** @throws TypeError for a collection that is not in the model: a name must be checked before */
export function namesOf(context: DocumentContext, collection: string): CollectionNames {
  const names = context.names.get(collection)
  if (names === undefined) throw new TypeError(`no names for the collection ${collection}`)
  return names
}

export function fieldNamesOf(context: DocumentContext, collection: string, field: string): FieldNames {
  const names = namesOf(context, collection).fields.get(field)
  if (names === undefined) throw new TypeError(`no names for the field ${collection}.${field}`)
  return names
}

/** @throws TypeError for a collection that is not in the model */
export function collectionOf(context: DocumentContext, name: string): Collection {
  const collection = context.model.collections.get(name)
  if (collection === undefined) throw new TypeError(`no collection ${name}`)
  return collection
}

/** Throws FORBIDDEN in the same words for what does not exist and for what is not allowed. */
export const denied = (what: string, collection: string): never =>
  fail('FORBIDDEN', { reason: `"${what}" in "${collection}" does not exist, or you may not use it so.` })
