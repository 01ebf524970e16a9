/** How PostgreSQL's structure is changed. Comments and defaults can't be bound, so they are literals. */
import { join, name, raw, sql, type Sql } from '../../sql/sql.ts'
import type { Change, ColumnDefinition, Ddl, IndexDefinition, Structure, TableName } from '../change.ts'
import { definitionOf, isSameType } from '../column-definition.ts'
import type { Column, ColumnKind, Table } from '../database-schema.ts'
import {
  checkDefinition,
  checkNames,
  columnList,
  defaultSql,
  findColumn,
  findForeignKey,
  findIndex,
  findTable,
  foreignKeyDefinition,
  readDefault,
  referencesSql,
  refuse,
  size,
  tableSql,
  type Written,
} from '../ddl-parts.ts'

/** PostgreSQL cuts longer names without a word. */
const maxNameBytes = 63

export const ddl: Ddl = {
  vendor: 'postgres',
  sourcesQuery: null,
  rebuildsTables: false,
  typeOf,
  catchUp: (table, column) => {
    const sequence = sql`select pg_get_serial_sequence(${literal(quoted(table))}, ${literal(column)})::regclass as q`
    const highest = sql`select max(${name(column)}) as n from ${tableSql(table)}`
    return sql`select setval(s.q, h.n) from (${sequence}) s, (${highest}) h where h.n > coalesce(pg_sequence_last_value(s.q), 0)`
  },
  readDefault: (column) => readDefault(column, 'marked'),
  literal,
  write: (change, structure) => {
    checkNames(change, (each) => Buffer.byteLength(each) <= maxNameBytes)
    return { cleanUp: [], ...written(change, structure), sources: structure.sources }
  },
}

function written(change: Change, structure: Structure): Written {
  switch (change.kind) {
    case 'create-table':
      return createTable(change)
    case 'drop-table':
      return {
        statements: [sql`drop table ${tableSql(change.table)}`, ...dropEnums(findTable(structure, change.table), null)],
        undo: null,
      }
    case 'comment-table': {
      const { comment } = findTable(structure, change.table)
      return { statements: [commentTable(change.table, change.comment)], undo: [commentTable(change.table, comment)] }
    }
    case 'add-column': {
      if (change.column.hasAutoIncrement) refuse('A column that counts up is made together with its table.')
      const { table, column } = change
      return {
        statements: [
          ...createEnums(table, [column]),
          sql`alter table ${tableSql(table)} add column ${columnSql(column, table)}`,
          ...commentColumn(table, column.name, column.comment, null),
        ],
        undo: [
          sql`alter table ${tableSql(table)} drop column ${name(column.name)}`,
          ...createEnums(table, [column]).map(() => sql`drop type ${enumSql(table, column)}`),
        ],
      }
    }
    case 'alter-column':
      return alterColumn(
        change.table,
        change.column,
        findColumn(findTable(structure, change.table), change.column.name),
      )
    case 'drop-column': {
      const table = findTable(structure, change.table)
      const column = findColumn(table, change.column)
      return {
        statements: [
          sql`alter table ${tableSql(change.table)} drop column ${name(column.name)}`,
          ...dropEnums(table, column),
        ],
        undo: null,
      }
    }
    case 'add-foreign-key': {
      const { table, foreignKey } = change
      return {
        statements: [
          sql`alter table ${tableSql(table)} add constraint ${name(foreignKey.name)} ${referencesSql(foreignKey)}`,
        ],
        undo: [sql`alter table ${tableSql(table)} drop constraint ${name(foreignKey.name)}`],
      }
    }
    case 'drop-foreign-key': {
      const key = findForeignKey(findTable(structure, change.table), change)
      const definition = foreignKeyDefinition(key, change.name ?? '')
      return {
        statements: [sql`alter table ${tableSql(change.table)} drop constraint ${name(definition.name)}`],
        undo: [
          sql`alter table ${tableSql(change.table)} add constraint ${name(definition.name)} ${referencesSql(definition)}`,
        ],
      }
    }
    case 'add-index':
      return { statements: [addIndex(change.table, change.index)], undo: dropIndex(change.table, change.index) }
    case 'drop-index': {
      const index = findIndex(findTable(structure, change.table), change.name)
      return { statements: dropIndex(change.table, index), undo: [addIndex(change.table, index)] }
    }
  }
}

