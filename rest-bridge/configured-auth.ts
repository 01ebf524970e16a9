/** Identity as the settings say. */
import type { Engine } from '#schema-engine/engine.ts'
import { createAuth, type Auth } from '#subgraph/features/auth/auth.ts'
import { secretsOf } from './settings/data-folder.ts'
import type { Settings } from './settings/settings.ts'

export const createConfiguredAuth = (engine: Engine, settings: Settings): Auth =>
  createAuth(engine, {
    secrets: secretsOf(settings),
    accessTokenMs: settings.ACCESS_TOKEN_TTL,
    refreshTokenMs: settings.REFRESH_TOKEN_TTL,
    sessionCookieMs: settings.SESSION_COOKIE_TTL,
    sessionGraceMs: settings.SESSION_REFRESH_GRACE_PERIOD,
  })
