/** What SQLite's pragmas say of a file: a handful of statements, whatever the number of tables. */
import { finishInSlices, mapEach } from '../../slices.ts'
import type { Column, ColumnStorage, DatabaseSchema, ForeignKey, Table } from '../database-schema.ts'
import type { RunRows } from '../dialect.ts'
import { storageOf, typeOf } from './columns.ts'
import { columnClauses, type ColumnClauses } from './create-table.ts'

type TableRow = { name: string; type: string; wr: number; sql: string | null }
type ColumnRow = {
  table: string
  name: string
  type: string
  notnull: number
  dflt_value: string | null
  pk: number
  hidden: number
}
type ForeignKeyRow = {
  table: string
  id: number
  referenced: string
  from: string
  to: string | null
  on_update: string
  on_delete: string
}
type IndexRow = { table: string; name: string; unique: number; origin: string; column: string | null }

/** @returns tables in the order of their name */
export async function introspect(run: RunRows): Promise<DatabaseSchema> {
  const ask = async <Row>(text: string) => (await run(text)) as readonly Row[] // as its columns say
  const [all, tableColumns, foreignKeys, indexes] = await Promise.all([
    ask<TableRow>(tablesQuery),
    ask<ColumnRow>(columnsQuery('table')),
    ask<ForeignKeyRow>(foreignKeysQuery),
    ask<IndexRow>(indexesQuery),
  ])
  const notices = all
    .filter((table) => table.type === 'virtual')
    .map((table) => `The virtual table "${table.name}" was left out.`)
  const views = await viewColumns(
    run,
    all.filter((table) => table.type === 'view').map((table) => table.name),
  )
  const estimates = await rowEstimates(run)
  const storage = await dateStorage(run, all, tableColumns)
  const facts = {
    names: new Map(all.map((table) => [table.name.toLowerCase(), table.name])),
    columns: Map.groupBy([...tableColumns, ...views.columns], (row) => row.table),
    foreignKeys: Map.groupBy(foreignKeys, (row) => row.table),
    indexes: Map.groupBy(indexes, (row) => row.table),
    estimates,
    storage,
  }
  const readable = all.filter((table) => table.type !== 'virtual' && facts.columns.has(table.name))
  const tables = await finishInSlices(mapEach(readable, (table) => tableOf(table, facts)))
  const byName = new Map(tables.map((table) => [table.name, table]))
  return { tables: tables.map((table) => withWholeKeys(table, byName)), notices: [...notices, ...views.notices] }
}

/** SQLite counts every change of its structure. */
export async function structureFingerprint(run: RunRows): Promise<string> {
  const [row] = await run('select schema_version from pragma_schema_version')
  return String(row?.['schema_version'])
}

const userTables = `select t.name, t.type, t.wr from pragma_table_list t
  where t.schema = 'main' and t.type in ('table', 'view', 'virtual') and t.name not like 'sqlite\\_%' escape '\\'`

const tablesQuery = `select t.*, s.sql from (${userTables}) t
  left join sqlite_master s on s.name = t.name and s.type in ('table', 'view') order by t.name`

const columnsQuery = (type: 'table' | 'view') => `
  select t.name as "table", c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
  from (${userTables}) t, pragma_table_xinfo(t.name) c where t.type = '${type}' and c.hidden <> 1 order by t.name, c.cid`

const foreignKeysQuery = `
  select t.name as "table", f.id, f."table" as referenced, f."from", f."to", f.on_update, f.on_delete
  from (${userTables}) t, pragma_foreign_key_list(t.name) f where t.type = 'table' order by t.name, f.id desc, f.seq`

const indexesQuery = `
  select t.name as "table", i.name, i."unique", i.origin, c.name as "column"
  from (${userTables}) t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
  where t.type = 'table' and i.partial = 0 order by t.name, i.name, c.seqno`

