/** What a field type asks of its column, and which columns can become which. */
import { fail } from '../errors.ts'
import type { ColumnDefault, ColumnDefinition } from '../dialects/change.ts'
import { definitionOf } from '../dialects/column-definition.ts'
import type { Column, ColumnKind } from '../dialects/database-schema.ts'
import type { FieldTypeName } from '../field-types/field-type.ts'
import type { Field } from '../model/model.ts'
import type { ColumnInput, FieldInput } from './request.ts'

type Storable = Exclude<FieldTypeName, 'alias' | 'unknown' | 'enum' | 'array' | 'vector'>

/** Fields without a column: lists of related items, and what only a screen shows. */
export const aliasTypes: ReadonlySet<string> = new Set([
  'alias',
  'o2m',
  'm2m',
  'm2a',
  'o2a',
  'files',
  'translations',
  'presentation',
  'group',
])

const kindOfType: Readonly<Record<Storable, ColumnKind>> = {
  string: 'string',
  text: 'text',
  integer: 'integer',
  bigInteger: 'bigint',
  float: 'float',
  decimal: 'decimal',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  dateTime: 'datetime',
  timestamp: 'timestamp',
  uuid: 'uuid',
  json: 'json',
  csv: 'text',
  hash: 'string',
  binary: 'binary',
  geometry: 'geometry',
  'geometry.Point': 'geometry',
  'geometry.LineString': 'geometry',
  'geometry.Polygon': 'geometry',
  'geometry.MultiPoint': 'geometry',
  'geometry.MultiLineString': 'geometry',
  'geometry.MultiPolygon': 'geometry',
}

/** The usual length of a short text, in characters. */
const usualLength = 255
/** Digits of a decimal, and those behind the point. */
const usualPrecision = 10
const usualScale = 5

/** What metadata has to say of a column, so that its values keep their meaning. */
const specialOfType: Readonly<Partial<Record<Storable, readonly string[]>>> = {
  json: ['cast-json'],
  boolean: ['cast-boolean'],
  csv: ['cast-csv'],
  hash: ['hash', 'conceal'],
  timestamp: ['cast-timestamp'],
}

/** Types whose columns say too little on some database: such a field needs a row of metadata. */
const needsMetadata: ReadonlySet<string> = new Set(['csv', 'hash'])

/** @throws INVALID_PAYLOAD for what is no type of a column */
export function storableType(type: string, field: string): Storable {
  return Object.hasOwn(kindOfType, type)
    ? (type as Storable) // it is a key
    : fail('INVALID_PAYLOAD', {
        reason: `"${type}" is no type of a column; "${field}" may be ${Object.keys(kindOfType).join(', ')}.`,
      })
}

/** The specials that come with a type, beside those that were asked for. */
export function specialsFor(type: Storable, asked: readonly string[]): readonly string[] {
  const isDated = asked.some((special) => special === 'date-created' || special === 'date-updated')
  const added = type === 'timestamp' && isDated ? [] : (specialOfType[type] ?? [])
  return [...new Set([...added, ...asked])]
}

export const mustHaveMetadata = (type: string): boolean => needsMetadata.has(type)

/** The column of a new field. @throws INVALID_PAYLOAD when the facts contradict each other */
export function newColumn(input: FieldInput, type: Storable): ColumnDefinition {
  const schema = input.schema ?? {}
  const kind = kindOfType[type]
  const isKey = schema.isPrimaryKey === true
  const column: ColumnDefinition = {
    name: input.field,
    kind,
    maxLength: kind === 'string' ? (schema.maxLength ?? usualLength) : null,
    precision: kind === 'decimal' ? (schema.precision ?? usualPrecision) : null,
    scale: kind === 'decimal' ? (schema.scale ?? usualScale) : null,
    detail: type.startsWith('geometry.') ? type.slice('geometry.'.length) : null,
    enumValues: null,
    isNullable: isKey ? false : (schema.isNullable ?? true),
    hasAutoIncrement: schema.hasAutoIncrement === true,
    default: defaultOf(schema.defaultValue, kind, input.field),
    comment: schema.comment ?? null,
  }
  checkColumn(column)
  if (column.hasAutoIncrement && !isKey)
    fail('INVALID_PAYLOAD', { reason: `"${input.field}" counts by itself, so it must be the primary key.` })
  return column
}

