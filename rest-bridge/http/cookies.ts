/** Cookies of signing in: what the graph says of them, as headers. */
import { stringifySetCookie } from 'cookie'
import type { CookieChange } from '#subgraph/graph.ts'
import type { Settings } from '../settings/settings.ts'

/** The values of `Set-Cookie`, one for each change. */
export function setCookieHeaders(changes: readonly CookieChange[], settings: Settings): readonly string[] {
  return changes.map(({ cookie, value, maxAgeMs }) => {
    const { name, domain, isSecure, sameSite } =
      cookie === 'refresh' ? refreshCookie(settings) : sessionCookie(settings)
    return stringifySetCookie({
      name,
      value: value ?? '',
      maxAge: value === null ? 0 : Math.floor(maxAgeMs / 1000),
      path: '/',
      httpOnly: true,
      secure: isSecure,
      sameSite,
      ...(domain === null ? {} : { domain }),
    })
  })
}

/** Browsers take `SameSite=None` by TLS alone. */
const isSecureBy = (set: boolean | null, sameSite: string, { PUBLIC_URL }: Settings): boolean =>
  set ?? (sameSite === 'none' || PUBLIC_URL.startsWith('https:'))

const refreshCookie = (settings: Settings) => ({
  name: settings.REFRESH_TOKEN_COOKIE_NAME,
  domain: settings.REFRESH_TOKEN_COOKIE_DOMAIN,
  sameSite: settings.REFRESH_TOKEN_COOKIE_SAME_SITE,
  isSecure: isSecureBy(settings.REFRESH_TOKEN_COOKIE_SECURE, settings.REFRESH_TOKEN_COOKIE_SAME_SITE, settings),
})

const sessionCookie = (settings: Settings) => ({
  name: settings.SESSION_COOKIE_NAME,
  domain: settings.SESSION_COOKIE_DOMAIN,
  sameSite: settings.SESSION_COOKIE_SAME_SITE,
  isSecure: isSecureBy(settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_SAME_SITE, settings),
})
