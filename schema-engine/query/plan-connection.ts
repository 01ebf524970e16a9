/** Cursor pages: rows after or before the row that a cursor names, by the values the list is ordered by. */
import type { ColumnKind } from '../dialects/database-schema.ts'
import { fail } from '../errors.ts'
import { mapBind, type Bind } from '../sql/bind.ts'
import type { Input } from '../sql/input.ts'
import { rowRules, placeOf } from './plan-conditions.ts'
import { countOf, planOrder, seesKey } from './plan-order.ts'
import { planDocument, planWhere } from './plan-select.ts'
import { collectionOf, forbiddenField, tableRef, type Planner } from './planner.ts'
import type { Condition, DocEntry, OrderPlan, QueryPlan, RootPlan, ValuePlan } from './plan-types.ts'
import type { EdgeSelected, RootRead } from './request.ts'

type Connection = Extract<RootRead, { kind: 'connection' }>

/** @throws INVALID_QUERY for a cursor of another order, or first and last together */
export function planConnection(planner: Planner, root: Connection): RootPlan {
  const collection = collectionOf(planner, root.collection)
  const place = placeOf(collection, planner.alias(), 0)
  // A cursor holds the key, and without it items would be skipped.
  if (!seesKey(planner, collection)) return forbiddenField(collection.name, collection.primaryKey[0] ?? '')
  const { order, joins } = planOrder(planner, root.args.sort, place)
  const matching = [...rowRules(planner, collection, place.alias), ...planWhere(planner, root.args, place)]
  const bounds = [...bound(root.args.after, 'after', order, true), ...bound(root.args.before, 'before', order, false)]
  const { size, isBackward } = pageSize(planner, root)
  const from = tableRef(collection, place.alias)
  const page: QueryPlan = {
    source: { from, joins, where: [...matching, ...bounds] },
    doc: { kind: 'object', entries: [] },
    isGrouped: false,
    groupBy: [],
    having: [],
    order: isBackward ? order.map((term) => ({ ...term, descending: !term.descending })) : order,
    limit: size,
    offset: null,
  }
  const parts = root.selection.map((selected) => {
    switch (selected.kind) {
      case 'constant':
        return selected
      case 'nodes':
        return {
          key: selected.key,
          kind: 'list' as const,
          query: { ...page, doc: planDocument(planner, selected.selection, place) },
        }
      case 'edges': {
        const entries = selected.entries.map((entry) => planEdge(planner, entry, place, order))
        return {
          key: selected.key,
          kind: 'list' as const,
          query: { ...page, doc: { kind: 'object' as const, entries } },
        }
      }
      case 'total-count':
        return { key: selected.key, kind: 'count' as const, source: { from, joins: [], where: matching } }
      case 'page-info':
        return { key: selected.key, kind: 'page-info' as const, entries: selected.entries }
    }
  })
  const needsCursors = root.selection.some((selected) => selected.kind === 'page-info')
  return {
    kind: 'connection',
    parts,
    isBackward,
    // One row more than the page tells whether there is another page.
    cursors: needsCursors
      ? { ...page, limit: size + 1, doc: { kind: 'value', value: { kind: 'cursor', order } } }
      : null,
    // Rows on the far side of the cursor that the page starts from.
    behind: needsCursors
      ? behind(
          isBackward ? root.args.before : root.args.after,
          { ...page, source: { from, joins, where: matching } },
          bounds,
          isBackward,
        )
      : null,
    size,
  }
}

function behind(
  cursor: Input | null,
  all: QueryPlan,
  bounds: readonly Condition[],
  isBackward: boolean,
): QueryPlan | null {
  if (cursor === null || cursor.kind === 'null') return null
  const bound = bounds.find((condition) => condition.kind === 'beyond' && condition.forward !== isBackward)
  if (bound === undefined) return null
  return {
    ...all,
    source: { ...all.source, where: [...all.source.where, { kind: 'not', condition: bound }] },
    limit: 1,
    order: [],
  }
}

