/** Groups of operators that field types share. */
import type { OperatorName } from '../operators/operator.ts'

export const presence = ['_null', '_nnull'] as const satisfies readonly OperatorName[]
/** Empty is null, and what has no characters or elements. */
export const emptiness = ['_empty', '_nempty'] as const satisfies readonly OperatorName[]
export const equality = ['_eq', '_neq', '_in', '_nin'] as const satisfies readonly OperatorName[]
export const ordering = [
  '_lt',
  '_lte',
  '_gt',
  '_gte',
  '_between',
  '_nbetween',
] as const satisfies readonly OperatorName[]
/** What is asked of a part of a text. */
export const textParts = [
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
] as const satisfies readonly OperatorName[]
