import { presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import type { FieldType } from './field-type.ts'
import { ValueRefusal } from './value-refusal.ts'

/** Any JSON value. Its inside is filtered by `_json` and read by `json(path)`. */
export const json: FieldType = {
  name: 'json',
  columnKinds: ['json'],
  graphql: 'JSON',
  graphqlFilter: 'json_filter_operators',
  json: {},
  typescript: 'unknown',
  operators: [...presence, '_json'],
  functions: ['count', 'json'],
  search: null,
  isNumeric: false,
  isSortable: false,
  isGroupable: false,
  jsonForm: () => ({ kind: 'json' }),
  store: storeJson,
  parse: (input) => JSON.stringify(input) ?? refuse('a JSON value', input),
}

/**
 * The text of a JSON value. A text that is JSON is kept as it came, with all its digits; any other is a JSON string, unless it
 * was meant to be an object or a list.
 * @throws ValueRefusal also for characters that not every database keeps
 */
function storeJson(input: unknown): string | null {
  if (input === null) return null
  const meant = typeof input === 'string' ? parsed(input) : { value: input }
  const text = JSON.stringify(meant === null ? input : meant.value) as string | undefined // of no value
  if (text === undefined) throw new ValueRefusal('INVALID_PAYLOAD', `Expected a JSON value, not ${typeof input}.`)
  // U+0000, and halves of a pair, which `stringify` escapes.
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/.test(text)) {
    throw new ValueRefusal('INVALID_PAYLOAD', 'Expected JSON of whole Unicode characters, without U+0000.')
  }
  return typeof input === 'string' && meant !== null ? input.trim() : text
}

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) }
  } catch {
    if (!/^\s*[[{]/.test(text)) return null
    throw new ValueRefusal('INVALID_PAYLOAD', 'Expected JSON, and this text is none.')
  }
}
