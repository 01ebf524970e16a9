/** Sorting and paging: which rows of a list, in which order. Orders are total, so that pages neither overlap nor skip. */
import { fail } from '../errors.ts'
import { fieldType } from '../field-types/index.ts'
import { isDatePart } from '../functions/date-parts.ts'
import { parseJsonPath } from '../functions/json-path.ts'
import type { Collection, Field } from '../model/model.ts'
import { isConditional, mayFollow, mayUse } from '../permissions/access-rules.ts'
import type { Use } from '../permissions/access.ts'
import type { Bind } from '../sql/bind.ts'
import type { Input } from '../sql/input.ts'
import { columnValue, countValue, planRelated, requireFunction, type Place } from './plan-conditions.ts'
import { fieldOf, forbiddenField, type Planner } from './planner.ts'
import type { JoinPlan, OrderPlan, ValuePlan } from './plan-types.ts'

export type Ordered = {
  readonly order: readonly OrderPlan[]
  readonly joins: readonly JoinPlan[]
  /** Keeps apart what the order doesn't: the key where the caller may not see it. Never shown, so not for cursors. */
  readonly last: readonly OrderPlan[]
}

/**
 * @param listField of a list of related items: the field that keeps their positions in it; null without one
 * @throws FORBIDDEN for names the caller may not sort by; INVALID_QUERY when the input is no list of names
 */
export function planOrder(
  planner: Planner,
  sort: Input | null,
  place: Place,
  listField: string | null = null,
): Ordered {
  const names = namesOf(sort, 'sort')
  const asked = names.map((name) => {
    const descending = name.startsWith('-')
    const reached = planPath(planner, name.replace(/^[-+]/, ''), place, 'sort')
    return { joins: reached.joins, order: { value: reached.value, descending, isNullable: reached.isNullable } }
  })
  const byDefault = asked.length > 0 ? [] : defaultOrder(planner, place, listField)
  const order = [...asked.map((term) => term.order), ...byDefault]
  return {
    order: [...order, ...tieBreak(planner, place, order)],
    joins: asked.flatMap((term) => term.joins),
    last: seesKey(planner, place.collection) ? [] : hiddenKey(place),
  }
}

const maxNames = 100
const maxNameLength = 1000

/** @throws INVALID_QUERY when it is no list of names, or a longer one than any statement is worth */
export function namesOf(input: Input | null, argument: string): readonly string[] {
  if (input === null || input.kind === 'null') return []
  const items = input.kind === 'list' ? input.items() : [input]
  if (items.length > maxNames)
    return fail('INVALID_QUERY', { reason: `${argument} may name ${maxNames} fields, and names ${items.length}.` })
  return items.flatMap((item) => {
    if (item.kind === 'null') return []
    const name = item.kind === 'scalar' ? item.peek() : null
    if (typeof name !== 'string') return fail('INVALID_QUERY', { reason: `${argument} must be a list of field names.` })
    if (name.length > maxNameLength)
      return fail('INVALID_QUERY', { reason: `${argument} may hold names of ${maxNameLength} letters.` })
    return name.trim() === '' ? [] : [name.trim()]
  })
}

function defaultOrder(planner: Planner, place: Place, listField: string | null): readonly OrderPlan[] {
  const { collection } = place
  const name = listField ?? collection.sortField
  const field = name === null ? undefined : collection.fields.get(name)
  if (field?.column == null || !mayUse(planner.access, collection.name, field.name, 'sort')) return []
  return [
    {
      value: columnValue(planner, collection, field, place.alias, 'sort'),
      descending: false,
      isNullable: field.isNullable,
    },
  ]
}

