/** Cross-origin resource sharing, by the settings. */
import type { IncomingMessage } from 'node:http'
import type { Settings } from '../settings/settings.ts'

export type Cors = {
  /** Headers for a reply to this request. */
  readonly headers: (request: IncomingMessage) => Readonly<Record<string, string>>
  /** Headers that answer a preflight; null when the request is none, or CORS is off. */
  readonly preflight: (request: IncomingMessage) => Readonly<Record<string, string>> | null
}

type CorsSettings = Pick<
  Settings,
  | 'CORS_ENABLED'
  | 'CORS_ORIGIN'
  | 'CORS_METHODS'
  | 'CORS_ALLOWED_HEADERS'
  | 'CORS_EXPOSED_HEADERS'
  | 'CORS_CREDENTIALS'
  | 'CORS_MAX_AGE'
>

const none = {}

/**
 * An origin that is not allowed gets no header, and the browser refuses. One that is listed is echoed; where any may call, none
 * is, and none may bring cookies. `null` (a sandboxed frame, a local file) is anybody's origin, and so nobody's.
 */
export function createCors(settings: CorsSettings): Cors {
  if (!settings.CORS_ENABLED) return { headers: () => none, preflight: () => null }
  const allowed = settings.CORS_ORIGIN
  const listed: ReadonlySet<string> = new Set(typeof allowed === 'object' ? allowed : [])

  const originHeaders = (request: IncomingMessage): Record<string, string> => {
    const { origin } = request.headers
    if (allowed === true) return { 'access-control-allow-origin': '*' }
    if (origin === undefined || origin === 'null' || !listed.has(origin)) return { vary: 'Origin' }
    return {
      vary: 'Origin',
      'access-control-allow-origin': origin,
      ...(settings.CORS_CREDENTIALS && { 'access-control-allow-credentials': 'true' }),
    }
  }
  return {
    headers: (request) => {
      const headers = originHeaders(request)
      return 'access-control-allow-origin' in headers && settings.CORS_EXPOSED_HEADERS.length > 0
        ? { ...headers, 'access-control-expose-headers': settings.CORS_EXPOSED_HEADERS.join(',') }
        : headers
    },
    preflight: (request) => {
      if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return null
      const headers = originHeaders(request)
      const vary = [headers['vary'], 'Access-Control-Request-Method'].filter(Boolean).join(', ')
      return 'access-control-allow-origin' in headers
        ? {
            ...headers,
            vary,
            'access-control-allow-methods': settings.CORS_METHODS.join(','),
            'access-control-allow-headers': settings.CORS_ALLOWED_HEADERS.join(','),
            'access-control-max-age': String(settings.CORS_MAX_AGE),
          }
        : { ...headers, vary }
    },
  }
}
