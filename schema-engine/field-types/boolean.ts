import type { Column } from '../dialects/database-schema.ts'
import { presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

/** True or false. */
export const boolean: FieldType = {
  name: 'boolean',
  columnKinds: ['boolean'],
  graphql: 'Boolean',
  graphqlFilter: 'boolean_filter_operators',
  json: { type: 'boolean' },
  typescript: 'boolean',
  operators: ['_eq', '_neq', '_in', '_nin', ...presence],
  functions: [],
  search: null,
  isNumeric: false,
  isSortable: true,
  isGroupable: true,
  jsonForm: () => ({ kind: 'boolean' }),
  parse: parseBoolean,
  store: (input, column) => inColumn(storing(parseBoolean)(input), column),
}

/** A column of integers keeps 1 and 0. */
const inColumn = (isTrue: boolean | null, { kind }: Column): boolean | number | null =>
  kind === 'boolean' || isTrue === null ? isTrue : Number(isTrue)

/** True, false, their texts, 1 and 0. @throws INVALID_QUERY */
export function parseBoolean(input: unknown): boolean {
  if (input === true || input === 1 || input === '1' || input === 'true') return true
  if (input === false || input === 0 || input === '0' || input === 'false') return false
  return refuse('true or false', input)
}
