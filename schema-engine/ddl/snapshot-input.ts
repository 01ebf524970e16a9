/**
 * A snapshot that a caller sent, read once, and made comparable with the one of the database: what it does not say stays as
 * it is, and what only looks different (another name of the same type) is taken for the same. Pure.
 */
import type { ColumnDefinition } from '../dialects/change.ts'
import { definitionOf } from '../dialects/column-definition.ts'
import type { Column, Table } from '../dialects/database-schema.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { EngineError, fail } from '../errors.ts'
import { columnDefinition, isTimeKind, kindOf } from './snapshot-columns.ts'
import { collectionDefaults, columnDefaults, fieldDefaults, relationDefaults } from './snapshot-defaults.ts'
import { isSystemField } from './system-fields.ts'
import {
  isSystem,
  snapshotVersion,
  timeDefault,
  type Snapshot,
  type SnapshotCollection,
  type SnapshotColumn,
  type SnapshotField,
  type SnapshotForeignKey,
  type SnapshotIndex,
  type SnapshotRelation,
} from './snapshot.ts'

type Json = Readonly<Record<string, unknown>>

export type SnapshotInput = {
  readonly vendor: string
  readonly collections: readonly Json[]
  readonly fields: readonly Json[]
  readonly systemFields: readonly Json[] | null
  readonly relations: readonly Json[]
  readonly indexes: readonly Json[] | null
  readonly foreignKeys: readonly Json[] | null
  /** Further lists of rows, by their names. */
  readonly parts: Readonly<Record<string, readonly Json[]>>
}

const own: ReadonlySet<string> = new Set([
  'version',
  'directus',
  'vendor',
  'collections',
  'fields',
  'systemFields',
  'relations',
  'indexes',
  'foreignKeys',
])

