/** Writes a `RowsPlan` as one statement: the texts, then the documents, then the flags of each row. */
import type { Dialect } from '../dialects/dialect.ts'
import { empty, join, name, raw, render, sql, type RenderedSql, type Sql } from '../sql/sql.ts'
import { conditionOf, fromWhere, orderTerm, jsonObjectOf } from './compile.ts'
import type { RowsPlan } from './plan-rows.ts'

export function compileRows(plan: RowsPlan, dialect: Dialect): RenderedSql {
  const to = dialect.expressions
  const { alias } = plan.source.from
  const columns: readonly Sql[] = [
    ...plan.texts.map((column) => to.exactText(name(alias, column.name), column.kind)),
    ...plan.documents.map((entries) => jsonObjectOf(entries, to)),
    ...plan.flags.map((flag) => sql`(case when ${conditionOf(flag, to)} then 1 else 0 end)`),
  ]
  const order =
    plan.order.length === 0 ? empty : sql` order by ${to.order(plan.order.map((term) => orderTerm(term, to)))}`
  const number = (count: number | null): Sql | null => (count === null ? null : raw(String(count)))
  const page = to.limitOffset(number(plan.limit), number(plan.offset))
  const lock = plan.isLocked ? lockOf(alias, dialect) : empty
  return render(
    sql`select ${columns.length === 0 ? raw('1') : join(columns, ', ')} ${fromWhere(plan.source, to)}${order}${page}${lock}`,
    dialect,
  )
}

function lockOf(alias: string, { supports: { rowLocks } }: Dialect): Sql {
  if (rowLocks === null) return empty
  return rowLocks === 'one' ? sql` for update of ${name(alias)}` : raw(' for update')
}
