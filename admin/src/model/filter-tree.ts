/** The filter builder's state: groups and conditions, each with an id of its own, and its way to and from filter JSON. */
import type { Catalog, Collection, Field } from './catalog.ts'
import { type FilterJson, isObject, isOperator } from './filter-json.ts'
import { offeredOperators, operandForm, operandTypeOf, type OperandType } from './operators.ts'

export type FilterGroup = {
  readonly kind: 'group'
  readonly id: string
  /** all must hold · one must hold · none may hold */
  readonly match: 'all' | 'any' | 'none'
  readonly children: readonly FilterNode[]
}

export type FilterCondition = {
  readonly kind: 'condition'
  readonly id: string
  /** Names of fields: m2o and to-many relations, then the field that is compared. Empty until one is chosen. */
  readonly path: readonly string[]
  /** `year`, `count` … of the last field. */
  readonly fn: string | null
  /** What must be true of the items of the first to-many relation on the path. */
  readonly quantifier: 'some' | 'none'
  readonly operator: string | null
  /** A value, a list, or two bounds, as the operator wants it. */
  readonly operand: unknown
}

/** A part that the builder has no controls for; it is kept as it is. */
export type FilterRaw = { readonly kind: 'raw'; readonly id: string; readonly filter: FilterJson }

export type FilterNode = FilterGroup | FilterCondition | FilterRaw

/** Ids live as long as the builder is open: they name rows of a form, nothing else. */
export const newId = (): string => crypto.randomUUID()

export const emptyGroup = (match: FilterGroup['match'] = 'all'): FilterGroup => ({
  kind: 'group',
  id: newId(),
  match,
  children: [],
})

export const emptyCondition = (): FilterCondition => ({
  kind: 'condition',
  id: newId(),
  path: [],
  fn: null,
  quantifier: 'some',
  operator: null,
  operand: null,
})

/** Filter JSON → the builder's tree. What it can't show becomes a raw part; nothing is lost. */
export function parseFilter(catalog: Catalog, collection: Collection, filter: FilterJson): FilterGroup {
  const nodes = Object.entries(filter).flatMap(([key, value]) => parsePart(catalog, collection, key, value))
  const [only] = nodes
  if (nodes.length === 1 && only?.kind === 'group') return only
  return { kind: 'group', id: newId(), match: 'all', children: nodes }
}

function parsePart(catalog: Catalog, collection: Collection, key: string, value: unknown): readonly FilterNode[] {
  const group = (match: FilterGroup['match'], parts: readonly unknown[]): FilterGroup => ({
    kind: 'group',
    id: newId(),
    match,
    children: parts.flatMap((part): readonly FilterNode[] => {
      if (!isObject(part)) return []
      const inner = parseFilter(catalog, collection, part)
      const [child] = inner.children
      return inner.match === 'all' && inner.children.length === 1 && child !== undefined ? [child] : [inner]
    }),
  })
  const raw: FilterRaw = { kind: 'raw', id: newId(), filter: { [key]: value } }
  if (key === '_and' && Array.isArray(value)) return [group('all', value)]
  // One of nothing never holds: without it, everything would.
  if (key === '_or' && Array.isArray(value)) return [value.length === 0 ? raw : group('any', value)]
  if (key === '_not' && isObject(value)) {
    const alternatives =
      Array.isArray(value._or) && Object.keys(value).length === 1 ? (value._or as readonly unknown[]) : [value]
    return [alternatives.every(isAlways) ? raw : group('none', alternatives)]
  }
  return parseConditions(catalog, collection, key, value) ?? [raw]
}

/** Asks for nothing, so that every item fits. */
export const isAlways = (filter: unknown): boolean =>
  isObject(filter) &&
  Object.entries(filter).every(
    ([key, value]) => key === '_and' && Array.isArray(value) && (value as readonly unknown[]).every(isAlways),
  )

/** One key below a collection → its conditions; null when the builder can't show it. */
function parseConditions(
  catalog: Catalog,
  collection: Collection,
  key: string,
  value: unknown,
): readonly FilterCondition[] | null {
  const path: string[] = []
  let quantifier: FilterCondition['quantifier'] = 'some'
  let current: { collection: Collection; key: string; value: unknown } = { collection, key, value }
  for (;;) {
    const call = /^(\w+)\((.+)\)$/.exec(current.key)
    const field = current.collection.fields.get(call?.[2] ?? current.key)
    if (field === undefined) return null
    path.push(field.name)
    const operators = isObject(current.value) ? Object.entries(current.value) : [['_eq', current.value] as const]
    if (operators.length === 0) return null
    if (operators.every(([name]) => isOperator(name))) {
      return operators.map(([operator, operand]) => ({
        ...emptyCondition(),
        path,
        fn: call?.[1] ?? null,
        quantifier,
        ...comparison(operator, operand),
      }))
    }
    const target = catalog.collections.get(field.relation?.collections[0] ?? '')
    if (field.relation === null || target === undefined || call !== null) return null
    let below: unknown = current.value
    if (isToMany(field) && isObject(below) && ('_some' in below || '_none' in below)) {
      if (Object.keys(below).length !== 1 || quantifier === 'none') return null
      quantifier = '_none' in below ? 'none' : quantifier
      below = below._some ?? below._none
    }
    const next = isObject(below) ? Object.entries(below) : []
    // Two conditions on the same related item are one thought; two rows of the builder would be two.
    if (next.length !== 1 || next[0] === undefined || next[0][0].startsWith('_')) return null
    current = { collection: target, key: next[0][0], value: next[0][1] }
  }
}

