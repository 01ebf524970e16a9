import { parseWallClock, storingMoments } from './dates.ts'
import { date } from './date.ts'
import type { FieldType } from './field-type.ts'

/** A day and a time on some wall clock, without a zone: `YYYY-MM-DDThh:mm:ss`, with a fraction where there is one. */
export const dateTime: FieldType = {
  ...date,
  name: 'dateTime',
  columnKinds: ['datetime'],
  json: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?$' },
  functions: ['year', 'month', 'week', 'day', 'weekday', 'hour', 'minute', 'second'],
  jsonForm: () => ({ kind: 'datetime' }),
  parse: parseWallClock,
  store: storingMoments(parseWallClock),
}
