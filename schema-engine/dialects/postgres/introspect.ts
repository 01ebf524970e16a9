/** What PostgreSQL's catalogs say of the tables in some schemas: five statements, whatever the number of tables. */
import { finishInSlices, mapEach, type Sliced } from '../../slices.ts'
import type { Column, ColumnKind, DatabaseSchema, ForeignKey, Table, TableKind } from '../database-schema.ts'
import type { IntrospectOptions, RunRows } from '../dialect.ts'
import { kindOf, modifiersOf } from './columns.ts'

/** Where PostgreSQL's relatives differ. */
export type CatalogVariation = {
  /** A condition on `pg_attribute a` that is true for columns nobody declared. */
  readonly hiddenColumn: string
  /** A condition on `pg_class c` that is true for `Table.insertsPlainly`. */
  readonly insertsPlainly: string
}

type TableRow = {
  oid: string
  schema: string
  name: string
  relkind: string
  comment: string | null
  rows: number
  readable: boolean
  plain: boolean
}
type ColumnRow = {
  table: string
  number: number
  name: string
  type: string
  modifier: number
  native: string
  notnull: boolean
  expression: string | null
  identity: string
  generated: string
  collation: string | null
  comment: string | null
  readable: boolean
}
type TypeRow = {
  oid: string
  name: string
  full: string
  typtype: string
  base: string
  modifier: number
  element: string
  isarray: boolean
  notnull: boolean
  labels: string | null
}
type ConstraintRow = {
  table: string
  name: string
  contype: string
  columns: string
  refschema: string | null
  reftable: string | null
  refcolumns: string | null
  onupdate: string
  ondelete: string
}
type IndexRow = { table: string; name: string; isunique: boolean; isprimary: boolean; method: string; columns: string }

/**
 * @param options.searchPath the schemas to read, the first one being the default; empty: those of the session
 * @returns tables in the order of their schema and name; each with its own columns, keys and indexes
 */
export function introspectWith(
  variation: CatalogVariation,
): (run: RunRows, options: IntrospectOptions) => Promise<DatabaseSchema> {
  return async (run, options) => {
    const schemas = await schemasOf(run, options)
    const ask = async <Row>(text: string) => (await run(text, [JSON.stringify(schemas)])) as readonly Row[] // as its columns say
    const [tables, columns, types, constraints, indexes] = await Promise.all([
      ask<TableRow>(tablesQuery(variation)),
      ask<ColumnRow>(columnsQuery(variation)),
      run(typesQuery) as Promise<readonly TypeRow[]>, // as its columns say
      ask<ConstraintRow>(constraintsQuery),
      ask<IndexRow>(indexesQuery),
    ])
    return finishInSlices(
      assemble({ defaultSchema: schemas[0] ?? 'public', tables, columns, types, constraints, indexes }),
    )
  }
}

export const introspect = introspectWith({
  hiddenColumn: 'false',
  insertsPlainly: `c.relkind = 'r' and not c.relrowsecurity and not c.relhasrules
    and not exists (select from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal)
    and not exists (select from pg_constraint o where o.conrelid = c.oid and o.condeferrable)`,
})

/** Changes with tables, columns, types, defaults, comments, keys, indexes, enums and triggers; not with rows or statistics. */
export async function structureFingerprint(run: RunRows, options: IntrospectOptions): Promise<string> {
  const [row] = await run(fingerprintQuery, [JSON.stringify(await schemasOf(run, options))])
  return String(row?.['fingerprint'])
}

async function schemasOf(run: RunRows, { searchPath, systemSchema }: IntrospectOptions): Promise<readonly string[]> {
  const schemas = searchPath.length > 0 ? searchPath : await sessionSchemas(run)
  return systemSchema === null || schemas.includes(systemSchema) ? schemas : [...schemas, systemSchema]
}

async function sessionSchemas(run: RunRows): Promise<readonly string[]> {
  const [row] = await run('select to_json(current_schemas(false))::text as schemas')
  return typeof row?.['schemas'] === 'string' ? parseNames(row['schemas']) : ['public']
}

