/** PostgreSQL's types as column kinds. */
import type { ColumnKind } from '../database-schema.ts'

/** By the name of the type. */
export const kinds: Readonly<Record<string, ColumnKind>> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'bigint',
  oid: 'bigint',
  numeric: 'decimal',
  float4: 'float',
  float8: 'float',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  timestamp: 'datetime',
  timestamptz: 'timestamp',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  bytea: 'binary',
  varchar: 'string',
  bpchar: 'string',
  char: 'string',
  name: 'string',
  text: 'text',
  citext: 'text',
  geometry: 'geometry',
  geography: 'geometry',
  vector: 'vector',
}

/** The kind of a base type by its internal name (`pg_type.typname`). Arrays, enums and domains are seen to before. */
export function kindOf(typeName: string): ColumnKind {
  return Object.hasOwn(kinds, typeName) ? (kinds[typeName] ?? 'unknown') : 'unknown'
}

export type Modifiers = {
  readonly maxLength: number | null
  readonly precision: number | null
  readonly scale: number | null
}

/** Length in characters, precision and scale, out of a type modifier (-1: none). */
export function modifiersOf(typeName: string, modifier: number): Modifiers {
  const none = { maxLength: null, precision: null, scale: null }
  if (modifier < 0) return typeName === 'char' ? { ...none, maxLength: 1 } : none
  switch (typeName) {
    case 'varchar':
    case 'bpchar':
      return { ...none, maxLength: modifier - 4 } // after a header of 4 bytes
    case 'bit':
    case 'varbit':
      return { ...none, maxLength: modifier }
    case 'numeric': // 16 bits of precision, 11 bits of scale with its sign
      return { ...none, precision: ((modifier - 4) >> 16) & 0xffff, scale: (((modifier - 4) & 0x7ff) ^ 1024) - 1024 }
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return { ...none, precision: modifier }
    default:
      return none
  }
}
