/** What the GraphQL specification says against a schema. Ours are built as valid ones, which `validateSchema` believes. */
import { GraphQLSchema, validateSchema } from 'graphql'

export const faultsOf = (schema: GraphQLSchema): readonly string[] =>
  validateSchema(new GraphQLSchema({ ...schema.toConfig(), assumeValid: false })).map(({ message }) => message)
