/**
 * How MySQL's structure is changed. Each statement is a transaction of its own here: so what goes is only set aside under
 * another name, and ended when nothing can fail any more.
 */
import { createHash } from 'node:crypto'
import { join, name, raw, sql, type Sql } from '../../sql/sql.ts'
import type {
  Change,
  ColumnDefinition,
  Ddl,
  ForeignKeyDefinition,
  IndexDefinition,
  Structure,
  TableName,
} from '../change.ts'
import { definitionOf, isSameType } from '../column-definition.ts'
import type { Column, ColumnKind } from '../database-schema.ts'
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

/** Where MariaDB differs. */
export type DdlVariation = {
  /** Whether a default of a text without a length, of JSON and of geometry must stand in parentheses. */
  readonly wrapsDefaults: boolean
  /** Whether a default is reported with backslashes before what would end it. */
  readonly escapesDefaults: boolean
  /** Also gives the checks that belong to single columns, which altering a column would drop. */
  readonly columnChecks: string | null
}

/** Said only of a database whose own character set can't hold every text: what is made in it has one that can. */
const narrowCharacterSet = `
  select 'character set', '', '', default_character_set_name from information_schema.schemata
  where schema_name = database() and default_character_set_name <> 'utf8mb4'`

/** What a column does beyond its definition: each row's text stands at the end of the column's own. */
const updatingColumns = `
  select 'column', column_name, table_name,
    concat('on update ', regexp_substr(lower(extra), 'current_timestamp([(][0-9]*[)])?'))
  from information_schema.columns where table_schema = database() and lower(extra) like '%on update current_timestamp%'`

const maxNameLength = 64
/** Characters that names can't hold (MySQL, "Schema Object Names"). */
const beyondNames = /[\u{10000}-\u{10FFFF}]/u

