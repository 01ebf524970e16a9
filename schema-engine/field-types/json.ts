import { presence } from './operator-sets.ts'
import { refuse } from './refuse.ts'
import type { FieldType } from './field-type.ts'

/** Any JSON value. Its inside is filtered by `_json` and read by `json(path)`. */
export const json: FieldType = {
  name: 'json',
  columnKinds: ['json'],
  graphql: 'JSON',
  graphqlFilter: 'json_filter_operators',
  json: {},
  typescript: 'unknown',
  operators: [...presence, '_json'],
  functions: ['count', 'json'],
  search: null,
  isNumeric: false,
  isSortable: false,
  isGroupable: false,
  jsonForm: () => ({ kind: 'json' }),
  parse: (input) => JSON.stringify(input) ?? refuse('a JSON value', input),
}
