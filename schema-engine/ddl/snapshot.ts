/**
 * The data model as a value to be kept in a file, in the contract's format (§15), and what that format lacks: uniqueness,
 * indexes and foreign keys over several columns, enums, composite keys. All in a stable order. Pure.
 */
import { createHash } from 'node:crypto'
import type { ColumnDefault } from '../dialects/change.ts'
import type { Column, ForeignKey, Table } from '../dialects/database-schema.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { CollectionMetadata, FieldMetadata, Metadata, RelationMetadata } from '../model/metadata.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import { isSystemField } from './system-fields.ts'

/** Version of the format, and the release whose format it is (contract §0). */
export const snapshotVersion = 1
const snapshotRelease = '11.17.4'

export type Snapshot = SnapshotModel & {
  readonly version: number
  readonly directus: string
  readonly vendor: string
  /** Rows of other tables, by the table's name without `directus_`, where they were asked for. */
  readonly [part: string]: unknown
}

export type SnapshotModel = {
  readonly collections: readonly SnapshotCollection[]
  readonly fields: readonly SnapshotField[]
  readonly systemFields: readonly SnapshotSystemField[]
  readonly relations: readonly SnapshotRelation[]
  readonly indexes: readonly SnapshotIndex[]
  readonly foreignKeys: readonly SnapshotForeignKey[]
}

export type SnapshotCollection = {
  readonly collection: string
  readonly meta: CollectionMetadata | null
  /** null: a folder. `primary_key`: the order of a key of several columns. */
  readonly schema: { readonly name: string; readonly primary_key?: readonly string[] } | null
}

export type SnapshotField = {
  readonly collection: string
  readonly field: string
  readonly type: string
  readonly meta: Omit<FieldMetadata, 'id'> | null
  readonly schema: SnapshotColumn | null
}

export type SnapshotColumn = {
  readonly name: string
  readonly table: string
  readonly data_type: string
  readonly default_value: string | number | boolean | null
  /** The default is SQL of the database's own, not a value. */
  readonly default_is_expression?: true
  readonly max_length: number | null
  readonly numeric_precision: number | null
  readonly numeric_scale: number | null
  readonly is_nullable: boolean
  readonly is_unique: boolean
  readonly is_indexed: boolean
  readonly is_primary_key: boolean
  readonly is_generated: boolean
  readonly generation_expression: string | null
  readonly has_auto_increment: boolean
  readonly foreign_key_table: string | null
  readonly foreign_key_column: string | null
  readonly enum_values?: readonly string[]
  readonly element_kind?: string
}

export type SnapshotSystemField = {
  readonly collection: string
  readonly field: string
  readonly schema: { readonly is_indexed: boolean }
}

export type SnapshotRelation = {
  readonly collection: string
  readonly field: string
  readonly related_collection: string | null
  readonly meta: Omit<RelationMetadata, 'id'> | null
  readonly schema: {
    readonly table: string
    readonly column: string
    readonly foreign_key_table: string
    readonly foreign_key_column: string
    readonly constraint_name: string | null
    readonly on_update: string
    readonly on_delete: string
  } | null
}

/** Over several columns. The name is not part of it: databases differ in what they let it be. */
export type SnapshotIndex = {
  readonly collection: string
  readonly columns: readonly string[]
  readonly unique: boolean
}

export type SnapshotForeignKey = {
  readonly collection: string
  readonly columns: readonly string[]
  readonly related_collection: string
  readonly related_columns: readonly string[]
  readonly on_update: string
  readonly on_delete: string
}

export type SnapshotFacts = {
  readonly model: Model
  readonly metadata: Metadata
  readonly dialect: Dialect
}

