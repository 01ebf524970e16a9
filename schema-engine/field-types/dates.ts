/** How operands become days, times and instants (ISO 8601). A `Date` is taken as its instant in UTC. */
import type { Column } from '../dialects/database-schema.ts'
import { refuse } from './refuse.ts'
import { storing } from './value-refusal.ts'

const day = /^(\d{4})-(\d\d)-(\d\d)$/
const dayAndTime = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(Z|z|[+-]\d\d(?::?\d\d)?)?)?$/
const timeOfDay = /^(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?$/

type Moment = { readonly day: string; readonly time: string; readonly zone: string | null }

/** `YYYY-MM-DD`; of a date with a time, its day as written. @throws INVALID_QUERY */
export const parseDay = (input: unknown): string => (momentOf(input) ?? refuse('a date, YYYY-MM-DD', input)).day

/** `hh:mm:ss`, with a fraction of up to six digits where there is one; of a date with a time, its time as written. @throws INVALID_QUERY */
export function parseTime(input: unknown): string {
  const text = input instanceof Date ? instantText(input) : typeof input === 'string' ? input.trim() : ''
  const time = timeOf(text) ?? (day.test(text) ? null : momentOf(text)?.time)
  return time?.replace(/\.0+$/, '') ?? refuse('a time, hh:mm:ss', input)
}

const instantText = (date: Date): string => (isValid(date) ? date.toISOString() : String(date))

/** `YYYY-MM-DDThh:mm:ss`, with a fraction where there is one: the wall clock as written, whatever the zone. @throws INVALID_QUERY */
export function parseWallClock(input: unknown): string {
  const moment = momentOf(input) ?? refuse('a date and time, YYYY-MM-DDThh:mm:ss', input)
  return `${moment.day}T${moment.time}`
}

/** `YYYY-MM-DDThh:mm:ss.mmmZ`: the instant in UTC; without a zone, it is UTC. @throws INVALID_QUERY */
export function parseInstant(input: unknown): string {
  if (typeof input === 'string' && isInstantText(input)) return input
  const moment = momentOf(input) ?? refuse('an instant, YYYY-MM-DDThh:mm:ssZ', input)
  const [time = '', fraction = ''] = moment.time.split('.')
  const atUtc = Date.parse(`${moment.day}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`)
  const instant = new Date(atUtc - offsetMs(moment.zone))
  return isValid(instant) && /^\d{4}-/.test(instant.toISOString())
    ? instant.toISOString()
    : refuse('a date of the years 0 to 9999', input)
}

/** Whether it is what `parseInstant` gives: most of what clients send. */
const isInstantText = (text: string): boolean => instantOfAnyMonth.test(text)

/** A month’s first 28 days are days of every month; the others are looked at more closely. */
const instantOfAnyMonth = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

/** As `parse`, with no more digits of a second than the column keeps: databases would round some and cut others. */
export const storingMoments =
  (parse: (input: unknown) => string) =>
  (input: unknown, { precision }: Column): string | null => {
    const moment = storing(parse)(input)
    return moment === null || precision === null ? moment : cutFraction(moment, precision)
  }

function cutFraction(text: string, digits: number): string {
  return text.replace(/\.(\d+)/, (_, fraction: string) => (digits === 0 ? '' : `.${fraction.slice(0, digits)}`))
}

function momentOf(input: unknown): Moment | null {
  if (input instanceof Date) return isValid(input) ? momentOf(input.toISOString()) : null
  const found = typeof input === 'string' ? dayAndTime.exec(input.trim()) : null
  if (found === null || !isDay(found[1] ?? '')) return null
  const time = timeOf(found[2] ?? '00:00:00')
  const zone = found[3] ?? null
  return time === null || Math.abs(offsetMs(zone)) > 86_400_000 ? null : { day: found[1] ?? '', time, zone }
}

function isDay(text: string): boolean {
  if (!day.test(text)) return false
  const parsed = new Date(`${text}T00:00:00Z`)
  return isValid(parsed) && parsed.toISOString().startsWith(text) // 31 February would have moved on to March
}

function timeOf(text: string): string | null {
  const found = timeOfDay.exec(text)
  if (found === null) return null
  const [, hour = '', minute = '', second = '00', fraction = ''] = found
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  const digits = fraction.slice(0, 6)
  return `${hour.padStart(2, '0')}:${minute}:${second}${digits === '' ? '' : `.${digits}`}`
}

function offsetMs(zone: string | null): number {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '')
  if (found === null) return 0
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0)
  return (found[1] === '-' ? -minutes : minutes) * 60_000
}

const isValid = (date: Date): boolean => !Number.isNaN(date.getTime())
