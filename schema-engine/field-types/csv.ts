import { string } from './string.ts'
import type { FieldType } from './field-type.ts'

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
}
