/** How operands become numbers without losing a digit. */
import type { Column } from '../dialects/database-schema.ts'
import { refuse } from './refuse.ts'
import { ValueRefusal } from './value-refusal.ts'

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
  if (typeof text === 'string' && Number.isFinite(input) && !text.includes('e')) return text // a number's own, as it is
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

/** Bits of whole numbers by the name of the type; any other has what its database says. */
const bits: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  int2: 16,
  mediumint: 24,
  int: 32,
  int4: 32,
  integer: 32,
  bigint: 64,
  int8: 64,
}

/** A whole number as it is, when its column can hold it. @throws ValueRefusal VALUE_OUT_OF_RANGE */
export function withinRange<T extends number | string | null>(number: T, column: Column): T {
  const range = number === null ? null : rangeOf(column)
  if (number === null || range === null) return number
  const { min, max } = range
  // A number that holds an integer exactly is compared exactly with any bound.
  if (typeof number === 'number' && number >= range.least && number <= range.most) return number
  const exact = BigInt(number)
  if (exact < min || exact > max) outOfRange(`an integer from ${min} to ${max}`, exact)
  return number
}

/** `least`, `most`: the same bounds as numbers, as far inside as they are exact. null: whatever the database says. */
type Range = { readonly min: bigint; readonly max: bigint; readonly least: number; readonly most: number }

const ranges = new WeakMap<Column, Range | null>()

function rangeOf(column: Column): Range | null {
  const known = ranges.get(column)
  if (known !== undefined) return known
  const isWide = column.storage === 'int64'
  const size = isWide ? 64 : Object.hasOwn(bits, column.dataType) ? bits[column.dataType] : undefined
  const range = size === undefined ? null : rangeOfBits(size, isWide || !/unsigned/i.test(column.nativeType))
  ranges.set(column, range)
  return range
}

function rangeOfBits(size: number, isSigned: boolean): Range {
  const min = isSigned ? -(2n ** BigInt(size - 1)) : 0n
  const max = isSigned ? 2n ** BigInt(size - 1) - 1n : 2n ** BigInt(size) - 1n
  const within = (bound: bigint): number =>
    Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(bound)))
  return { min, max, least: within(min), most: within(max) }
}

/** Digits that floating point keeps of any decimal. */
const exactDigits = 15

/**
 * Plain decimal text as its column keeps it: rounded to its scale, half away from zero, as databases do it.
 * @throws ValueRefusal VALUE_OUT_OF_RANGE for more digits before the point than it has room for
 */
export function fitted(decimal: string | null, { precision, scale, storage }: Column): string | null {
  if (decimal === null) return null
  const rounded = scale === null || scale < 0 ? decimal : roundedTo(scale, decimal)
  if (precision !== null && scale !== null && rounded.length > precision - scale) {
    const whole = (/^-?(\d*)/.exec(rounded)?.[1] ?? '').replace(/^0+/, '')
    if (whole.length > precision - scale)
      outOfRange(`a number of ${precision - scale} digits before the point`, decimal)
  }
  return storage === 'double' ? inDouble(rounded) : rounded
}

function roundedTo(scale: number, decimal: string): string {
  const point = decimal.indexOf('.')
  if (point < 0 || decimal.length - point - 1 <= scale) return decimal
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
  const kept = BigInt(whole + fraction.slice(0, scale)) + (fraction.charAt(scale) >= '5' ? 1n : 0n)
  const digits = String(kept).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return kept === 0n ? text : sign + text
}

/** A whole number of 64 bits is kept as one; of any other, no digit may be lost. */
function inDouble(decimal: string): string {
  const short = decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
  if (!short.includes('.') && BigInt.asIntN(64, BigInt(short)) === BigInt(short)) return short
  const digits = short.replaceAll(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '')
  if (digits.length > exactDigits)
    outOfRange(`a number of ${exactDigits} digits, which is what this database keeps`, decimal)
  return short
}

function outOfRange(expected: string, input: bigint | string): never {
  throw new ValueRefusal('VALUE_OUT_OF_RANGE', `Expected ${expected}, not ${input}.`)
}
