/** A schema whose types are made when a document comes to them: of a thousand tables it names a few. */
import {
  getNamedType,
  type GraphQLDirective,
  GraphQLObjectType,
  GraphQLSchema,
  isInputObjectType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLFieldMap,
  type GraphQLNamedType,
} from 'graphql'

export type Record<T> = { [name: string]: T }

/** Where the values of a record come from: one by its name; the names of all of them, or at least of those to be found by looking. */
export type Source<T> = {
  readonly get: (name: string) => T | undefined
  readonly names: () => readonly string[]
}

/** An object type whose fields are asked for one by one. */
export class LazyObjectType extends GraphQLObjectType {
  private readonly fields: GraphQLFieldMap<unknown, unknown>

  constructor(name: string, fields: Source<GraphQLField<unknown, unknown>>) {
    super({ name, fields: {} })
    this.fields = lazyRecord(fields)
  }

  override getFields(): GraphQLFieldMap<unknown, unknown> {
    return this.fields
  }
}

export type LazySchemaParts = {
  readonly query: GraphQLObjectType
  readonly mutation: GraphQLObjectType | null
  readonly directives: readonly GraphQLDirective[]
  /** All types, introspection's too. */
  readonly types: Record<GraphQLNamedType>
}

export class LazySchema extends GraphQLSchema {
  private readonly query: GraphQLObjectType
  private readonly mutation: GraphQLObjectType | null
  private readonly types: Record<GraphQLNamedType>

  constructor({ directives, query, mutation, types }: LazySchemaParts) {
    super({ directives, assumeValid: true })
    this.query = query
    this.mutation = mutation
    this.types = types
  }

  override getQueryType(): GraphQLObjectType {
    return this.query
  }

  override getMutationType(): GraphQLObjectType | null {
    return this.mutation
  }

  override getTypeMap(): Record<GraphQLNamedType> {
    return this.types
  }
}

/** Each value is made once. Who only wants the names makes none. */
export function lazyRecord<T>({ get, names }: Source<T>): Record<T> {
  const made = new Map<string, T>()
  let all: readonly string[] | null = null
  const valueOf = (name: string | symbol): T | undefined => {
    if (typeof name === 'symbol') return undefined
    const value = made.get(name) ?? get(name)
    if (value !== undefined) made.set(name, value)
    return value
  }
  return new Proxy<Record<T>>(Object.create(null) as Record<T>, {
    // an object without properties is a record of anything
    get: (_, name) => valueOf(name),
    has: (_, name) => valueOf(name) !== undefined,
    ownKeys: () => (all ??= [...new Set(names())]),
    getOwnPropertyDescriptor: (_, name) => ({ get: () => valueOf(name), enumerable: true, configurable: true }),
  })
}

/** The named types that stand in a type's own definition. */
export function typesIn(type: GraphQLNamedType): readonly GraphQLNamedType[] {
  if (isUnionType(type)) return type.getTypes()
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => getNamedType(field.type))
  return isObjectType(type) ? Object.values(type.getFields()).flatMap(typesInField) : []
}

export const typesInField = (field: GraphQLField<unknown, unknown>): readonly GraphQLNamedType[] => [
  getNamedType(field.type),
  ...field.args.map(({ type }) => getNamedType(type)),
]
