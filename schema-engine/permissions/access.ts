/** Access: who may do what, compiled once per caller. The planner applies it and nothing after the planner asks again. */
import type { FilterInput } from '../filter/filter.ts'

/** What a field may be used for. No use exceeds `select`. */
export type Use = 'select' | 'filter' | 'sort' | 'search' | 'aggregate' | 'group'

/** One rule: it grants fields on the rows it matches. */
export type Permission = {
  readonly collection: string
  readonly action: 'read'
  /** Which rows; null for all. Parsed and checked against the whole model when compiled. */
  readonly rows: FilterInput | null
  readonly fields: '*' | readonly string[]
  /** Narrows the fields for one use further; a use left out may be made of all `fields`. */
  readonly uses?: Partial<Readonly<Record<Exclude<Use, 'select'>, readonly string[]>>>
}

/** For one field: the rules (by position in `CollectionAccess.rules`) that grant each use. Empty: not granted. */
export type FieldAccess = { readonly [use in Use]: readonly number[] }

export type CollectionAccess = {
  /** Row rules; null matches every row. A row is visible when any matches. */
  readonly rules: readonly (FilterInput | null)[]
  /** `null`: every field for every use, in every visible row. */
  readonly fields: ReadonlyMap<string, FieldAccess> | null
}

export type Access = {
  /** Callers with equal fingerprints see the same schema and may share plans. */
  readonly fingerprint: string
  /** Everything, without rules. */
  readonly isFull: boolean
  /** Collections that may be read. Not asked when `isFull`. */
  readonly read: ReadonlyMap<string, CollectionAccess>
}
