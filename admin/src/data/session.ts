/** Who sits in front of the Studio: a user, the holder of a token, the public visitor, a share's guest, or nobody yet. */
import { storedTokenStore } from './generated/runtime/auth.ts'
import { keepGuest } from './guest.ts'

export type Session =
  | { readonly kind: 'user' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'public' }
  | { readonly kind: 'guest' }

/**
 * What is known of a user's session. The session itself is a cookie that no script can read; this stands beside it, for
 * all tabs of the browser. Milliseconds since 1970.
 */
export type SessionMark = { readonly startedAt: number; readonly refreshedAt: number; readonly expiresAt: number }

const tokenKey = 'tablegraph.token'
const visitorKey = 'tablegraph.visitor'
export const markKey = 'tablegraph.session'

/** The token of this tab, or the one that was to be kept; null for everybody else. */
export const currentToken = (): string | null => stored(sessionStorage).get() ?? stored(localStorage).get()

/** At the page of a share the tab is its guest's, whoever is signed in beside it. */
export const currentSession = (now = Date.now()): Session | null =>
  location.pathname.startsWith('/admin/shared/') ? { kind: 'guest' } : sessionBesideShare(now)

/** Who the tab is of at all other pages. It can be a visitor's, or of a token, beside tabs of a user. */
export function sessionBesideShare(now = Date.now()): Exclude<Session, { kind: 'guest' }> | null {
  const token = currentToken()
  if (token !== null) return { kind: 'token', token }
  if (sessionStorage.getItem(visitorKey) !== null) return { kind: 'public' }
  const mark = currentMark()
  return mark !== null && mark.expiresAt > now ? { kind: 'user' } : null
}

/** The mark as it is kept, expired or not. */
export function currentMark(): SessionMark | null {
  const text = localStorage.getItem(markKey)
  if (text === null) return null
  try {
    const parsed: unknown = JSON.parse(text)
    return isMark(parsed) ? parsed : null
  } catch {
    return null
  }
}

/** The server has set a session's cookie, which lasts `lifetimeMs`. */
export function startUserSession(lifetimeMs: number, now = Date.now()): void {
  forgetTab()
  stored(localStorage).set(null)
  writeMark({ startedAt: now, refreshedAt: now, expiresAt: now + lifetimeMs })
}

/** The server has made the session longer. */
export function prolongUserSession(mark: SessionMark, lifetimeMs: number, now = Date.now()): void {
  writeMark({ ...mark, refreshedAt: now, expiresAt: now + lifetimeMs })
}

/** Holds the token for this tab; with `keep`, for this browser until somebody signs out. */
export function startTokenSession(token: string, { keep }: { readonly keep: boolean }): void {
  forgetTab()
  stored(localStorage).set(null)
  stored(keep ? localStorage : sessionStorage).set(token)
}

export function startPublicSession(): void {
  forgetTab()
  stored(localStorage).set(null)
  sessionStorage.setItem(visitorKey, 'yes')
}

/** Forgets who is here. A user's session lives on at the server: `signOut` ends it there too. */
export function endSession(): void {
  const kind = currentSession()?.kind
  forgetTab()
  stored(localStorage).set(null)
  // A visitor's tab, or one with a token, leaves the user of the other tabs alone.
  if (kind === 'user' || kind === undefined) localStorage.removeItem(markKey)
}

function forgetTab(): void {
  stored(sessionStorage).set(null)
  sessionStorage.removeItem(visitorKey)
  keepGuest(null)
}

const stored = (storage: Storage) => storedTokenStore(storage, tokenKey)

const writeMark = (mark: SessionMark): void => localStorage.setItem(markKey, JSON.stringify(mark))

const isMark = (value: unknown): value is SessionMark =>
  typeof value === 'object' &&
  value !== null &&
  ['startedAt', 'refreshedAt', 'expiresAt'].every((key) => typeof Reflect.get(value, key) === 'number')