/** A view whose tables are gone makes the statement fail: then each view is asked alone, to find it. */
async function viewColumns(
  run: RunRows,
  names: readonly string[],
): Promise<{ columns: readonly ColumnRow[]; notices: readonly string[] }> {
  try {
    return { columns: (await run(columnsQuery('view'))) as readonly ColumnRow[], notices: [] }
  } catch {
    const columns: ColumnRow[] = []
    const notices: string[] = []
    for (const name of names) {
      try {
        columns.push(
          ...((await run(`${columnsQuery('view').replace('order by', 'and t.name = ? order by')}`, [
            name,
          ])) as readonly ColumnRow[]),
        )
      } catch {
        notices.push(`The view "${name}" was left out: it refers to something that is not there.`)
      }
    }
    return { columns, notices }
  }
}

/** Row counts of the last `analyze`; empty when there was none. */
async function rowEstimates(run: RunRows): Promise<ReadonlyMap<string, number>> {
  const analysed = await run(`select 1 from sqlite_master where name = 'sqlite_stat1'`)
  if (analysed.length === 0) return new Map()
  const rows = await run('select tbl, max(cast(stat as integer)) as "rows" from sqlite_stat1 group by tbl')
  return new Map(rows.map((row) => [String(row['tbl']), Number(row['rows'])]))
}

type Facts = {
  /** Real names by their lower case: SQLite's references ignore the case. */
  readonly names: ReadonlyMap<string, string>
  readonly columns: ReadonlyMap<string, readonly ColumnRow[]>
  readonly foreignKeys: ReadonlyMap<string, readonly ForeignKeyRow[]>
  readonly indexes: ReadonlyMap<string, readonly IndexRow[]>
  readonly estimates: ReadonlyMap<string, number>
  /** Of each date column, by `placeOf`. */
  readonly storage: ReadonlyMap<string, ColumnStorage>
}

function tableOf(row: TableRow, facts: Facts): Table {
  const isView = row.type === 'view'
  const columns = facts.columns.get(row.name) ?? []
  const clauses: ReadonlyMap<string, ColumnClauses> = isView || row.sql === null ? new Map() : columnClauses(row.sql)
  const key = columns.filter((column) => column.pk > 0).toSorted((one, other) => one.pk - other.pk)
  const primaryKey = key.map((column) => column.name)
  const isRowid = row.wr === 0 && key.length === 1 && key[0]?.type.toLowerCase() === 'integer'
  const indexes = indexesOf(facts.indexes.get(row.name) ?? [])
  return {
    schema: null,
    name: row.name,
    kind: isView ? 'view' : 'table',
    comment: null,
    columns: columns.map((column) =>
      columnOf(column, {
        clauses: clauses.get(column.name.toLowerCase()),
        isRowid: isRowid && column.pk > 0,
        dates: facts.storage.get(placeOf(column.table, column.name)) ?? 'text',
      }),
    ),
    primaryKey,
    foreignKeys: foreignKeysOf(facts.foreignKeys.get(row.name) ?? [], columns, facts),
    uniques: indexes
      .filter((index) => index.isUnique && index.origin !== 'pk')
      .map(({ name, columns: of }) => ({ name, columns: of })),
    indexes: [
      ...(isRowid ? [{ name: 'primary key', columns: primaryKey, isUnique: true }] : []),
      ...indexes.map(({ name, columns: of, isUnique }) => ({ name, columns: of, isUnique })),
    ],
    estimatedRows: facts.estimates.get(row.name) ?? null,
  }
}

type ColumnFacts = {
  readonly clauses: ColumnClauses | undefined
  readonly isRowid: boolean
  readonly dates: ColumnStorage
}

function columnOf(row: ColumnRow, { clauses, isRowid, dates }: ColumnFacts): Column {
  const type = typeOf(row.type)
  const storage = storageOf(type.kind, dates)
  const isGenerated = row.hidden > 1
  const isText = type.kind === 'string' || type.kind === 'text' || type.kind === 'uuid'
  return {
    name: row.name,
    nativeType: row.type,
    ...type,
    isNullable: row.notnull === 0 && row.pk === 0,
    defaultValue: row.dflt_value,
    isGenerated,
    generationExpression: isGenerated ? (clauses?.generationExpression ?? null) : null,
    hasAutoIncrement: isRowid,
    enumValues: null,
    enumName: null,
    elementKind: null,
    collation: clauses?.collation ?? (isText ? 'BINARY' : null),
    comment: null,
    ...(storage === null ? {} : { storage }),
  }
}

