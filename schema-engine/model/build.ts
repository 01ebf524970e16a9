/** model: gives meaning to what a database says of itself. `buildModel` is pure; only `live.ts` reads a database. */
import type { Column, DatabaseSchema, Table } from '../dialects/database-schema.ts'
import { finish, finishInSlices, mapEach, type Sliced } from '../slices.ts'
import { fieldType, fieldTypeOf } from '../field-types/index.ts'
import type { FieldTypeName } from '../field-types/field-type.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { CollectionMetadata, FieldMetadata, Metadata } from './metadata.ts'
import type { Collection, Field, Model } from './model.ts'
import { findRelations, type NamedTable, type RelationField } from './relations.ts'
import {
  hiddenSystemTables,
  isSystemTable,
  systemRecords,
  systemRelations,
  systemSingletons,
  systemSpecial,
  systemTypeHints,
} from './system-collections.ts'

export type BuildOptions = {
  /** Tables that are not served: names, or `schema.name`. */
  readonly excludeTables: readonly string[]
  /** Where the system's tables stand; left out: in the default schema. */
  readonly systemSchema?: string | null
}

/** Tables that extensions of databases keep for themselves. */
const neverServed: ReadonlySet<string> = new Set(['spatial_ref_sys', 'sysdiagrams'])

/** The model of a database: what its schema says, made richer by metadata where there is any. */
export const buildModel = (schema: DatabaseSchema, metadata: Metadata, options: BuildOptions): Model =>
  finish(modelSteps(schema, metadata, options))

/** The same, slice by slice. */
export const buildModelInSlices = (schema: DatabaseSchema, metadata: Metadata, options: BuildOptions): Promise<Model> =>
  finishInSlices(modelSteps(schema, metadata, options))

function* modelSteps(schema: DatabaseSchema, metadata: Metadata, options: BuildOptions): Sliced<Model> {
  const notices = [...schema.notices]
  const tables = servedTables(schema, options, notices)
  const declaredFields = Map.groupBy(metadata.fields, (field) => field.collection)
  const declaredNames = new Map(
    [...declaredFields].map(
      ([collection, fields]) => [collection, new Set(fields.map((field) => field.field))] as const,
    ),
  )
  const found = yield* findRelations(tables, [...metadata.relations, ...systemRelations], declaredNames)
  const relationFields = Map.groupBy(found.fields, (field) => field.collection)
  const types = resolveTypes(tables, declaredFields, found.fields)

  const rowOf = new Map(metadata.collections.toReversed().map((row) => [row.collection, row])) // the first row is meant
  const collections = yield* mapEach(tables, ({ name, table }) => {
    const facts: TableFacts = {
      name,
      table,
      types,
      declared: declaredFields.get(name) ?? [],
      relations: relationFields.get(name) ?? [],
    }
    return buildCollection(facts, rowOf.get(name) ?? null)
  })
  const internal = internalTables(schema, options)
  const internalTypes = resolveTypes(internal, new Map(), [])
  const tableNames = new Set(schema.tables.map((table) => collectionName(table, options)))
  const folders = metadata.collections
    .filter((row) => !tableNames.has(row.collection) && !hiddenSystemTables.has(row.collection))
    .map(buildFolder)

  notices.push(...found.notices, ...collections.flatMap(noticesOf))
  return {
    collections: new Map([...collections, ...folders].map((collection) => [collection.name, collection])),
    internal: new Map(
      internal.map((named) => [
        named.name,
        buildCollection({ ...named, types: internalTypes, declared: [], relations: [] }, null),
      ]),
    ),
    fingerprint: yield* fingerprintOf(schema, metadata, options.excludeTables),
    notices,
  }
}

