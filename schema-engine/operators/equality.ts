import { sql } from '../sql/sql.ts'
import { scalarOperand } from './operand.ts'
import type { Operator } from './operator.ts'

const isOneOf = (actual: unknown, list: unknown): boolean => Array.isArray(list) && list.includes(actual)

const equals: Operator = {
  name: '_eq',
  form: 'scalar',
  isStrict: true,
  sql: (subject, operand, to) =>
    to.equals(subject.expression, scalarOperand(subject, operand, to), subject.kind, subject.collation),
  matches: (actual, operand) => actual !== null && actual === operand,
}

const isIn: Operator = {
  name: '_in',
  form: 'list',
  isStrict: true,
  sql: (subject, operand, to) => {
    if (operand.form !== 'list') throw new TypeError('_in takes a list')
    return to.isIn(subject.expression, operand.list, subject.kind, subject.nativeType, subject.collation)
  },
  matches: (actual, list) => actual !== null && isOneOf(actual, list),
}

/** As in SQL: a null is neither equal nor unequal. */
export const equality: readonly Operator[] = [
  equals,
  {
    ...equals,
    name: '_neq',
    sql: (...args) => sql`not (${equals.sql(...args)})`,
    matches: (actual, operand) => actual !== null && operand !== null && actual !== operand,
  },
  isIn,
  {
    ...isIn,
    name: '_nin',
    sql: (subject, ...rest) => sql`(${subject.expression} is not null and not (${isIn.sql(subject, ...rest)}))`,
    matches: (actual, list) => actual !== null && !isOneOf(actual, list),
  },
]
