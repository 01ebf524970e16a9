/** Filters, row rules and masks as conditions of a statement. Every name passes the caller's rights here. */
import { fail } from '../errors.ts'
import type { DynamicPath, DynamicValue } from '../filter/variables.ts'
import type { Filter, FilterValue } from '../filter/filter.ts'
import { parseRule } from '../filter/parse.ts'
import { fieldType } from '../field-types/index.ts'
import type { Collection, Field } from '../model/model.ts'
import { operators } from '../operators/index.ts'
import type { OperatorName } from '../operators/operator.ts'
import type { Use } from '../permissions/access.ts'
import { fullAccess, grantingRules, inverseFields, mayFollow } from '../permissions/access-rules.ts'
import type { Bind } from '../sql/bind.ts'
import type { Input } from '../sql/input.ts'
import { compare, compareWith, dynamicPath, dynamicsIn, oneOf, orNull, parseNamed } from './plan-operands.ts'
import { collectionOf, deeper, fieldOf, forbiddenField, samePairs, tableRef, type Planner } from './planner.ts'
import type {
  ColumnValue,
  Condition,
  Found,
  HowExists,
  JoinPlan,
  SameColumns,
  SourcePlan,
  ValuePlan,
} from './plan-types.ts'

/** Where a condition stands. */
export type Place = {
  readonly collection: Collection
  readonly alias: string
  readonly depth: number
  /** Other conditions leave few rows, so that looking a related row up for each of them is cheap. */
  readonly isNarrow: boolean
  /** Inside an `or` or a `not`, where the database can't turn a lookup into a join. */
  readonly isOptional: boolean
}

export const placeOf = (collection: Collection, alias: string, depth: number): Place => ({
  collection,
  alias,
  depth,
  isNarrow: false,
  isOptional: false,
})

const always: Condition = { kind: 'constant', holds: true }

/** The rows of a collection that the caller may see; empty when all. */
export function rowRules(planner: Planner, collection: Collection, alias: string): readonly Condition[] {
  if (planner.access.isFull) return []
  const rules = planner.access.read.get(collection.name)?.rules ?? []
  if (rules.includes(null)) return []
  return [
    anyRule(
      planner,
      collection,
      alias,
      rules.map((_, rule) => rule),
    ),
  ]
}

/** Where a use of a field is granted: null for every visible row. @throws FORBIDDEN when it is nowhere */
export function maskOf(
  planner: Planner,
  collection: Collection,
  field: string,
  alias: string,
  use: Use,
): Condition | null {
  if (planner.access.isFull) return null
  const granted = grantingRules(planner.access, collection.name, field, use)
  if (granted === 'none') return forbiddenField(collection.name, field)
  return granted === 'all' ? null : anyRule(planner, collection, alias, granted)
}

function anyRule(planner: Planner, collection: Collection, alias: string, positions: readonly number[]): Condition {
  const rules = planner.access.read.get(collection.name)?.rules ?? []
  // A rule is its author's, so it may look at anything.
  const trusted: Planner = { ...planner, access: fullAccess }
  const conditions = positions.map((position) => {
    const rule = rules[position]
    if (rule === undefined || rule === null) return always
    const place = { ...placeOf(collection, alias, 0), isOptional: positions.length > 1, isNarrow: true }
    return planFilter(trusted, parseRule(rule, collection, planner.model), place, 'filter')
  })
  return conditions.length === 1 && conditions[0] !== undefined ? conditions[0] : { kind: 'or', conditions }
}

/** A field's column as a value, masked where the caller may not use it so. */
export function columnValue(
  planner: Planner,
  collection: Collection,
  field: Field,
  alias: string,
  use: Use,
): ColumnValue {
  if (field.column === null) return forbiddenField(collection.name, field.name)
  return { kind: 'column', alias, column: field.column, mask: maskOf(planner, collection, field.name, alias, use) }
}

