/**
 * The outbox: what a listener must hear of even if a process dies. Events are put down in the transaction that made them,
 * and delivered after it by whichever process leases them: at least once, and in order for each item.
 */
import { randomUUID } from 'node:crypto'
import type { Connection, Database } from '../database/database.ts'
import type { EngineEvent, EventKind } from './events.ts'
import {
  deleteAbandoned,
  deleteHeard,
  insertRows,
  lease,
  putBack,
  readWaiting,
  renewLease,
  selectAnyDue,
  selectWaiting,
  type OutboxRow,
} from './outbox-statements.ts'

/** What is made in a transaction, which can put it down with the change itself. */
export type ReliableKind =
  | Extract<EventKind, `${'collections' | 'fields' | 'relations'}.${string}`>
  | 'items.create'
  | 'items.update'
  | 'items.delete'
  | 'items.sort'
  | 'items.promote'

/** `id` is the same at every attempt, so that who has heard can tell a repetition; null where there is no outbox. */
export type Delivery = { readonly id: string | null; readonly attempt: number }

/** Throws to hear of the event again, later. */
export type ReliableListener = (event: EngineEvent, delivery: Delivery) => Promise<void> | void

export type OutboxSettings = {
  readonly database: Database
  /** Whether the database has the table. Without it events are told once, from memory. */
  readonly isThere: () => boolean
  readonly onFailure: (error: unknown) => void
  readonly timing?: OutboxTiming
}

export type OutboxTiming = {
  /** How often to look for what another process left. */
  readonly pollMs: number
  /** For how long who delivers keeps a row to itself; renewed while the listener works. */
  readonly leaseMs: number
  /** The pause after the first attempt; doubled after each. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /** After so many the event is given up. */
  readonly maxAttempts: number
  /** How long closing waits for a delivery; one that takes longer is made again by another process. */
  readonly closeMs: number
}

/** Ten attempts in about twenty minutes. */
export const usualTiming: OutboxTiming = {
  pollMs: 5000,
  leaseMs: 30_000,
  backoffMs: 1000,
  maxBackoffMs: 300_000,
  maxAttempts: 10,
  closeMs: 5000,
}

export type Outbox = {
  readonly listen: (name: string, kinds: readonly ReliableKind[], listener: ReliableListener) => () => void
  /** @param connection of the transaction that makes the events; does nothing where nobody waits for them */
  readonly record: (events: readonly EngineEvent[], connection: Connection) => Promise<void>
  /** Whether somebody waits for what is put down of this kind. */
  readonly isAwaited: (kind: EventKind) => boolean
  /** After commit. */
  readonly wake: (events: readonly EngineEvent[]) => void
  /** Removes rows older than a moment, in batches; none of a listener can be older that is not lost. Gives their number. */
  readonly removeBefore: (moment: number, batch: number) => Promise<number>
  /** Takes nothing new, and waits for what is being delivered. */
  readonly close: () => Promise<void>
}

type Listening = { readonly kinds: readonly ReliableKind[]; readonly listener: ReliableListener }
type Leased = { readonly name: string; readonly row: OutboxRow }

/** Rows of one listener that are looked at together: with as many waiting for another attempt, the next ones wait too. */
const rowsLookedAt = 200
/** Of one listener in one process: a slow one holds up no other. */
const deliveriesAtOnce = 10
/** Parameters of one statement are limited (SQLite: 32,766). */
const rowsPerInsert = 500
const maxErrorLength = 2000

