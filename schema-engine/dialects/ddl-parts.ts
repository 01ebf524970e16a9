/** What the dialects' `ddl` have in common: names and words that are checked before they become SQL. */
import { fail } from '../errors.ts'
import { join, name, raw, sql, type Sql } from '../sql/sql.ts'
import type { Column, ColumnKind, ForeignKey, Table } from './database-schema.ts'
import type {
  Change,
  ColumnDefault,
  ForeignKeyDefinition,
  ReferentialAction,
  Structure,
  TableDefinition,
  TableName,
  WrittenChange,
} from './change.ts'

export type Written = Omit<WrittenChange, 'sources' | 'cleanUp'> & { readonly cleanUp?: readonly Sql[] }

export const tableSql = ({ schema, name: table }: TableName): Sql =>
  schema === null ? name(table) : name(schema, table)

export const columnList = (columns: readonly string[]): Sql =>
  join(
    columns.map((column) => name(column)),
    ', ',
  )

const actions: ReadonlySet<string> = new Set<ReferentialAction>([
  'NO ACTION',
  'RESTRICT',
  'CASCADE',
  'SET NULL',
  'SET DEFAULT',
])

/** @throws INVALID_PAYLOAD for a word that is none */
export function actionSql(action: string): Sql {
  if (!actions.has(action)) return refuse(`"${action}" is not a referential action.`)
  return raw(action)
}

/** `foreign key (…) references …`, without the constraint's name. */
export function referencesSql(key: ForeignKeyDefinition): Sql {
  return sql`foreign key (${columnList(key.columns)}) references ${tableSql(key.references)} (${columnList(
    key.referencedColumns,
  )}) on update ${actionSql(key.onUpdate)} on delete ${actionSql(key.onDelete)}`
}

/** A foreign key that a database has, as a definition. @param name for one that has none */
export function foreignKeyDefinition(key: ForeignKey, name: string): ForeignKeyDefinition {
  const action = (word: string): ReferentialAction => (actions.has(word) ? (word as ReferentialAction) : 'NO ACTION') // just asked
  return {
    name: key.name ?? name,
    columns: key.columns,
    references: { schema: key.referencedSchema, name: key.referencedTable },
    referencedColumns: key.referencedColumns,
    onUpdate: action(key.onUpdate),
    onDelete: action(key.onDelete),
  }
}

export function findTable({ tables }: Structure, { schema, name: table }: TableName): Table {
  return tables.find((each) => each.schema === schema && each.name === table) ?? refuse(`There is no table "${table}".`)
}

export function findColumn(table: Table, column: string) {
  return (
    table.columns.find((each) => each.name === column) ?? refuse(`The table "${table.name}" has no column "${column}".`)
  )
}

export function findIndex(table: Table, index: string) {
  return (
    [...table.indexes, ...table.uniques.map((unique) => ({ ...unique, isUnique: true }))].find(
      (each) => each.name === index,
    ) ?? refuse(`The table "${table.name}" has no index "${index}".`)
  )
}

/** By its name where it has one, else by its columns. */
export function findForeignKey(
  table: Table,
  wanted: { readonly name: string | null; readonly columns: readonly string[] },
): ForeignKey {
  const sameColumns = (key: ForeignKey): boolean => key.columns.join('\0') === wanted.columns.join('\0')
  return (
    table.foreignKeys.find((key) => key.name !== null && key.name === wanted.name) ??
    table.foreignKeys.find(sameColumns) ??
    refuse(`The table "${table.name}" has no foreign key on ${wanted.columns.join(', ')}.`)
  )
}

/** A default's SQL. `now`: how the dialect writes the time for this kind of column. */
export function defaultSql(
  written: ColumnDefault,
  kind: ColumnKind,
  { literal, now }: { literal: (value: string | number | boolean | null) => Sql; now: (kind: ColumnKind) => Sql },
): Sql {
  switch (written.kind) {
    case 'now':
      return now(kind)
    case 'sql':
      return raw(written.text) // as the same database reported it
    case 'value':
      return literal(kind === 'boolean' ? booleanOf(written.value) : written.value)
  }
}

function booleanOf(value: string | number | boolean | null): boolean | null {
  if (value === null || typeof value === 'boolean') return value
  if (['true', 't', '1'].includes(String(value).toLowerCase())) return true
  if (['false', 'f', '0'].includes(String(value).toLowerCase())) return false
  return refuse(`"${value}" is not a boolean.`)
}

const numberKinds: ReadonlySet<ColumnKind> = new Set(['integer', 'bigint', 'decimal', 'float'])
const timeKinds: ReadonlySet<ColumnKind> = new Set(['date', 'time', 'datetime', 'timestamp'])
const times =
  /^\(?(current_timestamp|now|current_date|curdate|current_time|curtime|localtime|localtimestamp)(\(\d*\))?\)?$/i

/**
 * What a default means, out of the SQL that a database reported.
 *
 * @param escapes whether a backslash in a literal stands for something else; `marked`: only after an E
 */