/** @throws FORBIDDEN for names the caller may not use, INVALID_QUERY for operators and operands that don't fit */
export function planFilter(planner: Planner, filter: Filter, place: Place, use: Use): Condition {
  switch (filter.kind) {
    case 'and': {
      const isNarrow = place.isNarrow || filter.filters.some((inner) => narrows(inner, place.collection))
      return {
        kind: 'and',
        conditions: cheapFirst(filter.filters.map((inner) => planFilter(planner, inner, { ...place, isNarrow }, use))),
      }
    }
    case 'or': {
      const inside = { ...place, isOptional: place.isOptional || filter.filters.length > 1 }
      return {
        kind: 'or',
        conditions: cheapFirst(filter.filters.map((inner) => planFilter(planner, inner, inside, use))),
      }
    }
    case 'not': {
      const condition = planFilter(planner, filter.filter, { ...place, isOptional: true }, use)
      return { kind: 'and', conditions: [...needsOf(planner, filter.filter, place.depth), { kind: 'not', condition }] }
    }
    case 'compare':
      return planComparison(planner, filter.value, filter.operator, filter.operand, place, use)
    case 'pattern':
      return fail('INVALID_QUERY', { reason: 'The operator "_regex" is for validation only.' })
    case 'related': {
      const field = fieldOf(place.collection, filter.field)
      const related = planRelated(planner, field, place, use)
      const isNone = filter.quantifier === 'none'
      const found = exists(related, isNone, place, (at) => planFilter(planner, filter.filter, at, use))
      return isNone ? { kind: 'and', conditions: [...needsOf(planner, filter.filter, place.depth), found] } : found
    }
    case 'any-related': {
      const field = fieldOf(place.collection, filter.field)
      const related = planAnyRelated(planner, field, filter.collection, place, use)
      return exists(related, false, place, (at) => planFilter(planner, filter.filter, at, use))
    }
  }
}

function exists(related: Related, negated: boolean, place: Place, inner: (at: Place) => Condition): Condition {
  const condition = inner({ ...placeOf(related.collection, related.source.from.alias, related.depth), isNarrow: true })
  const source = { ...related.source, where: [...related.source.where, condition] }
  return { kind: 'exists', source, negated, how: howExists(related, place) }
}

/** More keys than this would not fit the memory that a database gives to a set. */
const maxSetRows = 50_000

/**
 * Measured in test/speed/relation-filter.ts: beside a condition that leaves few rows, one related item is found fastest
 * among the set of those that match, and one of several by looking it up; alone, a join is best.
 */
function howExists(related: Related, place: Place): HowExists {
  if (!place.isNarrow) return { kind: 'join' }
  const { estimatedRows } = related.collection
  const isSmall = estimatedRows !== null && estimatedRows >= 0 && estimatedRows <= maxSetRows
  if (related.link !== null && isSmall) return { kind: 'set', link: related.link }
  return { kind: place.isOptional ? 'probe' : 'join' }
}

/** Whether a filter by itself leaves few rows: a value or a range of an indexed column. */
function narrows(filter: Filter, collection: Collection): boolean {
  if (filter.kind === 'and') return filter.filters.some((inner) => narrows(inner, collection))
  if (filter.kind !== 'compare' || (filter.value.kind !== 'field' && filter.value.kind !== 'key')) return false
  const column = collection.fields.get(filter.value.field)?.column?.name
  const isSelective = ['_eq', '_in', '_between', '_gt', '_gte', '_lt', '_lte', '_starts_with'].includes(filter.operator)
  return isSelective && column !== undefined && collection.indexedColumns.has(column)
}

/** What a row itself answers stands before what must be looked up. */
function cheapFirst(conditions: readonly Condition[]): readonly Condition[] {
  return conditions.toSorted((a, b) => cost(a) - cost(b))
}

