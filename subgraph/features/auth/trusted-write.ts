/** Writes that the program does on its own account, by the one write path. */
import type { Actor } from '#schema-engine/actor.ts'
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
