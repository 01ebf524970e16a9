import { emptiness, presence } from './operator-sets.ts'
import type { Column } from '../dialects/database-schema.ts'
import { parseBoolean } from './boolean.ts'
import { parseDay, parseInstant, parseTime, parseWallClock } from './dates.ts'
import { parseDecimalText, parseFloatNumber, parseIntegerText, parseSafeInteger } from './numbers.ts'
import { refuse } from './refuse.ts'
import { storeAnyText, string } from './string.ts'
import { parseUuid } from './uuid.ts'
import type { FieldType } from './field-type.ts'
import { storing, ValueRefusal } from './value-refusal.ts'

/** A list of values of one kind, in a column of its own (PostgreSQL). `_contains` asks for an element. */
export const array: FieldType = {
  ...string,
  name: 'array',
  columnKinds: ['array'],
  graphql: '[String]',
  json: { type: 'array' },
  typescript: 'readonly unknown[]',
  operators: ['_contains', '_ncontains', ...emptiness, ...presence],
  functions: ['count'],
  search: null,
  isSortable: false,
  isGroupable: false,
  store: (input, column) => storing((list) => elementsOf(list, column))(input),
  jsonForm: (column) => ({ kind: 'array', element: column.elementKind ?? 'text' }),
}

/** A list, or its JSON text. @throws INVALID_QUERY */
export function listOf(input: unknown): readonly unknown[] {
  const list: unknown = typeof input === 'string' ? jsonOf(input) : input
  return Array.isArray(list) ? list : refuse('a list', input)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // refused by the caller, as any other value that is no list
  }
}

/** Lists in the list are further dimensions. */
function elementsOf(input: unknown, column: Column): readonly unknown[] {
  return listOf(input).map((each) =>
    each === null ? null : Array.isArray(each) ? elementsOf(each, column) : elementOf(each, column),
  )
}

function elementOf(input: unknown, { elementKind, enumValues }: Column): unknown {
  switch (elementKind) {
    case 'integer':
      return parseSafeInteger(input)
    case 'bigint':
      return parseIntegerText(input, -(2n ** 63n), 2n ** 63n - 1n)
    case 'decimal':
      return parseDecimalText(input)
    case 'float':
      return parseFloatNumber(input)
    case 'boolean':
      return parseBoolean(input)
    case 'date':
      return parseDay(input)
    case 'time':
      return parseTime(input)
    case 'datetime':
      return parseWallClock(input)
    case 'timestamp':
      return parseInstant(input)
    case 'uuid':
      return parseUuid(input)
    case 'json':
      return JSON.stringify(input)
    default: {
      const text = storeAnyText(input)
      if (enumValues === null || text === null || enumValues.includes(text)) return text
      throw new ValueRefusal('INVALID_PAYLOAD', `Expected values of "${enumValues.join('", "')}", not "${text}".`)
    }
  }
}
