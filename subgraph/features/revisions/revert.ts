/** Makes an item again what it was at a revision, with the items that were written with it. */
import { remodel, type RemodelRequest } from '#schema-engine/ddl/remodel.ts'
import { fail } from '#schema-engine/errors.ts'
import type { Collection, Field, Model } from '#schema-engine/model/model.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import type { ItemInput, WriteRequest } from '#schema-engine/mutation/request.ts'
import { mayUse } from '#schema-engine/permissions/access-rules.ts'
import { decodeKey } from '#schema-engine/query/key.ts'
import { columnFields, readItem, readItems, type PlainItem, type PlainReader } from '../../resolve/read-plain.ts'
import type { FeatureContext } from '../feature.ts'

type Revision = {
  readonly id: string
  readonly collection: string
  readonly item: string
  readonly data: PlainItem
  readonly isOfVersion: boolean
  /** What was written with it. */
  readonly children: readonly Revision[]
}

/**
 * Writes the values of a revision, as an update by the caller: all rights, rules and hooks are those of any other. An item that
 * is no longer there is created again.
 *
 * @throws FORBIDDEN when the revision can't be read, or its values not be written; UNPROCESSABLE_CONTENT for one of a version
 */
export async function revert(id: string, context: FeatureContext): Promise<void> {
  const { caller, engine, model, isDryRun, tell } = context
  const { actor, access, facts, origin = noOrigin } = caller
  const reader = readerOf(context)
  const revision = await readRevision(id, reader)
  if (revision.isOfVersion)
    fail('UNPROCESSABLE_CONTENT', { reason: 'This revision is of a version, and not of the item itself.' })
  const remodelling = remodellingOf(revision)
  if (remodelling !== null) {
    const { database, live, bus } = engine
    const remodelled = await remodel(
      remodelling,
      { actor, access, facts, origin, database, live, bus },
      isDryRun ? 'dry-run' : 'real',
    )
    if (isDryRun) tell(remodelled.events)
    return
  }
  const collection = model.collections.get(revision.collection) ?? fail('FORBIDDEN', {})
  const now = await currentOf(collection, revision.item, reader)
  const data = await inputOf(revision, collection, now, reader)
  const request: WriteRequest =
    now === null
      ? { kind: 'create', collection: collection.name, items: [{ ...data, ...keyOf(revision.item, collection) }] }
      : { kind: 'update', collection: collection.name, target: { kind: 'keys', keys: [revision.item] }, data }
  const { events, cascades } = await write(
    request,
    { actor, access, model, facts, origin, database: engine.database, bus: engine.bus, vault: engine.vault },
    async () => null,
    isDryRun ? { isDryRun: true } : {},
  )
  if (isDryRun) tell(events, cascades)
}

/** Metadata of the data model is changed as that is, and by no other way. */
function remodellingOf({ collection: table, item, data }: Revision): RemodelRequest | null {
  const text = (name: string): string => String(data[name])
  switch (table) {
    case 'directus_collections':
      return { kind: 'update-collections', data: [{ collection: item, data: { meta: data } }] }
    case 'directus_fields': {
      const field = text('field')
      return { kind: 'update-fields', collection: text('collection'), data: [{ field, data: { meta: data } }] }
    }
    case 'directus_relations': {
      const [collection, field] = [text('many_collection'), text('many_field')]
      return { kind: 'update-relation', collection, field, data: { meta: data } }
    }
    default:
      return null
  }
}

const readerOf = ({ caller, engine, limits, model }: FeatureContext): PlainReader => ({
  model,
  access: caller.access,
  facts: caller.facts,
  limits,
  connection: engine.database,
})

const revisionFields = ['id', 'collection', 'item', 'data']

