/**
 * Requests that another site makes a browser send, with the cookies of whoever looks at that site.
 *
 * - What changes something must come from a page of ours, from an origin that `CORS_ORIGIN` lists, or with what no other site can send
 *   without asking first: a bearer token, a header of its own, a method or a content type that forms don't have.
 * - What only reads is answered to another site as to the public: its session cookie is not looked at, so that neither the reply's
 *   size nor its time tells what a search has found (`SameSite=Strict`, whatever the cookie says).
 * - Programs, which tell no origin, are asked for such a header only when they bring a cookie of ours and would change something.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { parseCookie } from 'cookie'
import { fail } from '#schema-engine/errors.ts'
import type { Settings } from '../settings/settings.ts'
import type { Proxies } from './client-ip.ts'

/** Headers that no page of another origin can send without a preflight. Browsers send other schemes than `Bearer` by themselves. */
const headersBehindPreflight = ['x-requested-with', 'apollo-require-preflight', 'x-apollo-operation-name']

/** Content types that forms and simple fetches send (Fetch standard, "CORS-safelisted request-header"). */
const simpleTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']

/** Methods that a page of another origin can use without a preflight. */
const simpleMethods: ReadonlySet<string> = new Set(['GET', 'POST'])

export type ForgerySettings = Pick<
  Settings,
  | 'PUBLIC_URL'
  | 'CORS_ENABLED'
  | 'CORS_ORIGIN'
  | 'CORS_CREDENTIALS'
  | 'REFRESH_TOKEN_COOKIE_NAME'
  | 'SESSION_COOKIE_NAME'
  | 'SESSION_COOKIE_SAME_SITE'
>

/** Whether the request's cookies count. @param method GET for HEAD, too. @throws EngineError FORBIDDEN */
export type TakesCookies = (request: IncomingMessage, method: string) => boolean

export function createForgeryGuard(
  settings: ForgerySettings,
  proxies: Pick<Proxies, 'host' | 'isSecure'>,
): TakesCookies {
  const publicOrigin = URL.parse(settings.PUBLIC_URL)?.origin ?? null
  const { CORS_ENABLED, CORS_ORIGIN, CORS_CREDENTIALS } = settings
  const mayBringCookies = (origin: string): boolean =>
    CORS_ENABLED && CORS_CREDENTIALS && typeof CORS_ORIGIN === 'object' && CORS_ORIGIN.includes(origin)
  const cookieNames = [settings.REFRESH_TOKEN_COOKIE_NAME, settings.SESSION_COOKIE_NAME]

  function isOwn(origin: string, request: IncomingMessage): boolean {
    if (origin === publicOrigin) return true
    const host = proxies.host(request)?.toLowerCase()
    return origin === `https://${host}` || (origin === `http://${host}` && !proxies.isSecure(request))
  }

  function sourceOf(request: IncomingMessage): Source {
    const { origin, 'sec-fetch-site': site } = request.headers
    if (site === 'same-origin' || site === 'none') return 'own'
    if (origin !== undefined && mayBringCookies(origin)) return 'own'
    if (typeof site === 'string') return origin !== undefined && origin === publicOrigin ? 'own' : 'other site'
    if (origin === undefined) return 'unknown'
    return isOwn(origin, request) ? 'own' : 'other origin'
  }

  function hasOwnCookie(headers: IncomingHttpHeaders): boolean {
    if (headers.cookie === undefined) return false
    const cookies = parseCookie(headers.cookie)
    return cookieNames.some((name) => Boolean(cookies[name]))
  }

  function takesCookiesToRead(request: IncomingMessage): boolean {
    if (request.headers.cookie === undefined || needsPreflight(request.headers)) return true
    const source = sourceOf(request)
    // A browser that tells nothing keeps the cookie to our own pages, unless it was told not to.
    return source === 'own' || (source === 'unknown' && settings.SESSION_COOKIE_SAME_SITE !== 'none')
  }

  return (request, method) => {
    const { headers } = request
    if (method === 'GET') return takesCookiesToRead(request)
    if (isBearer(headers)) return true
    const source = sourceOf(request)
    if (source === 'own') return true
    const isAskedFirst = !simpleMethods.has(method) || needsPreflight(headers)
    if (source === 'other site' ? isAskedFirst && !hasOwnCookie(headers) : isAskedFirst) return true
    if (source === 'unknown' && !hasOwnCookie(headers)) return true
    return fail('FORBIDDEN', {
      reason:
        'A change must come from a page of this server, from an origin that CORS_ORIGIN lists, or with a header that another site can not send, such as "X-Requested-With".',
    })
  }
}

/** Where a request comes from, as the browser tells. `other origin`: by an old one, or through a proxy that changes the host. */
type Source = 'own' | 'other origin' | 'other site' | 'unknown'

const isBearer = ({ authorization }: IncomingHttpHeaders): boolean => /^bearer\s/i.test(authorization ?? '')

/** Whether a browser would have asked first whether it may send this. */
function needsPreflight(headers: IncomingHttpHeaders): boolean {
  if (isBearer(headers) || headersBehindPreflight.some((name) => headers[name] !== undefined)) return true
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) && !simpleTypes.includes(type)
}

/**
 * A document that comes by GET with cookies must come with what another site can't make a browser send: what it asks for may take
 * long. One without cookies has no right that a site could borrow, and passes.
 *
 * @throws EngineError FORBIDDEN
 */
export function refuseForgedGet(headers: IncomingHttpHeaders): void {
  if (headers.cookie === undefined || needsPreflight(headers) || headers['sec-fetch-site'] === 'same-origin') return
  fail('FORBIDDEN', {
    reason: 'A GET with cookies needs a header that another site can not send, such as "X-Requested-With".',
  })
}
