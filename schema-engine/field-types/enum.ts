import { string } from './string.ts'
import type { FieldType } from './field-type.ts'

/** One of the values that the database lists for the column. Sorted and compared as its text. */
export const enumeration: FieldType = {
  ...string,
  name: 'enum',
  columnKinds: ['enum'],
  search: null,
  jsonForm: () => ({ kind: 'enum' }),
}
