/**
 * How SQLite's structure is changed. What `alter table` can't do is done by a rebuild (SQLite, "Making Other Kinds Of Table
 * Schema Changes"): a new table takes the rows and the name of the old one; indexes, views and triggers are made again.
 */
import { join, name, raw, render, sql, type Sql, type SqlWriter } from '../../sql/sql.ts'
import type { Change, ColumnDefinition, Ddl, IndexDefinition, Source, Structure, WrittenChange } from '../change.ts'
import { definitionOf, isSameType } from '../column-definition.ts'
import type { ColumnKind, Table } from '../database-schema.ts'
import {
  checkDefinition,
  checkNames,
  columnList,
  defaultSql,
  findColumn,
  findForeignKey,
  findIndex,
  findTable,
  readDefault,
  referencesSql,
  refuse,
  size,
} from '../ddl-parts.ts'
import {
  mentions,
  readColumn,
  readConstraint,
  readTable,
  writeColumn,
  writeTable,
  type Clause,
  type Definition,
  type TableText,
} from './table-text.ts'

const writer: SqlWriter = {
  quoteName: (each) => `"${each.replaceAll('"', '""')}"`,
  placeholder: () => '?',
  numbersPlaceholders: false,
}

export const ddl: Ddl = {
  vendor: 'sqlite',
  sourcesQuery: `select type, name, tbl_name, sql from sqlite_master
    where sql is not null and name not like 'sqlite\\_%' escape '\\' order by rowid`,
  rebuildsTables: true,
  typeOf,
  catchUp: null,
  readDefault: (column) => readDefault(column, 'never'),
  literal,
  write: (change, structure) => {
    checkNames(change, () => true)
    return { cleanUp: [], ...written(change, structure) }
  },
}

type Written = Omit<WrittenChange, 'cleanUp'>

function written(change: Change, structure: Structure): Written {
  const { sources } = structure
  switch (change.kind) {
    case 'create-table':
      return createTable(change, sources)
    case 'drop-table':
      return dropTable(findTable(structure, change.table), structure)
    case 'comment-table':
      return { statements: [], undo: [], sources } // SQLite keeps no comments
    case 'add-column':
      return addColumn(change, structure)
    case 'alter-column': {
      const table = findTable(structure, change.table)
      return edited(table, structure, (text) => ({
        ...text,
        definitions: text.definitions.map((each) => altered(each, table, change.column)),
      }))
    }
    case 'drop-column':
      return dropColumn(findTable(structure, change.table), change.column, structure)
    case 'add-foreign-key': {
      const text = textOf(sql`constraint ${name(change.foreignKey.name)} ${referencesSql(change.foreignKey)}`)
      return edited(findTable(structure, change.table), structure, (table) => ({
        ...table,
        definitions: [...table.definitions, { kind: 'constraint', text }],
      }))
    }
    case 'drop-foreign-key': {
      const table = findTable(structure, change.table)
      const { columns } = findForeignKey(table, change)
      return edited(table, structure, (text) => without('foreign-key', columns, text))
    }
    case 'add-index': {
      const statement = indexSql(change.table.name, change.index)
      const source: Source = {
        kind: 'index',
        name: change.index.name,
        table: change.table.name,
        text: textOf(statement),
      }
      return {
        statements: [statement],
        undo: [sql`drop index ${name(change.index.name)}`],
        sources: [...sources, source],
      }
    }
    case 'drop-index':
      return dropIndex(findTable(structure, change.table), change.name, structure)
  }
}

function createTable({ definition }: Extract<Change, { kind: 'create-table' }>, sources: readonly Source[]): Written {
  checkDefinition(definition)
  const { table, columns, primaryKey, foreignKeys, indexes } = definition
  const counter = columns.find((column) => column.hasAutoIncrement)
  if (counter !== undefined && (primaryKey.length !== 1 || primaryKey[0] !== counter.name)) {
    refuse('Only a primary key of one column can count up.')
  }
  const parts = [
    ...columns.map(columnSql),
    ...(primaryKey.length === 0 || counter !== undefined ? [] : [sql`primary key (${columnList(primaryKey)})`]),
    ...foreignKeys.map((key) => sql`constraint ${name(key.name)} ${referencesSql(key)}`),
  ]
  const statement = sql`create table ${name(table.name)} (${join(parts, ', ')})`
  const indexStatements = indexes.map((index) => indexSql(table.name, index))
  return {
    statements: [statement, ...indexStatements],
    undo: [sql`drop table ${name(table.name)}`],
    sources: [
      ...sources,
      { kind: 'table', name: table.name, table: table.name, text: textOf(statement) },
      ...indexes.map((index): Source => ({
        kind: 'index',
        name: index.name,
        table: table.name,
        text: textOf(indexSql(table.name, index)),
      })),
    ],
  }
}

