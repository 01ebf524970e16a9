/** What new fields are made of, wherever they go. Pure. */
import type { Change, ColumnDefinition, ForeignKeyDefinition, TableName } from '../dialects/change.ts'
import { definitionOf } from '../dialects/column-definition.ts'
import type { Table } from '../dialects/database-schema.ts'
import type { Collection } from '../model/model.ts'
import { constraintName } from './names.ts'
import { columnNamed, tableNameOf, type Remodelling, type RowChange, type ValueCheck } from './remodelling.ts'
import type { MetaInput } from './request.ts'

/** Where new fields go: a table that is there, or one that is being made. */
export type Owner = {
  readonly collection: string
  /** null: a folder of collections. */
  readonly table: TableName | null
  /** The key, where it is one column. */
  readonly key: ColumnDefinition | null
}

/** What a new field is made of. */
export type NewField = {
  readonly columns: readonly ColumnWithFacts[]
  readonly foreignKeys: readonly ForeignKeyDefinition[]
  readonly isPrimaryKey: boolean
  /** Beside its own table. */
  readonly more: Remodelling
}

/** What a new field asks of its table beside its column. */
export type ColumnWithFacts = {
  readonly column: ColumnDefinition
  readonly isUnique: boolean
  readonly isIndexed: boolean
}

/** The one column of the key; null where it has none, or several. */
export function keyOf(collection: Collection): ColumnDefinition | null {
  const [key, ...more] = collection.primaryKey
  const table = collection.sourceTable
  return key === undefined || more.length > 0 || table === null ? null : definitionOf(columnNamed(table, key))
}

/** A row of directus_fields: what was given; the table's defaults are the rest. */
export const fieldRow = (collection: string, field: string, meta: MetaInput): RowChange => ({
  kind: 'insert',
  table: 'directus_fields',
  values: { ...meta, collection, field },
})

/** Columns with their indexes and constraints, on a table that is there. */
export function addColumns(
  table: Table,
  collection: string,
  made: Pick<NewField, 'columns' | 'foreignKeys'>,
): Remodelling {
  const target = tableNameOf(table)
  const changes = made.columns.flatMap(({ column, isUnique, isIndexed }): readonly Change[] => [
    { kind: 'add-column', table: target, column },
    ...indexesOf(table.name, column.name, { isUnique, isIndexed }).map((index): Change => ({
      kind: 'add-index',
      table: target,
      index,
    })),
  ])
  const keys = made.foreignKeys.map((foreignKey): Change => ({ kind: 'add-foreign-key', table: target, foreignKey }))
  const checks = made.columns
    .filter(({ column }) => !column.isNullable && column.default === null && !column.hasAutoIncrement)
    .map(({ column }): ValueCheck => ({ kind: 'no-rows', table: target, collection, field: column.name }))
  return { changes: [...changes, ...keys], rows: [], checks, gone: [] }
}

export function indexesOf(
  table: string,
  column: string,
  asked: { readonly isUnique: boolean; readonly isIndexed: boolean },
) {
  return [
    ...(asked.isUnique ? [{ name: constraintName(table, column, 'unique'), columns: [column], isUnique: true }] : []),
    ...(asked.isIndexed ? [{ name: constraintName(table, column, 'index'), columns: [column], isUnique: false }] : []),
  ]
}
