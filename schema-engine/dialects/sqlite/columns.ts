/** SQLite's declared types as column kinds. SQLite itself lets any word be a type; this reads the usual ones. */
import type { ColumnKind } from '../database-schema.ts'

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
  [/geometry|^(point|linestring|polygon)$/, 'geometry'], // before the next line: there is an INT in point
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
