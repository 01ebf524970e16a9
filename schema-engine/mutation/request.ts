/** What one mutation asks for: the input of `write`. Names are the model's, values as REST and GraphQL send them. */
import type { Filter } from '../filter/filter.ts'

/**
 * One item's values by field name. A relation holds a key, an item, a list of both (which replaces all), `RelationChanges`,
 * or null. Unknown names are refused.
 */
export type ItemInput = Readonly<Record<string, unknown>>

/** Of a list: what is added, changed and taken away; everything else stays. */
export type RelationChanges = {
  readonly create?: readonly ItemInput[]
  readonly update?: readonly ItemInput[]
  readonly delete?: readonly unknown[]
}

/** Which items are meant. */
export type Target =
  /** Keys as texts, a composite key as its one opaque text (`query/key.ts`). Any that isn't there refuses the whole. */
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  /** The user who asks himself. */
  | { readonly kind: 'current-user' }
  /** Those that a list with these arguments would show. All of them need a filter, a search, or `limit: -1`. */
  | { readonly kind: 'query'; readonly query: TargetQuery }

export type TargetQuery = {
  /** Parsed, by `filter/parse.ts` or by the graph. Its inputs hold their values themselves. */
  readonly filter: Filter | null
  readonly search: string | null
  readonly sort: readonly string[]
  readonly limit: number | null
  readonly offset: number | null
}

/** What the caller last saw of the one item that is changed: it must not have changed since (If-Match). */
export type Precondition =
  | { readonly kind: 'revision'; readonly revision: string }
  | { readonly kind: 'date-updated'; readonly at: string }

export type WriteRequest = { readonly collection: string } & (
  | { readonly kind: 'create'; readonly items: readonly ItemInput[] }
  /** The same change to each. */
  | {
      readonly kind: 'update'
      readonly target: Target
      readonly data: ItemInput
      readonly precondition?: Precondition
    }
  /** Each item holds its own key. */
  | { readonly kind: 'update-each'; readonly items: readonly ItemInput[] }
  /** Updates the items whose keys exist, creates the others. */
  | { readonly kind: 'upsert'; readonly items: readonly ItemInput[] }
  | { readonly kind: 'delete'; readonly target: Target; readonly precondition?: Precondition }
  /** The one item of a singleton: updated, or created where there is none. */
  | { readonly kind: 'singleton'; readonly data: ItemInput }
)
