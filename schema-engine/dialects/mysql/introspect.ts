/** What MySQL's `information_schema` says of the tables in some databases: four statements, whatever the number of tables. */
import { finishInSlices, mapEach, type Sliced } from '../../slices.ts'
import type { Column, ColumnKind, DatabaseSchema, ForeignKey, Table, TableKind } from '../database-schema.ts'
import type { IntrospectOptions, RunRows } from '../dialect.ts'
import { enumValuesOf, kindOf } from './columns.ts'

/** Where MariaDB differs. */
export type CatalogVariation = {
  /** The kind of a column. `jsonColumns`: names of columns that a check says hold JSON, by `jsonKey`. */
  readonly kindOf: (row: ColumnRow, jsonColumns: ReadonlySet<string>) => ColumnKind
  /** The default as SQL; null when there is none. */
  readonly defaultOf: (row: ColumnRow) => string | null
  /** A statement that lists columns holding JSON as `schema`, `table` and `clause`; null when the type says so. */
  readonly jsonChecks: ((inSchemas: string) => string) | null
}

export type ColumnRow = {
  schema: string
  table: string
  name: string
  columnType: string
  dataType: string
  nullable: string
  columnDefault: string | null
  maxLength: string | number | null
  numericPrecision: string | number | null
  numericScale: string | number | null
  datetimePrecision: string | number | null
  extra: string
  expression: string | null
  collation: string | null
  comment: string
}
type TableRow = {
  schema: string
  name: string
  type: string
  options: string | null
  comment: string
  rows: string | number | null
}
type ForeignKeyRow = {
  schema: string
  table: string
  name: string
  column: string
  refSchema: string
  refTable: string
  refColumn: string
  onUpdate: string
  onDelete: string
}
type IndexRow = {
  schema: string
  table: string
  name: string
  nonUnique: string | number
  column: string | null
  prefix: string | number | null
  type: string
}
type CheckRow = { schema: string; table: string; clause: string }

/**
 * @param options.searchPath the databases to read, the first one being the default; empty: the session's own
 * @returns tables in the order of their database and name
 */
export function introspectWith(
  variation: CatalogVariation,
): (run: RunRows, options: IntrospectOptions) => Promise<DatabaseSchema> {
  return async (run, options) => {
    const schemas = await schemasOf(run, options)
    const inSchemas = `in (${schemas.map(() => '?').join(', ')})`
    const ask = async <Row>(text: string) => (await run(text, schemas)) as readonly Row[] // as its columns say
    const [tables, columns, foreignKeys, indexes, checks] = await Promise.all([
      ask<TableRow>(tablesQuery(inSchemas)),
      ask<ColumnRow>(columnsQuery(inSchemas)),
      ask<ForeignKeyRow>(foreignKeysQuery(inSchemas)),
      ask<IndexRow>(indexesQuery(inSchemas)),
      variation.jsonChecks === null ? [] : ask<CheckRow>(variation.jsonChecks(inSchemas)),
    ])
    const jsonColumns = new Set(checks.flatMap((check) => jsonColumnIn(check)))
    const facts = { defaultSchema: schemas[0] ?? '', tables, columns, foreignKeys, indexes, jsonColumns }
    return finishInSlices(assemble(facts, variation))
  }
}

export const introspect = introspectWith({
  kindOf: (row) => kindOf(row.dataType, row.columnType),
  defaultOf: mysqlDefault,
  jsonChecks: null,
})

/** Changes with tables, columns, defaults, comments, keys and indexes; not with rows or statistics. */
export async function structureFingerprint(run: RunRows, options: IntrospectOptions): Promise<string> {
  const schemas = await schemasOf(run, options)
  const inSchemas = `in (${schemas.map(() => '?').join(', ')})`
  const parts = await Promise.all(fingerprintQueries(inSchemas).map((text) => run(text, schemas)))
  return parts.map(([row]) => `${String(row?.['number'])}:${String(row?.['mix'])}`).join(' ')
}

async function schemasOf(run: RunRows, { searchPath, systemSchema }: IntrospectOptions): Promise<readonly string[]> {
  const schemas = searchPath.length > 0 ? searchPath : await sessionSchemas(run)
  return systemSchema === null || schemas.includes(systemSchema) ? schemas : [...schemas, systemSchema]
}

async function sessionSchemas(run: RunRows): Promise<readonly string[]> {
  const [row] = await run('select database() as name')
  return typeof row?.['name'] === 'string' ? [row['name']] : ['']
}