function dropTable(table: Table, structure: Structure): Written {
  const kind = table.kind === 'view' ? sql`view` : sql`table`
  return {
    statements: [sql`drop ${kind} ${name(table.name)}`, ...viewChecks(table.name, structure)],
    undo: null,
    sources: structure.sources.filter((source) => source.table.toLowerCase() !== table.name.toLowerCase()),
  }
}

function addColumn(change: Extract<Change, { kind: 'add-column' }>, structure: Structure): Written {
  const { column } = change
  if (column.hasAutoIncrement) refuse('A column that counts up is made together with its table.')
  const table = findTable(structure, change.table)
  const text = textOf(columnSql(column))
  const added = edited(table, structure, (before) => {
    const at = before.definitions.findLastIndex((each) => each.kind === 'column') + 1
    return { ...before, definitions: before.definitions.toSpliced(at, 0, { kind: 'column', name: column.name, text }) }
  })
  // SQLite adds a column by itself where old rows get null or a constant.
  const isSimple =
    (column.isNullable && column.default === null) ||
    (column.default?.kind === 'value' && column.default.value !== null)
  return isSimple
    ? { ...added, statements: [sql`alter table ${name(table.name)} add column ${columnSql(column)}`] }
    : added
}

function dropColumn(table: Table, column: string, structure: Structure): Written {
  findColumn(table, column)
  const isSame = (other: string): boolean => other.toLowerCase() === column.toLowerCase()
  if (table.primaryKey.some(isSame)) refuse(`The column "${column}" belongs to the primary key.`)
  const user = structure.sources.find(
    (source) => source.kind === 'trigger' && source.table === table.name && mentions(source.text, column),
  )
  if (user !== undefined) refuse(`The trigger "${user.name}" uses the column "${column}".`)
  const dropped = edited(
    table,
    structure,
    (text) => ({
      ...text,
      definitions: text.definitions.filter((each) =>
        each.kind === 'column' ? !isSame(each.name) : !readConstraint(each.text).columns.some(isSame),
      ),
    }),
    (index) => !indexColumns(table, index.name).some(isSame),
  )
  return { ...dropped, statements: [...dropped.statements, ...viewChecks(table.name, structure)], undo: null }
}

const indexColumns = (table: Table, index: string): readonly string[] =>
  table.indexes.find((each) => each.name === index)?.columns ?? []

/** An index that belongs to a `unique` of the table itself has no text of its own. */
function dropIndex(table: Table, index: string, structure: Structure): Written {
  const { columns } = findIndex(table, index)
  const own = structure.sources.find((source) => source.kind === 'index' && source.name === index)
  if (own === undefined) return edited(table, structure, (text) => without('unique', columns, text))
  return {
    statements: [sql`drop index ${name(index)}`],
    undo: [raw(own.text)],
    sources: structure.sources.filter((source) => source !== own),
  }
}

/** Without the constraint on these columns, whether it stands with the table or with its only column. */
function without(kind: 'foreign-key' | 'unique', columns: readonly string[], text: TableText): TableText {
  const isSame = (others: readonly string[]): boolean =>
    others.length === columns.length && others.every((other, at) => other.toLowerCase() === columns[at]?.toLowerCase())
  const clause: Clause['kind'] = kind === 'unique' ? 'unique' : 'references'
  const definitions = text.definitions.flatMap((each): readonly Definition[] => {
    if (each.kind === 'constraint') {
      const constraint = readConstraint(each.text)
      return constraint.kind === kind && isSame(constraint.columns) ? [] : [each]
    }
    if (!isSame([each.name])) return [each]
    const column = readColumn(each.text)
    return [{ ...each, text: writeColumn({ ...column, clauses: column.clauses.filter((own) => own.kind !== clause) }) }]
  })
  return { ...text, definitions }
}

