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
    const parameters = qs.parse(text, {
      depth: limits.bracketDepth,
      strictDepth: true,
      arrayLimit: limits.arrayLimit,
      parameterLimit,
      throwOnLimitExceeded: true,
      plainObjects: true,
    })
    return text.includes('_json') ? (withTypedJson(parameters, false) as Parameters) : parameters // an object stays one
  } catch (error) {
    if (error instanceof RangeError) return fail('INVALID_QUERY', { reason: reasonOf(error.message, limits) })
    throw error
  }
}

/**
 * What is compared with the inside of a JSON value has no type but its own, and brackets can't tell one: a number or a
 * boolean is what looks like it. `filter={…}` says exactly what is meant.
 */
function withTypedJson(value: unknown, isInside: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => withTypedJson(item, isInside))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, withTypedJson(inner, isInside || key === '_json')]),
    )
  }
  if (!isInside || typeof value !== 'string') return value
  if (value === 'true' || value === 'false') return value === 'true'
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value) && String(Number(value)) === value ? Number(value) : value
}

function reasonOf(message: string, limits: QueryLimits): string {
  if (message.startsWith('Input depth')) return `Brackets are nested deeper than ${limits.bracketDepth}.`
  if (message.startsWith('Array limit')) return `A list in the query string has more than ${limits.arrayLimit} entries.`
  return `There are more than ${parameterLimit} parameters.`
}
