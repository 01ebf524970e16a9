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
  type GraphQLFieldConfigArgumentMap,
  type GraphQLOutputType,
} from 'graphql'
import type { Access, Use } from '#schema-engine/permissions/access.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { featureQueries, features } from '../features/index.ts'
import type { Scope } from '../graph.ts'
import { aggregatedType, havingType } from './aggregates.ts'
import { describedBy } from './descriptors.ts'
import { keysOf } from './entity-keys.ts'
import { versionType } from './objects.ts'
import { modellingFields } from './modelling-types.ts'
import { writesOf } from './mutations.ts'
import type { Names } from './names.ts'
import { GraphQLAny } from './scalars.ts'
import { pageInfo, sharedDirectives } from './shared-types.ts'
import { createTypes, type Types } from './types.ts'
import { visibleTo, type Visible } from './visible.ts'
import { writableBy } from './writable.ts'

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
  const visible = visibleTo(access, model, names)
  const [system, items] = partition([...visible.collections.values()], (collection) => collection.isSystem)
  const roots = scope === 'system' ? system : items
  const reached = reachableFrom(roots, visible)
  // What both scopes lead to may be resolved by either, when both are behind one gateway.
  const elsewhere = reachableFrom(scope === 'system' ? items : system, visible)
  const writable = writableBy(access, model, names, visible)
  const types = createTypes(visible, writable, new Set([...reached].filter((collection) => elsewhere.has(collection))))
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: () =>
      Object.fromEntries([
        ...(scope === 'system' ? [...modellingFields, ...featureQueryFields(access)] : []),
        ...roots.flatMap((collection) => rootsOf(collection, types)),
        ...federationRoots([...reached], types),
      ]),
  })
  const written = [...model.collections.values()].filter(
    ({ name, isSystem }) => names.collections.has(name) && isSystem === (scope === 'system'),
  )
  const writes = [
    ...written.flatMap((collection) => writesOf(collection, types)),
    ...(scope === 'system' ? featureFields(access) : []),
  ]
  const mutation =
    writes.length === 0 ? null : new GraphQLObjectType({ name: 'Mutation', fields: Object.fromEntries(writes) })
  // What is built here is checked by tests over many models, not by every process on every request.
  return new GraphQLSchema({
    query,
    mutation,
    directives: [...specifiedDirectives, ...sharedDirectives],
    assumeValid: true,
  })
}

const featureQueryFields = (access: Access): NamedRoots =>
  featureQueries
    .filter(({ isOffered }) => isOffered(access))
    .map(({ name, field }) => [name, { ...field, extensions: describedBy({ kind: 'feature-query', name }) }] as const)

/** The mutations that features answer. */
const featureFields = (access: Access): NamedRoots =>
  features
    .filter(({ isOffered }) => isOffered(access))
    .map(({ name, field }) => [name, { ...field, extensions: describedBy({ kind: 'feature', name }) }] as const)

/** The collections that a document of this scope can come to. */
function reachableFrom(roots: readonly Collection[], visible: Visible): Set<Collection> {
  const reached = new Set(roots)
  for (const collection of reached) {
    for (const { field } of visible.fieldsOf(collection, 'select')) {
      for (const target of visible.targetsOf(field, 'select')) reached.add(target) // which the loop then comes to
    }
  }
  return reached
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(test), all.filter((one) => !test(one))]
}

function rootsOf(collection: Collection, types: Types): NamedRoots {
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
  const ownRoles: NamedRoots =
    collection.name === 'directus_roles'
      ? [['roles_me', { type: new GraphQLList(object), extensions: describedBy({ kind: 'own-roles', ...of }) }]]
      : []
  const me: NamedRoots =
    collection.name === 'directus_users'
      ? [['users_me', { type: object, args: {}, extensions: describedBy({ kind: 'me', ...of }) }]]
      : []
  return [
    ...ownRoles,
    [names.list, { type: listOf(object), args, extensions: describedBy({ kind: 'list', ...of }) }],
    ...me,
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
