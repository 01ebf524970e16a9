import type { Settings } from '../settings/settings.ts'
import type { QueryLimits } from './rest-query.ts'

/** What the settings say of queries. */
export const limitsOf = (settings: Settings): QueryLimits => ({
  bracketDepth: settings.QUERYSTRING_MAX_PARSE_DEPTH,
  arrayLimit: settings.QUERYSTRING_ARRAY_LIMIT,
  relationalDepth: settings.MAX_RELATIONAL_DEPTH,
  defaultLimit: settings.QUERY_LIMIT_DEFAULT,
  maxLimit: settings.QUERY_LIMIT_MAX === null || settings.QUERY_LIMIT_MAX < 0 ? null : settings.QUERY_LIMIT_MAX,
})
