/** Who asks. Someone always does: trusted work names itself, and leaving the actor out does not compile. */
export type Key = string | number

export type Actor =
  | { readonly kind: 'public'; readonly ip: string | null }
  | { readonly kind: 'user'; readonly user: Key; readonly role: Key | null; readonly ip: string | null }
  | { readonly kind: 'share'; readonly share: Key; readonly collection: string; readonly item: Key }
  | { readonly kind: 'system'; readonly reason: 'admin-token' | 'migration' | 'schedule' | 'sign-in' | 'cli' }
