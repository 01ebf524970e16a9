import { parseIntegerText, withinRange } from './numbers.ts'
import { integer } from './integer.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

const min = -(2n ** 63n)
const max = 2n ** 64n - 1n // MySQL's unsigned bigint

const parse = (input: unknown): string => parseIntegerText(input, min, max)

/** A whole number of up to 64 bits: text on every wire, because JSON readers lose its digits. */
export const bigInteger: FieldType = {
  ...integer,
  name: 'bigInteger',
  columnKinds: ['bigint'],
  graphql: 'GraphQLBigInt',
  graphqlFilter: 'big_int_filter_operators',
  json: { type: 'string', pattern: '^-?\\d+$' },
  typescript: 'string',
  jsonForm: () => ({ kind: 'bigint', as: 'text' }),
  parse,
  store: (input, column) => withinRange(storing(parse)(input), column),
}
