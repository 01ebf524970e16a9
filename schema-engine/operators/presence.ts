import type { Expressions } from '../dialects/dialect.ts'
import { constant } from '../sql/bind.ts'
import { sql } from '../sql/sql.ts'
import type { Sql } from '../sql/sql.ts'
import type { Operand, Operator, OperatorName, Subject } from './operator.ts'

type Test = { readonly sql: (subject: Subject, to: Expressions) => Sql; readonly matches: (actual: unknown) => boolean }

/** Kinds whose values may have no characters, bytes or elements. */
const emptyKinds: ReadonlySet<string> = new Set(['string', 'text', 'unknown', 'binary', 'array'])

const noText = constant('')
function hasNothing({ expression, kind, nativeType, collation }: Subject, to: Expressions): Sql {
  if (kind === 'array') return sql`${to.elementCount(expression, kind)} = 0`
  if (kind === 'binary') return sql`length(${expression}) = 0`
  return to.equals(expression, to.operand(noText, kind, nativeType), kind, collation)
}

const isNull: Test = { sql: ({ expression }) => sql`${expression} is null`, matches: (actual) => actual === null }
const isNotNull: Test = {
  sql: ({ expression }) => sql`${expression} is not null`,
  matches: (actual) => actual !== null,
}
const isEmptyValue = (actual: unknown): boolean => actual === '' || (Array.isArray(actual) && actual.length === 0)

const isEmpty: Test = {
  sql: (subject, to) =>
    emptyKinds.has(subject.kind)
      ? sql`(${subject.expression} is null or ${hasNothing(subject, to)})`
      : isNull.sql(subject, to),
  matches: (actual) => actual === null || isEmptyValue(actual),
}
const isNotEmpty: Test = {
  sql: (subject, to) =>
    emptyKinds.has(subject.kind)
      ? sql`(${subject.expression} is not null and not (${hasNothing(subject, to)}))`
      : isNotNull.sql(subject, to),
  matches: (actual) => actual !== null && !isEmptyValue(actual),
}

/** `{ _null: false }` asks the opposite of `{ _null: true }`. */
function presenceOperator(name: OperatorName, yes: Test, no: Test, isStrict: boolean): Operator {
  const chosen = (operand: Operand): Test => (operand.form === 'flag' && operand.flag ? yes : no)
  return {
    name,
    form: 'flag',
    isStrict,
    sql: (subject, operand, to) => chosen(operand).sql(subject, to),
    matches: (actual, flag) => (flag === true ? yes : no).matches(actual),
  }
}

export const presence: readonly Operator[] = [
  presenceOperator('_null', isNull, isNotNull, false),
  presenceOperator('_nnull', isNotNull, isNull, false),
  presenceOperator('_empty', isEmpty, isNotEmpty, false),
  presenceOperator('_nempty', isNotEmpty, isEmpty, false),
]
