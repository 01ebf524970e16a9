/**
 * What every type, field and input field of the schema means in the model. The schema has no resolvers: whoever executes
 * a document asks these functions instead, so that only `names.ts` ever turns a real name into a GraphQL name.
 */
import type { GraphQLField, GraphQLInputField, GraphQLNamedType } from 'graphql'
import type { FunctionName } from '#schema-engine/field-types/field-type.ts'
import type { AggregateName } from '#schema-engine/query/request.ts'
import type { OperatorName } from '#schema-engine/operators/operator.ts'

/** What the schema's modelling and server fields show; the values come from elsewhere, as plain data. */
export const modellingNames = [
  'collections',
  'collections_by_name',
  'fields',
  'fields_in_collection',
  'fields_by_name',
  'relations',
  'relations_in_collection',
  'relations_by_name',
] as const
export type ModellingName = (typeof modellingNames)[number]
export type ServerName = 'server_ping' | 'server_info' | 'server_health' | 'server_specs_graphql' | 'server_specs_oas'

/** What a field of `Mutation` does with a collection's items. */
export type WriteKind =
  /** `create_c_item(data, json): c` */
  | 'create-one'
  /** `create_c_items(…, data, json): [c!]!` */
  | 'create-many'
  /** `update_c_item(id, data, json, ifMatch): c` */
  | 'update-one'
  /** `update_c_items(…, ids, data, json): [c!]!` */
  | 'update-many'
  /** `update_c_batch(…, data, json): [c!]!`: each item holds its key. */
  | 'update-batch'
  /** `upsert_c_items(…, data, json): [c!]!` */
  | 'upsert-many'
  /** `delete_c_item(id, ifMatch): delete_one` */
  | 'delete-one'
  /** `delete_c_items(ids, filter, search, sort, limit, offset): delete_many` */
  | 'delete-many'
  /** `update_users_me(data, json): directus_users` */
  | 'update-me'
  /** `update_c(data, json): c` */
  | 'update-singleton'

/** A field of `Query` or `Mutation`. */
export type RootDescriptor =
  /** `c(filter, sort, limit, offset, page, search): [c!]!` */
  | { readonly kind: 'list'; readonly collection: string }
  /** `c_by_id(id): c` */
  | { readonly kind: 'one'; readonly collection: string }
  /** `roles_me: [directus_roles]` */
  | { readonly kind: 'own-roles'; readonly collection: string }
  /** `users_me: directus_users` */
  | { readonly kind: 'me'; readonly collection: string }
  /** `c: c` */
  | { readonly kind: 'singleton'; readonly collection: string }
  /** `c_aggregated(groupBy, filter, having, sort, limit, offset, page, search): [c_aggregated!]!` */
  | { readonly kind: 'aggregated'; readonly collection: string }
  /** `c_connection(filter, sort, search, first, after, last, before): c_connection!` */
  | { readonly kind: 'connection'; readonly collection: string }
  | { readonly kind: 'service' }
  | { readonly kind: 'entities' }
  | { readonly kind: 'modelling'; readonly what: ModellingName }
  | { readonly kind: 'server'; readonly what: ServerName }
  /** A query that a feature answers (`features/index.ts`). */
  | { readonly kind: 'feature-query'; readonly name: string }
  | { readonly kind: 'write'; readonly write: WriteKind; readonly collection: string }
  /** A mutation that a feature answers (`features/index.ts`). */
  | { readonly kind: 'feature'; readonly name: string }