/** @throws INVALID_PAYLOAD for what is no snapshot, or one of a format that is not known */
export function parseSnapshot(input: unknown): SnapshotInput {
  if (!isObject(input)) return refuse('A snapshot was expected.')
  if (input['version'] !== snapshotVersion)
    refuse(`A snapshot of version ${snapshotVersion} was expected, not ${JSON.stringify(input['version'] ?? null)}.`)
  return {
    vendor: typeof input['vendor'] === 'string' ? input['vendor'] : '',
    collections: named(listOf(input, 'collections'), ['collection']),
    fields: named(listOf(input, 'fields'), ['collection', 'field']),
    systemFields: optionalList(input, 'systemFields'),
    relations: named(listOf(input, 'relations'), ['collection', 'field']),
    indexes: optionalList(input, 'indexes'),
    foreignKeys: optionalList(input, 'foreignKeys'),
    parts: Object.fromEntries(
      Object.keys(input)
        .filter((key) => !own.has(key))
        .map((key) => [key, listOf(input, key)]),
    ),
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function optionalList(input: Json, key: string): readonly Json[] | null {
  return input[key] === undefined || input[key] === null ? null : listOf(input, key)
}

function listOf(input: Json, key: string): readonly Json[] {
  const list = input[key]
  if (!Array.isArray(list) || !list.every(isObject)) return refuse(`"${key}" must be a list of objects.`)
  return list
}

/** Each is told apart by these texts. */
function named(list: readonly Json[], keys: readonly string[]): readonly Json[] {
  const seen = new Set<string>()
  for (const each of list) {
    const names = keys.map((key) =>
      typeof each[key] === 'string' && each[key] !== '' ? each[key] : refuse(`"${key}" must be a text.`),
    )
    const name = JSON.stringify(names)
    if (seen.has(name)) refuse(`${names.join('.')} stands in the snapshot twice.`)
    seen.add(name)
  }
  return list
}

export type InputFacts = {
  /** The snapshot of the database as it is. */
  readonly before: Snapshot
  readonly tables: readonly Table[]
  readonly dialect: Dialect
  /** A snapshot of another database's family is read by its field types. */
  readonly force: boolean
}

/**
 * What the database's snapshot would be, if it were as the given one says.
 *
 * @throws INVALID_PAYLOAD for a snapshot of another family of databases without `force`, and for types and facts that can't be
 */
export function completed(input: SnapshotInput, facts: InputFacts): Snapshot {
  const { before, dialect, force } = facts
  const isSameVendor = input.vendor === dialect.ddl.vendor
  if (!isSameVendor && !force)
    refuse(
      `The snapshot is of "${input.vendor}", the database is "${dialect.ddl.vendor}". With force its field types are taken.`,
    )
  const collections = input.collections
    .filter((each) => !isSystem(String(each['collection'])))
    .map((each) => collectionOf(each, before))
  const isOwn = (each: Json): boolean => !isSystemField(String(each['collection']), String(each['field']))
  checkCollections([...input.fields, ...input.relations], collections)
  const relations = input.relations.filter(isOwn).map((each) => relationOf(each, before))
  const fields = input.fields.filter(isOwn).map((each) => fieldOf(each, relations, isSameVendor, facts))
  // A snapshot of the contract's own format says nothing of these.
  const indexes = input.indexes === null ? before.indexes : input.indexes.map(indexOf)
  const foreignKeys = input.foreignKeys === null ? before.foreignKeys : input.foreignKeys.map(foreignKeyOf)
  return {
    ...before,
    ...input.parts,
    collections,
    fields,
    relations,
    indexes,
    foreignKeys,
    systemFields: input.systemFields === null ? before.systemFields : input.systemFields.map(systemFieldOf),
  }
}

function checkCollections(parts: readonly Json[], collections: readonly SnapshotCollection[]): void {
  const known = new Set(collections.map(({ collection }) => collection))
  const stray = parts.find(({ collection }) => !known.has(String(collection)) && !isSystem(String(collection)))
  if (stray !== undefined)
    refuse(
      `${String(stray['collection'])}.${String(stray['field'])} is of a collection that the snapshot does not have.`,
    )
}

function collectionOf(given: Json, { collections }: Snapshot): SnapshotCollection {
  const collection = String(given['collection'])
  const current = collections.find((each) => each.collection === collection)
  const schema = given['schema']
  const key = isObject(schema) ? schema['primary_key'] : undefined
  return {
    collection,
    meta: merged(given['meta'], current?.meta, { ...collectionDefaults, collection }),
    schema:
      schema === null
        ? null
        : {
            name:
              current?.schema?.name ??
              (isObject(schema) && typeof schema['name'] === 'string' ? schema['name'] : collection),
            ...(key === undefined
              ? current?.schema?.primary_key === undefined
                ? {}
                : { primary_key: current.schema.primary_key }
              : { primary_key: textsOf(key, 'primary_key') }),
          },
  }
}

/** What is given of the known keys, on top of what there is or what is usual. */
function merged<T extends object>(given: unknown, current: T | null | undefined, usual: T): T | null {
  if (given === null) return null
  if (given === undefined) return current ?? null
  if (!isObject(given)) return refuse('"meta" must be an object.')
  const known = Object.keys(usual)
  return {
    ...usual,
    ...current,
    ...Object.fromEntries(Object.entries(given).filter(([key]) => known.includes(key))),
    ...fixed(usual),
  }
}

/** What an object is called is said outside of its metadata. */
function fixed<T extends object>(usual: T): Partial<T> {
  const names = ['collection', 'field', 'many_collection', 'many_field']
  return Object.fromEntries(Object.entries(usual).filter(([key]) => names.includes(key))) as Partial<T> // some of its entries
}

function relationOf(given: Json, { relations }: Snapshot): SnapshotRelation {
  const [collection, field] = [String(given['collection']), String(given['field'])]
  const current = relations.find((each) => each.collection === collection && each.field === field)
  const related = given['related_collection']
  const schema = given['schema']
  return {
    collection,
    field,
    related_collection: typeof related === 'string' ? related : null,
    meta: merged(given['meta'], current?.meta, { ...relationDefaults, many_collection: collection, many_field: field }),
    schema: isObject(schema) ? relationSchema(schema, { collection, field }, current?.schema ?? null) : null,
  }
}

function relationSchema(
  given: Json,
  at: { readonly collection: string; readonly field: string },
  current: SnapshotRelation['schema'],
): NonNullable<SnapshotRelation['schema']> {
  const textAt = (key: string, fallback: string): string => (typeof given[key] === 'string' ? given[key] : fallback)
  const rule = (key: 'on_update' | 'on_delete'): string => {
    const wanted = textAt(key, 'NO ACTION').toUpperCase()
    return current !== null && isPassive(wanted) && isPassive(current[key]) ? current[key] : wanted
  }
  const name = given['constraint_name']
  return {
    table: current?.table ?? textAt('table', at.collection),
    column: at.field,
    foreign_key_table: textAt('foreign_key_table', current?.foreign_key_table ?? ''),
    foreign_key_column: textAt('foreign_key_column', current?.foreign_key_column ?? ''),
    // Not every database keeps the name; it makes no difference.
    constraint_name: current === null ? (typeof name === 'string' ? name : null) : current.constraint_name,
    on_update: rule('on_update'),
    on_delete: rule('on_delete'),
  }
}

/** Both refuse; when they do so differs, but not on every database. */
const isPassive = (rule: string): boolean => rule === 'NO ACTION' || rule === 'RESTRICT'

function fieldOf(
  given: Json,
  relations: readonly SnapshotRelation[],
  isSameVendor: boolean,
  facts: InputFacts,
): SnapshotField {
  const [collection, field] = [String(given['collection']), String(given['field'])]
  const current = facts.before.fields.find((each) => each.collection === collection && each.field === field)
  const type = typeof given['type'] === 'string' ? given['type'] : (current?.type ?? 'unknown')
  const meta = withList(merged(given['meta'], current?.meta, { ...fieldDefaults, collection, field }))
  if (!isObject(given['schema'])) return { collection, field, type, meta, schema: null }
  const relation = relations.find((each) => each.collection === collection && each.field === field)
  const base = {
    ...columnDefaults,
    ...current?.schema,
    ...columnFacts(given['schema']),
    name: field,
    table: current?.schema?.table ?? collection,
  }
  const wanted: SnapshotColumn = {
    ...base,
    foreign_key_table: relation?.schema?.foreign_key_table ?? null,
    foreign_key_column: relation?.schema?.foreign_key_column ?? null,
  }
  const at = { collection, field, type, meta }
  const schema = comparable({ ...at, schema: wanted }, current, isSameVendor, facts)
  return { ...at, type: current !== undefined && meansSame(current, { ...at, schema }) ? current.type : type, schema }
}

/** The type follows from the column and its specials: with these it changes, and by itself it can't. */
function meansSame(one: SnapshotField, other: SnapshotField): boolean {
  const facts = ({ schema, meta }: SnapshotField): string =>
    JSON.stringify([schema?.data_type, schema?.max_length, meta?.special ?? []])
  return facts(one) === facts(other)
}

/** No specials are an empty list. */
const withList = (meta: SnapshotField['meta']): SnapshotField['meta'] =>
  meta === null ? null : { ...meta, special: Array.isArray(meta.special) ? meta.special : [] }

/** The same words for the same type and the same default. */
function comparable(
  { schema, ...at }: SnapshotField & { readonly schema: SnapshotColumn },
  current: SnapshotField | undefined,
  isSameVendor: boolean,
  facts: InputFacts,
): SnapshotColumn {
  const column = facts.tables
    .find((table) => table.name === schema.table)
    ?.columns.find((each) => each.name === schema.name)
  const known = current?.schema ?? null
  const isSameType =
    known !== null &&
    column !== undefined &&
    (hasType(column, columnDefinition({ ...at, schema }, isSameVendor ? facts : null), facts) ||
      (!isSameVendor && current?.type === at.type))
  const type =
    isSameType && known !== null
      ? {
          data_type: known.data_type,
          max_length: isSameVendor || at.type !== 'string' ? known.max_length : schema.max_length,
          numeric_precision: isSameVendor || at.type !== 'decimal' ? known.numeric_precision : schema.numeric_precision,
          numeric_scale: isSameVendor || at.type !== 'decimal' ? known.numeric_scale : schema.numeric_scale,
        }
      : isSameVendor
        ? {}
        : usualType({ ...at, schema }, facts)
  return { ...schema, ...type, ...comparableDefault({ ...at, schema }) }
}

function hasType(column: Column, wanted: ColumnDefinition, { dialect: { ddl } }: InputFacts): boolean {
  if (column.kind === 'enum' || wanted.kind === 'enum')
    return column.kind === wanted.kind && JSON.stringify(column.enumValues) === JSON.stringify(wanted.enumValues)
  const text = ddl.typeOf(wanted).toLowerCase()
  if (text === column.nativeType.toLowerCase()) return true
  try {
    return text === ddl.typeOf(definitionOf(column)).toLowerCase()
  } catch (error) {
    if (error instanceof EngineError) return false // a type that we don't write
    throw error
  }
}

/** A field type's own column here, for a snapshot of another kind of database. */
function usualType(
  field: SnapshotField & { readonly schema: SnapshotColumn },
  { dialect: { ddl } }: InputFacts,
): Pick<SnapshotColumn, 'data_type' | 'max_length' | 'numeric_precision' | 'numeric_scale'> {
  const definition = columnDefinition(field, null)
  return {
    data_type: ddl
      .typeOf(definition)
      .replace(/\(.*\)/, '')
      .toLowerCase(),
    max_length: definition.maxLength,
    numeric_precision: definition.precision,
    numeric_scale: definition.scale,
  }
}

/** As the database would report it. */
function comparableDefault({
  type,
  schema,
}: SnapshotField & { readonly schema: SnapshotColumn }): Pick<SnapshotColumn, 'default_value'> {
  const { default_value: value, default_is_expression: isExpression } = schema
  if (isExpression === true || value === null) return { default_value: value }
  const kind = kindOf(type)
  if (isTimeKind(kind) && /^(current_timestamp|now)(\(\d*\))?$/i.test(String(value)))
    return { default_value: timeDefault }
  switch (kind) {
    case 'boolean':
      return { default_value: value === true || ['true', '1', 't'].includes(String(value)) }
    case 'integer':
    case 'float':
    case 'decimal':
    case 'bigint': {
      const number = Number(value)
      const isExact = Number.isFinite(number) && (kind !== 'bigint' || Number.isSafeInteger(number))
      return { default_value: isExact ? number : String(value) }
    }
    default:
      return { default_value: String(value) }
  }
}

/** What a snapshot may say of a column, by key; other keys are not for us. */
function columnFacts(given: Json): Partial<SnapshotColumn> {
  const facts: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue
    if (['max_length', 'numeric_precision', 'numeric_scale'].includes(key)) facts[key] = sizeOf(value, key)
    else if (key.startsWith('is_') || key === 'has_auto_increment') facts[key] = value === true
    else if (key === 'data_type') facts[key] = textIn(value, key)
    else if (key === 'generation_expression' || key === 'element_kind')
      facts[key] = value === null ? null : textIn(value, key)
    else if (key === 'default_is_expression' && value === true) facts[key] = true
    else if (key === 'enum_values') facts[key] = textsOf(value, key)
    else if (key === 'default_value') facts[key] = scalarOf(value)
  }
  return facts // each key with a value of its type
}

function sizeOf(value: unknown, key: string): number | null {
  if (value === null) return null
  const number = Number(value)
  return Number.isInteger(number) ? number : refuse(`"${key}" must be a whole number.`)
}

function scalarOf(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  return JSON.stringify(value)
}

const textIn = (value: unknown, key: string): string =>
  typeof value === 'string' ? value : refuse(`"${key}" must be a text.`)

function textsOf(value: unknown, key: string): readonly string[] {
  if (!Array.isArray(value)) return refuse(`"${key}" must be a list.`)
  return value.map((each) => textIn(each, key))
}

function indexOf(given: Json): SnapshotIndex {
  return {
    collection: String(given['collection']),
    columns: textsOf(given['columns'], 'columns'),
    unique: given['unique'] === true,
  }
}

function foreignKeyOf(given: Json): SnapshotForeignKey {
  return {
    collection: String(given['collection']),
    columns: textsOf(given['columns'], 'columns'),
    related_collection: String(given['related_collection']),
    related_columns: textsOf(given['related_columns'], 'related_columns'),
    on_update: textIn(given['on_update'] ?? 'NO ACTION', 'on_update').toUpperCase(),
    on_delete: textIn(given['on_delete'] ?? 'NO ACTION', 'on_delete').toUpperCase(),
  }
}

const systemFieldOf = (given: Json) => ({
  collection: String(given['collection']),
  field: String(given['field']),
  schema: { is_indexed: isObject(given['schema']) && given['schema']['is_indexed'] === true },
})

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
