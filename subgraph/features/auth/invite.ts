/** Inviting: accounts that wait for who has the mailed link. */
import { fail } from '#schema-engine/errors.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import { mayWrite } from '#schema-engine/permissions/access-rules.ts'
import type { FeatureContext } from '../feature.ts'
import { accountWith, lockAccount, type Account } from './accounts.ts'
import type { Auth } from './auth.ts'
import { checkedEmail } from './email.ts'
import { linkBase, linkWith } from './links.ts'
import { signMailToken, verifyMailToken } from './mail-tokens.ts'
import { checkedPassword, checkPolicy } from './passwords.ts'
import { readProject } from './project.ts'
import { within } from '../within.ts'
import { trustedWrite } from './trusted-write.ts'

const maxInvited = 100

export type Invitation = {
  readonly emails: readonly unknown[]
  readonly role: string
  /** Where the link leads; null: to the Studio. */
  readonly url: string | null
}

/**
 * Makes users as the caller may make them, and mails each a link. Who was invited before gets another; who is a user already,
 * nothing.
 *
 * @throws FORBIDDEN, INVALID_PAYLOAD
 */
export async function invite({ emails, role, url }: Invitation, auth: Auth, context: FeatureContext): Promise<void> {
  const { engine, model, caller, isDryRun, tell } = context
  const { actor, access, facts, origin = noOrigin } = caller
  if (!mayWrite(access, 'directus_users', 'create')) fail('FORBIDDEN', {})
  const base = linkBase('invite', url, auth.settings.links)
  if (emails.length === 0 || emails.length > maxInvited)
    fail('INVALID_PAYLOAD', { reason: `"email" must hold 1 to ${maxInvited} addresses.` })
  const wanted = [...new Set(emails.map(checkedEmail))]
  const known = await Promise.all(wanted.map((email) => accountWith(email, model, engine.database)))
  const unknown = wanted.filter((_, index) => known[index] === null)
  const items = unknown.map((email) => ({ email, role, status: 'invited' }))
  if (items.length > 0) {
    const { events } = await write(
      { collection: 'directus_users', kind: 'create', items },
      { ...trustedWrite(engine, model, 'sign-in', origin), actor, access, facts },
      async () => null,
      isDryRun ? { isDryRun: true } : {},
    )
    if (isDryRun) tell(events)
  }
  if (isDryRun) return
  const project = await readProject(model, engine.database)
  const waiting = [...unknown, ...known.flatMap((account) => (account?.status === 'invited' ? [account.email] : []))]
  for (const email of waiting) {
    const token = await signMailToken('invite', { email }, auth.settings.inviteTokenMs, auth.tokens)
    auth.mailer.queue({
      template: 'user-invitation',
      to: email,
      subject: `You are invited to ${project.name}`,
      data: { ...project.brand, email, url: linkWith(base, token) },
    })
  }
}

/** @throws INVALID_TOKEN, TOKEN_EXPIRED; INVALID_INVITE when it was accepted before, or taken back */
export async function acceptInvite(
  token: string,
  input: unknown,
  auth: Auth,
  { engine, model, caller: { origin = noOrigin } }: FeatureContext,
): Promise<void> {
  const { email = '' } = await verifyMailToken('invite', token, auth.tokens)
  const password = checkedPassword(input)
  await checkPolicy(password, model, engine.database)
  const events = await engine.database.transaction(async (connection): Promise<readonly EngineEvent[]> => {
    const found = await accountWith(email, model, connection)
    const account: Account | null = found === null ? null : await lockAccount(found.id, model, connection)
    if (account?.status !== 'invited') return fail('INVALID_INVITE')
    const request = {
      collection: 'directus_users',
      kind: 'update',
      target: { kind: 'keys', keys: [account.id] },
      data: { password, status: 'active' },
    } as const
    const writing = within(connection, trustedWrite(engine, model, 'sign-in', origin))
    return (await write(request, writing, async () => null)).events
  })
  engine.bus.emit(events)
}
