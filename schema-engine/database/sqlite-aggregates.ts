/**
 * Sums and averages of exact numbers for SQLite, whose own lose digits: `tg_sum_2` and `tg_avg_2` for two digits after the
 * point, up to 20. Whole numbers have none. The result is a text where SQLite's integers can't hold it.
 */

type SqliteValue = string | number | bigint | Buffer | null

/** `units`: the total in units of the last digit. null: nothing was added. */
type Total = { readonly units: bigint; readonly count: bigint } | null

const maxScale = 20
/** Digits after the point of an average, on every database. */
const averageScale = 10

/** To be registered on every connection. `distinct` may stand before their one argument. */
export const exactAggregates = Array.from({ length: maxScale + 1 }, (_, scale) => {
  const step = (total: unknown, value: unknown): Total => plus(total as Total, value as SqliteValue, scale) // as SQLite hands them over
  const shared = { deterministic: true, safeIntegers: true, start: null, step }
  return [
    { name: `tg_sum_${scale}`, options: { ...shared, result: (total: unknown) => sumOf(total as Total, scale) } },
    { name: `tg_avg_${scale}`, options: { ...shared, result: (total: unknown) => averageOf(total as Total, scale) } },
  ]
}).flat()

/** Nulls, and what is no number, add nothing. */
function plus(total: Total, value: SqliteValue, scale: number): Total {
  const units = unitsOf(value, scale)
  if (units === null) return total
  return { units: (total?.units ?? 0n) + units, count: (total?.count ?? 0n) + 1n }
}

function unitsOf(value: SqliteValue, scale: number): bigint | null {
  if (typeof value === 'bigint') return value * 10n ** BigInt(scale)
  if (typeof value !== 'number' || !Number.isFinite(value)) return null
  // As it is shown. From 10^21 on `toFixed` gives an exponent; such a number has no digits after the point.
  return Math.abs(value) < 1e21 ? BigInt(value.toFixed(scale).replace('.', '')) : BigInt(value) * 10n ** BigInt(scale)
}

function sumOf(total: Total, scale: number): string | bigint | null {
  if (total === null) return null
  return scale === 0 && BigInt.asIntN(64, total.units) === total.units ? total.units : decimalText(total.units, scale)
}

/** Rounded half away from zero, without the zeros at its end. */
function averageOf(total: Total, scale: number): string | null {
  if (total === null) return null
  const dividend = magnitude(total.units) * 10n ** BigInt(averageScale)
  const divisor = total.count * 10n ** BigInt(scale)
  const rounded = (dividend * 2n + divisor) / (divisor * 2n)
  const text = decimalText(total.units < 0n ? -rounded : rounded, averageScale)
  return text.replace(/\.?0+$/, '')
}

function decimalText(units: bigint, scale: number): string {
  const digits = magnitude(units)
    .toString()
    .padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${units < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`
}

const magnitude = (number: bigint): bigint => (number < 0n ? -number : number)
