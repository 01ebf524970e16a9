/** What a caller asks of the data model (contract §2.2, §2.3), read once out of JSON. */
import { fail } from '../errors.ts'
import type { ReferentialAction } from '../dialects/change.ts'

/** Metadata that was given; what was not, is not there. Values as a row of the metadata table holds them, JSON parsed. */
export type MetaInput = Readonly<Record<string, unknown>>

export type CollectionInput = {
  readonly collection: string
  /** null or absent: no metadata. */
  readonly meta: MetaInput | null | undefined
  /** null: a folder of collections, without a table. */
  readonly hasTable: boolean
  readonly comment: string | null | undefined
  readonly fields: readonly FieldInput[]
}

/** Of an existing collection. */
export type CollectionPatch = {
  readonly meta: MetaInput | null | undefined
  readonly comment: string | null | undefined
}

/** undefined: not given, so it stays or is the default. */
export type ColumnInput = {
  readonly defaultValue?: unknown
  readonly maxLength?: number | null
  readonly precision?: number | null
  readonly scale?: number | null
  readonly isNullable?: boolean
  readonly isUnique?: boolean
  readonly isIndexed?: boolean
  readonly isPrimaryKey?: boolean
  readonly hasAutoIncrement?: boolean
  readonly comment?: string | null
}

export type FieldInput = {
  readonly field: string
  /** null and undefined: not said. */
  readonly type: string | null | undefined
  readonly meta: MetaInput | null | undefined
  /** null: without a column. */
  readonly schema: ColumnInput | null | undefined
  readonly relation: RelationWish | null
}

/**
 * A field that comes with its relation: columns, a junction, constraints and the far side's list are made with it.
 * What is left out is named after the collections.
 */
export type RelationWish = {
  readonly relatedCollection: string | null
  /** m2a: where it may lead. */
  readonly allowedCollections: readonly string[]
  /** m2o, m2m: the list on the far side, if any. o2m: the far side's column. */
  readonly relatedField: string | null
  readonly junctionCollection: string | null
  readonly junctionField: string | null
  readonly relatedJunctionField: string | null
  readonly sortField: string | null
  readonly onDelete: ReferentialAction | null
  readonly onUpdate: ReferentialAction | null
  readonly deselectAction: string | null
}

export type RelationInput = {
  readonly collection: string
  readonly field: string
  readonly relatedCollection: string | null
  /** null: without a foreign key. undefined: not said. */
  readonly schema: RelationSchemaInput | null | undefined
  readonly meta: MetaInput | null | undefined
}

export type RelationSchemaInput = {
  readonly name: string | null
  readonly onDelete: ReferentialAction | null
  readonly onUpdate: ReferentialAction | null
}

type Json = Readonly<Record<string, unknown>>

/** @throws INVALID_PAYLOAD naming what is wrong */
export function parseCollection(input: unknown): CollectionInput {
  const body = objectOf(input, 'the collection')
  onlyKeys(body, ['collection', 'meta', 'schema', 'fields', 'graphql'], 'the collection')
  const meta = metaOf(body['meta'], collectionMeta, 'meta')
  const schema = optional(body['schema'], (value) => objectOf(value, 'schema'))
  const inner = schema?.['fields'] ?? undefined
  if (inner !== undefined && body['fields'] !== undefined && body['fields'] !== null)
    refuse('The fields stand either in "fields" or in "schema.fields", not in both.')
  if (schema !== undefined && schema !== null)
    onlyKeys(schema, ['name', 'schema', 'comment', 'fields', 'sql'], 'schema')
  const fields = inner ?? body['fields'] ?? []
  const name = body['collection'] ?? meta?.['collection']
  return {
    collection: textOf(name, 'collection'),
    meta,
    hasTable: body['schema'] !== null,
    comment: schema === null || schema === undefined ? undefined : optional(schema['comment'], text('schema.comment')),
    fields: listOf(fields, 'fields').map((field) => parseField(field)),
  }
}

/** @throws INVALID_PAYLOAD naming what is wrong */
export function parseCollectionPatch(input: unknown): CollectionPatch {
  const body = objectOf(input, 'the change')
  onlyKeys(body, ['collection', 'meta', 'schema', 'graphql'], 'the change')
  const schema = optional(body['schema'], (value) => objectOf(value, 'schema'))
  return {
    meta: metaOf(body['meta'], collectionMeta, 'meta'),
    comment: schema === null || schema === undefined ? undefined : optional(schema['comment'], text('schema.comment')),
  }
}