/** The key, or where the caller does not see all of it (or there is none) everything that the caller sees. */
function tieBreak(planner: Planner, place: Place, order: readonly OrderPlan[]): readonly OrderPlan[] {
  const { collection } = place
  const names = seesKey(planner, collection)
    ? collection.primaryKey
    : [...collection.fields.values()]
        .filter((field) => isComparable(field) && mayUse(planner.access, collection.name, field.name, 'sort'))
        .map(({ name }) => name)
  const already = new Set(
    order.flatMap(({ value }) => (value.kind === 'column' && value.alias === place.alias ? [value.column.name] : [])),
  )
  return names.flatMap((name): readonly OrderPlan[] => {
    const field = fieldOf(collection, name)
    if (field.column === null || already.has(field.column.name)) return []
    const isNullable = field.isNullable || isConditional(planner.access, collection.name, name, 'sort')
    return [{ value: columnValue(planner, collection, field, place.alias, 'sort'), descending: false, isNullable }]
  })
}

/** Whether the collection has a key, and the caller may sort by it in every row. */
export function seesKey(planner: Planner, collection: Collection): boolean {
  const isSeen = (name: string): boolean =>
    mayUse(planner.access, collection.name, name, 'sort') &&
    !isConditional(planner.access, collection.name, name, 'sort')
  return collection.primaryKey.length > 0 && collection.primaryKey.every(isSeen)
}

/** Items that look the same keep one order, so that pages neither overlap nor skip. */
function hiddenKey({ collection, alias }: Place): readonly OrderPlan[] {
  return collection.primaryKey.flatMap((name): readonly OrderPlan[] => {
    const { column, isNullable } = fieldOf(collection, name)
    return column === null
      ? []
      : [{ value: { kind: 'column', alias, column, mask: null }, descending: false, isNullable }]
  })
}

const isComparable = (field: Field): boolean =>
  field.column !== null && !field.isConcealed && fieldType(field.type).isSortable

export type Reached = {
  readonly value: ValuePlan
  readonly joins: readonly JoinPlan[]
  readonly isNullable: boolean
  readonly field: Field
}

/**
 * The value that a dotted path names, through m2o relations: `title`, `author.name`, `year(author.born)`, `count(tags)`,
 * `json(meta, a.b)`. Related rows that the caller can't see count as none.
 */
export function planPath(planner: Planner, text: string, place: Place, use: Use): Reached {
  // A field's own name may look like a call: it wins.
  const called = place.collection.fields.has(text) ? null : /^(\w+)\((.+)\)$/.exec(text)
  if (called === null) return planPlainPath(planner, text, place, use)
  const [, name = '', argument = ''] = called
  const [path = '', ...rest] = argument.split(',').map((part) => part.trim())
  const inner = followPath(planner, path, place, use)
  const { collection, field, alias, joins } = inner
  if (name === 'count') {
    const value = countValue(planner, field, { collection, alias, depth: inner.depth }, use)
    return { value, joins, isNullable: value.kind !== 'related-count' || joins.length > 0, field }
  }
  if (name === 'json') {
    const of = columnValue(planner, collection, field, alias, use)
    requireFunction(field, 'json')
    return {
      value: { kind: 'json', of, path: parseJsonPath(rest.join(',')), as: 'text' },
      joins,
      isNullable: true,
      field,
    }
  }
  if (!isDatePart(name)) return fail('INVALID_QUERY', { reason: `There is no function "${name}" (in "${text}").` })
  const of = columnValue(planner, collection, field, alias, use)
  requireFunction(field, name)
  return {
    value: { kind: 'date-part', part: name, of },
    joins,
    isNullable: true,
    field,
  }
}

function planPlainPath(planner: Planner, path: string, place: Place, use: Use): Reached {
  const { collection, field, alias, joins } = followPath(planner, path, place, use)
  const type = fieldType(field.type)
  const isAllowed = use === 'group' ? type.isGroupable : type.isSortable
  const value = columnValue(planner, collection, field, alias, use)
  if (field.isConcealed || !isAllowed) {
    return fail('INVALID_QUERY', {
      reason: `The field "${field.name}" of type "${field.type}" can't be ${use === 'group' ? 'grouped' : 'sorted'} by.`,
    })
  }
  const isNullable = field.isNullable || joins.length > 0 || value.mask !== null
  return { value, joins, isNullable, field }
}

