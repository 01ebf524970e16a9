/**
 * Staying signed in, and signing out. Each refreshing makes the token's successor, which is worked out of it and a secret: who asks
 * twice within the grace period (two tabs, a reply that was lost) gets the same one. Who comes with a token later than that
 * has it from somewhere: all that came of that signing in is ended.
 */
import { createHmac } from 'node:crypto'
import type { Connection } from '#schema-engine/database/database.ts'
import { EngineError, fail } from '#schema-engine/errors.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import { touchStates } from '#schema-engine/mutation/trusted.ts'
import { readTrusted } from '#schema-engine/query/trusted.ts'
import type { FeatureContext } from '../feature.ts'
import { lockAccount } from './accounts.ts'
import type { Auth } from './auth.ts'
import { lifetimeOf, tokensFor, type AuthTokens, type Issued, type Mode } from './issue.ts'
import { recordAccess, recordActivity } from './record.ts'
import { keptAs } from './secrets.ts'
import {
  createSession,
  endSessions,
  lockSession,
  markRotated,
  pruneFamily,
  type Holder,
  type SessionRow,
  type SessionSearch,
} from './sessions.ts'
import type { AccessClaims } from './tokens.ts'

/** What came. `refreshToken`: of the arguments. */
export type Presented = { readonly mode: Mode; readonly refreshToken: string | null }

type Rotation = { readonly holder: Holder; readonly issued: Issued }

/** @throws INVALID_PAYLOAD when nothing came, INVALID_CREDENTIALS, TOKEN_EXPIRED */
export async function refresh(presented: Presented, auth: Auth, context: FeatureContext): Promise<AuthTokens> {
  const { engine, model } = context
  const search = await searchOf(presented, auth, context)
  // What ends a family is kept, although the caller is refused.
  const rotation = await engine.database.transaction(async (connection): Promise<Rotation | null> => {
    const row = search === null ? null : await lockSession(search, model, connection)
    if (row === null || row.expires <= Date.now()) return null
    const holder = await activeHolder(row, context, connection)
    if (holder === null) return null
    if (row.rotated === null) return rotate(row, holder, presented.mode, auth, context, connection)
    const issued = row.rotated + auth.settings.sessionGraceMs > Date.now() ? successorOf(row, auth) : null
    if (issued !== null) return { holder, issued }
    if (row.family !== null) await endSessions({ field: 'family', values: [row.family] }, model, connection)
    return null
  })
  if (rotation === null || presented.mode === 'session') engine.identities.forget(['sessions'])
  if (rotation === null) return fail('INVALID_CREDENTIALS')
  return tokensFor(rotation.holder, rotation.issued, presented.mode, auth, context)
}

async function rotate(
  row: SessionRow,
  holder: Holder,
  mode: Mode,
  auth: Auth,
  { model, caller: { origin = noOrigin } }: FeatureContext,
  connection: Connection,
): Promise<Rotation> {
  const [secret = ''] = auth.settings.secrets
  const lifetimeMs = lifetimeOf(mode, auth)
  const session = { holder, token: successor(row.key, secret), family: row.family, lifetimeMs, origin }
  const issued = await createSession(session, model, connection)
  await markRotated({ key: row.key, next: issued.key, family: issued.family }, model, connection)
  await pruneFamily(issued.family, model, connection)
  // A cookie names its row, and so is only good as long as every process knows how that stands.
  if (mode === 'session') await touchStates(['sessions'], model, connection)
  if (holder.user !== null) await recordAccess(holder.user, model, connection)
  return { holder, issued }
}

/** The token that was given for this one; null when it is not known any more how it was made. */
function successorOf({ key, next, family }: SessionRow, auth: Auth): Issued | null {
  const token = auth.settings.secrets.map((secret) => successor(key, secret)).find((made) => keptAs(made) === next)
  return token === undefined || next === null || family === null ? null : { token, key: next, family }
}

/** 64 letters and digits, as the first token has. */
function successor(key: string, secret: string): string {
  const digest = createHmac('sha384', secret).update(`successor of ${key}`).digest('base64')
  return digest.replaceAll('+', 'A').replaceAll('/', 'B')
}

/** Who a session is of, when he may still act. */
async function activeHolder(
  { user, share }: SessionRow,
  { model }: FeatureContext,
  connection: Connection,
): Promise<Holder | null> {
  if (user !== null) {
    const account = await lockAccount(user, model, connection)
    return account?.status === 'active' ? { user, share: null } : null
  }
  if (share === null) return null
  const [found] = await readTrusted(
    { collection: 'directus_shares', where: { field: 'id', values: [share] }, fields: ['id', 'date_end'] },
    model,
    connection,
  )
  const end = found?.['date_end']
  const isOver = typeof end === 'string' && Date.parse(end) <= Date.now()
  return found === undefined || isOver ? null : { user: null, share }
}

/**
 * Ends the session that the token is of. One that is not known is no error: it is over.
 *
 * @throws INVALID_PAYLOAD when nothing came
 */
export async function signOut(presented: Presented, auth: Auth, context: FeatureContext): Promise<void> {
  const { engine, model, caller } = context
  const search = await searchOf(presented, auth, context).catch((error: unknown) => {
    if (error instanceof EngineError && error.status === 401) return null
    throw error
  })
  await engine.database.transaction(async (connection) => {
    const row = search === null ? null : await lockSession(search, model, connection)
    if (row === null) return
    const where =
      row.family === null
        ? ({ field: 'token', values: [row.key] } as const)
        : ({ field: 'family', values: [row.family] } as const)
    await endSessions(where, model, connection)
    if (row.user !== null) await recordActivity('logout', row.user, caller.origin ?? noOrigin, model, connection)
  })
  engine.identities.forget(['sessions'])
  if (presented.mode !== 'json' || caller.cookies?.refresh != null)
    context.setCookie({ cookie: presented.mode === 'session' ? 'session' : 'refresh', value: null, maxAgeMs: 0 })
}

/** How the session is found: by a refresh token, of the arguments or a cookie, or by the cookie that stands for it. */
async function searchOf(
  { mode, refreshToken }: Presented,
  auth: Auth,
  { caller: { cookies } }: FeatureContext,
): Promise<SessionSearch | null> {
  if (refreshToken !== null) return { token: refreshToken }
  if (mode !== 'session' && cookies?.refresh != null) return { token: cookies.refresh }
  if (mode !== 'session' || cookies?.session == null)
    return fail('INVALID_PAYLOAD', { reason: 'The refresh token is missing, in the request and in its cookies.' })
  const { sid } = (await auth.tokens.verify(cookies.session)) as Partial<AccessClaims> // signed by us
  return typeof sid === 'string' ? { key: sid } : null
}
