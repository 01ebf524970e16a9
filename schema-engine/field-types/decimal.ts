import { fitted, parseDecimalText } from './numbers.ts'
import { integer } from './integer.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

/**
 * An exact decimal number, with as many digits after the point as its column's scale: a number token in GraphQL, whose
 * type for it is `Float`, and a string in REST. Neither loses a digit on our side.
 */
export const decimal: FieldType = {
  ...integer,
  name: 'decimal',
  columnKinds: ['decimal'],
  graphql: 'Float',
  json: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' },
  typescript: 'string',
  jsonForm: (column, format, isKey) => ({
    kind: 'decimal',
    as: format === 'graphql' && !isKey ? 'number' : 'text',
    scale: column.scale,
  }),
  parse: parseDecimalText,
  store: (input, column) => fitted(storing(parseDecimalText)(input), column),
}