const inSchemas = '(select json_array_elements_text($1::json))'
const isTable = `c.relkind in ('r', 'p', 'f', 'v', 'm') and not c.relispartition`

const tablesQuery = ({ insertsPlainly }: CatalogVariation) => `
  select c.oid::text as oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as relkind,
    c.reltuples::float8 as rows, d.description as comment,
    has_schema_privilege(n.oid, 'USAGE') and has_any_column_privilege(c.oid, 'SELECT') as readable,
    (${insertsPlainly}) as plain
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
  where n.nspname in ${inSchemas} and ${isTable}
  order by n.nspname, c.relname`

const columnsQuery = ({ hiddenColumn }: CatalogVariation) => `
  select a.attrelid::text as "table", a.attnum as number, a.attname::text as name, a.atttypid::text as type,
    a.atttypmod as modifier, format_type(a.atttypid, a.atttypmod) as native, a.attnotnull as notnull,
    pg_get_expr(e.adbin, e.adrelid) as expression, a.attidentity::text as identity, a.attgenerated::text as generated,
    l.collname::text as collation, d.description as comment, has_column_privilege(a.attrelid, a.attnum, 'SELECT') as readable
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum
  left join pg_collation l on l.oid = a.attcollation
  left join pg_description d on d.objoid = a.attrelid and d.classoid = 'pg_class'::regclass and d.objsubid = a.attnum
  where n.nspname in ${inSchemas} and ${isTable} and a.attnum > 0 and not a.attisdropped and not ${hiddenColumn}
  order by a.attrelid, a.attnum`

// Not the type that every table has for its rows.
const typesQuery = `
  select t.oid::text as oid, t.typname::text as name, format_type(t.oid, null) as full, t.typtype::text as typtype,
    t.typbasetype::text as base, t.typtypmod as modifier, t.typelem::text as element,
    t.typcategory = 'A' and t.typelem <> 0 as isarray, t.typnotnull as notnull, e.labels::text as labels
  from pg_type t
  left join (select enumtypid, json_agg(enumlabel::text order by enumsortorder) as labels from pg_enum group by enumtypid) e
    on e.enumtypid = t.oid
  where t.typtype <> 'c'`

const namesOf = (numbers: string, table: string) => `
  (select json_agg(a.attname::text order by k.place)::text from unnest(${numbers}) with ordinality as k(number, place)
    join pg_attribute a on a.attrelid = ${table} and a.attnum = k.number)`

const constraintsQuery = `
  select o.conrelid::text as "table", o.conname::text as name, o.contype::text as contype,
    ${namesOf('o.conkey', 'o.conrelid')} as columns, rn.nspname::text as refschema, rc.relname::text as reftable,
    ${namesOf('o.confkey', 'o.confrelid')} as refcolumns, o.confupdtype::text as onupdate, o.confdeltype::text as ondelete
  from pg_constraint o
  join pg_class c on c.oid = o.conrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_class rc on rc.oid = o.confrelid
  left join pg_namespace rn on rn.oid = rc.relnamespace
  where n.nspname in ${inSchemas} and ${isTable} and o.contype in ('p', 'f') and coalesce(o.conparentid, 0) = 0
  order by o.conrelid, o.conname`

// An index over an expression has a column number of 0; one with a condition holds only some of the rows.
const indexesQuery = `
  select i.indrelid::text as "table", x.relname::text as name, i.indisunique as isunique, i.indisprimary as isprimary,
    m.amname::text as method,
    (select json_agg(a.attname::text order by k.place)::text
      from unnest(i.indkey::int2[]) with ordinality as k(number, place)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
      where k.place <= i.indnkeyatts) as columns
  from pg_index i
  join pg_class c on c.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_class x on x.oid = i.indexrelid
  left join pg_am m on m.oid = x.relam
  where n.nspname in ${inSchemas} and ${isTable} and i.indisvalid and i.indpred is null and not 0 = any(i.indkey::int2[])
  order by i.indrelid, x.relname`