type Followed = {
  readonly collection: Collection
  readonly field: Field
  readonly alias: string
  readonly depth: number
  readonly joins: readonly JoinPlan[]
}

function followPath(planner: Planner, path: string, place: Place, use: Use): Followed {
  const joins: JoinPlan[] = []
  let at: Pick<Place, 'collection' | 'alias' | 'depth'> = place
  let rest = path
  // A field's own name may hold dots: it wins over a path.
  while (!at.collection.fields.has(rest)) {
    const step = stepOf(rest, at.collection)
    const field = fieldOf(at.collection, step)
    if (field.relation?.kind !== 'm2o') {
      // The same words for a hidden field and for one that leads nowhere.
      const isKnown =
        field.column === null
          ? mayFollow(planner.access, planner.model, field, use)
          : mayUse(planner.access, at.collection.name, step, use)
      if (!isKnown) return forbiddenField(at.collection.name, step)
      return fail('INVALID_QUERY', {
        reason: `"${path}" leads through "${step}", which is not a relation to one item.`,
      })
    }
    const related = planRelated(planner, field, at, use)
    joins.push({ table: related.source.from, on: related.source.where, kind: 'left' })
    at = { collection: related.collection, alias: related.source.from.alias, depth: related.depth }
    rest = rest.slice(step.length + 1)
  }
  const field = fieldOf(at.collection, rest)
  if (field.column === null && field.relation === null) return forbiddenField(at.collection.name, field.name)
  return { ...at, field, joins }
}

/** The first field that a path names: up to a dot, and not always the first one. */
function stepOf(path: string, collection: Collection): string {
  const steps = path.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))
  return steps.find((step) => collection.fields.has(step)) ?? steps[0] ?? path
}

export type Page = { readonly limit: number | null; readonly offset: number | Bind | null }

type PageArguments = { readonly limit: Input | null; readonly offset: Input | null; readonly page: Input | null }

/**
 * Rows to take and to skip. limit -1 means all; both are bounded by the settings' maximum.
 * @param defaultLimit rows when no limit is given; null for all
 * @throws INVALID_QUERY when a number is out of its range
 * @source contract §3, "limit", "offset, page"
 */
export function planPage(planner: Planner, args: PageArguments, defaultLimit: number | null): Page {
  const { maxLimit } = planner.limits
  const asked = wholeNumber(args.limit, 'limit', -1)
  if (asked !== null && maxLimit !== null && asked > maxLimit) {
    return fail('INVALID_QUERY', { reason: `limit must be at most ${maxLimit}.` })
  }
  const wanted = asked ?? defaultLimit ?? -1
  const limit = wanted === -1 ? maxLimit : maxLimit === null ? wanted : Math.min(wanted, maxLimit)
  if (args.offset !== null && args.offset.kind !== 'null')
    return { limit, offset: wholeNumber(args.offset, 'offset', 0) }
  const page = wholeNumber(args.page, 'page', 0)
  return { limit, offset: page === null || page < 2 || limit === null ? null : (page - 1) * limit }
}

/** @throws INVALID_QUERY unless it is a whole number of at least `least` */
function wholeNumber(input: Input | null, argument: string, least: number): number | null {
  if (input === null || input.kind === 'null') return null
  const given = input.kind === 'scalar' ? input.peek() : null
  const number = typeof given === 'string' && /^-?\d{1,15}$/.test(given.trim()) ? Number(given) : given
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least) return number
  return fail('INVALID_QUERY', { reason: `${argument} must be a whole number of at least ${least}.` })
}

/** @throws INVALID_QUERY unless it is a whole number of at least 0 */
export const countOf = (input: Input | null, argument: string): number | null => wholeNumber(input, argument, 0)
