import { presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import { string } from './string.ts'
import { listOf } from './array.ts'
import { parseFloatNumber } from './numbers.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

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
  store: storing((input) => JSON.stringify(listOf(input).map(parseFloatNumber))),
  parse: (input) => refuse('no value: vectors are not compared', typeof input),
}
