import type { Access } from '#schema-engine/permissions/access.ts'
import type { Settings } from '../settings/settings.ts'
import type { QueryLimits } from './rest-query.ts'

/** What the settings, and the caller's policies, say of queries. */
export function limitsOf(settings: Settings, { limits: { maxRows } }: Pick<Access, 'limits'>): QueryLimits {
  const { QUERY_LIMIT_MAX: max } = settings
  const bounds = [max === null || max < 0 ? null : max, maxRows].filter((bound) => bound !== null)
  return {
    bracketDepth: settings.QUERYSTRING_MAX_PARSE_DEPTH,
    arrayLimit: settings.QUERYSTRING_ARRAY_LIMIT,
    relationalDepth: settings.MAX_RELATIONAL_DEPTH,
    defaultLimit: settings.QUERY_LIMIT_DEFAULT,
    maxLimit: bounds.length === 0 ? null : Math.min(...bounds),
  }
}
