/** What of a user's credentials may be written, whichever way it comes. */
import { fail } from '#schema-engine/errors.ts'
import type { Bus, FilterContext, FilterHook } from '#schema-engine/events/bus.ts'
import type { Payload } from '#schema-engine/events/events.ts'
import { mask } from '#schema-engine/mutation/parse-item.ts'

/** They have ways of their own (`account/second-factor.ts`). */
const ofSecondFactor = ['tfa_secret', 'tfa_recovery']

/** What lets a user in, or lets somebody else in in his place. */
const credentials = [
  ...ofSecondFactor,
  'password',
  'token',
  'token_expires',
  'email',
  'provider',
  'external_identifier',
  'auth_data',
]

/** Keeps the rules from now on. Returns a function that ends it. */
export function guardCredentials(bus: Bus): () => void {
  const creating: FilterHook = (payload, _, context) => {
    refuseSecondFactor(payload, context)
    return payload
  }
  const updating: FilterHook = (payload, { keys = [] }, context) => {
    refuseSecondFactor(payload, context)
    refuseKeys(payload, keys, context)
    return payload
  }
  // After all other hooks, so that none changes what was checked.
  const ends = [
    bus.onFilter('items.create', creating, Number.MAX_SAFE_INTEGER, 'directus_users'),
    bus.onFilter('items.update', updating, Number.MAX_SAFE_INTEGER, 'directus_users'),
  ]
  return () => ends.forEach((end) => end())
}

/** What is read in a secret's place is left out of a write. */
const writes = (payload: Payload, names: readonly string[]): string | undefined =>
  names.find((name) => payload[name] !== undefined && payload[name] !== mask)

/** @throws FORBIDDEN unless everything may be done */
function refuseSecondFactor(payload: Payload, { access }: FilterContext): void {
  const name = access.isFull ? undefined : writes(payload, ofSecondFactor)
  if (name !== undefined) fail('FORBIDDEN', { reason: `"${name}" is set by users/me/tfa alone.` })
}

/** A key must not become more than it is. @throws FORBIDDEN */
function refuseKeys(payload: Payload, keys: readonly string[], { facts: { apiKey, user } }: FilterContext): void {
  if (apiKey === undefined || user === null || !keys.includes(String(user))) return
  const name = writes(payload, credentials)
  if (name !== undefined) fail('FORBIDDEN', { reason: `An API key may not change the "${name}" of its user.` })
}
