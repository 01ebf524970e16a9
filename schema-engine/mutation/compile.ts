/** Writes changes of rows as SQL. Values are bound by their position, so that one text serves every run of its shape. */
import type { Column } from '../dialects/database-schema.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Collection } from '../model/model.ts'
import { conditionOf } from '../query/compile.ts'
import { tuplesCondition, type Where } from '../query/plan-rows.ts'
import type { Bind } from '../sql/bind.ts'
import { empty, join, name, render, sql, type RenderedSql, type Sql } from '../sql/sql.ts'

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
export function insertOf({ collection, columns, count }: InsertPlan, dialect: Dialect): Sql {
  const into = sql`insert into ${tableOf(collection)}`
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

export function compileDelete(collection: Collection, where: Omit<Where, 'fixed'>, dialect: Dialect): RenderedSql {
  return render(sql`delete from ${tableOf(collection)} where ${whereOf(collection, where, dialect)}`, dialect)
}

/** The table with its schema. */
export function tableOf({ table }: Collection): Sql {
  if (table === null) throw new TypeError('a folder has no rows')
  return table.schema === null ? name(table.name) : name(table.schema, table.name)
}

/** Columns go by their table's own name, because databases differ in how they let a written table be called otherwise. */
function whereOf(collection: Collection, where: Omit<Where, 'fixed'>, dialect: Dialect): Sql {
  return conditionOf(tuplesCondition(collection, collection.table?.name ?? '', where), dialect.expressions)
}

