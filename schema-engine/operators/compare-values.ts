/** The order of two parsed values of one field type: numbers by size, decimal texts exactly, other texts by code point. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  if (isDecimal(left) && isDecimal(right)) return compareDecimals(left, right)
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text)

function compareDecimals(a: string, b: string): number {
  const scale = Math.max(fractionOf(a).length, fractionOf(b).length)
  const difference = scaled(a, scale) - scaled(b, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

const fractionOf = (text: string): string => text.split('.')[1] ?? ''

const scaled = (text: string, scale: number): bigint =>
  BigInt((text.split('.')[0] ?? '') + fractionOf(text).padEnd(scale, '0'))
