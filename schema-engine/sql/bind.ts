/**
 * A value to be bound when a statement runs. A plan is made once and run with many inputs, so a bind says where its
 * value comes from instead of holding it: from the caller's inputs, from the context of the request, or from the plan.
 */

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
}

/** Turns what came into what the driver takes. @throws EngineError when it does not fit. */
export type Convert = (input: unknown) => unknown

export type Bind =
  | { readonly from: 'plan'; readonly value: unknown }
  | {
      readonly from: 'input'
      readonly paths: readonly InputPath[]
      readonly convert: (...inputs: readonly unknown[]) => unknown
    }
  | { readonly from: 'context'; readonly read: (facts: RequestFacts) => unknown }

export const constant = (value: unknown): Bind => ({ from: 'plan', value })

/** The value of a bind for one run. @throws EngineError when an input does not convert. */
export function valueOf(bind: Bind, inputs: Inputs): unknown {
  switch (bind.from) {
    case 'plan':
      return bind.value
    case 'context':
      return bind.read(inputs.context)
    case 'input': {
      const { paths, convert } = bind
      const [only] = paths
      if (only !== undefined && paths.length === 1) return convert(inputAt(inputs.variables, only))
      return convert(...paths.map((path) => inputAt(inputs.variables, path)))
    }
  }
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
      return { from: 'plan', value: change(bind.value) }
    case 'context':
      return { from: 'context', read: (facts) => change(bind.read(facts)) }
    case 'input':
      return { ...bind, convert: (...inputs) => change(bind.convert(...inputs)) }
  }
}
