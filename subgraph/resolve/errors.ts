/** EngineError → GraphQL error with the code in its extensions. Anything else is told without a word of what it was. */
import type { GraphQLFormattedError } from 'graphql'
import { EngineError } from '#schema-engine/errors.ts'
import type { GraphError } from '../graph.ts'

export function graphErrorOf(error: unknown): GraphError {
  if (error instanceof EngineError) return { message: error.message, extensions: { ...error.details, code: error.code } }
  return { message: 'An unexpected error occurred.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
}

/** What parsing and validation found, as the contract's one error. */
export function validationError(errors: readonly GraphQLFormattedError[]): GraphError {
  const [first] = errors
  const inner = errors.map(({ message, locations }) => ({ message, ...(locations === undefined ? {} : { locations }) }))
  return {
    message: first?.message ?? 'The GraphQL document is not valid.',
    extensions: { code: 'GRAPHQL_VALIDATION', errors: inner },
    ...(first?.locations === undefined ? {} : { locations: first.locations }),
  }
}
