/** Everything that happens and that others may hear of, as one union (contract §14). */
import type { Actor, Key } from '../actor.ts'

export type Payload = Readonly<Record<string, unknown>>

/** Told after commit. `collection` is the collection's own name, with `directus_` where it has it. */
export type EngineEvent = { readonly at: string; readonly actor: Actor } & (
  | { readonly kind: 'items.create'; readonly collection: string; readonly key: string; readonly payload: Payload }
  | {
      readonly kind: 'items.update'
      readonly collection: string
      readonly keys: readonly string[]
      readonly payload: Payload
    }
  | { readonly kind: 'items.delete'; readonly collection: string; readonly keys: readonly string[] }
  /** Told in the process that read them. `items`: as the caller asked for them, with the reply's keys. */
  | { readonly kind: 'items.read'; readonly collection: string; readonly items: readonly Payload[] }
  | { readonly kind: 'items.sort'; readonly collection: string; readonly item: string; readonly to: string }
  | { readonly kind: 'items.promote'; readonly collection: string; readonly item: string; readonly version: string }
  | { readonly kind: 'collections.create' | 'collections.update' | 'collections.delete'; readonly collection: string }
  | {
      readonly kind: 'fields.create' | 'fields.update' | 'fields.delete'
      readonly collection: string
      readonly field: string
    }
  | {
      readonly kind: 'relations.create' | 'relations.update' | 'relations.delete'
      readonly collection: string
      readonly field: string
    }
  /** The model has another fingerprint; every process reads the database anew. */
  | { readonly kind: 'schema.changed'; readonly fingerprint: string }
  | { readonly kind: 'auth.login'; readonly user: Key; readonly provider: string }
  | { readonly kind: 'files.upload'; readonly key: string; readonly payload: Payload }
  | { readonly kind: 'server.start' | 'server.stop' }
)

export type EventKind = EngineEvent['kind']
