/** A plan: what a statement will ask of the database, decided and legal. Data only; `compile.ts` writes it as SQL. */
import type { Column } from '../dialects/database-schema.ts'
import type { DatePart, JsonForm } from '../dialects/dialect.ts'
import type { Operand, Operator } from '../operators/operator.ts'
import type { Bind } from '../sql/bind.ts'
import type { PageInfoEntry } from './request.ts'

export type TableRef = {
  readonly schema: string | null
  readonly name: string
  readonly alias: string
  /** Columns that identify a row; empty for a table without a key, and for a view. */
  readonly key: readonly string[]
}

/** A value in SQL. `mask`: it counts as null where the condition doesn't hold. */
export type ValuePlan =
  | { readonly kind: 'column'; readonly alias: string; readonly column: Column; readonly mask: Condition | null }
  | { readonly kind: 'date-part'; readonly part: DatePart; readonly of: ColumnValue }
  | { readonly kind: 'elements'; readonly of: ColumnValue }
  | { readonly kind: 'related-count'; readonly source: SourcePlan; readonly mask: Condition | null }
  | {
      readonly kind: 'json'
      readonly of: ColumnValue
      readonly path: readonly (string | number)[]
      readonly as: 'text' | 'number' | 'boolean'
    }
  | { readonly kind: 'aggregate'; readonly aggregate: AggregatePlan }

export type ColumnValue = Extract<ValuePlan, { kind: 'column' }>

export type AggregatePlan =
  | { readonly kind: 'count-all' }
  /** All the items that are related to the rows. */
  | { readonly kind: 'count-related'; readonly of: ValuePlan }
  | { readonly kind: 'count' | 'sum' | 'avg'; readonly of: ValuePlan; readonly distinct: boolean }
  | { readonly kind: 'min' | 'max'; readonly of: ValuePlan }

export type Condition =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  /** Holds wherever the other doesn't, nulls included. */
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly value: ValuePlan; readonly operator: Operator; readonly operand: Operand }
  /** With what a path leads to. `asText`: they are kept in different types. */
  | {
      readonly kind: 'compare-found'
      readonly value: ValuePlan
      readonly operator: Operator
      readonly found: Found
      readonly asText: boolean
    }
  | { readonly kind: 'exists'; readonly source: SourcePlan; readonly negated: boolean; readonly how: HowExists }
  /** That a name such as `$CURRENT_USER` stands for something in this request: 1 when it does. */
  | { readonly kind: 'is-given'; readonly bind: Bind }
  | SameColumns
  | { readonly kind: 'column-is'; readonly column: ColumnAt; readonly value: string }
  /** The column is the key's value at this position. */
  | { readonly kind: 'at-key'; readonly column: ColumnAt; readonly keyAlias: string; readonly position: number }
  /** The rows after (or before) the row whose order values are bound. */
  | {
      readonly kind: 'beyond'
      readonly order: readonly OrderPlan[]
      readonly binds: readonly Bind[]
      readonly forward: boolean
    }

/** `asText`: the columns keep the same key in different types. */
export type SameColumns = {
  readonly kind: 'same'
  readonly left: ColumnAt
  readonly right: ColumnAt
  readonly asText?: true
}

/**
 * How related rows are found. `join`: as the database likes; `probe`: looked up for each row; `set`: the keys that match
 * are gathered once, and each row's column (left of the link) sought among them.
 */
export type HowExists = { readonly kind: 'join' | 'probe' } | { readonly kind: 'set'; readonly link: SameColumns }

export type ColumnAt = { readonly alias: string; readonly column: string }

/** The values that a path leads to: one at most, or many. Nulls are none. */
export type Found = { readonly source: SourcePlan; readonly value: ColumnValue; readonly isMany: boolean }

/** Rows: a table, what is joined to it, and which of them. */
export type SourcePlan = {
  readonly from: TableRef
  readonly joins: readonly JoinPlan[]
  readonly where: readonly Condition[]
}

export type JoinPlan = { readonly table: TableRef; readonly on: readonly Condition[]; readonly kind: 'inner' | 'left' }

export type OrderPlan = { readonly value: ValuePlan; readonly descending: boolean; readonly isNullable: boolean }

export type QueryPlan = {
  readonly source: SourcePlan
  readonly doc: DocPlan
  /** A document tells of a group of rows, not of one. */
  readonly isGrouped: boolean
  readonly groupBy: readonly ValuePlan[]
  readonly having: readonly Condition[]
  readonly order: readonly OrderPlan[]
  readonly limit: number | null
  readonly offset: number | Bind | null
}

/** One row's JSON. `value`: not an object but this value alone. */
export type DocPlan =
  | { readonly kind: 'object'; readonly entries: readonly DocEntry[] }
  | { readonly kind: 'value'; readonly value: JsonPlan }

export type DocEntry = { readonly key: string; readonly value: JsonPlan }

export type JsonPlan =
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'value'; readonly value: ValuePlan; readonly form: JsonForm }
  /** Null, or the mask that stands for a secret. */
  | { readonly kind: 'concealed'; readonly value: ColumnValue }
  | { readonly kind: 'json-at'; readonly of: ColumnValue; readonly path: readonly (string | number)[] }
  | { readonly kind: 'object'; readonly entries: readonly DocEntry[] }
  | { readonly kind: 'list'; readonly query: QueryPlan }
  | { readonly kind: 'first'; readonly query: QueryPlan }
  /** An item found by its key, beside the row it belongs to; null where `present` is. */
  | {
      readonly kind: 'joined'
      readonly source: SourcePlan
      readonly present: ColumnAt
      readonly entries: readonly DocEntry[]
    }
  | {
      readonly kind: 'choice'
      readonly choices: readonly { readonly condition: Condition; readonly value: JsonPlan }[]
    }
  /** The order values of a row, as a text that holds a JSON array. */
  | { readonly kind: 'cursor'; readonly order: readonly OrderPlan[] }
  | {
      readonly kind: 'composite-key'
      readonly columns: readonly { readonly value: ColumnValue; readonly form: JsonForm }[]
    }

/** A root: one or several finished JSON texts. */
export type RootPlan =
  | { readonly kind: 'list'; readonly query: QueryPlan }
  | { readonly kind: 'first'; readonly query: QueryPlan }
  | {
      readonly kind: 'connection'
      readonly parts: readonly ConnectionPart[]
      /** The rows come last first and are turned round. */
      readonly isBackward: boolean
      /** The cursors of the page and of one row more; null when nothing asks for them. */
      readonly cursors: QueryPlan | null
      /** A row before the page's start, seen in its direction; null when the page starts at the end of the list. */
      readonly behind: QueryPlan | null
      readonly size: number
    }
  /** A list as long as the keys and in their order, null where the entity isn't seen. */
  | {
      readonly kind: 'entities'
      readonly keys: Bind
      readonly keyAlias: string
      readonly columns: readonly Column[]
      readonly from: TableRef
      readonly on: readonly Condition[]
      readonly doc: DocPlan
    }

export type ConnectionPart = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'list'; readonly query: QueryPlan }
  | { readonly kind: 'count'; readonly source: SourcePlan }
  | { readonly kind: 'page-info'; readonly entries: readonly PageInfoEntry[] }
)

export type ReadPlan = { readonly roots: readonly RootPlan[] }
