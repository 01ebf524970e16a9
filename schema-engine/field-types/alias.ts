import { presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import { string } from './string.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

/** A field without a column: a list of related items, or something that only a screen shows. */
export const alias: FieldType = {
  ...string,
  name: 'alias',
  columnKinds: [],
  graphqlFilter: null,
  json: { type: 'array' },
  typescript: 'readonly unknown[]',
  operators: presence,
  functions: ['count'],
  search: null,
  isSortable: false,
  isGroupable: false,
  jsonForm: () => ({ kind: 'unknown' }),
  store: storing(() => refuse('no value: it has no column', 'one')),
  parse: (input) => refuse('no value: a list of related items is filtered by its items', typeof input),
}
