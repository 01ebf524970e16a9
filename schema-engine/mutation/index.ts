/**
 * mutation: the single write path. input → ordered steps → one transaction → the reply, an ordinary read inside it → commit
 * → events. Nothing gets around it. May import everything below `engine`.
 */
import type { Actor } from '../actor.ts'
import type { Connection, Database } from '../database/database.ts'
import type { Bus } from '../events/bus.ts'
import type { EngineEvent } from '../events/events.ts'
import type { Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import type { RequestFacts } from '../sql/bind.ts'
import type { WriteRequest } from './request.ts'

/** What a write needs of its surroundings. */
export type WriteContext = {
  readonly actor: Actor
  readonly access: Access
  readonly model: Model
  readonly facts: RequestFacts
  readonly origin: RequestOrigin
  readonly database: Database
  readonly bus: Bus
}

/** For the record of what was done. null: unknown. */
export type RequestOrigin = {
  readonly ip: string | null
  readonly userAgent: string | null
  /** The page or program that the request came from (Origin header). */
  readonly origin: string | null
}

export const noOrigin: RequestOrigin = { ip: null, userAgent: null, origin: null }

export type WriteOptions = {
  /** Everything is done, and rolled back; no event goes out. */
  readonly isDryRun?: true
}

export type WriteResult<Reply> = {
  /** Of the items that were written, in the order of the input; as texts (`query/key.ts`). */
  readonly keys: readonly string[]
  readonly reply: Reply
  /** What went out after the commit; of a dry run, what would have gone out. */
  readonly events: readonly EngineEvent[]
}

/** Reads what the caller asked to see of the written items, inside the transaction. */
export type ReadBack<Reply> = (keys: readonly string[], connection: Connection) => Promise<Reply>
