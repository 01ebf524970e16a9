/** Parts of dates and times that may be selected, filtered, sorted and grouped by: `year(published_at)`. */
import type { DatePart } from '../dialects/dialect.ts'

export const dateParts: readonly DatePart[] = ['year', 'month', 'week', 'day', 'weekday', 'hour', 'minute', 'second']

export const isDatePart = (name: string): name is DatePart => (dateParts as readonly string[]).includes(name)
