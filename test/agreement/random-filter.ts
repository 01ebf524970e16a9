/** Filters as trees of our own, how they are written for the graph and in permissions, and random ones. */
import fc from 'fast-check'
import { pools, shape, trickyTexts, type ShapeCollection, type ShapeField, type ValueType } from './random-world.ts'

export const dateFunctions = ['year', 'month', 'week', 'day', 'weekday', 'hour', 'minute', 'second'] as const
export type DateFunction = (typeof dateFunctions)[number]
export type FunctionName = DateFunction | 'count'

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'is'
      readonly field: string
      /** null: the value itself; `key`: the raw key of an m2o. */
      readonly fn: FunctionName | 'key' | null
      readonly operator: string
      readonly operand: unknown
    }
  /** Over a relation; a null quantifier is plain nesting. */
  | {
      readonly kind: 'related'
      readonly field: string
      readonly quantifier: 'some' | 'none' | null
      readonly of: Condition
    }

export type FilterObject = { readonly [key: string]: unknown }

/** The filter as the graph's input takes it. */
export const toGraph = (condition: Condition): FilterObject => write(condition, graphName, 'graph')

/** The filter as permissions and REST write it. */
export const toRule = (condition: Condition): FilterObject => write(condition, ruleName, 'rule')

type Named = Extract<Condition, { kind: 'is' }>
type Naming = (condition: Named) => readonly string[]

const graphName: Naming = ({ field, fn }) => {
  if (fn === null) return [field]
  return fn === 'key' ? [`${field}_key`] : [`${field}_func`, fn]
}

const ruleName: Naming = ({ field, fn }) => [fn === null || fn === 'key' ? field : `${fn}(${field})`]

function write(condition: Condition, naming: Naming, form: 'graph' | 'rule'): FilterObject {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.of.map((part) => write(part, naming, form))
      const keys = parts.flatMap(Object.keys)
      // Conditions whose names differ stand side by side, which must say the same.
      return new Set(keys).size === keys.length ? Object.assign({}, ...parts) : { _and: parts }
    }
    case 'or':
      return { _or: condition.of.map((part) => write(part, naming, form)) }
    case 'not':
      return { _not: write(condition.of, naming, form) }
    case 'is':
      return naming(condition).reduceRight<FilterObject>((inner, name) => ({ [name]: inner }), {
        [condition.operator]: condition.operand,
      })
    case 'related': {
      const inner = write(condition.of, naming, form)
      return { [condition.field]: condition.quantifier === null ? inner : { [`_${condition.quantifier}`]: inner } }
    }
  }
}

const comparing = ['_eq', '_neq', '_in', '_nin'] as const
const ordering = ['_lt', '_lte', '_gt', '_gte', '_between', '_nbetween'] as const
const presence = ['_null', '_nnull'] as const
const emptiness = ['_empty', '_nempty'] as const
const textParts = ['contains', 'icontains', 'starts_with', 'istarts_with', 'ends_with', 'iends_with'].flatMap(
  (part) => [`_${part}`, `_n${part}`],
)

/** The operators of a type (contract §3.1 and what the graph has beyond it). */
export function operatorsOf(type: ValueType): readonly string[] {
  switch (type) {
    case 'string':
    case 'text':
    case 'enum':
      return [...comparing, ...textParts, ...emptiness, ...presence]
    case 'uuid':
      return [...comparing, ...presence]
    case 'boolean':
    case 'json':
      return type === 'json' ? presence : ['_eq', '_neq', ...presence]
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'float':
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
      return [...comparing, ...ordering, ...presence]
    case 'binary':
    case 'array':
      throw new Error(`the world has no ${type}`)
  }
}

/** What can be asked of a date, day or time. */
export function functionsOf(field: ShapeField): readonly FunctionName[] {
  if (field.kind === 'o2m' || field.kind === 'm2m') return ['count']
  const { type } = field
  if (type === 'json') return ['count']
  if (type === 'date') return dateFunctions.slice(0, 5)
  if (type === 'time') return dateFunctions.slice(5)
  return type === 'datetime' || type === 'timestamp' ? dateFunctions : []
}

const parts = ['a', 'A', 'ä', 'e', 'st', 'ss', 'ß', '%', '_', '\\', "'", '"', ' ', 'in', 'ree', '0', '本', 'ς', '😀']
const functionValues: Readonly<Record<FunctionName, readonly number[]>> = {
  year: [1969, 1970, 2000, 2023, 2024, 2025],
  month: [1, 2, 12],
  week: [1, 9, 52, 53],
  day: [1, 5, 28, 29, 30, 31],
  weekday: [0, 1, 3, 6],
  hour: [0, 6, 12, 23],
  minute: [0, 15, 59],
  second: [0, 1, 30, 59],
  count: [0, 1, 2, 3],
}

