import { emptiness, equality, presence, textParts } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import type { FieldType } from './field-type.ts'

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
}

/** A text; numbers and booleans are taken as their texts. @throws INVALID_QUERY */
export function parseText(input: unknown): string {
  if (typeof input === 'string') return input
  return typeof input === 'number' || typeof input === 'boolean' || typeof input === 'bigint'
    ? String(input)
    : refuse('a text', input)
}
