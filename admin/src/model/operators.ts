/** Operators in people's words, and the form of their operand. */

/** none: the operator says it all · one value · a list · two bounds */
export type OperandForm = 'none' | 'one' | 'list' | 'pair'

type OperatorInfo = { readonly label: string; readonly operand: OperandForm }

const table: Readonly<Record<string, OperatorInfo>> = {
  _eq: { label: 'is', operand: 'one' },
  _neq: { label: 'is not', operand: 'one' },
  _lt: { label: 'is less than', operand: 'one' },
  _lte: { label: 'is at most', operand: 'one' },
  _gt: { label: 'is more than', operand: 'one' },
  _gte: { label: 'is at least', operand: 'one' },
  _between: { label: 'is between', operand: 'pair' },
  _nbetween: { label: 'is not between', operand: 'pair' },
  _in: { label: 'is one of', operand: 'list' },
  _nin: { label: 'is none of', operand: 'list' },
  _contains: { label: 'contains (exact case)', operand: 'one' },
  _ncontains: { label: 'does not contain (exact case)', operand: 'one' },
  _icontains: { label: 'contains', operand: 'one' },
  _nicontains: { label: 'does not contain', operand: 'one' },
  _starts_with: { label: 'starts with (exact case)', operand: 'one' },
  _nstarts_with: { label: 'does not start with (exact case)', operand: 'one' },
  _istarts_with: { label: 'starts with', operand: 'one' },
  _nistarts_with: { label: 'does not start with', operand: 'one' },
  _ends_with: { label: 'ends with (exact case)', operand: 'one' },
  _nends_with: { label: 'does not end with (exact case)', operand: 'one' },
  _iends_with: { label: 'ends with', operand: 'one' },
  _niends_with: { label: 'does not end with', operand: 'one' },
  _empty: { label: 'is empty', operand: 'none' },
  _nempty: { label: 'is not empty', operand: 'none' },
  _null: { label: 'has no value', operand: 'none' },
  _nnull: { label: 'has a value', operand: 'none' },
}

const dateLabels: Readonly<Record<string, string>> = {
  _eq: 'is exactly',
  _lt: 'is before',
  _lte: 'is at or before',
  _gt: 'is after',
  _gte: 'is at or after',
}

const preferred: Readonly<Record<string, readonly string[]>> = {
  text: ['_icontains', '_eq', '_neq', '_istarts_with', '_in', '_nin', '_null', '_nnull'],
  date: ['_gte', '_lt', '_between'],
}

/** What kind of operand a field type takes; decides the control that enters it. */
export type OperandType = 'text' | 'number' | 'boolean' | 'date' | 'dateTime' | 'time'

export function operandTypeOf(fieldType: string): OperandType {
  switch (fieldType) {
    case 'integer':
    case 'bigInteger':
    case 'float':
    case 'decimal':
      return 'number'
    case 'boolean':
    case 'date':
    case 'time':
      return fieldType
    case 'dateTime':
    case 'timestamp':
      return 'dateTime'
    default:
      return 'text'
  }
}

export const operandForm = (operator: string): OperandForm | null => table[operator]?.operand ?? null

/** The operator in words; what we have no words for keeps its name. */
export function operatorLabel(operator: string, type: OperandType): string {
  const isDate = type === 'date' || type === 'dateTime' || type === 'time'
  return (isDate ? dateLabels[operator] : undefined) ?? table[operator]?.label ?? operator
}

/** The operators that the filter builder offers, the usual ones first. */
export function offeredOperators(operators: readonly string[], type: OperandType): readonly string[] {
  const known = operators.filter((operator) => operator in table)
  const first = (
    preferred[type === 'text' ? 'text' : type === 'number' || type === 'boolean' ? '' : 'date'] ?? []
  ).filter((operator) => known.includes(operator))
  return [...first, ...Object.keys(table).filter((operator) => known.includes(operator) && !first.includes(operator))]
}