/** With its children, to any depth. */
async function readRevision(id: string, reader: PlainReader): Promise<Revision> {
  const revisions = reader.model.collections.get('directus_revisions') ?? fail('FORBIDDEN', {})
  const fields = [...revisionFields, ...(revisions.fields.has('version') ? ['version'] : [])]
  const row = (await readItem(revisions, id, fields, reader)) ?? fail('FORBIDDEN', {})
  const withChildren = async (found: PlainItem): Promise<Revision> => {
    const children = await readItems(revisions, { parent: { _eq: found['id'] } }, fields, reader)
    return {
      id: String(found['id']),
      collection: String(found['collection']),
      item: String(found['item']),
      data: isObject(found['data']) ? found['data'] : {},
      isOfVersion: (found['version'] ?? null) !== null,
      children: await Promise.all(children.map(withChildren)),
    }
  }
  return withChildren(row)
}

/** What the caller sees of the item now; null where it is not there. */
async function currentOf(collection: Collection, item: string, reader: PlainReader): Promise<PlainItem | null> {
  const fields = columnFields(collection).filter((name) => mayUse(reader.access, collection.name, name, 'select'))
  return readItem(collection, item, fields, reader)
}

/** The revision's values that are not those of now, and its children. */
async function inputOf(
  revision: Revision,
  collection: Collection,
  now: PlainItem | null,
  reader: PlainReader,
): Promise<ItemInput> {
  const own = Object.entries(revision.data).filter(([name, value]) => {
    const field = collection.fields.get(name)
    if (field === undefined || !isRestorable(field)) return false
    return now === null || !(name in now) || JSON.stringify(now[name]) !== JSON.stringify(value)
  })
  const input: Record<string, unknown> = Object.fromEntries(own)
  // One after the other: they share lists.
  for (const child of revision.children) await addChild(input, child, revision, collection, reader)
  return input
}

/** Keys name the item; what is computed, and what says when and by whom it was changed, is made anew. */
const isRestorable = ({ column, isPrimaryKey, isConcealed, special }: Field): boolean =>
  column !== null &&
  !isPrimaryKey &&
  !isConcealed &&
  !column.isGenerated &&
  !special.some((one) => one === 'date-updated' || one === 'user-updated' || one === 'role-updated')

/** Puts a child where it belonged: into the list that it was in, or under the field that led to it. */
async function addChild(
  input: Record<string, unknown>,
  child: Revision,
  parent: Revision,
  collection: Collection,
  reader: PlainReader,
): Promise<void> {
  const related = reader.model.collections.get(child.collection)
  if (related === undefined) return
  const now = await currentOf(related, child.item, reader)
  const item = { ...keyOf(child.item, related), ...(await inputOf(child, related, now, reader)) }
  const list = listOf(collection, child, parent, reader.model)
  if (list !== null) {
    const changes = (input[list] ?? { create: [], update: [] }) as { create: unknown[]; update: unknown[] } // made here
    changes[now === null ? 'create' : 'update'].push(item)
    input[list] = changes
    return
  }
  const one = [...collection.fields.values()].find((field) => leadsTo(field, child, parent))
  if (one === undefined) return
  input[one.name] = item
  if (one.relation?.kind === 'm2a') input[one.relation.collectionField] = child.collection
}

function leadsTo({ name, relation }: Field, child: Revision, { data }: Revision): boolean {
  if (String(data[name]) !== child.item) return false
  return relation?.kind === 'm2o'
    ? relation.collection === child.collection
    : relation?.kind === 'm2a' && data[relation.collectionField] === child.collection
}

/** The list whose item led back to the parent. */
function listOf(collection: Collection, child: Revision, parent: Revision, model: Model): string | null {
  const related = model.collections.get(child.collection)
  for (const { name, relation } of collection.fields.values()) {
    if (relation?.kind !== 'o2m' || relation.collection !== child.collection) continue
    const back = related?.fields.get(relation.inverse)
    if (back?.column != null && String(child.data[relation.inverse]) === parent.item) return name
  }
  return null
}

/** The key's fields out of its text. */
function keyOf(text: string, { primaryKey }: Collection): ItemInput {
  const parts = decodeKey(text, primaryKey.length) ?? fail('FORBIDDEN', {})
  return Object.fromEntries(primaryKey.map((name, index) => [name, parts[index]]))
}

const isObject = (value: unknown): value is PlainItem =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
