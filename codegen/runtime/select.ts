/** From a selection to a document, and to the type of its result. No dependencies: copied into generated clients. */

/** Type → field → where it leads (`null`: to a value) and the GraphQL types of its arguments. */
export type Links = {
  readonly [type: string]: {
    readonly [field: string]: { readonly to: string | null; readonly arguments?: { readonly [name: string]: string } }
  }
}

/** The part of `T` that the selection `S` asks for. */
export type Picked<T, S> = T extends null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Picked<Item, S>[]
    : T extends { readonly __typename: infer Name extends string }
      ? `on_${Name}` extends keyof S
        ? { readonly __typename: Name } & PickedFields<T, S[`on_${Name}`]>
        : keyof S extends `on_${string}`
          ? { readonly __typename: Name }
          : PickedFields<T, S>
      : T

type PickedFields<T, S> = {
  readonly [Field in keyof T & keyof S as S[Field] extends false | undefined ? never : Field]: S[Field] extends
    | true
    | { readonly $: unknown }
    ? IsLeaf<S[Field]> extends true
      ? T[Field]
      : Picked<T[Field], S[Field]>
    : Picked<T[Field], S[Field]>
}

/** `true`, or arguments only: nothing is selected below. */
type IsLeaf<S> = S extends true ? true : [Exclude<keyof S, '$'>] extends [never] ? true : false

/** Refuses what the schema doesn't have, at every depth: a generic parameter alone lets more through. */
export type Exactly<S, Allowed> = S extends object
  ? {
      readonly [Key in keyof S]: Key extends keyof Allowed
        ? Key extends '$'
          ? Allowed[Key]
          : Exactly<S[Key], Extract<Allowed[Key], object>>
        : never
    }
  : S

export type Document = { readonly document: string; readonly variables: Readonly<Record<string, unknown>> }

/**
 * Writes the document of a selection. Every argument becomes a variable, so the same shape gives the same text.
 *
 * @throws Error when an argument is unknown to the schema (a selection that got past the types)
 */
export function toDocument(kind: 'query' | 'mutation', root: string, selection: object, links: Links): Document {
  const variables: Record<string, unknown> = {}
  const declarations: string[] = []

  const printArguments = (type: string, field: string, given: object): string => {
    const types = links[type]?.[field]?.arguments ?? {}
    const parts = Object.entries(given).flatMap(([name, value]: [string, unknown]) => {
      if (value === undefined) return []
      const argumentType = types[name]
      if (argumentType === undefined) throw new Error(`"${type}.${field}" has no argument "${name}".`)
      const variable = `v${declarations.length + 1}`
      declarations.push(`$${variable}: ${argumentType}`)
      variables[variable] = value
      return [`${name}: $${variable}`]
    })
    return parts.length === 0 ? '' : `(${parts.join(', ')})`
  }

  const printSelection = (type: string, chosen: object): string => {
    const isUnion = Object.keys(chosen).some(
      (key) => key.startsWith('on_') && links[type]?.[key] === undefined && isObject(Reflect.get(chosen, key)),
    )
    const parts = Object.entries(chosen).flatMap(([field, value]: [string, unknown]) => {
      if (field === '$' || value === false || value === undefined) return []
      if (value === true || !isObject(value)) return [field]
      if (isUnion && field.startsWith('on_'))
        return [`... on ${field.slice(3)} { ${printSelection(field.slice(3), value)} }`]
      const to = links[type]?.[field]?.to ?? null
      const given: unknown = Reflect.get(value, '$')
      const head = field + (isObject(given) ? printArguments(type, field, given) : '')
      return [to === null ? head : `${head} { ${printSelection(to, value)} }`]
    })
    return (isUnion ? ['__typename', ...parts] : parts).join(' ')
  }

  const body = printSelection(root, selection)
  return {
    document: `${kind}${declarations.length === 0 ? '' : `(${declarations.join(', ')})`} { ${body} }`,
    variables,
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