const fingerprintQuery = `
  with t as (
    select c.oid, c.relname, c.relkind, n.nspname, c.relrowsecurity, c.relhasrules from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ${inSchemas} and ${isTable}
  ), facts as (
    select concat_ws('|', 't', oid, relname, relkind, nspname, relrowsecurity, relhasrules) as fact from t
    union all
    select concat_ws('|', 'a', a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attcollation)
      from pg_attribute a join t on t.oid = a.attrelid where a.attnum > 0 and not a.attisdropped
    union all
    select concat_ws('|', 'd', e.adrelid, e.adnum, md5(pg_get_expr(e.adbin, e.adrelid)))
      from pg_attrdef e join t on t.oid = e.adrelid
    union all
    select concat_ws('|', 'g', g.oid, g.tgname) from pg_trigger g join t on t.oid = g.tgrelid where not g.tgisinternal
    union all
    select concat_ws('|', 'c', o.oid, o.conname, o.contype, o.condeferrable) from pg_constraint o join t on t.oid = o.conrelid
    union all
    select concat_ws('|', 'i', i.indexrelid, i.indrelid, i.indisunique, i.indisvalid) from pg_index i join t on t.oid = i.indrelid
    union all
    select concat_ws('|', 'e', enumtypid, enumsortorder, enumlabel) from pg_enum
    union all
    select concat_ws('|', 'm', p.objoid, p.objsubid, md5(p.description)) from pg_description p join t on t.oid = p.objoid
      where p.classoid = 'pg_class'::regclass
  )
  select md5(coalesce(string_agg(fact, ',' order by fact), '')) as fingerprint from facts`

type Facts = {
  readonly defaultSchema: string
  readonly tables: readonly TableRow[]
  readonly columns: readonly ColumnRow[]
  readonly types: readonly TypeRow[]
  readonly constraints: readonly ConstraintRow[]
  readonly indexes: readonly IndexRow[]
}

function* assemble(facts: Facts): Sliced<DatabaseSchema> {
  const types = new Map(facts.types.map((type) => [type.oid, type]))
  const columns = Map.groupBy(facts.columns, (row) => row.table)
  const constraints = Map.groupBy(facts.constraints, (row) => row.table)
  const indexes = Map.groupBy(facts.indexes, (row) => row.table)
  const notices: string[] = []
  const schemaOf = (schema: string) => (schema === facts.defaultSchema ? null : schema)

  const tables = yield* mapEach(facts.tables, (row): Table[] => {
    const title = schemaOf(row.schema) === null ? row.name : `${row.schema}.${row.name}`
    if (!row.readable) {
      notices.push(`The table "${title}" was left out: the database user may not read it.`)
      return []
    }
    const [readable, unreadable] = partition(columns.get(row.oid) ?? [], (column) => column.readable)
    for (const column of unreadable) {
      notices.push(`The column "${column.name}" of "${title}" was left out: the database user may not read it.`)
    }
    const names = new Set(readable.map((column) => column.name))
    const areRead = (wanted: readonly string[]) => wanted.length > 0 && wanted.every((name) => names.has(name))
    const keys = constraints.get(row.oid) ?? []
    const plainIndexes = (indexes.get(row.oid) ?? [])
      .map((index) => ({ ...index, columns: parseNames(index.columns) }))
      .filter((index) => areRead(index.columns))
    return [
      {
        schema: schemaOf(row.schema),
        name: row.name,
        kind: tableKinds[row.relkind] ?? 'table',
        comment: row.comment,
        columns: readable.map((column) => columnOf(column, types)),
        primaryKey:
          keys
            .filter((key) => key.contype === 'p')
            .map((key) => parseNames(key.columns))
            .find(areRead) ?? [],
        foreignKeys: keys
          .filter((key) => key.contype === 'f' && areRead(parseNames(key.columns)))
          .map((key) => foreignKeyOf(key, schemaOf)),
        uniques: plainIndexes
          .filter((index) => index.isunique && !index.isprimary)
          .map(({ name, columns: of }) => ({ name, columns: of })),
        indexes: plainIndexes
          .filter((index) => orderedMethods.has(index.method))
          .map(({ name, columns: of, isunique }) => ({ name, columns: of, isUnique: isunique })),
        estimatedRows: row.rows < 0 || row.relkind === 'v' ? null : row.rows, // -1: never analysed
        ...(row.plain ? { insertsPlainly: true as const } : {}),
      },
    ]
  })
  return { tables: tables.flat(), notices }
}

