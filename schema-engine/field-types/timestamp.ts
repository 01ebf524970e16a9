import { parseInstant, storingMoments } from './dates.ts'
import { dateTime } from './date-time.ts'
import type { FieldType } from './field-type.ts'

/** An instant: `YYYY-MM-DDThh:mm:ss.mmmZ`, always in UTC. */
export const timestamp: FieldType = {
  ...dateTime,
  name: 'timestamp',
  columnKinds: ['timestamp'],
  json: { type: 'string', format: 'date-time' },
  jsonForm: () => ({ kind: 'timestamp' }),
  parse: parseInstant,
  store: storingMoments(parseInstant),
}
