/** A new password for who has lost his: by a link that is mailed to the address that he has, and works once. */
import { fail } from '#schema-engine/errors.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import type { FeatureContext } from '../feature.ts'
import { deleteApiKeys } from './api-keys.ts'
import { accountWith, lockAccount, type Account } from './accounts.ts'
import type { Auth } from './auth.ts'
import { checkedEmail } from './email.ts'
import { linkBase, linkWith } from './links.ts'
import { signMailToken, verifyMailToken } from './mail-tokens.ts'
import { checkedPassword, checkPolicy } from './passwords.ts'
import { readProject } from './project.ts'
import { local } from './providers/local.ts'
import { keptAs } from './secrets.ts'
import { stalled } from './stall.ts'
import { within } from '../within.ts'
import { trustedWrite } from './trusted-write.ts'

const tokenMs = 86_400_000

/**
 * Mails a link, if the address is a user's. Nothing tells whether it is.
 *
 * @param url where the link leads; null: to the Studio
 * @throws INVALID_PAYLOAD for what is no address, and a URL that is not listed
 */
export async function requestReset(
  input: unknown,
  url: string | null,
  auth: Auth,
  { engine, model }: FeatureContext,
): Promise<void> {
  const base = linkBase('reset', url, auth.settings.links)
  const email = checkedEmail(input)
  await stalled(auth.settings.loginStallMs, async () => {
    const [account, project] = await Promise.all([
      accountWith(email, model, engine.database),
      readProject(model, engine.database),
    ])
    const token = await signMailToken(
      'password-reset',
      { email: account?.email ?? email, hash: fingerprintOf(account) },
      tokenMs,
      auth.tokens,
    )
    if (account === null || !mayReset(account)) return
    auth.mailer.queue({
      template: 'password-reset',
      to: account.email,
      subject: `Choose a new password for ${project.name}`,
      data: { ...project.brand, email: account.email, url: linkWith(base, token) },
    })
  })
}

/**
 * Who resets his password may have lost more than that: nothing that let anybody in before does so any more, neither a session nor a
 * static token nor an API key.
 *
 * @throws INVALID_TOKEN, TOKEN_EXPIRED; INVALID_PAYLOAD and FAILED_VALIDATION for a password that can't be had
 */
export async function resetPassword(
  token: string,
  input: unknown,
  auth: Auth,
  { engine, model, caller: { origin = noOrigin } }: FeatureContext,
): Promise<void> {
  const { email = '', hash } = await verifyMailToken('password-reset', token, auth.tokens)
  const password = checkedPassword(input)
  await checkPolicy(password, model, engine.database)
  const events = await engine.database.transaction(async (connection): Promise<readonly EngineEvent[]> => {
    const found = await accountWith(email, model, connection)
    const account = found === null ? null : await lockAccount(found.id, model, connection)
    if (account === null || !mayReset(account) || fingerprintOf(account) !== hash) return fail('INVALID_TOKEN')
    const context = trustedWrite(engine, model, 'sign-in', origin)
    const request = {
      collection: 'directus_users',
      kind: 'update',
      target: { kind: 'keys', keys: [account.id] },
      data: { password, token: null },
    } as const
    await deleteApiKeys({ field: 'user', values: [account.id] }, model, connection)
    return (await write(request, within(connection, context), async () => null)).events
  })
  engine.bus.emit(events)
}

const mayReset = ({ status, provider }: Account): boolean => status === 'active' && provider === local.name

/** Of the password that is replaced: with another one, the token is worth nothing any more. */
const fingerprintOf = (account: Account | null): string => keptAs(`${account?.id ?? ''} ${account?.passwordHash ?? ''}`)
