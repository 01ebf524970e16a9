/**
 * Inputs: values of a request as the planner sees them. A plan serves many requests, so the planner binds a value
 * without looking where it can; where it must look (`peek`), the value becomes part of what the plan is kept under.
 */
import type { Bind, InputPath } from './bind.ts'

export type Scalar = string | number | boolean

export type Input =
  | { readonly kind: 'null' }
  | {
      readonly kind: 'scalar'
      /** Known without looking, as are a boolean's value, an empty text and a text that begins with `$`. */
      readonly type: 'string' | 'number' | 'boolean'
      readonly isEmptyText: boolean
      readonly startsWithDollar: boolean
      /** Looks at the value: a plan made now is for this value only. */
      readonly peek: () => Scalar
      /** Binds the value, converted when the plan runs. Converted once now too, so that a wrong value fails here. */
      readonly bind: (convert: (input: unknown) => unknown) => Bind
      /** Where it stands; null when the plan holds the value itself. */
      readonly path: InputPath | null
    }
  | {
      readonly kind: 'list'
      /** Looks at the elements' shapes: a plan made now is for lists of as many and such elements. */
      readonly items: () => readonly Input[]
      /** Binds the list as one value; null when it holds lists or objects, or stands in the document itself. */
      readonly bind: ((convert: (input: unknown) => unknown) => Bind) | null
      /** Some element is a text that begins with `$`. */
      readonly hasDynamic: boolean
    }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Input])[] }

/** An input out of a value that is part of the plan: a permission's rule, a default. */
export function constantInput(value: unknown, from: 'plan' | 'rule' = 'plan'): Input {
  if (value === null || value === undefined) return { kind: 'null' }
  if (Array.isArray(value)) {
    const items = value.map((item) => constantInput(item, from))
    return { kind: 'list', items: () => items, bind: null, hasDynamic: value.some(isDynamic) }
  }
  if (typeof value === 'object') {
    return {
      kind: 'object',
      entries: Object.entries(value).map(([key, inner]) => [key, constantInput(inner, from)] as const),
    }
  }
  const scalar = value as Scalar // JSON has no other kinds left
  return {
    ...factsOf(scalar),
    peek: () => scalar,
    bind: (convert) => ({ from, value: convert(scalar) }),
    path: null,
  }
}

/**
 * What of a request's variables a plan depends on beyond their shape, gathered while it is made: places, and how what
 * stands there is described. Requests with equal descriptions may share the plan.
 */
export type Watch = Map<string, { readonly path: InputPath; readonly describe: (value: unknown) => string }>

export const createWatch = (): Watch => new Map()

const describeValue = (value: unknown): string => JSON.stringify(value) ?? ''
const describeItems = (value: unknown): string => (Array.isArray(value) ? value.map(shapeOf).join(',') : '')

/** An input at a place in the request's variables, which tells `watch` what the planner looks at. */
export function watchedInput(value: unknown, path: InputPath, watch: Watch): Input {
  if (value === null || value === undefined) return { kind: 'null' }
  if (Array.isArray(value)) {
    const bindable = value.every((item) => item === null || typeof item !== 'object')
    return {
      kind: 'list',
      items: () => {
        watch.set(`${path.join('.')}#`, { path, describe: describeItems })
        return value.map((item, index) => watchedInput(item, [...path, index], watch))
      },
      bind: bindable ? (convert) => boundInput(value, path, convert) : null,
      hasDynamic: value.some(isDynamic),
    }
  }
  if (typeof value === 'object') {
    return {
      kind: 'object',
      entries: Object.entries(value).map(([key, inner]) => [key, watchedInput(inner, [...path, key], watch)] as const),
    }
  }
  const scalar = value as Scalar // what is neither null, list nor object in JSON
  return {
    ...factsOf(scalar),
    peek: () => {
      // These are part of the shape already (see `shapeOf`).
      if (typeof scalar !== 'boolean' && scalar !== '' && !isDynamic(scalar))
        watch.set(path.join('.'), { path, describe: describeValue })
      return scalar
    },
    bind: (convert) => boundInput(scalar, path, convert),
    path,
  }
}

const factsOf = (scalar: Scalar) => ({
  kind: 'scalar' as const,
  type: typeof scalar as 'string' | 'number' | 'boolean', // a Scalar has no other types
  isEmptyText: scalar === '',
  startsWithDollar: isDynamic(scalar),
})

function boundInput(value: unknown, path: InputPath, convert: (input: unknown) => unknown): Bind {
  convert(value)
  return { from: 'input', paths: [path], convert }
}

/** `$NOW` and its like: their names are part of a request's shape. */
export const isDynamic = (value: unknown): value is string => typeof value === 'string' && value.startsWith('$')

/** With the length of each key, so that no key reads like the end of another. Made for every request, hence the plain loop. */
function shapeOfObject(value: Readonly<Record<string, unknown>>): string {
  let shape = '{'
  for (const key in value) shape += `${key.length}${key}:${shapeOf(value[key])},`
  return `${shape}}`
}

/**
 * The shape of a value: requests whose variables have equal shapes may share a plan, as far as it looked at nothing
 * else. Lists show the kinds of their elements and neither their number nor their order.
 */
export function shapeOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return isDynamic(value) ? JSON.stringify(value) : value === '' ? 'e' : 's'
    case 'number':
      return Number.isInteger(value) && Math.abs(value) <= 0x7fff_ffff ? 'i' : 'f'
    case 'boolean':
      return value ? 't' : 'F'
    case 'object':
      if (value === null) return 'n'
      return Array.isArray(value)
        ? `[${[...new Set(value.map(shapeOf))].sort().join(',')}]`
        : shapeOfObject(value as Readonly<Record<string, unknown>>) // as JSON has them
    default:
      return 'u'
  }
}

/** An input as plain data; the plan is for it alone. */
export function plainOf(input: Input): unknown {
  switch (input.kind) {
    case 'null':
      return null
    case 'scalar':
      return input.peek()
    case 'list':
      return input.items().map(plainOf)
    case 'object':
      return Object.fromEntries(input.entries.map(([key, inner]) => [key, plainOf(inner)]))
  }
}