/** A column's definition with another type, default or nullability; its other clauses stay. */
function altered(definition: Definition, table: Table, to: ColumnDefinition): Definition {
  if (definition.kind !== 'column' || definition.name.toLowerCase() !== to.name.toLowerCase()) return definition
  const current = findColumn(table, to.name)
  if (to.hasAutoIncrement !== current.hasAutoIncrement) refuse('Whether a column counts up is fixed with its table.')
  if (current.isGenerated) refuse(`The column "${to.name}" is generated.`)
  const before = definitionOf(current)
  const column = readColumn(definition.text)
  const isSame = isSameType(to, before) || typeOf(to).toLowerCase() === current.nativeType.toLowerCase()
  const isKey = column.clauses.some((clause) => clause.kind === 'primary-key')
  const replaced: readonly Clause['kind'][] = ['default', ...(isKey ? [] : (['nullability'] as const))]
  const kept = column.clauses.filter((clause) => !replaced.includes(clause.kind))
  const added = [
    ...(to.isNullable || isKey ? [] : ['not null']),
    ...(to.default === null ? [] : [textOf(defaultOf(to))]),
  ]
  return {
    ...definition,
    text: writeColumn({
      ...column,
      type: isSame ? column.type : typeOf(to),
      clauses: [...added.map((text): Clause => ({ kind: 'other', text })), ...kept],
    }),
  }
}

/** The table rebuilt from its changed text, and back from the one it has. */
function edited(
  table: Table,
  structure: Structure,
  edit: (text: TableText) => TableText,
  keepsIndex: (index: Source) => boolean = () => true,
): Written {
  const source = structure.sources.find((each) => each.kind === 'table' && each.name === table.name)
  if (source === undefined) return refuse(`"${table.name}" is no table that can be changed.`)
  const before = readTable(source.text)
  const after = edit(before)
  const sources = structure.sources
    .filter((each) => each.kind !== 'index' || each.table !== table.name || keepsIndex(each))
    .map((each) => (each === source ? { ...each, text: writeTable(quoted(table.name), after) } : each))
  const columns = sharedColumns(before, after)
  return {
    statements: rebuild(table.name, columns, after, sources),
    undo: rebuild(table.name, columns, before, structure.sources),
    sources,
  }
}

/** Those that both have and that hold values of their own. */
function sharedColumns(before: TableText, after: TableText): readonly string[] {
  const kept = (text: TableText): readonly string[] =>
    text.definitions.flatMap((each) =>
      each.kind === 'column' && !readColumn(each.text).clauses.some((clause) => clause.kind === 'generated')
        ? [each.name]
        : [],
    )
  const names = new Set(kept(after))
  return kept(before).filter((column) => names.has(column))
}

/**
 * Views and triggers are taken away meanwhile: renaming a table makes SQLite read them all, and one of them may name the table.
 *
 * @param sources as they shall be after it
 */
function rebuild(
  table: string,
  columns: readonly string[],
  text: TableText,
  sources: readonly Source[],
): readonly Sql[] {
  const next = `${table}~rebuilt`
  const views = sources.filter(({ kind }) => kind === 'view')
  const triggers = sources.filter(({ kind }) => kind === 'trigger')
  const indexes = sources.filter((source) => source.kind === 'index' && source.table === table)
  const list = columnList(columns)
  return [
    ...triggers.map((trigger) => sql`drop trigger ${name(trigger.name)}`),
    ...views.map((view) => sql`drop view ${name(view.name)}`),
    raw(writeTable(quoted(next), text)),
    ...(columns.length === 0 ? [] : [sql`insert into ${name(next)} (${list}) select ${list} from ${name(table)}`]),
    ...(countsUp(text) ? keepCount(table, next) : []),
    sql`drop table ${name(table)}`,
    sql`alter table ${name(next)} rename to ${name(table)}`,
    ...[...indexes, ...views, ...triggers].map((source) => raw(source.text)),
  ]
}

const countsUp = ({ definitions }: TableText): boolean =>
  definitions.some(({ text }) => mentions(text, 'autoincrement'))

