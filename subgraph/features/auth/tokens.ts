/** Access tokens: small JWTs, signed with the first secret, accepted with each. What they say is looked up, not believed. */
import { errors as joseErrors, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import { LRUCache } from 'lru-cache'
import { fail } from '#schema-engine/errors.ts'

export const issuer = 'tablegraph'

/** What an access token says of its holder. `session`: the family of its session. */
export type AccessClaims = {
  readonly id: string | null
  readonly role: string | null
  readonly app_access: boolean
  readonly admin_access: boolean
  readonly session: string
  /** In a session cookie: the key of the session's row that it was made with. */
  readonly sid?: string
  readonly share?: string
}

export type Tokens = {
  /** @param lifetimeMs until it expires */
  readonly sign: (claims: Readonly<Record<string, unknown>>, lifetimeMs: number) => Promise<string>
  /**
   * What a token of ours says. Its signature is looked at once.
   * @throws TOKEN_EXPIRED, and INVALID_CREDENTIALS for what is none of ours
   */
  readonly verify: (token: string) => Promise<JWTPayload>
}

const algorithm = 'HS256'
const keptTokens = 10_000

/** @param secrets the first one signs */
export function createTokens(secrets: readonly string[]): Tokens {
  const keys = secrets.map((secret) => new TextEncoder().encode(secret))
  const [signing] = keys
  if (signing === undefined || secrets.some((secret) => secret === '')) throw new TypeError('a secret is needed')
  const verified = new LRUCache<string, JWTPayload>({ max: keptTokens })

  async function verify(token: string): Promise<JWTPayload> {
    const known = verified.get(token)
    const payload = known ?? (await verifyWithAny(token, keys))
    if (payload.exp !== undefined && payload.exp * 1000 <= Date.now()) fail('TOKEN_EXPIRED')
    if (known === undefined) verified.set(token, payload)
    return payload
  }

  return {
    verify,
    sign: (claims, lifetimeMs) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(new Date(Date.now() + lifetimeMs))
        .sign(signing),
  }
}

async function verifyWithAny(token: string, keys: readonly Uint8Array[]): Promise<JWTPayload> {
  for (const key of keys) {
    try {
      return (await jwtVerify(token, key, { algorithms: [algorithm], issuer })).payload
    } catch (error) {
      if (error instanceof joseErrors.JWTExpired) return fail('TOKEN_EXPIRED')
      // Another secret may have signed it.
      if (!(error instanceof joseErrors.JOSEError)) throw error
    }
  }
  return fail('INVALID_CREDENTIALS')
}