function createTable({ definition }: Extract<Change, { kind: 'create-table' }>): Written {
  checkDefinition(definition)
  const { table, columns, primaryKey, foreignKeys, indexes, comment } = definition
  const parts = [
    ...columns.map((column) => columnSql(column, table)),
    ...(primaryKey.length === 0 ? [] : [sql`primary key (${columnList(primaryKey)})`]),
    ...foreignKeys.map((key) => sql`constraint ${name(key.name)} ${referencesSql(key)}`),
  ]
  return {
    statements: [
      ...createEnums(table, columns),
      sql`create table ${tableSql(table)} (${join(parts, ', ')})`,
      ...indexes.map((index) => addIndex(table, index)),
      ...(comment === null ? [] : [commentTable(table, comment)]),
      ...columns.flatMap((column) => commentColumn(table, column.name, column.comment, null)),
    ],
    undo: [
      sql`drop table ${tableSql(table)}`,
      ...columns.filter(hasOwnEnum).map((column) => sql`drop type ${enumSql(table, column)}`),
    ],
  }
}

function alterColumn(table: TableName, column: ColumnDefinition, current: Column): Written {
  if (column.hasAutoIncrement !== current.hasAutoIncrement)
    refuse('Whether a column counts up is fixed with its table.')
  const before = definitionOf(current)
  return {
    statements: alterations(table, column, before, current),
    undo: [
      ...alterations(table, before, column, current, current.nativeType),
      ...(hasOwnEnum(column) && !isSameType(column, before) ? [sql`drop type ${enumSql(table, column)}`] : []),
    ],
  }
}

/** @param nativeType the new type as the database itself wrote it, where it is known */
function alterations(
  table: TableName,
  to: ColumnDefinition,
  from: ColumnDefinition,
  current: Column,
  nativeType?: string,
): readonly Sql[] {
  const alter = (what: Sql): Sql => sql`alter table ${tableSql(table)} alter column ${name(to.name)} ${what}`
  const type = typeChange(to, from, table, nativeType)
  if (type !== null && current.isGenerated) refuse(`The column "${to.name}" is generated.`)
  const hasNewDefault = JSON.stringify(to.default) !== JSON.stringify(from.default)
  const hasDefault = from.default !== null
  return [
    // An old default might not fit the new type.
    ...(hasDefault && (hasNewDefault || type !== null) ? [alter(sql`drop default`)] : []),
    ...(type === null ? [] : [...type.enums, alter(type.sql)]),
    ...(to.default !== null && (hasNewDefault || type !== null)
      ? [alter(sql`set default ${defaultOf(to.default, to.kind)}`)]
      : []),
    ...(to.isNullable === from.isNullable ? [] : [alter(to.isNullable ? sql`drop not null` : sql`set not null`)]),
    ...commentColumn(table, to.name, to.comment, from.comment),
  ]
}

function typeChange(to: ColumnDefinition, from: ColumnDefinition, table: TableName, nativeType: string | undefined) {
  if (isSameType(to, from)) return null
  const type = nativeType === undefined ? columnType(to, table) : raw(nativeType)
  if (nativeType === undefined && isUsual(to, from)) return null
  // An assignment refuses what is too long; a cast would cut it.
  const needsCast = to.kind !== from.kind && to.kind !== 'string' && to.kind !== 'text'
  const using = needsCast || to.kind === 'enum' ? sql` using ${name(to.name)}::text::${type}` : sql``
  const cast = needsCast && hasDirectCast(from.kind, to.kind) ? sql` using ${name(to.name)}::${type}` : using
  return { enums: nativeType === undefined ? createEnums(table, [to]) : [], sql: sql`type ${type}${cast}` }
}

/** Whether both mean the same type though one leaves out what is usual. */
function isUsual(to: ColumnDefinition, from: ColumnDefinition): boolean {
  return to.kind !== 'enum' && from.kind === to.kind && isKnownType(from) && typeOf(to) === typeOf(from)
}

function isKnownType(column: ColumnDefinition): boolean {
  return column.kind !== 'enum' && (column.detail === null || column.kind === 'array' || isKnownWord(column))
}

