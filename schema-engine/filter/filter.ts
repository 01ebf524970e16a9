/** Filters: as they come in (`FilterInput`), and parsed against the model (`Filter`). */
import type { OperatorName } from '../operators/operator.ts'
import type { DatePart } from '../dialects/dialect.ts'
import type { Input } from '../sql/input.ts'

/** A JSON-like tree of real field names, operators, `_and`, `_or`, `_not`, `_some`, `_none`. */
export type FilterInput = { readonly [key: string]: unknown }

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'compare'; readonly value: FilterValue; readonly operator: OperatorName; readonly operand: Input }
  /** Over a relation: some (or none) of the related items match. */
  | { readonly kind: 'related'; readonly field: string; readonly quantifier: 'some' | 'none'; readonly filter: Filter }
  /** A text has this form. Only values in memory are asked so (validation); no query is. */
  | { readonly kind: 'pattern'; readonly value: FilterValue; readonly pattern: RegExp }
  /** Over an m2a: the item belongs to this collection and matches. */
  | { readonly kind: 'any-related'; readonly field: string; readonly collection: string; readonly filter: Filter }

/** What a comparison looks at, in the collection that the filter stands in. */
export type FilterValue =
  | { readonly kind: 'field'; readonly field: string }
  /** The raw key in an m2o's or m2a's own column. */
  | { readonly kind: 'key'; readonly field: string }
  | { readonly kind: 'date-part'; readonly field: string; readonly part: DatePart }
  /** The number of related items, or of elements of an array or JSON field. */
  | { readonly kind: 'count'; readonly field: string }
  | { readonly kind: 'json'; readonly field: string; readonly path: readonly (string | number)[] }

export const everything: Filter = { kind: 'and', filters: [] }