function cost(condition: Condition): number {
  switch (condition.kind) {
    case 'constant':
    case 'is-given':
    case 'same':
    case 'column-is':
    case 'at-key':
    case 'beyond':
      return 0
    case 'compare':
      return condition.value.kind === 'related-count' ? 3 : 1
    case 'compare-found':
      return 2
    case 'exists':
      return 3
    case 'not':
      return cost(condition.condition)
    case 'and':
    case 'or':
      return Math.max(0, ...condition.conditions.map(cost))
  }
}

// Related rows

export type Related = {
  readonly collection: Collection
  readonly source: SourcePlan
  readonly depth: number
  /** The one condition that ties the related row to its origin, where it is an item by its key and nothing else does. */
  readonly link: SameColumns | null
}

/**
 * The rows a relation leads to from a row of the place: those the caller may see, by keys the caller may see.
 * @throws FORBIDDEN when it may not be followed
 */
export function planRelated(
  planner: Planner,
  field: Field,
  place: Pick<Place, 'collection' | 'alias' | 'depth'>,
  use: Use,
): Related {
  const relation = field.relation
  if (relation === null || relation.kind === 'm2a' || !mayFollow(planner.access, planner.model, field, use)) {
    return forbiddenField(place.collection.name, field.name)
  }
  const depth = deeper(planner, place.depth)
  const collection = collectionOf(planner, relation.collection)
  const alias = planner.alias()
  const rules = rowRules(planner, collection, alias)
  const ownMask = maskOf(planner, place.collection, field.name, place.alias, use)
  const own = ownMask === null ? [] : [ownMask]
  switch (relation.kind) {
    case 'm2o': {
      const links = samePairs(relation.on, place.alias, alias)
      const link = links.length === 1 && ownMask === null ? (links[0] ?? null) : null
      return {
        collection,
        depth,
        link,
        source: { from: tableRef(collection, alias), joins: [], where: [...links, ...own, ...rules] },
      }
    }
    case 'o2m': {
      const keyMasks = inverseFields(planner.model, collection.name, relation.inverse).flatMap((key) => {
        const mask = maskOf(planner, collection, key, alias, use)
        return mask === null ? [] : [mask]
      })
      const only: readonly Condition[] =
        relation.onlyWhere === null
          ? []
          : [
              {
                kind: 'column-is',
                column: { alias, column: relation.onlyWhere.column },
                value: relation.onlyWhere.value,
              },
            ]
      // Keys of several collections share the column on the many side, so they stand there as texts.
      const pairs = samePairs(relation.on, place.alias, alias)
      const links = relation.onlyWhere === null ? pairs : pairs.map((link): SameColumns => ({ ...link, asText: true }))
      const where = [...links, ...only, ...own, ...keyMasks, ...rules]
      return { collection, depth, link: null, source: { from: tableRef(collection, alias), joins: [], where } }
    }
    case 'm2m': {
      const junction = collectionOf(planner, relation.junction)
      const junctionAlias = planner.alias()
      const masks = [relation.junctionFields.near, relation.junctionFields.far].flatMap((key) => {
        const mask = maskOf(planner, junction, key, junctionAlias, use)
        return mask === null ? [] : [mask]
      })
      const join: JoinPlan = {
        table: tableRef(junction, junctionAlias),
        on: samePairs(relation.toFar, junctionAlias, alias),
        kind: 'inner',
      }
      const where = [
        ...samePairs(relation.toJunction, place.alias, junctionAlias),
        ...own,
        ...masks,
        ...rowRules(planner, junction, junctionAlias),
        ...rules,
      ]
      return { collection, depth, link: null, source: { from: tableRef(collection, alias), joins: [join], where } }
    }
  }
}