function servedTables(schema: DatabaseSchema, options: BuildOptions, notices: string[]): readonly NamedTable[] {
  const served = new Map<string, NamedTable>()
  for (const table of schema.tables) {
    const name = collectionName(table, options)
    if (options.excludeTables.includes(table.name) || options.excludeTables.includes(name)) continue
    if (neverServed.has(table.name) || hiddenSystemTables.has(name)) continue
    if (isElsewhere(table, options)) {
      notices.push(`${name}: not served, because the system's tables stand in ${options.systemSchema}.`)
      continue
    }
    if (served.has(name))
      notices.push(`There are two tables that would both be called ${name}; the second one is not served.`)
    else served.set(name, { name, table })
  }
  return [...served.values()]
}

function internalTables(schema: DatabaseSchema, options: BuildOptions): readonly NamedTable[] {
  return schema.tables
    .map((table) => ({ name: collectionName(table, options), table }))
    .filter(({ name, table }) => hiddenSystemTables.has(name) && !isElsewhere(table, options))
}

/** The system's tables are called as ever, wherever they stand. */
const collectionName = (table: Table, { systemSchema }: BuildOptions): string =>
  table.schema === null || table.schema === systemSchema ? table.name : `${table.schema}.${table.name}`

/** Tables of the system stand in its schema, if it has one, and only those do. */
const isElsewhere = ({ schema, name }: Table, { systemSchema }: BuildOptions): boolean =>
  systemSchema !== undefined && systemSchema !== null && isSystemTable(name) !== (schema === systemSchema)

type TableFacts = NamedTable & {
  readonly types: ReadonlyMap<string, FieldTypeName>
  readonly declared: readonly FieldMetadata[]
  readonly relations: readonly RelationField[]
}

function buildCollection(facts: TableFacts, metadata: CollectionMetadata | null): Collection {
  const { name, table } = facts
  const fields = fieldsOf(facts)
  const uniqueKeys = table.uniques
    .map((unique) => unique.columns)
    .filter((columns) => columns.every((column) => fields.get(column)?.isNullable === false))
  return {
    name,
    table: { schema: table.schema, name: table.name, kind: table.kind, comment: table.comment },
    isSystem: isSystemTable(name),
    isReadOnly: table.kind === 'view' || table.kind === 'materialized-view' || systemRecords.has(name),
    isSingleton: metadata?.singleton ?? systemSingletons.has(name),
    primaryKey: table.primaryKey,
    uniqueKeys: distinct(uniqueKeys),
    fields,
    sortField:
      metadata !== null && metadata.sort_field !== null && fields.has(metadata.sort_field) ? metadata.sort_field : null,
    metadata,
    indexedColumns: new Set(
      [...table.indexes.map((index) => index.columns[0]), table.primaryKey[0]].filter((column) => column !== undefined),
    ),
    estimatedRows: table.estimatedRows,
    sourceTable: table,
  }
}

function fieldsOf(facts: TableFacts): ReadonlyMap<string, Field> {
  const { name: collection, table, types, declared, relations } = facts
  const metadataOf = new Map(declared.map((row) => [row.field, row]))
  const relationOf = new Map(relations.map((found) => [found.field, found]))
  const fromColumns = table.columns.map((column): Field => {
    const metadata = metadataOf.get(column.name) ?? null
    const type = types.get(`${collection}\n${column.name}`) ?? 'unknown'
    const isPrimaryKey = table.primaryKey.includes(column.name)
    const isConcealed = type === 'hash'
    return {
      name: column.name,
      collection,
      type,
      column: { ...column, kind: keptKind(type, column) },
      special: specialOf(collection, column.name, metadata),
      isNullable: column.isNullable && !isPrimaryKey,
      isUnique: [table.primaryKey, ...table.uniques.map((unique) => unique.columns)].some(
        (columns) => columns.length === 1 && columns[0] === column.name,
      ),
      isPrimaryKey,
      isSearchable: fieldType(type).search !== null && metadata?.searchable !== false,
      isConcealed,
      isDerived: false,
      relation: relationOf.get(column.name)?.relation ?? null,
      metadata,
    }
  })
  const isColumn = new Set(table.columns.map((column) => column.name))
  const aliases = [...new Set([...declared.map((row) => row.field), ...relations.map((found) => found.field)])]
    .filter((name) => !isColumn.has(name))
    .map((name) => aliasField(collection, name, metadataOf.get(name) ?? null, relationOf.get(name)))
  const ordered = [
    ...fromColumns,
    ...aliases.filter((field) => !field.isDerived),
    ...aliases.filter((field) => field.isDerived),
  ]
  return new Map(ordered.map((field) => [field.name, field]))
}

