/** A read operation ready to run any number of times: its statement, and how its row becomes the roots' texts. */
import type { Dialect } from '../dialects/dialect.ts'
import type { Statement } from '../database/database.ts'
import { valueOf, type Bind, type Inputs } from '../sql/bind.ts'
import { assemble } from './assemble.ts'
import { compileRead } from './compile.ts'
import type { ReadPlan } from './plan-types.ts'

export type PreparedRead = {
  readonly text: string
  readonly binds: readonly Bind[]
  /** The statement of one run. @throws EngineError when an input does not fit */
  readonly statement: (inputs: Inputs, name: string | null) => Statement
  /** The row's columns → each root's JSON text, in the order of the request's roots. */
  readonly roots: (row: readonly unknown[]) => readonly string[]
}

export function prepareRead(plan: ReadPlan, dialect: Dialect): PreparedRead {
  const { text, binds } = compileRead(plan, dialect)
  return {
    text,
    binds,
    statement: (inputs, name) => ({ text, values: binds.map((bind) => valueOf(bind, inputs)), name }),
    roots: (row) => assemble(plan, row),
  }
}
