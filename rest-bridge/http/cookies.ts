/** Cookies of signing in: what the graph says of them, as headers. */
import { stringifySetCookie } from 'cookie'
import type { CookieChange } from '#subgraph/graph.ts'
import type { Settings } from '../settings/settings.ts'

export type CookieSettings = Pick<
  Settings,
  | 'PUBLIC_URL'
  | 'REFRESH_TOKEN_COOKIE_NAME'
  | 'REFRESH_TOKEN_COOKIE_DOMAIN'
  | 'REFRESH_TOKEN_COOKIE_SECURE'
  | 'REFRESH_TOKEN_COOKIE_SAME_SITE'
  | 'SESSION_COOKIE_NAME'
  | 'SESSION_COOKIE_DOMAIN'
  | 'SESSION_COOKIE_SECURE'
  | 'SESSION_COOKIE_SAME_SITE'
>

/** The values of `Set-Cookie`, one for each change. @param byTls whether the request came by TLS */
export function setCookieHeaders(
  changes: readonly CookieChange[],
  settings: CookieSettings,
  byTls: boolean,
): readonly string[] {
  return changes.map(({ cookie, value, maxAgeMs }) => {
    const { name, domain, isSecure, sameSite } =
      cookie === 'refresh' ? refreshCookie(settings) : sessionCookie(settings)
    return stringifySetCookie({
      name,
      value: value ?? '',
      maxAge: value === null ? 0 : Math.floor(maxAgeMs / 1000),
      path: '/',
      httpOnly: true,
      // Browsers take `SameSite=None` by TLS alone.
      secure: isSecure ?? (byTls || sameSite === 'none' || settings.PUBLIC_URL.startsWith('https:')),
      sameSite,
      ...(domain === null ? {} : { domain }),
    })
  })
}

const refreshCookie = (settings: CookieSettings) => ({
  name: settings.REFRESH_TOKEN_COOKIE_NAME,
  domain: settings.REFRESH_TOKEN_COOKIE_DOMAIN,
  sameSite: settings.REFRESH_TOKEN_COOKIE_SAME_SITE,
  isSecure: settings.REFRESH_TOKEN_COOKIE_SECURE,
})

const sessionCookie = (settings: CookieSettings) => ({
  name: settings.SESSION_COOKIE_NAME,
  domain: settings.SESSION_COOKIE_DOMAIN,
  sameSite: settings.SESSION_COOKIE_SAME_SITE,
  isSecure: settings.SESSION_COOKIE_SECURE,
})