function aliasField(
  collection: string,
  name: string,
  metadata: FieldMetadata | null,
  found: RelationField | undefined,
): Field {
  return {
    name,
    collection,
    type: 'alias',
    column: null,
    special: metadata?.special ?? [],
    isNullable: true,
    isUnique: false,
    isPrimaryKey: false,
    isSearchable: false,
    isConcealed: false,
    isDerived: metadata === null && found?.isDerived === true,
    relation: found?.relation ?? null,
    metadata,
  }
}

/** A folder of collections: only metadata, no table. */
function buildFolder(metadata: CollectionMetadata): Collection {
  return {
    name: metadata.collection,
    table: null,
    isSystem: false,
    isReadOnly: true,
    isSingleton: false,
    primaryKey: [],
    uniqueKeys: [],
    fields: new Map(),
    sortField: null,
    metadata,
    indexedColumns: new Set(),
    estimatedRows: null,
    sourceTable: null,
  }
}

/** `collection\ncolumn` → its type. A key in text means what the key it leads to means: a UUID. */
function resolveTypes(
  tables: readonly NamedTable[],
  declared: ReadonlyMap<string, readonly FieldMetadata[]>,
  relations: readonly RelationField[],
): ReadonlyMap<string, FieldTypeName> {
  const types = new Map<string, FieldTypeName>()
  for (const { name, table } of tables) {
    const metadataOf = new Map(declared.get(name)?.map((row) => [row.field, row]))
    const hints = isSystemTable(name) ? systemTypeHints : []
    for (const column of table.columns) {
      const special = specialOf(name, column.name, metadataOf.get(column.name) ?? null)
      types.set(`${name}\n${column.name}`, fieldTypeOf(column, [...special, ...hints]))
    }
  }
  const byKey = new Map<string, string>()
  for (const { collection, field, relation } of relations) {
    if (relation.kind !== 'm2o' || relation.on.length !== 1) continue
    byKey.set(`${collection}\n${field}`, `${relation.collection}\n${relation.on[0]?.[1] ?? ''}`)
  }
  const isUuid = (key: string, seen: ReadonlySet<string>): boolean => {
    const next = byKey.get(key)
    if (types.get(key) === 'uuid') return true
    return (
      types.get(key) === 'string' && next !== undefined && !seen.has(next) && isUuid(next, new Set([...seen, next]))
    )
  }
  for (const key of byKey.keys()) if (isUuid(key, new Set([key]))) types.set(key, 'uuid')
  return types
}

function specialOf(collection: string, column: string, metadata: FieldMetadata | null): readonly string[] {
  const system = isSystemTable(collection) ? systemSpecial(collection, column) : []
  return [...new Set([...system, ...(metadata?.special ?? [])])]
}

/** How the column keeps its values, where its type says more than its column: SQLite keeps instants in datetimes. */
function keptKind(type: FieldTypeName, column: Column): Column['kind'] {
  return type === 'json' || type === 'boolean' || type === 'timestamp' ? type : column.kind
}

function noticesOf(collection: Collection): readonly string[] {
  const unknown = [...collection.fields.values()].filter((field) => field.type === 'unknown')
  return unknown.map(
    (field) =>
      `${collection.name}.${field.name}: values of the type ${field.column?.nativeType ?? ''} are read as text.`,
  )
}

function distinct(keys: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key.toSorted()), key])).values()]
}
