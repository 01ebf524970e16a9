/** Writes that the program does on its own account, by the one write path. */
import type { Actor } from '#schema-engine/actor.ts'
import type { Connection } from '#schema-engine/database/database.ts'
import type { Engine } from '#schema-engine/engine.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { noOrigin, type RequestOrigin, type WriteContext } from '#schema-engine/mutation/index.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'

type SystemReason = Extract<Actor, { readonly kind: 'system' }>['reason']

/** @param origin of the request that it is done for */
export const trustedWrite = (
  { database, bus, vault }: Engine,
  model: Model,
  reason: SystemReason,
  origin: RequestOrigin = noOrigin,
): WriteContext => ({
  actor: { kind: 'system', reason },
  access: fullAccess,
  model,
  facts: { now: new Date(), user: null, role: null, roles: [], policies: [] },
  origin,
  database,
  bus,
  vault,
})

/** A write as a part of a transaction that is under way: its events wait for the end of the whole. */
export const within = (connection: Connection, context: WriteContext): WriteContext => ({
  ...context,
  database: {
    ...context.database,
    rows: connection.rows,
    transaction: (work) => connection.attempt(() => work(connection)),
    exclusively: (_, work) => connection.attempt(() => work(connection)),
  },
  bus: { ...context.bus, emit: () => undefined },
})