/** Tables without metadata are left out where there is any; system collections are, but for what was added to them. */
export function snapshotOf(facts: SnapshotFacts): Snapshot {
  const { model, metadata } = facts
  const tracked = new Set(metadata.collections.map(({ collection }) => collection))
  const all = [...model.collections.values()].filter((collection) => !isView(collection))
  const included = all
    .filter((collection) => !isSystem(collection.name) && (tracked.has(collection.name) || tracked.size === 0))
    .toSorted((one, other) => byText(one.name, other.name))
  const fieldsOf = (collection: Collection): readonly Field[] =>
    [...collection.fields.values()].filter((field) => field.column !== null || field.metadata !== null)
  const fields = [
    ...included.flatMap(fieldsOf),
    ...all
      .filter(({ name }) => isSystem(name))
      .flatMap((collection) => fieldsOf(collection).filter((field) => !isSystemField(collection.name, field.name))),
  ]
  const indexes = included.flatMap(indexesOf)
  const foreignKeys = included.flatMap(foreignKeysOf)
  return {
    version: snapshotVersion,
    directus: snapshotRelease,
    vendor: facts.dialect.ddl.vendor,
    collections: included.map(collectionOf),
    fields: fields.map((field) => fieldOf(field, facts)).toSorted(byField),
    systemFields: all
      .filter(({ name }) => isSystem(name))
      .flatMap(systemFieldsOf)
      .toSorted(byField),
    relations: relationsOf(fields, facts).toSorted(byField),
    indexes,
    foreignKeys,
  }
}

const isView = ({ table }: Collection): boolean =>
  table !== null && table.kind !== 'table' && table.kind !== 'partitioned-table'

export const isSystem = (collection: string): boolean => /^(directus|tablegraph)_/.test(collection)

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

type Named = { readonly collection: string; readonly field: string }
const byField = (one: Named, other: Named): number =>
  byText(one.collection, other.collection) || byText(one.field, other.field)

function collectionOf({ name, table, metadata, primaryKey }: Collection): SnapshotCollection {
  const key = primaryKey.length > 1 ? { primary_key: primaryKey } : {}
  return {
    collection: name,
    meta: metadata === null ? null : sortedKeys(metadata),
    schema: table === null ? null : { name: table.name, ...key },
  }
}

function fieldOf(field: Field, { model, dialect }: SnapshotFacts): SnapshotField {
  const table = model.collections.get(field.collection)?.sourceTable ?? null
  return {
    collection: field.collection,
    field: field.name,
    type: field.type,
    meta: field.metadata === null ? null : withoutId(field.metadata),
    schema: field.column === null || table === null ? null : columnOf(rawColumn(table, field.column), table, dialect),
  }
}

/** As the database has it: the model may read more into it. */
const rawColumn = (table: Table, column: Column): Column =>
  table.columns.find((each) => each.name === column.name) ?? column

function columnOf(column: Column, table: Table, { ddl }: Dialect): SnapshotColumn {
  const key = singleKey(table, column.name)
  return {
    name: column.name,
    table: table.name,
    data_type: column.dataType,
    ...defaultOf(ddl.readDefault(column)),
    max_length: column.maxLength,
    numeric_precision: column.precision,
    numeric_scale: column.scale,
    is_nullable: column.isNullable,
    is_unique: uniqueOn(table, [column.name]) !== undefined,
    is_indexed: indexOn(table, [column.name]) !== undefined,
    is_primary_key: table.primaryKey.includes(column.name),
    is_generated: column.isGenerated,
    generation_expression: column.generationExpression,
    has_auto_increment: column.hasAutoIncrement,
    foreign_key_table: key?.referencedTable ?? null,
    foreign_key_column: key?.referencedColumns[0] ?? null,
    ...(column.enumValues === null ? {} : { enum_values: column.enumValues }),
    ...(column.elementKind === null ? {} : { element_kind: column.elementKind }),
  }
}

/** What stands for the time of the change, on every database. */
export const timeDefault = 'CURRENT_TIMESTAMP'

/** What a default is told as, alike on every database. */
export function defaultOf(read: ColumnDefault | null): Pick<SnapshotColumn, 'default_value' | 'default_is_expression'> {
  switch (read?.kind) {
    case undefined:
      return { default_value: null }
    case 'now':
      return { default_value: timeDefault }
    case 'value':
      return { default_value: read.value }
    case 'sql':
      return { default_value: read.text, default_is_expression: true }
  }
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each, at) => each === other[at])

/** A uniqueness over just these columns, which is not the primary key. */
export const uniqueOn = ({ uniques, primaryKey }: Table, columns: readonly string[]) =>
  isSameList(primaryKey, columns) ? undefined : uniques.find((unique) => isSameList(unique.columns, columns))

