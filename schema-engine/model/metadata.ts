/** What the metadata tables say of collections, fields and relations, where a database has them (contract §1, §2.3). */

export type CollectionMetadata = {
  readonly collection: string
  readonly icon: string | null
  readonly note: string | null
  readonly display_template: string | null
  readonly hidden: boolean
  readonly singleton: boolean
  readonly translations: unknown
  readonly archive_field: string | null
  readonly archive_app_filter: boolean
  readonly archive_value: string | null
  readonly unarchive_value: string | null
  readonly sort_field: string | null
  readonly accountability: string | null
  readonly color: string | null
  readonly item_duplication_fields: unknown
  readonly sort: number | null
  readonly group: string | null
  readonly collapse: string
  readonly preview_url: string | null
  readonly versioning: boolean
}

export type FieldMetadata = {
  readonly id: number | null
  readonly collection: string
  readonly field: string
  /** `cast-json`, `hash`, `m2m`, `date-created` … */
  readonly special: readonly string[]
  readonly interface: string | null
  readonly options: unknown
  readonly display: string | null
  readonly display_options: unknown
  readonly readonly: boolean
  readonly hidden: boolean
  readonly sort: number | null
  readonly width: string
  readonly translations: unknown
  readonly note: string | null
  readonly conditions: unknown
  readonly required: boolean
  readonly group: string | null
  readonly validation: unknown
  readonly validation_message: string | null
  readonly searchable: boolean
}

export type RelationMetadata = {
  readonly id: number | null
  readonly many_collection: string
  readonly many_field: string
  readonly one_collection: string | null
  readonly one_field: string | null
  readonly one_collection_field: string | null
  readonly one_allowed_collections: readonly string[] | null
  readonly junction_field: string | null
  readonly sort_field: string | null
  readonly one_deselect_action: string
}

export type Metadata = {
  readonly collections: readonly CollectionMetadata[]
  readonly fields: readonly FieldMetadata[]
  readonly relations: readonly RelationMetadata[]
}

export const noMetadata: Metadata = { collections: [], fields: [], relations: [] }
