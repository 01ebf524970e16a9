/**
 * events: what happened, and who hears of it. Filter hooks run before a write's plan, inside its transaction and in a fixed
 * order; action listeners after commit. Between processes events travel by a driver (memory, Redis).
 */
import { randomUUID } from 'node:crypto'
import type { Actor } from '../actor.ts'
import type { Connection } from '../database/database.ts'
import type { Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import type { RequestFacts } from '../sql/bind.ts'
import type { BusDriver } from './bus-driver.ts'
import type { EngineEvent, EventKind, Payload } from './events.ts'
import { createOutbox, type OutboxSettings, type ReliableKind, type ReliableListener } from './outbox.ts'

/** What a filter hook is told beside the payload. `keys`: of update and delete. */
export type FilterMeta = {
  readonly event: FilterKind
  readonly collection: string
  readonly keys?: readonly string[]
}

/** What may be changed or refused before it is done: what is done in a transaction. */
export const filterKinds = [
  'items.create',
  'items.update',
  'items.delete',
  'items.promote',
  'collections.create',
  'collections.update',
  'collections.delete',
  'fields.create',
  'fields.update',
  'fields.delete',
  'relations.create',
  'relations.update',
  'relations.delete',
] as const satisfies readonly EventKind[]

export type FilterKind = (typeof filterKinds)[number]

export type FilterContext = {
  readonly actor: Actor
  readonly access: Access
  readonly model: Model
  readonly facts: RequestFacts
  readonly connection: Connection
}

/** Gives the payload to go on with. @throws EngineError to refuse: nothing is written then */
export type FilterHook = (payload: Payload, meta: FilterMeta, context: FilterContext) => Promise<Payload> | Payload

export type ActionListener = (event: EngineEvent) => Promise<void> | void

/** Where an event happened: in this process, or in any process that serves the same project. */
export type Scope = 'here' | 'everywhere'

export type Bus = {
  /**
   * Hooks run in the order of `position` (0), equal ones in the order they came. With a `collection` only for what happens to
   * it. Returns a function that ends it.
   */
  readonly onFilter: (event: FilterKind, hook: FilterHook, position?: number, collection?: string) => () => void
  readonly hasFilters: (event: FilterKind, collection?: string) => boolean
  readonly filter: (payload: Payload, meta: FilterMeta, context: FilterContext) => Promise<Payload>
  /** `scope`: `here`. A listener's failure is reported, and stops nobody. Returns a function that ends it. */
  readonly onAction: (event: EventKind, listener: ActionListener, scope?: Scope) => () => void
  /** Whether somebody in this process listens: for events that cost something to make. */
  readonly isHeard: (event: EventKind) => boolean
  /**
   * Told at least once, even if this process dies: by any process that has a listener of this name, in order for each item,
   * again after a failure. Of the outbox, where the database has one. Returns a function that ends it.
   */
  readonly onActionReliably: (name: string, kinds: readonly ReliableKind[], listener: ReliableListener) => () => void
  /** Before commit, in the transaction that makes the events: for `onActionReliably`. Costs nothing where nobody listens so. */
  readonly recordInOutbox: (events: readonly EngineEvent[], connection: Connection) => Promise<void>
  /**
   * After commit. Comes back when listeners have been told, not when they have finished. What was read stays in this process:
   * nobody elsewhere may need it, and it is much.
   */
  readonly emit: (events: readonly EngineEvent[]) => void
  /** Told when other processes are heard, for the first time or again: what they said before was missed. Returns a function that ends it. */
  readonly onResume: (listener: () => Promise<void>) => () => void
  /** Told of a listener or a driver that failed. Returns a function that ends it. */
  readonly onFailure: (listener: (error: unknown) => void) => () => void
  /** Forgets what the outbox has kept since before a moment (milliseconds since 1970): given up, or of no listener any more. */
  readonly cleanOutbox: (before: number, batch: number) => Promise<number>
  readonly close: () => Promise<void>
}

type Listening = { readonly listener: ActionListener; readonly scope: Scope }
type Hooked = { readonly hook: FilterHook; readonly position: number; readonly collection: string | null }

/** What one process tells the others. */
type Message = { readonly from: string; readonly events: readonly EngineEvent[] }

export type BusSettings = {
  /** Carries events to other processes, and theirs to here; null keeps all in this process. */
  readonly driver: BusDriver | null
  readonly outbox: Omit<OutboxSettings, 'onFailure'>
}

export function createBus({ driver, outbox: outboxSettings }: BusSettings): Bus {
  const filters = new Map<FilterKind, readonly Hooked[]>()
  const listeners = new Map<EventKind, Set<Listening>>()
  const failures = new Set<(error: unknown) => void>()
  const resumed = new Set<() => Promise<void>>()
  const here = randomUUID()

  const reportFailure = (error: unknown): void => {
    for (const report of failures) report(error)
  }

  const tell = (events: readonly EngineEvent[], from: Scope): void => {
    for (const event of events) {
      for (const { listener, scope } of listeners.get(event.kind) ?? []) {
        if (from === 'here' || scope === 'everywhere') void guarded(listener, event)
      }
    }
  }

  const guarded = async (listener: ActionListener, event: EngineEvent): Promise<void> => {
    try {
      await listener(event)
    } catch (error) {
      reportFailure(error)
    }
  }

  const outbox = createOutbox({ ...outboxSettings, onFailure: reportFailure })

  let isCutOff = false
  /** A failure is reported once until it works again. */
  const tellOthers = async (others: BusDriver, message: Message): Promise<void> => {
    try {
      await others.tell(JSON.stringify(message))
      isCutOff = false
    } catch (error) {
      if (!isCutOff) reportFailure(error)
      isCutOff = true
    }
  }

  const endListening = driver?.listen({
    onMessage: (text) => {
      const message = messageOf(text)
      if (message === null)
        reportFailure(new TypeError('The bus brought what no process of this project can have sent.'))
      else if (message.from !== here) tell(message.events, 'everywhere')
    },
    onFailure: reportFailure,
    onResume: () => {
      for (const listener of resumed) listener().catch(reportFailure)
    },
  })

  return {
    onFilter: (event, hook, position = 0, collection) => {
      const hooked = { hook, position, collection: collection ?? null }
      const all = [...(filters.get(event) ?? []), hooked].sort((a, b) => a.position - b.position)
      filters.set(event, all)
      return () =>
        filters.set(
          event,
          (filters.get(event) ?? []).filter((other) => other !== hooked),
        )
    },
    hasFilters: (event, collection) =>
      filters.get(event)?.some((hooked) => collection === undefined || isFor(hooked, collection)) === true,
    filter: async (payload, meta, context) => {
      let current = payload
      for (const hooked of filters.get(meta.event) ?? [])
        if (isFor(hooked, meta.collection)) current = await hooked.hook(current, meta, context)
      return current
    },
    onAction: (event, listener, scope = 'here') => {
      const listening = { listener, scope }
      const ofKind = listeners.get(event) ?? new Set()
      listeners.set(event, ofKind.add(listening))
      return () => ofKind.delete(listening)
    },
    isHeard: (event) => (listeners.get(event)?.size ?? 0) > 0,
    onActionReliably: outbox.listen,
    recordInOutbox: outbox.record,
    cleanOutbox: outbox.removeBefore,
    emit: (events) => {
      if (events.length === 0) return
      tell(events, 'here')
      outbox.wake(events)
      const forOthers = events.filter(({ kind }) => kind !== 'items.read')
      if (driver === null || forOthers.length === 0) return
      void tellOthers(driver, { from: here, events: forOthers })
    },
    onResume: (listener) => {
      resumed.add(listener)
      return () => resumed.delete(listener)
    },
    onFailure: (listener) => {
      failures.add(listener)
      return () => failures.delete(listener)
    },
    close: async () => {
      endListening?.()
      listeners.clear()
      filters.clear()
      resumed.clear()
      await outbox.close()
      await driver?.close()
    },
  }
}

const isFor = (hooked: Hooked, collection: string): boolean =>
  hooked.collection === null || hooked.collection === collection

function messageOf(text: string): Message | null {
  try {
    const message = JSON.parse(text) as Partial<Message> | null // checked below; the events are `emit`'s
    const isMessage = typeof message?.from === 'string' && Array.isArray(message.events)
    return isMessage ? { from: message.from, events: message.events } : null
  } catch {
    return null
  }
}
