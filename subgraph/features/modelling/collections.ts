import type { CollectionMetadata } from '#schema-engine/model/metadata.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import { systemAccountability } from '#schema-engine/model/system-collections.ts'
import { mayUse } from '#schema-engine/permissions/access-rules.ts'
import type { ModellingContext } from './index.ts'

/** A collection in the contract's shape (§2.3). `meta` is null for a table without metadata, `schema` for a folder. */
export type CollectionShape = {
  readonly collection: string
  readonly meta: CollectionMetadata | null
  readonly schema: { readonly name: string; readonly schema: string | null; readonly comment: string | null } | null
  readonly graphql: CollectionGraphql | null
}

/** What the collection is called in the graph; null for what it hasn't. */
export type CollectionGraphql = {
  readonly scope: 'items' | 'system'
  readonly type: string
  readonly list: string
  readonly by_id: string | null
  readonly aggregated: string | null
  readonly connection: string | null
  /** Real names of the key's fields; empty when there is none. */
  readonly primary_key: readonly string[]
  /** By its nature: a view. */
  readonly is_read_only: boolean
}

export function describeCollection(collection: Collection, context: ModellingContext): CollectionShape {
  const { table } = collection
  return {
    collection: collection.name,
    meta: collection.metadata ?? (collection.isSystem ? systemMetadata(collection) : null),
    schema: table === null ? null : { name: table.name, schema: table.schema, comment: table.comment },
    graphql: graphqlOf(collection, context),
  }
}

/** Which scope serves a collection, and its names there; null for folders and what is only modelled. */
export function namesOf(collection: Collection, { names }: Pick<ModellingContext, 'names'>) {
  const scope = collection.isSystem ? 'system' : 'items'
  const own = names[scope].collections.get(collection.name)
  return own === undefined ? null : ({ scope, own } as const)
}

function graphqlOf(collection: Collection, context: ModellingContext): CollectionGraphql | null {
  const named = namesOf(collection, context)
  if (named === null) return null
  const { scope, own } = named
  const mayUseKey = (...uses: readonly ('select' | 'filter' | 'sort')[]): boolean =>
    collection.primaryKey.length > 0 &&
    collection.primaryKey.every((field) => uses.every((use) => mayUse(context.access, collection.name, field, use)))
  const isList = !collection.isSingleton
  return {
    scope,
    type: own.type,
    list: own.list,
    by_id: isList && mayUseKey('filter') ? own.byId : null,
    aggregated: isList ? own.aggregated : null,
    connection: isList && mayUseKey('select', 'sort') ? own.connection : null,
    primary_key: mayUseKey('select') ? collection.primaryKey : [],
    is_read_only: collection.isReadOnly,
  }
}

/** The system's own collections have no rows in the metadata tables. */
const systemMetadata = (collection: Collection): CollectionMetadata => ({
  collection: collection.name,
  icon: null,
  note: null,
  display_template: null,
  hidden: false,
  singleton: collection.isSingleton,
  translations: null,
  archive_field: null,
  archive_app_filter: true,
  archive_value: null,
  unarchive_value: null,
  sort_field: null,
  accountability: systemAccountability(collection.name),
  color: null,
  item_duplication_fields: null,
  sort: null,
  group: null,
  collapse: 'open',
  preview_url: null,
  versioning: false,
})
