/** The names of all operators, and the interface that each has: one value with two faces. */
import type { ColumnKind } from '../dialects/database-schema.ts'
import type { Expressions, InList } from '../dialects/dialect.ts'
import type { Bind } from '../sql/bind.ts'
import type { Sql } from '../sql/sql.ts'

export const operatorNames = [
  '_eq',
  '_neq',
  '_lt',
  '_lte',
  '_gt',
  '_gte',
  '_in',
  '_nin',
  '_between',
  '_nbetween',
  '_null',
  '_nnull',
  '_empty',
  '_nempty',
  '_contains',
  '_ncontains',
  '_icontains',
  '_nicontains',
  '_starts_with',
  '_nstarts_with',
  '_istarts_with',
  '_nistarts_with',
  '_ends_with',
  '_nends_with',
  '_iends_with',
  '_niends_with',
  '_intersects',
  '_nintersects',
  '_intersects_bbox',
  '_nintersects_bbox',
  '_json',
] as const

export type OperatorName = (typeof operatorNames)[number]

/** What stands left of the operator: a value, and how its column keeps it. */
export type Subject = {
  readonly expression: Sql
  readonly kind: ColumnKind
  readonly nativeType: string | null
  readonly collation: string | null
}

/** What an operator compares with. `text`: a part of a text. */
export type OperandForm = 'scalar' | 'list' | 'pair' | 'flag' | 'text' | 'geometry'

export type Operand =
  | { readonly form: 'scalar' | 'text' | 'geometry'; readonly bind: Bind }
  | { readonly form: 'list'; readonly list: InList }
  | { readonly form: 'pair'; readonly low: Bind; readonly high: Bind }
  | { readonly form: 'flag'; readonly flag: boolean }

export type Operator = {
  readonly name: OperatorName
  readonly form: OperandForm
  /** Never true of a value that is null. `_null` and `_empty` are the others. */
  readonly isStrict: boolean
  /** A condition. The operand has the operator's form. */
  readonly sql: (subject: Subject, operand: Operand, expressions: Expressions) => Sql
  /**
   * The same in memory. `actual` is the value as the field type's `parse` gives it, or null; `operand` the parsed scalar,
   * list, pair or flag.
   */
  readonly matches: (actual: unknown, operand: unknown) => boolean
}
