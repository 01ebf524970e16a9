/** What a row of directus_versions must be, whoever writes it, and by which way: checked in the write's own transaction. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { changeRow, insertRow } from '#schema-engine/ddl/metadata-rows.ts'
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import type { FilterContext, FilterHook } from '#schema-engine/events/bus.ts'
import type { Payload } from '#schema-engine/events/events.ts'
import type { RequestOrigin } from '#schema-engine/mutation/index.ts'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import type { ReadLimits } from '#schema-engine/query/request.ts'
import { fullAccess, mayRead } from '#schema-engine/permissions/access-rules.ts'
import { readItem, readItems, type PlainReader } from '../../resolve/read-plain.ts'
import { hashOf, isObject, readMain, versionedCollection, versionsOf } from './version.ts'

/** What becomes of a version's changes. */
export type NextDelta = (delta: ItemInput) => ItemInput

/** What is recorded of a save beside the version's own row (contract §2.3, `version_save`). */
export type SavedRecord = {
  readonly collection: string
  readonly item: string
  readonly version: string
  readonly changes: ItemInput
  readonly origin: RequestOrigin
}

export type OwnWork = { readonly next: NextDelta; readonly record: SavedRecord | null }

const ownWork = new AsyncLocalStorage<OwnWork>()

/**
 * Work of this feature: an update of one version. Its changes are made of those that stand in its row when that is locked, so
 * that of two who save at once neither is lost.
 */
export const changingDelta = <T>(own: OwnWork, work: () => Promise<T>): Promise<T> => ownWork.run(own, work)

/** Keeps the rules from now on. Returns a function that ends it. */
export function guardVersions({ bus }: Engine, limits: ReadLimits): () => void {
  const creating: FilterHook = (payload, _, context) => checkNew(payload, readerOf(context, limits))
  const updating: FilterHook = (payload, { keys = [] }, context) => {
    const own = ownWork.getStore()
    const reader = readerOf(context, limits)
    return own === undefined ? checkChange(payload, keys, reader) : withDelta(payload, keys, own, context, reader)
  }
  const deleting: FilterHook = async (payload, { collection, keys = [] }, context) => {
    await deleteVersionsOf(collection, keys, context, limits)
    return payload
  }
  // After all other hooks, so that none changes what was checked.
  const ends = [
    bus.onFilter('items.create', creating, Number.MAX_SAFE_INTEGER, 'directus_versions'),
    bus.onFilter('items.update', updating, Number.MAX_SAFE_INTEGER, 'directus_versions'),
    bus.onFilter('items.delete', deleting, Number.MAX_SAFE_INTEGER),
  ]
  return () => ends.forEach((end) => end())
}

/** An item's versions go with it: a later one of the same key begins without them. */
async function deleteVersionsOf(
  name: string,
  keys: readonly string[],
  context: FilterContext,
  limits: ReadLimits,
): Promise<void> {
  const { model, connection } = context
  const isVersioned = model.collections.get(name)?.metadata?.versioning === true
  if (!isVersioned || keys.length === 0 || !model.collections.has('directus_versions')) return
  const filter = { collection: { _eq: name }, item: { _in: keys } }
  const found = await readItems(versionsOf(model), filter, ['id'], { ...readerOf(context, limits), access: fullAccess })
  for (const { id } of found)
    await changeRow({ kind: 'delete', table: 'directus_versions', where: { id: String(id) } }, connection, model, [])
}

const readerOf = ({ access, facts, model, connection }: FilterContext, limits: ReadLimits): PlainReader => ({
  access,
  facts,
  model,
  limits,
  connection,
})

/** @throws INVALID_PAYLOAD for the reserved key; UNPROCESSABLE_CONTENT for a key that is taken; FORBIDDEN for an unseen item */
async function checkNew(payload: Payload, reader: PlainReader): Promise<Payload> {
  const { collection: name, item, key, delta, hash: _hash, ...rest } = payload
  if (typeof name !== 'string' || (typeof item !== 'string' && typeof item !== 'number'))
    return fail('INVALID_PAYLOAD', { reason: '"collection" and "item" must say what the version is of.' })
  // Who may not read it is not told either whether it has versions.
  if (!mayRead(reader.access, name)) return fail('FORBIDDEN', {})
  const collection = versionedCollection(name, reader.model)
  const of = { collection, item: String(item) }
  await readMain(of, reader)
  if (delta !== undefined && delta !== null) notHere()
  await checkKey(key, of.collection.name, of.item, null, reader)
  return { ...rest, collection: name, item: of.item, key, hash: await hashOf(of, reader) }
}

/** @throws INVALID_PAYLOAD for what only saving and promoting may change */
async function checkChange(payload: Payload, ids: readonly string[], reader: PlainReader): Promise<Payload> {
  const fixed = ['collection', 'item', 'hash', 'delta'].find((name) => payload[name] !== undefined)
  if (fixed !== undefined) notHere()
  if (payload['key'] === undefined) return payload
  const versions = versionsOf(reader.model)
  for (const id of ids) {
    const row = await readItem(versions, id, ['collection', 'item'], { ...reader, access: fullAccess })
    if (row !== null) await checkKey(payload['key'], String(row['collection']), String(row['item']), id, reader)
  }
  return payload
}

async function withDelta(
  payload: Payload,
  [id = '']: readonly string[],
  { next, record }: OwnWork,
  context: FilterContext,
  reader: PlainReader,
): Promise<Payload> {
  const row = await readItem(versionsOf(reader.model), id, ['delta'], { ...reader, access: fullAccess })
  const delta = row?.['delta']
  if (record !== null) await recordSave(record, context)
  return { ...payload, delta: next(isObject(delta) ? delta : {}) }
}

async function recordSave(
  { collection, item, version, changes, origin }: SavedRecord,
  { actor, facts, connection, model }: FilterContext,
): Promise<void> {
  if (!model.collections.has('directus_activity')) return
  const activity = await insertRow(
    'directus_activity',
    {
      action: 'version_save',
      user: actor.kind === 'user' ? actor.user : null,
      timestamp: facts.now.toISOString(),
      ip: origin.ip,
      user_agent: origin.userAgent,
      origin: origin.origin,
      collection,
      item,
    },
    connection,
    model,
  )
  if (activity === null || !model.collections.has('directus_revisions')) return
  const revision = { activity, collection, item, data: changes, delta: changes, version }
  await insertRow('directus_revisions', revision, connection, model)
}

/** @param own the version whose key it is already; null for a new one */
async function checkKey(
  key: unknown,
  collection: string,
  item: string,
  own: string | null,
  reader: PlainReader,
): Promise<void> {
  if (typeof key !== 'string' || key.trim() === '') return fail('INVALID_PAYLOAD', { reason: 'A version needs a key.' })
  if (key === 'main') return fail('INVALID_PAYLOAD', { reason: '"main" is what the item itself is called.' })
  const filter = { collection: { _eq: collection }, item: { _eq: item }, key: { _eq: key } }
  const same = await readItems(versionsOf(reader.model), filter, ['id'], { ...reader, access: fullAccess })
  if (same.some(({ id }) => String(id) !== own))
    fail('UNPROCESSABLE_CONTENT', { reason: `The item has a version "${key}" already.` })
}

function notHere(): never {
  return fail('INVALID_PAYLOAD', {
    reason: 'What a version is of stays, and its changes are saved by /versions/:id/save or save_versions_item.',
  })
}
