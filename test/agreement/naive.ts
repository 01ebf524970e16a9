/**
 * A database in memory that is as plain as can be: it looks at every row. What the engine answers by SQL is compared with
 * what is answered here. Knows nothing of our operators, planner or permissions; says the same as the contract in few words.
 */
import type { Use } from '#schema-engine/permissions/access.ts'
import type { FixtureRow, FixtureValue } from '#test/fixtures/fixture.ts'
import type { Rule, Rules } from './random-access.ts'
import type { Condition, FunctionName } from './random-filter.ts'
import { collectionOf, fieldOf, type ShapeField, type ValueType, type World } from './random-world.ts'

export type Value = FixtureValue

/** Thrown when a query uses a name that the rules don't grant for it. */
export class Refused extends Error {}

/** The world through the eyes of one caller. */
export type View = {
  readonly world: World
  /** null: everything may be seen. */
  readonly rules: Rules | null
  /** Enumerations are plain texts in this database. */
  readonly hasEnums: boolean
}

const rowsOf = (view: View, collection: string): readonly FixtureRow[] => view.world[collection] ?? []
const rulesFor = (rules: Rules, collection: string): Rules => rules.filter((rule) => rule.collection === collection)

/** Rows of a collection that the caller sees. */
export function visibleRows(view: View, collection: string): readonly FixtureRow[] {
  const { rules } = view
  if (rules === null) return rowsOf(view, collection)
  return rowsOf(view, collection).filter((row) =>
    rulesFor(rules, collection).some((rule) => matchesRule(view, rule, row)),
  )
}

/** A rule is its author's, so it looks at everything. */
function matchesRule(view: View, rule: Rule, row: FixtureRow): boolean {
  if (rule.rows === null) return true
  const known = remembered.get(view.world) ?? new Map<Rule, Map<FixtureRow, boolean>>()
  remembered.set(view.world, known)
  const ofRule = known.get(rule) ?? new Map<FixtureRow, boolean>()
  known.set(rule, ofRule)
  const matches = ofRule.get(row) ?? holds({ ...view, rules: null }, rule.rows, rule.collection, row)
  ofRule.set(row, matches)
  return matches
}

/** Which rows a rule matches in a world is asked over and over. */
const remembered = new WeakMap<World, Map<Rule, Map<FixtureRow, boolean>>>()

function grants(rule: Rule, field: string, use: Use): boolean {
  if (rule.fields !== '*' && !rule.fields.includes(field)) return false
  return use === 'select' || (rule.uses[use]?.includes(field) ?? true)
}

/** Whether any rule grants this use of the field, in whatever rows. */
export function mayUse(view: View, collection: string, field: string, use: Use): boolean {
  return view.rules === null || rulesFor(view.rules, collection).some((rule) => grants(rule, field, use))
}

export const mayRead = (view: View, collection: string): boolean =>
  view.rules === null || rulesFor(view.rules, collection).length > 0

/** Whether a relation may be followed; the keys that lead back must be usable too. */
export function mayFollow(view: View, collection: string, name: string, use: Use): boolean {
  const field = fieldOf(collection, name)
  if (!mayUse(view, collection, name, use)) return false
  switch (field.kind) {
    case 'value':
      return false
    case 'm2o':
      return mayRead(view, field.to)
    case 'o2m':
      return mayRead(view, field.from) && mayUse(view, field.from, field.by, use)
    case 'm2m':
      return [field.near, field.far].every((key) => mayUse(view, field.through, key, use)) && mayRead(view, field.to)
  }
}

/** Whether the use is granted in this row. */
export function isGranted(view: View, collection: string, row: FixtureRow, field: string, use: Use): boolean {
  if (view.rules === null) return true
  return rulesFor(view.rules, collection).some((rule) => grants(rule, field, use) && matchesRule(view, rule, row))
}

/** A field's own value; null where the caller may not use it so. */
export function valueIn(view: View, collection: string, row: FixtureRow, field: string, use: Use): Value {
  if (!mayUse(view, collection, field, use)) throw new Refused(`${collection}.${field} for ${use}`)
  return isGranted(view, collection, row, field, use) ? (row[field] ?? null) : null
}