/** As the builder has it: nothing is denied, and an emptiness is no value that one could compare with. */
function comparison(operator: string, operand: unknown): Pick<FilterCondition, 'operator' | 'operand'> {
  if (operandForm(operator) === 'none' && operand === false) return { operator: opposite(operator), operand: true }
  if (operand === null && operator === '_eq') return { operator: '_null', operand: true }
  if (operand === null && operator === '_neq') return { operator: '_nnull', operand: true }
  return { operator, operand }
}

const opposite = (operator: string): string =>
  operator.startsWith('_n') && operator !== '_null' ? `_${operator.slice(2)}` : `_n${operator.slice(1)}`

/** The tree → filter JSON; null when it has no complete condition. */
export function printFilter(catalog: Catalog, collection: Collection, group: FilterGroup): FilterJson | null {
  const parts = group.children.flatMap((node): readonly FilterJson[] => {
    if (node.kind === 'raw') return [node.filter]
    const part =
      node.kind === 'group' ? printFilter(catalog, collection, node) : printCondition(catalog, collection, node)
    return part === null ? [] : [part]
  })
  const [only] = parts
  if (only === undefined) return null
  switch (group.match) {
    case 'all':
      return parts.length === 1 ? only : { _and: parts }
    case 'any':
      return parts.length === 1 ? only : { _or: parts }
    case 'none':
      return { _not: parts.length === 1 ? only : { _or: parts } }
  }
}

function printCondition(catalog: Catalog, collection: Collection, condition: FilterCondition): FilterJson | null {
  if (!isComplete(condition)) return null
  const fields = fieldsOnPath(catalog, collection, condition.path)
  const last = fields.at(-1)
  if (last === undefined) return null
  const leafKey = condition.fn === null ? last.name : `${condition.fn}(${last.name})`
  const leaf: FilterJson = {
    [leafKey]: {
      [condition.operator ?? '']: operandForm(condition.operator ?? '') === 'none' ? true : condition.operand,
    },
  }
  const relations = fields.slice(0, -1)
  const firstToMany = relations.findIndex(isToMany)
  return relations.reduceRight<FilterJson>((inner, field, index) => {
    if (!isToMany(field)) return { [field.name]: inner }
    return { [field.name]: { [index === firstToMany && condition.quantifier === 'none' ? '_none' : '_some']: inner } }
  }, leaf)
}

/** Has everything that it needs to be asked. */
export function isComplete(condition: FilterCondition): boolean {
  if (condition.path.length === 0 || condition.operator === null) return false
  const isGiven = (value: unknown) => value !== null && value !== undefined && value !== ''
  switch (operandForm(condition.operator)) {
    case 'none':
      return true
    case 'one':
      return isGiven(condition.operand)
    case 'list':
      return Array.isArray(condition.operand) && condition.operand.length > 0
    case 'pair':
      return Array.isArray(condition.operand) && condition.operand.length === 2 && condition.operand.every(isGiven)
    case null:
      return condition.operand !== null
  }
}

/** The fields that a path names; empty when one of them isn't there. */
export function fieldsOnPath(catalog: Catalog, collection: Collection, path: readonly string[]): readonly Field[] {
  const fields: Field[] = []
  let current: Collection | undefined = collection
  for (const name of path) {
    const field: Field | undefined = current?.fields.get(name)
    if (field === undefined) return []
    fields.push(field)
    current = field.relation === null ? undefined : catalog.collections.get(field.relation.collections[0] ?? '')
  }
  return fields
}

export const isToMany = (field: Field): boolean => field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'

/** What the comparison at the end of a path is about: its type, and the operators that it offers. */
export function comparisonOf(
  field: Field,
  fn: string | null,
): { readonly type: OperandType; readonly operators: readonly string[] } {
  if (fn !== null)
    return { type: 'number', operators: ['_eq', '_neq', '_gt', '_gte', '_lt', '_lte', '_between', '_in', '_nin'] }
  if (isToMany(field)) return { type: 'text', operators: ['_nnull', '_null'] }
  if (field.relation !== null) {
    const operators = field.operators.length === 0 ? ['_eq', '_neq', '_in', '_nin', '_null', '_nnull'] : field.operators
    return {
      type: 'text',
      operators: offeredOperators(operators, 'text').filter((operator) => !/with|contains|empty/.test(operator)),
    }
  }
  const type = operandTypeOf(field.type)
  return { type, operators: offeredOperators(field.operators, type) }
}

/** Functions of a field that can be compared, in the order in which they are offered. */
export function functionsOf(field: Field): readonly string[] {
  if (field.graphql.functions === null) return []
  const date = ['year', 'month', 'week', 'day', 'weekday']
  const time = ['hour', 'minute', 'second']
  switch (field.type) {
    case 'date':
      return date
    case 'time':
      return time
    case 'dateTime':
    case 'timestamp':
      return [...date, ...time]
    default:
      return isToMany(field) || field.type === 'json' ? ['count'] : []
  }
}

/** How many conditions a filter has, for the badge on its button. */
export function countConditions(group: FilterGroup): number {
  return group.children.reduce((sum, node) => sum + (node.kind === 'group' ? countConditions(node) : 1), 0)
}