/** Numbers among themselves, moments among themselves, and numbers as booleans; all else goes by its text. */
function hasDirectCast(from: ColumnKind, to: ColumnKind): boolean {
  const numbers: readonly ColumnKind[] = ['integer', 'bigint', 'decimal', 'float']
  const moments: readonly ColumnKind[] = ['date', 'datetime', 'timestamp']
  return (
    (numbers.includes(from) && numbers.includes(to)) ||
    (moments.includes(from) && moments.includes(to)) ||
    (from === 'integer' && to === 'boolean') ||
    (from === 'boolean' && to === 'integer')
  )
}

function columnSql(column: ColumnDefinition, table: TableName): Sql {
  const serial = column.kind === 'bigint' ? 'bigserial' : 'serial'
  const type = column.hasAutoIncrement ? raw(serial) : columnType(column, table)
  const nullable = column.isNullable ? sql`` : sql` not null`
  const withDefault = column.default === null ? sql`` : sql` default ${defaultOf(column.default, column.kind)}`
  return sql`${name(column.name)} ${type}${nullable}${withDefault}`
}

function columnType(column: ColumnDefinition, table: TableName): Sql {
  if (column.kind !== 'enum') return raw(typeOf(column))
  return column.detail === null ? enumSql(table, column) : name(column.detail)
}

const usual: Readonly<Record<ColumnKind, string>> = {
  string: 'character varying',
  text: 'text',
  integer: 'integer',
  bigint: 'bigint',
  decimal: 'numeric',
  float: 'real',
  boolean: 'boolean',
  date: 'date',
  time: 'time without time zone',
  datetime: 'timestamp without time zone',
  timestamp: 'timestamp with time zone',
  uuid: 'uuid',
  json: 'json',
  binary: 'bytea',
  geometry: 'geometry',
  vector: 'vector',
  enum: 'text',
  array: 'text',
  unknown: 'text',
}

/** Further words of each kind, as PostgreSQL itself writes them. */
const words: Partial<Record<ColumnKind, readonly string[]>> = {
  string: ['character'],
  text: ['citext'],
  integer: ['smallint'],
  float: ['double precision'],
  json: ['jsonb'],
  unknown: [
    'inet',
    'cidr',
    'macaddr',
    'macaddr8',
    'money',
    'interval',
    'bit',
    'bit varying',
    'xml',
    'tsvector',
    'tsquery',
    'int4range',
    'int8range',
    'numrange',
    'tsrange',
    'tstzrange',
    'daterange',
    'point',
    'line',
    'lseg',
    'box',
    'path',
    'polygon',
    'circle',
    'ltree',
    'hstore',
    'time with time zone',
  ],
}

const geometries: readonly string[] = [
  'Geometry',
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
]

function isKnownWord({ kind, detail }: ColumnDefinition): boolean {
  if (kind === 'geometry')
    return [...geometries, 'geometry'].some((each) => each.toLowerCase() === detail?.toLowerCase())
  return detail === usual[kind] || words[kind]?.includes(detail ?? '') === true
}

function typeOf(column: ColumnDefinition): string {
  const { kind, detail } = column
  if (kind === 'array') return `${elementType(column)}[]`
  if (detail !== null && !isKnownWord(column)) refuse(`"${detail}" is not a type of this database.`)
  const word = detail ?? usual[kind]
  switch (kind) {
    case 'string':
      return `${word}(${size(column.maxLength ?? 255, { from: 1, to: 10_485_760 })})`
    case 'decimal': {
      if (column.precision === null && detail !== null) return word // numeric without limits, as it was found
      const precision = column.precision ?? 10
      return `${word}(${size(precision, { from: 1, to: 1000 })},${size(column.scale ?? 5, { from: 0, to: precision })})`
    }
    case 'time':
    case 'datetime':
    case 'timestamp':
      return column.precision === null
        ? word
        : word.replace(/^\w+/, (first) => `${first}(${size(column.precision ?? 0, { from: 0, to: 6 })})`)
    case 'geometry':
      return geometryType(detail)
    case 'vector':
      return column.precision === null ? word : `${word}(${size(column.precision, { from: 1, to: 16_000 })})`
    default:
      return word
  }
}