/** An index over just these columns that makes nothing unique. One that a foreign key brought is that key's own. */
export const indexOn = ({ indexes, foreignKeys }: Table, columns: readonly string[]) =>
  indexes.find(
    (index) =>
      !index.isUnique && isSameList(index.columns, columns) && !foreignKeys.some((key) => key.name === index.name),
  )

/** The foreign key of this column alone. */
export const singleKey = ({ foreignKeys }: Table, column: string): ForeignKey | undefined =>
  foreignKeys.find((key) => key.columns.length === 1 && key.columns[0] === column)

function indexesOf({ name, sourceTable }: Collection): readonly SnapshotIndex[] {
  if (sourceTable === null) return []
  const { uniques, indexes, primaryKey, foreignKeys } = sourceTable
  const found = [
    ...uniques.map(({ columns }) => ({ collection: name, columns, unique: true })),
    ...indexes
      .filter((index) => !index.isUnique && !foreignKeys.some((key) => key.name === index.name))
      .map(({ columns }) => ({ collection: name, columns, unique: false })),
  ].filter(({ columns, unique }) => columns.length > 1 && !(unique && isSameList(columns, primaryKey)))
  const distinct = new Map(found.map((index) => [JSON.stringify(index), index]))
  return [...distinct].toSorted(([one], [other]) => byText(one, other)).map(([, index]) => index)
}

function foreignKeysOf({ name, sourceTable }: Collection): readonly SnapshotForeignKey[] {
  return (sourceTable?.foreignKeys ?? [])
    .filter(({ columns }) => columns.length > 1)
    .map((key) => ({
      collection: name,
      columns: key.columns,
      related_collection: referencedCollection(key),
      related_columns: key.referencedColumns,
      on_update: key.onUpdate,
      on_delete: key.onDelete,
    }))
    .toSorted((one, other) => byText(JSON.stringify(one), JSON.stringify(other)))
}

const referencedCollection = ({ referencedSchema, referencedTable }: ForeignKey): string =>
  referencedSchema === null ? referencedTable : `${referencedSchema}.${referencedTable}`

/** Indexes that the system's fields have, beyond those that they are made with. */
function systemFieldsOf({ name, sourceTable }: Collection): readonly SnapshotSystemField[] {
  return (sourceTable?.columns ?? [])
    .filter((column) => isSystemField(name, column.name) && sourceTable !== null)
    .filter((column) => sourceTable !== null && indexOn(sourceTable, [column.name]) !== undefined)
    .map((column) => ({ collection: name, field: column.name, schema: { is_indexed: true } }))
}

/** Those that metadata declares, and those that only a foreign key does. */
function relationsOf(fields: readonly Field[], { model, metadata }: SnapshotFacts): readonly SnapshotRelation[] {
  return fields.flatMap((field): readonly SnapshotRelation[] => {
    if (field.column === null) return []
    const table = model.collections.get(field.collection)?.sourceTable ?? null
    const declared = metadata.relations.find(
      (row) => row.many_collection === field.collection && row.many_field === field.name,
    )
    const key = table === null ? undefined : singleKey(table, field.name)
    if (declared === undefined && key === undefined) return []
    return [
      {
        collection: field.collection,
        field: field.name,
        related_collection:
          declared === undefined ? (key === undefined ? null : referencedCollection(key)) : declared.one_collection,
        meta: declared === undefined ? null : withoutId(declared),
        schema:
          key === undefined || table === null
            ? null
            : {
                table: table.name,
                column: field.name,
                foreign_key_table: key.referencedTable,
                foreign_key_column: key.referencedColumns[0] ?? '',
                constraint_name: key.name,
                on_update: key.onUpdate,
                on_delete: key.onDelete,
              },
      },
    ]
  })
}

function withoutId<T extends { readonly id: unknown }>({ id: _id, ...meta }: T): Omit<T, 'id'> {
  return sortedKeys(meta)
}

function sortedKeys<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).toSorted(([one], [other]) => byText(one, other))) as T // the same entries
}

/** A text that tells whether two snapshots are the same, whatever the order of their keys. */
export function hashOf(snapshot: unknown): string {
  return createHash('sha256').update(canonical(snapshot)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return `{${entries
    .toSorted(([one], [other]) => byText(one, other))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .join()}}`
}
