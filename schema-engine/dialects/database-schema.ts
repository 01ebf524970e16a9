/** What a database says of itself: the result of every dialect's `introspect`, before any meaning is given to it. */

/** How any database keeps a value; each dialect maps its native types to one of these. */
export type ColumnKind =
  | 'string' // text with a length
  | 'text'
  | 'integer' // fits 32 bits signed
  | 'bigint' // up to 64 bits, MySQL's unsigned int and bigint too
  | 'decimal' // exact, with or without precision and scale
  | 'float'
  | 'boolean'
  | 'date'
  | 'time'
  | 'datetime' // without a zone
  | 'timestamp' // an instant
  | 'uuid'
  | 'json'
  | 'binary'
  | 'geometry'
  | 'enum'
  | 'array'
  | 'vector'
  | 'unknown' // read as the database's own text

export type Column = {
  readonly name: string
  /** As the database writes it, with length and modifiers: `character varying(20)`, `int(10) unsigned`. */
  readonly nativeType: string
  /** The bare type name in lower case: `character varying`, `int`, `numeric`. Domains are resolved to their base type. */
  readonly dataType: string
  readonly kind: ColumnKind
  readonly isNullable: boolean
  /** The default as SQL, as the database reports it; null when there is none. */
  readonly defaultValue: string | null
  /** In characters. */
  readonly maxLength: number | null
  readonly precision: number | null
  readonly scale: number | null
  readonly isGenerated: boolean
  readonly generationExpression: string | null
  /** Identity, serial, auto_increment, SQLite's rowid alias. */
  readonly hasAutoIncrement: boolean
  /** The values of an enum (or a MySQL set) in their order. */
  readonly enumValues: readonly string[] | null
  /** The enum's own name where the database has one (PostgreSQL). */
  readonly enumName: string | null
  /** The kind of an array's elements. */
  readonly elementKind: ColumnKind | null
  /** The collation that compares this column, where it is text. */
  readonly collation: string | null
  readonly comment: string | null
  /** How values are kept where their type alone does not say: SQLite; missing elsewhere. */
  readonly storage?: ColumnStorage
}

/**
 * `milliseconds`: dates as whole milliseconds since 1970 in UTC. `text`: dates as SQLite's own functions write them.
 * `int64`: integers of 64 bits, whatever the declared type says. `double`: decimals as floating point, of 15 digits.
 */
export type ColumnStorage = 'milliseconds' | 'text' | 'int64' | 'double'

export type ForeignKey = {
  readonly name: string | null
  readonly columns: readonly string[]
  readonly referencedSchema: string | null
  readonly referencedTable: string
  readonly referencedColumns: readonly string[]
  readonly onUpdate: string
  readonly onDelete: string
}

export type TableKind = 'table' | 'partitioned-table' | 'foreign-table' | 'view' | 'materialized-view'

export type Table = {
  /** null where the database has no schemas, and for tables of the first schema of the search path. */
  readonly schema: string | null
  readonly name: string
  readonly kind: TableKind
  readonly comment: string | null
  readonly columns: readonly Column[]
  /** Empty when the table has none. */
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKey[]
  /** Unique constraints and unique indexes over plain columns without a condition, without the primary key. */
  readonly uniques: readonly { readonly name: string; readonly columns: readonly string[] }[]
  /** Every index over plain columns, with the primary key and the uniques. */
  readonly indexes: readonly {
    readonly name: string
    readonly columns: readonly string[]
    readonly isUnique: boolean
  }[]
  /** The database's own estimate; null when it has none. */
  readonly estimatedRows: number | null
  /**
   * Rows that are inserted are as the statement says and stay so: no trigger, rule or row policy has a part in it, and no
   * constraint waits for the commit. Missing where that is not so, or not known.
   */
  readonly insertsPlainly?: true
}

export type DatabaseSchema = {
  readonly tables: readonly Table[]
  /** Things left out or read with a loss, for the health report. Never silently dropped. */
  readonly notices: readonly string[]
}