/** The items that a relation leads to. */
export function follow(view: View, collection: string, row: FixtureRow, name: string, use: Use): readonly FixtureRow[] {
  const field = fieldOf(collection, name)
  if (!mayFollow(view, collection, name, use)) throw new Refused(`${collection}.${name} for ${use}`)
  if (!isGranted(view, collection, row, name, use)) return []
  const seen = (target: string): readonly FixtureRow[] => visibleRows(view, target)
  switch (field.kind) {
    case 'value':
      return []
    case 'm2o':
      return row[name] == null ? [] : seen(field.to).filter((target) => target[keyOf(field.to)] === row[name])
    case 'o2m':
      return seen(field.from).filter(
        (child) => valueIn(view, field.from, child, field.by, use) === row[keyOf(collection)],
      )
    case 'm2m': {
      const ties = seen(field.through).filter(
        (tie) => valueIn(view, field.through, tie, field.near, use) === row[keyOf(collection)],
      )
      const far = ties.map((tie) => valueIn(view, field.through, tie, field.far, use))
      return seen(field.to).filter((target) => far.includes(target[keyOf(field.to)] ?? null))
    }
  }
}

/** The only key field. @throws Error when the key has several */
export function keyOf(collection: string): string {
  const [only, ...more] = collectionOf(collection).key
  if (only === undefined || more.length > 0) throw new Error(`${collection} has no key of one field`)
  return only
}

/** The collection that a relation leads to. */
export function targetOf(field: ShapeField): string {
  if (field.kind === 'value') throw new Error('a value leads nowhere')
  return field.kind === 'o2m' ? field.from : field.to
}

// Filters

export function holds(view: View, condition: Condition, collection: string, row: FixtureRow): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((part) => holds(view, part, collection, row))
    case 'or':
      return condition.of.some((part) => holds(view, part, collection, row))
    case 'not':
      return !holds(view, condition.of, collection, row)
    case 'is': {
      const { field, fn, operator, operand } = condition
      const actual = resultOf(view, collection, row, field, fn === 'key' ? null : fn, 'filter')
      return compareBy(operator, actual, operand, fn === null || fn === 'key' ? typeOf(collection, field) : 'integer')
    }
    case 'related': {
      const items = follow(view, collection, row, condition.field, 'filter')
      const target = targetOf(fieldOf(collection, condition.field))
      const found = items.some((item) => holds(view, condition.of, target, item))
      return condition.quantifier === 'none' ? !found : found
    }
  }
}

/** Throws `Refused` when a filter names what may not be filtered by, whether or not there is a row to look at. */
export function checkCondition(view: View, condition: Condition, collection: string): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const part of condition.of) checkCondition(view, part, collection)
      return
    case 'not':
      return checkCondition(view, condition.of, collection)
    case 'is':
      if (condition.fn !== 'key') return checkValue(view, collection, condition.field, condition.fn, 'filter')
      // A key whose item may not be read goes by the name of the field itself.
      if (!mayFollow(view, collection, condition.field, 'filter')) throw new Refused(condition.field)
      return
    case 'related':
      if (!mayFollow(view, collection, condition.field, 'filter')) throw new Refused(condition.field)
      return checkCondition(view, condition.of, targetOf(fieldOf(collection, condition.field)))
  }
}

export function checkValue(view: View, collection: string, field: string, fn: FunctionName | null, use: Use): void {
  const { kind } = fieldOf(collection, field)
  const isAllowed =
    fn === 'count' && (kind === 'o2m' || kind === 'm2m')
      ? mayFollow(view, collection, field, use)
      : mayUse(view, collection, field, use)
  if (!isAllowed) throw new Refused(`${collection}.${field} for ${use}`)
}

/** The type of a field's own value. */
export function typeOf(collection: string, name: string): ValueType {
  const field = fieldOf(collection, name)
  if (field.kind === 'value' || field.kind === 'm2o') return field.type
  return 'integer'
}

/** A field's value, or what a function makes of it. */
export function resultOf(
  view: View,
  collection: string,
  row: FixtureRow,
  name: string,
  fn: FunctionName | null,
  use: Use,
): Value {
  const field = fieldOf(collection, name)
  if (fn === 'count' && (field.kind === 'o2m' || field.kind === 'm2m'))
    return follow(view, collection, row, name, use).length
  const value = valueIn(view, collection, row, name, use)
  if (fn === null || value === null) return value
  return fn === 'count' ? elementsIn(value) : datePart(textOf(value), fn)
}

function elementsIn(value: Value): number {
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}

/** Of `YYYY-MM-DD`, `hh:mm:ss` or both with a `T` between. */
function datePart(text: string, part: Exclude<FunctionName, 'count'>): number {
  const [day = '', time = ''] = text.includes('T') ? text.split('T') : text.includes(':') ? ['', text] : [text, '']
  const date = new Date(`${day}T00:00:00Z`)
  switch (part) {
    case 'year':
    case 'month':
    case 'day':
      return Number(day.split('-')[['year', 'month', 'day'].indexOf(part)])
    case 'weekday':
      return date.getUTCDay()
    case 'week':
      return isoWeek(date)
    case 'hour':
    case 'minute':
    case 'second':
      return Math.floor(Number(time.replace('Z', '').split(':')[['hour', 'minute', 'second'].indexOf(part)]))
  }
}