/** Terms of one `union all`; SQLite takes 500. */
const maxTerms = 200
/** Rows that are looked at for a value: a column of nulls alone is not read to its end. */
const maxRowsSeen = 1000
const systemTable = /^directus_/

/** How date columns keep their values: the rule is told in `columns.ts`. */
async function dateStorage(
  run: RunRows,
  tables: readonly TableRow[],
  columns: readonly ColumnRow[],
): Promise<ReadonlyMap<string, ColumnStorage>> {
  const dates = columns.filter(({ type }) => storageOf(typeOf(type).kind, 'text') === 'text')
  const managed = await managedTables(run, tables)
  const kept = new Map(
    dates.map(({ table, name }): [string, ColumnStorage] => [
      placeOf(table, name),
      systemTable.test(table) || managed.has(table) ? 'milliseconds' : 'text',
    ]),
  )
  const unknown = dates.filter(({ table }) => !systemTable.test(table))
  for (let start = 0; start < unknown.length; start += maxTerms) {
    const terms = unknown.slice(start, start + maxTerms).map(({ table, name }, index) => {
      const seen = `select ${quoted(name)} as v from ${quoted(table)} limit ${maxRowsSeen}`
      return `select ${start + index} as "index", (select typeof(v) from (${seen}) where v is not null limit 1) as type`
    })
    for (const { index, type } of await run(terms.join(' union all '))) {
      const column = unknown[Number(index)]
      if (column === undefined || type === null) continue
      kept.set(placeOf(column.table, column.name), type === 'text' ? 'text' : 'milliseconds')
    }
  }
  return kept
}

/** Tables that an installation's metadata names. */
async function managedTables(run: RunRows, tables: readonly TableRow[]): Promise<ReadonlySet<unknown>> {
  if (!tables.some(({ name, type }) => name === 'directus_collections' && type === 'table')) return new Set()
  return new Set((await run('select collection from directus_collections')).map(({ collection }) => collection))
}

const placeOf = (table: string, column: string): string => JSON.stringify([table, column])
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

function foreignKeysOf(
  rows: readonly ForeignKeyRow[],
  columns: readonly ColumnRow[],
  facts: Facts,
): readonly ForeignKey[] {
  return [...Map.groupBy(rows, (row) => row.id).values()].flatMap((parts) => {
    const [first] = parts
    if (first === undefined) return []
    const referencedTable = facts.names.get(first.referenced.toLowerCase()) ?? first.referenced
    const referenced = facts.columns.get(referencedTable) ?? []
    return {
      name: null,
      columns: parts.map((part) => realName(part.from, columns)),
      referencedSchema: null,
      referencedTable,
      referencedColumns: parts.flatMap((part) => (part.to === null ? [] : [realName(part.to, referenced)])),
      onUpdate: first.on_update,
      onDelete: first.on_delete,
    }
  })
}

/** `references parent` without columns means the parent's primary key. */
function withWholeKeys(table: Table, tables: ReadonlyMap<string, Table>): Table {
  const foreignKeys = table.foreignKeys.map((key) => {
    if (key.referencedColumns.length > 0) return key
    return { ...key, referencedColumns: tables.get(key.referencedTable)?.primaryKey ?? [] }
  })
  return { ...table, foreignKeys }
}

function realName(name: string, columns: readonly ColumnRow[]): string {
  return columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name ?? name
}

/** Indexes whose parts are all plain columns: an expression or the rowid has no name. */
function indexesOf(rows: readonly IndexRow[]) {
  return [...Map.groupBy(rows, (row) => row.name)].flatMap(([name, parts]) => {
    const columns = parts.flatMap((part) => (part.column === null ? [] : [part.column]))
    const [first] = parts
    if (first === undefined || columns.length < parts.length) return []
    return [{ name, columns, isUnique: first.unique === 1, origin: first.origin }]
  })
}
