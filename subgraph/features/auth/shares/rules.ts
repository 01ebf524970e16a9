/** Who may share what: the action `share` on the item, which he must see; what a share is of stays (contract §7.5). */
import { fail } from '#schema-engine/errors.ts'
import type { FilterContext, FilterHook } from '#schema-engine/events/bus.ts'
import type { Engine } from '#schema-engine/engine.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import { insertTrusted } from '#schema-engine/mutation/trusted.ts'
import { fullAccess } from '#schema-engine/permissions/access-rules.ts'
import type { ReadLimits } from '#schema-engine/query/request.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import { readItem, readItems, type PlainReader } from '../../../resolve/read-plain.ts'

const table = 'directus_shares'
const describing = 'directus_collections'

/** What says in whose name a share lets in, and to what. */
const fixed = ['collection', 'item', 'role', 'user_created', 'date_created', 'times_used']

/** Keeps the rules from now on. Returns a function that ends it. */
export function guardShares({ bus }: Pick<Engine, 'bus'>, limits: ReadLimits): () => void {
  const creating: FilterHook = async (payload, _, context) => {
    refuseBoundKeys(context)
    const { collection, item } = payload
    if (typeof collection !== 'string' || (typeof item !== 'string' && typeof item !== 'number'))
      return fail('INVALID_PAYLOAD', { reason: '"collection" and "item" must say what is shared.' })
    if (context.facts.user === null && (payload['user_created'] ?? null) === null)
      return fail('INVALID_PAYLOAD', { reason: 'A share needs a user in whose name it is made, "user_created".' })
    if (!context.access.isFull && (payload['times_used'] ?? 0) !== 0) refuseChange('times_used')
    await checkMayShare(collection, String(item), context, limits)
    await ensureRow(collection, context)
    return { ...payload, item: String(item) }
  }
  const updating: FilterHook = async (payload, { keys = [] }, context) => {
    refuseBoundKeys(context)
    if (context.access.isFull) return payload
    const changed = fixed.find((name) => payload[name] !== undefined)
    if (changed !== undefined) refuseChange(changed)
    for (const { collection, item } of await sharesOf(keys, context))
      await checkMayShare(collection, item, context, limits)
    return payload
  }
  // After all other hooks, so that none changes what was checked.
  const ends = [
    bus.onFilter('items.create', creating, Number.MAX_SAFE_INTEGER, table),
    bus.onFilter('items.update', updating, Number.MAX_SAFE_INTEGER, table),
  ]
  return () => ends.forEach((end) => end())
}

const refuseChange = (name: string): never =>
  fail('FORBIDDEN', { reason: `You may not write the field "${name}" of "${table}".` })

/** What a share shows is bounded by all that its maker may see, and so would be more than such a key may. */
function refuseBoundKeys({ facts: { apiKey } }: FilterContext): void {
  if (apiKey !== undefined && apiKey.policy !== null)
    fail('FORBIDDEN', { reason: 'An API key that is bound to a policy may not share.' })
}

/** A share refers to the row that describes its collection, and nobody may have described that. */
async function ensureRow(collection: string, { model, connection }: FilterContext): Promise<void> {
  const where = { field: 'collection', values: [collection] }
  const rows = await readTrusted({ collection: describing, where, fields: ['collection'] }, model, connection)
  if (rows.length === 0) await insertTrusted(describing, { collection }, model, connection)
}

async function sharesOf(keys: readonly string[], { model, connection }: FilterContext) {
  const rows = await readTrusted(
    { collection: table, where: { field: 'id', values: keys }, fields: ['collection', 'item'] },
    model,
    connection,
  )
  return rows.map((row) => ({ collection: textIn(row, 'collection') ?? '', item: textIn(row, 'item') ?? '' }))
}

/** @throws FORBIDDEN for an item that is not there, that he does not see, or may not share */
async function checkMayShare(name: string, item: string, context: FilterContext, limits: ReadLimits): Promise<void> {
  const { access, facts, model, connection } = context
  const collection = model.collections.get(name)
  const [key, ...others] = collection?.primaryKey ?? []
  const rules = access.isFull ? [null] : access.share.get(name)
  if (collection === undefined || key === undefined || others.length > 0 || rules === undefined)
    return fail('FORBIDDEN', {})
  const reader: PlainReader = { access, facts, model, limits, connection }
  if ((await readItem(collection, item, [key], reader)) === null) fail('FORBIDDEN', {})
  if (rules.includes(null)) return
  const filter: FilterInput = { _and: [{ [key]: { _eq: item } }, { _or: rules }] }
  // A rule is its author's, so it may look at anything.
  if ((await readItems(collection, filter, [key], { ...reader, access: fullAccess })).length === 0)
    fail('FORBIDDEN', {})
}
