/** Arguments of a mutation → a write of the engine, with the model's names. Numbers keep all their digits. */
import {
  getNamedType,
  getNullableType,
  getVariableValues,
  GraphQLFloat,
  GraphQLInt,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  isInputType,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import type { Filter } from '#schema-engine/filter/filter.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { ItemInput, Precondition, Target, TargetQuery, WriteRequest } from '#schema-engine/mutation/request.ts'
import { constantInput } from '#schema-engine/sql/input.ts'
import { numberOf } from '../documents/skeleton.ts'
import { maxNesting, tooDeep } from '../limits/nesting.ts'
import { inputDescriptor, type WriteKind } from '../schema/descriptors.ts'
import { coerceKnown } from './coerce.ts'
import { filterOf } from './filter.ts'
import { literalsKey } from './inputs.ts'

/** The values of one run of a mutation. */
export type InputScope = {
  readonly schema: GraphQLSchema
  /** Coerced, by name; one that was not given is missing. The literals are under `literalsKey`. */
  readonly variables: Readonly<Record<string, unknown>>
  /** Offset in the document → position among the literals. */
  readonly literalAt: ReadonlyMap<number, number>
}

/**
 * The variables of an operation as their types say, with defaults.
 * @param given as they came, without defaults
 * @returns null when one does not fit its type
 */
export function coerceVariables(
  node: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
  literals: readonly unknown[],
  { schema, literalAt }: Pick<InputScope, 'schema' | 'literalAt'>,
): Readonly<Record<string, unknown>> | null {
  const definitions = node.variableDefinitions ?? []
  const isGiven = (name: string): boolean => Object.hasOwn(given, name) && given[name] !== undefined
  // A default may be of another document with the same skeleton: it is taken from the literals.
  const byDefault = definitions.filter(
    ({ variable, defaultValue }) => defaultValue !== undefined && !isGiven(variable.name.value),
  )
  const others = byDefault.length === 0 ? definitions : definitions.filter((each) => !byDefault.includes(each))
  const variables = coerceKnown(others, given, schema) ?? coercedSlowly(others, given, schema)
  if (variables === null) return null
  variables[literalsKey] = literals
  const scope: InputScope = { schema, literalAt, variables }
  for (const { variable, type, defaultValue } of byDefault) {
    const of = typeFromAST(schema, type)
    if (defaultValue !== undefined && isInputType(of)) variables[variable.name.value] = valueOf(defaultValue, of, scope)
  }
  return variables
}

/** By the library: where a variable does not fit, or its type is not known well enough. */
function coercedSlowly(
  definitions: readonly VariableDefinitionNode[],
  given: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): Record<string, unknown> | null {
  const { coerced } = getVariableValues(schema, definitions, { ...given })
  return coerced === undefined ? null : Object.assign(Object.create(null), coerced) // a variable may have any name
}

/** The arguments that a field is given, each as its type says. */
export function argumentsOf(
  node: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  scope: InputScope,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  for (const { name, value } of node.arguments ?? []) {
    const argument = definition.args.find((candidate) => candidate.name === name.value)
    const given = argument === undefined ? undefined : valueOf(value, argument.type, scope)
    if (given !== undefined) values[name.value] = given
  }
  return values
}

/** undefined for a variable that is not given. */
function valueOf(node: ValueNode, type: GraphQLInputType, scope: InputScope, depth = 0): unknown {
  if (depth > maxNesting) tooDeep()
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value
    const value = Object.hasOwn(scope.variables, name) ? scope.variables[name] : undefined
    return value === null && isNonNullType(type) ? missing(name) : value
  }
  const nullable = getNullableType(type)
  if (node.kind === Kind.NULL) return null
  if (isListType(nullable)) {
    const inner: GraphQLInputType = nullable.ofType
    return node.kind === Kind.LIST
      ? node.values.map((item) => valueOf(item, inner, scope, depth + 1) ?? null)
      : [valueOf(node, inner, scope, depth + 1) ?? null]
  }
  if (isInputObjectType(nullable)) {
    if (node.kind !== Kind.OBJECT) return fail('INVALID_PAYLOAD', { reason: `${nullable.name} must be an object.` })
    const fields = nullable.getFields()
    return Object.fromEntries(
      node.fields.flatMap(({ name, value }) => {
        const field = fields[name.value]
        const given = field === undefined ? undefined : valueOf(value, field.type, scope, depth + 1)
        return given === undefined ? [] : [[name.value, given] as const]
      }),
    )
  }
  return isLeafType(nullable) ? leafOf(node, nullable, scope, depth) : undefined
}

function missing(name: string): never {
  return fail('INVALID_PAYLOAD', { reason: `"$${name}" must not be null.` })
}

function leafOf(node: ValueNode, type: GraphQLLeafType, scope: InputScope, depth: number): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT: {
      const literal = literalOf(node, numberOf(node.value), scope)
      if (type === GraphQLFloat) return literal
      if (type === GraphQLInt || type.name !== 'JSON') return parsed({ ...node, value: String(literal) }, type)
      return literal
    }
    case Kind.STRING:
      return parsed({ ...node, value: String(literalOf(node, node.value, scope)) }, type)
    case Kind.LIST:
    case Kind.OBJECT:
      return anything(node, scope, depth)
    default:
      return parsed(node, type)
  }
}

