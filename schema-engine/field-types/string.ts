import type { Column } from '../dialects/database-schema.ts'
import { emptiness, equality, presence, textParts } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import type { FieldType } from './field-type.ts'
import { storing, ValueRefusal } from './value-refusal.ts'

/** A short text with a length. */
export const string: FieldType = {
  name: 'string',
  columnKinds: ['string'],
  graphql: 'String',
  graphqlFilter: 'string_filter_operators',
  json: { type: 'string' },
  typescript: 'string',
  operators: [...equality, ...textParts, ...emptiness, ...presence],
  functions: [],
  search: 'text',
  isNumeric: false,
  isSortable: true,
  isGroupable: true,
  jsonForm: (column) => ({ kind: column.kind === 'text' ? 'text' : 'string' }),
  parse: parseText,
  store: storeText,
}

/** A text; numbers and booleans are taken as their texts. @throws INVALID_QUERY */
export function parseText(input: unknown): string {
  if (typeof input === 'string') return input
  return typeof input === 'number' || typeof input === 'boolean' || typeof input === 'bigint'
    ? String(input)
    : refuse('a text', input)
}

/** @throws ValueRefusal also for a text that is longer than its column, which SQLite would keep */
export function storeText(input: unknown, { maxLength }: Column): string | null {
  const text = storeAnyText(input)
  if (text !== null && maxLength !== null && text.length > maxLength && lengthOf(text) > maxLength) {
    throw new ValueRefusal('VALUE_TOO_LONG', `Expected a text of up to ${maxLength} characters, not ${lengthOf(text)}.`)
  }
  return text
}

/** A text of any length, without what some databases can't keep and others would change. @throws ValueRefusal */
export function storeAnyText(input: unknown): string | null {
  const text = storing(parseText)(input)
  if (text?.includes('\0') === true) {
    throw new ValueRefusal('INVALID_PAYLOAD', 'Expected a text without the character U+0000.')
  }
  if (text?.isWellFormed() === false) {
    throw new ValueRefusal('INVALID_PAYLOAD', 'Expected a text of whole Unicode characters, not half of a pair.')
  }
  return text
}

/** In characters, as databases count them. */
const lengthOf = (text: string): number => Array.from(text).length
