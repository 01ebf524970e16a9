import { equality, presence, textParts } from './operator-sets.ts'
import { storeAnyText, string } from './string.ts'
import type { FieldType } from './field-type.ts'

/** A value of a type that only its database knows, as the database's own text. */
export const unknown: FieldType = {
  ...string,
  name: 'unknown',
  columnKinds: ['unknown'],
  operators: [...equality, ...textParts, ...presence],
  search: null,
  isSortable: false,
  isGroupable: false,
  jsonForm: () => ({ kind: 'unknown' }),
  store: storeAnyText,
}
