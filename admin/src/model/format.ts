/** Values as text, for people, in the browser's own language. */

/** Digits grouped; text numbers (bigints, decimals) lose none. */
export function formatNumber(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? groupDigits(String(value))
      : value.toLocaleString(undefined, { maximumFractionDigits: 12 })
  const text = String(value as string)
  return /^-?\d+$/.test(text) ? groupDigits(text) : text
}

/** An exact decimal: digits grouped, and as many behind the point as the column keeps. */
export function formatDecimal(value: unknown, scale: number | null): string {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(String(value as number | string))
  if (match === null) return String(value as string)
  const [, sign = '', whole = '', fraction = ''] = match
  const digits = scale === null ? fraction : fraction.padEnd(Math.min(scale, 20), '0')
  return `${sign}${groupDigits(whole)}${digits === '' ? '' : decimalPoint + digits}`
}

const decimalPoint = (1.5).toLocaleString().charAt(1)

const groupDigits = (text: string): string => {
  try {
    return BigInt(text).toLocaleString()
  } catch {
    return text
  }
}

/** `2024-03-01` → the browser's way to write a day. A text that is no date stays. */
export function formatDate(text: string): string {
  // Noon keeps the day where it is, whatever the time zone.
  const date = new Date(`${text.slice(0, 10)}T12:00:00`)
  return Number.isNaN(date.getTime()) ? text : date.toLocaleDateString(undefined, { dateStyle: 'medium' })
}

/** A moment with a zone is shown in the browser's zone; a date and time without one as it is. */
export function formatDateTime(text: string): string {
  const date = new Date(text)
  return Number.isNaN(date.getTime())
    ? text
    : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

/** `12:30:00` → `12:30`; seconds stay when there are any. */
export const formatTime = (text: string): string => text.replace(/^(\d\d:\d\d):00(\.0+)?$/, '$1')

/** JSON on one line, cut where a cell ends. */
export function formatJsonLine(value: unknown, maxLength = 120): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}

/** JSON for reading. */
export const formatJson = (value: unknown): string => JSON.stringify(value, null, 2) ?? ''

/** How many bytes a base64 text stands for, in words. */
export function formatByteLength(base64: string): string {
  const bytes = Math.max(
    0,
    Math.floor((base64.length * 3) / 4) - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0),
  )
  return bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${(bytes / 1024).toFixed(1)} KB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MB`
}
