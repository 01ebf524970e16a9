/**
 * operators: what a filter may ask of a value. Each is one value with two faces, `sql` and `matches`; a test feeds the
 * same rows to both on every dialect. Knows `Sql` and the dialect's interface; no dialect by name.
 */
import { ordering } from './ordering.ts'
import { equality } from './equality.ts'
import { presence } from './presence.ts'
import { parts } from './text.ts'
import { geometry } from './geometry.ts'
import type { Operator, OperatorName } from './operator.ts'

export const operators: ReadonlyMap<OperatorName, Operator> = new Map(
  [...equality, ...ordering, ...presence, ...parts, ...geometry].map((operator) => [operator.name, operator]),
)