const tableKinds: Readonly<Record<string, TableKind>> = {
  r: 'table',
  p: 'partitioned-table',
  f: 'foreign-table',
  v: 'view',
  m: 'materialized-view',
}

/** Indexes that make a plain comparison cheap; `prefix` is CockroachDB's name for its ordered ones. */
const orderedMethods: ReadonlySet<string> = new Set(['btree', 'hash', 'prefix'])

const actions: Readonly<Record<string, string>> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
}

function foreignKeyOf(row: ConstraintRow, schemaOf: (schema: string) => string | null): ForeignKey {
  return {
    name: row.name,
    columns: parseNames(row.columns),
    referencedSchema: row.refschema === null ? null : schemaOf(row.refschema),
    referencedTable: row.reftable ?? '',
    referencedColumns: parseNames(row.refcolumns),
    onUpdate: actions[row.onupdate] ?? 'NO ACTION',
    onDelete: actions[row.ondelete] ?? 'NO ACTION',
  }
}

function columnOf(row: ColumnRow, types: ReadonlyMap<string, TypeRow>): Column {
  const { type, modifier, native, notNull } = baseOf(row, types)
  const element = type?.isarray === true ? baseType(types.get(type.element), types) : undefined
  const enumType = element ?? type
  const kind = kindOfType(type)
  const isGenerated = row.generated !== ''
  return {
    name: row.name,
    nativeType: native,
    dataType: (type?.full ?? native).toLowerCase(),
    kind,
    isNullable: !row.notnull && !notNull,
    defaultValue: isGenerated ? null : row.expression,
    ...modifiersOf((element ?? type)?.name ?? '', modifier),
    isGenerated,
    generationExpression: isGenerated ? row.expression : null,
    hasAutoIncrement: row.identity !== '' || /^(nextval|unique_rowid)\(/.test(row.expression ?? ''),
    enumValues: enumType?.typtype === 'e' ? parseNames(enumType.labels) : null,
    enumName: enumType?.typtype === 'e' ? enumType.name : null,
    elementKind: kind === 'array' ? kindOfType(element) : null,
    collation: row.collation,
    comment: row.comment,
  }
}

/** The column's type with its domains taken away, as filters and casts need it. */
function baseOf(row: ColumnRow, types: ReadonlyMap<string, TypeRow>) {
  let type = types.get(row.type)
  let { modifier, native } = row
  let notNull = false
  while (type?.typtype === 'd') {
    notNull ||= type.notnull
    modifier = type.modifier
    type = types.get(type.base)
    native = type === undefined ? native : withModifiers(type, modifier)
  }
  return { type, modifier, native, notNull }
}

function baseType(type: TypeRow | undefined, types: ReadonlyMap<string, TypeRow>): TypeRow | undefined {
  return type?.typtype === 'd' ? baseType(types.get(type.base), types) : type
}

/** As `format_type` writes it. */
function withModifiers(type: TypeRow, modifier: number): string {
  const { maxLength, precision, scale } = modifiersOf(type.name, modifier)
  if (maxLength !== null) return `${type.full}(${maxLength})`
  if (precision === null) return type.full
  return scale === null
    ? type.full.replace(/^\w+/, (word) => `${word}(${precision})`)
    : `${type.full}(${precision},${scale})`
}

function kindOfType(type: TypeRow | undefined): ColumnKind {
  if (type === undefined) return 'unknown'
  if (type.isarray) return 'array'
  if (type.typtype === 'e') return 'enum'
  return kindOf(type.name)
}

/** Names travel as a JSON array in text. */
function parseNames(json: string | null): readonly string[] {
  return json === null ? [] : (JSON.parse(json) as string[]) // made by our own queries
}

function partition<T>(all: readonly T[], holds: (each: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(holds), all.filter((each) => !holds(each))]
}
