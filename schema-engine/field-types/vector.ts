import { presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import { string } from './string.ts'
import type { FieldType } from './field-type.ts'

/** A list of numbers that stands for a meaning (pgvector, MariaDB's vector). */
export const vector: FieldType = {
  ...string,
  name: 'vector',
  columnKinds: ['vector'],
  graphql: '[Float]',
  graphqlFilter: 'presence_filter_operators',
  json: { type: 'array', items: { type: 'number' } },
  typescript: 'readonly number[]',
  operators: presence,
  search: null,
  isSortable: false,
  isGroupable: false,
  jsonForm: () => ({ kind: 'vector' }),
  parse: (input) => refuse('no value: vectors are not compared', typeof input),
}
