/** Tables in a few words, for tests: what a dialect's `introspect` would give. */
import type { Column, ColumnKind, DatabaseSchema, ForeignKey, Table } from '../dialects/database-schema.ts'
import type { CollectionMetadata, FieldMetadata, RelationMetadata } from './metadata.ts'

export const column = (name: string, kind: ColumnKind, more: Partial<Column> = {}): Column => ({
  name,
  nativeType: kind,
  dataType: kind,
  kind,
  isNullable: true,
  defaultValue: null,
  maxLength: null,
  precision: null,
  scale: null,
  isGenerated: false,
  generationExpression: null,
  hasAutoIncrement: false,
  enumValues: null,
  enumName: null,
  elementKind: null,
  collation: null,
  comment: null,
  ...more,
})

/** `author > authors.id`, `a, b > pairs.x, y`, `thing > other.things.id`. */
export function foreignKey(text: string): ForeignKey {
  const [columns = '', target = ''] = text.split(' > ')
  const parts = target.split('.')
  const referenced = parts.at(-1) ?? ''
  const split = (list: string): readonly string[] => list.split(',').map((name) => name.trim())
  return {
    name: `${split(columns).join('_')}_foreign`,
    columns: split(columns),
    referencedSchema: parts.length > 2 ? (parts[0] ?? null) : null,
    referencedTable: parts.at(-2) ?? '',
    referencedColumns: split(referenced),
    onUpdate: 'NO ACTION',
    onDelete: 'NO ACTION',
  }
}

type TableFacts = Partial<Omit<Table, 'columns' | 'foreignKeys' | 'uniques'>> & {
  /** `state string! ='new'`: name, kind, `!` when not null, and the default. */
  readonly columns: readonly (string | Column)[]
  readonly foreignKeys?: readonly string[]
  readonly uniques?: readonly (readonly string[])[]
}

/** A table whose key is `id` unless said otherwise. */
export function table(name: string, facts: TableFacts): Table {
  const { columns, foreignKeys = [], uniques = [], primaryKey = ['id'], ...more } = facts
  return {
    schema: null,
    name,
    kind: 'table',
    comment: null,
    columns: columns.map((fact) => (typeof fact === 'string' ? columnOf(fact) : fact)),
    primaryKey,
    foreignKeys: foreignKeys.map(foreignKey),
    uniques: uniques.map((names) => ({ name: `${names.join('_')}_unique`, columns: names })),
    indexes: [],
    estimatedRows: null,
    ...more,
  }
}

function columnOf(fact: string): Column {
  const [, name = '', kind = '', required, defaultValue = null] = /^(.+?) (\w+)(!?)(?: =(.*))?$/.exec(fact) ?? []
  return column(name, kind as ColumnKind, { isNullable: required === '', defaultValue }) // a test writes a kind
}

export const schemaOf = (...tables: readonly Table[]): DatabaseSchema => ({ tables, notices: [] })

export const collectionRow = (collection: string, more: Partial<CollectionMetadata> = {}): CollectionMetadata => ({
  collection,
  icon: null,
  note: null,
  display_template: null,
  hidden: false,
  singleton: false,
  translations: null,
  archive_field: null,
  archive_app_filter: true,
  archive_value: null,
  unarchive_value: null,
  sort_field: null,
  accountability: 'all',
  color: null,
  item_duplication_fields: null,
  sort: null,
  group: null,
  collapse: 'open',
  preview_url: null,
  versioning: false,
  ...more,
})

export const fieldRow = (collection: string, field: string, more: Partial<FieldMetadata> = {}): FieldMetadata => ({
  id: null,
  collection,
  field,
  special: [],
  interface: null,
  options: null,
  display: null,
  display_options: null,
  readonly: false,
  hidden: false,
  sort: null,
  width: 'full',
  translations: null,
  note: null,
  conditions: null,
  required: false,
  group: null,
  validation: null,
  validation_message: null,
  searchable: true,
  ...more,
})

export const relationRow = (
  many: string,
  field: string,
  one: string | null,
  oneField: string | null,
  more: Partial<RelationMetadata> = {},
): RelationMetadata => ({
  id: null,
  many_collection: many,
  many_field: field,
  one_collection: one,
  one_field: oneField,
  one_collection_field: null,
  one_allowed_collections: null,
  junction_field: null,
  sort_field: null,
  one_deselect_action: 'nullify',
  ...more,
})
