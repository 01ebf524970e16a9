/** A snapshot's column as a definition of this database's: its type by the words of either. Pure. */
import type { ColumnDefinition } from '../dialects/change.ts'
import type { ColumnKind, Table } from '../dialects/database-schema.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { EngineError, fail } from '../errors.ts'
import { timeDefault, type SnapshotColumn, type SnapshotField } from './snapshot.ts'

const kinds: Readonly<Record<string, ColumnKind>> = {
  string: 'string',
  hash: 'string',
  text: 'text',
  csv: 'text',
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
  binary: 'binary',
  geometry: 'geometry',
  enum: 'enum',
  array: 'array',
  vector: 'vector',
  unknown: 'unknown',
}

/** The kind that a type stands for; then all others, for a field may mean more than its column. */
const candidates = (type: string): readonly ColumnKind[] => {
  const first = type.startsWith('geometry.') ? 'geometry' : (kinds[type] ?? 'unknown')
  return [first, ...Object.values(kinds).filter((kind) => kind !== first && kind !== 'enum' && kind !== 'array')]
}

/**
 * A snapshot's column as a definition.
 *
 * @param facts null: the words of the types are another database's
 * @throws INVALID_PAYLOAD for a type that the database doesn't have, and for a default that is SQL of a caller's
 */
export function columnDefinition(
  { type, schema }: SnapshotField & { readonly schema: SnapshotColumn },
  facts: { readonly dialect: Dialect; readonly tables: readonly Table[] } | null,
): ColumnDefinition {
  const definition: ColumnDefinition = {
    name: schema.name,
    kind: candidates(type)[0] ?? 'unknown',
    maxLength: schema.max_length,
    precision: schema.numeric_precision,
    scale: schema.numeric_scale,
    detail: type.startsWith('geometry.') ? type.slice('geometry.'.length) : null,
    enumValues: schema.enum_values ?? null,
    isNullable: schema.is_nullable,
    hasAutoIncrement: schema.has_auto_increment,
    default: defaultOf(schema, type),
    comment: null,
  }
  if (facts === null || definition.detail !== null) return withoutStraySizes(definition)
  if (definition.kind === 'enum') return { ...definition, detail: knownEnum(schema, facts.tables) }
  if (definition.kind === 'array') return { ...definition, detail: schema.element_kind ?? null }
  const fitting = candidates(type).find((kind) =>
    isWritable({ ...definition, kind, detail: schema.data_type }, facts.dialect),
  )
  if (fitting === undefined)
    return fail('INVALID_PAYLOAD', {
      reason: `"${schema.data_type}" is not a type of this database (${schema.table}.${schema.name}).`,
    })
  return { ...definition, kind: fitting, detail: schema.data_type }
}

/** Sizes that another database reports of types that have none here. */
function withoutStraySizes(definition: ColumnDefinition): ColumnDefinition {
  const { kind } = definition
  return {
    ...definition,
    maxLength: kind === 'string' ? definition.maxLength : null,
    precision: kind === 'decimal' ? definition.precision : null,
    scale: kind === 'decimal' ? definition.scale : null,
  }
}

function isWritable(definition: ColumnDefinition, { ddl }: Dialect): boolean {
  try {
    return ddl.typeOf(definition) !== ''
  } catch (error) {
    if (error instanceof EngineError) return false
    throw error
  }
}

/** The name of an enum type that is there already. */
function knownEnum({ data_type: name, enum_values: values }: SnapshotColumn, tables: readonly Table[]): string | null {
  const known = tables
    .flatMap((table) => table.columns)
    .find((column) => column.enumName === name && JSON.stringify(column.enumValues) === JSON.stringify(values))
  return known?.enumName ?? null
}

function defaultOf(schema: SnapshotColumn, type: string): ColumnDefinition['default'] {
  const { default_value: value } = schema
  if (value === null || schema.has_auto_increment || schema.is_generated) return null
  // Never SQL that a caller sent: `snapshot-changes.ts` puts in what the database itself has.
  if (schema.default_is_expression === true) return null
  return value === timeDefault && isTimeKind(kindOf(type)) ? { kind: 'now' } : { kind: 'value', value }
}

/** What a field's type stands for; a text where it is none that is known. */
export const kindOf = (type: string): ColumnKind => kinds[type] ?? 'text'

export const isTimeKind = (kind: ColumnKind): boolean => ['date', 'time', 'datetime', 'timestamp'].includes(kind)