export function readDefault(column: Column, escapes: 'never' | 'always' | 'marked'): ColumnDefault | null {
  const { defaultValue, kind } = column
  if (defaultValue === null || column.hasAutoIncrement || column.isGenerated) return null
  const text = defaultValue.trim()
  if (/^\(?null(::.*)?\)?$/is.test(text)) return null
  if (timeKinds.has(kind) && times.test(text)) return { kind: 'now' }
  const literal = /^\(?(e?)'((?:[^'\\]|''|\\.)*)'(::[\w\s."()[\],]+)*\)?$/is.exec(text)
  const inner = literal?.[2] ?? /^\(?'((?:[^']|'')*)'(::[\w\s."()[\],]+)*\)?$/is.exec(text)?.[1]
  if (inner !== undefined) {
    const hasEscapes = escapes === 'always' || (escapes === 'marked' && literal?.[1] !== '' && literal !== null)
    const plain = hasEscapes ? inner.replaceAll(/\\(.)/gs, (_, char: string) => escaped[char] ?? char) : inner
    return valueOf(plain.replaceAll("''", "'"), kind) ?? { kind: 'sql', text: defaultValue }
  }
  const bare = /^\(*([+-]?[\d.]+(?:e[+-]?\d+)?|true|false|b'[01]')\)*(::[\w\s()]+)?$/i.exec(text)?.[1]
  return (bare === undefined ? null : valueOf(bare, kind)) ?? { kind: 'sql', text: defaultValue }
}

const escaped: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' }

/** A literal's value in a column of the kind; numbers that are not exact in JSON stay text. */
function valueOf(text: string, kind: ColumnKind): ColumnDefault | null {
  if (kind === 'boolean') {
    const isTrue = /^(true|t|1|b'1')$/i.test(text)
    return isTrue || /^(false|f|0|b'0')$/i.test(text) ? { kind: 'value', value: isTrue } : null
  }
  if (!numberKinds.has(kind)) return { kind: 'value', value: text }
  const number = Number(text)
  if (text === '' || !Number.isFinite(number)) return null
  const isExact = kind !== 'bigint' || Number.isSafeInteger(number)
  return { kind: 'value', value: isExact ? number : text }
}

/** A length or precision as SQL. @throws INVALID_PAYLOAD for what is no whole number within the bounds */
export function size(number: number, { from, to }: { readonly from: number; readonly to: number }): string {
  if (!Number.isInteger(number) || number < from || number > to) {
    return refuse(`A size must be a whole number from ${from} to ${to}, not ${number}.`)
  }
  return String(number)
}

export function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}

/**
 * Refuses names that a database would cut, misread or not take: empty ones, zero bytes, too long ones.
 *
 * @param fits whether the dialect can keep a name of this length, with these characters
 */
export function checkNames(change: Change, fits: (name: string) => boolean): void {
  for (const each of namesIn(change)) {
    if (typeof each !== 'string' || each === '' || each.includes('\0'))
      refuse('A name must be a text that is not empty.')
    if (!each.isWellFormed() || !fits(each))
      refuse(
        `"${each.slice(0, 20)}…" is too long for a name, or has characters that names of this database can't have.`,
      )
  }
}

function namesIn(change: Change): readonly string[] {
  const ofTable = ({ schema, name: table }: TableName) => (schema === null ? [table] : [schema, table])
  const ofKey = (key: ForeignKeyDefinition) => [
    key.name,
    ...key.columns,
    ...ofTable(key.references),
    ...key.referencedColumns,
  ]
  switch (change.kind) {
    case 'create-table': {
      const { table, columns, primaryKey, foreignKeys, indexes } = change.definition
      return [
        ...ofTable(table),
        ...columns.map((column) => column.name),
        ...primaryKey,
        ...foreignKeys.flatMap(ofKey),
        ...indexes.flatMap((index) => [index.name, ...index.columns]),
      ]
    }
    case 'add-column':
    case 'alter-column':
      return [...ofTable(change.table), change.column.name]
    case 'drop-column':
      return [...ofTable(change.table), change.column]
    case 'add-foreign-key':
      return [...ofTable(change.table), ...ofKey(change.foreignKey)]
    case 'drop-foreign-key':
      return [...ofTable(change.table), ...(change.name === null ? [] : [change.name]), ...change.columns]
    case 'add-index':
      return [...ofTable(change.table), change.index.name, ...change.index.columns]
    case 'drop-index':
      return [...ofTable(change.table), change.name]
    case 'drop-table':
    case 'comment-table':
      return ofTable(change.table)
  }
}

/** @throws INVALID_PAYLOAD for a table without columns, or a key or index that names none of them */
export function checkDefinition({ table, columns, primaryKey, indexes }: TableDefinition): void {
  const names = new Set(columns.map((column) => column.name))
  if (columns.length === 0) refuse(`The table "${table.name}" needs a column.`)
  if (names.size < columns.length) refuse(`The table "${table.name}" has two columns of one name.`)
  const missing = [...primaryKey, ...indexes.flatMap((index) => index.columns)].find((each) => !names.has(each))
  if (missing !== undefined) refuse(`The table "${table.name}" has no column "${missing}".`)
}
