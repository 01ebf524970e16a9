/** The SDL of a schema as a subgraph (Apollo Federation 2.3): keys of entities, and what other subgraphs may define too. */
import {
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  printType,
  GraphQLObjectType,
  type GraphQLNamedType,
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
  const names = Object.keys(types).filter((name) => name !== 'Query' && name !== 'Mutation')
  const parts = [link]
  for (const name of ['Query', 'Mutation', ...names.toSorted()]) {
    const type = types[name]
    const text = type === undefined || isLeftOut(type) ? '' : printed(type)
    if (text !== '') parts.push(text)
    yield
  }
  return `${parts.join('\n\n')}\n`
}

const isLeftOut = (type: GraphQLNamedType): boolean =>
  isIntrospectionType(type) ||
  isSpecifiedScalarType(type) ||
  federationTypes.has(type.name) ||
  directiveTypes.has(type.name)

function printed(type: GraphQLNamedType): string {
  if (!isObjectType(type)) return printType(type)
  if (type.name === 'Query') return printedQuery(type)
  if (type.name === 'Mutation') return printType(type)
  const directives = directivesOf(type)
  const text = printType(type)
  return directives === '' ? text : text.replace(`type ${type.name} {`, `type ${type.name} ${directives} {`)
}

/** `Query` without what a gateway adds; nothing when nothing else is in it. */
function printedQuery(type: GraphQLObjectType): string {
  const config = type.toConfig()
  const fields = Object.fromEntries(Object.entries(config.fields).filter(([name]) => !federationRoots.has(name)))
  return Object.keys(fields).length === 0 ? '' : printType(new GraphQLObjectType({ ...config, fields }))
}

function directivesOf(type: GraphQLObjectType): string {
  const descriptor = typeDescriptor(type)
  const isCollection = descriptor?.kind === 'collection'
  const keys = isCollection ? descriptor.keys : []
  const isShared = isCollection ? descriptor.isShared : sharedTypeNames.includes(type.name)
  return [...keys.map((key) => `@key(fields: ${JSON.stringify(key)})`), ...(isShared ? ['@shareable'] : [])].join(' ')
}
