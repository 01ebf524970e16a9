/** Saving into a version, comparing it with its item, and promoting it: each by the caller's own rights. */
import { fail } from '#schema-engine/errors.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { noOrigin, write, type WriteContext } from '#schema-engine/mutation/index.ts'
import type { ItemInput, WriteRequest } from '#schema-engine/mutation/request.ts'
import { decodeKey } from '#schema-engine/query/key.ts'
import type { FeatureContext } from '../feature.ts'
import { changingDelta, type NextDelta, type OwnWork } from './rules.ts'
import {
  hashOf,
  isListName,
  isObject,
  plainReader,
  readMain,
  readVersion,
  readVersionOf,
  visibleDelta,
  withVersion,
  type Version,
  type VersionReader,
} from './version.ts'

/**
 * Adds changes to a version: they must be such as the caller could make to the item itself.
 *
 * @returns all its changes
 * @throws FORBIDDEN where a right is missing; INVALID_PAYLOAD for secrets, and what the item could not hold
 */
export async function saveVersion(id: string, changes: unknown, context: FeatureContext): Promise<ItemInput> {
  if (!isObject(changes)) return fail('INVALID_PAYLOAD', { reason: 'The changes must be an object.' })
  const reader = readerOf(context)
  const version = await readVersion(id, reader)
  refuseSecrets(changes, version.collection, context.model)
  await readMain(version, plainReader(reader))
  await rehearse(version, changes, context)
  let saved = changes
  const next: NextDelta = (delta) => (saved = { ...delta, ...changes })
  const { collection, item } = version
  const { origin = noOrigin } = context.caller
  const record = { collection: collection.name, item, version: version.id, changes, origin }
  await writeVersion(version, { next, record }, {}, context)
  return saved
}

export type Comparison = {
  /** The item has changed since the version was made. */
  readonly outdated: boolean
  readonly mainHash: string
  /** What the version changes. */
  readonly current: ItemInput
  readonly main: ItemInput
}

/** @throws FORBIDDEN where the version or the item can't be seen */
export async function compareVersion(id: string, context: FeatureContext): Promise<Comparison> {
  const reader = readerOf(context)
  const version = await readVersion(id, reader)
  const main = await readMain(version, plainReader(reader))
  const mainHash = await hashOf(version, plainReader(reader))
  const merged = await withVersion(version, reader, (connection) => readMain(version, plainReader(reader, connection)))
  return {
    outdated: version.hash !== mainHash,
    mainHash,
    current: visibleDelta(version.delta, version.collection, reader, merged),
    main,
  }
}

/** @throws FORBIDDEN where there is no such version, or it or its item can't be seen */
export async function versionDelta(
  asked: { readonly collection: string; readonly item: string | null; readonly key: string },
  context: FeatureContext,
): Promise<ItemInput> {
  const reader = readerOf(context)
  const collection = reader.model.collections.get(asked.collection)
  if (collection?.metadata?.versioning !== true) return fail('FORBIDDEN', {})
  const version = await readVersionOf(collection, asked.item, asked.key, reader)
  await readMain(version, plainReader(reader))
  const merged = await withVersion(version, reader, (connection) => readMain(version, plainReader(reader, connection)))
  const parts = decodeKey(version.item, collection.primaryKey.length) ?? []
  const own = collection.primaryKey.flatMap((name, index) => (name in merged ? [[name, parts[index]] as const] : []))
  return { ...Object.fromEntries(own), ...visibleDelta(version.delta, collection, reader, merged) }
}

/**
 * Writes a version's changes to its item. They are gone from the version then, so that nothing is made twice.
 *
 * @param fields only these of its changes; null for all
 * @returns the item's key
 * @throws UNPROCESSABLE_CONTENT when the item is not what the caller compared with; FORBIDDEN where a right is missing
 */