function geometryType(detail: string | null): string {
  const known = geometries.find((each) => each.toLowerCase() === detail?.toLowerCase())
  return known === undefined || known === 'Geometry' ? 'geometry' : `geometry(${known})`
}

function elementType({ detail }: ColumnDefinition): string {
  const kind = detail ?? 'text'
  const elements: Partial<Record<string, string>> = usual
  if (!Object.hasOwn(usual, kind) || ['array', 'enum', 'unknown'].includes(kind)) {
    return refuse(`"${kind}" is not a kind of elements of an array.`)
  }
  return elements[kind] ?? 'text'
}

/** A column that lists its values without naming a type gets a type of its own. */
const hasOwnEnum = (column: ColumnDefinition): boolean => column.kind === 'enum' && column.detail === null

const enumName = (table: TableName, column: string): string => `${table.name}_${column}_enum`

function enumSql(table: TableName, column: ColumnDefinition): Sql {
  const type = enumName(table, column.name)
  if (Buffer.byteLength(type) > maxNameBytes) refuse(`The name "${type.slice(0, 20)}…" is too long for this database.`)
  return table.schema === null ? name(type) : name(table.schema, type)
}

function createEnums(table: TableName, columns: readonly ColumnDefinition[]): readonly Sql[] {
  return columns.filter(hasOwnEnum).map((column) => {
    const values = column.enumValues ?? refuse(`The column "${column.name}" needs its values.`)
    return sql`create type ${enumSql(table, column)} as enum (${join(values.map(literal), ', ')})`
  })
}

/** The types that were made for the columns that go. */
function dropEnums(table: Table, only: Column | null): readonly Sql[] {
  return (only === null ? table.columns : [only])
    .filter((column) => column.enumName !== null && column.enumName === enumName(table, column.name))
    .map((column) => sql`drop type ${tableSql({ schema: table.schema, name: enumName(table, column.name) })}`)
}

function addIndex(table: TableName, { name: index, columns, isUnique }: IndexDefinition): Sql {
  return isUnique
    ? sql`alter table ${tableSql(table)} add constraint ${name(index)} unique (${columnList(columns)})`
    : sql`create index ${name(index)} on ${tableSql(table)} (${columnList(columns)})`
}

/** A unique index may belong to a constraint, which must go instead of it. */
function dropIndex(table: TableName, { name: index, isUnique }: IndexDefinition): readonly Sql[] {
  const alone = sql`drop index ${isUnique ? sql`if exists ` : sql``}${tableSql({ schema: table.schema, name: index })}`
  return isUnique ? [sql`alter table ${tableSql(table)} drop constraint if exists ${name(index)}`, alone] : [alone]
}

const commentTable = (table: TableName, comment: string | null): Sql =>
  sql`comment on table ${tableSql(table)} is ${literal(comment)}`

function commentColumn(table: TableName, column: string, to: string | null, from: string | null): readonly Sql[] {
  return to === from ? [] : [sql`comment on column ${tableSql(table)}.${name(column)} is ${literal(to)}`]
}

const defaultOf = (written: NonNullable<ColumnDefinition['default']>, kind: ColumnKind): Sql =>
  defaultSql(written, kind, { literal, now })

function now(kind: ColumnKind): Sql {
  return raw(kind === 'date' ? 'current_date' : kind === 'time' ? 'localtime' : 'current_timestamp')
}

/** A table's name as a function takes it in a text. */
const quoted = ({ schema, name: table }: TableName): string =>
  [...(schema === null ? [] : [schema]), table].map((each) => `"${each.replaceAll('"', '""')}"`).join('.')

/** With a backslash in the form that means the same whatever `standard_conforming_strings` says. */
function literal(value: string | number | boolean | null): Sql {
  if (value === null) return raw('null')
  if (typeof value === 'boolean') return raw(value ? 'true' : 'false')
  if (typeof value === 'number')
    return Number.isFinite(value) ? raw(String(value)) : refuse(`${value} is not a number.`)
  if (value.includes('\0') || !value.isWellFormed()) return refuse('A text must not contain a zero byte.')
  const quoted = `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
  return raw(value.includes('\\') ? `E${quoted}` : quoted)
}
