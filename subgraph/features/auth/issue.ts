/** What somebody gets who has signed in, or refreshed: tokens in the reply or in cookies, as the mode says (contract §7.1). */
import { fail } from '#schema-engine/errors.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import type { FeatureContext } from '../feature.ts'
import type { Auth } from './auth.ts'
import type { Holder } from './sessions.ts'
import type { AccessClaims } from './tokens.ts'

export const modes = ['json', 'cookie', 'session'] as const

/** Where the tokens are: in the reply, the refresh token in a cookie, or one cookie that stands for the session. */
export type Mode = (typeof modes)[number]

/** `expires`: milliseconds until the access token, or the session, ends. */
export type AuthTokens = {
  readonly access_token?: string
  readonly refresh_token?: string
  readonly expires: number
}

/** A session's newest row. `token`: as its holder has it. */
export type Issued = { readonly token: string; readonly key: string; readonly family: string }

/** How long a session's row is valid. */
export const lifetimeOf = (mode: Mode, { settings }: Auth): number =>
  mode === 'session' ? settings.sessionCookieMs : settings.refreshTokenMs

/** @throws INVALID_CREDENTIALS when the holder may not act any more */
export async function tokensFor(
  holder: Holder,
  issued: Issued,
  mode: Mode,
  auth: Auth,
  context: FeatureContext,
): Promise<AuthTokens> {
  const { settings, tokens } = auth
  const claims = { ...(await claimsOf(holder, context)), session: issued.family } satisfies AccessClaims
  if (mode === 'session') {
    const token = await tokens.sign({ ...claims, sid: issued.key }, settings.sessionCookieMs)
    context.setCookie({ cookie: 'session', value: token, maxAgeMs: settings.sessionCookieMs })
    return { expires: settings.sessionCookieMs }
  }
  const reply = { access_token: await tokens.sign(claims, settings.accessTokenMs), expires: settings.accessTokenMs }
  if (mode === 'json') return { ...reply, refresh_token: issued.token }
  context.setCookie({ cookie: 'refresh', value: issued.token, maxAgeMs: settings.refreshTokenMs })
  return reply
}

/** For clients that look into it; what somebody may do is looked up at each request. */
async function claimsOf(
  holder: Holder,
  { engine, caller }: FeatureContext,
): Promise<Omit<AccessClaims, 'session' | 'sid'>> {
  if (holder.user === null) return { id: null, role: null, app_access: false, admin_access: false, share: holder.share }
  const { ip } = caller.origin ?? noOrigin
  const found = await engine.identities.ofUser(holder.user, ip)
  if (found === null) return fail('INVALID_CREDENTIALS')
  const { user, rights } = found
  return { id: user.id, role: user.role, app_access: rights.hasAppAccess, admin_access: rights.hasAdminAccess }
}
