import type { Expressions } from '../dialect.ts'
import { likePattern } from '../like-pattern.ts'
import { expressions as postgres } from '../postgres/expressions.ts'
import { sql, value } from '../../sql/sql.ts'

/** CockroachDB as PostgreSQL's variation: it has no ICU collation by that name, and orders nulls the other way round. */
export const expressions: Expressions = {
  ...postgres,
  textPart: (column, part, text, { ignoreCase }) => {
    const pattern = value(likePattern(part, text))
    return ignoreCase ? sql`lower((${column})::text) like ${pattern}` : sql`(${column})::text like ${pattern}`
  },
}