/** What the type makes of a literal of another document with the same skeleton: it need not fit. */
function parsed(node: ValueNode, type: GraphQLLeafType): unknown {
  try {
    return type.parseLiteral(node, null)
  } catch (error) {
    return fail('INVALID_PAYLOAD', { reason: error instanceof Error ? error.message : `It is no ${type.name}.` })
  }
}

function literalOf(node: ValueNode, value: string | number, { literalAt, variables }: InputScope): unknown {
  const position = node.loc === undefined ? undefined : literalAt.get(node.loc.start)
  const literals = variables[literalsKey]
  return position === undefined || !Array.isArray(literals) ? value : literals[position]
}

/** A value of a scalar that takes any. */
function anything(node: ValueNode, scope: InputScope, depth: number): unknown {
  if (depth > maxNesting) tooDeep()
  switch (node.kind) {
    case Kind.VARIABLE:
      return scope.variables[node.name.value] ?? null
    case Kind.INT:
    case Kind.FLOAT:
      return literalOf(node, numberOf(node.value), scope)
    case Kind.STRING:
      return literalOf(node, node.value, scope)
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value
    case Kind.NULL:
      return null
    case Kind.LIST:
      return node.values.map((item) => anything(item, scope, depth + 1))
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, anything(value, scope, depth + 1)]))
  }
}

/**
 * What a field of `Mutation` asks of the engine.
 * @throws INVALID_PAYLOAD, INVALID_QUERY
 */
export function writeRequestOf(
  write: WriteKind,
  collection: string,
  args: Readonly<Record<string, unknown>>,
  definition: GraphQLField<unknown, unknown>,
  model: Model,
): WriteRequest {
  const data = (): readonly ItemInput[] => itemsOf(args, definition, model)
  const one = (): ItemInput => data()[0] ?? oneItem()
  switch (write) {
    case 'create-one':
      return { collection, kind: 'create', items: [one()] }
    case 'create-many':
      return { collection, kind: 'create', items: data() }
    case 'update-one':
      return { collection, kind: 'update', target: keyTarget(args['id']), data: one(), ...preconditionOf(args) }
    case 'update-me':
      return { collection, kind: 'update', target: { kind: 'current-user' }, data: one() }
    case 'update-many':
      return { collection, kind: 'update', target: targetOf(args, definition), data: one() }
    case 'update-batch':
      return { collection, kind: 'update-each', items: data() }
    case 'upsert-many':
      return { collection, kind: 'upsert', items: data() }
    case 'delete-one':
      return { collection, kind: 'delete', target: keyTarget(args['id']), ...preconditionOf(args) }
    case 'delete-many':
      return { collection, kind: 'delete', target: targetOf(args, definition) }
    case 'update-singleton':
      return { collection, kind: 'singleton', data: one() }
  }
}

const keyTarget = (id: unknown): Target => ({ kind: 'keys', keys: [String(id)] })

function targetOf(args: Readonly<Record<string, unknown>>, definition: GraphQLField<unknown, unknown>): Target {
  const { ids } = args
  if (!Array.isArray(ids)) return { kind: 'query', query: queryOf(args, definition) }
  return { kind: 'keys', keys: ids.map((id) => (id === null ? fail('INVALID_PAYLOAD', noNull) : String(id))) }
}

const noNull = { reason: '"ids" must not contain null.' }

function queryOf(args: Readonly<Record<string, unknown>>, definition: GraphQLField<unknown, unknown>): TargetQuery {
  const { search, sort, limit, offset, page } = args
  const size = typeof limit === 'number' ? limit : null
  if (typeof page === 'number' && (size === null || size < 1 || page < 1))
    fail('INVALID_QUERY', { reason: '"page" counts from 1, and needs a "limit".' })
  const skipped = typeof page === 'number' ? (page - 1) * (size ?? 0) : null
  return {
    filter: filterIn(args, definition),
    search: typeof search === 'string' && search !== '' ? search : null,
    sort: Array.isArray(sort) ? sort.filter((name): name is string => typeof name === 'string') : [],
    limit: size,
    offset: typeof offset === 'number' ? offset : skipped,
  }
}

function filterIn(
  { filter }: Readonly<Record<string, unknown>>,
  definition: GraphQLField<unknown, unknown>,
): Filter | null {
  const type = getNamedType(definition.args.find(({ name }) => name === 'filter')?.type)
  if (filter === undefined || filter === null || !isInputObjectType(type)) return null
  const parsedFilter = filterOf(constantInput(filter), type)
  return parsedFilter === null || isEmpty(parsedFilter) ? null : parsedFilter
}

/** What holds for every item is no filter: all of them have to be asked for in so many words. */
function isEmpty(filter: Filter): boolean {
  if (filter.kind === 'and') return filter.filters.every(isEmpty)
  return filter.kind === 'or' && (filter.filters.length === 0 || filter.filters.some(isEmpty))
}

