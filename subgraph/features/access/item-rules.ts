/** Which rules an item matches: asked of the database, with the facts of whom the rules are for. */
import type { Database } from '#schema-engine/database/database.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { compileRows } from '#schema-engine/query/compile-rows.ts'
import { planRows } from '#schema-engine/query/plan-rows.ts'
import { valueOf, type RequestFacts } from '#schema-engine/sql/bind.ts'

export type ItemAsked = {
  readonly collection: Collection
  /** As `operandsOf` gives it. */
  readonly key: readonly unknown[]
  /** null matches every item. */
  readonly rules: readonly (FilterInput | null)[]
  readonly facts: RequestFacts
}

/** By position in the rules; null where there is no such item. */
export async function matchesOf(
  { collection, key, rules, facts }: ItemAsked,
  model: Model,
  { rows, dialect }: Pick<Database, 'rows' | 'dialect'>,
): Promise<readonly boolean[] | null> {
  const plan = planRows(
    {
      collection,
      where: { fields: collection.primaryKey, tuples: [key], fixed: [] },
      texts: [],
      documents: [],
      flags: [[], ...rules.map((rule) => (rule === null ? [] : [rule]))],
      isLocked: false,
      seenBy: null,
    },
    model,
  )
  const { text, binds } = compileRows(plan, dialect)
  const values = binds.map((bind) => valueOf(bind, { variables: {}, context: facts }))
  const [found] = await rows({ text, values, name: null })
  return found === undefined ? null : found.slice(1).map((flag) => Number(flag) === 1)
}
