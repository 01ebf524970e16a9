/** How operands become numbers without losing a digit. */
import { refuse } from './refuse.ts'

const integerText = /^[+-]?\d{1,40}$/
const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/
const maxDecimalLength = 1000

/** A whole number that a JavaScript number holds exactly. @throws INVALID_QUERY */
export function parseSafeInteger(input: unknown): number {
  const expected = 'an integer'
  const number = typeof input === 'string' && integerText.test(input.trim()) ? Number(input) : input
  return typeof number === 'number' && Number.isSafeInteger(number) ? number + 0 : refuse(expected, input)
}

/** Digits of a whole number from `min` to `max`, without sign or zeros in front. @throws INVALID_QUERY */
export function parseIntegerText(input: unknown, min: bigint, max: bigint): string {
  const integer = integerOf(input)
  if (integer === null || integer < min || integer > max) return refuse(`an integer from ${min} to ${max}`, input)
  return String(integer)
}

function integerOf(input: unknown): bigint | null {
  if (typeof input === 'bigint') return input
  if (typeof input === 'number') return Number.isSafeInteger(input) ? BigInt(input) : null
  if (typeof input !== 'string' || !integerText.test(input.trim())) return null
  return BigInt(input.trim().replace(/^\+/, ''))
}

/** A finite number. @throws INVALID_QUERY */
export function parseFloatNumber(input: unknown): number {
  const number = typeof input === 'string' && isDecimalText(input.trim()) ? Number(input) : input
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : refuse('a number', input)
}

/**
 * Plain decimal text with every digit that came: `-12.50`; exponents are written out.
 * @throws INVALID_QUERY when it is no number, or one of more than 1,000 characters
 */
export function parseDecimalText(input: unknown): string {
  const text = typeof input === 'number' || typeof input === 'bigint' ? String(input) : input
  if (typeof text !== 'string' || !isDecimalText(text.trim())) return refuse('a decimal number', input)
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = decimalText.exec(text.trim()) ?? []
  const shift = Number(exponent)
  if (whole.length + fraction.length + Math.abs(shift) > maxDecimalLength)
    return refuse('a shorter decimal number', input)
  const digits = shift < 0 ? whole.padStart(1 - shift, '0') + fraction : whole + fraction.padEnd(shift, '0')
  const point = digits.length - Math.max(0, fraction.length - shift)
  const plain = `${digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0'}${point < digits.length ? `.${digits.slice(point)}` : ''}`
  return sign === '-' && /[1-9]/.test(plain) ? `-${plain}` : plain
}

function isDecimalText(text: string): boolean {
  const [, , whole = '', fraction = ''] = decimalText.exec(text) ?? []
  return whole !== '' || fraction !== ''
}