export function ddlWith({ wrapsDefaults, escapesDefaults, columnChecks }: DdlVariation): Ddl {
  const columnSql = (column: ColumnDefinition, own: OwnFacts): Sql => {
    const { type } = own
    const collation = own.collation === null ? sql`` : sql` ${raw(own.collation)}`
    // Without the word, a timestamp is not null, and changes by itself.
    const nullable = column.isNullable ? sql` null` : sql` not null`
    const comment = column.comment === null ? sql`` : sql` comment ${literal(column.comment)}`
    const counter = column.hasAutoIncrement ? sql` auto_increment` : sql``
    const extras = own.extras.map((extra) => sql` ${raw(extra)}`)
    return sql`${name(column.name)} ${raw(type)}${collation}${nullable}${defaultOf(column)}${counter}${comment}${join(extras, '')}`
  }

  function defaultOf(column: ColumnDefinition): Sql {
    const { default: written, kind } = column
    if (written === null || column.hasAutoIncrement) return sql``
    const text = defaultSql(written, kind, { literal, now: (of) => now(of, column) })
    const isWrapped =
      wrapsDefaults &&
      (['text', 'json', 'binary', 'geometry'].includes(kind) || (written.kind === 'now' && isDateOrTime(kind)))
    return isWrapped && !(written.kind === 'value' && written.value === null)
      ? sql` default (${text})`
      : sql` default ${text}`
  }

  function createTable({ definition }: Extract<Change, { kind: 'create-table' }>, structure: Structure): Written {
    checkDefinition(definition)
    const { table, columns, primaryKey, foreignKeys, indexes, comment } = definition
    const parts = [
      ...columns.map((column) =>
        columnSql(column, newFacts(column, structure, referencedBy(foreignKeys, column.name, structure))),
      ),
      ...(primaryKey.length === 0 ? [] : [sql`primary key (${columnList(primaryKey)})`]),
      ...indexes.map(indexPart),
      ...foreignKeys.map((key) => sql`constraint ${name(key.name)} ${referencesSql(key)}`),
    ]
    const withComment = comment === null ? sql`` : sql` comment = ${literal(comment)}`
    return {
      statements: [sql`create table ${tableSql(table)} (${join(parts, ', ')})${withComment}`],
      undo: [sql`drop table ${tableSql(table)}`],
    }
  }

  function alterColumn(table: TableName, to: ColumnDefinition, current: Column, structure: Structure): Written {
    if (to.hasAutoIncrement !== current.hasAutoIncrement) refuse('Whether a column counts up is fixed with its table.')
    if (current.isGenerated) refuse(`The column "${to.name}" is generated.`)
    const before = definitionOf(current)
    const isSame = isSameType(to, before) || (isKnownType(before) && typeOf(to) === typeOf(before))
    const own = ownFacts(table, current, structure)
    const { type, collation } = newFacts(to, structure, null)
    const next = isSame ? own : { ...own, type, collation: isTextKind(to.kind) ? (own.collation ?? collation) : null }
    const modify = (column: Sql): Sql => sql`alter table ${tableSql(table)} modify column ${column}`
    return { statements: [modify(columnSql(to, next))], undo: [modify(columnSql(before, own))] }
  }

  /** A key's columns must have the collation of what they refer to. Those that the same plan made get it now. */
  function fitCollations(table: TableName, key: ForeignKeyDefinition, structure: Structure): readonly Sql[] {
    return key.columns.flatMap((of) => {
      const column = findColumn(findTable(structure, table), of)
      const target = referencedBy([key], of, structure)
      if (column.collation !== null || target === null) return []
      const definition = definitionOf(column)
      const { collation } = newFacts(definition, structure, target)
      if (collation === newFacts(definition, structure, null).collation) return []
      const { type, extras } = ownFacts(table, column, structure)
      return [sql`alter table ${tableSql(table)} modify column ${columnSql(definition, { type, collation, extras })}`]
    })
  }

  function written(change: Change, structure: Structure): Written {
    switch (change.kind) {
      case 'create-table':
        return createTable(change, structure)
      case 'drop-table':
        return dropTable(change.table, structure)
      case 'comment-table': {
        const { comment } = findTable(structure, change.table)
        const set = (text: string | null) => sql`alter table ${tableSql(change.table)} comment = ${literal(text ?? '')}`
        return { statements: [set(change.comment)], undo: [set(comment)] }
      }
      case 'add-column': {
        if (change.column.hasAutoIncrement) refuse('A column that counts up is made together with its table.')
        const table = tableSql(change.table)
        return {
          statements: [
            sql`alter table ${table} add column ${columnSql(change.column, newFacts(change.column, structure, null))}`,
          ],
          undo: [sql`alter table ${table} drop column ${name(change.column.name)}`],
        }
      }
      case 'alter-column': {
        const current = findColumn(findTable(structure, change.table), change.column.name)
        return alterColumn(change.table, change.column, current, structure)
      }
      case 'drop-column':
        return dropColumn(change.table, findColumn(findTable(structure, change.table), change.column), structure)
      case 'add-foreign-key': {
        const { table, foreignKey } = change
        return {
          statements: [
            ...fitCollations(table, foreignKey, structure),
            sql`alter table ${tableSql(table)} add constraint ${name(foreignKey.name)} ${referencesSql(foreignKey)}`,
          ],
          undo: [...dropForeignKey(table, foreignKey.name), ...dropOwnIndex(table, foreignKey, structure)],
        }
      }
      case 'drop-foreign-key': {
        const key = findForeignKey(findTable(structure, change.table), change)
        const definition = foreignKeyDefinition(key, change.name ?? '')
        return {
          statements: [
            ...dropForeignKey(change.table, definition.name),
            ...dropBroughtIndex(change.table, definition.name, structure),
          ],
          undo: [
            sql`alter table ${tableSql(change.table)} add constraint ${name(definition.name)} ${referencesSql(definition)}`,
          ],
        }
      }
      case 'add-index':
        return {
          statements: [sql`alter table ${tableSql(change.table)} add ${indexPart(change.index)}`],
          undo: [dropIndex(change.table, change.index.name)],
        }
      case 'drop-index': {
        const index = findIndex(findTable(structure, change.table), change.name)
        return {
          statements: [dropIndex(change.table, index.name)],
          undo: [sql`alter table ${tableSql(change.table)} add ${indexPart(index)}`],
        }
      }
    }
  }

  return {
    vendor: 'mysql',
    sourcesQuery: [updatingColumns, narrowCharacterSet, ...(columnChecks === null ? [] : [columnChecks])].join(
      ' union all ',
    ),
    rebuildsTables: false,
    typeOf,
    catchUp: null,
    readDefault: (column) => readDefault(column, escapesDefaults ? 'always' : 'never'),
    literal,
    write: (change, structure) => {
      checkNames(change, (each) => each.length <= maxNameLength && !each.endsWith(' ') && !beyondNames.test(each))
      return { cleanUp: [], ...written(change, structure), sources: structure.sources }
    },
  }
}

export const ddl = ddlWith({ wrapsDefaults: true, escapesDefaults: false, columnChecks: null })

/**
 * What stays of a column that is altered: all of it as the database itself wrote it.
 * `collation`: `collate utf8mb4_bin`, `character set utf8mb4`; null where the table's own will do.
 */
type OwnFacts = { readonly type: string; readonly collation: string | null; readonly extras: readonly string[] }

function ownFacts(table: TableName, column: Column, { sources }: Structure): OwnFacts {
  const extras = sources.filter(
    (source) => source.kind === 'column' && source.table === table.name && source.name === column.name,
  )
  return {
    // Where JSON is a text with a check, the word makes both.
    type: column.kind === 'json' ? usual.json : column.nativeType,
    collation: isTextKind(column.kind) ? collationOf(column) : null,
    extras: extras.map((source) => source.text),
  }
}

