/**
 * The guest of a share: of this tab alone, and never by a cookie, which would be in place of that of a user who is signed in.
 * Kept for the tab, because each opening of a share counts as a use of it.
 */
export type Guest = {
  readonly share: string
  readonly accessToken: string
  readonly refreshToken: string
  /** When half of the access token's time is over, in milliseconds since 1970. */
  readonly renewAt: number
}

const guestKey = 'tablegraph.guest'
const listeners = new Set<() => void>()

export function currentGuest(): Guest | null {
  const text = sessionStorage.getItem(guestKey)
  if (text === null) return null
  try {
    const parsed: unknown = JSON.parse(text)
    return isGuest(parsed) ? parsed : null
  } catch {
    return null
  }
}

/** null forgets him. */
export function keepGuest(guest: Guest | null): void {
  if (guest === null) sessionStorage.removeItem(guestKey)
  else sessionStorage.setItem(guestKey, JSON.stringify(guest))
  for (const listener of listeners) listener()
}

/** @returns ends it */
export function onGuestChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

const isGuest = (value: unknown): value is Guest =>
  typeof value === 'object' &&
  value !== null &&
  ['share', 'accessToken', 'refreshToken'].every((key) => typeof Reflect.get(value, key) === 'string') &&
  typeof Reflect.get(value, 'renewAt') === 'number'
