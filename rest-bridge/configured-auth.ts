/** Identity as the settings say. */
import type { Engine } from '#schema-engine/engine.ts'
import { createAuth, type Auth, type AuthServices, type AuthSettings } from '#subgraph/features/auth/auth.ts'
import { secretsOf } from './settings/data-folder.ts'
import type { Settings } from './settings/settings.ts'

export const createConfiguredAuth = (engine: Engine, settings: Settings, services: AuthServices): Auth =>
  createAuth(engine, authSettings(settings), services)

const authSettings = (settings: Settings): AuthSettings => ({
  secrets: secretsOf(settings),
  accessTokenMs: settings.ACCESS_TOKEN_TTL,
  refreshTokenMs: settings.REFRESH_TOKEN_TTL,
  sessionCookieMs: settings.SESSION_COOKIE_TTL,
  sessionGraceMs: settings.SESSION_REFRESH_GRACE_PERIOD,
  loginStallMs: settings.LOGIN_STALL_TIME,
  registerStallMs: settings.REGISTER_STALL_TIME,
  inviteTokenMs: settings.USER_INVITE_TOKEN_TTL,
  verificationTokenMs: settings.EMAIL_VERIFICATION_TOKEN_TTL,
  registrations: settings.RATE_LIMITER_REGISTRATION_ENABLED
    ? {
        points: settings.RATE_LIMITER_REGISTRATION_POINTS,
        durationSeconds: settings.RATE_LIMITER_REGISTRATION_DURATION,
      }
    : null,
  attempts: settings.RATE_LIMITER_LOGIN_ENABLED
    ? {
        points: settings.RATE_LIMITER_LOGIN_POINTS,
        durationSeconds: settings.RATE_LIMITER_LOGIN_DURATION,
      }
    : null,
  links: {
    publicUrl: publicUrlOf(settings),
    reset: settings.PASSWORD_RESET_URL_ALLOW_LIST,
    invite: settings.USER_INVITE_URL_ALLOW_LIST,
    register: settings.USER_REGISTER_URL_ALLOW_LIST,
  },
})

/** Where links in mails lead: what the operator says, and never what a request says. Without a last slash. */
function publicUrlOf({ PUBLIC_URL, PORT }: Pick<Settings, 'PUBLIC_URL' | 'PORT'>): string {
  const base = new URL(PUBLIC_URL, `http://localhost:${PORT}`)
  return `${base.origin}${base.pathname.replace(/\/+$/, '')}`
}

/** Whether links in mails lead anywhere but to this machine. */
export const hasPublicUrl = ({ PUBLIC_URL }: Pick<Settings, 'PUBLIC_URL'>): boolean => URL.canParse(PUBLIC_URL)
