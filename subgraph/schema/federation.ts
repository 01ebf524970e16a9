/** The SDL of a schema as a subgraph (Apollo Federation 2.3): keys of entities, and what other subgraphs may define too. */
import {
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  printType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import type { Sliced } from '#schema-engine/slices.ts'
import { typeDescriptor } from './descriptors.ts'
import { sharedTypeNames } from './shared-names.ts'

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])'

/** What a gateway adds itself. */
const federationTypes: ReadonlySet<string> = new Set(['_Any', '_Entity', '_Service'])
/** Of directives for callers, which a gateway does not pass on. */
const directiveTypes: ReadonlySet<string> = new Set(['WireFormat'])
const federationRoots: ReadonlySet<string> = new Set(['_service', '_entities'])

/**
 * The same schema always gives the same text: `Query` and `Mutation` first, then types by name.
 *
 * @param schema with all that is in it
 */
export function* federationSdl(schema: GraphQLSchema): Sliced<string> {
  const types = schema.getTypeMap()
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => type != null)
  const parts = [link]
  for (const root of roots) parts.push(yield* printedRoot(root))
  for (const name of Object.keys(types).toSorted()) {
    const type = types[name]
    if (type !== undefined && !roots.some((root) => root.name === name) && !isLeftOut(type)) parts.push(printed(type))
    yield
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

const isLeftOut = (type: GraphQLNamedType): boolean =>
  isIntrospectionType(type) ||
  isSpecifiedScalarType(type) ||
  federationTypes.has(type.name) ||
  directiveTypes.has(type.name)

function printed(type: GraphQLNamedType): string {
  const directives = isObjectType(type) ? directivesOf(type) : ''
  const text = printType(type)
  return directives === '' ? text : text.replace(`type ${type.name} {`, `type ${type.name} ${directives} {`)
}

/** In fields; a root has some for each collection. */
const printedAtOnce = 100

/** `Query` or `Mutation` without what a gateway adds; nothing when nothing else is in it. */
function* printedRoot(type: GraphQLObjectType): Sliced<string> {
  const fields = Object.values(type.getFields()).filter(({ name }) => !federationRoots.has(name))
  const texts: string[] = []
  for (let start = 0; start < fields.length; start += printedAtOnce) {
    const some = Object.fromEntries(fields.slice(start, start + printedAtOnce).map((field) => [field.name, field]))
    const text = printType(Object.create(type, { getFields: { value: () => some } }) as GraphQLObjectType) // with fewer fields
    texts.push(text.slice(text.indexOf('{') + 2, -2))
    yield
  }
  return texts.length === 0 ? '' : `type ${type.name} {\n${texts.join('\n')}\n}`
}

function directivesOf(type: GraphQLObjectType): string {
  const descriptor = typeDescriptor(type)
  const isCollection = descriptor?.kind === 'collection'
  const keys = isCollection ? descriptor.keys : []
  const isShared = isCollection ? descriptor.isShared : sharedTypeNames.includes(type.name)
  return [...keys.map((key) => `@key(fields: ${JSON.stringify(key)})`), ...(isShared ? ['@shareable'] : [])].join(' ')
}
