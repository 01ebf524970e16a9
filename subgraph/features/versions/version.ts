/** A version: changes of one item that are kept beside it until they are promoted (contract §2.4). */
import { createHash } from 'node:crypto'
import type { Actor } from '#schema-engine/actor.ts'
import type { Connection, Database } from '#schema-engine/database/database.ts'
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import type { Bus } from '#schema-engine/events/bus.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { fullAccess, mayFollow, mayRead, mayUse } from '#schema-engine/permissions/access-rules.ts'
import { decodeKey } from '#schema-engine/query/key.ts'
import type { ReadLimits } from '#schema-engine/query/request.ts'
import type { RequestFacts } from '#schema-engine/sql/bind.ts'
import { columnFields, readItem, readItems, type PlainItem, type PlainReader } from '../../resolve/read-plain.ts'

export type Version = {
  readonly id: string
  readonly key: string
  readonly collection: Collection
  readonly item: string
  /** Of the item when the version was made, or last promoted. */
  readonly hash: string | null
  readonly delta: ItemInput
}

/** Who asks, and on what. */
export type VersionReader = {
  readonly actor: Actor
  readonly access: Access
  readonly facts: RequestFacts
  readonly model: Model
  readonly engine: Engine
  readonly limits: ReadLimits
}

export const plainReader = (
  { access, facts, model, limits, engine }: VersionReader,
  connection: Pick<Connection | Database, 'rows' | 'dialect'> = engine.database,
): PlainReader => ({ access, facts, model, limits, connection })

const fields = ['id', 'key', 'collection', 'item', 'hash', 'delta']

/** @throws FORBIDDEN where the caller sees none of this id */
export async function readVersion(id: string, reader: VersionReader): Promise<Version> {
  const row = (await readItem(versionsOf(reader.model), id, fields, plainReader(reader))) ?? fail('FORBIDDEN', {})
  return versionOf(row, reader.model)
}

/** The version of an item (null: of a singleton's) by its key. @throws FORBIDDEN where the caller sees none */
export async function readVersionOf(
  collection: Collection,
  item: string | null,
  key: string,
  reader: VersionReader,
): Promise<Version> {
  const ofItem = item === null ? {} : { item: { _eq: item } }
  const filter = { collection: { _eq: collection.name }, ...ofItem, key: { _eq: key } }
  const [row] = await readItems(versionsOf(reader.model), filter, fields, plainReader(reader))
  return versionOf(row ?? fail('FORBIDDEN', {}), reader.model)
}

export const versionsOf = (model: Model): Collection =>
  model.collections.get('directus_versions') ?? fail('FORBIDDEN', {})

function versionOf(row: PlainItem, model: Model): Version {
  const { delta, hash } = row
  return {
    id: String(row['id']),
    key: String(row['key']),
    collection: versionedCollection(String(row['collection']), model),
    item: String(row['item']),
    hash: typeof hash === 'string' ? hash : null,
    delta: isObject(delta) ? delta : {},
  }
}

/** @throws FORBIDDEN where there is none; UNPROCESSABLE_CONTENT where it has no versions */
export function versionedCollection(name: string, model: Model): Collection {
  const collection = model.collections.get(name) ?? fail('FORBIDDEN', {})
  if (collection.metadata?.versioning !== true || collection.primaryKey.length === 0)
    fail('UNPROCESSABLE_CONTENT', { reason: `Content versioning is not enabled for "${name}".` })
  return collection
}

/** The item itself, as far as the caller may see it. @throws FORBIDDEN where it can't be seen */
export async function readMain(
  { collection, item }: Pick<Version, 'collection' | 'item'>,
  reader: PlainReader,
): Promise<PlainItem> {
  const shown = columnFields(collection).filter((name) => mayUse(reader.access, collection.name, name, 'select'))
  return (await readItem(collection, item, shown, reader)) ?? fail('FORBIDDEN', {})
}

/** What tells whether the item has changed: the same for every caller. @throws FORBIDDEN where it is gone */
export async function hashOf(
  { collection, item }: Pick<Version, 'collection' | 'item'>,
  reader: PlainReader,
): Promise<string> {
  const main =
    (await readItem(collection, item, columnFields(collection), { ...reader, access: fullAccess })) ??
    fail('FORBIDDEN', {})
  const entries = Object.entries(main).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex')
}

/**
 * Reads the item as it would be with the version: its changes are written, what is asked for is read with the caller's own
 * rights, and all of it is rolled back. No hook and no event hears of it. Who may read a version need not be able to write
 * its item; but only rows that the caller sees are changed, so that no version brings hidden ones before him.
 *
 * @throws FORBIDDEN where it changes a row that the caller does not see
 */
