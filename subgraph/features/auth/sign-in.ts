/**
 * Signing in, by whichever provider. Who fails, for whatever reason, is told the same after the same work, and is counted
 * (`failures.ts`).
 */
import { EngineError, fail } from '#schema-engine/errors.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import type { FeatureContext } from '../feature.ts'
import { lockAccount } from './accounts.ts'
import type { Auth } from './auth.ts'
import { checkAttempts, countFailure } from './failures.ts'
import { lifetimeOf, tokensFor, type AuthTokens, type Issued, type Mode } from './issue.ts'
import type { Identified, Provider } from './providers/provider.ts'
import { recordAccess, recordActivity } from './record.ts'
import { createSession, pruneExpired } from './sessions.ts'
import { stalled } from './stall.ts'
import { verifySecondFactor } from './totp.ts'

export type SignIn = {
  readonly provider: Provider
  readonly credentials: Readonly<Record<string, unknown>>
  readonly mode: Mode
  /** Of the second factor. */
  readonly otp: string | null
}

/** @throws INVALID_PAYLOAD, INVALID_CREDENTIALS, INVALID_OTP, REQUESTS_EXCEEDED */
export const signIn = (asked: SignIn, auth: Auth, context: FeatureContext): Promise<AuthTokens> =>
  stalled(auth.settings.loginStallMs, async () => {
    const { engine, model } = context
    await checkAttempts(auth, context)
    const { counted, user } = await asked.provider.identify(asked.credentials, { engine, model })
    if (user === null) {
      await countFailure(counted, auth, context)
      return fail('INVALID_CREDENTIALS')
    }
    try {
      await verifySecondFactor(user.id, asked.otp, engine)
    } catch (error) {
      // Who has the password must not be able to try all codes; that one is missing is no try.
      if (error instanceof EngineError && error.code === 'INVALID_OTP' && asked.otp !== null)
        await countFailure(counted, auth, context)
      throw error
    }
    const issued = await begin(user, asked.mode, auth, context)
    await auth.failures.clear(counted)
    const { origin = noOrigin } = context.caller
    engine.bus.emit([
      {
        kind: 'auth.login',
        at: new Date().toISOString(),
        actor: { kind: 'user', user: user.id, role: issued.role, ip: origin.ip },
        user: user.id,
        provider: asked.provider.name,
      },
    ])
    return tokensFor({ user: user.id, share: null }, issued, asked.mode, auth, context)
  })

/** @throws INVALID_CREDENTIALS when he was suspended, or his password changed, while it was looked at */
async function begin(
  { id, proof }: NonNullable<Identified['user']>,
  mode: Mode,
  auth: Auth,
  { engine, model, caller: { origin = noOrigin } }: FeatureContext,
): Promise<Issued & { readonly role: string | null }> {
  return engine.database.transaction(async (connection) => {
    const account = await lockAccount(id, model, connection)
    if (account?.status !== 'active' || (proof !== null && account.passwordHash !== proof))
      return fail('INVALID_CREDENTIALS')
    await pruneExpired(id, model, connection)
    const lifetimeMs = lifetimeOf(mode, auth)
    const holder = { user: id, share: null }
    const issued = await createSession({ holder, family: null, lifetimeMs, origin }, model, connection)
    await recordAccess(id, model, connection)
    await recordActivity('login', id, origin, model, connection)
    return { ...issued, role: account.role }
  })
}
