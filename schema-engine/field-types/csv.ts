import type { Column } from '../dialects/database-schema.ts'
import { storeText, string } from './string.ts'
import type { FieldType } from './field-type.ts'
import { ValueRefusal } from './value-refusal.ts'

/** A list of texts, kept in one text column with commas between. Filtered as that text. */
export const csv: FieldType = {
  ...string,
  name: 'csv',
  columnKinds: [],
  graphql: '[String]',
  json: { type: 'array', items: { type: 'string' } },
  typescript: 'readonly string[]',
  search: null,
  jsonForm: () => ({ kind: 'csv' }),
  store: storeList,
}

/** A list of texts without commas, or the text itself. @throws ValueRefusal */
function storeList(input: unknown, column: Column): string | null {
  if (!Array.isArray(input)) return storeText(input, column)
  const texts = input.map((each) => storeText(each, { ...column, maxLength: null }))
  if (texts.some((text) => text === null || text.includes(','))) {
    throw new ValueRefusal('INVALID_PAYLOAD', 'Expected a list of texts without commas.')
  }
  return storeText(texts.join(','), column)
}