// The names of the result are given in quotes: MySQL 8 would otherwise write them in capitals.
const tablesQuery = (inSchemas: string) => `
  select table_schema as \`schema\`, table_name as \`name\`, table_type as \`type\`, create_options as \`options\`,
    table_comment as \`comment\`, table_rows as \`rows\`
  from information_schema.tables where table_schema ${inSchemas} and table_type in ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
  order by table_schema, table_name`

const columnsQuery = (inSchemas: string) => `
  select table_schema as \`schema\`, table_name as \`table\`, column_name as \`name\`, column_type as \`columnType\`,
    data_type as \`dataType\`, is_nullable as \`nullable\`, column_default as \`columnDefault\`,
    character_maximum_length as \`maxLength\`, numeric_precision as \`numericPrecision\`, numeric_scale as \`numericScale\`,
    datetime_precision as \`datetimePrecision\`, extra as \`extra\`, generation_expression as \`expression\`,
    collation_name as \`collation\`, column_comment as \`comment\`
  from information_schema.columns where table_schema ${inSchemas} order by table_schema, table_name, ordinal_position`

// A user that may only read sees the keys, but not the rules for changes: these are taken for the standard ones then.
const foreignKeysQuery = (inSchemas: string) => `
  select k.table_schema as \`schema\`, k.table_name as \`table\`, k.constraint_name as \`name\`, k.column_name as \`column\`,
    k.referenced_table_schema as \`refSchema\`, k.referenced_table_name as \`refTable\`,
    k.referenced_column_name as \`refColumn\`, coalesce(r.update_rule, 'RESTRICT') as \`onUpdate\`,
    coalesce(r.delete_rule, 'RESTRICT') as \`onDelete\`
  from information_schema.key_column_usage k
  left join information_schema.referential_constraints r
    on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
  where k.table_schema ${inSchemas} and k.referenced_table_name is not null
  order by k.table_schema, k.table_name, k.constraint_name, k.ordinal_position`

const indexesQuery = (inSchemas: string) => `
  select table_schema as \`schema\`, table_name as \`table\`, index_name as \`name\`, non_unique as \`nonUnique\`,
    column_name as \`column\`, sub_part as \`prefix\`, index_type as \`type\`
  from information_schema.statistics where table_schema ${inSchemas}
  order by table_schema, table_name, index_name, seq_in_index`

/** Sums that do not depend on the order of rows, so that nothing is sorted and no text grows long. */
function fingerprintQueries(inSchemas: string): readonly string[] {
  const mixOf = (from: string, facts: string) => `
    select count(*) as \`number\`,
      cast(bit_xor(cast(conv(left(md5(concat_ws('|', ${facts})), 15), 16, 10) as unsigned)) as char) as \`mix\`
    from information_schema.${from} where table_schema ${inSchemas}`
  return [
    mixOf('tables', 'table_schema, table_name, table_type, table_comment'),
    mixOf(
      'columns',
      `table_schema, table_name, column_name, ordinal_position, column_type, is_nullable, coalesce(column_default, '\\0'), extra,
        coalesce(collation_name, ''), coalesce(generation_expression, ''), column_comment`,
    ),
    mixOf(
      'key_column_usage',
      `table_schema, table_name, constraint_name, column_name, ordinal_position, coalesce(referenced_table_schema, ''),
        coalesce(referenced_table_name, ''), coalesce(referenced_column_name, '')`,
    ),
    mixOf('statistics', `table_schema, table_name, index_name, non_unique, seq_in_index, coalesce(column_name, '')`),
  ]
}

type Facts = {
  readonly defaultSchema: string
  readonly tables: readonly TableRow[]
  readonly columns: readonly ColumnRow[]
  readonly foreignKeys: readonly ForeignKeyRow[]
  readonly indexes: readonly IndexRow[]
  readonly jsonColumns: ReadonlySet<string>
}

function* assemble(facts: Facts, variation: CatalogVariation): Sliced<DatabaseSchema> {
  const columns = Map.groupBy(facts.columns, tableKey)
  const foreignKeys = Map.groupBy(facts.foreignKeys, tableKey)
  const indexes = Map.groupBy(facts.indexes, tableKey)
  const schemaOf = (schema: string) => (schema === facts.defaultSchema ? null : schema)
  const notices: string[] = []
  const tables = yield* mapEach(facts.tables, (row): Table[] => {
    const key = JSON.stringify([row.schema, row.name])
    const ownColumns = columns.get(key)
    if (ownColumns === undefined) {
      notices.push(
        `The ${row.type === 'VIEW' ? 'view' : 'table'} "${row.name}" was left out: none of its columns can be read.`,
      )
      return []
    }
    const plainIndexes = plainIndexesOf(indexes.get(key) ?? [])
    return [
      {
        schema: schemaOf(row.schema),
        name: row.name,
        kind: kindOfTable(row),
        comment: row.type === 'VIEW' || row.comment === '' ? null : row.comment,
        columns: ownColumns.map((column) => columnOf(column, facts.jsonColumns, variation)),
        primaryKey: plainIndexes.find((index) => index.name === 'PRIMARY')?.columns ?? [],
        foreignKeys: foreignKeysOf(foreignKeys.get(key) ?? [], schemaOf),
        uniques: plainIndexes
          .filter((index) => index.isUnique && index.name !== 'PRIMARY')
          .map(({ name, columns: of }) => ({ name, columns: of })),
        indexes: plainIndexes,
        estimatedRows: row.rows === null ? null : Number(row.rows),
      },
    ]
  })
  return { tables: tables.flat(), notices }
}