function checkColumn(column: ColumnDefinition): void {
  const refuse = (reason: string): never => fail('INVALID_PAYLOAD', { reason: `"${column.name}": ${reason}` })
  if (column.hasAutoIncrement && column.kind !== 'integer' && column.kind !== 'bigint')
    refuse('only whole numbers can count by themselves.')
  if (column.hasAutoIncrement && column.default !== null) refuse('what counts by itself has no other default.')
  if (column.kind === 'string' && column.maxLength !== null && (column.maxLength < 1 || column.maxLength > 10_000))
    refuse('the length must be between 1 and 10000; use the type "text" for more.')
  if (column.kind === 'decimal') {
    const { precision, scale } = column
    if (precision !== null && (precision < 1 || precision > 38)) refuse('the precision must be between 1 and 38.')
    if (precision !== null && scale !== null && scale > precision) refuse('the scale can not exceed the precision.')
  }
}

/**
 * What an existing column shall be after a change of its facts.
 * @param column as the database has it, whatever metadata makes of it
 * @param type the field's type that was asked for; null when it stays
 * @throws INVALID_PAYLOAD when the values can't be kept
 */
export function alteredColumn(
  field: Field,
  column: Column,
  type: string | null,
  schema: ColumnInput,
): ColumnDefinition {
  const now = definitionOf(column)
  const retyped = type === null ? now : retypedColumn(now, field, type, schema)
  const isSized = retyped.kind === 'string'
  const isExact = retyped.kind === 'decimal'
  const altered: ColumnDefinition = {
    ...retyped,
    maxLength: isSized && schema.maxLength !== undefined ? (schema.maxLength ?? usualLength) : retyped.maxLength,
    precision: isExact && schema.precision !== undefined ? (schema.precision ?? usualPrecision) : retyped.precision,
    scale: isExact && schema.scale !== undefined ? (schema.scale ?? usualScale) : retyped.scale,
    isNullable: field.isPrimaryKey ? retyped.isNullable : (schema.isNullable ?? retyped.isNullable),
    default: isSameDefault(schema.defaultValue, column)
      ? retyped.default
      : defaultOf(schema.defaultValue, retyped.kind, field.name),
    comment: schema.comment === undefined ? retyped.comment : schema.comment,
  }
  checkColumn(altered)
  return altered
}

const isSameDefault = (value: unknown, column: Column): boolean =>
  value === undefined || value === column.defaultValue || column.hasAutoIncrement

function retypedColumn(now: ColumnDefinition, field: Field, type: string, schema: ColumnInput): ColumnDefinition {
  const wanted = newColumn(
    { ...noField, field: field.name, schema: { ...schema, isPrimaryKey: false } },
    storableType(type, field.name),
  )
  if (wanted.kind === now.kind && wanted.kind !== 'geometry') return now
  const retyped = {
    ...now,
    kind: wanted.kind,
    maxLength: wanted.maxLength,
    precision: wanted.precision,
    scale: wanted.scale,
    detail: wanted.detail,
  }
  if (field.isPrimaryKey || field.relation !== null)
    fail('INVALID_PAYLOAD', { reason: `The type of "${field.name}" can't be changed: it is a key.` })
  if (!keepsValues(now, wanted))
    fail('INVALID_PAYLOAD', {
      reason: `The values of "${field.name}" can't become "${type}" without a loss. Make a new field, and move them.`,
    })
  return now.default?.kind === 'sql' ? { ...retyped, default: null } : retyped
}

const noField: Omit<FieldInput, 'field' | 'schema'> = { type: null, meta: null, relation: null }

