import { emptiness, presence } from './operator-sets.ts'
import { string } from './string.ts'
import type { FieldType } from './field-type.ts'

/** A list of values of one kind, in a column of its own (PostgreSQL). `_contains` asks for an element. */
export const array: FieldType = {
  ...string,
  name: 'array',
  columnKinds: ['array'],
  graphql: '[String]',
  json: { type: 'array' },
  typescript: 'readonly unknown[]',
  operators: ['_contains', '_ncontains', ...emptiness, ...presence],
  functions: ['count'],
  search: null,
  isSortable: false,
  isGroupable: false,
  jsonForm: (column) => ({ kind: 'array', element: column.elementKind ?? 'text' }),
}
