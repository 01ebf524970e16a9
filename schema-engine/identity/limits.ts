/** Bounds that a policy sets its holders (`directus_policies.limits`). */
import { fail } from '../errors.ts'

export type PolicyLimits = {
  /** Requests that one holder makes in a minute at most. */
  readonly requestsPerMinute: number | null
  /** Rows of a list at most. */
  readonly maxRows: number | null
  /** Cost of a GraphQL document at most. */
  readonly maxCost: number | null
  /** From then on the policy grants nothing; ISO 8601. */
  readonly expires: string | null
}

export const noLimits: PolicyLimits = { requestsPerMinute: null, maxRows: null, maxCost: null, expires: null }

const names: Readonly<Record<string, Exclude<keyof PolicyLimits, 'expires'>>> = {
  requests_per_minute: 'requestsPerMinute',
  rows_per_request: 'maxRows',
  query_cost: 'maxCost',
}

/**
 * What stands in the column, `{ "requests_per_minute": 60, "rows_per_request": 100, "query_cost": 5000, "expires": "2027-01-01T00:00:00Z" }`.
 * @throws INVALID_PAYLOAD for what is no limit: it must not pass as none
 */
export function parseLimits(stored: unknown): PolicyLimits {
  if (stored === null || stored === undefined) return noLimits
  if (typeof stored !== 'object' || Array.isArray(stored)) return wrong('an object')
  const limits: { -readonly [name in keyof PolicyLimits]: PolicyLimits[name] } = { ...noLimits }
  for (const [name, value] of Object.entries(stored)) {
    if (value === null) continue
    const own = Object.hasOwn(names, name) ? names[name] : undefined
    if (own !== undefined) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
        return wrong(`a whole number from 0 in "${name}"`)
      limits[own] = value
    } else if (name === 'expires') {
      if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return wrong('a moment in "expires"')
      limits.expires = new Date(value).toISOString()
    } else return wrong(`only ${[...Object.keys(names), 'expires'].join(', ')}`)
  }
  return limits
}

const wrong = (expected: string): never =>
  fail('INVALID_PAYLOAD', { reason: `The limits of a policy must hold ${expected}.` })

/** The strictest of each. */
export function strictest(all: readonly PolicyLimits[]): PolicyLimits {
  const least = (name: Exclude<keyof PolicyLimits, 'expires'>): number | null => {
    const set = all.flatMap((limits) => limits[name] ?? [])
    return set.length === 0 ? null : Math.min(...set)
  }
  return {
    requestsPerMinute: least('requestsPerMinute'),
    maxRows: least('maxRows'),
    maxCost: least('maxCost'),
    expires: null,
  }
}