/** A new column's. `target`: the column that it refers to. */
function newFacts(column: ColumnDefinition, { sources }: Structure, target: Column | null): OwnFacts {
  const type = typeOf(column)
  const isNarrow = sources.some(({ kind }) => kind === 'character set')
  const wide = isNarrow ? 'character set utf8mb4' : null
  const holdsText = isTextKind(column.kind) && type !== 'uuid'
  return { type, collation: holdsText ? ((target && collationOf(target)) ?? wide) : null, extras: [] }
}

/** null: it refers to nothing, or to what is not made yet. */
function referencedBy(keys: readonly ForeignKeyDefinition[], column: string, { tables }: Structure): Column | null {
  const key = keys.find(({ columns }) => columns.includes(column))
  if (key === undefined) return null
  const target = tables.find(({ schema, name: of }) => schema === key.references.schema && of === key.references.name)
  const wanted = key.referencedColumns[key.columns.indexOf(column)]
  return target?.columns.find((each) => each.name === wanted) ?? null
}

const isTextKind = (kind: ColumnKind): boolean => ['string', 'text', 'enum', 'uuid'].includes(kind)

/** A name for what is set aside: it tells what it was, and is in nobody's way. */
function asideName(what: string): string {
  const mark = createHash('sha256').update(what).digest('hex').slice(0, 8)
  return `${what.slice(0, 40).trimEnd()}~removed~${mark}`
}

function dropTable(wanted: TableName, structure: Structure): Written {
  const table = findTable(structure, wanted)
  const aside = { schema: wanted.schema, name: asideName(wanted.name) }
  const rename = (from: TableName, to: TableName): Sql => sql`rename table ${tableSql(from)} to ${tableSql(to)}`
  const keys = table.foreignKeys.map((key) => foreignKeyDefinition(key, ''))
  const isView = table.kind === 'view'
  if (isView) return { statements: [sql`drop view ${tableSql(wanted)}`], undo: null }
  return {
    // Its foreign keys go first: their names must be free, and what they refer to may be dropped next.
    statements: [...keys.flatMap((key) => dropForeignKey(wanted, key.name)), rename(wanted, aside)],
    cleanUp: [sql`drop table ${tableSql(aside)}`],
    undo: [
      rename(aside, wanted),
      ...keys.map((key) => sql`alter table ${tableSql(wanted)} add constraint ${name(key.name)} ${referencesSql(key)}`),
    ],
  }
}

function dropColumn(wanted: TableName, column: Column, structure: Structure): Written {
  const aside = asideName(column.name)
  const table = findTable(structure, wanted)
  if (table.columns.length === 1) refuse(`The column "${column.name}" is the only one of its table.`)
  const alter = (what: Sql): Sql => sql`alter table ${tableSql(wanted)} ${what}`
  const rename = (from: string, to: string): Sql => alter(sql`rename column ${name(from)} to ${name(to)}`)
  // Keys, and indexes over other columns too, would hold the column.
  const keys = table.foreignKeys
    .filter((key) => key.columns.includes(column.name))
    .map((key) => foreignKeyDefinition(key, ''))
  const indexes = table.indexes.filter(
    (index) => index.name !== 'PRIMARY' && index.columns.length > 1 && index.columns.includes(column.name),
  )
  return {
    statements: [
      ...keys.flatMap((key) => dropForeignKey(wanted, key.name)),
      ...indexes.map((index) => dropIndex(wanted, index.name)),
      rename(column.name, aside),
    ],
    cleanUp: [alter(sql`drop column ${name(aside)}`)],
    undo: [
      rename(aside, column.name),
      ...indexes.map((index) => alter(sql`add ${indexPart(index)}`)),
      ...keys.map((key) => alter(sql`add constraint ${name(key.name)} ${referencesSql(key)}`)),
    ],
  }
}

const dropForeignKey = (table: TableName, key: string): readonly Sql[] => [
  sql`alter table ${tableSql(table)} drop foreign key ${name(key)}`,
]

/** A foreign key brings an index of its own name where no other serves it. */
function dropOwnIndex(
  table: TableName,
  key: { readonly name: string; readonly columns: readonly string[] },
  structure: Structure,
): readonly Sql[] {
  const { indexes } = findTable(structure, table)
  const isServed = indexes.some((index) => key.columns.every((column, at) => index.columns[at] === column))
  return isServed ? [] : [dropIndex(table, key.name)]
}

/** The index that a foreign key brought would outlive it. */
function dropBroughtIndex(table: TableName, key: string, structure: Structure): readonly Sql[] {
  return findTable(structure, table).indexes.some((index) => index.name === key) ? [dropIndex(table, key)] : []
}