/** A field of any other object type. `collection` is the owner of `field`. */
export type ObjectDescriptor =
  /** A column's value; also that of a relation whose target may not be read, which then shows as its column. */
  | { readonly kind: 'field'; readonly collection: string; readonly field: string }
  /** An object (m2o), a union (m2a) or a list of objects (o2m, m2m) of the related collection. */
  | { readonly kind: 'relation'; readonly collection: string; readonly field: string }
  /** `<field>_key` (one value) or `<field>_keys` (a list). */
  | { readonly kind: 'keys'; readonly collection: string; readonly field: string }
  /** `<field>_func`: an object whose fields are of kind `function`. */
  | { readonly kind: 'functions'; readonly collection: string; readonly field: string }
  /** `json` has the argument `path`. */
  | { readonly kind: 'function'; readonly fn: FunctionName }
  /** In `c_aggregated`: the group's values by name, as JSON. */
  | { readonly kind: 'group' }
  | { readonly kind: 'countAll' }
  /** In `c_aggregated`: an object whose fields are of kind `aggregateField`. */
  | { readonly kind: 'aggregate'; readonly aggregate: AggregateName }
  | { readonly kind: 'aggregateField'; readonly collection: string; readonly field: string }
  | { readonly kind: 'edges' }
  | { readonly kind: 'node' }
  | { readonly kind: 'cursor' }
  | { readonly kind: 'nodes' }
  | { readonly kind: 'pageInfo' }
  | { readonly kind: 'pageInfoField'; readonly what: 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor' }
  | { readonly kind: 'totalCount' }
  | { readonly kind: 'sdl' }
  /** Of what was deleted: its key, or keys. */
  | { readonly kind: 'deleted' }
  /** A key of a plain object that modelling or the server gives. */
  | { readonly kind: 'plain'; readonly key: string }

export type OutputDescriptor = RootDescriptor | ObjectDescriptor

/** A field of an input object: a filter, `having`, or the data of an item. `collection` is the owner of `field`. */
export type InputDescriptor =
  /** Operators of a column; a nested filter of a relation (m2o, o2m, m2m). In data: the value, or related items. */
  | { readonly kind: 'field'; readonly collection: string; readonly field: string }
  /** Fields of kind `function` below. */
  | { readonly kind: 'functions'; readonly collection: string; readonly field: string }
  | { readonly kind: 'function'; readonly fn: FunctionName }
  /** Operators of a relation's raw key. In data: the key, or keys. */
  | { readonly kind: 'keys'; readonly collection: string; readonly field: string }
  | { readonly kind: 'operator'; readonly operator: OperatorName }
  | { readonly kind: 'and' }
  | { readonly kind: 'or' }
  | { readonly kind: 'not' }
  | { readonly kind: 'some' }
  | { readonly kind: 'none' }
  /** In data: `<list>_changes`, with fields of kind `change` below. */
  | { readonly kind: 'changes'; readonly collection: string; readonly field: string }
  | { readonly kind: 'change'; readonly what: 'create' | 'update' | 'delete' }
  /** `item__<target>`: a filter (in data: an item) of one collection that an m2a field may lead to. */
  | { readonly kind: 'm2a'; readonly collection: string; readonly field: string; readonly target: string }
  /** In `having`: fields of kind `aggregateField`, with operators below. */
  | { readonly kind: 'aggregate'; readonly aggregate: AggregateName }
  | { readonly kind: 'aggregateField'; readonly collection: string; readonly field: string }
  | { readonly kind: 'countAll' }

/** What an object type stands for. */
export type TypeDescriptor =
  /** `keys`: the field sets of `@key`; empty for what is no entity. `isShared`: both scopes serve it. */
  | {
      readonly kind: 'collection'
      readonly collection: string
      readonly keys: readonly string[]
      readonly isShared: boolean
    }
  | { readonly kind: 'aggregated'; readonly collection: string }
  | { readonly kind: 'connection'; readonly collection: string }
  | { readonly kind: 'edge'; readonly collection: string }

const key = 'tablegraph'

/** `extensions` of a field, input field or type that carry its meaning. */
export const describedBy = <D extends OutputDescriptor | InputDescriptor | TypeDescriptor>(descriptor: D) => ({
  [key]: descriptor,
})

/** The meaning of an object type's field; undefined for `__typename` and introspection. */
export function outputDescriptor(
  field: Pick<GraphQLField<unknown, unknown>, 'extensions'>,
): OutputDescriptor | undefined {
  return field.extensions[key] as OutputDescriptor | undefined // written by `describedBy` alone
}

/** The meaning of an input object's field; undefined where it has none. */
export function inputDescriptor(field: Pick<GraphQLInputField, 'extensions'>): InputDescriptor | undefined {
  return field.extensions[key] as InputDescriptor | undefined // written by `describedBy` alone
}

/** The collection an object type stands for; undefined for shared types, unions and the like. */
export function typeDescriptor(type: Pick<GraphQLNamedType, 'extensions'>): TypeDescriptor | undefined {
  return type.extensions[key] as TypeDescriptor | undefined // written by `describedBy` alone
}
