/** What paths into the user and his role lead to, read for rules that are asked in memory. */
import type { Dialect } from '../dialects/dialect.ts'
import type { DynamicPath } from '../filter/variables.ts'
import type { Field, Model } from '../model/model.ts'
import { fullAccess } from '../permissions/access-rules.ts'
import { planPath } from './plan-conditions.ts'
import { formOf } from './plan-select.ts'
import { createPlanner } from './planner.ts'
import type { Found, RootPlan } from './plan-types.ts'
import { prepareRead, type PreparedRead } from './prepare.ts'

/** `prepared` has a root for each path, a list of values as REST has them. @throws FORBIDDEN for a path that leads nowhere */
export function preparePaths(
  paths: readonly DynamicPath[],
  model: Model,
  dialect: Dialect,
): { readonly prepared: PreparedRead; readonly areMany: readonly boolean[] } {
  const limits = { defaultLimit: -1, maxLimit: null, maxDepth: 20 }
  const found = paths.map((path) => {
    const planner = createPlanner({ model, access: fullAccess, format: 'rest', limits })
    return planPath(planner, path, 0)
  })
  return {
    prepared: prepareRead({ roots: found.map((each) => rootOf(each, model)) }, dialect),
    areMany: found.map(({ isMany }) => isMany),
  }
}

function rootOf({ source, value }: Found, model: Model): RootPlan {
  const field = fieldOfColumn(value.alias, source, value.column.name, model)
  return {
    kind: 'list',
    query: {
      source,
      doc: {
        kind: 'value',
        value: { kind: 'value', value, form: formOf({ format: 'rest' }, field, field.isPrimaryKey) },
      },
      isGrouped: false,
      groupBy: [],
      having: [],
      order: [],
      limit: null,
      offset: null,
    },
  }
}

function fieldOfColumn(alias: string, { from, joins }: Found['source'], column: string, model: Model): Field {
  const table = [from, ...joins.map((join) => join.table)].find((each) => each.alias === alias)
  const collection = [...model.collections.values()].find(
    (each) => each.table?.name === table?.name && each.table?.schema === table?.schema,
  )
  const field = [...(collection?.fields.values() ?? [])].find((each) => each.column?.name === column)
  if (field === undefined) throw new TypeError(`no field of the column ${column}`)
  return field
}
