/** The model: what the API shows of a database. Built by `build.ts`, frozen, fingerprinted. */
import type { Column, Table, TableKind } from '../dialects/database-schema.ts'
import type { FieldTypeName } from '../field-types/field-type.ts'
import type { CollectionMetadata, FieldMetadata, RelationMetadata } from './metadata.ts'

export type Model = {
  readonly collections: ReadonlyMap<string, Collection>
  /** Tables of the program's own that nobody is shown: sessions, keys. Only trusted work reaches them (`withInternal`). */
  readonly internal: ReadonlyMap<string, Collection>
  /** Stable over processes: the same structure and metadata give the same text. */
  readonly fingerprint: string
  /** What was renamed, left out or read with a loss; shown at start and in health. */
  readonly notices: readonly string[]
}

export type Collection = {
  /** The table's name, prefixed with `schema.` where it is not in the default schema. REST uses it in paths. */
  readonly name: string
  /** null for a folder of collections. */
  readonly table: {
    readonly schema: string | null
    readonly name: string
    readonly kind: TableKind
    readonly comment: string | null
  } | null
  /** `directus_*` tables: served by `/graphql/system` and their own routes. */
  readonly isSystem: boolean
  readonly isReadOnly: boolean
  readonly isSingleton: boolean
  /** Field names, in the key's order; empty for a table or view without one. */
  readonly primaryKey: readonly string[]
  /** Field names of each further unique key over fields that are not null. */
  readonly uniqueKeys: readonly (readonly string[])[]
  /** In the order of their columns, then of metadata, then derived ones. */
  readonly fields: ReadonlyMap<string, Field>
  /** Field that orders a list by default. */
  readonly sortField: string | null
  readonly metadata: CollectionMetadata | null
  /** First columns of indexes and of the primary key: where a condition on them is cheap. */
  readonly indexedColumns: ReadonlySet<string>
  readonly estimatedRows: number | null
  readonly sourceTable: Table | null
}

export type Field = {
  readonly name: string
  readonly collection: string
  readonly type: FieldTypeName
  /** null for alias fields: o2m, m2m, m2a lists, presentation. */
  readonly column: Column | null
  /** `hash`, `conceal`, `cast-json`, … from metadata; empty without. */
  readonly special: readonly string[]
  readonly isNullable: boolean
  readonly isUnique: boolean
  readonly isPrimaryKey: boolean
  /** Found by search. */
  readonly isSearchable: boolean
  /** Its value is never shown: hash and conceal. */
  readonly isConcealed: boolean
  /** Derived from the database alone, not declared by metadata: not part of REST's `*`. */
  readonly isDerived: boolean
  readonly relation: Relation | null
  readonly metadata: FieldMetadata | null
}

/** Pairs of columns that join two tables: [column here, column there]. */
export type ColumnPairs = readonly (readonly [string, string])[]

/** A relation as one field sees it. `on`: pairs [column of the field's own table, column of `collection`'s table]. */
export type Relation =
  | {
      readonly kind: 'm2o'
      readonly collection: string
      readonly on: ColumnPairs
      readonly inverse: string | null
      readonly metadata: RelationMetadata | null
    }
  | {
      readonly kind: 'o2m'
      readonly collection: string
      readonly on: ColumnPairs
      /** The m2o (or m2a) field on the other side. */
      readonly inverse: string
      readonly sortField: string | null
      /** Set on the many side of an m2a: rows whose collection field has this value. */
      readonly onlyWhere: { readonly column: string; readonly value: string } | null
      readonly metadata: RelationMetadata | null
    }
  /** Straight to the far side, through a junction that stays reachable as an o2m of its own. */
  | {
      readonly kind: 'm2m'
      readonly collection: string
      readonly junction: string
      /** [column here, column of the junction] */
      readonly toJunction: ColumnPairs
      /** [column of the junction, column of the far side] */
      readonly toFar: ColumnPairs
      readonly junctionFields: { readonly near: string; readonly far: string }
    }
  /** One item out of several collections; the collection's name stands in `collectionField`. */
  | {
      readonly kind: 'm2a'
      readonly collections: readonly string[]
      readonly column: string
      readonly collectionField: string
      readonly metadata: RelationMetadata | null
    }
