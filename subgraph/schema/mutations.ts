/** The fields of `Mutation` by which a collection's items are written. */
import {
  GraphQLBoolean,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLInputType,
  type GraphQLOutputType,
} from 'graphql'
import type { Collection } from '#schema-engine/model/model.ts'
import type { WriteAction } from '#schema-engine/permissions/access.ts'
import { describedBy, type WriteKind } from './descriptors.ts'
import { GraphQLJson } from './scalars.ts'
import type { Types } from './types.ts'

type NamedRoots = readonly (readonly [string, GraphQLFieldConfig<unknown, unknown>])[]

const deleted = describedBy({ kind: 'deleted' })

export const deleteOne: GraphQLObjectType = new GraphQLObjectType({
  name: 'delete_one',
  fields: { id: { type: new GraphQLNonNull(GraphQLID), extensions: deleted } },
})

export const deleteMany: GraphQLObjectType = new GraphQLObjectType({
  name: 'delete_many',
  fields: { ids: { type: new GraphQLNonNull(new GraphQLList(GraphQLID)), extensions: deleted } },
})

/** What a caller may write of a collection; who can't read it back is told `true`. */
export function writesOf(collection: Collection, types: Types): NamedRoots {
  const { may } = types.writable
  if (!actions.some((action) => may(collection, action))) return []
  const names = types.visible.namesOf(collection.name).writes
  const root = (write: WriteKind, type: GraphQLOutputType, args: GraphQLFieldConfigArgumentMap) => ({
    type,
    args,
    extensions: describedBy({ kind: 'write', write, collection: collection.name }),
  })
  const item = isReadBack(collection, types) ? types.object(collection) : GraphQLBoolean
  if (collection.isSingleton) {
    const update: NamedRoots = may(collection, 'update')
      ? [[names.updateSingleton, root('update-singleton', item, oneOf(types.input(collection, 'update')))]]
      : []
    const mayDelete = may(collection, 'delete') && collection.primaryKey.length > 0
    return mayDelete ? [...update, [names.deleteOne, root('delete-one', deleteOne, { id, ifMatch })]] : update
  }
  const isRead = item !== GraphQLBoolean
  const items = isRead ? listOf(item) : GraphQLBoolean
  const listArguments = isRead ? types.listArguments(collection) : {}
  const many = (data: GraphQLInputObjectType) => ({ ...listArguments, ...manyOf(data) })
  const mayCreate = may(collection, 'create') && types.writable.fieldsOf(collection, 'create').length > 0
  const mayUpdate = may(collection, 'update')
  const roots: NamedRoots[] = []
  if (mayUpdate && collection.name === 'directus_users')
    roots.push([['update_users_me', root('update-me', item, oneOf(types.input(collection, 'update')))]])
  if (mayCreate) {
    const data = types.input(collection, 'create')
    roots.push([
      [names.createOne, root('create-one', item, oneOf(data))],
      [names.createMany, root('create-many', items, many(data))],
    ])
  }
  if (mayUpdate) {
    const data = types.input(collection, 'update')
    roots.push([
      [names.updateOne, root('update-one', item, { id, ...oneOf(data), ifMatch })],
      [names.updateMany, root('update-many', items, { ...listArguments, ids, ...oneOf(data) })],
      [names.updateBatch, root('update-batch', items, many(data))],
    ])
    if (mayCreate) roots.push([[names.upsertMany, root('upsert-many', items, many(data))]])
  }
  if (may(collection, 'delete')) {
    const { page: _, ...query }: GraphQLFieldConfigArgumentMap = listArguments
    roots.push([
      [names.deleteOne, root('delete-one', deleteOne, { id, ifMatch })],
      [names.deleteMany, root('delete-many', deleteMany, { ids, ...query })],
    ])
  }
  return roots.flat()
}

const actions: readonly WriteAction[] = ['create', 'update', 'delete']

/** Written items are found again by their key. */
function isReadBack(collection: Collection, { visible }: Types): boolean {
  if (!visible.collections.has(collection.name)) return false
  const filterable = new Set(visible.fieldsOf(collection, 'filter').map(({ field }) => field.name))
  const { isSingleton, primaryKey } = collection
  return isSingleton || (primaryKey.length > 0 && primaryKey.every((name) => filterable.has(name)))
}

const id = { type: new GraphQLNonNull(GraphQLID) }
const ids = {
  type: new GraphQLList(GraphQLID),
  description:
    'The keys. Without them filter, search, sort, limit and offset say which items; all of them need `limit: -1`.',
}
const ifMatch = {
  type: GraphQLString,
  description:
    'When the item was last updated, or the id of its newest revision, as the caller knows it: it must not have changed since.',
}
const json = {
  type: GraphQLJson,
  description: 'In place of `data`: as REST takes it, with the own names of fields.',
}

const oneOf = (data: GraphQLInputType): GraphQLFieldConfigArgumentMap => ({ data: { type: data }, json })
const manyOf = (data: GraphQLInputType): GraphQLFieldConfigArgumentMap => ({
  data: { type: new GraphQLList(new GraphQLNonNull(data)) },
  json,
})

const listOf = (type: GraphQLOutputType): GraphQLOutputType =>
  new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)))
