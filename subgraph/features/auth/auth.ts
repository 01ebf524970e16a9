/** auth: who somebody is. What its parts share: settings, tokens, and the way from a token to its holder. */
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import { whenKnown, type Awaitable } from '#schema-engine/identity/awaitable.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import type { Counter, CounterDriver } from '../../drivers/counter/counter.ts'
import type { Mailer } from '../../drivers/mail/mailer.ts'
import { apiKeyTable } from './api-keys.ts'
import { createLastUse } from './last-use.ts'
import type { LinkSettings } from './links.ts'
import { apiKeyPrefix, isJwtForm, isKeptForm, keptAs } from './secrets.ts'
import { readFamily, type SessionRow } from './sessions.ts'
import { keepUserRules } from './user-rules.ts'
import { createTokens, type AccessClaims, type Tokens } from './tokens.ts'

/** So many in so long a time. */
export type Bound = { readonly points: number; readonly durationSeconds: number }

/** Times in milliseconds. */
export type AuthSettings = {
  /** The first one signs, all are accepted. */
  readonly secrets: readonly string[]
  readonly accessTokenMs: number
  readonly refreshTokenMs: number
  readonly sessionCookieMs: number
  /** How long a session's former token is still taken after it was refreshed. */
  readonly sessionGraceMs: number
  /** Signing in, and registering, take so long at least. */
  readonly loginStallMs: number
  readonly registerStallMs: number
  readonly inviteTokenMs: number
  readonly verificationTokenMs: number
  /** Registrations of one address of the network; null: as many as come. */
  readonly registrations: Bound | null
  /** Failures of one address of the network. */
  readonly attempts: Bound | null
  readonly links: LinkSettings
}

/** What signing in needs of the program. */
export type AuthServices = {
  readonly counters: CounterDriver
  readonly mailer: Mailer
}

/** How a caller has shown who he is. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'admin-token' }
  | { readonly kind: 'static-token' }
  /** `policy`: that it is bound to. */
  | { readonly kind: 'api-key'; readonly key: string; readonly policy: string | null }
  /** `family`: of the session. */
  | { readonly kind: 'session'; readonly family: string }

export type Holder =
  | { readonly kind: 'user'; readonly user: string; readonly policy: string | null; readonly credential: Credential }
  | { readonly kind: 'share'; readonly share: string; readonly credential: Credential }

export type Auth = {
  readonly settings: AuthSettings
  readonly tokens: Tokens
  readonly mailer: Mailer
  /** Failures to sign in, by account. */
  readonly failures: Counter
  /** Registrations, and failures of any kind, by address of the network. */
  readonly registrations: Counter
  readonly attempts: Counter
  /**
   * Whose token it is. Whether he is active, and what he may do, is the engine's to say.
   * @throws INVALID_CREDENTIALS, TOKEN_EXPIRED
   */
  readonly holderOf: (token: string) => Awaitable<Holder>
  readonly close: () => Promise<void>
}

/** How long failures to sign in are remembered. */
const failureSeconds = 86_400

export function createAuth(engine: Engine, settings: AuthSettings, { counters, mailer }: AuthServices): Auth {
  const failures = counters.counter({ name: 'sign-in', durationSeconds: failureSeconds })
  const bounded = (name: string, bound: Bound | null): Counter =>
    counters.counter({ name, durationSeconds: bound?.durationSeconds ?? 1 })
  const registrations = bounded('register', settings.registrations)
  const attempts = bounded('attempts', settings.attempts)
  const endRules = keepUserRules(engine.bus, failures)
  const tokens = createTokens(settings.secrets)
  const { identities, live, database } = engine
  const noteUse = createLastUse(engine)

  function holderOf(token: string): Awaitable<Holder> {
    if (isKeptForm(token)) return fail('INVALID_CREDENTIALS')
    if (token.startsWith(apiKeyPrefix)) return ofApiKey(token)
    return isJwtForm(token) ? ofJwt(token) : ofStaticToken(token)
  }

  async function ofJwt(token: string): Promise<Holder> {
    const claims = (await tokens.verify(token)) as Partial<AccessClaims> // signed by us
    const { session } = claims
    if (typeof session !== 'string') return fail('INVALID_CREDENTIALS')
    const read = (): Promise<readonly SessionRow[]> => readFamily(session, live.current(), database)
    const known = await identities.remember('sessions', `family ${session}`, async () => {
      const rows = await read()
      return rows.length === 0 ? null : rows
    })
    if (known === null) return fail('INVALID_CREDENTIALS')
    // It may have been refreshed since it was read, by another process.
    return holderBy(claims, session, known) ?? holderBy(claims, session, await read()) ?? fail('INVALID_CREDENTIALS')
  }

  /** null: these sessions know nothing of it. */
  function holderBy(
    { id, share, sid }: Partial<AccessClaims>,
    family: string,
    rows: readonly SessionRow[],
  ): Holder | null {
    const now = Date.now()
    const newest = rows.find(({ rotated }) => rotated === null)
    if (newest === undefined || newest.expires <= now) return null
    if (sid !== undefined && !isCurrent(rows, sid, now)) return null
    const credential: Credential = { kind: 'session', family }
    if (typeof share === 'string') return newest.share === share ? { kind: 'share', share, credential } : null
    return typeof id === 'string' && newest.user === id ? { kind: 'user', user: id, policy: null, credential } : null
  }

  const isCurrent = (rows: readonly SessionRow[], sid: string, now: number): boolean =>
    rows.some(({ key, rotated }) => key === sid && (rotated === null || rotated + settings.sessionGraceMs > now))

  function ofApiKey(token: string): Awaitable<Holder> {
    const hash = keptAs(token)
    const found = identities.remember('sessions', `key ${hash}`, async () => {
      const [row] = await readTrusted(
        {
          collection: apiKeyTable,
          where: { field: 'hash', values: [hash] },
          fields: ['id', 'user', 'policy', 'expires'],
        },
        live.current(),
        database,
      )
      return row ?? null
    })
    return whenKnown(found, (row): Holder => {
      if (row === null || isPast(row['expires'])) return fail('INVALID_CREDENTIALS')
      const key = textIn(row, 'id') ?? ''
      const policy = textIn(row, 'policy')
      noteUse({ collection: apiKeyTable, field: 'last_used', key })
      return {
        kind: 'user',
        user: textIn(row, 'user') ?? '',
        policy,
        credential: { kind: 'api-key', key, policy },
      }
    })
  }

  function ofStaticToken(token: string): Awaitable<Holder> {
    const hash = keptAs(token)
    const found = identities.remember('rights', `token ${hash}`, async () => {
      const [row] = await readTrusted(
        {
          collection: 'directus_users',
          where: { field: 'token', values: [hash, token] },
          fields: ['id', 'token_expires'],
        },
        live.current(),
        database,
      )
      return row ?? null
    })
    return whenKnown(found, (row): Holder => {
      if (row === null || isPast(row['token_expires'])) return fail('INVALID_CREDENTIALS')
      const user = textIn(row, 'id') ?? ''
      noteUse({ collection: 'directus_users', field: 'token_last_used', key: user })
      return { kind: 'user', user, policy: null, credential: { kind: 'static-token' } }
    })
  }

  return {
    settings,
    tokens,
    mailer,
    failures,
    registrations,
    attempts,
    holderOf,
    close: async () => {
      endRules()
      await mailer.close()
    },
  }
}

const isPast = (moment: unknown): boolean => typeof moment === 'string' && Date.parse(moment) <= Date.now()
