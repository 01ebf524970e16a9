/** What is older than the project wants to keep goes, in batches, by the ordinary write path. */
import type { Engine } from '#schema-engine/engine.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import { parseFilter } from '#schema-engine/filter/parse.ts'
import { withInternal } from '#schema-engine/model/internal.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { noOrigin, write, type WriteContext } from '#schema-engine/mutation/index.ts'
import type { WriteRequest } from '#schema-engine/mutation/request.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { Job } from './index.ts'

export type Retention = {
  /** Of the records of who did what; those with revisions stay as long as these. */
  readonly activityMs: number
  readonly revisionsMs: number
  /** Rows of one transaction. */
  readonly batch: number
}

export type Removed = { readonly activity: number; readonly revisions: number }

export const retentionJob = (schedule: string, engine: Engine, retention: Retention): Job => ({
  name: 'retention',
  schedule,
  run: async (signal) => {
    await removeOld(engine, retention, new Date(), signal)
  },
})

/**
 * Removes old revisions, then old activity, then what the outbox has given up. Processes that do so at once take turns.
 *
 * @returns how many rows this process removed
 */
export async function removeOld(
  engine: Engine,
  { activityMs, revisionsMs, batch }: Retention,
  now: Date,
  signal: AbortSignal,
): Promise<Removed> {
  const before = (ageMs: number): FilterInput => ({ timestamp: { _lt: new Date(now.getTime() - ageMs).toISOString() } })
  const inBatches = (change: Change, collection: string, filter: FilterInput) =>
    repeat({ engine, change, collection, filter, batch }, now, signal)

  // A revision names the one that it was made with: that one can only go when nobody names it any more.
  await inBatches('forget-parent', 'directus_revisions', { parent: { activity: before(revisionsMs) } })
  const revisions = await inBatches('delete', 'directus_revisions', { activity: before(revisionsMs) })
  const activity = await inBatches('delete', 'directus_activity', {
    _and: [before(activityMs), { revisions: { _none: {} } }],
  })
  if (!signal.aborted) await engine.bus.cleanOutbox(now.getTime() - activityMs, batch)
  return { activity, revisions }
}

/** Sessions that are over long enough for nobody to come back with a token of them that was used before. */
const sessionRestMs = 86_400_000

export const sessionsJob = (schedule: string, engine: Engine, batch: number): Job => ({
  name: 'sessions',
  schedule,
  run: async (signal) => {
    await removeEndedSessions(engine, batch, new Date(), signal)
  },
})

/** @returns how many rows this process removed */
export function removeEndedSessions(engine: Engine, batch: number, now: Date, signal: AbortSignal): Promise<number> {
  const filter = { expires: { _lt: new Date(now.getTime() - sessionRestMs).toISOString() } }
  return repeat({ engine, change: 'delete', collection: 'directus_sessions', filter, batch }, now, signal)
}

type Change = 'delete' | 'forget-parent'

type Batches = {
  readonly engine: Engine
  readonly change: Change
  readonly collection: string
  readonly filter: FilterInput
  readonly batch: number
}

/** Until a batch is not full: how many rows there were in all. */
async function repeat(batches: Batches, now: Date, signal: AbortSignal): Promise<number> {
  for (let count = 0; ;) {
    const context = contextOf(batches.engine, now)
    const request = requestOf(batches, context.model)
    if (signal.aborted || request === null) return count
    const { keys } = await write(request, context, async () => null)
    count += keys.length
    if (keys.length < batches.batch) return count
  }
}

/** null: the database has no such record. */
function requestOf({ change, collection: name, filter, batch }: Batches, model: Model): WriteRequest | null {
  const collection = model.collections.get(name)
  if (collection === undefined) return null
  const target = {
    kind: 'query',
    query: { filter: parseFilter(filter, collection, model), search: null, sort: [], limit: batch, offset: null },
  } as const
  return change === 'delete'
    ? { kind: 'delete', collection: name, target }
    : { kind: 'update', collection: name, target, data: { parent: null } }
}

/** Each batch is a transaction that one process makes at a time. */
function contextOf({ live, database, bus, vault }: Engine, now: Date): WriteContext {
  return {
    actor: { kind: 'system', reason: 'schedule' },
    access: fullAccess,
    model: withRecordsWritable(live.current()),
    facts: { now, user: null, role: null, roles: [], policies: [] },
    origin: noOrigin,
    database: { ...database, transaction: (work) => database.exclusively('tablegraph_retention', work) },
    bus,
    vault,
  }
}

/** Nobody rewrites the record of what was done, and nobody but this takes anything away from it. */
function withRecordsWritable(model: Model): Model {
  const collections = new Map(withInternal(model).collections)
  for (const name of ['directus_activity', 'directus_revisions']) {
    const collection = collections.get(name)
    if (collection !== undefined) collections.set(name, { ...collection, isReadOnly: false })
  }
  return { ...model, collections }
}
