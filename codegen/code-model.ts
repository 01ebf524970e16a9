/** What the emitters read: an SDL as plain data. No emitter touches the GraphQL library. */
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'

/** A type as written: `[articles!]` is a list of non-null articles. */
export type TypeRef =
  | { readonly kind: 'named'; readonly name: string; readonly isRequired: boolean }
  | { readonly kind: 'list'; readonly of: TypeRef; readonly isRequired: boolean }

export type CodeArgument = {
  readonly name: string
  readonly description: string | null
  readonly type: TypeRef
  /** May be left out: nullable, or with a default. */
  readonly isOptional: boolean
}

export type CodeField = {
  readonly name: string
  readonly description: string | null
  readonly type: TypeRef
  readonly arguments: readonly CodeArgument[]
}

export type CodeObject = {
  readonly name: string
  readonly description: string | null
  readonly fields: readonly CodeField[]
}
export type CodeInput = {
  readonly name: string
  readonly description: string | null
  readonly fields: readonly CodeArgument[]
}
export type CodeEnum = {
  readonly name: string
  readonly description: string | null
  readonly values: readonly string[]
}
export type CodeUnion = {
  readonly name: string
  readonly description: string | null
  readonly members: readonly string[]
}
export type CodeScalar = { readonly name: string; readonly description: string | null }

export type CodeModel = {
  readonly scalars: readonly CodeScalar[]
  readonly enums: readonly CodeEnum[]
  /** Object types and interfaces, the roots among them. */
  readonly objects: readonly CodeObject[]
  readonly unions: readonly CodeUnion[]
  readonly inputs: readonly CodeInput[]
  /** Names of the root types; null where the SDL has none. */
  readonly roots: { readonly query: string | null; readonly mutation: string | null }
}

/** Reads a schema into plain data, in the order of names, so that the same schema gives the same code. */
export function toCodeModel(schema: GraphQLSchema): CodeModel {
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const described = (type: { name: string; description?: string | null }) => ({
    name: type.name,
    description: type.description ?? null,
  })
  return {
    scalars: types.filter(isScalarType).map(described),
    enums: types.filter(isEnumType).map((type) => ({
      ...described(type),
      values: type.getValues().map((value) => value.name),
    })),
    objects: types
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .filter((type) => type !== schema.getSubscriptionType())
      .map((type) => ({
        ...described(type),
        fields: Object.values(type.getFields()).map((field) => ({
          ...described(field),
          type: toTypeRef(field.type),
          arguments: field.args.map(toArgument),
        })),
      })),
    unions: types.filter(isUnionType).map((type) => ({
      ...described(type),
      members: type.getTypes().map((member) => member.name),
    })),
    inputs: types.filter(isInputObjectType).map((type) => ({
      ...described(type),
      fields: Object.values(type.getFields()).map(toArgument),
    })),
    roots: { query: schema.getQueryType()?.name ?? null, mutation: schema.getMutationType()?.name ?? null },
  }
}

/** The model with these root fields only, and the types that they reach. */
export function onlyRootFields(model: CodeModel, names: readonly string[]): CodeModel {
  const isRoot = (type: string) => type === model.roots.query || type === model.roots.mutation
  const objects = model.objects
    .map((type) =>
      isRoot(type.name) ? { ...type, fields: type.fields.filter((field) => names.includes(field.name)) } : type,
    )
    .filter((type) => !isRoot(type.name) || type.fields.length > 0)
  const byName = new Map<string, readonly TypeRef[]>([
    ...objects.map(
      (type) =>
        [type.name, type.fields.flatMap((field) => [field.type, ...field.arguments.map((a) => a.type)])] as const,
    ),
    ...model.inputs.map((type) => [type.name, type.fields.map((field) => field.type)] as const),
    ...model.unions.map(
      (type) => [type.name, type.members.map((name): TypeRef => ({ kind: 'named', name, isRequired: false }))] as const,
    ),
  ])
  const reached = new Set<string>()
  const visit = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    for (const type of byName.get(name) ?? []) visit(nameOf(type))
  }
  const roots = objects.filter((type) => isRoot(type.name)).map((type) => type.name)
  for (const root of roots) visit(root)
  const isReached = (type: { readonly name: string }) => reached.has(type.name)
  return {
    scalars: model.scalars.filter(isReached),
    enums: model.enums.filter(isReached),
    objects: objects.filter(isReached),
    unions: model.unions.filter(isReached),
    inputs: model.inputs.filter(isReached),
    roots: {
      query: roots.find((name) => name === model.roots.query) ?? null,
      mutation: roots.find((name) => name === model.roots.mutation) ?? null,
    },
  }
}

/** The named type inside lists. */
export const nameOf = (type: TypeRef): string => (type.kind === 'list' ? nameOf(type.of) : type.name)

/** The type as GraphQL writes it: `[String!]`. */
export const printTypeRef = (type: TypeRef): string =>
  (type.kind === 'list' ? `[${printTypeRef(type.of)}]` : type.name) + (type.isRequired ? '!' : '')

function toTypeRef(type: GraphQLType, isRequired = false): TypeRef {
  if (isNonNullType(type)) return toTypeRef(type.ofType, true)
  if (isListType(type)) return { kind: 'list', of: toTypeRef(type.ofType), isRequired }
  return { kind: 'named', name: type.name, isRequired }
}

function toArgument(argument: GraphQLArgument | GraphQLInputField): CodeArgument {
  return {
    name: argument.name,
    description: argument.description ?? null,
    type: toTypeRef(argument.type),
    isOptional: !isNonNullType(argument.type) || argument.defaultValue !== undefined,
  }
}