export function createOutbox({ database, isThere, onFailure, timing = usualTiming }: OutboxSettings): Outbox {
  const listeners = new Map<string, Listening>()
  const self = randomUUID()
  let timer: NodeJS.Timeout | null = null
  const deliveries = new Map<string, Set<Promise<void>>>()
  let running: Promise<void> | null = null
  let isWoken = false
  let isClosed = false

  const wanted = (events: readonly EngineEvent[]) =>
    [...listeners].flatMap(([name, { kinds, listener }]) =>
      events
        .filter(({ kind }) => kinds.some((wants) => wants === kind))
        .map((event) => ({ listener: name, event, tell: listener })),
    )

  const run = (): void => {
    isWoken = true
    if (running !== null || isClosed) return
    if (timer !== null) clearTimeout(timer)
    running = startDue()
      .catch(onFailure)
      .finally(() => {
        running = null
        schedule()
      })
  }

  const schedule = (): void => {
    if (isClosed || listeners.size === 0) return
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(run, isWoken ? 0 : timing.pollMs)
    timer.unref()
  }

  /** Starts what is due, as far as there is room; each that ends looks for the next. */
  const startDue = async (): Promise<void> => {
    while (isWoken && !isClosed) {
      isWoken = false
      if (!isThere() || !(await isAnyDue())) continue
      for (const leased of await leaseDue()) start(leased)
    }
  }

  const start = (leased: Leased): void => {
    const ofListener = deliveries.get(leased.name) ?? new Set()
    const delivery: Promise<void> = deliver(leased)
      .catch(onFailure)
      .finally(() => {
        ofListener.delete(delivery)
        run()
      })
    deliveries.set(leased.name, ofListener.add(delivery))
  }

  const isAnyDue = async (): Promise<boolean> => {
    const rows = await database.rows(selectAnyDue([...listeners.keys()], Date.now(), database))
    return rows.length > 0
  }

  const leaseDue = (): Promise<readonly Leased[]> =>
    database.exclusively('tablegraph_outbox', async (connection) => {
      const now = Date.now()
      const due: Leased[] = []
      for (const name of listeners.keys()) {
        const rows = readWaiting(await connection.rows(selectWaiting(name, rowsLookedAt, database)))
        const room = deliveriesAtOnce - (deliveries.get(name)?.size ?? 0)
        due.push(
          ...dueRows(rows, now)
            .slice(0, room)
            .map((row) => ({ name, row })),
        )
      }
      if (due.length > 0) {
        const ids = due.map(({ row }) => row.id)
        await connection.change(lease(ids, self, now + timing.leaseMs, database))
      }
      return due
    })

  const deliver = async ({ name, row }: Leased): Promise<void> => {
    const listening = listeners.get(name)
    if (listening === undefined) return
    const attempt = row.attempts + 1
    const endRenewing = keepLease(row.id)
    try {
      await listening.listener(row.event, { id: row.id, attempt })
    } catch (error) {
      endRenewing()
      onFailure(error)
      await change(putBack(failed(row.id, attempt, error), self, database))
      return
    }
    endRenewing()
    await change(deleteHeard(row.id, database))
  }

  const failed = (id: string, attempts: number, error: unknown) => {
    const now = Date.now()
    const pause = Math.min(timing.backoffMs * 2 ** (attempts - 1), timing.maxBackoffMs)
    return {
      id,
      attempts,
      availableAt: now + pause,
      failedAt: attempts >= timing.maxAttempts ? now : null,
      error: (error instanceof Error ? error.message : String(error)).slice(0, maxErrorLength),
    }
  }

  const keepLease = (id: string): (() => void) => {
    const renewing = setInterval(() => {
      change(renewLease([id], self, Date.now() + timing.leaseMs, database)).catch(onFailure)
    }, timing.leaseMs / 2)
    renewing.unref()
    return () => clearInterval(renewing)
  }

  const change = (statement: ReturnType<typeof deleteHeard>) =>
    database.transaction((connection) => connection.change(statement))

  return {
    listen: (name, kinds, listener) => {
      if (listeners.has(name)) throw new TypeError(`there is a reliable listener "${name}" already`)
      listeners.set(name, { kinds, listener })
      run() // what an earlier process left
      return () => listeners.delete(name)
    },
    record: async (events, connection) => {
      if (listeners.size === 0 || !isThere()) return
      const rows = wanted(events)
      const now = Date.now()
      for (let from = 0; from < rows.length; from += rowsPerInsert) {
        await connection.change(insertRows(rows.slice(from, from + rowsPerInsert), now, database))
      }
    },
    isAwaited: (kind) =>
      isThere() && [...listeners.values()].some(({ kinds }) => kinds.some((wants) => wants === kind)),
    wake: (events) => {
      if (listeners.size === 0) return
      const heard = wanted(events)
      if (heard.length === 0) return
      if (isThere()) run()
      else for (const { event, tell } of heard) void tellOnce(tell, event, onFailure)
    },
    removeBefore: async (moment, batch) => {
      if (!isThere()) return 0
      let removed = 0
      for (;;) {
        const { changedRows } = await change(deleteAbandoned(moment, batch, database))
        removed += changedRows
        if (changedRows < batch) return removed
      }
    },
    close: async () => {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      await running
      const underWay = [...deliveries.values()].flatMap((ofListener) => [...ofListener])
      await Promise.race([Promise.all(underWay), pause(timing.closeMs)])
    },
  }
}

/** Of waiting rows, oldest first: those free now, with no older one that is about the same item. */
export function dueRows(waiting: readonly OutboxRow[], now: number): readonly OutboxRow[] {
  const taken = new Set<string>()
  return waiting.filter((row) => {
    const items = itemsOf(row.event)
    const isBehind = items.some((item) => taken.has(item))
    for (const item of items) taken.add(item)
    return !isBehind && row.availableAt <= now && (row.leasedUntil === null || row.leasedUntil < now)
  })
}

/** What an event is about: events that share one of these are told in their order. */
function itemsOf(event: EngineEvent): readonly string[] {
  const keys =
    'keys' in event ? event.keys : 'key' in event ? [event.key] : 'item' in event ? [event.item] : [event.kind]
  const collection = 'collection' in event ? event.collection : ''
  return keys.map((key) => JSON.stringify([collection, key]))
}

const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, durationMs).unref()
  })

async function tellOnce(
  listener: ReliableListener,
  event: EngineEvent,
  onFailure: (error: unknown) => void,
): Promise<void> {
  try {
    await listener(event, { id: null, attempt: 1 })
  } catch (error) {
    onFailure(error)
  }
}