/** What the caller last saw: a revision's id, or the moment of the last change. */
function preconditionOf({ ifMatch }: Readonly<Record<string, unknown>>): { readonly precondition?: Precondition } {
  if (typeof ifMatch !== 'string' || ifMatch === '') return {}
  return /^\d+$/.test(ifMatch)
    ? { precondition: { kind: 'revision', revision: ifMatch } }
    : { precondition: { kind: 'date-updated', at: ifMatch } }
}

function itemsOf(
  { data, json }: Readonly<Record<string, unknown>>,
  definition: GraphQLField<unknown, unknown>,
  model: Model,
): readonly ItemInput[] {
  const hasData = data !== undefined && data !== null
  const hasJson = json !== undefined && json !== null
  if (hasData === hasJson) fail('INVALID_PAYLOAD', { reason: 'One of "data" and "json" must be given.' })
  const type = definition.args.find(({ name }) => name === 'data')?.type
  const isMany = isListType(type)
  const given: unknown = hasData ? data : json
  if (Array.isArray(given) !== isMany)
    fail('INVALID_PAYLOAD', { reason: `"json" must be ${isMany ? 'a list of objects' : 'an object'}.` })
  const items: readonly unknown[] = Array.isArray(given) ? given : [given]
  const named = getNamedType(type)
  return items.map((item) => (hasData && isInputObjectType(named) ? itemOf(item, named, model) : objectOf(item)))
}

function oneItem(): never {
  return fail('INVALID_PAYLOAD', { reason: '"data" must be an object.' })
}

const objectOf = (item: unknown): ItemInput =>
  typeof item === 'object' && item !== null && !Array.isArray(item)
    ? (item as ItemInput) // an object with texts for keys
    : fail('INVALID_PAYLOAD', { reason: 'An item must be an object.' })

/** `inner`: the items that it holds. */
type Meaning = {
  readonly descriptor: NonNullable<ReturnType<typeof inputDescriptor>>
  readonly inner: GraphQLInputObjectType | null
}

const meanings = new WeakMap<GraphQLInputObjectType, ReadonlyMap<string, Meaning>>()

/** What the fields of an item stand for. */
function meaningsOf(type: GraphQLInputObjectType): ReadonlyMap<string, Meaning> {
  const known = meanings.get(type)
  if (known !== undefined) return known
  const found = new Map<string, Meaning>()
  for (const field of Object.values(type.getFields())) {
    const descriptor = inputDescriptor(field)
    const inner = getNamedType(field.type)
    if (descriptor !== undefined) found.set(field.name, { descriptor, inner: isInputObjectType(inner) ? inner : null })
  }
  meanings.set(type, found)
  return found
}

/** An item by the model's names. @throws INVALID_PAYLOAD when a field is told twice */
function itemOf(data: unknown, type: GraphQLInputObjectType, model: Model): ItemInput {
  const fields = meaningsOf(type)
  const item: Record<string, unknown> = {}
  const set = (name: string, value: unknown): void => {
    if (Object.hasOwn(item, name))
      fail('INVALID_PAYLOAD', { reason: `"${name}" is given in two ways; give it in one.` })
    if (name === '__proto__') Object.defineProperty(item, name, { value, enumerable: true }) // a name like any other
    else item[name] = value
  }
  const implied: (readonly [string, unknown])[] = []
  const given = objectOf(data)
  for (const name of Object.keys(given)) {
    const value = given[name]
    const meaning = fields.get(name)
    if (meaning === undefined) continue // validation lets through only what is in the type
    const { descriptor, inner } = meaning
    switch (descriptor.kind) {
      case 'field':
        set(descriptor.field, inner !== null ? related(value, inner, model) : value)
        break
      case 'keys':
        set(descriptor.field, value)
        break
      case 'changes':
        if (value !== null && inner !== null) set(descriptor.field, changesOf(value, inner, model))
        break
      case 'm2a': {
        if (value === null || inner === null) break
        set(descriptor.field, itemOf(value, inner, model))
        const relation = model.collections.get(descriptor.collection)?.fields.get(descriptor.field)?.relation
        if (relation?.kind === 'm2a') implied.push([relation.collectionField, descriptor.target])
        break
      }
      default:
    }
  }
  for (const [name, value] of implied) if (!Object.hasOwn(item, name)) set(name, value)
  return item
}

/** An item, a list of them, or null. */
function related(value: unknown, type: GraphQLInputObjectType, model: Model): unknown {
  if (value === null) return null
  return Array.isArray(value) ? value.map((item) => itemOf(item, type, model)) : itemOf(value, type, model)
}

function changesOf(value: unknown, type: GraphQLInputObjectType, model: Model): unknown {
  const fields = type.getFields()
  return Object.fromEntries(
    Object.entries(objectOf(value)).flatMap(([name, inner]) => {
      const field = fields[name]
      const descriptor = field === undefined ? undefined : inputDescriptor(field)
      if (field === undefined || descriptor?.kind !== 'change' || inner === null) return []
      const items = getNamedType(field.type)
      return [[descriptor.what, isInputObjectType(items) ? related(inner, items, model) : inner] as const]
    }),
  )
}
