/**
 * dialects: one folder per database family, all with the same files. Code elsewhere asks `dialect.supports`,
 * never a dialect's name. A dialect knows `sql` and the types beside this file; no models, permissions or queries.
 */
import type { Sql, SqlWriter } from '../sql/sql.ts'
import type { Bind } from '../sql/bind.ts'
import type { Ddl } from './change.ts'
import type { Column, ColumnKind, DatabaseSchema } from './database-schema.ts'

/** Runs one statement and gives its rows as objects; handed to `introspect` by database/. */
export type RunRows = (
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>

export type IntrospectOptions = {
  readonly searchPath: readonly string[]
  /** A schema that is read beside them; never the default one. */
  readonly systemSchema: string | null
}

/**
 * How a column's value is written in JSON.
 * `number`/`text` for bigint and decimal: as a JSON number token with all its digits, or as a string.
 */
export type JsonForm =
  | { readonly kind: Exclude<ColumnKind, 'bigint' | 'decimal' | 'float' | 'integer' | 'array'> }
  /** `nativeType`: of the column; left out for what was computed. */
  | { readonly kind: 'float'; readonly nativeType?: string }
  | { readonly kind: 'integer' | 'bigint'; readonly as: 'number' | 'text' }
  /** `scale`: digits after the point to show, null for as many as there are. */
  | { readonly kind: 'decimal'; readonly as: 'number' | 'text'; readonly scale: number | null }
  | { readonly kind: 'array'; readonly element: ColumnKind }
  /** What `jsonCursor` made: JSON already, or its text. */
  | { readonly kind: 'cursor' }
  /** A text column of values separated by commas, written as an array of strings. */
  | { readonly kind: 'csv' }

export type JsonEntry = { readonly key: string; readonly json: Sql }

export type OrderTerm = {
  readonly expression: Sql
  readonly descending: boolean
  readonly isNullable: boolean
}

/** The parts of a query whose rows become JSON: a dialect puts them together in its own order. */
export type JsonQuery = {
  /** One row's document. */
  readonly doc: JsonDoc
  /** `from …` without the keyword, joins included. */
  readonly from: Sql
  /** Joins that only the document needs: they neither add nor drop a row. */
  readonly docJoins: Sql
  readonly where: Sql | null
  readonly groupBy: readonly Sql[]
  readonly having: Sql | null
  readonly order: readonly OrderTerm[]
  readonly limit: Sql | null
  readonly offset: Sql | null
  /** The main table: where the rows of one page may be cut out first. null: they may not. */
  readonly page: PagedTable | null
}

/** `table`: with its alias. `key`: columns that identify a row; empty where there are none. */
export type PagedTable = { readonly alias: Sql; readonly table: Sql; readonly key: readonly Sql[] }

/** An object; a value that is JSON already; or null where `present` is false. */
export type JsonDoc =
  | { readonly kind: 'object'; readonly entries: readonly JsonEntry[]; readonly present: Sql | null }
  | { readonly kind: 'value'; readonly json: Sql }

/** A kind of number, and a decimal's digits after the point where they are fixed. */
export type NumberForm = { readonly kind: ColumnKind; readonly scale: number | null }

export type DatePart = 'year' | 'month' | 'week' | 'day' | 'weekday' | 'hour' | 'minute' | 'second'

export type TextPart = 'contains' | 'starts_with' | 'ends_with'

export type Dialect = SqlWriter & {
  readonly name: 'postgres' | 'cockroachdb' | 'mysql' | 'mariadb' | 'sqlite'
  readonly supports: {
    readonly returning: boolean
    readonly transactionalDdl: boolean
    /** UPDATE … RETURNING; `returning` is of INSERT and DELETE. */
    readonly updateReturning: boolean
    /**
     * `select … for update`: rows are kept from other writers. `one`: those of the table that is named (`of`); `all`: those of
     * every table that is joined; null: there is one writer at a time.
     */
    readonly rowLocks: 'one' | 'all' | null
    /** Statements that write may stand inside one that reads: `with w as (insert … returning …)`. */
    readonly writingSubqueries: boolean
    /** A list may be bound as one value. */
    readonly arrayBinds: boolean
    /** UPDATE and DELETE find the rows of a list that is bound as one value by their key, as SELECT does. */
    readonly listsInChanges: boolean
  }
  readonly introspect: (run: RunRows, options: IntrospectOptions) => Promise<DatabaseSchema>
  readonly structureFingerprint: (run: RunRows, options: IntrospectOptions) => Promise<string>
  /** A driver error as one of our codes with details; null when it is none of the caller's making. */
  readonly errorOf: (
    error: unknown,
  ) => { readonly code: 'SERVICE_UNAVAILABLE' | 'INVALID_QUERY' | 'OUT_OF_TIME'; readonly reason: string } | null
  /** What constraint a write broke; null when it broke none. */
  readonly constraintOf: (error: unknown) => BrokenConstraint | null
  readonly expressions: Expressions
  readonly ddl: Ddl
}

/** A broken constraint, with as much as the database tells of it: names of its own, not of the model. */
export type BrokenConstraint = {
  readonly kind: 'not-unique' | 'foreign-key' | 'null' | 'too-long' | 'out-of-range' | 'check' | 'bad-value'
  readonly table: string | null
  readonly columns: readonly string[]
  readonly constraint: string | null
}

/** SQL of one family. All fragments are complete expressions; a caller may put them anywhere an expression stands. */
export type Expressions = {
  // JSON. What these return is text that is JSON; never SQL null.
  readonly json: (expression: Sql, form: JsonForm, isNullable: boolean) => Sql
  readonly jsonObject: (entries: readonly JsonEntry[]) => Sql
  /** A query of one row and column: the rows as an array, `[]` when there are none. It may name outer columns. */
  readonly jsonArray: (query: JsonQuery) => Sql
  /** As `jsonArray`, where there are no outer columns. */
  readonly jsonRootArray: (query: JsonQuery) => Sql
  /** A JSON text of our own making. */
  readonly jsonConstant: (text: string) => Sql
  /** The value inside a JSON column at a path; as JSON. `path`: keys and positions. SQL null becomes JSON null. */
  readonly jsonAt: (column: Sql, path: readonly (string | number)[]) => Sql

  // Values. `kind` is the column's; operands come as the field type's `parse` gives them.
  /** A column in the form in which its values compare. */
  readonly subject: (column: Sql, kind: ColumnKind) => Sql
  readonly operand: (bind: Bind, kind: ColumnKind, nativeType: string | null) => Sql
  readonly equals: (column: Sql, operand: Sql, kind: ColumnKind, collation: string | null) => Sql
  readonly isIn: (
    column: Sql,
    list: InList,
    kind: ColumnKind,
    nativeType: string | null,
    collation: string | null,
  ) => Sql
  /** The column's text contains, starts or ends with a text (folded already when the case is ignored). */
  readonly textPart: (
    column: Sql,
    part: TextPart,
    text: Bind,
    match: { readonly ignoreCase: boolean; readonly kind: ColumnKind },
  ) => Sql
  readonly datePart: (part: DatePart, column: Sql, kind: ColumnKind) => Sql
  /** The number of elements of an array column, or of a JSON column's array, or keys of its object; 0 for others, null for null. */
  readonly elementCount: (column: Sql, kind: ColumnKind) => Sql
  /** The text or number at a JSON path, to compare: text when `as` is text. SQL null when absent. */
  readonly jsonScalarAt: (column: Sql, path: readonly (string | number)[], as: 'text' | 'number' | 'boolean') => Sql
  readonly geometryIntersects: ((column: Sql, geoJson: Sql, boundingBox: boolean) => Sql) | null

  // Aggregates.
  readonly sum: (expression: Sql, form: NumberForm, distinct: boolean) => Sql
  /** Rounded to 10 digits after the point. */
  readonly average: (expression: Sql, form: NumberForm, distinct: boolean) => Sql
  /** A sum or an average in the form in which it compares. */
  readonly aggregateSubject: (expression: Sql) => Sql

  /** A derived table `alias(position, k0, k1, …)` of the keys in one bound JSON text `[[k0,k1],…]`, in their order. */
  readonly keyTable: (
    alias: string,
    json: Bind,
    keys: readonly { readonly kind: ColumnKind; readonly nativeType: string }[],
  ) => Sql
  /** Exact text of a value, which `operand` takes back without a loss; SQL null stays null. */
  readonly exactText: (column: Sql, kind: ColumnKind) => Sql
  /** A column in the form of which the smallest and largest are taken. */
  readonly minMax: (column: Sql, kind: ColumnKind) => Sql
  /** A JSON array of these texts, to be written in the form `cursor`: as a JSON string. */
  readonly jsonCursor: (texts: readonly Sql[]) => Sql
  readonly concat: (texts: readonly Sql[]) => Sql
  /** A value to be kept in a column, as an insert or an update writes it. The bind's value comes from the field type's `store`. */
  readonly stored: (bind: Bind, column: Column) => Sql
  /** What stands after `insert into t` for a row of defaults alone. */
  readonly defaultRow: Sql
  /** An expression to group or count distinct values of a column exactly (case and spaces matter). */
  readonly exactValue: (column: Sql, kind: ColumnKind, collation: string | null) => Sql
  readonly order: (terms: readonly OrderTerm[]) => Sql
  readonly limitOffset: (limit: Sql | null, offset: Sql | null) => Sql
  /** A condition that holds the form "probe each row" where `exists` alone would be turned into a scan of the whole. */
  readonly existsProbe: (query: Sql) => Sql
  /** That a column is among the keys that a query gives, gathered once; null where `exists` serves as well. */
  readonly inSet: ((column: Sql, query: Sql) => Sql) | null
}

/** The list of an `in`: one bind that is a list where the dialect binds arrays, else one bind per element; or a query of one column. */
export type InList = { readonly list: Bind } | { readonly elements: readonly Bind[] } | { readonly query: Sql }
