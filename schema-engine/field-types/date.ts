import { parseDay } from './dates.ts'
import { equality, ordering, presence } from './operator-sets.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

/** A calendar day without a time or zone, `YYYY-MM-DD` (ISO 8601). */
export const date: FieldType = {
  name: 'date',
  columnKinds: ['date'],
  graphql: 'Date',
  graphqlFilter: 'date_filter_operators',
  json: { type: 'string', format: 'date' },
  typescript: 'string',
  operators: [...equality, ...ordering, ...presence],
  functions: ['year', 'month', 'week', 'day', 'weekday'],
  search: null,
  isNumeric: false,
  isSortable: true,
  isGroupable: true,
  jsonForm: () => ({ kind: 'date' }),
  parse: parseDay,
  store: storing(parseDay),
}
