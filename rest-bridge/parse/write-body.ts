/** Bodies that write: what is to be created, changed or deleted (contract §2.1). Pure; names are not looked up. */
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import { kindOf, malformed, parseJsonBody } from './json-body.ts'
import { isObject } from './parameters.ts'
import type { Parameters } from './query-string.ts'

export type ItemKey = string | number

/** Which items are meant: those with these keys, or those that a query finds. */
export type BodyTarget =
  | { readonly kind: 'keys'; readonly keys: readonly ItemKey[] }
  | { readonly kind: 'query'; readonly query: Parameters }

export type CreateBody =
  | { readonly kind: 'one'; readonly item: ItemInput }
  | { readonly kind: 'many'; readonly items: readonly ItemInput[] }

export type UpdateBody =
  /** The same change to each. */
  | { readonly kind: 'same'; readonly target: BodyTarget; readonly data: ItemInput }
  /** Each item holds its own key. */
  | { readonly kind: 'each'; readonly items: readonly ItemInput[] }

/** An object, or a list of them; nothing is an empty object. @throws INVALID_PAYLOAD */
export function parseCreateBody(body: Buffer): CreateBody {
  const value = parseJsonBody(body)
  return Array.isArray(value) ? { kind: 'many', items: itemsOf(value) } : { kind: 'one', item: itemOf(value) }
}

/** One item's change; nothing is an empty object. @throws INVALID_PAYLOAD */
export const parseItemBody = (body: Buffer): ItemInput => itemOf(parseJsonBody(body))

/** `{keys, data}`, `{query, data}`, or a list of items with their keys. @throws INVALID_PAYLOAD */
export function parseUpdateBody(body: Buffer): UpdateBody {
  const value = parseJsonBody(body)
  if (Array.isArray(value)) return { kind: 'each', items: itemsOf(value) }
  if (!isObject(value)) return malformed(`The body must be an object or a list, and is ${kindOf(value)}.`)
  if (value['data'] === undefined || value['data'] === null) return malformed('"data" is required.')
  const data = isObject(value['data'])
    ? value['data']
    : malformed(`"data" must be an object, and is ${kindOf(value['data'])}.`)
  return { kind: 'same', target: targetOf(value), data }
}

/** A list of keys, `{keys}` or `{query}`. @throws INVALID_PAYLOAD */
export function parseDeleteBody(body: Buffer): BodyTarget {
  const value = parseJsonBody(body)
  if (Array.isArray(value)) return { kind: 'keys', keys: keysOf(value) }
  return isObject(value)
    ? targetOf(value)
    : malformed(`The body must be an object or a list of keys, and is ${kindOf(value)}.`)
}

function targetOf(value: Readonly<Record<string, unknown>>): BodyTarget {
  const keys = value['keys'] ?? null
  const query = value['query'] ?? null
  if (keys !== null && query !== null) return malformed('Only one of "keys" and "query" can be given.')
  if (keys !== null) return { kind: 'keys', keys: keysOf(keys) }
  if (query === null) return malformed('The body must contain at least one of "keys" and "query".')
  return isObject(query) ? { kind: 'query', query } : malformed(`"query" must be an object, and is ${kindOf(query)}.`)
}

function keysOf(value: unknown): readonly ItemKey[] {
  const isListOfKeys =
    Array.isArray(value) && value.every((key: unknown) => typeof key === 'string' || typeof key === 'number')
  return isListOfKeys ? (value as ItemKey[]) : malformed('"keys" must be a list of keys.') // each was just looked at
}

const itemsOf = (values: readonly unknown[]): readonly ItemInput[] => values.map(itemOf)

const itemOf = (value: unknown): ItemInput =>
  isObject(value) ? value : malformed(`An item must be an object, and is ${kindOf(value)}.`)
