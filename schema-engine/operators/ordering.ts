import { raw, sql } from '../sql/sql.ts'
import { compareValues } from './compare-values.ts'
import { scalarOperand } from './operand.ts'
import type { Operator, OperatorName } from './operator.ts'

/** `sign` is written between the two; `holds` tells from their order (negative, 0, positive). */
function comparison(name: OperatorName, sign: string, holds: (order: number) => boolean): Operator {
  return {
    name,
    form: 'scalar',
    isStrict: true,
    sql: (subject, operand, to) => sql`${subject.expression} ${raw(sign)} ${scalarOperand(subject, operand, to)}`,
    matches: (actual, operand) => actual !== null && operand !== null && holds(compareValues(actual, operand)),
  }
}

const between: Operator = {
  name: '_between',
  form: 'pair',
  isStrict: true,
  sql: (subject, operand, to) => {
    if (operand.form !== 'pair') throw new TypeError('_between takes a pair')
    const low = to.operand(operand.low, subject.kind, subject.nativeType)
    const high = to.operand(operand.high, subject.kind, subject.nativeType)
    return sql`${subject.expression} between ${low} and ${high}`
  },
  matches: (actual, pair) =>
    actual !== null &&
    Array.isArray(pair) &&
    compareValues(actual, pair[0]) >= 0 &&
    compareValues(actual, pair[1]) <= 0,
}

/** Both ends of `_between` belong to the range. */
export const ordering: readonly Operator[] = [
  comparison('_lt', '<', (order) => order < 0),
  comparison('_lte', '<=', (order) => order <= 0),
  comparison('_gt', '>', (order) => order > 0),
  comparison('_gte', '>=', (order) => order >= 0),
  between,
  {
    ...between,
    name: '_nbetween',
    sql: (...args) => sql`not (${between.sql(...args)})`,
    matches: (actual, pair) => actual !== null && !between.matches(actual, pair),
  },
]
