/** A GraphQL document in the making: its variables, and keys that GraphQL names can't hold. */

export type Writer = {
  /** `$name` of a new variable. The name and order depend only on what was written before. */
  readonly variable: (name: string, type: string, value: unknown) => string
  /** A nested argument's variable: `$v1`, `$v2`, … */
  readonly nextVariable: (type: string, value: unknown) => string
  /** A response name that no selection of a request has. */
  readonly nextAlias: () => string
  readonly variables: () => Readonly<Record<string, unknown>>
  /** The whole document around root fields. */
  readonly document: (roots: readonly string[]) => string
  /** As `document`, of one root field that writes. @param directives more of the operation's: `@dryRun` */
  readonly mutation: (root: string, directives: readonly string[]) => string
}

export function createWriter(): Writer {
  const variables: Record<string, unknown> = {}
  const declarations: string[] = []
  let variableCount = 0
  let aliasCount = 0
  const variable = (name: string, type: string, value: unknown): string => {
    variables[name] = value
    declarations.push(`$${name}:${type}`)
    return `$${name}`
  }
  const operation = (kind: string, directives: readonly string[], roots: readonly string[]): string => {
    const head = declarations.length === 0 ? kind : `${kind}(${declarations.join(' ')})`
    return `${head} ${['@wire(format:REST)', ...directives].join(' ')}{${roots.join(' ')}}`
  }
  return {
    variable,
    nextVariable: (type, value) => variable(`v${++variableCount}`, type, value),
    nextAlias: () => `${aliasPrefix}${++aliasCount}`,
    variables: () => variables,
    document: (roots) => operation('query', [], roots),
    mutation: (root, directives) => operation('mutation', directives, [root]),
  }
}

const aliasPrefix = '_k'

/** One field to select. */
export type Selection = {
  readonly name: string
  /** `(limit:$v1)`, or nothing. */
  readonly args?: string
  /** `{id}`, or nothing. */
  readonly below?: string
}

/** The selection, with its value under `key` in the reply: by name or alias, and where neither can hold it by `@as`. */
export function keyed(writer: Writer, key: string, { name, args = '', below = '' }: Selection): string {
  if (!isFreeName(key)) return keyedApart(writer, key, { name, args, below })
  return key === name ? `${name}${args}${below}` : `${key}:${name}${args}${below}`
}

/** As `keyed`, under a response name that nothing else has: fragments side by side must not share one. */
export const keyedApart = (writer: Writer, key: string, { name, args = '', below = '' }: Selection): string =>
  `${writer.nextAlias()}:${name}${args} @as(key:${graphqlString(key)})${below}`

/** The selection, with the keys of its value standing in the parent. */
export const spread = (alias: string | null, { name, args = '', below = '' }: Selection): string =>
  `${alias === null ? '' : `${alias}:`}${name}${args} @spread${below}`

/** Whether a key may be a response name: valid, not reserved by GraphQL, and none that the writer makes. */
const isFreeName = (key: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !key.startsWith('__') && !key.startsWith(aliasPrefix)

/** GraphQL's strings are JSON's, but for halves of surrogate pairs. */
const graphqlString = (text: string): string => JSON.stringify(text.toWellFormed())
