/** Who asks: a request's credentials → Caller. */
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { EngineError, fail } from '#schema-engine/errors.ts'
import type { Actor } from '#schema-engine/actor.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { noOrigin, type RequestOrigin } from '#schema-engine/mutation/index.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import { compileAccess, readPermissionsOf } from '#schema-engine/permissions/compile-access.ts'
import type { Caller } from '#subgraph/graph.ts'
import type { FindClientIp } from './client-ip.ts'

export type Callers = {
  /**
   * The holder of the admin token, or the public where no token came.
   *
   * @param queryTokens every `access_token` of the query string
   * @throws EngineError INVALID_CREDENTIALS for any other token, INVALID_PAYLOAD when tokens come from two places
   */
  readonly identify: (request: IncomingMessage, queryTokens: readonly string[]) => Caller
  /** The public, whatever the request carries. */
  readonly everyone: (request: IncomingMessage) => Caller
}

export type CallerSettings = {
  readonly adminToken: string
  /** Entries of PUBLIC_READ. */
  readonly publicRead: readonly string[]
  /** The model as it is now; the public's access is compiled again when it changes. */
  readonly model: () => Model
  readonly clientIp: FindClientIp
  /** Told of an entry of PUBLIC_READ that the model no longer knows; it is left out until it does. */
  readonly onUnknown: (reason: string) => void
}

const administrator: Actor = { kind: 'system', reason: 'admin-token' }

export function createCallers({ adminToken, publicRead, model, clientIp, onUnknown }: CallerSettings): Callers {
  const adminDigest = digestOf(adminToken)
  const publicAccess = createPublicAccess(publicRead, model, onUnknown)

  const everyone = (request: IncomingMessage): Caller =>
    callerOf({ kind: 'public', ip: clientIp(request) }, publicAccess(), originOf(request, clientIp))
  return {
    everyone,
    identify: (request, queryTokens) => {
      const token = tokenOf(request.headers.authorization, queryTokens)
      if (token === null) return everyone(request)
      // Digests have one length, so the comparison tells nothing of how much of a guess was right.
      return timingSafeEqual(digestOf(token), adminDigest)
        ? callerOf(administrator, fullAccess, originOf(request, clientIp))
        : fail('INVALID_CREDENTIALS')
    },
  }
}

/** Trusted work of this process, such as a command. */
export const trustedCaller = (): Caller => callerOf({ kind: 'system', reason: 'cli' }, fullAccess, noOrigin)

const callerOf = (actor: Actor, access: Access, origin: RequestOrigin): Caller => ({
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

const digestOf = (token: string) => hash('sha256', token, 'buffer')

function createPublicAccess(
  entries: readonly string[],
  model: CallerSettings['model'],
  onUnknown: CallerSettings['onUnknown'],
): () => Access {
  let compiledFor: Model | null = null
  let access: Access | null = null
  return () => {
    const current = model()
    if (access === null || compiledFor !== current) {
      access = compileAccess(
        entries.flatMap((entry) => permissionsOrNone(entry, current, onUnknown)),
        current,
      )
      compiledFor = current
    }
    return access
  }
}

function permissionsOrNone(entry: string, model: Model, onUnknown: CallerSettings['onUnknown']) {
  try {
    return readPermissionsOf(entry, model)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    onUnknown(error.message)
    return []
  }
}
