/** The record of changed metadata: a row of activity for each, and a revision with what was set. */
import type { Actor } from '../actor.ts'
import type { Connection } from '../database/database.ts'
import type { Model } from '../model/model.ts'
import { systemAccountability } from '../model/system-collections.ts'
import { insertRow } from './metadata-rows.ts'
import type { RowChange } from './remodelling.ts'

export type Recorder = {
  readonly actor: Actor
  readonly now: Date
  /** null: unknown. */
  readonly origin: { readonly ip: string | null; readonly userAgent: string | null; readonly origin: string | null }
  readonly connection: Connection
  /** As it was before the change. */
  readonly model: Model
}

/** @param key what the database gave to an inserted row; null where it gives none */
export async function recordRow(row: RowChange, key: number | null, recorder: Recorder): Promise<void> {
  const { actor, now, origin, connection, model } = recorder
  const kept = systemAccountability(row.table)
  if (kept === null || !model.collections.has('directus_activity')) return
  const item = itemOf(row, key, model)
  if (item === null) return
  const action = row.kind === 'insert' ? 'create' : row.kind
  const activity = await insertRow(
    'directus_activity',
    {
      action,
      user: actor.kind === 'user' ? actor.user : null,
      timestamp: now.toISOString(),
      ip: origin.ip,
      user_agent: origin.userAgent,
      collection: row.table,
      item,
      origin: origin.origin,
    },
    connection,
    model,
  )
  if (row.kind === 'delete' || kept !== 'all' || activity === null || !model.collections.has('directus_revisions'))
    return
  const data = row.kind === 'insert' ? row.values : { ...before(row, model), ...row.values }
  const revision = { activity, collection: row.table, item, data, delta: row.values }
  await insertRow('directus_revisions', revision, connection, model)
}

/** The row's key as text; null for what is not one row. */
function itemOf(row: RowChange, key: number | null, model: Model): string | null {
  if (key !== null) return String(key)
  const at = row.kind === 'insert' ? row.values : row.where
  const { id: ownId } = at
  if (typeof ownId === 'string' || typeof ownId === 'number') return String(ownId)
  const [collection, field] = [at['collection'] ?? at['many_collection'], at['field'] ?? at['many_field']]
  if (row.table === 'directus_collections') return String(collection)
  if (typeof collection !== 'string' || typeof field !== 'string') return null
  const known = model.collections.get(collection)?.fields.get(field)
  const id = row.table === 'directus_fields' ? known?.metadata?.id : relationId(collection, field, model)
  return id == null ? null : String(id)
}

function relationId(collection: string, field: string, model: Model): number | null {
  const relation = model.collections.get(collection)?.fields.get(field)?.relation
  return relation?.kind === 'm2o' || relation?.kind === 'm2a' ? (relation.metadata?.id ?? null) : null
}

function before(row: Extract<RowChange, { kind: 'update' }>, model: Model): Readonly<Record<string, unknown>> {
  const { collection, field } = row.where
  const known = model.collections.get(String(collection))
  if (row.table === 'directus_collections') return { ...known?.metadata }
  if (row.table === 'directus_fields') return { ...known?.fields.get(String(field))?.metadata }
  const { many_collection: many, many_field: manyField } = row.where
  const relation = model.collections.get(String(many))?.fields.get(String(manyField))?.relation
  return relation?.kind === 'm2o' || relation?.kind === 'm2a' ? { ...relation.metadata } : {}
}
