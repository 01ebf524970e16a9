/** The scalars of the contract. Values arrive as they came in; the planner parses them by the field they are meant for. */
import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql'

const anything = (name: string, description: string): GraphQLScalarType =>
  new GraphQLScalarType({
    name,
    description,
    parseValue: (value) => value,
    parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  })

/** A scalar whose input is one of some kinds of literal; numbers stay text where JavaScript would lose their digits. */
function scalar(
  name: string,
  description: string,
  accepts: readonly (typeof Kind)[keyof typeof Kind][],
): GraphQLScalarType {
  const expected = (found: string, node?: ValueNode): GraphQLError =>
    new GraphQLError(`${name} cannot represent ${found}.`, node === undefined ? {} : { nodes: [node] })
  return new GraphQLScalarType({
    name,
    description,
    parseValue: (value) => {
      const kind = kindOf(value)
      if (kind !== null && accepts.includes(kind)) return value
      throw expected(JSON.stringify(value) ?? typeof value)
    },
    parseLiteral: (node) => {
      if (!accepts.includes(node.kind) || !('value' in node)) throw expected(node.kind, node)
      if (node.kind !== Kind.INT && node.kind !== Kind.FLOAT) return node.value
      const number = Number(node.value)
      return String(number) === node.value ? number : node.value
    },
  })
}

function kindOf(value: unknown): (typeof Kind)[keyof typeof Kind] | null {
  switch (typeof value) {
    case 'string':
      return Kind.STRING
    case 'number':
      return Number.isInteger(value) ? Kind.INT : Number.isFinite(value) ? Kind.FLOAT : null
    case 'bigint':
      return Kind.INT
    case 'boolean':
      return Kind.BOOLEAN
    default:
      return null
  }
}

export const GraphQLDate = scalar('Date', 'A date, a time or both, as ISO 8601 writes them.', [Kind.STRING])
export const GraphQLBigInt = scalar('GraphQLBigInt', 'A whole number of up to 64 bits, as a string.', [
  Kind.STRING,
  Kind.INT,
])
export const GraphQLStringOrFloat = scalar('GraphQLStringOrFloat', 'A number, or a text.', [
  Kind.STRING,
  Kind.INT,
  Kind.FLOAT,
])
export const GraphQLHash = scalar('Hash', 'A secret. It is never shown; what stands for it is **********.', [
  Kind.STRING,
])
export const GraphQLGeoJson = anything('GraphQLGeoJSON', 'A GeoJSON geometry (RFC 7946).')
export const GraphQLJson = anything('JSON', 'Any JSON value.')
export const GraphQLVoid = new GraphQLScalarType({
  name: 'Void',
  description: 'Nothing: always null.',
  serialize: () => null,
})
export const GraphQLAny = anything(
  '_Any',
  'A representation of an entity: its __typename and the fields of one of its keys.',
)