/** @param name the field's name where the request's path says it. @throws INVALID_PAYLOAD naming what is wrong */
export function parseField(input: unknown, name?: string): FieldInput {
  const body = objectOf(input, 'the field')
  const field = textOf(body['field'] ?? body['name'] ?? name, 'field')
  if (name !== undefined && field !== name) refuse(`A field keeps its name: "${name}" can't become "${field}".`)
  onlyKeys(body, [...fieldKeys, ...Object.keys(columnKeys)], `the field "${field}"`)
  const given = optional(body['schema'], (value) => objectOf(value, 'schema'))
  if (given !== undefined && given !== null) onlyKeys(given, Object.keys(columnKeys), `the schema of "${field}"`)
  const flat = Object.fromEntries(Object.entries(body).filter(([key]) => Object.hasOwn(columnKeys, key)))
  const hasFlat = Object.keys(flat).length > 0
  const schema = hasFlat ? { ...flat, ...given } : given
  const isRequired = flat['required'] === true
  const meta = metaOf(body['meta'], fieldMeta, 'meta')
  return {
    field,
    type: optional(body['type'], text('type')),
    meta: isRequired && meta !== null ? { required: true, ...meta } : meta,
    schema: schema === null || schema === undefined ? schema : columnOf(schema, field),
    relation: parseWish(body['relation']),
  }
}

/** @param at the relation's own field, where the request's path says it. @throws INVALID_PAYLOAD naming what is wrong */
export function parseRelation(input: unknown, at?: { collection: string; field: string }): RelationInput {
  const body = objectOf(input, 'the relation')
  onlyKeys(body, ['collection', 'field', 'related_collection', 'schema', 'meta'], 'the relation')
  const meta = metaOf(body['meta'], relationMeta, 'meta')
  const collection = textOf(at?.collection ?? body['collection'] ?? meta?.['many_collection'], 'collection')
  const field = textOf(at?.field ?? body['field'] ?? meta?.['many_field'], 'field')
  const related = body['related_collection'] ?? meta?.['one_collection'] ?? null
  return {
    collection,
    field,
    relatedCollection: related === null ? null : textOf(related, 'related_collection'),
    schema: optional(body['schema'], (value) => {
      const schema = objectOf(value, 'schema')
      onlyKeys(schema, relationSchemaKeys, 'schema')
      return {
        name: optional(schema['constraint_name'], text('schema.constraint_name')) ?? null,
        onDelete: actionOf(schema['on_delete'], 'schema.on_delete'),
        onUpdate: actionOf(schema['on_update'], 'schema.on_update'),
      }
    }),
    meta,
  }
}

const fieldKeys = ['collection', 'field', 'name', 'type', 'meta', 'schema', 'relation', 'graphql']
const relationSchemaKeys = [
  'table',
  'column',
  'foreign_key_schema',
  'foreign_key_table',
  'foreign_key_column',
  'constraint_name',
  'on_update',
  'on_delete',
]

/** The names under which a fact of a column may come; null: told by the server, and of no meaning coming back. */
const columnKeys: Readonly<Record<string, keyof ColumnInput | 'required' | null>> = {
  default_value: 'defaultValue',
  default: 'defaultValue',
  max_length: 'maxLength',
  numeric_precision: 'precision',
  precision: 'precision',
  numeric_scale: 'scale',
  scale: 'scale',
  is_nullable: 'isNullable',
  nullable: 'isNullable',
  required: 'required',
  is_unique: 'isUnique',
  unique: 'isUnique',
  is_indexed: 'isIndexed',
  indexed: 'isIndexed',
  is_primary_key: 'isPrimaryKey',
  primary_key: 'isPrimaryKey',
  has_auto_increment: 'hasAutoIncrement',
  auto_increment: 'hasAutoIncrement',
  comment: 'comment',
  name: null,
  table: null,
  schema: null,
  data_type: null,
  is_generated: null,
  generation_expression: null,
  foreign_key_schema: null,
  foreign_key_table: null,
  foreign_key_column: null,
}

function columnOf(schema: Json, field: string): ColumnInput {
  const column: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(schema)) {
    const fact = columnKeys[key]
    const at = `${field}.${key}`
    if (fact === null || fact === undefined || value === undefined) continue
    if (fact === 'required') column['isNullable'] ??= !flag(at)(value)
    else if (fact === 'defaultValue') column[fact] = value
    else if (fact === 'comment') column[fact] = optional(value, text(at))
    else if (fact === 'maxLength' || fact === 'precision' || fact === 'scale') column[fact] = optional(value, count(at))
    else if (value !== null) column[fact] = flag(at)(value)
  }
  return column
}

function parseWish(input: unknown): RelationWish | null {
  if (input === undefined || input === null) return null
  const wish = objectOf(input, 'relation')
  onlyKeys(wish, wishKeys, 'relation')
  const name = (key: string): string | null => optional(wish[key], text(`relation.${key}`)) ?? null
  return {
    relatedCollection: name('related_collection'),
    allowedCollections: listOf(wish['allowed_collections'] ?? [], 'relation.allowed_collections').map((one) =>
      textOf(one, 'relation.allowed_collections'),
    ),
    relatedField: name('related_field'),
    junctionCollection: name('junction_collection'),
    junctionField: name('junction_field'),
    relatedJunctionField: name('related_junction_field'),
    sortField: name('sort_field'),
    onDelete: actionOf(wish['on_delete'], 'relation.on_delete'),
    onUpdate: actionOf(wish['on_update'], 'relation.on_update'),
    deselectAction: optional(wish['deselect_action'], oneOf(deselectActions, 'relation.deselect_action')) ?? null,
  }
}

