/** A change of the data model as data: what happens to tables, to rows of metadata, and what must hold before. */
import type { Change, TableName } from '../dialects/change.ts'
import { fail } from '../errors.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import type { Column, Table } from '../dialects/database-schema.ts'

export type Remodelling = {
  /** In their order. */
  readonly changes: readonly Change[]
  /** In their order, after the changes. */
  readonly rows: readonly RowChange[]
  readonly checks: readonly ValueCheck[]
  /** What is gone afterwards: rights, presets and everything else that speaks of it go with it. */
  readonly gone: readonly Gone[]
}

export type MetadataTable = 'directus_collections' | 'directus_fields' | 'directus_relations'

type Scalar = string | number

/** A change of rows of a metadata table. Values are JSON, by column; `where`: columns that are equal. */
export type RowChange =
  | { readonly kind: 'insert'; readonly table: string; readonly values: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'update'
      readonly table: string
      readonly where: Readonly<Record<string, Scalar>>
      readonly values: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'delete'; readonly table: string; readonly where: Readonly<Record<string, Scalar>> }

/** What the rows of a table must hold before a change; `field` is told to the caller. */
export type ValueCheck = { readonly table: TableName; readonly collection: string; readonly field: string } & (
  | { readonly kind: 'no-nulls'; readonly column: string }
  /** A new column that holds no null, and has no default. */
  | { readonly kind: 'no-rows' }
  | { readonly kind: 'no-duplicates'; readonly column: string }
  | { readonly kind: 'not-longer'; readonly column: string; readonly maxLength: number }
)

/** `field` null: the whole collection. */
export type Gone = { readonly collection: string; readonly field: string | null }

export const nothing: Remodelling = { changes: [], rows: [], checks: [], gone: [] }

/** One after the other. */
export function combine(parts: readonly Remodelling[]): Remodelling {
  return {
    changes: parts.flatMap(({ changes }) => changes),
    rows: parts.flatMap(({ rows }) => rows),
    checks: parts.flatMap(({ checks }) => checks),
    gone: parts.flatMap(({ gone }) => gone),
  }
}

/** Values are lost by these. */
export const isDestructive = (change: Change): boolean => change.kind === 'drop-table' || change.kind === 'drop-column'

/** @throws FORBIDDEN where there is none */
export function knownCollection(name: string, model: Model): Collection {
  return model.collections.get(name) ?? fail('FORBIDDEN', {})
}

/** @throws FORBIDDEN where there is none */
export function knownField(collection: Collection, name: string): Field {
  return collection.fields.get(name) ?? fail('FORBIDDEN', {})
}

/** The table that a change is made of. @throws INVALID_PAYLOAD for folders and views */
export function changeableTable(collection: Collection): Table {
  const { sourceTable } = collection
  if (sourceTable === null)
    return fail('INVALID_PAYLOAD', { reason: `"${collection.name}" is a folder of collections, without a table.` })
  if (collection.isReadOnly)
    return fail('INVALID_PAYLOAD', { reason: `"${collection.name}" is a view: its columns are those of its query.` })
  return sourceTable
}

export const tableNameOf = (table: Table): TableName => ({ schema: table.schema, name: table.name })

/** The column as the database has it, whatever metadata makes of it. */
export function columnNamed(table: Table, name: string): Column {
  return table.columns.find((column) => column.name === name) ?? fail('FORBIDDEN', {})
}
