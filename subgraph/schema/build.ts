/**
 * schema: the GraphQL schema of one caller, pruned by what they may do. It has no resolvers: every field says what it
 * means in the model (`descriptors.ts`), and the executor plans from that.
 */
import {
  GraphQLObjectType,
  GraphQLSchema,
  isInputObjectType,
  isUnionType,
  specifiedDirectives,
  type GraphQLFieldMap,
  type GraphQLNamedType,
} from 'graphql'
import type { Access } from '#schema-engine/permissions/access.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { finish, type Sliced } from '#schema-engine/slices.ts'
import { featureQueries, features } from '../features/index.ts'
import type { Scope } from '../graph.ts'
import { describedBy } from './descriptors.ts'
import { lazyRecord, LazyObjectType, LazySchema, type Record, typesIn, typesInField } from './lazy.ts'
import { modellingFields } from './modelling-types.ts'
import { deleteMany, deleteOne, writesOf } from './mutations.ts'
import type { Names } from './names.ts'
import { once } from './once.ts'
import { federationRoots, rootsOf, serviceType, type NamedRoots } from './roots.ts'
import { GraphQLAny } from './scalars.ts'
import { sharedDirectives, sharedTypes } from './shared-types.ts'
import { createTypes } from './types.ts'
import { visibleTo, type Visible } from './visible.ts'
import { writableBy } from './writable.ts'

export type SchemaParts = {
  readonly model: Model
  readonly access: Access
  readonly scope: Scope
  readonly names: Names
}

/** The schema that a caller with this access sees in this scope, for documents: what none comes to is not made. */
export function createSchema(parts: SchemaParts): GraphQLSchema {
  const { query, mutation, fixed, collections, typeNamed } = partsOf(parts)
  const names = parts.names.collections
  const types = [...sharedTypes, GraphQLAny, serviceType, deleteOne, deleteMany, ...fixed.flatMap(typesInField)]
  const shared = new GraphQLSchema({ directives, types }).getTypeMap()
  const roots = recordOf(mutation === null ? [query] : [query, mutation])
  return new LazySchema({
    query,
    mutation,
    directives,
    types: lazyRecord({
      get: (name) => roots[name] ?? shared[name] ?? typeNamed(name),
      // These are proposed where a name is wrong.
      names: () => [
        ...Object.keys({ ...roots, ...shared }),
        ...collections.map(({ name }) => names.get(name)?.type ?? name),
      ],
    }),
  })
}

/** The same schema with all that is in it, and nothing else. */
export const buildSchema = (parts: SchemaParts): GraphQLSchema => finish(buildWhole(parts))

export function* buildWhole(parts: SchemaParts): Sliced<GraphQLSchema> {
  const { query, mutation, collections, written, readsOf, changesOf } = partsOf(parts)
  for (const collection of collections) {
    readsOf(collection)
    yield
  }
  for (const collection of written) {
    changesOf(collection)
    yield
  }
  const found = new Set<GraphQLNamedType>([query, ...(mutation === null ? [] : [mutation]), ...introspected])
  for (const type of found) {
    for (const next of typesIn(type)) found.add(next) // which the loop then comes to
    yield
  }
  return new LazySchema({ query, mutation, directives, types: recordOf(found) })
}

const directives = [...specifiedDirectives, ...sharedDirectives]
/** What every schema has: introspection, and the arguments of directives. */
const introspected = Object.values(new GraphQLSchema({ directives }).getTypeMap())

function recordOf(types: Iterable<GraphQLNamedType>): Record<GraphQLNamedType> {
  const record: Record<GraphQLNamedType> = Object.create(null) // without a prototype, so that a type may have any name
  for (const type of types) record[type.name] = type
  return record
}

