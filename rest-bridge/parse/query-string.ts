import qs from 'qs'
import { fail } from '#schema-engine/errors.ts'
import type { QueryLimits } from './rest-query.ts'

/** Parameters by name: texts, and the arrays and objects that brackets make. Without a prototype, at every level. */
export type Parameters = Readonly<Record<string, unknown>>

const parameterLimit = 1000

/**
 * @param text without the question mark
 * @throws INVALID_QUERY when there are too many parameters or entries, or brackets go too deep
 */
export function parseQueryString(text: string, limits: QueryLimits): Parameters {
  if (text === '') return {}
  try {
    return qs.parse(text, {
      depth: limits.bracketDepth,
      strictDepth: true,
      arrayLimit: limits.arrayLimit,
      parameterLimit,
      throwOnLimitExceeded: true,
      plainObjects: true,
    })
  } catch (error) {
    if (error instanceof RangeError) return fail('INVALID_QUERY', { reason: reasonOf(error.message, limits) })
    throw error
  }
}

function reasonOf(message: string, limits: QueryLimits): string {
  if (message.startsWith('Input depth')) return `Brackets are nested deeper than ${limits.bracketDepth}.`
  if (message.startsWith('Array limit')) return `A list in the query string has more than ${limits.arrayLimit} entries.`
  return `There are more than ${parameterLimit} parameters.`
}
