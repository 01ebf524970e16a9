/** MySQL's types as column kinds. */
import type { ColumnKind } from '../database-schema.ts'

/** By the name of the type. */
export const kinds: Readonly<Record<string, ColumnKind>> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  year: 'integer',
  bigint: 'bigint',
  decimal: 'decimal',
  float: 'float',
  double: 'float',
  date: 'date',
  time: 'time',
  datetime: 'datetime',
  timestamp: 'timestamp',
  char: 'string',
  varchar: 'string',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  binary: 'binary',
  varbinary: 'binary',
  tinyblob: 'binary',
  blob: 'binary',
  mediumblob: 'binary',
  longblob: 'binary',
  bit: 'binary',
  enum: 'enum',
  set: 'enum',
  json: 'json',
  uuid: 'uuid', // MariaDB 10.7
  vector: 'vector',
  geometry: 'geometry',
  point: 'geometry',
  linestring: 'geometry',
  polygon: 'geometry',
  multipoint: 'geometry',
  multilinestring: 'geometry',
  multipolygon: 'geometry',
  geometrycollection: 'geometry',
  geomcollection: 'geometry',
}

/** @param nativeType as `information_schema` writes it: `int(10) unsigned`, `char(36)`, `tinyint(1)` */
export function kindOf(dataType: string, nativeType: string): ColumnKind {
  const written = nativeType.toLowerCase()
  if (written === 'tinyint(1)' || written === 'bit(1)') return 'boolean'
  if (written === 'char(36)') return 'uuid'
  if (dataType === 'int' && written.includes('unsigned')) return 'bigint'
  return Object.hasOwn(kinds, dataType) ? (kinds[dataType] ?? 'unknown') : 'unknown'
}

/** The values in `enum('a','it''s')` or `set(…)`; null for other types. */
export function enumValuesOf(dataType: string, nativeType: string): readonly string[] | null {
  if (dataType !== 'enum' && dataType !== 'set') return null
  return [...nativeType.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'"))
}
