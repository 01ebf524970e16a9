import { parseSafeInteger, withinRange } from './numbers.ts'
import { equality, ordering, presence } from './operator-sets.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

/** A whole number. As a key it is text in GraphQL, where keys are `ID`. */
export const integer: FieldType = {
  name: 'integer',
  columnKinds: ['integer'],
  graphql: 'Int',
  graphqlFilter: 'number_filter_operators',
  json: { type: 'integer' },
  typescript: 'number',
  operators: [...equality, ...ordering, ...presence],
  functions: [],
  search: 'number',
  isNumeric: true,
  isSortable: true,
  isGroupable: true,
  jsonForm: (_, format, isKey) => ({ kind: 'integer', as: format === 'graphql' && isKey ? 'text' : 'number' }),
  // SQLite keeps 64 bits in what is an integer elsewhere (milliseconds, for one), so the range is that of exact numbers.
  parse: parseSafeInteger,
  store: (input, column) => withinRange(storing(parseSafeInteger)(input), column),
}
