/** Writes changes of rows as SQL. Values are bound by their position, so that one text serves every run of its shape. */
import type { Column } from '../dialects/database-schema.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Collection } from '../model/model.ts'
import { conditionOf, jsonObjectOf } from '../query/compile.ts'
import type { DocEntry } from '../query/plan-types.ts'
import { tuplesCondition, type Where } from '../query/plan-rows.ts'
import type { RowReply } from '../query/row-reply.ts'
import type { Bind } from '../sql/bind.ts'
import { empty, join, name, raw, render, sql, type RenderedSql, type Sql } from '../sql/sql.ts'

/** `count` rows with these columns; no columns: one row of defaults. Gives the texts of `returning` back, row by row. */
export type InsertPlan = {
  readonly collection: Collection
  readonly columns: readonly Column[]
  readonly count: number
  readonly returning: readonly Column[]
}

/** The value at a position of the list that a run brings. */
export const valueAt = (position: number): Bind => ({
  from: 'input',
  paths: [['values', position]],
  convert: (value) => value ?? null,
})

export function compileInsert(plan: InsertPlan, dialect: Dialect): RenderedSql {
  return render(sql`${insertOf(plan, dialect)}${returned(plan, dialect)}`, dialect)
}

/** `insert into t (a, b) values (…), (…)`. */
export function insertOf({ collection, columns, count }: InsertPlan, dialect: Dialect, alias?: string): Sql {
  const into = sql`insert into ${tableOf(collection)}${alias === undefined ? empty : sql` as ${name(alias)}`}`
  if (columns.length === 0) return sql`${into} ${dialect.expressions.defaultRow}`
  const rows = Array.from({ length: count }, (_, row) => {
    const values = columns.map((column, index) =>
      dialect.expressions.stored(valueAt(row * columns.length + index), column),
    )
    return sql`(${join(values, ', ')})`
  })
  const names = columns.map((column) => name(column.name))
  return sql`${into} (${join(names, ', ')}) values ${join(rows, ', ')}`
}

function returned({ returning }: InsertPlan, dialect: Dialect): Sql {
  if (returning.length === 0) return empty
  const texts = returning.map((column) => dialect.expressions.exactText(name(column.name), column.kind))
  return sql` returning ${join(texts, ', ')}`
}

/** Sets the columns of all these rows; its values come first among the binds' list. */
export function compileUpdate(
  collection: Collection,
  columns: readonly Column[],
  where: Omit<Where, 'fixed'>,
  dialect: Dialect,
): RenderedSql {
  const set = columns.map(
    (column, index) => sql`${name(column.name)} = ${dialect.expressions.stored(valueAt(index), column)}`,
  )
  return render(
    sql`update ${tableOf(collection)} set ${join(set, ', ')} where ${whereOf(collection, where, dialect)}`,
    dialect,
  )
}

/** Sets other values in each row: those of the first row's columns come first among the binds' list, then the next row's. */
export function compileUpdateEach(
  collection: Collection,
  columns: readonly Column[],
  where: Omit<Where, 'fixed'>,
  dialect: Dialect,
): RenderedSql {
  const isRow = where.tuples.map((tuple) => whereOf(collection, { fields: where.fields, tuples: [tuple] }, dialect))
  const set = columns.map((column, index) => {
    const own = name(column.name)
    const cases = isRow.map((condition, row) => {
      const value = dialect.expressions.stored(valueAt(row * columns.length + index), column)
      return sql` when ${condition} then ${value}`
    })
    return sql`${own} = case${join(cases, '')} else ${own} end`
  })
  return render(
    sql`update ${tableOf(collection)} set ${join(set, ', ')} where ${whereOf(collection, where, dialect)}`,
    dialect,
  )
}

export function compileDelete(collection: Collection, where: Omit<Where, 'fixed'>, dialect: Dialect): RenderedSql {
  return render(sql`delete from ${tableOf(collection)} where ${whereOf(collection, where, dialect)}`, dialect)
}

