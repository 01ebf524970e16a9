/** Where a token is kept. No dependencies: this file is copied into generated clients. */

/** Holds one token; null means that nobody is signed in. */
export type TokenStore = {
  readonly get: () => string | null
  readonly set: (token: string | null) => void
}

/** Forgotten with the process. */
export function memoryTokenStore(token: string | null = null): TokenStore {
  let current = token
  return { get: () => current, set: (next) => void (current = next) }
}

/** What `sessionStorage` and `localStorage` have in common. */
export type KeyValueStorage = {
  readonly getItem: (key: string) => string | null
  readonly setItem: (key: string, value: string) => void
  readonly removeItem: (key: string) => void
}

/** Kept in a browser's storage under `key`. */
export function storedTokenStore(storage: KeyValueStorage, key: string): TokenStore {
  return {
    get: () => storage.getItem(key),
    set: (token) => (token === null ? storage.removeItem(key) : storage.setItem(key, token)),
  }
}
