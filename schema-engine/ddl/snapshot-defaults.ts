/** What holds where neither a snapshot nor the database says anything. */
import type { CollectionMetadata, FieldMetadata, RelationMetadata } from '../model/metadata.ts'
import type { SnapshotColumn } from './snapshot.ts'

export const collectionDefaults: CollectionMetadata = {
  collection: '',
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
}

export const fieldDefaults: Omit<FieldMetadata, 'id'> = {
  collection: '',
  field: '',
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
}

export const relationDefaults: Omit<RelationMetadata, 'id'> = {
  many_collection: '',
  many_field: '',
  one_collection: null,
  one_field: null,
  one_collection_field: null,
  one_allowed_collections: null,
  junction_field: null,
  sort_field: null,
  one_deselect_action: 'nullify',
}

export const columnDefaults: SnapshotColumn = {
  name: '',
  table: '',
  data_type: '',
  default_value: null,
  max_length: null,
  numeric_precision: null,
  numeric_scale: null,
  is_nullable: true,
  is_unique: false,
  is_indexed: false,
  is_primary_key: false,
  is_generated: false,
  generation_expression: null,
  has_auto_increment: false,
  foreign_key_table: null,
  foreign_key_column: null,
}