function tableKey(row: { readonly schema: string; readonly table: string }): string {
  return JSON.stringify([row.schema, row.table])
}

function kindOfTable(row: TableRow): TableKind {
  if (row.type === 'VIEW') return 'view'
  return row.options?.includes('partitioned') === true ? 'partitioned-table' : 'table'
}

function columnOf(row: ColumnRow, jsonColumns: ReadonlySet<string>, variation: CatalogVariation): Column {
  const kind = variation.kindOf(row, jsonColumns)
  const isGenerated = row.expression !== null && row.expression !== ''
  const isText = kind === 'string' || kind === 'text' || kind === 'uuid'
  return {
    name: row.name,
    nativeType: row.columnType,
    dataType: row.dataType.toLowerCase(),
    kind,
    isNullable: row.nullable === 'YES',
    defaultValue: isGenerated ? null : variation.defaultOf(row),
    maxLength: isText ? numberOf(row.maxLength) : null,
    precision: kind === 'decimal' ? numberOf(row.numericPrecision) : numberOf(row.datetimePrecision),
    scale: kind === 'decimal' ? numberOf(row.numericScale) : null,
    isGenerated,
    generationExpression: isGenerated ? row.expression : null,
    hasAutoIncrement: row.extra.toLowerCase().includes('auto_increment'),
    enumValues: enumValuesOf(row.dataType.toLowerCase(), row.columnType),
    enumName: null,
    elementKind: null,
    collation: row.collation,
    comment: row.comment === '' ? null : row.comment,
  }
}

function numberOf(value: string | number | null): number | null {
  return value === null ? null : Number(value)
}

/** MySQL reports a constant's bare text, and marks an expression. */
function mysqlDefault(row: ColumnRow): string | null {
  if (row.columnDefault === null) return null
  const isExpression = row.extra.includes('DEFAULT_GENERATED') || /^(current_timestamp|now)\b/i.test(row.columnDefault)
  const isNumber = row.numericPrecision !== null || row.dataType === 'bit'
  return isExpression || isNumber ? row.columnDefault : `'${row.columnDefault.replaceAll("'", "''")}'`
}

function foreignKeysOf(
  rows: readonly ForeignKeyRow[],
  schemaOf: (schema: string) => string | null,
): readonly ForeignKey[] {
  return [...Map.groupBy(rows, (row) => row.name)].flatMap(([name, parts]) => {
    const [first] = parts
    if (first === undefined) return []
    return {
      name,
      columns: parts.map((part) => part.column),
      referencedSchema: schemaOf(first.refSchema),
      referencedTable: first.refTable,
      referencedColumns: parts.map((part) => part.refColumn),
      onUpdate: first.onUpdate,
      onDelete: first.onDelete,
    }
  })
}

/** Ordered indexes over whole columns: neither expressions nor the first characters of a column, nor full text. */
function plainIndexesOf(rows: readonly IndexRow[]) {
  return [...Map.groupBy(rows, (row) => row.name)].flatMap(([name, parts]) => {
    const [first] = parts
    const columns = parts.flatMap((part) => (part.column === null || part.prefix !== null ? [] : [part.column]))
    if (first === undefined || columns.length < parts.length || !['BTREE', 'HASH'].includes(first.type)) return []
    return [{ name, columns, isUnique: Number(first.nonUnique) === 0 }]
  })
}

/** Where a column stands in the set of those that hold JSON. */
export function jsonKey(schema: string, table: string, column: string): string {
  return JSON.stringify([schema, table, column])
}

function jsonColumnIn(check: CheckRow): readonly string[] {
  const [, column] = /^\(?json_valid\(`((?:[^`]|``)+)`\)\)?$/i.exec(check.clause) ?? []
  return column === undefined ? [] : [jsonKey(check.schema, check.table, column.replaceAll('``', '`'))]
}