const wishKeys = [
  'related_collection',
  'allowed_collections',
  'related_field',
  'junction_collection',
  'junction_field',
  'related_junction_field',
  'sort_field',
  'on_delete',
  'on_update',
  'deselect_action',
]

type Reader = (at: string) => (value: unknown) => unknown

const text: (at: string) => (value: unknown) => string = (at) => (value) => textOf(value, at)
const flag: (at: string) => (value: unknown) => boolean = (at) => (value) =>
  typeof value === 'boolean' ? value : refuse(`"${at}" must be true or false.`)
const count: (at: string) => (value: unknown) => number = (at) => (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0
    ? value
    : refuse(`"${at}" must be a whole number that is not negative.`)
const oneOf =
  (allowed: readonly string[], at: string) =>
  (value: unknown): string =>
    typeof value === 'string' && allowed.includes(value)
      ? value
      : refuse(`"${at}" must be one of ${allowed.join(', ')}.`)
const anything: Reader = () => (value) => value
const names: Reader = (at) => (value) => {
  const list = typeof value === 'string' ? value.split(',') : listOf(value, at)
  return list.map((one) => textOf(one, at).trim()).filter((one) => one !== '')
}
const choice =
  (...allowed: readonly string[]): Reader =>
  (at) =>
    oneOf(allowed, at)

/** `null`: it comes back from newer clients, and is not kept. */
type MetaReaders = Readonly<Record<string, Reader | null>>

const deselectActions = ['nullify', 'delete']

const collectionMeta: MetaReaders = {
  collection: text,
  icon: text,
  note: text,
  display_template: text,
  hidden: flag,
  singleton: flag,
  translations: anything,
  archive_field: text,
  archive_app_filter: flag,
  archive_value: text,
  unarchive_value: text,
  sort_field: text,
  accountability: choice('all', 'activity'),
  color: text,
  item_duplication_fields: anything,
  sort: count,
  group: text,
  collapse: choice('open', 'closed', 'locked'),
  preview_url: text,
  versioning: flag,
  status: null,
  autosave_revision_interval: null,
  system: null,
}

const fieldMeta: MetaReaders = {
  id: null,
  collection: null,
  field: null,
  special: names,
  interface: text,
  options: anything,
  display: text,
  display_options: anything,
  readonly: flag,
  hidden: flag,
  sort: count,
  width: text,
  translations: anything,
  note: text,
  conditions: anything,
  required: flag,
  group: text,
  validation: anything,
  validation_message: text,
  searchable: flag,
  system: null,
}

const relationMeta: MetaReaders = {
  id: null,
  many_collection: text,
  many_field: text,
  one_collection: text,
  one_field: text,
  one_collection_field: text,
  one_allowed_collections: names,
  junction_field: text,
  sort_field: text,
  one_deselect_action: choice(...deselectActions),
  system: null,
}

/** What a metadata column holds when it is set to null and can't be. */
const insteadOfNull: Readonly<Record<string, unknown>> = {
  hidden: false,
  singleton: false,
  archive_app_filter: true,
  collapse: 'open',
  versioning: false,
  readonly: false,
  required: false,
  searchable: true,
  one_deselect_action: 'nullify',
}

function metaOf(input: unknown, readers: MetaReaders, at: string): MetaInput | null | undefined {
  return optional(input, (value) => {
    const given = objectOf(value, at)
    onlyKeys(given, Object.keys(readers), at)
    return Object.fromEntries(
      Object.entries(given).flatMap(([key, one]) => {
        const reader = readers[key]
        if (reader === null || reader === undefined || one === undefined) return []
        return [[key, one === null ? (insteadOfNull[key] ?? null) : reader(`${at}.${key}`)(one)]]
      }),
    )
  })
}

const actions: readonly ReferentialAction[] = ['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT']

function actionOf(input: unknown, at: string): ReferentialAction | null {
  if (input === undefined || input === null) return null
  const asked = textOf(input, at).toUpperCase()
  return actions.find((action) => action === asked) ?? refuse(`"${at}" must be one of ${actions.join(', ')}.`)
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | null | undefined {
  return value === undefined ? undefined : value === null ? null : read(value)
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(`${what} must be an object.`)
  return value as Json // a JSON object
}

function listOf(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(`"${what}" must be a list.`)
}

function textOf(value: unknown, what: string): string {
  return typeof value === 'string' ? value : refuse(`"${what}" must be a text.`)
}

function onlyKeys(value: Json, allowed: readonly string[], what: string): void {
  const unknown = Object.keys(value).find((key) => !allowed.includes(key))
  if (unknown !== undefined) refuse(`There is no "${unknown}" in ${what}.`)
}

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason: reason.charAt(0).toUpperCase() + reason.slice(1) })
}
