/** What every reply says to browsers: of the API, and of the pages. */
import type { HelmetOptions } from 'helmet'
import type { Settings } from '../settings/settings.ts'

type SecuritySettings = Pick<
  Settings,
  | 'HSTS_ENABLED'
  | 'CROSS_ORIGIN_OPENER_POLICY_ENABLED'
  | 'CROSS_ORIGIN_OPENER_POLICY'
  | 'CONTENT_SECURITY_POLICY_DIRECTIVES'
>

const transportSecurity = 'max-age=31536000; includeSubDomains'

/** Replies are data: nothing in them is to be run, framed, embedded by another site, or taken for another type. */
export const apiHeaders = (settings: SecuritySettings): Readonly<Record<string, string>> => ({
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  ...(settings.CROSS_ORIGIN_OPENER_POLICY_ENABLED && {
    'cross-origin-opener-policy': settings.CROSS_ORIGIN_OPENER_POLICY,
  }),
  ...(settings.HSTS_ENABLED && { 'strict-transport-security': transportSecurity }),
})

/** Our own files only. Styles are set on elements by the UI kit, and editors run in workers. */
const standardDirectives = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  workerSrc: ["'self'", 'blob:'],
  objectSrc: ["'none'"],
  baseUri: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
}

/** Of the pages, for helmet. A directive that the settings name replaces ours; `false` leaves it out. */
export const pageHeaders = (settings: SecuritySettings): HelmetOptions => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { ...standardDirectives, ...settings.CONTENT_SECURITY_POLICY_DIRECTIVES },
  },
  crossOriginOpenerPolicy: settings.CROSS_ORIGIN_OPENER_POLICY_ENABLED && {
    policy: settings.CROSS_ORIGIN_OPENER_POLICY,
  },
  strictTransportSecurity: settings.HSTS_ENABLED,
  // `frame-ancestors` says it.
  xFrameOptions: false,
})
