/** query: turns the root fields of one read operation into one plan. Pure: permissions are settled here and nowhere later. */
import { fail } from '../errors.ts'
import { fieldType } from '../field-types/index.ts'
import type { Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import { fullAccess } from '../permissions/access-rules.ts'
import { operators } from '../operators/index.ts'
import { mapBind, type Bind } from '../sql/bind.ts'
import { decodeKey } from './key.ts'
import { planAggregate } from './plan-aggregate.ts'
import { columnValue, maskOf, placeOf, rowRules, type Place } from './plan-conditions.ts'
import { planConnection } from './plan-connection.ts'
import { planOrder, planPage } from './plan-order.ts'
import { planDocument, planWhere } from './plan-select.ts'
import { collectionOf, createPlanner, fieldOf, tableRef, type Planner } from './planner.ts'
import type { Condition, QueryPlan, ReadPlan, RootPlan } from './plan-types.ts'
import type { ReadLimits, ReadRequest, RootRead } from './request.ts'

/**
 * @throws FORBIDDEN for what the caller may not use, in whatever part of the request it stands
 * @throws INVALID_QUERY for what is malformed
 */
export function planRead(request: ReadRequest, model: Model, access: Access, limits: ReadLimits): ReadPlan {
  const planner = createPlanner({ model, access, limits, format: request.format })
  return { roots: request.roots.map((root) => planRoot(planner, root)) }
}

function planRoot(planner: Planner, root: RootRead): RootPlan {
  switch (root.kind) {
    case 'list':
      return planList(planner, root)
    case 'one':
      return planOne(planner, root)
    case 'singleton': {
      const collection = collectionOf(planner, root.collection)
      const place = placeOf(collection, planner.alias(), 0)
      const { order } = planOrder(planner, null, place)
      return first(planner, place, root, { where: [], order, limit: 1 })
    }
    case 'aggregate':
      return planAggregate(planner, root)
    case 'connection':
      return planConnection(planner, root)
    case 'entities':
      return planEntities(planner, root)
  }
}

function planList(planner: Planner, root: Extract<RootRead, { kind: 'list' }>): RootPlan {
  const collection = collectionOf(planner, root.collection)
  const place = placeOf(collection, planner.alias(), 0)
  const { order, joins, last } = planOrder(planner, root.args.sort, place)
  const where = [...rowRules(planner, collection, place.alias), ...planWhere(planner, root.args, place)]
  return {
    kind: 'list',
    query: {
      source: { from: tableRef(collection, place.alias), joins, where },
      doc: planDocument(planner, root.selection, place),
      isGrouped: false,
      groupBy: [],
      having: [],
      order: [...order, ...last],
      ...planPage(planner, root.args, planner.limits.defaultLimit),
    },
  }
}

/** The item of a key. A key that can't be one of the collection's finds nothing. */
function planOne(planner: Planner, root: Extract<RootRead, { kind: 'one' }>): RootPlan {
  const collection = collectionOf(planner, root.collection)
  const place = placeOf(collection, planner.alias(), 0)
  if (root.id.kind !== 'scalar') return fail('INVALID_QUERY', { reason: 'id must be a key.' })
  const count = collection.primaryKey.length
  if (count === 0) return fail('INVALID_QUERY', { reason: `"${collection.name}" has no key.` })
  const values = root.id.bind((id) => decodeKey(String(id), count))
  const finding = root.isOwn === true ? { ...planner, access: fullAccess } : planner
  const where = collection.primaryKey.map((name, position) =>
    keyIs(
      finding,
      place,
      name,
      mapBind(values, (parts) => keyPart(parts, position)),
    ),
  )
  // A key finds one at most.
  return first(planner, place, root, { where, order: [], limit: null })
}

const keyPart = (parts: unknown, position: number): unknown => (Array.isArray(parts) ? (parts[position] ?? null) : null)

function keyIs(planner: Planner, place: Place, name: string, bind: Bind): Condition {
  const field = fieldOf(place.collection, name)
  const equals = operators.get('_eq')
  if (equals === undefined) throw new TypeError('no operator _eq')
  const { parse } = fieldType(field.type)
  const parsed = mapBind(bind, (part) => {
    try {
      return part === null ? null : parse(part)
    } catch {
      return null
    }
  })
  return {
    kind: 'compare',
    value: columnValue(planner, place.collection, field, place.alias, 'filter'),
    operator: equals,
    operand: { form: 'scalar', bind: parsed },
  }
}

function first(
  planner: Planner,
  place: Place,
  { selection, filter = null }: Pick<Extract<RootRead, { kind: 'one' }>, 'selection' | 'filter'>,
  { where, order, limit }: Pick<QueryPlan, 'order' | 'limit'> & { readonly where: readonly Condition[] },
): RootPlan {
  const { collection } = place
  const table = collectionOf(planner, collection.name)
  return {
    kind: 'first',
    query: {
      source: {
        from: tableRef(table, place.alias),
        joins: [],
        where: [
          ...where,
          ...rowRules(planner, collection, place.alias),
          ...planWhere(planner, { filter, search: null }, place),
        ],
      },
      doc: planDocument(planner, selection, place),
      isGrouped: false,
      groupBy: [],
      having: [],
      order,
      limit,
      offset: null,
    },
  }
}

function planEntities(planner: Planner, root: Extract<RootRead, { kind: 'entities' }>): RootPlan {
  const { entity, filter = null } = root
  const collection = collectionOf(planner, entity.collection)
  const place = placeOf(collection, planner.alias(), 0)
  const keyAlias = planner.alias()
  const fields = entity.keyFields.map((name) => fieldOf(collection, name))
  const columns = fields.map((field) => columnValue(planner, collection, field, place.alias, 'filter').column)
  const on = columns.map((column, position): Condition => ({
    kind: 'at-key',
    column: { alias: place.alias, column: column.name },
    keyAlias,
    position,
  }))
  const masks = fields.flatMap((field) => {
    const mask = maskOf(planner, collection, field.name, place.alias, 'filter')
    return mask === null ? [] : [mask]
  })
  return {
    kind: 'entities',
    keys: entity.keys,
    keyAlias,
    columns,
    from: tableRef(collection, place.alias),
    on: [
      ...on,
      ...masks,
      ...rowRules(planner, collection, place.alias),
      ...planWhere(planner, { filter, search: null }, place),
    ],
    doc: planDocument(planner, entity.selection, place),
  }
}
