/** Values of a document as the engine's inputs: literals and variables alike, so that a plan serves either. */
import { Kind, type ArgumentNode, type FieldNode, type ValueNode } from 'graphql'
import { constantInput, watchedInput, type Input, type Watch } from '#schema-engine/sql/input.ts'
import { maxNesting, tooDeep } from '../limits/nesting.ts'
import { numberOf } from '../documents/skeleton.ts'

/** Where lifted literals stand among a request's variables; no GraphQL variable has such a name. */
export const literalsKey = '#'

export type ValueScope = {
  /** The request's variables with the operation's defaults; the literals are under `literalsKey`. */
  readonly variables: Readonly<Record<string, unknown>>
  /** Offset in the document → position among the literals. Empty when nothing was lifted. */
  readonly literalAt: ReadonlyMap<number, number>
  readonly watch: Watch
}

/** The argument of a field; null when it is not given (GraphQL §5.4.2.1: a variable without a value is not given). */
export function argumentOf(field: Pick<FieldNode, 'arguments'>, name: string, scope: ValueScope): Input | null {
  const argument = field.arguments?.find((candidate: ArgumentNode) => candidate.name.value === name)
  return argument === undefined ? null : (inputOf(argument.value, scope) ?? null)
}

function inputOf(node: ValueNode, scope: ValueScope, depth = 0): Input | undefined {
  if (depth > maxNesting) tooDeep()
  switch (node.kind) {
    case Kind.VARIABLE: {
      const name = node.name.value
      if (!Object.hasOwn(scope.variables, name)) return undefined
      return watchedInput(scope.variables[name], [name], scope.watch)
    }
    case Kind.NULL:
      return { kind: 'null' }
    case Kind.INT:
    case Kind.FLOAT:
      return literal(node, numberOf(node.value), scope)
    case Kind.STRING:
      return literal(node, node.value, scope)
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return constantInput(node.value)
    case Kind.LIST: {
      const items = node.values.map((item): Input => inputOf(item, scope, depth + 1) ?? { kind: 'null' })
      const hasDynamic = items.some((item) => item.kind === 'scalar' && item.startsWithDollar)
      return { kind: 'list', items: () => items, bind: null, hasDynamic }
    }
    case Kind.OBJECT: {
      const entries = node.fields.flatMap((field): readonly (readonly [string, Input])[] => {
        const input = inputOf(field.value, scope, depth + 1)
        return input === undefined ? [] : [[field.name.value, input]]
      })
      return { kind: 'object', entries }
    }
  }
}

function literal(node: ValueNode, value: string | number, scope: ValueScope): Input {
  const position = node.loc === undefined ? undefined : scope.literalAt.get(node.loc.start)
  if (position === undefined) return constantInput(value)
  // The node may be of another document with the same skeleton: what counts is what was lifted out of this one.
  const literals = scope.variables[literalsKey]
  return watchedInput(Array.isArray(literals) ? literals[position] : value, [literalsKey, position], scope.watch)
}