/** The last number given out, though its row be gone. */
function keepCount(table: string, next: string): readonly Sql[] {
  const [from, to] = [literal(table), literal(next)]
  return [
    sql`delete from sqlite_sequence where name = ${to}`,
    sql`insert into sqlite_sequence (name, seq) select ${to}, seq from sqlite_sequence where name = ${from}`,
  ]
}

/** A view that can no longer be read makes the change fail. */
function viewChecks(table: string, { tables, sources }: Structure): readonly Sql[] {
  return tables
    .filter((view) => view.kind === 'view' && view.name !== table)
    .filter((view) => sources.some((each) => each.name === view.name && mentions(each.text, table)))
    .map((view) => sql`select 1 from ${name(view.name)} limit 0`)
}

const indexSql = (table: string, { name: index, columns, isUnique }: IndexDefinition): Sql =>
  sql`create ${isUnique ? sql`unique ` : sql``}index ${name(index)} on ${name(table)} (${columnList(columns)})`

function columnSql(column: ColumnDefinition): Sql {
  const nullable = column.isNullable ? sql`` : sql` not null`
  if (column.hasAutoIncrement) return sql`${name(column.name)} integer not null primary key autoincrement`
  const withDefault = column.default === null ? sql`` : sql` ${defaultOf(column)}`
  return sql`${name(column.name)} ${raw(typeOf(column))}${nullable}${withDefault}`
}

function defaultOf({ default: written, kind }: ColumnDefinition): Sql {
  if (written === null) return sql``
  const text = defaultSql(written, kind, { literal, now })
  // What the database reports of an expression has lost its parentheses.
  return written.kind === 'sql' ? sql`default (${text})` : sql`default ${text}`
}

function now(kind: ColumnKind): Sql {
  return raw(kind === 'date' ? 'current_date' : kind === 'time' ? 'current_time' : 'current_timestamp')
}

const usual: Readonly<Record<ColumnKind, string>> = {
  string: 'varchar',
  text: 'text',
  integer: 'integer',
  bigint: 'bigint',
  decimal: 'decimal',
  float: 'float',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  datetime: 'datetime',
  timestamp: 'timestamp',
  uuid: 'char(36)',
  json: 'json',
  binary: 'blob',
  geometry: 'geometry',
  vector: 'blob',
  enum: 'text',
  array: 'json',
  unknown: 'text',
}

/** SQLite takes any words for a type; these are plain ones. */
const isPlainWord = (word: string): boolean => /^[a-z][a-z0-9_]*( [a-z][a-z0-9_]*){0,3}$/i.test(word)

function typeOf(column: ColumnDefinition): string {
  const { kind } = column
  if (kind === 'array' || kind === 'enum') return usual[kind]
  const word = column.detail ?? usual[kind]
  if (column.detail !== null && word !== '' && !isPlainWord(word))
    refuse(`"${column.detail}" is not a type of this database.`)
  const of = (...sizes: readonly (number | null)[]): string => {
    const known = sizes.filter((each) => each !== null)
    return known.length === 0
      ? word
      : `${word}(${known.map((each) => size(each, { from: 0, to: 2 ** 31 - 1 })).join(',')})`
  }
  if (kind === 'uuid') return word === 'char' ? usual.uuid : word
  if (column.detail !== null)
    return column.maxLength === null ? of(column.precision, column.scale) : of(column.maxLength)
  switch (kind) {
    case 'string':
      return of(column.maxLength ?? 255)
    case 'decimal':
      return of(column.precision ?? 10, column.scale ?? 5)
    default:
      return word
  }
}

const quoted = writer.quoteName

/** What the statement says, for a text that is kept. */
const textOf = (statement: Sql): string => render(statement, writer).text

function literal(value: string | number | boolean | null): Sql {
  if (value === null) return raw('null')
  if (typeof value === 'boolean') return raw(value ? '1' : '0')
  if (typeof value === 'number')
    return Number.isFinite(value) ? raw(String(value)) : refuse(`${value} is not a number.`)
  if (value.includes('\0') || !value.isWellFormed()) return refuse('A text must not contain a zero byte.')
  return raw(`'${value.replaceAll("'", "''")}'`)
}
