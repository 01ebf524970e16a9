/** How many rows one access shows that another does not: counted by the database, under the rules of both. */
import type { Dialect } from '../dialects/dialect.ts'
import type { Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import { mayRead } from '../permissions/access-rules.ts'
import { rowRules } from './plan-conditions.ts'
import { collectionOf, createPlanner, tableRef, type Planner } from './planner.ts'
import type { Condition, SourcePlan } from './plan-types.ts'
import { prepareRead, type PreparedRead } from './prepare.ts'
import { fullAccess } from '../permissions/access-rules.ts'

/** Its one root is an object `{ added, removed }`. @throws INVALID_QUERY when a rule can't be read */
export function prepareDifference(
  name: string,
  { before, after }: { readonly before: Access; readonly after: Access },
  model: Model,
  dialect: Dialect,
): PreparedRead {
  const limits = { defaultLimit: -1, maxLimit: null, maxDepth: 20 }
  const planner = createPlanner({ model, access: fullAccess, format: 'rest', limits })
  const rowsOf = (shown: Access, hidden: Access): SourcePlan => {
    const collection = collectionOf(planner, name)
    const alias = planner.alias()
    const conditionOf = (access: Access): Condition =>
      mayRead(access, name)
        ? { kind: 'and', conditions: rowRules({ ...planner, access } satisfies Planner, collection, alias) }
        : { kind: 'constant', holds: false }
    return {
      from: tableRef(collection, alias),
      joins: [],
      where: [conditionOf(shown), { kind: 'not', condition: conditionOf(hidden) }],
    }
  }
  const parts = [
    { key: 'added', kind: 'count', source: rowsOf(after, before) },
    { key: 'removed', kind: 'count', source: rowsOf(before, after) },
  ] as const
  return prepareRead(
    { roots: [{ kind: 'connection', parts, isBackward: false, cursors: null, behind: null, size: 0 }] },
    dialect,
  )
}
