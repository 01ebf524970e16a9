/**
 * schema: the GraphQL schema of one caller, pruned by what they may do. It has no resolvers: every field says what it
 * means in the model (`descriptors.ts`), and the executor plans from that.
 */
import {
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  specifiedDirectives,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
} from 'graphql'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import type { Scope } from '../graph.ts'
import { aggregatedType, havingType } from './aggregates.ts'
import { describedBy } from './descriptors.ts'
import { keysOf } from './entity-keys.ts'
import { modellingFields } from './modelling-types.ts'
import type { Names } from './names.ts'
import { GraphQLAny } from './scalars.ts'
import { pageInfo, sharedDirectives } from './shared-types.ts'
import { createTypes, type Types } from './types.ts'
import { visibleTo } from './visible.ts'

export type SchemaParts = {
  readonly model: Model
  readonly access: Access
  readonly scope: Scope
  readonly names: Names
}

type RootField = GraphQLFieldConfig<unknown, unknown>
type NamedRoots = readonly (readonly [string, RootField])[]

/** Builds the schema that a caller with this access sees in this scope. */
export function buildSchema({ model, access, scope, names }: SchemaParts): GraphQLSchema {
  const types = createTypes(visibleTo(access, model, names))
  const collections = [...types.visible.collections.values()]
  const roots = collections.filter((collection) => collection.isSystem === (scope === 'system'))
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: () =>
      Object.fromEntries([
        ...(scope === 'system' ? modellingFields : []),
        ...roots.flatMap((collection) => rootsOf(collection, types)),
        ...federationRoots(collections, types),
      ]),
  })
  // What is built here is checked by tests over many models, not by every process on every request.
  return new GraphQLSchema({ query, directives: [...specifiedDirectives, ...sharedDirectives], assumeValid: true })
}

function rootsOf(collection: Collection, types: Types): NamedRoots {
  const names = types.visible.namesOf(collection.name)
  const of = { collection: collection.name }
  const object = types.object(collection)
  if (collection.isSingleton)
    return [[names.list, { type: object, extensions: describedBy({ kind: 'singleton', ...of }) }]]
  const args = types.listArguments(collection)
  const hasKey = collection.primaryKey.length > 0
  const one: NamedRoots = [
    [
      names.byId,
      {
        type: object,
        args: { id: { type: new GraphQLNonNull(GraphQLID) } },
        extensions: describedBy({ kind: 'one', ...of }),
      },
    ],
  ]
  return [
    [names.list, { type: listOf(object), args, extensions: describedBy({ kind: 'list', ...of }) }],
    ...(hasKey ? one : []),
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
    ...(hasKey ? [[names.connection, connectionField(collection, types)] as const] : []),
  ]
}

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
function federationRoots(collections: readonly Collection[], types: Types): NamedRoots {
  const service: RootField = { type: new GraphQLNonNull(serviceType), extensions: describedBy({ kind: 'service' }) }
  const entities = collections.filter((collection) => keysOf(collection, types.visible).length > 0)
  if (entities.length === 0) return [['_service', service]]
  const entity = new GraphQLUnionType({ name: '_Entity', types: () => entities.map(types.object) })
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

const serviceType: GraphQLObjectType = new GraphQLObjectType({
  name: '_Service',
  fields: { sdl: { type: GraphQLString, extensions: describedBy({ kind: 'sdl' }) } },
})
