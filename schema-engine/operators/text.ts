import type { TextPart } from '../dialects/dialect.ts'
import { mapBind } from '../sql/bind.ts'
import { sql } from '../sql/sql.ts'
import type { Operator, OperatorName } from './operator.ts'

/** How both sides of a comparison without regard to case are folded; SQLite's `tg_fold` does the same. */
export const fold = (text: string): string => text.normalize('NFC').toLowerCase()

const tests: Readonly<Record<TextPart, (actual: string, part: string) => boolean>> = {
  contains: (actual, part) => actual.includes(part),
  starts_with: (actual, part) => actual.startsWith(part),
  ends_with: (actual, part) => actual.endsWith(part),
}

/** A list has parts too: its elements. */
function holds(part: TextPart, actual: unknown, text: unknown, prepare: (text: unknown) => string): boolean {
  return Array.isArray(actual) ? actual.map(String).includes(String(text)) : tests[part](prepare(actual), prepare(text))
}

function partOperator(name: OperatorName, part: TextPart, ignoreCase: boolean, isNegated: boolean): Operator {
  const prepare = (text: unknown): string => (ignoreCase ? fold(String(text)) : String(text))
  return {
    name,
    form: 'text',
    isStrict: true,
    sql: (subject, operand, to) => {
      if (operand.form !== 'text') throw new TypeError(`${name} takes a text`)
      const text = mapBind(operand.bind, (value) => (value === null ? null : prepare(value)))
      const condition = to.textPart(subject.expression, part, text, { ignoreCase, kind: subject.kind })
      return isNegated ? sql`not (${condition})` : condition
    },
    matches: (actual, text) => actual !== null && text !== null && holds(part, actual, text, prepare) !== isNegated,
  }
}

/** `_contains` and its kind: exact, or with an `i` without regard to case; with an `n` the opposite. */
export const parts: readonly Operator[] = (['contains', 'starts_with', 'ends_with'] as const).flatMap((part) => [
  partOperator(`_${part}`, part, false, false),
  partOperator(`_n${part}`, part, false, true),
  partOperator(`_i${part}`, part, true, false),
  partOperator(`_ni${part}`, part, true, true),
])
