/**
 * A value to be bound when a statement runs. A plan is made once and run with many inputs, so a bind says where its
 * value comes from instead of holding it: from the caller's inputs, from the context of the request, or from the plan.
 */
import type { Sql } from './sql.ts'

/** Where an input stands: the variable's name, then keys and positions inside it. */
export type InputPath = readonly (string | number)[]

/** What a request brings to a plan when it runs. */
export type Inputs = {
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: RequestFacts
}

/** Facts of the request that `$NOW`, `$CURRENT_USER` and their like stand for. Keys are null when there is no user. */
export type RequestFacts = {
  readonly now: Date
  readonly user: string | number | null
  readonly role: string | number | null
  readonly roles: readonly (string | number)[]
  readonly policies: readonly (string | number)[]
  /** The API key that stands in for the user, and the policy that it is bound to. */
  readonly apiKey?: { readonly id: string; readonly policy: string | null }
  /** What paths into the user and role lead to, by their text; of those that a write's rules ask in memory. */
  readonly paths?: ReadonlyMap<string, unknown>
  /** Which of his sessions the request belongs to: its family. */
  readonly session?: string
}

/** Turns what came into what the driver takes. @throws EngineError when it does not fit. */
export type Convert = (input: unknown) => unknown

export type Bind =
  | { readonly from: 'plan'; readonly value: unknown }
  /** A value of a permission's rule, which is stored as the names in it are: a dialect may write it into the statement. */
  | { readonly from: 'rule'; readonly value: unknown }
  | {
      readonly from: 'input'
      readonly paths: readonly InputPath[]
      readonly convert: (...inputs: readonly unknown[]) => unknown
    }
  | { readonly from: 'context'; readonly read: (facts: RequestFacts) => unknown }
  /** No value of the request: what the database finds in the same statement. */
  | { readonly from: 'statement'; readonly sql: Sql }

export const constant = (value: unknown): Bind => ({ from: 'plan', value })

/** The value of a bind for one run. @throws EngineError when an input does not convert. */
export function valueOf(bind: Bind, inputs: Inputs): unknown {
  switch (bind.from) {
    case 'plan':
    case 'rule':
      return bind.value
    case 'context':
      return bind.read(inputs.context)
    case 'statement':
      return inStatement()
    case 'input': {
      const { paths, convert } = bind
      const [only] = paths
      if (only !== undefined && paths.length === 1) return convert(inputAt(inputs.variables, only))
      return convert(...paths.map((path) => inputAt(inputs.variables, path)))
    }
  }
}

/** What stands in the statement is never bound, nor changed on the way. */
function inStatement(): never {
  throw new TypeError('a part of the statement has no value here')
}

/** The input at a path; undefined where the path leaves the value. */
export function inputAt(variables: Readonly<Record<string, unknown>>, path: InputPath): unknown {
  let at: unknown = variables
  for (const step of path) {
    if (at === null || typeof at !== 'object') return undefined
    at = (at as Record<string | number, unknown>)[step] // an object or array, indexed by its own key
  }
  return at
}

/** The same bind with its value changed when it is taken. */
export function mapBind(bind: Bind, change: (value: unknown) => unknown): Bind {
  switch (bind.from) {
    case 'plan':
    case 'rule':
      return { from: bind.from, value: change(bind.value) }
    case 'context':
      return { from: 'context', read: (facts) => change(bind.read(facts)) }
    case 'statement':
      return inStatement()
    case 'input':
      return { ...bind, convert: (...inputs) => change(bind.convert(...inputs)) }
  }
}