/** Whether every value of a column has the same meaning in the other kind, on every database. */
function keepsValues(from: ColumnDefinition, to: ColumnDefinition): boolean {
  const digits = (to.precision ?? 0) - (to.scale ?? 0)
  switch (from.kind) {
    case 'integer':
      return (
        to.kind === 'bigint' || to.kind === 'text' || isLongString(to, 11) || (to.kind === 'decimal' && digits >= 10)
      )
    case 'bigint':
      return to.kind === 'text' || isLongString(to, 20) || (to.kind === 'decimal' && digits >= 19)
    case 'string':
      return to.kind === 'text'
    case 'text':
      return to.kind === 'string' // whose length is looked at before
    case 'uuid':
      return to.kind === 'text' || isLongString(to, 36)
    default:
      return false
  }
}

const isLongString = (column: ColumnDefinition, length: number): boolean =>
  column.kind === 'string' && (column.maxLength ?? usualLength) >= length

/** Whether shorter values only are allowed than before: then those that are there have to be looked at. */
export function isShortened(from: ColumnDefinition, to: ColumnDefinition): boolean {
  if (to.kind !== 'string' || to.maxLength === null) return false
  return from.kind === 'text' || (from.kind === 'string' && (from.maxLength === null || to.maxLength < from.maxLength))
}

/** Fewer digits before or behind the point. */
export function isNarrowed(from: ColumnDefinition, to: ColumnDefinition): boolean {
  if (from.kind !== 'decimal' || to.kind !== 'decimal' || to.precision === null) return false
  if (from.precision === null) return true
  const [before, after] = [from, to].map((column) => (column.precision ?? 0) - (column.scale ?? 0))
  return (after ?? 0) < (before ?? 0) || (to.scale ?? 0) < (from.scale ?? 0)
}

export const isSameColumn = (one: ColumnDefinition, other: ColumnDefinition): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const now = /^(now\(\)|current_timestamp(\(\d?\))?)$/i

function defaultOf(input: unknown, kind: ColumnKind, field: string): ColumnDefault | null {
  if (input === undefined || input === null) return null
  const isMoment = kind === 'timestamp' || kind === 'datetime' || kind === 'date' || kind === 'time'
  if (isMoment && typeof input === 'string' && now.test(input.trim())) return { kind: 'now' }
  const refuse = (): never =>
    fail('INVALID_PAYLOAD', { reason: `The default of "${field}" does not fit its type: ${JSON.stringify(input)}.` })
  switch (kind) {
    case 'boolean':
      if (typeof input === 'boolean') return { kind: 'value', value: input }
      if (input === 'true' || input === 1 || input === '1') return { kind: 'value', value: true }
      if (input === 'false' || input === 0 || input === '0') return { kind: 'value', value: false }
      return refuse()
    case 'integer':
    case 'bigint': {
      const text = typeof input === 'string' || typeof input === 'number' ? String(input).trim() : ''
      if (!/^[+-]?\d+$/.test(text)) return refuse()
      const number = Number(text)
      return { kind: 'value', value: Number.isSafeInteger(number) ? number : text }
    }
    case 'float':
    case 'decimal': {
      const text = typeof input === 'string' || typeof input === 'number' ? String(input).trim() : ''
      if (text === '' || !Number.isFinite(Number(text))) return refuse()
      return { kind: 'value', value: kind === 'decimal' ? text : Number(text) }
    }
    case 'json':
      return { kind: 'value', value: typeof input === 'string' && isJson(input) ? input : JSON.stringify(input) }
    case 'string':
    case 'text':
      if (Array.isArray(input)) return { kind: 'value', value: input.join(',') } // a list of a csv field
      return typeof input === 'string' || typeof input === 'number' ? { kind: 'value', value: String(input) } : refuse()
    case 'uuid':
      return typeof input === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(input)
        ? { kind: 'value', value: input.toLowerCase() }
        : refuse()
    case 'date':
      return typeof input === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(input) ? { kind: 'value', value: input } : refuse()
    case 'time':
      return typeof input === 'string' && /^\d{2}:\d{2}(:\d{2})?$/.test(input)
        ? { kind: 'value', value: input }
        : refuse()
    default:
      return refuse()
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A column that holds keys of another one. */
export function keyColumn(name: string, target: Column, isNullable: boolean): ColumnDefinition {
  return { ...definitionOf(target), name, isNullable, hasAutoIncrement: false, default: null, comment: null }
}
