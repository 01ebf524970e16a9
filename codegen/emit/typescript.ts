/** Names and types of GraphQL in TypeScript. GraphQL names have no `$`, so ours with one collide with none. */
import type { TypeRef } from '../code-model.ts'

/** Type names that TypeScript keeps for itself, or that the generated files use. */
const taken = new Set(
  'any unknown never void null undefined string number boolean symbol bigint object true false break case catch class const continue debugger default delete do else enum export extends finally for function if import in instanceof new return super switch this throw try typeof var while with implements interface let package private protected public static yield await'.split(
    ' ',
  ),
)

/** The TypeScript name of a GraphQL type. */
export const typeName = (name: string): string => (taken.has(name) ? `${name}$` : name)

/** What a scalar's value is in JSON. What we don't know is `unknown`. */
export function scalarType(name: string): string {
  switch (name) {
    case 'ID':
    case 'String':
    case 'Date':
    case 'GraphQLBigInt':
    case 'Hash':
      return 'string'
    case 'Int':
    case 'Float':
      return 'number'
    case 'Boolean':
      return 'boolean'
    case 'GraphQLStringOrFloat':
      return 'string | number'
    case 'Void':
      return 'null'
    default:
      return 'unknown'
  }
}

/** A GraphQL type as TypeScript; `named` says how to write the innermost one. */
export function typeOf(type: TypeRef, named: (name: string) => string): string {
  const inner = type.kind === 'list' ? `readonly ${element(typeOf(type.of, named))}[]` : named(type.name)
  return type.isRequired ? inner : `${inner} | null`
}

const element = (text: string): string => (/^[\w$.]+$/.test(text) ? text : `(${text})`)
