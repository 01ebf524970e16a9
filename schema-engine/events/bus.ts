/**
 * The bus: filter hooks before a write's plan, inside its transaction and in a fixed order; action events after commit.
 * Between processes events travel by a driver (memory, Redis).
 */
import type { Actor } from '../actor.ts'
import type { Connection } from '../database/database.ts'
import type { Access } from '../permissions/access.ts'
import type { EngineEvent, EventKind, Payload } from './events.ts'

/** What a filter hook is told beside the payload. `keys`: of update and delete. */
export type FilterMeta = {
  readonly event: FilterKind
  readonly collection: string
  readonly keys?: readonly string[]
}

export type FilterKind =
  | 'items.create'
  | 'items.update'
  | 'items.delete'
  | 'items.promote'
  | 'collections.create'
  | 'collections.update'
  | 'collections.delete'
  | 'fields.create'
  | 'fields.update'
  | 'fields.delete'
  | 'relations.create'
  | 'relations.update'
  | 'relations.delete'

export type FilterContext = { readonly actor: Actor; readonly access: Access; readonly connection: Connection }

/** Gives the payload to go on with. @throws EngineError to refuse: nothing is written then */
export type FilterHook = (payload: Payload, meta: FilterMeta, context: FilterContext) => Promise<Payload> | Payload

export type ActionListener = (event: EngineEvent) => Promise<void> | void

/** Where an event happened: in this process, or in another one that serves the same project. */
export type Scope = 'here' | 'everywhere'

export type Bus = {
  /** Hooks run in the order of `position`, equal ones in the order they came. Returns a function that ends it. */
  readonly onFilter: (event: FilterKind, hook: FilterHook, position?: number) => () => void
  readonly hasFilters: (event: FilterKind) => boolean
  readonly filter: (payload: Payload, meta: FilterMeta, context: FilterContext) => Promise<Payload>
  /** A listener's failure is reported, and stops nobody. Returns a function that ends it. */
  readonly onAction: (event: EventKind, listener: ActionListener, scope?: Scope) => () => void
  /** After commit. Comes back when listeners have been told, not when they have finished. */
  readonly emit: (events: readonly EngineEvent[]) => void
  readonly close: () => Promise<void>
}
