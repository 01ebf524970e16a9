/** The fields of `Query` by which a collection's items are read, and those of the federation. */
import {
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  GraphQLUnionType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLOutputType,
} from 'graphql'
import type { Use } from '#schema-engine/permissions/access.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import { aggregatedType, havingType } from './aggregates.ts'
import { describedBy } from './descriptors.ts'
import { versionType } from './objects.ts'
import { GraphQLAny } from './scalars.ts'
import { pageInfo } from './shared-types.ts'
import type { Types } from './types.ts'

type RootField = GraphQLFieldConfig<unknown, unknown>
export type NamedRoots = readonly (readonly [string, RootField])[]

export function rootsOf(collection: Collection, types: Types): NamedRoots {
  const names = types.visible.namesOf(collection.name)
  const of = { collection: collection.name }
  const object = types.object(collection)
  if (collection.isSingleton)
    return [
      [names.list, { type: object, args: versionArgument, extensions: describedBy({ kind: 'singleton', ...of }) }],
      ...byVersion(collection, types, {}, describedBy({ kind: 'singleton', ...of })),
    ]
  const args = types.listArguments(collection)
  const mayUseKey = (use: Use): boolean => {
    const usable = types.visible.fieldsOf(collection, use).map(({ field }) => field.name)
    return collection.primaryKey.length > 0 && collection.primaryKey.every((field) => usable.includes(field))
  }
  const isKeyAlwaysSeen = collection.primaryKey.every((name) => {
    const field = collection.fields.get(name)
    return field !== undefined && !types.visible.isConditional(field) && !types.visible.isConditional(field, 'sort')
  })
  const one: NamedRoots = [
    [
      names.byId,
      {
        type: object,
        args: { ...idArgument, ...versionArgument },
        extensions: describedBy({ kind: 'one', ...of }),
      },
    ],
    ...byVersion(collection, types, idArgument, describedBy({ kind: 'one', ...of })),
  ]
  return [
    ...(collection.name === 'directus_roles'
      ? [
          [
            'roles_me',
            { type: new GraphQLList(object), extensions: describedBy({ kind: 'own-roles', ...of }) },
          ] as const,
        ]
      : []),
    [names.list, { type: listOf(object), args, extensions: describedBy({ kind: 'list', ...of }) }],
    ...(collection.name === 'directus_users'
      ? [['users_me', { type: object, args: {}, extensions: describedBy({ kind: 'me', ...of }) }] as const]
      : []),
    ...(mayUseKey('filter') ? one : []),
    [
      names.aggregated,
      {
        type: listOf(aggregatedType(collection, types)),
        args: {
          groupBy: { type: new GraphQLList(GraphQLString) },
          ...args,
          having: { type: havingType(collection, types) },
        },
        extensions: describedBy({ kind: 'aggregated', ...of }),
      },
    ],
    // A cursor tells the key of an item.
    ...(mayUseKey('select') && mayUseKey('sort') && isKeyAlwaysSeen
      ? [[names.connection, connectionField(collection, types)] as const]
      : []),
  ]
}

/** `c_by_version`, of collections that have versions. */
function byVersion(
  collection: Collection,
  types: Types,
  args: GraphQLFieldConfigArgumentMap,
  extensions: RootField['extensions'],
): NamedRoots {
  if (collection.metadata?.versioning !== true) return []
  const { byVersion: name } = types.visible.namesOf(collection.name)
  const version = { type: new GraphQLNonNull(GraphQLString) }
  return [[name, { type: versionType(collection, types), args: { version, ...args }, extensions }]]
}

const idArgument = { id: { type: new GraphQLNonNull(GraphQLID) } }

/** The key of a version, to see the item as that would have it. */
const versionArgument = { version: { type: GraphQLString } }

const listOf = (type: GraphQLOutputType): GraphQLOutputType =>
  new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)))

function connectionField(collection: Collection, types: Types): RootField {
  const { type: name } = types.visible.namesOf(collection.name)
  const of = { collection: collection.name }
  const { filter, sort, search } = types.listArguments(collection)
  const node = types.object(collection)
  const edge = new GraphQLObjectType({
    name: `${name}_edge`,
    extensions: describedBy({ kind: 'edge', ...of }),
    fields: {
      cursor: { type: new GraphQLNonNull(GraphQLString), extensions: describedBy({ kind: 'cursor' }) },
      node: { type: new GraphQLNonNull(node), extensions: describedBy({ kind: 'node' }) },
    },
  })
  const connection = new GraphQLObjectType({
    name: `${name}_connection`,
    extensions: describedBy({ kind: 'connection', ...of }),
    fields: {
      edges: { type: listOf(edge), extensions: describedBy({ kind: 'edges' }) },
      nodes: { type: listOf(node), extensions: describedBy({ kind: 'nodes' }) },
      pageInfo: { type: new GraphQLNonNull(pageInfo), extensions: describedBy({ kind: 'pageInfo' }) },
      totalCount: { type: new GraphQLNonNull(GraphQLInt), extensions: describedBy({ kind: 'totalCount' }) },
    },
  })
  return {
    type: new GraphQLNonNull(connection),
    args: {
      ...(filter === undefined ? {} : { filter }),
      ...(sort === undefined ? {} : { sort }),
      ...(search === undefined ? {} : { search }),
      first: { type: GraphQLInt },
      after: { type: GraphQLString },
      last: { type: GraphQLInt },
      before: { type: GraphQLString },
    },
    extensions: describedBy({ kind: 'connection', ...of }),
  }
}

/** `_service`, and `_entities` where there is an entity (Apollo Federation, subgraph specification). */
export function federationRoots(reached: ReadonlySet<Collection>, types: Types): NamedRoots {
  const service: RootField = { type: new GraphQLNonNull(serviceType), extensions: describedBy({ kind: 'service' }) }
  const isEntity = (collection: Collection): boolean => types.keysOf(collection).length > 0
  if (!reached.values().some(isEntity)) return [['_service', service]]
  const entity = new GraphQLUnionType({
    name: '_Entity',
    types: () => [...reached].filter(isEntity).map(types.object),
  })
  return [
    ['_service', service],
    [
      '_entities',
      {
        type: new GraphQLNonNull(new GraphQLList(entity)),
        args: { representations: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLAny))) } },
        extensions: describedBy({ kind: 'entities' }),
      },
    ],
  ]
}

export const serviceType: GraphQLObjectType = new GraphQLObjectType({
  name: '_Service',
  fields: { sdl: { type: GraphQLString, extensions: describedBy({ kind: 'sdl' }) } },
})
