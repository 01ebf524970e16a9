import { parseFloatNumber } from './numbers.ts'
import { integer } from './integer.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

/** A number in floating point. */
export const float: FieldType = {
  ...integer,
  name: 'float',
  columnKinds: ['float'],
  graphql: 'Float',
  json: { type: 'number' },
  jsonForm: ({ nativeType }) => ({ kind: 'float', nativeType }),
  parse: parseFloatNumber,
  store: storing(parseFloatNumber),
}
