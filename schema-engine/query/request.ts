/** What one read operation asks for: the planner's input. Names are the model's; values are `Input`s. */
import type { DatePart } from '../dialects/dialect.ts'
import type { WireFormat } from '../field-types/field-type.ts'
import type { Filter } from '../filter/filter.ts'
import type { OperatorName } from '../operators/operator.ts'
import type { Bind } from '../sql/bind.ts'
import type { Input } from '../sql/input.ts'

/** Arguments of a list, at any level. null: not given. */
export type ListArguments = {
  readonly filter: Filter | null
  /** Names with an optional `-`: `title`, `-author.name`, `year(date)`, `count(tags)`. */
  readonly sort: Input | null
  readonly limit: Input | null
  readonly offset: Input | null
  readonly page: Input | null
  readonly search: Input | null
}

export const noArguments: ListArguments = {
  filter: null,
  sort: null,
  limit: null,
  offset: null,
  page: null,
  search: null,
}

export type Selected = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'field'; readonly field: string }
  /** A relation's own key(s): of an m2o or m2a the column, of a list the related items' keys. */
  | { readonly kind: 'keys'; readonly field: string; readonly args: ListArguments }
  | { readonly kind: 'date-part'; readonly field: string; readonly part: DatePart }
  | { readonly kind: 'count'; readonly field: string }
  | { readonly kind: 'json'; readonly field: string; readonly path: readonly (string | number)[] }
  | { readonly kind: 'object'; readonly selection: readonly Selected[] }
  | {
      readonly kind: 'related'
      readonly field: string
      readonly args: ListArguments
      readonly selection: readonly Selected[]
    }
  | { readonly kind: 'any-related'; readonly field: string; readonly choices: readonly Choice[] }
)

/** What is selected when an item belongs to this collection. */
export type Choice = { readonly collection: string; readonly selection: readonly Selected[] }

/** `minText` and `maxText` are min and max of dates and texts. */
export type AggregateName =
  | 'count'
  | 'countDistinct'
  | 'sum'
  | 'sumDistinct'
  | 'avg'
  | 'avgDistinct'
  | 'min'
  | 'max'
  | 'minText'
  | 'maxText'

export type AggregateSelected = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly text: string }
  /** The values grouped by; `spread`: straight in the row. */
  | { readonly kind: 'group'; readonly spread: boolean }
  | { readonly kind: 'count-all' }
  | {
      readonly kind: 'aggregate'
      readonly aggregate: AggregateName
      readonly spread: boolean
      readonly fields: readonly { readonly key: string; readonly field: string }[]
      /** Texts of our own beside the values, such as the type's name. */
      readonly constants: readonly { readonly key: string; readonly text: string }[]
    }
)

/** A condition on a group; `field` is null for countAll. */
export type Having = {
  readonly aggregate: AggregateName | 'countAll'
  readonly field: string | null
  readonly operator: OperatorName
  readonly operand: Input
}

export type PageInfoName = 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor'

export type ConnectionSelected = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'edges'; readonly entries: readonly EdgeSelected[] }
  | { readonly kind: 'nodes'; readonly selection: readonly Selected[] }
  | { readonly kind: 'total-count' }
  | { readonly kind: 'page-info'; readonly entries: readonly PageInfoEntry[] }
)

export type PageInfoEntry = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: PageInfoName }
)

export type EdgeSelected = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'cursor' }
  | { readonly kind: 'node'; readonly selection: readonly Selected[] }
)

export type ConnectionArguments = {
  readonly filter: Filter | null
  readonly sort: Input | null
  readonly search: Input | null
  readonly first: Input | null
  readonly after: Input | null
  readonly last: Input | null
  readonly before: Input | null
}

/** The entities of one type that are identified by one key, and what is selected of them. */
export type EntityRequest = {
  readonly collection: string
  /** Fields of the key in its order. */
  readonly keyFields: readonly string[]
  readonly selection: readonly Selected[]
  /** A JSON text `[[…key], …]`, one tuple a representation: the reply is a list in their order, null for what isn't seen. */
  readonly keys: Bind
}

/** `filter`: what an item must match beside being the one that is meant: a hook may ask it, no request does. */
type Single = { readonly selection: readonly Selected[]; readonly filter?: Filter | null }

/** One root field. */
export type RootRead =
  | {
      readonly kind: 'list'
      readonly collection: string
      readonly args: ListArguments
      readonly selection: readonly Selected[]
    }
  /** `isOwn`: of the caller himself, so that he needs no right to find it by its key. */
  | ({ readonly kind: 'one'; readonly collection: string; readonly id: Input; readonly isOwn?: true } & Single)
  | ({ readonly kind: 'singleton'; readonly collection: string } & Single)
  | {
      readonly kind: 'aggregate'
      readonly collection: string
      readonly args: ListArguments
      readonly groupBy: Input | null
      readonly having: readonly Having[]
      readonly selection: readonly AggregateSelected[]
    }
  | {
      readonly kind: 'connection'
      readonly collection: string
      readonly args: ConnectionArguments
      readonly selection: readonly ConnectionSelected[]
    }
  | { readonly kind: 'entities'; readonly entity: EntityRequest; readonly filter?: Filter | null }

export type ReadRequest = {
  readonly roots: readonly RootRead[]
  readonly format: WireFormat
}

/** Bounds that a reader of the settings chose. */
export type ReadLimits = {
  /** Rows of a root list when no limit is given. */
  readonly defaultLimit: number
  /** Rows of any list; null for no bound. */
  readonly maxLimit: number | null
  /** Levels of relations, in selection, filter and sort. */
  readonly maxDepth: number
}
