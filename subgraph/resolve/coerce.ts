/**
 * Variables as their types say (GraphQL §6.4.1), several times as fast as the library: what a type asks is looked up once, and
 * where an error stands is not kept. Whatever does not fit is left to the library.
 */
import {
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'

/** @returns null when a variable does not fit */
export function coerceKnown(
  definitions: readonly VariableDefinitionNode[],
  given: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): Record<string, unknown> | null {
  const values: Record<string, unknown> = Object.create(null) // has no prototype: a variable may have any name
  for (const definition of definitions) {
    const name = definition.variable.name.value
    const coerce = coercionOf(definition, schema)
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (coerce === null || (value === undefined && definition.defaultValue !== undefined)) return null
    if (value === undefined && definition.type.kind !== 'NonNullType') continue
    try {
      const coerced = coerce(value)
      if (coerced === misfit) return null
      values[name] = coerced
    } catch {
      return null // said by a scalar
    }
  }
  return values
}

/** Gives `misfit`, or throws, for what is not of its type. */
type Coerce = (value: unknown) => unknown

const misfit = Symbol('misfit')

const ofDefinitions = new WeakMap<VariableDefinitionNode, Coerce | null>()

function coercionOf(definition: VariableDefinitionNode, schema: GraphQLSchema): Coerce | null {
  const known = ofDefinitions.get(definition)
  if (known !== undefined) return known
  const type = typeFromAST(schema, definition.type)
  const coerce = isInputType(type) ? coerceTo(type) : null
  ofDefinitions.set(definition, coerce)
  return coerce
}

const ofTypes = new WeakMap<GraphQLInputType, Coerce>()

/** Types lead to each other in circles, so a type's fields are looked at when it is first met in a value. */
function coerceTo(type: GraphQLInputType): Coerce {
  const known = ofTypes.get(type)
  if (known !== undefined) return known
  const made = makeCoercion(type)
  ofTypes.set(type, made)
  return made
}

function makeCoercion(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const inner = coerceTo(type.ofType)
    return (value) => (value === null || value === undefined ? misfit : inner(value))
  }
  if (isListType(type)) {
    const inner = coerceTo(type.ofType)
    return (value) => {
      if (value === null || value === undefined) return null
      if (!Array.isArray(value)) return misfit
      const items = value.map(inner)
      return items.includes(misfit) ? misfit : items
    }
  }
  if (isInputObjectType(type)) {
    let fields: readonly { readonly name: string; readonly isRequired: boolean; readonly coerce: Coerce }[] | null =
      null
    let hasDefaults = type.isOneOf
    return (value) => {
      if (value === null || value === undefined) return null
      if (fields === null) {
        const all = Object.values(type.getFields())
        hasDefaults ||= all.some(({ defaultValue }) => defaultValue !== undefined)
        fields = all.map(({ name, type: of }) => ({ name, isRequired: isNonNullType(of), coerce: coerceTo(of) }))
      }
      if (hasDefaults || typeof value !== 'object' || Array.isArray(value)) return misfit
      const object: Record<string, unknown> = {}
      let count = 0
      for (const { name, isRequired, coerce } of fields) {
        // Only what is its own: a type may have a field like `toString`.
        const given = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined
        if (given === undefined) {
          if (isRequired) return misfit
          continue
        }
        const coerced = coerce(given)
        if (coerced === misfit) return misfit
        object[name] = coerced
        count += 1
      }
      // A name that the type has not, or one without a value.
      return count === Object.keys(value).length ? object : misfit
    }
  }
  return (value) => {
    if (value === null || value === undefined) return null
    const parsed: unknown = type.parseValue(value)
    return parsed === undefined ? misfit : parsed
  }
}
