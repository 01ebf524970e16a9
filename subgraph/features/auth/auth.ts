/** auth: who somebody is. What its parts share: settings, tokens, and the way from a token to its holder. */
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import { whenKnown, type Awaitable } from '#schema-engine/identity/identities.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import { createLastUse } from './last-use.ts'
import { apiKeyPrefix, isJwtForm, isKeptForm, keptAs } from './secrets.ts'
import { apiKeyTable } from './api-keys.ts'
import { readFamily, type SessionRow } from './sessions.ts'
import { createTokens, type AccessClaims, type Tokens } from './tokens.ts'

/** Times in milliseconds. */
export type AuthSettings = {
  /** The first one signs, all are accepted. */
  readonly secrets: readonly string[]
  readonly accessTokenMs: number
  readonly refreshTokenMs: number
  readonly sessionCookieMs: number
  /** How long a session's former token is still taken after it was refreshed. */
  readonly sessionGraceMs: number
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
  /**
   * Whose token it is. Whether he is active, and what he may do, is the engine's to say.
   * @throws INVALID_CREDENTIALS, TOKEN_EXPIRED
   */
  readonly holderOf: (token: string) => Awaitable<Holder>
}

export function createAuth(engine: Engine, settings: AuthSettings): Auth {
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
    const { session, sid, id, share } = claims
    if (typeof session !== 'string') return fail('INVALID_CREDENTIALS')
    const rows = await identities.remember('sessions', `family ${session}`, async () => {
      const found = await readFamily(session, live.current(), database)
      return found.length === 0 ? null : found
    })
    const now = Date.now()
    const newest = rows?.find(({ rotated }) => rotated === null)
    if (rows === null || newest === undefined || newest.expires <= now) return fail('INVALID_CREDENTIALS')
    if (sid !== undefined && !isCurrent(rows, sid, now)) return fail('INVALID_CREDENTIALS')
    const credential: Credential = { kind: 'session', family: session }
    if (typeof share === 'string' && newest.share === share) return { kind: 'share', share, credential }
    return typeof id === 'string' && newest.user === id
      ? { kind: 'user', user: id, policy: null, credential }
      : fail('INVALID_CREDENTIALS')
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

  return { settings, tokens, holderOf }
}

const isPast = (moment: unknown): boolean => typeof moment === 'string' && Date.parse(moment) <= Date.now()
