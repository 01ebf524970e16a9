import { malformed, parseJsonBody } from './json-body.ts'
import { isObject } from './parameters.ts'
import type { Parameters } from './query-string.ts'

/** What a SEARCH asks: a query, and the keys of the items it is about; null for all items. */
export type SearchBody = { readonly query: Parameters; readonly keys: readonly (string | number)[] | null }

/**
 * `{ query }` or `{ keys, query? }`; an empty body is a plain list.
 * @throws INVALID_PAYLOAD when it is not JSON, or not of this form
 */
export function parseSearchBody(body: Buffer): SearchBody {
  const value = parseJsonBody(body)
  if (!isObject(value)) return malformed('The body must be an object.')
  const query = value['query'] ?? {}
  if (!isObject(query)) return malformed('"query" must be an object.')
  const keys = value['keys'] ?? null
  if (keys === null) return { query, keys: null }
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string' || typeof key === 'number')) {
    return malformed('"keys" must be a list of keys.')
  }
  return { query, keys }
}
