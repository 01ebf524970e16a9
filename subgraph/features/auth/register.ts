/** Registering: an account that somebody makes for himself, where the project's settings let him. */
import { EngineError, fail } from '#schema-engine/errors.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import { failuresOf } from '#schema-engine/filter/matches.ts'
import { parseValidation } from '#schema-engine/filter/parse.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import { hashSecret } from '#schema-engine/mutation/hash.ts'
import { addressKey } from '../../drivers/counter/address-key.ts'
import type { FeatureContext } from '../feature.ts'
import { accountWith, lockAccount } from './accounts.ts'
import type { Auth } from './auth.ts'
import { checkedEmail } from './email.ts'
import { linkBase, linkWith } from './links.ts'
import { signMailToken, verifyMailToken } from './mail-tokens.ts'
import { checkedPassword, checkPolicy } from './passwords.ts'
import { readProject, type Project } from './project.ts'
import { stalled } from './stall.ts'
import { within } from '../within.ts'
import { trustedWrite } from './trusted-write.ts'

export type Registration = {
  readonly email: unknown
  readonly password: unknown
  readonly firstName: string | null
  readonly lastName: string | null
  /** Where the mailed link leads; null: to the server itself. */
  readonly url: string | null
}

/**
 * Makes an account, and mails a link that proves the address. Nothing tells whether there is one already.
 *
 * @throws FORBIDDEN where nobody may register, or not with this address; REQUESTS_EXCEEDED, INVALID_PAYLOAD, FAILED_VALIDATION
 */
export async function register(registration: Registration, auth: Auth, context: FeatureContext): Promise<void> {
  const { engine, model, caller } = context
  const { settings } = auth
  await countRegistration(caller.origin?.ip ?? null, auth)
  const base = linkBase('register', registration.url, settings.links)
  const project = await readProject(model, engine.database)
  if (!project.registration.isOpen) fail('FORBIDDEN', {})
  await stalled(settings.registerStallMs, async () => {
    const email = checkedEmail(registration.email)
    const password = checkedPassword(registration.password)
    checkFilter(email, project, context)
    await checkPolicy(password, model, engine.database)
    // The work that takes long is done for every address alike.
    const kept = await hashSecret(password)
    const account = await accountWith(email, model, engine.database)
    const id = account === null ? await makeUser(email, kept, registration, project, context) : null
    const waitingId = id ?? (account?.status === 'unverified' ? account.id : null)
    const token = await signMailToken(
      'pending-registration',
      { email, id: waitingId ?? '' },
      settings.verificationTokenMs,
      auth.tokens,
    )
    if (waitingId === null || !project.registration.verifiesEmail) return
    auth.mailer.queue({
      template: 'user-registration',
      to: account?.email ?? email,
      subject: `Confirm your address for ${project.name}`,
      data: { ...project.brand, email, url: linkWith(base, token) },
    })
  })
}

/** @returns the key; null when somebody else has just taken the address */
async function makeUser(
  email: string,
  password: string,
  { firstName, lastName }: Registration,
  { registration: { verifiesEmail, role } }: Project,
  { engine, model, caller: { origin = noOrigin } }: FeatureContext,
): Promise<string | null> {
  const item = {
    email,
    password,
    first_name: firstName,
    last_name: lastName,
    role,
    status: verifiesEmail ? 'unverified' : 'active',
  }
  try {
    const { keys } = await write(
      { collection: 'directus_users', kind: 'create', items: [item] },
      trustedWrite(engine, model, 'sign-in', origin),
      async () => null,
    )
    return keys[0] ?? null
  } catch (error) {
    if (error instanceof EngineError && error.code === 'RECORD_NOT_UNIQUE') return null
    throw error
  }
}

/** @throws FORBIDDEN, also where what the settings ask for can't be understood */
function checkFilter(email: string, { registration: { emailFilter } }: Project, context: FeatureContext): void {
  if (emailFilter === null) return
  if (!passes(email, emailFilter, context.model, context)) fail('FORBIDDEN', {})
}

function passes(
  email: string,
  filter: NonNullable<Project['registration']['emailFilter']>,
  model: Model,
  { caller: { facts } }: FeatureContext,
): boolean {
  const users = model.collections.get('directus_users')
  if (users === undefined) return false
  try {
    return failuresOf(parseValidation(filter, users, model), new Map([['email', email]]), users, facts) === null
  } catch (error) {
    if (error instanceof EngineError) return false
    throw error
  }
}

async function countRegistration(ip: string | null, { settings, registrations }: Auth): Promise<void> {
  if (settings.registrations === null) return
  const { points } = settings.registrations
  const { count, resetsInMs } = await registrations.add(addressKey(ip))
  if (count > points)
    fail('REQUESTS_EXCEEDED', { limit: points, reset: new Date(Date.now() + resetsInMs).toISOString() })
}

/** The address is proved: the account may be used. @throws INVALID_TOKEN, also the second time; TOKEN_EXPIRED */
export async function verifyRegistration(
  token: string,
  auth: Auth,
  { engine, model, caller: { origin = noOrigin } }: FeatureContext,
): Promise<void> {
  const { id = '' } = await verifyMailToken('pending-registration', token, auth.tokens)
  const events = await engine.database.transaction(async (connection): Promise<readonly EngineEvent[]> => {
    const account = id === '' ? null : await lockAccount(id, model, connection)
    if (account?.status !== 'unverified') return fail('INVALID_TOKEN')
    const request = {
      collection: 'directus_users',
      kind: 'update',
      target: { kind: 'keys', keys: [account.id] },
      data: { status: 'active' },
    } as const
    const writing = within(connection, trustedWrite(engine, model, 'sign-in', origin))
    return (await write(request, writing, async () => null)).events
  })
  engine.bus.emit(events)
}
