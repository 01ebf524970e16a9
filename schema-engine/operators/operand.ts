import type { Expressions } from '../dialects/dialect.ts'
import type { Sql } from '../sql/sql.ts'
import type { Operand, Subject } from './operator.ts'

/** A scalar operand in SQL, as the subject's kind needs it. */
export function scalarOperand(subject: Subject, operand: Operand, to: Expressions): Sql {
  if (operand.form !== 'scalar') throw new TypeError(`expected one value, not a ${operand.form}`)
  return to.operand(operand.bind, subject.kind, subject.nativeType)
}
