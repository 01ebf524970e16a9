import type { Expressions } from '../dialect.ts'
import { likePattern } from '../like-pattern.ts'
import { expressions as postgres } from '../postgres/expressions.ts'
import { sql, value } from '../../sql/sql.ts'

/**
 * CockroachDB as PostgreSQL's variation: it has no ICU collation by that name. It orders nulls the other way round too, until
 * its session is told (`database/postgres.ts`).
 */
export const expressions: Expressions = {
  ...postgres,
  textPart: (column, part, text, match) =>
    match.ignoreCase && match.kind !== 'array'
      ? sql`lower((${column})::text) like ${value(likePattern(part, text))}`
      : postgres.textPart(column, part, text, match),
}
