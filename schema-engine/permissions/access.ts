/** Access: who may do what, compiled once per caller. The planner applies it and nothing after the planner asks again. */
import type { FilterInput } from '../filter/filter.ts'

/** What a field may be used for. No use exceeds `select`. `export`: in files; `subscribe`: in what is told of changes. */
export type Use = 'select' | 'filter' | 'sort' | 'search' | 'aggregate' | 'group' | 'export' | 'subscribe'

/** One rule of a policy. */
export type Permission = ReadPermission | WritePermission | SharePermission

/** It grants fields on the rows it matches. */
export type ReadPermission = {
  readonly collection: string
  readonly action: 'read'
  /** Which rows; null for all. Parsed and checked against the whole model when compiled. */
  readonly rows: FilterInput | null
  readonly fields: '*' | readonly string[]
  /** Narrows the fields for one use further; a use left out may be made of all `fields`. */
  readonly uses?: Partial<Readonly<Record<Exclude<Use, 'select'>, readonly string[]>>>
}

/** It grants sharing the rows it matches. */
export type SharePermission = {
  readonly collection: string
  readonly action: 'share'
  /** null for all. */
  readonly rows: FilterInput | null
}

export type WriteAction = 'create' | 'update' | 'delete'

/** It grants writing fields of the rows it matches, before the change and after it. */
export type WritePermission = {
  readonly collection: string
  readonly action: WriteAction
  /** null for all. Of `create`: what the new row must match. */
  readonly rows: FilterInput | null
  /** Of no meaning for `delete`. */
  readonly fields: '*' | readonly string[]
  /** Values under those of the input, which win. */
  readonly presets: Readonly<Record<string, unknown>> | null
  /** What the input with its presets must match. */
  readonly validation: FilterInput | null
}

/** The rules of one action on one collection. A write is allowed by those rules that match the row and grant all its fields. */
export type WriteAccess = { readonly rules: readonly WriteRule[] }

export type WriteRule = {
  readonly rows: FilterInput | null
  readonly fields: '*' | ReadonlySet<string>
  readonly presets: Readonly<Record<string, unknown>> | null
  readonly validation: FilterInput | null
}

/** For one field: the rules (by position in `CollectionAccess.rules`) that grant each use. Empty: not granted. */
export type FieldAccess = { readonly [use in Use]: readonly number[] }

export type CollectionAccess = {
  /** Row rules; null matches every row. A row is visible when any matches. */
  readonly rules: readonly (FilterInput | null)[]
  /** `null`: every field for every use, in every visible row. */
  readonly fields: ReadonlyMap<string, FieldAccess> | null
  /** The rules that grant every field, those included that are added later. */
  readonly wildcards: readonly number[]
}

export type Access = {
  /** Callers with equal fingerprints see the same schema and may share plans. */
  readonly fingerprint: string
  /** Everything, without rules. */
  readonly isFull: boolean
  /** Collections that may be read. Not asked when `isFull`. */
  readonly read: ReadonlyMap<string, CollectionAccess>
  /** Collections that may be written, by action. Not asked when `isFull`. */
  readonly write: { readonly [action in WriteAction]: ReadonlyMap<string, WriteAccess> }
  /** Rules of the rows that may be shared, by collection; null matches every row. Not asked when `isFull`. */
  readonly share: ReadonlyMap<string, readonly (FilterInput | null)[]>
  readonly limits: AccessLimits
}

/** Bounds of what one request may ask for; null: only those of the settings. */
export type AccessLimits = { readonly maxRows: number | null; readonly maxCost: number | null }
