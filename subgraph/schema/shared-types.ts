/** Types that do not depend on a model: functions, operators, pages, directives. Made once for all schemas. */
import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLScalarType,
} from 'graphql'
import type { FunctionName } from '#schema-engine/field-types/field-type.ts'
import type { OperatorName } from '#schema-engine/operators/operator.ts'
import { describedBy } from './descriptors.ts'
import {
  GraphQLBigInt,
  GraphQLDate,
  GraphQLGeoJson,
  GraphQLHash,
  GraphQLJson,
  GraphQLStringOrFloat,
} from './scalars.ts'

const functionTypes = (name: string, functions: readonly FunctionName[]): GraphQLObjectType =>
  new GraphQLObjectType({ name, fields: Object.fromEntries(functions.map((fn) => [fn, functionField(fn)])) })

const functionField = (fn: FunctionName): GraphQLFieldConfig<unknown, unknown> => ({
  type: fn === 'json' ? GraphQLJson : GraphQLInt,
  description: functionDescriptions[fn] ?? null,
  args: fn === 'json' ? { path: { type: new GraphQLNonNull(GraphQLString) } } : {},
  extensions: describedBy({ kind: 'function', fn }),
})

const functionDescriptions: Partial<Readonly<Record<FunctionName, string>>> = {
  week: 'The week of the year (ISO 8601).',
  weekday: 'From 0, which is Sunday, to 6.',
  count: 'How many there are.',
  json: 'What stands at a path in the value: `a.b[2].c`.',
}

const dayParts: readonly FunctionName[] = ['year', 'month', 'week', 'day', 'weekday']
const timeParts: readonly FunctionName[] = ['hour', 'minute', 'second']

const objectTypes = {
  count: functionTypes('count_functions', ['count']),
  json: functionTypes('json_functions', ['count', 'json']),
  date: functionTypes('date_functions', dayParts),
  time: functionTypes('time_functions', timeParts),
  datetime: functionTypes('datetime_functions', [...dayParts, ...timeParts]),
}

/** The object type that has these functions. */
export const functionsTypeOf = (functions: readonly FunctionName[]): GraphQLObjectType =>
  objectTypes[familyOf(functions)]

function familyOf(functions: readonly FunctionName[]): keyof typeof objectTypes {
  if (functions.includes('json')) return 'json'
  if (functions.includes('count')) return 'count'
  if (!functions.includes('hour')) return 'date'
  return functions.includes('year') ? 'datetime' : 'time'
}

const operatorInput = (
  name: string,
  operators: Partial<Readonly<Record<OperatorName, GraphQLInputType>>>,
): GraphQLInputObjectType =>
  new GraphQLInputObjectType({
    name,
    fields: Object.fromEntries(
      Object.entries(operators).map(([operator, type]) => [
        operator,
        { type, extensions: describedBy({ kind: 'operator', operator: operator as OperatorName }) }, // the record's own keys
      ]),
    ),
  })

const presence = { _null: GraphQLBoolean, _nnull: GraphQLBoolean }
const emptiness = { _empty: GraphQLBoolean, _nempty: GraphQLBoolean }
const listOf = (type: GraphQLScalarType): GraphQLList<GraphQLScalarType> => new GraphQLList(type)
const equality = (type: GraphQLScalarType) => ({ _eq: type, _neq: type, _in: listOf(type), _nin: listOf(type) })
const ordering = (type: GraphQLScalarType, ends: GraphQLScalarType = type) => ({
  _gt: type,
  _gte: type,
  _lt: type,
  _lte: type,
  _between: listOf(ends),
  _nbetween: listOf(ends),
})
const parts = (type: GraphQLScalarType) => ({
  _contains: type,
  _ncontains: type,
  _icontains: type,
  _nicontains: type,
  _starts_with: type,
  _nstarts_with: type,
  _istarts_with: type,
  _nistarts_with: type,
  _ends_with: type,
  _nends_with: type,
  _iends_with: type,
  _niends_with: type,
})

export const numberOperators = operatorInput('number_filter_operators', {
  ...equality(GraphQLStringOrFloat),
  ...ordering(GraphQLStringOrFloat),
  ...presence,
})

