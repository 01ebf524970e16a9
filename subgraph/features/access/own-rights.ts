/** What the caller may do, as the Studio and other programs ask it before they offer anything (contract §2.2). */
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { operandsOf, partsOf } from '#schema-engine/mutation/keys.ts'
import { withPresets } from '#schema-engine/mutation/prepare.ts'
import type { Access, WriteAccess } from '#schema-engine/permissions/access.ts'
import { grantingRules } from '#schema-engine/permissions/access-rules.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import type { RequestFacts } from '#schema-engine/sql/bind.ts'
import type { Caller } from '../../graph.ts'
import { matchesOf } from './item-rules.ts'

type Rights = {
  readonly access: 'none' | 'partial' | 'full'
  readonly fields?: readonly string[]
  readonly presets?: Readonly<Record<string, unknown>>
}

const actions = ['create', 'read', 'update', 'delete', 'share'] as const

/** By collection and action; `partial`: under conditions of the rows. @throws FORBIDDEN for who isn't signed in */
export function rightsOf(
  { actor, access, facts }: Caller,
  model: Model,
): Readonly<Record<string, Readonly<Record<(typeof actions)[number], Rights>>>> {
  if (actor.kind === 'public') return fail('FORBIDDEN', {})
  const names = [...model.collections.keys()].filter((name) => access.isFull || isNamed(access, name))
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        create: ofWrites(access, access.write.create.get(name), facts),
        read: ofReads(access, model.collections.get(name)),
        update: ofWrites(access, access.write.update.get(name), facts),
        delete: ofRows(
          access,
          access.write.delete.get(name)?.rules.map(({ rows }) => rows),
        ),
        share: ofRows(access, access.share.get(name)),
      },
    ]),
  )
}

const isNamed = ({ read, write, share }: Access, name: string): boolean =>
  [read, write.create, write.update, write.delete, share].some((rules) => rules.has(name))

function ofRows({ isFull }: Access, rules: readonly (FilterInput | null)[] = []): Rights {
  if (isFull) return { access: 'full' }
  if (rules.length === 0) return { access: 'none' }
  return { access: rules.includes(null) ? 'full' : 'partial' }
}

function ofReads(access: Access, collection: Collection | undefined): Rights {
  if (access.isFull) return { access: 'full', fields: ['*'] }
  const own = access.read.get(collection?.name ?? '')
  if (own === undefined || collection === undefined) return { access: 'none' }
  const fields =
    own.wildcards.length > 0
      ? ['*']
      : [...collection.fields.keys()].filter(
          (field) => grantingRules(access, collection.name, field, 'select') !== 'none',
        )
  return { ...ofRows(access, own.rules), fields }
}

function ofWrites(access: Access, own: WriteAccess | undefined, facts: RequestFacts): Rights {
  if (access.isFull) return { access: 'full', fields: ['*'] }
  if (own === undefined || own.rules.length === 0) return { access: 'none' }
  const listed = own.rules.flatMap((rule) => (rule.fields === '*' ? ['*'] : [...rule.fields]))
  const fields = listed.includes('*') ? ['*'] : [...new Set(listed)]
  const presets = withPresets({}, own.rules, facts)
  return {
    ...ofRows(
      access,
      own.rules.map(({ rows, validation }) => (validation === null ? rows : validation)),
    ),
    fields,
    ...(Object.keys(presets).length === 0 ? {} : { presets }),
  }
}

/** The program's own name for "may this be done with the item". */
type ItemRights = Readonly<Record<'update' | 'delete' | 'share', { readonly access: boolean }>>

/**
 * What may be done with one item; without a key, with some items of the collection. An item, or a collection, that isn't there
 * and one that is out of reach give the same.
 * @throws FORBIDDEN for who isn't signed in
 */
export async function itemRightsOf(
  name: string,
  item: string | null,
  { actor, access, facts }: Caller,
  { live, database }: Pick<Engine, 'live' | 'database'>,
): Promise<ItemRights> {
  if (actor.kind === 'public') return fail('FORBIDDEN', {})
  const model = live.current()
  const collection = model.collections.get(name)
  const rules: readonly (readonly (FilterInput | null)[])[] =
    collection === undefined
      ? [[], [], []]
      : access.isFull
        ? [[null], [null], [null]]
        : [
            (access.write.update.get(name)?.rules ?? []).map(({ rows }) => rows),
            (access.write.delete.get(name)?.rules ?? []).map(({ rows }) => rows),
            access.share.get(name) ?? [],
          ]
  const [update, remove, share] = await mayBeDone(rules)
  return { update: { access: update === true }, delete: { access: remove === true }, share: { access: share === true } }

  async function mayBeDone(sets: readonly (readonly (FilterInput | null)[])[]): Promise<readonly boolean[]> {
    const flat = sets.flat()
    if (collection === undefined || flat.length === 0) return sets.map(() => false)
    if (item === null) return sets.map((set) => set.length > 0)
    const key = operandsOf(partsOf(item, collection), collection)
    const matches = key === null ? null : await matchesOf({ collection, key, rules: flat, facts }, model, database)
    let position = 0
    return sets.map((set) => set.map(() => matches?.[position++] === true).includes(true))
  }
}
