/**
 * What holds for users and settings, whoever writes them and by whichever road: addresses in small letters, passwords that may be
 * had, and sessions that end when somebody is not to come in any more.
 */
import { fail } from '#schema-engine/errors.ts'
import type { Bus, FilterContext } from '#schema-engine/events/bus.ts'
import type { Payload } from '#schema-engine/events/events.ts'
import { isHash } from '#schema-engine/mutation/hash.ts'
import { mask } from '#schema-engine/mutation/parse-item.ts'
import type { Counter } from '../../drivers/counter/counter.ts'
import { emailOf } from './email.ts'
import { checkedPassword, checkPolicy, patternOf } from './passwords.ts'
import { endSessionsOf } from './sessions.ts'

/** @returns a function that ends it */
export function keepUserRules(bus: Bus, failures: Counter): () => void {
  const ends = [
    bus.onFilter('items.create', (payload, _, context) => checkedUser(payload, context), 0, 'directus_users'),
    bus.onFilter(
      'items.update',
      async (payload, { keys = [] }, context) => {
        const checked = await checkedUser(payload, context)
        if (mustLeave(checked)) await signOutAll(keys, checked, context)
        return checked
      },
      0,
      'directus_users',
    ),
    bus.onFilter(
      'items.delete',
      async (payload, { keys = [] }, { model, connection }) => {
        await endSessionsOf(keys, null, model, connection)
        return payload
      },
      0,
      'directus_users',
    ),
    bus.onFilter('items.create', checkedSettings, 0, 'directus_settings'),
    bus.onFilter('items.update', checkedSettings, 0, 'directus_settings'),
    // Who is let in again begins anew.
    bus.onAction(
      'items.update',
      async (event) => {
        if (event.kind !== 'items.update' || event.collection !== 'directus_users') return
        if (event.payload['status'] !== 'active' && !('password' in event.payload)) return
        for (const key of event.keys) await failures.clear(key)
      },
      'everywhere',
    ),
  ]
  return () => {
    for (const end of ends) end()
  }
}

async function checkedUser(payload: Payload, { access, model, connection }: FilterContext): Promise<Payload> {
  const { email, password } = payload
  if (isGiven(password)) {
    // A hash says itself what looking at it costs, and no policy can be asked about it.
    const isKept = typeof password === 'string' && isHash(password)
    if (isKept && !access.isFull) fail('INVALID_PAYLOAD', { reason: '"password" must be a password, and not a hash.' })
    if (!isKept) await checkPolicy(checkedPassword(password), model, connection)
  }
  if (email === undefined || email === null) return payload
  const kept = emailOf(email) ?? fail('FAILED_VALIDATION', { field: 'email', path: [], type: 'email' })
  return { ...payload, email: kept }
}

/** A mask is what is read in a password's place. */
const isGiven = (password: unknown): boolean => password !== undefined && password !== null && password !== mask

const mustLeave = ({ password, status }: Payload): boolean =>
  (password !== undefined && password !== mask) || (status !== undefined && status !== 'active')

/** Who changes his own password stays where he does it. */
async function signOutAll(
  keys: readonly string[],
  { status }: Payload,
  { facts, model, connection }: FilterContext,
): Promise<void> {
  const isOwn = keys.length === 1 && facts.user !== null && keys[0] === String(facts.user)
  const mayStay = isOwn && (status === undefined || status === 'active')
  await endSessionsOf(keys, mayStay ? (facts.session ?? null) : null, model, connection)
}

function checkedSettings(payload: Payload): Payload {
  const { auth_password_policy: policy } = payload
  if (typeof policy === 'string' && policy !== '' && patternOf(policy) === null)
    fail('FAILED_VALIDATION', { field: 'auth_password_policy', path: [], type: 'regex', invalid: policy })
  return payload
}