/** The week with the year's first Thursday is the first (ISO 8601). */
function isoWeek(date: Date): number {
  const thursday = new Date(date)
  thursday.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + 3)
  const firstDay = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday.getTime() - firstDay) / (7 * 24 * 60 * 60 * 1000))
}

// Comparisons

const fold = (text: string): string => text.normalize('NFC').toLowerCase()

export function compareBy(operator: string, actual: Value, operand: unknown, type: ValueType): boolean {
  const same = (other: unknown): boolean => compareValues(actual, plain(other, type), type) === 0
  const order = (other: unknown): number => compareValues(actual, plain(other, type), type)
  const list = Array.isArray(operand) ? operand : [operand]
  const [low, high] = list
  switch (operator) {
    case '_null':
      return (actual === null) === operand
    case '_nnull':
      return (actual !== null) === operand
    case '_empty':
      return (actual === null || actual === '') === operand
    case '_nempty':
      return (actual !== null && actual !== '') === operand
  }
  if (actual === null) return false
  switch (operator) {
    case '_eq':
      return same(operand)
    case '_neq':
      return !same(operand)
    case '_in':
      return list.some(same)
    case '_nin':
      return !list.some(same)
    case '_lt':
      return order(operand) < 0
    case '_lte':
      return order(operand) <= 0
    case '_gt':
      return order(operand) > 0
    case '_gte':
      return order(operand) >= 0
    case '_between':
      return order(low) >= 0 && order(high) <= 0
    case '_nbetween':
      return !(order(low) >= 0 && order(high) <= 0)
  }
  const [, negated, ignored, part] = /^_(n?)(i?)(contains|starts_with|ends_with)$/.exec(operator) ?? []
  const [text, wanted] =
    ignored === 'i' ? [fold(textOf(actual)), fold(String(operand))] : [textOf(actual), String(operand)]
  const isThere =
    part === 'contains'
      ? text.includes(wanted)
      : part === 'starts_with'
        ? text.startsWith(wanted)
        : text.endsWith(wanted)
  if (part === undefined) throw new Error(`there is no operator ${operator}`)
  return isThere !== (negated === 'n')
}

/** An operand in the form in which the world keeps values. */
function plain(operand: unknown, type: ValueType): Value {
  const text = String(operand)
  switch (type) {
    case 'timestamp':
      return new Date(text.length === 10 ? `${text}T00:00:00Z` : text).toISOString()
    case 'time': {
      const [hours = '', minutes = '', seconds = '00'] = text.split(':')
      return `${hours.padStart(2, '0')}:${minutes}:${seconds}`
    }
    case 'boolean':
      return Boolean(operand)
    default:
      return typeof operand === 'number' ? operand : text
  }
}

/** Numbers by size and exactly, all else by its characters. */
export function compareValues(a: Value, b: Value, type: ValueType): number {
  if (type === 'boolean') return Number(a) - Number(b)
  if (type === 'integer' || type === 'bigint' || type === 'decimal' || type === 'float') {
    const difference = scaled(a) - scaled(b)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  return textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0
}

/** A plain value as its characters. */
export const textOf = (value: Value): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** Digits after the point: a mean has ten, other numbers fewer. */
export const scale = 10

/** A number as a whole number of its smallest parts, exactly. */
export function scaled(value: Value): bigint {
  const [whole = '', fraction = ''] = textOf(value).split('.')
  return BigInt(whole + fraction.padEnd(scale, '0'))
}

// Search

/** Texts that contain the term whatever its case; numbers and uuids that are it. */
export function isFound(view: View, collection: string, row: FixtureRow, term: string): boolean {
  if (term === '') return true
  return [...collectionOf(collection).fields].some(([name, field]) => {
    if (field.kind === 'o2m' || field.kind === 'm2m' || !mayUse(view, collection, name, 'search')) return false
    const value = valueIn(view, collection, row, name, 'search')
    if (value === null) return false
    switch (field.type) {
      case 'string':
      case 'text':
        return fold(textOf(value)).includes(fold(term))
      case 'enum':
        return !view.hasEnums && fold(textOf(value)).includes(fold(term))
      case 'integer':
      case 'bigint':
      case 'decimal':
      case 'float':
        return /^-?\d+(\.\d{1,6})?$/.test(term.trim()) && compareValues(value, term.trim(), field.type) === 0
      case 'uuid':
        return textOf(value) === term.trim()
      default:
        return false
    }
  })
}
