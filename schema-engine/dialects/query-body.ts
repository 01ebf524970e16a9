import type { JsonQuery } from './dialect.ts'
import { empty, join, sql, type Sql } from '../sql/sql.ts'

/** `from … where … group by … having …`: the same in every dialect. */
export function queryBody(query: Pick<JsonQuery, 'from' | 'docJoins' | 'where' | 'groupBy' | 'having'>): Sql {
  const where = query.where === null ? empty : sql` where ${query.where}`
  const groupBy = query.groupBy.length === 0 ? empty : sql` group by ${join(query.groupBy, ', ')}`
  const having = query.having === null ? empty : sql` having ${query.having}`
  return sql`from ${query.from}${query.docJoins}${where}${groupBy}${having}`
}
