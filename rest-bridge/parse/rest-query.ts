/**
 * A REST query as plain data: what a query string or a SEARCH body says, its forms made one, its names not yet looked up.
 * Plain names and trees only: the model, and who asks, are the business of `document/`.
 */
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import type { FunctionName } from '#schema-engine/field-types/field-type.ts'

/** One step of a path, `author`, `item:text_blocks`, `*`; only the last may be a function, `year(born)`. */
export type PathStep =
  | {
      readonly kind: 'name'
      readonly name: string
      /** The collection after the colon of `item:text_blocks`; null without. */
      readonly only: string | null
    }
  | { readonly kind: 'wildcard' }
  | {
      readonly kind: 'function'
      readonly name: FunctionName
      readonly field: string
      /** The path of `json(meta, a.b[2])`; null for other functions. */
      readonly jsonPath: string | null
    }

export type FieldPath = {
  /** As it was written, for messages. */
  readonly text: string
  readonly steps: readonly PathStep[]
}

export type SortTerm = { readonly path: FieldPath; readonly isDescending: boolean }

/** What can be said of a list at any depth. */
export type ListQuery = {
  readonly filter: FilterInput | null
  readonly search: string | null
  /** Empty: the collection's own order. */
  readonly sort: readonly SortTerm[]
  /** Items at most; -1 for all, null when nothing was said. */
  readonly limit: number | null
  readonly offset: number | null
  /** 1-based. */
  readonly page: number | null
  /** New name → what it stands for: a field or a function of one. */
  readonly alias: ReadonlyMap<string, FieldPath>
  /** For relations by their name (or alias, or `item:collection`): how their items are listed. */
  readonly deep: ReadonlyMap<string, ListQuery>
}

export const aggregateNames = [
  'count',
  'countDistinct',
  'countAll',
  'sum',
  'sumDistinct',
  'avg',
  'avgDistinct',
  'min',
  'max',
] as const

export type RestAggregate = (typeof aggregateNames)[number]

/** One aggregate and what it is made over: fields, or `*` for the rows themselves. */
export type AggregateTerm = { readonly name: RestAggregate; readonly over: '*' | readonly string[] }

export const metaNames = ['total_count', 'filter_count'] as const
export type MetaName = (typeof metaNames)[number]

export const exportFormats = ['csv', 'csv_utf8', 'json', 'xml', 'yaml'] as const
export type ExportFormat = (typeof exportFormats)[number]

export type RestQuery = ListQuery & {
  /** null: all that `*` means. */
  readonly fields: readonly FieldPath[] | null
  /** null when nothing was aggregated. */
  readonly aggregate: readonly AggregateTerm[] | null
  /** null when nothing was grouped. */
  readonly groupBy: readonly FieldPath[] | null
  readonly meta: readonly MetaName[]
  readonly export: ExportFormat | null
  /** false: a wildcard leaves out the field that leads back to where it came from. */
  readonly backlink: boolean
  /** The version of an item that is asked for; null for the item itself. */
  readonly version: string | null
  /** Of that version only its own changes, with the item's key. */
  readonly versionRaw: boolean
}

/** What bounds a query; from the settings. */
export type QueryLimits = {
  /** Brackets in a query string: `filter[a][b]` has two. */
  readonly bracketDepth: number
  readonly arrayLimit: number
  /** Relations below one another, in any parameter. */
  readonly relationalDepth: number
  /** Items of a list when nothing was said; -1 for all. */
  readonly defaultLimit: number
  /** Items of a list at most; null for no bound. */
  readonly maxLimit: number | null
}