/** A row of a system's table for each row that is inserted: columns with one bound value for all, and those that tell of the row. */
export type RecordPlan = {
  readonly activity: { readonly collection: Collection; readonly bound: readonly Column[] }
  readonly revision: null | {
    readonly collection: Collection
    readonly bound: readonly Column[]
    readonly data: { readonly column: Column; readonly entries: readonly DocEntry[] }
    readonly delta: { readonly column: Column; readonly entries: readonly DocEntry[] }
  }
}

/** The alias by which documents of a `RecordPlan` name the inserted rows. */
export const insertedAlias = 'w'

/**
 * Inserts rows together with their record, where statements that write may stand inside another. The binds are the rows', then
 * those of activity, then those of revisions. Gives the keys' texts row by row. The key has one column.
 */
export function compileRecordedInsert(plan: InsertPlan, record: RecordPlan, dialect: Dialect): RenderedSql {
  return render(sql`${recordedInsert(plan, record, dialect)} select ${keyTexts(plan, 'w', dialect)} from w`, dialect)
}

/**
 * Inserts rows, with their record where there is one, and gives the keys' texts and the document of each. The binds are those
 * of `compileRecordedInsert`.
 */
export function compileToldInsert(
  plan: InsertPlan,
  record: RecordPlan | null,
  { alias, entries }: RowReply,
  dialect: Dialect,
): RenderedSql {
  const told = sql`${keyTexts(plan, alias, dialect)}, ${jsonObjectOf(entries, dialect.expressions)}`
  const statement =
    record === null
      ? sql`${insertOf(plan, dialect, alias)} returning ${told}`
      : sql`${recordedInsert(plan, record, dialect)} select ${told} from w as ${name(alias)}`
  return render(statement, dialect)
}

const keyTexts = ({ returning }: InsertPlan, alias: string, { expressions }: Dialect): Sql =>
  join(
    returning.map((column) => expressions.exactText(name(alias, column.name), column.kind)),
    ', ',
  )

function recordedInsert(plan: InsertPlan, record: RecordPlan, dialect: Dialect): Sql {
  const to = dialect.expressions
  const [key] = plan.returning
  if (key === undefined) throw new TypeError('a record needs a key to tell of')
  const item = to.exactText(name(insertedAlias, key.name), key.kind)
  let position = plan.count * plan.columns.length
  const bound = (columns: readonly Column[]): readonly Sql[] =>
    columns.map((column) => to.stored(valueAt(position++), column))
  const filled = (collection: Collection, columns: readonly Column[], more: readonly string[]): Sql =>
    sql`insert into ${tableOf(collection)} (${join(
      [...columns.map((column) => column.name), ...more].map((column) => name(column)),
      ', ',
    )})`

  const { activity, revision } = record
  const told = sql`${filled(activity.collection, activity.bound, ['item'])} select ${join([...bound(activity.bound), item], ', ')} from w returning id, item`
  const document = ({ column, entries }: { readonly column: Column; readonly entries: readonly DocEntry[] }): Sql =>
    sql`cast(${jsonObjectOf(entries, to)} as ${raw(column.nativeType)})`
  const kept =
    revision === null
      ? empty
      : sql`, r as (${filled(revision.collection, revision.bound, ['activity', 'item', revision.data.column.name, revision.delta.column.name])} select ${join([...bound(revision.bound), raw('a.id'), raw('a.item'), document(revision.data), document(revision.delta)], ', ')} from w join a on a.item = ${item})`
  return sql`with w as (${insertOf(plan, dialect)} returning *), a as (${told})${kept}`
}

/** The table with its schema. */
export function tableOf({ table }: Collection): Sql {
  if (table === null) throw new TypeError('a folder has no rows')
  return table.schema === null ? name(table.name) : name(table.schema, table.name)
}

/** Columns go by their table's own name, because databases differ in how they let a written table be called otherwise. */
function whereOf(collection: Collection, where: Omit<Where, 'fixed'>, dialect: Dialect): Sql {
  const lists = dialect.supports.listsInChanges ? 'whole' : 'each'
  return conditionOf(tuplesCondition(collection, collection.table?.name ?? '', where, lists), dialect.expressions)
}
