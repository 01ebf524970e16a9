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
import { typeDescriptor } from './descriptors.ts'
import { sharedTypeNames } from './shared-names.ts'

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])'

/** What a gateway adds itself. */
const federationTypes: ReadonlySet<string> = new Set(['_Any', '_Entity', '_Service'])
const federationRoots: ReadonlySet<string> = new Set(['_service', '_entities'])

/** The same schema always gives the same text: `Query` and `Mutation` first, then types by name. */
export function federationSdl(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !federationTypes.has(type.name),
  )
  const directiveTypes = new Set(['WireFormat']) // of directives for callers, which a gateway does not pass on
  const parts = types
    .filter((type) => !directiveTypes.has(type.name))
    .toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
    .map(printed)
  return `${[link, ...parts.filter((part) => part !== '')].join('\n\n')}\n`
}

const rank = ({ name }: GraphQLNamedType): number => (name === 'Query' ? 0 : name === 'Mutation' ? 1 : 2)

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
