/**
 * events: what happened, and who hears of it. Filter hooks run in a fixed order: before a write's plan, inside its transaction,
 * and around a read; action listeners after commit. Between processes events travel by a driver (memory, Redis).
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
  /** Fields that get their values from where the item stands in another; they are not in the payload. */
  readonly forced?: readonly string[]
}

/** What may be changed or refused before it is done, and what is read, before it is answered. */
export const filterKinds = [
  'items.query',
  'items.read',
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
] as const satisfies readonly (EventKind | 'items.query')[]

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

/** `query`: of `items.read`, as it came out of the hooks of `items.query`. */
export type ReadMeta = {
  readonly event: 'items.query' | 'items.read'
  readonly collection: string
  readonly query?: Payload
}

/** `connection`: the database, or the transaction of the mutation that is answered. */
export type ReadContext = Omit<FilterContext, 'connection'> & {
  readonly connection: Pick<Connection, 'dialect' | 'rows'>
}

/**
 * Gives the query to go on with: `filter`, `sort`, `limit`, `offset`, `page`, `search` by real names. `fields` (of an
 * aggregate `aggregate` and `groupBy`) are told only. @throws EngineError to refuse: nothing is read then
 */
export type QueryHook = (query: Payload, meta: ReadMeta, context: ReadContext) => Promise<Payload> | Payload

/** Gives the items to answer with, by real names and with values as REST has them. @throws EngineError to refuse */
export type ReadHook = (
  items: readonly Payload[],
  meta: ReadMeta,
  context: ReadContext,
) => Promise<readonly Payload[]> | readonly Payload[]

type OnFilter = {
  (event: 'items.query', hook: QueryHook, position?: number, collection?: string): () => void
  (event: 'items.read', hook: ReadHook, position?: number, collection?: string): () => void
  (
    event: Exclude<FilterKind, 'items.query' | 'items.read'>,
    hook: FilterHook,
    position?: number,
    collection?: string,
  ): () => void
}

/** @throws EngineError to refuse: nothing is written then */
export type CommitGuard = (events: readonly EngineEvent[], context: FilterContext) => Promise<void>

export type ActionListener = (event: EngineEvent) => Promise<void> | void

/** Where an event happened: in this process, or in any process that serves the same project. */
export type Scope = 'here' | 'everywhere'

export type Bus = {
  /**
   * Hooks run in the order of `position` (0), equal ones in the order they came. With a `collection` only for what happens to
   * it. Returns a function that ends it.
   */
  readonly onFilter: OnFilter
  readonly hasFilters: (event: FilterKind, collection?: string) => boolean
  readonly filter: (payload: Payload, meta: FilterMeta, context: FilterContext) => Promise<Payload>
  readonly filterQuery: (query: Payload, collection: string, context: ReadContext) => Promise<Payload>
  /** @param query that the items answer */
  readonly filterItems: (
    items: readonly Payload[],
    about: { readonly collection: string; readonly query: Payload },
    context: ReadContext,
  ) => Promise<readonly Payload[]>
  /**
   * Told before the commit of all that a transaction has done, with the context that its filter hooks were given; what it writes
   * is of that transaction. Returns a function that ends it.
   */
  readonly onCommitting: (guard: CommitGuard) => () => void
  /** @throws what a guard threw: nothing may be committed then */
  readonly committing: (events: readonly EngineEvent[], context: FilterContext) => Promise<void>
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
  /** Whether `recordInOutbox` has anything to put down of this kind. */
  readonly isAwaited: (event: EventKind) => boolean
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
type Hooked = { readonly hook: AnyHook; readonly position: number; readonly collection: string | null }
/** A hook as it is kept: `OnFilter` has seen that it fits its event. */
type AnyHook = (payload: never, meta: never, context: never) => unknown

/** What one process tells the others. */
type Message = { readonly from: string; readonly events: readonly EngineEvent[] }

export type BusSettings = {
  /** Carries events to other processes, and theirs to here; null keeps all in this process. */
  readonly driver: BusDriver | null
  readonly outbox: Omit<OutboxSettings, 'onFailure'>
}

export function createBus({ driver, outbox: outboxSettings }: BusSettings): Bus {
  const filters = new Map<FilterKind, readonly Hooked[]>()
  const guards = new Set<CommitGuard>()
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

  /** Each hook of an event with what the one before gave. */
  async function through<Value>(
    { event, collection }: Pick<FilterMeta, 'event' | 'collection'>,
    given: Value,
    run: (hook: AnyHook, current: Value) => unknown,
  ): Promise<Value> {
    let current = given
    for (const hooked of filters.get(event) ?? [])
      if (isFor(hooked, collection)) current = (await run(hooked.hook, current)) as Value // as `OnFilter` says
    return current
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
    onFilter: (event: FilterKind, hook: AnyHook, position = 0, collection?: string) => {
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
    filter: (payload, meta, context) =>
      through(meta, payload, (hook, current) => (hook as FilterHook)(current, meta, context)),
    filterQuery: (query, collection, context) => {
      const meta = { event: 'items.query', collection } as const
      return through(meta, query, (hook, current) => (hook as QueryHook)(current, meta, context))
    },
    filterItems: (items, about, context) => {
      const meta = { event: 'items.read', ...about } as const
      return through(meta, items, (hook, current) => (hook as ReadHook)(current, meta, context))
    },
    onAction: (event, listener, scope = 'here') => {
      const listening = { listener, scope }
      const ofKind = listeners.get(event) ?? new Set()
      listeners.set(event, ofKind.add(listening))
      return () => ofKind.delete(listening)
    },
    onCommitting: (guard) => {
      guards.add(guard)
      return () => guards.delete(guard)
    },
    committing: async (events, context) => {
      for (const guard of guards) await guard(events, context)
    },
    isHeard: (event) => (listeners.get(event)?.size ?? 0) > 0,
    onActionReliably: outbox.listen,
    recordInOutbox: outbox.record,
    isAwaited: outbox.isAwaited,
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
      guards.clear()
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
