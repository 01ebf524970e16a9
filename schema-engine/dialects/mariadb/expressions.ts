import type { Expressions, JsonQuery, OrderTerm } from '../dialect.ts'
import { docText } from '../json-text.ts'
import { expressions as mysql, limitOffset, orderBy } from '../mysql/expressions.ts'
import { queryBody } from '../query-body.ts'
import { empty, join, raw, sql, value, type Sql } from '../../sql/sql.ts'

const concatenate = (pieces: readonly Sql[]): Sql => sql`concat(${join(pieces, ', ')})`

/** MariaDB sees no outer columns inside a derived table, so order and limit go inside the aggregate. */
function jsonArray(query: JsonQuery): Sql {
  const order = query.order.length === 0 ? empty : sql` order by ${orderBy(query.order)}`
  const limit = query.limit === null && query.offset === null ? empty : limitOffset(query.limit, query.offset)
  const doc = docText(query.doc, concatenate)
  return sql`select concat('[', coalesce(group_concat(${doc}${order} separator ','${limit}), ''), ']') ${queryBody(query)}`
}

/**
 * At the root nothing is outer: the page is cut in a derived table first, so that documents are built for its rows only.
 * The rows keep their order by the numbers given there. Where there is a key, the page holds nothing else: numbering rows
 * with texts in them goes through the disk (ten times slower, measured with MariaDB 10.11).
 */
function jsonRootArray(query: JsonQuery): Sql {
  const doc = docText(query.doc, concatenate)
  const order = query.order.length === 0 ? empty : sql` order by ${orderBy(query.order)}`
  if (query.page === null) return groupedArray(query, doc, order)
  const number = query.order.length === 0 ? raw('0') : sql`row_number() over (order by ${orderBy(query.order)})`
  const { alias, table, key } = query.page
  const columns =
    key.length === 0
      ? sql`${alias}.*`
      : join(
          key.map((column, index) => sql`${column} as ${keyName(index)}`),
          ', ',
        )
  const rows = sql`select ${columns}, ${number} as \`o$n\` ${queryBody({ ...query, docJoins: empty })}${order}${limitOffset(query.limit, query.offset)}`
  const isRow = key.map((column, index) => sql`${column} = ${keyName(index)}`)
  const from =
    key.length === 0
      ? sql`(${rows}) ${alias}`
      : sql`(${rows}) \`o$p\` straight_join ${table} on ${join(isRow, ' and ')}`
  return sql`select concat('[', coalesce(group_concat(${doc} order by \`o$n\` separator ','), ''), ']') from ${from}${query.docJoins}`
}

const keyName = (index: number): Sql => raw(`\`o$k${index}\``)

/**
 * Groups are not numbered: beside a window function, MariaDB (10.11) loses groups that a condition on a distinct aggregate
 * keeps. So what they are ordered by comes along, and they are put together by it.
 */
function groupedArray(query: JsonQuery, doc: Sql, order: Sql): Sql {
  const keys = query.order.map((term, index) => sql`, ${term.expression} as ${raw(`n${index}`)}`)
  const outer = query.order.map((term, index): OrderTerm => ({ ...term, expression: raw(`o.n${index}`) }))
  const outerOrder = outer.length === 0 ? empty : sql` order by ${orderBy(outer)}`
  const rows = sql`select ${doc} as j${join(keys, '')} ${queryBody(query)}${order}${limitOffset(query.limit, query.offset)}`
  return sql`select concat('[', coalesce(group_concat(o.j${outerOrder} separator ','), ''), ']') from (${rows}) o`
}

export const expressions: Expressions = {
  ...mysql,
  jsonArray,
  jsonRootArray,
  json: (expression, form, isNullable) =>
    form.kind === 'vector'
      ? sql`coalesce(vec_totext(${expression}), 'null')`
      : mysql.json(expression, form, isNullable),
  stored: (bind, column) => (column.kind === 'vector' ? sql`vec_fromtext(${value(bind)})` : mysql.stored(bind, column)),
}
