/** Reads what the metadata tables say, where a database has them: at most three statements. */
import type { Database } from '../database/database.ts'
import type { DatabaseSchema } from '../dialects/database-schema.ts'
import {
  noMetadata,
  type CollectionMetadata,
  type FieldMetadata,
  type Metadata,
  type RelationMetadata,
} from './metadata.ts'

type Row = Readonly<Record<string, unknown>>
/** How each column of a metadata table becomes a value; a column that the table lacks is as if it were null. */
type Readers<T> = { readonly [column in keyof T]: (value: unknown) => T[column] }

/** @throws EngineError SERVICE_UNAVAILABLE when the database can't be reached */
export async function loadMetadata(database: Database, schema: DatabaseSchema): Promise<Metadata> {
  const [collections, fields, relations] = await Promise.all([
    readTable(database, schema, 'directus_collections', collectionReaders),
    readTable(database, schema, 'directus_fields', fieldReaders),
    readTable(database, schema, 'directus_relations', relationReaders),
  ])
  if (collections === null && fields === null && relations === null) return noMetadata
  return { collections: collections ?? [], fields: fields ?? [], relations: relations ?? [] }
}

async function readTable<T>(
  database: Database,
  schema: DatabaseSchema,
  name: string,
  readers: Readers<T>,
): Promise<readonly T[] | null> {
  const table = schema.tables.find((candidate) => candidate.schema === database.systemSchema && candidate.name === name)
  if (table === undefined) return null
  const wanted = Object.keys(readers)
  const columns = table.columns.map((column) => column.name).filter((column) => wanted.includes(column))
  if (columns.length === 0) return null
  const quoted = columns.map((column) => database.dialect.quoteName(column)).join(', ')
  const at = [table.schema, name].flatMap((part) => (part === null ? [] : database.dialect.quoteName(part))).join('.')
  const text = `select ${quoted} from ${at}`
  const rows = await database.rows({ text, values: [], name: null })
  return rows.map((values) =>
    decode(Object.fromEntries(columns.map((column, index) => [column, values[index]])), readers),
  )
}

function decode<T>(row: Row, readers: Readers<T>): T {
  const read = ([column, reader]: readonly [string, (value: unknown) => unknown]) =>
    [column, reader(row[column])] as const
  const entries = Object.entries<(value: unknown) => unknown>(readers)
  return Object.fromEntries(entries.map(read)) as T // every key of T has a reader that gives its type
}

const text = (value: unknown): string => optionalText(value) ?? ''
const optionalText = (value: unknown): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : null
const integer = (value: unknown): number | null => {
  const number = value === null || value === undefined || value === '' ? Number.NaN : Number(value)
  return Number.isInteger(number) ? number : null
}
const flag =
  (fallback: boolean) =>
  (value: unknown): boolean =>
    value === null || value === undefined
      ? fallback
      : value === true || value === 'true' || value === 't' || Number(value) === 1
const list = (value: unknown): readonly string[] => optionalList(value) ?? []
const optionalList = (value: unknown): readonly string[] | null => {
  if (Array.isArray(value)) return value.map(String)
  if (typeof value !== 'string') return null
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** A JSON value. Some drivers give it parsed, others as text. */
function json(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

const collectionReaders: Readers<CollectionMetadata> = {
  collection: text,
  icon: optionalText,
  note: optionalText,
  display_template: optionalText,
  hidden: flag(false),
  singleton: flag(false),
  translations: json,
  archive_field: optionalText,
  archive_app_filter: flag(true),
  archive_value: optionalText,
  unarchive_value: optionalText,
  sort_field: optionalText,
  accountability: optionalText,
  color: optionalText,
  item_duplication_fields: json,
  sort: integer,
  group: optionalText,
  collapse: (value) => optionalText(value) ?? 'open',
  preview_url: optionalText,
  versioning: flag(false),
}

const fieldReaders: Readers<FieldMetadata> = {
  id: integer,
  collection: text,
  field: text,
  special: list,
  interface: optionalText,
  options: json,
  display: optionalText,
  display_options: json,
  readonly: flag(false),
  hidden: flag(false),
  sort: integer,
  width: (value) => optionalText(value) ?? 'full',
  translations: json,
  note: optionalText,
  conditions: json,
  required: flag(false),
  group: optionalText,
  validation: json,
  validation_message: optionalText,
  searchable: flag(true),
}

const relationReaders: Readers<RelationMetadata> = {
  id: integer,
  many_collection: text,
  many_field: text,
  one_collection: optionalText,
  one_field: optionalText,
  one_collection_field: optionalText,
  one_allowed_collections: optionalList,
  junction_field: optionalText,
  sort_field: optionalText,
  one_deselect_action: (value) => optionalText(value) ?? 'nullify',
}
