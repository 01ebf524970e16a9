/** When a token or key was last used: written beside the request, which does not wait for it, and seldom. */
import type { Engine } from '#schema-engine/engine.ts'
import { updateTrusted } from '#schema-engine/mutation/trusted.ts'

/** Says that a row's token was used. Never throws, and is not waited for. */
export type NoteUse = (row: { readonly collection: string; readonly field: string; readonly key: string }) => void

const intervalMs = 60_000
const maxKept = 10_000

export function createLastUse({ live, database }: Pick<Engine, 'live' | 'database'>): NoteUse {
  const notedAt = new Map<string, number>()
  return ({ collection, field, key }) => {
    const now = Date.now()
    const name = `${collection} ${key}`
    const before = notedAt.get(name)
    if (before !== undefined && before + intervalMs > now) return
    if (notedAt.size >= maxKept) notedAt.clear()
    notedAt.set(name, now)
    const values = { [field]: new Date(now).toISOString() }
    // A database that can't take it now lets the holder in all the same.
    void database
      .transaction((connection) =>
        updateTrusted(collection, { field: 'id', values: [key] }, values, live.current(), connection),
      )
      .catch(() => null)
  }
}