/** The item of one collection that an m2a field leads to. @throws FORBIDDEN when it may not be followed there */
export function planAnyRelated(
  planner: Planner,
  field: Field,
  target: string,
  place: Pick<Place, 'collection' | 'alias' | 'depth'>,
  use: Use,
): Related {
  const relation = field.relation
  if (
    relation?.kind !== 'm2a' ||
    !relation.collections.includes(target) ||
    !mayFollow(planner.access, planner.model, field, use)
  ) {
    return forbiddenField(place.collection.name, field.name)
  }
  const collection = collectionOf(planner, target)
  const keyField = collection.fields.get(collection.primaryKey[0] ?? '')
  if (collection.primaryKey.length !== 1 || keyField?.column == null)
    return forbiddenField(place.collection.name, field.name)
  const alias = planner.alias()
  const masks = [field.name, relation.collectionField].flatMap((name) => {
    const mask = maskOf(planner, place.collection, name, place.alias, use)
    return mask === null ? [] : [mask]
  })
  const where: readonly Condition[] = [
    anyCollectionIs(place, field, target),
    {
      kind: 'same',
      left: { alias: place.alias, column: relation.column },
      right: { alias, column: keyField.column.name },
      asText: true,
    },
    ...masks,
    ...rowRules(planner, collection, alias),
  ]
  return {
    collection,
    depth: deeper(planner, place.depth),
    link: null,
    source: { from: tableRef(collection, alias), joins: [], where },
  }
}

/** That an m2a row belongs to a collection. */
export function anyCollectionIs(place: Pick<Place, 'collection' | 'alias'>, field: Field, target: string): Condition {
  const name = field.relation?.kind === 'm2a' ? field.relation.collectionField : ''
  const column = fieldOf(place.collection, name).column
  if (column === null) return forbiddenField(place.collection.name, name)
  return { kind: 'column-is', column: { alias: place.alias, column: column.name }, value: target }
}

// Comparisons

function planComparison(
  planner: Planner,
  value: FilterValue,
  operator: OperatorName,
  operand: Input,
  place: Place,
  use: Use,
): Condition {
  const field = fieldOf(place.collection, value.field)
  if (value.kind === 'field' && field.relation !== null && field.column === null)
    return forbiddenField(place.collection.name, value.field)
  const { subject, allowed, parse, typeName } = comparable(planner, field, value, { operator, operand }, place, use)
  if (!allowed.includes(operator)) {
    return fail('INVALID_QUERY', {
      reason: `"${typeName}" field type does not contain the "${operator}" filter operator (field "${value.field}").`,
    })
  }
  const path = operand.kind === 'scalar' ? dynamicPath(operand) : null
  if (path !== null) return planFound(planner, { subject, operator, path }, place, value.field)
  const condition = compare(subject, operator, operand, (input) =>
    parseNamed(parse, input, `${value.field}.${operator}`),
  )
  if (operator !== '_nin') return condition
  return {
    kind: 'and',
    conditions: [...dynamicsIn(operand).map((dynamic) => isGiven(planner, dynamic, place.depth)), condition],
  }
}

// Paths into the user and his role

type ComparedWithPath = { readonly subject: ValuePlan; readonly operator: OperatorName; readonly path: DynamicPath }

function planFound(
  planner: Planner,
  { subject, operator: name, path }: ComparedWithPath,
  place: Place,
  field: string,
): Condition {
  const found = planPath(planner, path, place.depth)
  const operator = operators.get(name)
  const isOrdering = ['_lt', '_lte', '_gt', '_gte'].includes(name)
  const isList = name === '_in' || name === '_nin'
  if (operator === undefined || !(isList || isOrdering || name === '_eq' || name === '_neq'))
    return fail('INVALID_QUERY', { reason: `${field}.${name} can't be asked of a path.` })
  if (found.isMany && !isList)
    return fail('INVALID_QUERY', { reason: `${field}.${name} must be one value, and the path leads to many.` })
  const asText = familyOf(subject) !== familyOf(found.value)
  if (asText && isOrdering)
    return fail('INVALID_QUERY', { reason: `${field}.${name}: the path leads to a value of another type.` })
  return { kind: 'compare-found', value: subject, operator, found, asText }
}

