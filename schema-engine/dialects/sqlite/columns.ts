/** SQLite's declared types as column kinds. SQLite itself lets any word be a type; this reads the usual ones. */
import type { ColumnKind, ColumnStorage } from '../database-schema.ts'

export type DeclaredType = {
  /** Lower case, without length and modifiers. */
  readonly dataType: string
  readonly kind: ColumnKind
  readonly maxLength: number | null
  readonly precision: number | null
  readonly scale: number | null
}

const kinds: readonly (readonly [RegExp, ColumnKind])[] = [
  [/^(bool|boolean)$/, 'boolean'],
  [/^(bigint|big int|int8|unsigned big int|bigint unsigned|int unsigned|integer unsigned)$/, 'bigint'],
  [/geometry|^(multi)?(point|linestring|polygon)$/, 'geometry'], // before the next line: there is an INT in point
  [/int/, 'integer'], // SQLite's own rule: whatever has INT in it
  [/^(decimal|numeric|number|dec)$/, 'decimal'],
  [/real|float|doub/, 'float'],
  [/^date$/, 'date'],
  [/^time$/, 'time'],
  [/^datetime$/, 'datetime'],
  [/^timestamp/, 'timestamp'],
  [/^(uuid|guid)$/, 'uuid'],
  [/^jsonb?$/, 'json'],
  [/blob|binary|^bytea$/, 'binary'],
  [/char|^string$/, 'string'],
  [/text|clob/, 'text'],
]

/** `varchar(20)` → string of 20, `decimal(10,2)`, `char(36)` → uuid; an unusual or missing type is unknown. */
export function typeOf(declared: string): DeclaredType {
  const [, words = '', first, second] = /^([^(]*)(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?/.exec(declared.trim()) ?? []
  const rest = declared.includes(')') ? declared.slice(declared.indexOf(')') + 1) : ''
  const dataType = `${words} ${rest}`.trim().replaceAll(/\s+/g, ' ').toLowerCase()
  const kind = kinds.find(([pattern]) => pattern.test(dataType))?.[1] ?? 'unknown'
  const [size, scale] = [first, second].map((digits) => (digits === undefined ? null : Number(digits)))
  const isText = kind === 'string' || kind === 'text'
  return {
    dataType,
    kind: kind === 'string' && size === 36 && dataType === 'char' ? 'uuid' : kind,
    maxLength: isText ? (size ?? null) : null,
    precision: isText ? null : (size ?? null),
    scale: kind === 'decimal' && size !== null ? (scale ?? 0) : null,
  }
}

/**
 * How a column keeps what SQLite has no type for.
 *
 * - Dates are read in either form, and written in the one that the column has already: the type of its first value that is
 *   not null tells. Where there is none (and always in system tables), tables of an installation (`directus_*`, and those that
 *   its metadata names) keep whole milliseconds, which is what other programs on such a database read and write; any other
 *   table keeps text as SQLite's own `datetime()` writes it.
 * - Integers have 64 bits, and decimals become floating point, whatever the declared type says.
 *
 * @param dates what was found for this column, should it keep dates
 * @returns null where the kind says all
 */
export function storageOf(kind: ColumnKind, dates: ColumnStorage): ColumnStorage | null {
  switch (kind) {
    case 'date':
    case 'datetime':
    case 'timestamp':
      return dates
    case 'integer':
      return 'int64'
    case 'decimal':
      return 'double'
    default:
      return null
  }
}
