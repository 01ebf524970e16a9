/**
 * Failures to prove who one is, by a password or by a code. By account: too many suspend it. By address of the network: who has had
 * too many has to wait, so that nobody tries one password on all accounts.
 */
import { fail } from '#schema-engine/errors.ts'
import { write } from '#schema-engine/mutation/index.ts'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import { addressKey } from '../../drivers/counter/address-key.ts'
import type { FeatureContext } from '../feature.ts'
import { lockAccount } from './accounts.ts'
import type { Auth } from './auth.ts'
import { trustedWrite } from './trusted-write.ts'

/** Before anything is looked at. @throws REQUESTS_EXCEEDED */
export async function checkAttempts({ settings, attempts }: Auth, { caller }: FeatureContext): Promise<void> {
  const ip = caller.origin?.ip ?? null
  if (settings.attempts === null || ip === null) return
  const { points } = settings.attempts
  const { count, resetsInMs } = await attempts.read(addressKey(ip))
  if (count >= points)
    fail('REQUESTS_EXCEEDED', { limit: points, reset: new Date(Date.now() + resetsInMs).toISOString() })
}

/** Of what is nobody's account, such as a share. */
export async function countAttempt({ settings, attempts }: Auth, { caller }: FeatureContext): Promise<void> {
  const ip = caller.origin?.ip ?? null
  if (settings.attempts !== null && ip !== null) await attempts.add(addressKey(ip))
}

/** The last that is allowed suspends the account. As much is done for an account that is not there. */
export async function countFailure(account: string, auth: Auth, context: FeatureContext): Promise<void> {
  const { engine, model } = context
  await countAttempt(auth, context)
  const [settings] = await readTrusted(
    { collection: 'directus_settings', where: null, fields: ['auth_login_attempts'] },
    model,
    engine.database,
  )
  const allowed = settings?.['auth_login_attempts']
  const { count } = await auth.failures.add(account)
  if (typeof allowed !== 'number' || allowed < 1 || count < allowed) return
  await auth.failures.clear(account)
  const found = await engine.database.transaction((connection) => lockAccount(account, model, connection))
  if (found?.status !== 'active') return
  await write(
    {
      collection: 'directus_users',
      kind: 'update',
      target: { kind: 'keys', keys: [found.id] },
      data: { status: 'suspended' },
    },
    trustedWrite(engine, model, 'sign-in'),
    async () => null,
  )
}
