import type { Column } from '../dialects/database-schema.ts'
import { string, storeAnyText } from './string.ts'
import type { FieldType } from './field-type.ts'
import { ValueRefusal } from './value-refusal.ts'

/** One of the values that the database lists for the column. Sorted and compared as its text. */
export const enumeration: FieldType = {
  ...string,
  name: 'enum',
  columnKinds: ['enum'],
  search: null,
  jsonForm: () => ({ kind: 'enum' }),
  store: storeChoice,
}

/** A column of the type `set` holds several values: a list, or its text with commas between. @throws ValueRefusal */
function storeChoice(input: unknown, { enumValues, dataType }: Column): string | null {
  const text = storeAnyText(Array.isArray(input) && dataType === 'set' ? input.join(',') : input)
  if (text === null || enumValues === null) return text
  const chosen = dataType !== 'set' ? [text] : text === '' ? [] : text.split(',')
  if (chosen.every((value) => enumValues.includes(value))) return text
  throw new ValueRefusal('INVALID_PAYLOAD', `Expected one of "${enumValues.join('", "')}", not "${text.slice(0, 60)}".`)
}