const dropIndex = (table: TableName, index: string): Sql =>
  sql`alter table ${tableSql(table)} drop index ${name(index)}`

const indexPart = ({ name: index, columns, isUnique }: IndexDefinition): Sql =>
  sql`${isUnique ? sql`unique ` : sql``}index ${name(index)} (${columnList(columns)})`

/** Only what looks like the name of one. */
function collationOf({ collation }: Column): string | null {
  return collation !== null && /^\w+$/.test(collation) ? `collate ${collation}` : null
}

const isDateOrTime = (kind: ColumnKind): boolean => kind === 'date' || kind === 'time'

function now(kind: ColumnKind, column: ColumnDefinition): Sql {
  if (kind === 'date') return raw('current_date')
  if (kind === 'time') return raw('current_time')
  const precision = fraction(column)
  return raw(precision === 0 ? 'current_timestamp' : `current_timestamp(${precision})`)
}

/** Digits of a second: milliseconds are kept where nothing is said, as on the other databases. */
const fraction = ({ precision }: ColumnDefinition): number => precision ?? 3

const usual: Readonly<Record<ColumnKind, string>> = {
  string: 'varchar',
  text: 'text',
  integer: 'int',
  bigint: 'bigint',
  decimal: 'decimal',
  float: 'float',
  boolean: 'tinyint(1)',
  date: 'date',
  time: 'time',
  datetime: 'datetime',
  timestamp: 'timestamp',
  uuid: 'char(36)',
  json: 'json',
  binary: 'blob',
  geometry: 'geometry',
  vector: 'vector',
  enum: 'enum',
  array: 'json',
  unknown: 'text',
}

/** Further words of each kind, as the database itself writes them. */
const words: Partial<Record<ColumnKind, readonly string[]>> = {
  string: ['char'],
  text: ['tinytext', 'mediumtext', 'longtext'],
  integer: ['tinyint', 'smallint', 'mediumint', 'year'],
  bigint: ['int'],
  float: ['double'],
  boolean: ['tinyint', 'bit'],
  uuid: ['uuid', 'char'],
  json: ['longtext'],
  binary: ['tinyblob', 'mediumblob', 'longblob', 'binary', 'varbinary', 'bit'],
  geometry: [
    'point',
    'linestring',
    'polygon',
    'multipoint',
    'multilinestring',
    'multipolygon',
    'geometrycollection',
    'geomcollection',
  ],
  enum: ['set'],
}

function isKnownType({ kind, detail }: ColumnDefinition): boolean {
  const word = detail?.toLowerCase() ?? null
  return word === null || word === usual[kind] || words[kind]?.includes(word) === true
}

function typeOf(column: ColumnDefinition): string {
  const { kind } = column
  if (!isKnownType(column)) refuse(`"${column.detail}" is not a type of this database.`)
  const word = column.detail?.toLowerCase() ?? usual[kind]
  switch (kind) {
    case 'string':
      return `${word}(${size(column.maxLength ?? 255, { from: 1, to: word === 'char' ? 255 : 16_383 })})`
    case 'bigint':
      return word === 'int' ? 'int unsigned' : word
    case 'decimal': {
      const precision = column.precision ?? 10
      return `${word}(${size(precision, { from: 1, to: 65 })},${size(column.scale ?? 5, { from: 0, to: Math.min(precision, 38) })})`
    }
    case 'boolean':
      return word === 'bit' ? 'bit(1)' : usual.boolean
    case 'time':
    case 'datetime':
    case 'timestamp': {
      const digits = size(fraction(column), { from: 0, to: 6 })
      return digits === '0' ? word : `${word}(${digits})`
    }
    case 'uuid':
      return word === 'uuid' ? word : usual.uuid
    case 'json':
      return usual.json
    case 'binary':
      return word === 'binary' || word === 'varbinary'
        ? `${word}(${size(column.maxLength ?? 255, { from: 1, to: 255 })})`
        : word
    case 'vector':
      return `${word}(${size(column.precision ?? 1536, { from: 1, to: 16_000 })})`
    case 'enum': {
      const values = column.enumValues ?? refuse(`The column "${column.name}" needs its values.`)
      return `${word}(${values.map(quoted).join(',')})`
    }
    default:
      return word
  }
}

function literal(value: string | number | boolean | null): Sql {
  if (value === null) return raw('null')
  if (typeof value === 'boolean') return raw(value ? '1' : '0')
  if (typeof value === 'number')
    return Number.isFinite(value) ? raw(String(value)) : refuse(`${value} is not a number.`)
  return raw(quoted(value))
}

/** Both marks are doubled: the text can't end early, whether or not the session takes a backslash for one. */
function quoted(text: string): string {
  if (text.includes('\0') || !text.isWellFormed()) return refuse('A text must not contain a zero byte.')
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
