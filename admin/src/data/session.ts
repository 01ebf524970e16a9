/** Who sits in front of the Studio: the holder of a token, the public visitor, or nobody yet. */
import { storedTokenStore } from './generated/runtime/auth.ts'

export type Session = { readonly kind: 'token'; readonly token: string } | { readonly kind: 'public' }

const tokenKey = 'tablegraph.token'
const visitorKey = 'tablegraph.visitor'

/** The token of this tab, or the one that was to be kept; null for the visitor and for nobody. */
export const currentToken = (): string | null => stored(sessionStorage).get() ?? stored(localStorage).get()

export function currentSession(): Session | null {
  const token = currentToken()
  if (token !== null) return { kind: 'token', token }
  return sessionStorage.getItem(visitorKey) === null ? null : { kind: 'public' }
}

/** Holds the token for this tab; with `keep`, for this browser until somebody signs out. */
export function startTokenSession(token: string, { keep }: { readonly keep: boolean }): void {
  endSession()
  stored(keep ? localStorage : sessionStorage).set(token)
}

export function startPublicSession(): void {
  endSession()
  sessionStorage.setItem(visitorKey, 'yes')
}

export function endSession(): void {
  stored(sessionStorage).set(null)
  stored(localStorage).set(null)
  sessionStorage.removeItem(visitorKey)
}

const stored = (storage: Storage) => storedTokenStore(storage, tokenKey)