function planEdge(
  planner: Planner,
  entry: EdgeSelected,
  place: Parameters<typeof planDocument>[2],
  order: readonly OrderPlan[],
): DocEntry {
  switch (entry.kind) {
    case 'constant':
      return { key: entry.key, value: entry }
    case 'cursor':
      return { key: entry.key, value: { kind: 'cursor', order } }
    case 'node': {
      const doc = planDocument(planner, entry.selection, place)
      return { key: entry.key, value: doc.kind === 'object' ? doc : doc.value }
    }
  }
}

function pageSize(planner: Planner, root: Connection): { readonly size: number; readonly isBackward: boolean } {
  const first = countOf(root.args.first, 'first')
  const last = countOf(root.args.last, 'last')
  if (first !== null && last !== null)
    return fail('INVALID_QUERY', { reason: 'Either first or last may be given, not both.' })
  const { defaultLimit, maxLimit } = planner.limits
  const asked = first ?? last
  if (asked !== null && maxLimit !== null && asked > maxLimit)
    return fail('INVALID_QUERY', { reason: `first and last must be at most ${maxLimit}.` })
  return {
    size: asked ?? (maxLimit === null ? defaultLimit : Math.min(defaultLimit, maxLimit)),
    isBackward: last !== null,
  }
}

function bound(
  cursor: Input | null,
  argument: string,
  order: readonly OrderPlan[],
  forward: boolean,
): readonly Condition[] {
  if (cursor === null || cursor.kind === 'null') return []
  if (cursor.kind !== 'scalar') return fail('INVALID_QUERY', { reason: `${argument} must be a cursor.` })
  const values = cursor.bind((text) => cursorValues(text, argument, order))
  const binds = order.map((_, index): Bind =>
    mapBind(values, (list) => (list as readonly (string | null)[])[index] ?? null),
  ) // made by cursorValues
  return [{ kind: 'beyond', order, binds, forward }]
}

/** @throws INVALID_QUERY when it is no cursor of a list in this order */
function cursorValues(text: unknown, argument: string, order: readonly OrderPlan[]): readonly (string | null)[] {
  try {
    const values: unknown = JSON.parse(String(text))
    if (
      Array.isArray(values) &&
      values.length === order.length &&
      order.every(({ value }, index) => isValueOf(value, values[index]))
    )
      return values
  } catch {
    // Not JSON: refused below, like everything else that no list has given out.
  }
  return fail('INVALID_QUERY', { reason: `${argument} must be a cursor of this list in this order.` })
}

const integerText = /^-?\d{1,20}$/
const notFinite = /^(nan|-?inf(inity)?)$/i

/** What a value's exact text looks like, of the kinds that a database reads nothing else as. Dates may be far away. */
const forms: Partial<Readonly<Record<ColumnKind, (text: string) => boolean>>> = {
  integer: isInteger,
  bigint: isInteger,
  decimal: isNumber,
  float: isNumber,
  boolean: (text) => /^(t|f|true|false|[01])$/.test(text),
  date: isMoment,
  datetime: isMoment,
  timestamp: isMoment,
  time: isMoment,
}

function isInteger(text: string): boolean {
  return integerText.test(text) && BigInt(text) >= -(2n ** 63n) && BigInt(text) < 2n ** 64n
}

function isNumber(text: string): boolean {
  return notFinite.test(text) || (text.trim() === text && text !== '' && Number.isFinite(Number(text)))
}

function isMoment(text: string): boolean {
  return notFinite.test(text) || /^-?\d+[-:]\d\d/.test(text)
}

/** Whether a text could be what a row is ordered by. Null is: rows without a value have cursors too. */
function isValueOf(plan: ValuePlan, text: unknown): boolean {
  if (text === null) return true
  if (typeof text !== 'string') return false
  switch (plan.kind) {
    case 'column':
      return forms[plan.column.kind]?.(text) ?? true
    case 'json':
      return true
    default:
      return isNumber(text)
  }
}