/** An operand of an operator for values like these. */
export function operandFor(operator: string, values: readonly unknown[]): fc.Arbitrary<unknown> {
  const value = fc.constantFrom(...values)
  if (operator === '_in' || operator === '_nin') return fc.array(value, { maxLength: 4 })
  if (operator === '_between' || operator === '_nbetween') return fc.tuple(value, value)
  if (/null$|empty$/.test(operator)) return fc.boolean()
  if (/contains$|with$/.test(operator)) return fc.constantFrom(...parts, ...trickyTexts)
  return value
}

const numberOperators = [...comparing, ...ordering]

function comparison(collection: ShapeCollection): fc.Arbitrary<Condition> {
  const choices = [...collection.fields].flatMap(([name, field]): readonly fc.Arbitrary<Condition>[] => {
    const of = (fn: FunctionName | 'key' | null, operators: readonly string[], values: readonly unknown[]) =>
      fc.constantFrom(...operators).chain((operator) =>
        operandFor(operator, values).map((operand): Condition => ({
          kind: 'is',
          field: name,
          fn,
          operator,
          operand,
        })),
      )
    const functions = functionsOf(field).map((fn) => of(fn, numberOperators, functionValues[fn]))
    if (field.kind === 'o2m' || field.kind === 'm2m') return functions
    if (field.kind === 'm2o') return [of('key', operatorsOf(field.type), keysOf(field.type))]
    return [of(null, operatorsOf(field.type), valuesOf(field.type, collection, name)), ...functions]
  })
  return fc.oneof(...choices)
}

function keysOf(type: ValueType): readonly unknown[] {
  return type === 'string' ? ['art', 'crime', 'Crime', 'poetry'] : [1, 2, 3, 5, 8, 13, 99]
}

/** Values to compare with: those that occur, and a few that don't. */
function valuesOf(type: ValueType, collection: ShapeCollection, name: string): readonly unknown[] {
  if (collection.key.includes(name)) return keysOf(type)
  const occurring = type === 'binary' || type === 'array' ? [] : pools[type]
  switch (type) {
    case 'string':
      return [...occurring, 'Oak', 'oak ', '', ...trickyTexts]
    case 'integer':
      return [...occurring, 6, -2147483648, 2147483647]
    case 'timestamp':
      return [...occurring, '2024-02-29T01:00:00.001+01:00', '2023-06-01']
    case 'time':
      return [...occurring, '12:00', '7:05']
    default:
      return occurring
  }
}

/** Filters of a collection that follow relations at most `depth` deep. */
export function arbitraryFilter(collection: string, depth: number): fc.Arbitrary<Condition> {
  const known = memory.get(`${collection} ${depth}`)
  if (known !== undefined) return known
  const made = filterOf(collection, depth)
  memory.set(`${collection} ${depth}`, made)
  return made
}

const memory = new Map<string, fc.Arbitrary<Condition>>()

function filterOf(name: string, depth: number): fc.Arbitrary<Condition> {
  const collection = shape.get(name)
  if (collection === undefined) throw new Error(`there is no collection ${name}`)
  const leaf = comparison(collection)
  const relations = [...collection.fields].flatMap(([field, { kind, ...rest }]): readonly fc.Arbitrary<Condition>[] => {
    const to = 'to' in rest ? rest.to : 'from' in rest ? rest.from : null
    if (to === null || depth === 0) return []
    const quantifier: fc.Arbitrary<'some' | 'none' | null> =
      kind === 'm2o' ? fc.constant(null) : fc.constantFrom(null, 'some', 'none')
    return [
      quantifier.chain((how) =>
        arbitraryFilter(to, depth - 1).map((of): Condition => ({ kind: 'related', field, quantifier: how, of })),
      ),
    ]
  })
  const one: fc.Arbitrary<Condition> =
    relations.length === 0
      ? leaf
      : fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: fc.oneof(...relations) })
  const few = fc.array(one, { minLength: 1, maxLength: 3 })
  return fc.oneof(
    { weight: 5, arbitrary: one },
    { weight: 2, arbitrary: few.map((of): Condition => ({ kind: 'and', of })) },
    { weight: 2, arbitrary: few.map((of): Condition => ({ kind: 'or', of })) },
    { weight: 1, arbitrary: one.map((of): Condition => ({ kind: 'not', of })) },
    {
      weight: 1,
      arbitrary: fc.tuple(few, few).map(([a, b]): Condition => ({
        kind: 'or',
        of: [
          { kind: 'and', of: a },
          { kind: 'not', of: { kind: 'and', of: b } },
        ],
      })),
    },
  )
}
