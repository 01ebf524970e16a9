/**
 * Dynamic values: `$NOW`, `$NOW(-1 year)`, `$CURRENT_USER`, `$CURRENT_ROLE`, `$CURRENT_ROLES`, `$CURRENT_POLICIES`, and paths into
 * the user and his role: `$CURRENT_USER.company`, `$CURRENT_USER.role.name`.
 */
import { fail } from '../errors.ts'
import type { RequestFacts } from '../sql/bind.ts'

/** The value a name stands for in a request; keys are null and lists empty when nobody is signed in. */
export type DynamicFact = {
  readonly kind: 'fact'
  readonly isList: boolean
  readonly read: (facts: RequestFacts) => unknown
}

/** What the database says of the user, or of his role: the value of a field, over relations. */
export type DynamicPath = { readonly kind: 'path'; readonly of: 'user' | 'role'; readonly fields: readonly string[] }

export type DynamicValue = DynamicFact | DynamicPath

const names: Readonly<Record<string, DynamicFact>> = {
  $CURRENT_USER: { kind: 'fact', isList: false, read: (facts) => facts.user },
  $CURRENT_ROLE: { kind: 'fact', isList: false, read: (facts) => facts.role },
  $CURRENT_ROLES: { kind: 'fact', isList: true, read: (facts) => facts.roles },
  $CURRENT_POLICIES: { kind: 'fact', isList: true, read: (facts) => facts.policies },
}

/**
 * The dynamic value that a text names, or null when it is an ordinary text that begins with a dollar sign.
 * @throws INVALID_QUERY when `$NOW(…)` can't be read, or a path is none
 */
export function dynamicValue(text: string): DynamicValue | null {
  if (Object.hasOwn(names, text)) return names[text] ?? null
  if (text === '$NOW') return { kind: 'fact', isList: false, read: (facts) => facts.now.toISOString() }
  const adjustment = /^\$NOW\((.*)\)$/.exec(text)?.[1]
  if (adjustment === undefined) return /^\$CURRENT_(USER|ROLES?|POLICIES)\b/.test(text) ? pathOf(text) : null
  const shift = parseShift(adjustment)
  return { kind: 'fact', isList: false, read: (facts) => shift(facts.now).toISOString() }
}

function pathOf(text: string): DynamicPath {
  const [, of, path] = /^\$CURRENT_(USER|ROLE)\.(.+)$/s.exec(text) ?? []
  const fields = path?.split('.') ?? []
  if (fields.length === 0 || fields.includes(''))
    return fail('INVALID_QUERY', { reason: `There is no dynamic value "${text}".` })
  return { kind: 'path', of: of === 'USER' ? 'user' : 'role', fields }
}

type Unit = 'milliseconds' | 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years'

const units: Readonly<Record<string, Unit>> = {
  ms: 'milliseconds',
  msec: 'milliseconds',
  msecs: 'milliseconds',
  millisecond: 'milliseconds',
  milliseconds: 'milliseconds',
  s: 'seconds',
  sec: 'seconds',
  secs: 'seconds',
  second: 'seconds',
  seconds: 'seconds',
  m: 'minutes',
  min: 'minutes',
  mins: 'minutes',
  minute: 'minutes',
  minutes: 'minutes',
  h: 'hours',
  hr: 'hours',
  hrs: 'hours',
  hour: 'hours',
  hours: 'hours',
  d: 'days',
  day: 'days',
  days: 'days',
  w: 'weeks',
  week: 'weeks',
  weeks: 'weeks',
  mo: 'months',
  mon: 'months',
  mons: 'months',
  month: 'months',
  months: 'months',
  y: 'years',
  yr: 'years',
  yrs: 'years',
  year: 'years',
  years: 'years',
}

const unitMs = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
}

/** `-1 year`, `+2 months`: a calendar step; the day is held within the month it lands in. */
function parseShift(text: string): (from: Date) => Date {
  const [, sign, amountText = '', unitText = ''] = /^\s*([+-]?)\s*(\d{1,9})\s*([a-z]+)\s*$/i.exec(text) ?? []
  const unit = units[unitText.toLowerCase()]
  if (unit === undefined) {
    return fail('INVALID_QUERY', { reason: `"$NOW(${text})" must hold a number and a unit, like $NOW(-1 year).` })
  }
  const amount = Number(amountText) * (sign === '-' ? -1 : 1)
  if (unit === 'months' || unit === 'years') {
    const months = unit === 'years' ? amount * 12 : amount
    return (from) => addMonths(from, months)
  }
  return (from) => checked(new Date(from.getTime() + amount * unitMs[unit]))
}

function addMonths(from: Date, months: number): Date {
  const shifted = new Date(from)
  shifted.setUTCDate(1)
  shifted.setUTCMonth(shifted.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth() + 1, 0)).getUTCDate()
  shifted.setUTCDate(Math.min(from.getUTCDate(), lastDay))
  return checked(shifted)
}

function checked(date: Date): Date {
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999 ? date : fail('INVALID_QUERY', { reason: '$NOW(…) leaves the years 0 to 9999.' })
}
