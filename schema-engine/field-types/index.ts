/**
 * field-types: what a value means on every face of the system. One file per type; list it below.
 * Knows operators' names and how columns are kept; knows no model, no dialect by name, no GraphQL library.
 */
import type { Column, ColumnKind } from '../dialects/database-schema.ts'
import { alias } from './alias.ts'
import { array } from './array.ts'
import { bigInteger } from './big-integer.ts'
import { binary } from './binary.ts'
import { boolean } from './boolean.ts'
import { csv } from './csv.ts'
import { date } from './date.ts'
import { dateTime } from './date-time.ts'
import { decimal } from './decimal.ts'
import { enumeration } from './enum.ts'
import type { FieldType, FieldTypeName } from './field-type.ts'
import { float } from './float.ts'
import { geometry, geometryShapes } from './geometry.ts'
import { hash } from './hash.ts'
import { integer } from './integer.ts'
import { json } from './json.ts'
import { string } from './string.ts'
import { text } from './text.ts'
import { time } from './time.ts'
import { timestamp } from './timestamp.ts'
import { unknown } from './unknown.ts'
import { uuid } from './uuid.ts'
import { vector } from './vector.ts'

const all: readonly FieldType[] = [
  string,
  text,
  integer,
  bigInteger,
  float,
  decimal,
  boolean,
  date,
  time,
  dateTime,
  timestamp,
  uuid,
  json,
  csv,
  hash,
  binary,
  enumeration,
  array,
  vector,
  unknown,
  alias,
  geometry,
  ...geometryShapes,
]

export const fieldTypes: ReadonlyMap<FieldTypeName, FieldType> = new Map(all.map((type) => [type.name, type]))

const typeByKind: ReadonlyMap<ColumnKind, FieldTypeName> = new Map(
  all.flatMap((type) => type.columnKinds.map((kind) => [kind, type.name] as const)),
)

/** The field type of a name. */
export function fieldType(name: FieldTypeName): FieldType {
  return fieldTypes.get(name) ?? unknown
}

/**
 * What a column's values mean: what its kind says, unless metadata's `special` says more (`cast-json`, `hash`, …).
 * null for a field without a column.
 */
export function fieldTypeOf(column: Column | null, special: readonly string[]): FieldTypeName {
  if (column === null) return 'alias'
  const has = (...names: readonly string[]): boolean => names.some((name) => special.includes(name))
  if (has('hash', 'conceal', 'encrypt')) return 'hash'
  const isText = column.kind === 'string' || column.kind === 'text'
  if (isText && has('cast-csv', 'csv')) return 'csv'
  if (isText && has('cast-json', 'json')) return 'json'
  if (column.kind === 'integer' && has('cast-boolean', 'boolean')) return 'boolean'
  // SQLite and MySQL have datetimes that hold instants; elsewhere a column without a zone is a wall clock's.
  if (column.dataType === 'datetime' && has('cast-timestamp', 'date-created', 'date-updated')) return 'timestamp'
  if (
    isText &&
    column.maxLength === 36 &&
    has('uuid', 'user-created', 'user-updated', 'role-created', 'role-updated', 'file')
  ) {
    return 'uuid'
  }
  const shape =
    column.kind === 'geometry' ? geometryShapes.find((type) => namesShape(column.nativeType, type.name)) : undefined
  return shape?.name ?? typeByKind.get(column.kind) ?? 'unknown'
}

/** `geometry(Point,4326)`, `point`, `multipolygon`: whether a native type names the shape of `geometry.Point`. */
function namesShape(nativeType: string, type: FieldTypeName): boolean {
  const words = nativeType.toLowerCase().split(/[^a-z]+/)
  return words.includes(type.slice('geometry.'.length).toLowerCase())
}