/** Values of one family are compared as they are; columns of texts may each have an order of their own. */
function familyOf(value: ValuePlan): string {
  if (value.kind !== 'column') return value.kind === 'json' ? 'json' : 'number'
  const { kind, collation } = value.column
  if (kind === 'integer' || kind === 'bigint' || kind === 'decimal' || kind === 'float') return 'number'
  return ['date', 'datetime', 'timestamp', 'time', 'boolean'].includes(kind) ? kind : `${kind} ${collation ?? ''}`
}

/**
 * What a path leads to: of rows that the asker may see, by fields that he may use to filter.
 * @throws FORBIDDEN for a field that he may not, in the same words as for one that isn't there
 */
export function planPath(planner: Planner, path: DynamicPath, depth: number): Found {
  const start = planner.model.collections.get(path.of === 'user' ? 'directus_users' : 'directus_roles')
  const [first = ''] = path.fields
  if (start === undefined || (!planner.access.isFull && !planner.access.read.has(start.name)))
    return forbiddenField(path.of === 'user' ? 'directus_users' : 'directus_roles', first)
  const alias = planner.alias()
  const key = columnValue(planner, collectionOf(planner, start.name), fieldOf(start, 'id'), alias, 'filter')
  const { parse } = fieldType(fieldOf(start, 'id').type)
  const mine: Bind = { from: 'context', read: (facts) => orNull(path.of === 'user' ? facts.user : facts.role, parse) }
  let source: SourcePlan = {
    from: tableRef(collectionOf(planner, start.name), alias),
    joins: [],
    where: [compareWith(key, '_eq', { form: 'scalar', bind: mine }), ...rowRules(planner, start, alias)],
  }
  let at: Pick<Place, 'collection' | 'alias' | 'depth'> = { collection: start, alias, depth }
  let isMany = false
  for (const [index, name] of path.fields.entries()) {
    const field = fieldOf(at.collection, name)
    const isLast = index === path.fields.length - 1
    if (isLast && field.column !== null) {
      if (field.isConcealed) return forbiddenField(at.collection.name, name)
      return { source, value: columnValue(planner, at.collection, field, at.alias, 'filter'), isMany }
    }
    const related = planRelated(planner, field, at, 'filter')
    source = joined(source, related.source)
    isMany ||= field.relation?.kind !== 'm2o'
    at = { collection: related.collection, alias: related.source.from.alias, depth: related.depth }
  }
  // A list leads to the keys of its items.
  const [keyName] = at.collection.primaryKey
  const field = at.collection.primaryKey.length === 1 ? at.collection.fields.get(keyName ?? '') : undefined
  if (field === undefined) return forbiddenField(at.collection.name, path.fields.at(-1) ?? '')
  return { source, value: columnValue(planner, at.collection, field, at.alias, 'filter'), isMany }
}

/** Both in one: the tables between come first, and the conditions stand where all that they name is there. */
function joined(source: SourcePlan, next: SourcePlan): SourcePlan {
  const between = next.joins.map((join): JoinPlan => ({ ...join, on: [], kind: 'inner' }))
  const on = [...next.joins.flatMap((join) => join.on), ...next.where]
  return { ...source, joins: [...source.joins, ...between, { table: next.from, on, kind: 'inner' }] }
}

/**
 * That there is something for every dynamic value that a filter names: for its opposite, of which the want of it is no reason.
 */
function needsOf(planner: Planner, filter: Filter, depth: number): readonly Condition[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap((inner) => needsOf(planner, inner, depth))
    case 'not':
    case 'related':
    case 'any-related':
      return needsOf(planner, filter.filter, depth)
    case 'compare':
      return dynamicsIn(filter.operand).map((dynamic) => isGiven(planner, dynamic, depth))
    case 'pattern':
      return []
  }
}