export async function withVersion<T>(
  { collection, item, delta }: Version,
  reader: VersionReader,
  read: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { actor, access, facts, model, engine } = reader
  const data = access.isFull ? delta : readableDelta(delta, collection, access, model)
  const { reply } = await write(
    { kind: 'update', collection: collection.name, target: { kind: 'keys', keys: [item] }, data },
    {
      actor,
      access: fullAccess,
      model,
      facts,
      origin: noOrigin,
      database: engine.database,
      bus: access.isFull ? withoutHooks(engine.bus) : onlySeen(engine.bus, reader),
      vault: engine.vault,
    },
    (_, connection) => read(connection),
    { isDryRun: true },
  )
  return reply
}

const withoutHooks = (bus: Bus): Bus => ({ ...bus, hasFilters: () => false })

/** Refuses to change rows that the caller does not see as they are; hears of nothing else. */
const onlySeen = (bus: Bus, reader: VersionReader): Bus => ({
  ...bus,
  hasFilters: (event) => event === 'items.update' || event === 'items.delete',
  filter: async (payload, { collection: name, keys = [] }, { connection }) => {
    const collection = reader.model.collections.get(name) ?? fail('FORBIDDEN', {})
    const rows = await readItems(
      collection,
      keyFilter(collection, keys),
      collection.primaryKey,
      plainReader(reader, connection),
    )
    return rows.length < new Set(keys).size ? fail('FORBIDDEN', {}) : payload
  },
})

function keyFilter({ primaryKey }: Collection, keys: readonly string[]): FilterInput {
  const [only = ''] = primaryKey
  if (primaryKey.length === 1) return { [only]: { _in: [...keys] } }
  const parts = keys.map((key) => decodeKey(key, primaryKey.length) ?? fail('FORBIDDEN', {}))
  return {
    _or: parts.map((values) => ({
      _and: primaryKey.map((name, index) => ({ [name]: { _eq: values[index] ?? null } })),
    })),
  }
}

/** The changes without related items that the caller can't read: they would not be shown to him. */
function readableDelta(delta: ItemInput, collection: Collection, access: Access, model: Model): ItemInput {
  return Object.fromEntries(
    Object.entries(delta).filter(([name, value]) => {
      const field = collection.fields.get(name)
      const isItems = typeof value === 'object' && value !== null
      return field === undefined || field.relation === null || !isItems || mayFollow(access, model, field, 'select')
    }),
  )
}

/** As much of the changes as the caller may see. Own values come from `values`, which were read with the caller's rights. */
export function visibleDelta(
  delta: ItemInput,
  collection: Collection,
  reader: VersionReader,
  values: PlainItem,
): ItemInput {
  const { access, model } = reader
  return Object.fromEntries(
    Object.entries(delta).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      const field = collection.fields.get(name)
      if (field === undefined || !mayUse(access, collection.name, name, 'select')) return []
      const { relation } = field
      if (relation === null) return name in values ? [[name, values[name]]] : []
      const targets = relation.kind === 'm2a' ? relation.collections : [relation.collection]
      const related = targets.flatMap((target) => model.collections.get(target) ?? [])
      if (!related.every((target) => mayRead(access, target.name))) return name in values ? [[name, values[name]]] : []
      return [[name, visibleItems(value, related, access, model)]]
    }),
  )
}

/** Nested items without what the caller may not see of them: keys, lists of items and keys, or create, update and delete. */
function visibleItems(value: unknown, collections: readonly Collection[], access: Access, model: Model): unknown {
  if (access.isFull) return value
  if (Array.isArray(value)) return value.map((each) => visibleItems(each, collections, access, model))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): readonly (readonly [string, unknown])[] => {
      if (isListName(name) && Array.isArray(inner)) return [[name, visibleItems(inner, collections, access, model)]]
      const all = collections.map((collection) => collection.fields.get(name))
      if (!all.every((field) => field !== undefined && mayUse(access, field.collection, name, 'select'))) return []
      const below = all.flatMap((field) => {
        const relation = field?.relation ?? null
        if (relation === null) return []
        const targets = relation.kind === 'm2a' ? relation.collections : [relation.collection]
        return targets.flatMap((target) => model.collections.get(target) ?? [])
      })
      if (below.length === 0) return [[name, inner]]
      return below.every((target) => mayRead(access, target.name))
        ? [[name, visibleItems(inner, below, access, model)]]
        : []
    }),
  )
}

export const isListName = (name: string): boolean => name === 'create' || name === 'update' || name === 'delete'

export const isObject = (value: unknown): value is ItemInput =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
