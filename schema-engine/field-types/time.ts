import { parseTime, storingMoments } from './dates.ts'
import { date } from './date.ts'
import type { FieldType } from './field-type.ts'

/** A time of day without a zone, `hh:mm:ss` (ISO 8601), with a fraction where there is one. */
export const time: FieldType = {
  ...date,
  name: 'time',
  columnKinds: ['time'],
  json: { type: 'string', pattern: '^\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?$' },
  functions: ['hour', 'minute', 'second'],
  jsonForm: () => ({ kind: 'time' }),
  parse: parseTime,
  store: storingMoments(parseTime),
}
