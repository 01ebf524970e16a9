import { refuse } from './refuse.ts'
import { string } from './string.ts'
import type { FieldType } from './field-type.ts'
import { storing } from './value-refusal.ts'

const form = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

/** A UUID (RFC 9562 §4: lower case, taken in either), in a column of its own type or in text of 36 characters. */
export const uuid: FieldType = {
  ...string,
  name: 'uuid',
  columnKinds: ['uuid'],
  graphql: 'ID',
  graphqlFilter: 'id_filter_operators',
  json: { type: 'string', format: 'uuid' },
  search: 'uuid',
  jsonForm: (column) => ({ kind: column.kind === 'uuid' ? 'uuid' : 'string' }),
  parse: parseUuid,
  store: storing(parseUuid),
}

/** In lower case, with its hyphens. @throws INVALID_QUERY */
export function parseUuid(input: unknown): string {
  if (typeof input !== 'string' || !form.test(input)) return refuse('a UUID', input)
  const digits = input.toLowerCase().replaceAll('-', '')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