export async function promoteVersion(
  id: string,
  asked: { readonly mainHash: string; readonly fields: readonly string[] | null },
  context: FeatureContext,
): Promise<string> {
  const { engine, caller, isDryRun, tell } = context
  const reader = readerOf(context)
  const version = await readVersion(id, reader)
  await readMain(version, plainReader(reader))
  const { collection, item } = version
  const unknown = asked.fields?.find((name) => !collection.fields.has(name))
  if (unknown !== undefined) fail('INVALID_PAYLOAD', { reason: `"${collection.name}" has no field "${unknown}".` })
  const isAsked = (name: string): boolean => asked.fields === null || asked.fields.includes(name)
  const data = Object.fromEntries(Object.entries(version.delta).filter(([name]) => isAsked(name)))
  await rehearseVersion(version, context)
  const promoted: EngineEvent = {
    kind: 'items.promote',
    at: caller.facts.now.toISOString(),
    actor: caller.actor,
    collection: collection.name,
    item,
    version: version.key,
  }
  const end = engine.bus.onFilter(
    'items.update',
    async (payload, _, { connection }) => {
      if (payload !== data) return payload
      // In the transaction of the write itself.
      if ((await hashOf(version, plainReader(reader, connection))) !== asked.mainHash)
        fail('UNPROCESSABLE_CONTENT', { reason: 'The item has changed since it was compared: compare again.' })
      const changed = await engine.bus.filter(
        payload,
        { event: 'items.promote', collection: collection.name, keys: [item] },
        { ...writeContextOf(context), connection },
      )
      if (!isDryRun) await engine.bus.recordInOutbox([promoted], connection)
      return changed
    },
    Number.MIN_SAFE_INTEGER,
    collection.name,
  )
  try {
    const { events, cascades } = await write(
      { kind: 'update', collection: collection.name, target: { kind: 'keys', keys: [item] }, data },
      writeContextOf(context),
      async () => null,
      isDryRun ? { isDryRun: true } : {},
    )
    if (isDryRun) {
      tell([...events, promoted], cascades)
      return item
    }
  } finally {
    end()
  }
  const hash = await hashOf(version, plainReader(reader))
  // What was saved meanwhile stays.
  const left: NextDelta = (delta) =>
    Object.fromEntries(
      Object.entries(delta).filter(
        ([name, value]) => !(name in data) || JSON.stringify(value) !== JSON.stringify(data[name]),
      ),
    )
  await writeVersion(version, { next: left, record: null }, { hash }, context)
  engine.bus.emit([promoted])
  return item
}

const readerOf = ({ caller: { actor, access, facts }, model, engine, limits }: FeatureContext): VersionReader => ({
  actor,
  access,
  facts,
  model,
  engine,
  limits,
})

function writeContextOf({ caller, model, engine }: FeatureContext): WriteContext {
  const { actor, access, facts, origin = noOrigin } = caller
  const { database, bus, vault } = engine
  return { actor, access, model, facts, origin, database, bus, vault }
}

/** Whether the caller could write this to the item: rights, rules, validation and types are those of an update. */
async function rehearse({ collection, item }: Version, data: ItemInput, context: FeatureContext): Promise<void> {
  await write(
    { kind: 'update', collection: collection.name, target: { kind: 'keys', keys: [item] }, data },
    writeContextOf(context),
    async () => null,
    { isDryRun: true },
  )
}

/** Whether the caller may change the version's own row. */
async function rehearseVersion(version: Version, context: FeatureContext): Promise<void> {
  await changingDelta({ next: (delta) => delta, record: null }, () =>
    write(updateOf(version, { hash: version.hash }), writeContextOf(context), async () => null, { isDryRun: true }),
  )
}

async function writeVersion(version: Version, own: OwnWork, more: ItemInput, context: FeatureContext): Promise<void> {
  const { isDryRun, tell } = context
  const { events } = await changingDelta(own, () =>
    write(updateOf(version, more), writeContextOf(context), async () => null, isDryRun ? { isDryRun: true } : {}),
  )
  if (isDryRun) tell(events)
}

const updateOf = ({ id }: Version, data: ItemInput): WriteRequest => ({
  kind: 'update',
  collection: 'directus_versions',
  target: { kind: 'keys', keys: [id] },
  data,
})

/** What is hashed or hidden when it is written must not stand in a version in the clear. */
function refuseSecrets(input: ItemInput, collection: Collection, model: Model): void {
  for (const [name, value] of Object.entries(input)) {
    const field = collection.fields.get(name)
    if (field === undefined) continue
    if (field.isConcealed) fail('INVALID_PAYLOAD', { reason: `"${name}" is a secret, which a version can't keep.` })
    const { relation } = field
    if (relation === null) continue
    const targets = relation.kind === 'm2a' ? relation.collections : [relation.collection]
    for (const item of itemsIn(value)) {
      for (const target of targets) {
        const related = model.collections.get(target)
        if (related !== undefined) refuseSecrets(item, related, model)
      }
    }
  }
}

/** The items in the value of a relation. */
function itemsIn(value: unknown): readonly ItemInput[] {
  if (Array.isArray(value)) return value.filter(isObject)
  if (!isObject(value)) return []
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every(isListName) ? Object.values(value).flatMap(itemsIn) : [value]
}
