/** Changes of a database's structure, as data: what `ddl` plans, and each dialect writes as SQL. */
import type { Sql } from '../sql/sql.ts'
import type { Column, ColumnKind, Table } from './database-schema.ts'

export type TableName = { readonly schema: string | null; readonly name: string }

export type ColumnDefinition = {
  readonly name: string
  readonly kind: ColumnKind
  /** In characters; null for the dialect's usual length. */
  readonly maxLength: number | null
  readonly precision: number | null
  readonly scale: number | null
  /**
   * The geometry's type (`Point`); the kind of an array's elements; the name of an existing enum type; else one of the
   * dialect's own types of this kind (`jsonb`, `double precision`, `smallint`). null: the dialect's usual type.
   * @throws INVALID_PAYLOAD when written, where the dialect doesn't know the word
   */
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
  | {
      readonly kind: 'drop-foreign-key'
      readonly table: TableName
      readonly name: string | null
      readonly columns: readonly string[]
    }
  | { readonly kind: 'add-index'; readonly table: TableName; readonly index: IndexDefinition }
  | { readonly kind: 'drop-index'; readonly table: TableName; readonly name: string; readonly isUnique: boolean }

/** A database before a change: its tables, and the texts that a dialect made them with, where it keeps them (SQLite). */
export type Structure = {
  readonly tables: readonly Table[]
  readonly sources: readonly Source[]
}

/**
 * What made a table, an index, a trigger or a view, as the database keeps it (SQLite); or what a column has beyond its
 * definition, such as a check, or the database's own character set where it can't hold every text (MySQL). `table`: where it belongs.
 */
export type Source = {
  readonly kind: 'table' | 'index' | 'trigger' | 'view' | 'column' | 'character set'
  readonly name: string
  readonly table: string
  readonly text: string
}

/** One change as SQL. */
export type WrittenChange = {
  readonly statements: readonly Sql[]
  /** To be run at the very end, when nothing can fail any more: what the statements only set aside. */
  readonly cleanUp: readonly Sql[]
  /** What takes the change back, run from the first to the last; null: it can't be taken back without loss. */
  readonly undo: readonly Sql[] | null
  /** The texts after it. */
  readonly sources: readonly Source[]
}

/** How a dialect writes changes. Names are quoted; no text of a caller's reaches SQL but as a literal or a known word. */
export type Ddl = {
  /** What a snapshot calls this family of databases (contract §15). */
  readonly vendor: string
  /** A statement that gives `Structure.sources` as rows of kind, name, table, text; null where there are none to read. */
  readonly sourcesQuery: string | null
  /** The tables of a rebuild refer to each other: foreign keys must not be enforced meanwhile (SQLite). */
  readonly rebuildsTables: boolean
  /**
   * @param structure as it is just before the change
   * @throws INVALID_PAYLOAD for a name or type that the database can't take
   */
  readonly write: (change: Change, structure: Structure) => WrittenChange
  /** The type's text, as `create table` has it. @throws INVALID_PAYLOAD for a detail that is no known word */
  readonly typeOf: (column: ColumnDefinition) => string
  /** Lets a column count on from its highest value, after rows with keys of their own were put in, and never back; null: it does so by itself. */
  readonly catchUp: ((table: TableName, column: string) => Sql) | null
  /** What a column's default means, as far as it is a literal or the time; else the SQL that the database reported. */
  readonly readDefault: (column: Column) => ColumnDefault | null
  /** A value of our own or a caller's as a literal. @throws INVALID_PAYLOAD for a text that it can't hold (a zero byte) */
  readonly literal: (value: string | number | boolean | null) => Sql
}
