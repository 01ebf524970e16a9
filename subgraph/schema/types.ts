/** The types of one schema, each made once, when it is first asked for. */
import { GraphQLInt, GraphQLList, GraphQLString } from 'graphql'
import type { GraphQLEnumType, GraphQLFieldConfigArgumentMap, GraphQLInputObjectType, GraphQLObjectType } from 'graphql'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { filterType, quantifierFilterType } from './filters.ts'
import { changesInput, itemInput } from './inputs.ts'
import { keysOf } from './entity-keys.ts'
import { enumType, objectType } from './objects.ts'
import { once } from './once.ts'
import type { Visible } from './visible.ts'
import type { InputAction, Writable } from './writable.ts'

export type Types = {
  readonly visible: Visible
  readonly writable: Writable
  /** Collections that another subgraph of ours serves too. */
  readonly isShared: (collection: Collection) => boolean
  /** The field sets of `@key`. */
  readonly keysOf: (collection: Collection) => readonly string[]
  readonly object: (collection: Collection) => GraphQLObjectType
  readonly filter: (collection: Collection) => GraphQLInputObjectType
  readonly quantifierFilter: (collection: Collection) => GraphQLInputObjectType
  readonly input: (collection: Collection, action: InputAction) => GraphQLInputObjectType
  readonly changes: (collection: Collection) => GraphQLInputObjectType
  readonly enumOf: (field: Field) => GraphQLEnumType | null
  /** `filter, sort, limit, offset, page, search` of a list of the collection. */
  readonly listArguments: (collection: Collection) => GraphQLFieldConfigArgumentMap
}

export function createTypes(visible: Visible, writable: Writable, isShared: Types['isShared']): Types {
  const inputs: Readonly<Record<InputAction, (collection: Collection) => GraphQLInputObjectType>> = {
    create: once((collection) => itemInput(collection, 'create', types)),
    update: once((collection) => itemInput(collection, 'update', types)),
  }
  const types: Types = {
    visible,
    writable,
    isShared,
    keysOf: once((collection) => keysOf(collection, visible)),
    object: once((collection) => objectType(collection, types)),
    filter: once((collection) => filterType(collection, types)),
    quantifierFilter: once((collection) => quantifierFilterType(collection, types)),
    input: (collection, action) => inputs[action](collection),
    changes: once((collection) => changesInput(collection, types)),
    enumOf: once((field) => enumType(field, types)),
    listArguments: once((collection) => ({
      filter: { type: types.filter(collection) },
      sort: { type: new GraphQLList(GraphQLString) },
      limit: { type: GraphQLInt },
      offset: { type: GraphQLInt },
      page: { type: GraphQLInt },
      search: { type: GraphQLString },
    })),
  }
  return types
}
