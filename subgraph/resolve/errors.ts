/** EngineError → GraphQL error with the code in its extensions. Anything else is told without a word of what it was. */
import type { GraphQLFormattedError } from 'graphql'
import { EngineError } from '#schema-engine/errors.ts'
import type { GraphError } from '../graph.ts'

export function graphErrorOf(error: unknown): GraphError {
  if (error instanceof EngineError)
    return { message: error.message, extensions: { ...error.details, code: error.code } }
  return { message: 'An unexpected error occurred.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
}

/** A request that was understood is answered with 200, its error in the body; a service that is away is not. */
export const statusOf = (error: unknown): number =>
  error instanceof EngineError && error.status >= 503 ? error.status : 200

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