const operatorInputs: ReadonlyMap<string, GraphQLInputObjectType> = new Map(
  [
    numberOperators,
    operatorInput('big_int_filter_operators', { ...equality(GraphQLBigInt), ...ordering(GraphQLBigInt), ...presence }),
    operatorInput('boolean_filter_operators', { ...equality(GraphQLBoolean), ...presence }),
    operatorInput('date_filter_operators', {
      ...equality(GraphQLString),
      ...ordering(GraphQLString, GraphQLStringOrFloat),
      ...presence,
    }),
    operatorInput('geometry_filter_operators', {
      _eq: GraphQLGeoJson,
      _neq: GraphQLGeoJson,
      _intersects: GraphQLGeoJson,
      _nintersects: GraphQLGeoJson,
      _intersects_bbox: GraphQLGeoJson,
      _nintersects_bbox: GraphQLGeoJson,
      ...presence,
    }),
    operatorInput('hash_filter_operators', { ...presence, ...emptiness }),
    operatorInput('id_filter_operators', { ...equality(GraphQLID), ...parts(GraphQLID), ...presence, ...emptiness }),
    operatorInput('json_filter_operators', { _json: GraphQLJson, ...presence }),
    operatorInput('presence_filter_operators', presence),
    operatorInput('string_filter_operators', {
      ...equality(GraphQLString),
      ...parts(GraphQLString),
      ...presence,
      ...emptiness,
    }),
  ].map((type) => [type.name, type]),
)

/** The operators' input of a name that a field type gives. */
export function operatorInputOf(name: string): GraphQLInputObjectType {
  const type = operatorInputs.get(name)
  if (type === undefined) throw new TypeError(`there is no input type ${name}`)
  return type
}

const functionInput = (name: string, functions: readonly FunctionName[]): GraphQLInputObjectType =>
  new GraphQLInputObjectType({
    name,
    fields: Object.fromEntries(
      functions.map((fn) => [fn, { type: numberOperators, extensions: describedBy({ kind: 'function', fn }) }]),
    ),
  })

const functionInputs = {
  count: functionInput('count_function_filter_operators', ['count']),
  date: functionInput('date_function_filter_operators', dayParts),
  time: functionInput('time_function_filter_operators', timeParts),
  datetime: functionInput('datetime_function_filter_operators', [...dayParts, ...timeParts]),
}

/** The input type that filters by these functions. A JSON value's inside is filtered by its operator `_json`. */
export function functionsInputOf(functions: readonly FunctionName[]): GraphQLInputObjectType {
  const family = familyOf(functions)
  return functionInputs[family === 'json' ? 'count' : family]
}

export const pageInfo: GraphQLObjectType = new GraphQLObjectType({
  name: 'PageInfo',
  fields: Object.fromEntries(
    (['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'] as const).map((what) => [
      what,
      {
        type: what.startsWith('has') ? new GraphQLNonNull(GraphQLBoolean) : GraphQLString,
        extensions: describedBy({ kind: 'pageInfoField', what }),
      },
    ]),
  ),
})

const scalarTypes: ReadonlyMap<string, GraphQLScalarType> = new Map(
  [
    GraphQLInt,
    GraphQLFloat,
    GraphQLString,
    GraphQLBoolean,
    GraphQLID,
    GraphQLDate,
    GraphQLBigInt,
    GraphQLGeoJson,
    GraphQLStringOrFloat,
    GraphQLHash,
    GraphQLJson,
  ].map((type) => [type.name, type]),
)

/** The output type of a name that a field type gives: `Int`, `[String]`. */
export function outputTypeOf(name: string): GraphQLOutputType {
  const element = /^\[(.+)\]$/.exec(name)?.[1]
  const type = scalarTypes.get(element ?? name)
  if (type === undefined) throw new TypeError(`there is no scalar ${name}`)
  return element === undefined ? type : new GraphQLList(type)
}

export const sharedDirectives: readonly GraphQLDirective[] = [
  new GraphQLDirective({
    name: 'wire',
    description:
      'How values travel: as their GraphQL types say, or as REST sends them (keys as their own JSON type, decimals as strings).',
    locations: [DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
    args: {
      format: {
        type: new GraphQLNonNull(new GraphQLEnumType({ name: 'WireFormat', values: { GRAPHQL: {}, REST: {} } })),
        defaultValue: 'GRAPHQL',
      },
    },
  }),
  new GraphQLDirective({
    name: 'as',
    description: 'The key in the reply, where a GraphQL alias cannot hold it.',
    locations: [DirectiveLocation.FIELD],
    args: { key: { type: new GraphQLNonNull(GraphQLString) } },
  }),
  new GraphQLDirective({
    name: 'spread',
    description: 'The keys of the object stand in its parent.',
    locations: [DirectiveLocation.FIELD],
  }),
  new GraphQLDirective({
    name: 'dryRun',
    description: 'Everything is done and checked, told in the reply and in `extensions.dryRun`, and undone.',
    locations: [DirectiveLocation.MUTATION],
  }),
]

/** All of the above, whether something leads to them or not. */
export const sharedTypes: readonly GraphQLNamedType[] = [
  ...scalarTypes.values(),
  ...Object.values(objectTypes),
  ...operatorInputs.values(),
  ...Object.values(functionInputs),
  pageInfo,
]
