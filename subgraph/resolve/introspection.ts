/** Introspection of a whole schema, type by type, so that others have their turn in between. */
import { Kind, visit, BREAK, type DocumentNode, type GraphQLNamedType, type GraphQLSchema } from 'graphql'
import { inTurns } from '#schema-engine/slices.ts'
import { LazyObjectType } from '../schema/lazy.ts'

/** Whether a document asks for all types. */
export function asksForSchema(document: DocumentNode): boolean {
  let isAsked = false
  visit(document, {
    enter: (node) => {
      if (node.kind !== Kind.FIELD || node.name.value !== '__schema') return undefined
      isAsked = true
      return BREAK
    },
  })
  return isAsked
}

/**
 * The schema as `execute` may have it: the types of `__schema`, and the fields of `Query` and `Mutation`, are told a few at
 * a time. GraphQL.js waits for promises in these lists as in any.
 */
export const toldInTurns = (schema: GraphQLSchema): GraphQLSchema =>
  Object.create(schema, {
    getTypeMap: { value: () => inTurns(Object.values(schema.getTypeMap()).map(withFieldsInTurns)) },
    getType: { value: (name: string) => schema.getType(name) },
  }) as GraphQLSchema // with other lists alone

const withFieldsInTurns = (type: GraphQLNamedType): GraphQLNamedType =>
  type instanceof LazyObjectType
    ? (Object.create(type, {
        getFields: { value: () => inTurns(Object.values(type.getFields())) },
      }) as GraphQLNamedType)
    : type
