/** Changes of a database's structure, as data: what `ddl` plans, and each dialect writes as SQL. */
import type { ColumnKind } from './database-schema.ts'

export type TableName = { readonly schema: string | null; readonly name: string }

export type ColumnDefinition = {
  readonly name: string
  readonly kind: ColumnKind
  /** In characters; null for the dialect's usual length. */
  readonly maxLength: number | null
  readonly precision: number | null
  readonly scale: number | null
  /** The geometry's type (`Point`), the elements of an array; null where the kind says all. */
  readonly detail: string | null
  readonly enumValues: readonly string[] | null
  readonly isNullable: boolean
  readonly hasAutoIncrement: boolean
  readonly default: ColumnDefault | null
  readonly comment: string | null
}

export type ColumnDefault =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'now' }
  /** SQL as the same dialect reported it. Never anything a caller sent. */
  | { readonly kind: 'sql'; readonly text: string }

export type ForeignKeyDefinition = {
  readonly name: string
  readonly columns: readonly string[]
  readonly references: TableName
  readonly referencedColumns: readonly string[]
  readonly onUpdate: ReferentialAction
  readonly onDelete: ReferentialAction
}

export type ReferentialAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT'

export type IndexDefinition = {
  readonly name: string
  readonly columns: readonly string[]
  readonly isUnique: boolean
}

export type TableDefinition = {
  readonly table: TableName
  readonly columns: readonly ColumnDefinition[]
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKeyDefinition[]
  readonly indexes: readonly IndexDefinition[]
  readonly comment: string | null
}

export type Change =
  | { readonly kind: 'create-table'; readonly definition: TableDefinition }
  | { readonly kind: 'drop-table'; readonly table: TableName }
  | { readonly kind: 'comment-table'; readonly table: TableName; readonly comment: string | null }
  | { readonly kind: 'add-column'; readonly table: TableName; readonly column: ColumnDefinition }
  /** `column` is what it shall be; the name stays. */
  | { readonly kind: 'alter-column'; readonly table: TableName; readonly column: ColumnDefinition }
  | { readonly kind: 'drop-column'; readonly table: TableName; readonly column: string }
  | { readonly kind: 'add-foreign-key'; readonly table: TableName; readonly foreignKey: ForeignKeyDefinition }
  | { readonly kind: 'drop-foreign-key'; readonly table: TableName; readonly name: string | null; readonly columns: readonly string[] }
  | { readonly kind: 'add-index'; readonly table: TableName; readonly index: IndexDefinition }
  | { readonly kind: 'drop-index'; readonly table: TableName; readonly name: string; readonly isUnique: boolean }
