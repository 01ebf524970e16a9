/** Who asks: a request's credentials → Caller. */
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { parseCookie } from 'cookie'
import { fail } from '#schema-engine/errors.ts'
import type { Actor } from '#schema-engine/actor.ts'
import { whenKnown, type Awaitable } from '#schema-engine/identity/awaitable.ts'
import type { Identities, Rights } from '#schema-engine/identity/identities.ts'
import { noOrigin, type RequestOrigin } from '#schema-engine/mutation/index.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Auth, Credential, Holder } from '#subgraph/features/auth/auth.ts'
import type { Caller } from '#subgraph/graph.ts'
import type { FindClientIp } from './client-ip.ts'

export type Callers = {
  /**
   * The holder of the token that came in the header, the query string or a session's cookie; the public where none came.
   *
   * @param queryTokens every `access_token` of the query string
   * @throws EngineError INVALID_CREDENTIALS, TOKEN_EXPIRED; INVALID_PAYLOAD when tokens come from two places
   */
  readonly identify: (request: IncomingMessage, queryTokens: readonly string[]) => Awaitable<Caller>
  /** The public, whatever the request carries. */
  readonly everyone: (request: IncomingMessage) => Awaitable<Caller>
  readonly clientIp: FindClientIp
}

export type CallerSettings = {
  readonly adminToken: string | null
  readonly identities: Identities
  readonly auth: Auth
  readonly clientIp: FindClientIp
  readonly cookieNames: { readonly refresh: string; readonly session: string }
}

const administrator: Actor = { kind: 'system', reason: 'admin-token' }

export function createCallers({ adminToken, identities, auth, clientIp, cookieNames }: CallerSettings): Callers {
  const isAdminToken = adminTokenTest(adminToken)

  function everyone(request: IncomingMessage): Awaitable<Caller> {
    const ip = clientIp(request)
    return fresh(() =>
      whenKnown(identities.ofPublic(ip), (rights) =>
        callerOf(request, { kind: 'public', ip }, rights, { kind: 'none' }, null, null),
      ),
    )
  }

  /** Looks first whether another process has changed what is known. */
  function fresh<T>(next: () => Awaitable<T>): Awaitable<T> {
    const checking = identities.freshen()
    return checking === null ? next() : checking.then(next)
  }

  function ofHolder(request: IncomingMessage, holder: Holder): Awaitable<Caller> {
    const ip = clientIp(request)
    if (holder.kind === 'share')
      return whenKnown(identities.ofShare(holder.share, ip), (found) => {
        if (found === null) return fail('INVALID_CREDENTIALS')
        const { share, rights } = found
        const actor: Actor = { kind: 'share', share: share.id, collection: share.collection, item: share.item }
        return callerOf(request, actor, rights, holder.credential, null, share.role)
      })
    return whenKnown(identities.ofUser(holder.user, ip, holder.policy), (found) => {
      if (found === null) return fail('INVALID_CREDENTIALS')
      const { user, rights } = found
      const actor: Actor = { kind: 'user', user: user.id, role: user.role, ip }
      return callerOf(request, actor, rights, holder.credential, user.id, user.role)
    })
  }

  /** @param user as `$CURRENT_USER` stands for */
  function callerOf(
    request: IncomingMessage,
    actor: Actor,
    rights: Rights,
    credential: Credential,
    user: string | null,
    role: string | null,
  ): Caller {
    const { access, roles, policies } = rights
    return {
      actor,
      access,
      rights,
      credential,
      facts: {
        now: new Date(),
        user,
        role,
        roles,
        policies,
        ...apiKeyOf(credential),
        ...(credential.kind === 'session' ? { session: credential.family } : {}),
      },
      origin: originOf(request, clientIp),
      ...cookiesOf(request),
    }
  }

  function cookiesOf(request: IncomingMessage): Pick<Caller, 'cookies'> {
    if (request.headers.cookie === undefined) return {}
    const cookies = parseCookie(request.headers.cookie)
    return { cookies: { refresh: cookies[cookieNames.refresh] || null, session: cookies[cookieNames.session] || null } }
  }

  return {
    everyone,
    clientIp,
    identify: (request, queryTokens) => {
      const token = tokenOf(request.headers.authorization, queryTokens)
      if (token !== null && isAdminToken(token))
        return {
          ...trusted(administrator, fullAccess, originOf(request, clientIp)),
          credential: { kind: 'admin-token' },
        }
      const presented = token ?? cookiesOf(request).cookies?.session ?? null
      if (presented === null) return everyone(request)
      return fresh(() => whenKnown(auth.holderOf(presented), (holder) => ofHolder(request, holder)))
    },
  }
}

const apiKeyOf = (credential: Credential): Pick<Caller['facts'], 'apiKey'> =>
  credential.kind === 'api-key' ? { apiKey: { id: credential.key, policy: credential.policy } } : {}

/** Trusted work of this process, such as a command. */
export const trustedCaller = (): Caller => trusted({ kind: 'system', reason: 'cli' }, fullAccess, noOrigin)

const trusted = (actor: Actor, access: Access, origin: RequestOrigin): Caller => ({
  actor,
  access,
  origin,
  facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
})

const originOf = (request: IncomingMessage, clientIp: FindClientIp): RequestOrigin => ({
  ip: clientIp(request),
  userAgent: request.headers['user-agent'] ?? null,
  origin: request.headers.origin ?? null,
})

/** RFC 6750 §2.1 and §2.3; another scheme than `Bearer` is not ours and leaves the caller unknown. */
function tokenOf(authorization: string | undefined, queryTokens: readonly string[]): string | null {
  const inHeader = authorization?.match(/^bearer(?:\s+(.*))?$/i)
  const tokens = inHeader ? [inHeader[1]?.trim() ?? '', ...queryTokens] : queryTokens
  if (tokens.length > 1)
    fail('INVALID_PAYLOAD', { reason: 'The access token must come once, in the header or in the query string.' })
  return tokens[0] ?? null
}

function adminTokenTest(adminToken: string | null): (token: string) => boolean {
  if (adminToken === null) return () => false
  const digest = digestOf(adminToken)
  let accepted: string | null = null
  return (token) => {
    if (token === accepted) return true
    // Digests have one length, so the comparison tells nothing of how much of a guess was right.
    if (!timingSafeEqual(digestOf(token), digest)) return false
    accepted = token
    return true
  }
}

const digestOf = (token: string) => hash('sha256', token, 'buffer')
