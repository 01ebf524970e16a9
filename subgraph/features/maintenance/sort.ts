/** Moving an item in a collection that has a sort field. All of it is numbered anew, from 1, without gaps. */
import type { Connection } from '#schema-engine/database/database.ts'
import { fail } from '#schema-engine/errors.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import { noOrigin, write } from '#schema-engine/mutation/index.ts'
import { mayRead, mayWrite, mayWriteField } from '#schema-engine/permissions/access-rules.ts'
import { encodeKey } from '#schema-engine/query/key.ts'
import { planRead } from '#schema-engine/query/plan.ts'
import { prepareRead } from '#schema-engine/query/prepare.ts'
import { noArguments } from '#schema-engine/query/request.ts'
import { constantInput } from '#schema-engine/sql/input.ts'
import type { FeatureContext } from '../feature.ts'
import { within } from '../within.ts'

export type Move = { readonly collection: string; readonly item: string; readonly to: string }

/**
 * Puts `item` where `to` stands; what lies between moves by one.
 * @throws FORBIDDEN when the caller may not see one of them, or not change the sort field
 * @throws INVALID_PAYLOAD when the collection has no sort field
 */
export async function sortItem(move: Move, context: FeatureContext): Promise<void> {
  const { caller, engine, model, isDryRun, tell } = context
  const { actor, access, facts, origin = noOrigin } = caller
  const { database, bus, vault } = engine
  const collection = model.collections.get(move.collection)
  if (collection === undefined || !mayRead(access, collection.name) || !mayWrite(access, collection.name, 'update'))
    return fail('FORBIDDEN', {})
  const sortField = sortFieldOf(collection)
  if (!mayWriteField(access, collection.name, sortField, 'update')) return fail('FORBIDDEN', {})

  // One after the other: who sorts meanwhile starts from what this one leaves.
  const events = await database.exclusively(`sort ${collection.name}`, async (connection) => {
    const places = await readPlaces(collection, sortField, connection, context)
    const items = numbered(moved(places, move)).filter(({ place, sort }) => place.sort !== sort)
    const sorted = { ...move, kind: 'items.sort' as const, at: facts.now.toISOString(), actor }
    const { events: updates } = await write(
      {
        collection: collection.name,
        kind: 'update-each',
        items: items.map(({ place, sort }) => ({ ...place.key, [sortField]: sort })),
      },
      within(connection, { actor, access, model, facts, origin, database, bus, vault }),
      async () => null,
      isDryRun ? { isDryRun: true } : {},
    )
    if (!isDryRun) await bus.recordInOutbox([sorted], connection)
    return [...updates, sorted]
  })
  if (isDryRun) tell(events)
  else bus.emit(events)
}

function sortFieldOf({ name, sortField, primaryKey, isReadOnly }: Collection): string {
  if (sortField === null || primaryKey.length === 0 || isReadOnly)
    return fail('INVALID_PAYLOAD', { reason: `The collection "${name}" has no sort field.` })
  return sortField
}

type Place = { readonly id: string; readonly key: Readonly<Record<string, unknown>>; readonly sort: number | null }

/** The items as a list shows them: those without a number last, as they were made. */
async function readPlaces(
  collection: Collection,
  sortField: string,
  connection: Connection,
  { caller, limits, model }: FeatureContext,
): Promise<readonly Place[]> {
  const selection = [...collection.primaryKey, sortField].map((name, position) => ({
    key: String(position),
    kind: collection.fields.get(name)?.relation == null ? ('field' as const) : ('keys' as const),
    field: name,
    args: noArguments,
  }))
  const read = {
    kind: 'list' as const,
    collection: collection.name,
    args: { ...noArguments, sort: constantInput([sortField, ...collection.primaryKey]), limit: constantInput(-1) },
    selection,
  }
  const plan = planRead({ roots: [read], format: 'rest' }, model, caller.access, { ...limits, maxLimit: null })
  const prepared = prepareRead(plan, connection.dialect)
  const [row = []] = await connection.rows(prepared.statement({ variables: {}, context: caller.facts }, null))
  const rows = JSON.parse(prepared.roots(row)[0] ?? '[]') as readonly Readonly<Record<string, unknown>>[] // as was selected
  const places = rows.map((values) => {
    const parts = collection.primaryKey.map((name, position) => [name, values[String(position)]] as const)
    const sort = values[String(collection.primaryKey.length)]
    return {
      id: keyText(parts.map(([, value]) => value)),
      key: Object.fromEntries(parts),
      sort: sort == null ? null : Number(sort),
    }
  })
  return [...places.filter(({ sort }) => sort !== null), ...places.filter(({ sort }) => sort === null)]
}

const keyText = (values: readonly unknown[]): string => (values.length === 1 ? String(values[0]) : encodeKey(values))

function moved(places: readonly Place[], { item, to }: Move): readonly Place[] {
  const place = places.find(({ id }) => id === item)
  const target = places.findIndex(({ id }) => id === to)
  if (place === undefined || target < 0) return fail('FORBIDDEN', {})
  return places.filter((other) => other !== place).toSpliced(target, 0, place)
}

const numbered = (places: readonly Place[]) => places.map((place, index) => ({ place, sort: index + 1 }))
