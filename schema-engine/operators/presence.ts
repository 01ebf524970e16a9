import { sql } from '../sql/sql.ts'
import type { Sql } from '../sql/sql.ts'
import type { Operand, Operator, OperatorName, Subject } from './operator.ts'

type Test = { readonly sql: (subject: Subject) => Sql; readonly matches: (actual: unknown) => boolean }

const textKinds: ReadonlySet<string> = new Set(['string', 'text', 'enum', 'unknown'])

const isNull: Test = { sql: ({ expression }) => sql`${expression} is null`, matches: (actual) => actual === null }
const isNotNull: Test = { sql: ({ expression }) => sql`${expression} is not null`, matches: (actual) => actual !== null }
const isEmpty: Test = {
  sql: (subject) =>
    textKinds.has(subject.kind)
      ? sql`(${subject.expression} is null or ${subject.expression} = '')`
      : isNull.sql(subject),
  matches: (actual) => actual === null || actual === '',
}
const isNotEmpty: Test = {
  sql: (subject) =>
    textKinds.has(subject.kind) ? sql`(${subject.expression} is not null and ${subject.expression} <> '')` : isNotNull.sql(subject),
  matches: (actual) => actual !== null && actual !== '',
}

/** `{ _null: false }` asks the opposite of `{ _null: true }`. */
function presenceOperator(name: OperatorName, yes: Test, no: Test, isStrict: boolean): Operator {
  const chosen = (operand: Operand): Test => (operand.form === 'flag' && operand.flag ? yes : no)
  return {
    name,
    form: 'flag',
    isStrict,
    sql: (subject, operand) => chosen(operand).sql(subject),
    matches: (actual, flag) => (flag === true ? yes : no).matches(actual),
  }
}

export const presence: readonly Operator[] = [
  presenceOperator('_null', isNull, isNotNull, false),
  presenceOperator('_nnull', isNotNull, isNull, false),
  presenceOperator('_empty', isEmpty, isNotEmpty, false),
  presenceOperator('_nempty', isNotEmpty, isEmpty, false),
]