function isGiven(planner: Planner, dynamic: DynamicValue, depth: number): Condition {
  if (dynamic.kind === 'path') return isFound(planPath(planner, dynamic, depth))
  const isThere = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== null)
  return { kind: 'is-given', bind: { from: 'context', read: (facts) => (isThere(dynamic.read(facts)) ? 1 : 0) } }
}

const isFound = ({ source, value }: Found): Condition => ({
  kind: 'exists',
  source: { ...source, where: [...source.where, compareWith(value, '_nnull', { form: 'flag', flag: true })] },
  negated: false,
  how: { kind: 'join' },
})

type Comparable = {
  readonly subject: ValuePlan
  readonly allowed: readonly OperatorName[]
  readonly parse: (input: unknown) => unknown
  readonly typeName: string
}

function comparable(
  planner: Planner,
  field: Field,
  value: FilterValue,
  asked: { readonly operator: OperatorName; readonly operand: Input },
  place: Place,
  use: Use,
): Comparable {
  const { collection, alias } = place
  const type = fieldType(field.type)
  const integer = fieldType('bigInteger')
  switch (value.kind) {
    case 'field':
    case 'key': {
      const allowed = field.isConcealed ? fieldType('hash').operators : type.operators
      const choices = field.column?.enumValues ?? null
      const parse = choices === null ? type.parse : (input: unknown) => oneOf(choices, type.parse(input))
      return { subject: columnValue(planner, collection, field, alias, use), allowed, parse, typeName: type.name }
    }
    case 'date-part': {
      const of = columnValue(planner, collection, field, alias, use)
      requireFunction(field, value.part)
      return {
        subject: { kind: 'date-part', part: value.part, of },
        allowed: integer.operators,
        parse: integer.parse,
        typeName: 'function',
      }
    }
    case 'count':
      return {
        subject: countValue(planner, field, place, use),
        allowed: integer.operators,
        parse: integer.parse,
        typeName: 'function',
      }
    case 'json': {
      const of = columnValue(planner, collection, field, alias, use)
      requireFunction(field, 'json')
      const as = jsonKind(asked)
      const numeric = fieldType('float')
      const boolean = fieldType('boolean')
      const text = fieldType('text')
      const chosen = as === 'number' ? numeric : as === 'boolean' ? boolean : text
      const allowed =
        as === 'text' ? [...text.operators, ...numeric.operators] : [...numeric.operators, ...text.operators]
      return { subject: { kind: 'json', of, path: value.path, as }, allowed, parse: chosen.parse, typeName: 'json' }
    }
  }
}

/** The number of related items that the caller sees, or of a JSON or array field's elements. */
export function countValue(
  planner: Planner,
  field: Field,
  place: Pick<Place, 'collection' | 'alias' | 'depth'>,
  use: Use,
): ValuePlan {
  if (field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m') {
    return { kind: 'related-count', source: planRelated(planner, field, place, use).source, mask: null }
  }
  const of = columnValue(planner, place.collection, field, place.alias, use)
  requireFunction(field, 'count')
  return { kind: 'elements', of }
}

/** Asked after the caller's rights, because it tells the field's type. @throws INVALID_QUERY when that has no such function */
export function requireFunction(field: Field, name: string): void {
  const known: readonly string[] = field.isConcealed ? [] : fieldType(field.type).functions
  if (!known.includes(name))
    fail('INVALID_QUERY', {
      reason: `The function "${name}" is not for the field "${field.name}" of type "${field.type}".`,
    })
}

/** By what a JSON value is compared: what the operand is. Whether there is any value does not depend on its kind. */
function jsonKind({
  operator,
  operand,
}: {
  readonly operator: OperatorName
  readonly operand: Input
}): 'text' | 'number' | 'boolean' {
  if (operators.get(operator)?.form === 'flag') return 'text'
  const first = operand.kind === 'list' ? operand.items()[0] : operand
  if (first?.kind !== 'scalar' || first.type === 'string') return 'text'
  return first.type
}