function partsOf({ model, access, scope, names }: SchemaParts) {
  const visible = visibleTo(access, model, names)
  const writable = writableBy(access, model, names, visible)
  const isOfScope = ({ isSystem }: Collection): boolean => isSystem === (scope === 'system')
  const [collections, others] = partition([...visible.collections.values()], isOfScope)
  const reached = lazily(() => reachableFrom(collections, visible))
  // What both scopes lead to may be resolved by either, when both are behind one gateway.
  const elsewhere = lazily(() => reachableFrom(others, visible))
  const types = createTypes(visible, writable, (collection) => reached().has(collection) && elsewhere().has(collection))

  const firstReads = fieldMap(scope === 'system' ? [...modellingFields, ...featureQueryFields(access)] : [])
  const readsOf = once((collection: Collection) => fieldMap(rootsOf(collection, types)))
  const lastReads = lazily(() => fieldMap(federationRoots(reached(), types)))
  const query = new LazyObjectType('Query', {
    get: (name) => {
      const owner = visible.collections.get(names.owners.roots.get(name) ?? '')
      if (owner !== undefined && isOfScope(owner)) return readsOf(owner)[name]
      return firstReads[name] ?? lastReads()[name]
    },
    names: () => [firstReads, ...collections.map(readsOf), lastReads()].flatMap(Object.keys),
  })

  const lastChanges = fieldMap(scope === 'system' ? featureFields(access) : [])
  const changesOf = once((collection: Collection) => fieldMap(writesOf(collection, types)))
  const written = [...model.collections.values()].filter(
    (collection) => names.collections.has(collection.name) && isOfScope(collection),
  )
  const mayWrite = Object.keys(lastChanges).length > 0 || written.some((one) => writesOf(one, types).length > 0)
  const mutation = new LazyObjectType('Mutation', {
    get: (name) => {
      const owner = model.collections.get(names.owners.mutations.get(name) ?? '')
      return owner !== undefined && isOfScope(owner) ? changesOf(owner)[name] : lastChanges[name]
    },
    names: () => [...written.map(changesOf), lastChanges].flatMap(Object.keys),
  })

  /** More may be among them than documents can come to; of a collection that is hidden there is none. */
  const ownTypesOf = once((collection: Collection): ReadonlyMap<string, GraphQLNamedType> => {
    const isOwn = ({ name }: GraphQLNamedType): boolean => names.owners.types.get(name) === collection.name
    const isRead = visible.collections.has(collection.name) && (isOfScope(collection) || reached().has(collection))
    const roots = isOfScope(collection)
      ? [...(isRead ? Object.values(readsOf(collection)) : []), ...Object.values(changesOf(collection))]
      : []
    const start = [
      ...(isRead ? [types.object(collection), types.quantifierFilter(collection)] : []),
      ...roots.flatMap(typesInField),
    ]
    return reachedFrom(start, isOwn)
  })

  /** Inputs of items that can't be written by themselves stand in those of others. */
  const nestedInputs = lazily(() =>
    reachedFrom(mayWrite ? written.flatMap((one) => Object.values(changesOf(one)).flatMap(typesInField)) : [], isInput),
  )

  /** A type by its name, when a document of this caller may come to it. */
  function typeNamed(name: string): GraphQLNamedType | undefined {
    const owner = model.collections.get(names.owners.types.get(name) ?? '')
    if (owner === undefined) return reachedFrom(Object.values(lastReads()).flatMap(typesInField), isUnionType).get(name)
    return ownTypesOf(owner).get(name) ?? (isInputName(name) ? nestedInputs().get(name) : undefined)
  }

  return {
    query,
    mutation: mayWrite ? mutation : null,
    fixed: [...Object.values(firstReads), ...Object.values(lastChanges)],
    collections,
    written,
    readsOf,
    changesOf,
    typeNamed,
  }
}

/** These types and those that they lead to, by name; what is not followed is not among them. */
function reachedFrom(
  start: readonly GraphQLNamedType[],
  isFollowed: (type: GraphQLNamedType) => boolean,
): ReadonlyMap<string, GraphQLNamedType> {
  const found = new Set(start.filter(isFollowed))
  for (const type of found) for (const next of typesIn(type)) if (isFollowed(next)) found.add(next) // which the loop then comes to
  return new Map([...found].map((type) => [type.name, type]))
}

/** The input of an item, or changes of a list of them (`names.ts`). */
const isInput = (type: GraphQLNamedType): boolean => isInputObjectType(type) && isInputName(type.name)
const isInputName = (name: string): boolean => /^(create|update)_.*_input$|_changes$/.test(name)

const fieldMap = (fields: NamedRoots): GraphQLFieldMap<unknown, unknown> =>
  new GraphQLObjectType({ name: 'Fields', fields: Object.fromEntries(fields) }).getFields()

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
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
