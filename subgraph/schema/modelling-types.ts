/** What the system scope says of the model and the server: collections, fields and relations in the contract's shapes. */
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
} from 'graphql'
import { describedBy, type ModellingName, type ServerName } from './descriptors.ts'
import { GraphQLJson } from './scalars.ts'

type Shape = Readonly<Record<string, GraphQLOutputType>>
type NamedRoots = readonly (readonly [string, GraphQLFieldConfig<unknown, unknown>])[]

const required = (type: GraphQLObjectType | typeof GraphQLString | typeof GraphQLBoolean) => new GraphQLNonNull(type)
const texts = new GraphQLList(GraphQLString)
const names = new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLString)))

const plainType = (name: string, shape: Shape): GraphQLObjectType =>
  new GraphQLObjectType({
    name,
    fields: Object.fromEntries(
      Object.entries(shape).map(([key, type]) => [key, { type, extensions: describedBy({ kind: 'plain', key }) }]),
    ),
  })

const collectionType = plainType('directus_collections', {
  collection: GraphQLString,
  meta: plainType('directus_collections_meta', {
    collection: required(GraphQLString),
    icon: GraphQLString,
    note: GraphQLString,
    display_template: GraphQLString,
    hidden: required(GraphQLBoolean),
    singleton: required(GraphQLBoolean),
    translations: GraphQLJson,
    archive_field: GraphQLString,
    archive_app_filter: required(GraphQLBoolean),
    archive_value: GraphQLString,
    unarchive_value: GraphQLString,
    sort_field: GraphQLString,
    accountability: GraphQLString,
    color: GraphQLString,
    item_duplication_fields: GraphQLJson,
    sort: GraphQLInt,
    group: GraphQLString,
    collapse: required(GraphQLString),
    preview_url: GraphQLString,
    versioning: required(GraphQLBoolean),
  }),
  schema: plainType('directus_collections_schema', {
    name: GraphQLString,
    schema: GraphQLString,
    comment: GraphQLString,
  }),
  graphql: plainType('directus_collections_graphql', {
    scope: required(GraphQLString),
    type: required(GraphQLString),
    list: required(GraphQLString),
    by_id: GraphQLString,
    aggregated: GraphQLString,
    connection: GraphQLString,
    primary_key: names,
    is_read_only: required(GraphQLBoolean),
  }),
})

const fieldObject = plainType('directus_fields', {
  collection: GraphQLString,
  field: GraphQLString,
  type: GraphQLString,
  meta: plainType('directus_fields_meta', {
    id: GraphQLInt,
    collection: required(GraphQLString),
    field: required(GraphQLString),
    special: texts,
    interface: GraphQLString,
    options: GraphQLJson,
    display: GraphQLString,
    display_options: GraphQLJson,
    readonly: required(GraphQLBoolean),
    hidden: required(GraphQLBoolean),
    sort: GraphQLInt,
    width: GraphQLString,
    translations: GraphQLJson,
    note: GraphQLString,
    conditions: GraphQLJson,
    required: GraphQLBoolean,
    group: GraphQLString,
    validation: GraphQLJson,
    validation_message: GraphQLString,
    searchable: required(GraphQLBoolean),
  }),
  schema: plainType('directus_fields_schema', {
    name: GraphQLString,
    table: GraphQLString,
    data_type: GraphQLString,
    default_value: GraphQLString,
    max_length: GraphQLInt,
    numeric_precision: GraphQLInt,
    numeric_scale: GraphQLInt,
    is_generated: GraphQLBoolean,
    generation_expression: GraphQLString,
    is_indexed: GraphQLBoolean,
    is_nullable: GraphQLBoolean,
    is_unique: GraphQLBoolean,
    is_primary_key: GraphQLBoolean,
    has_auto_increment: GraphQLBoolean,
    foreign_key_schema: GraphQLString,
    foreign_key_column: GraphQLString,
    foreign_key_table: GraphQLString,
    comment: GraphQLString,
  }),
  graphql: plainType('directus_fields_graphql', {
    value: required(GraphQLString),
    functions: GraphQLString,
    keys: GraphQLString,
    filter_operators: names,
    enum_values: names,
    relation: plainType('directus_fields_relation', {
      kind: required(GraphQLString),
      collections: names,
      inverse: GraphQLString,
      junction: GraphQLString,
    }),
    is_primary_key: required(GraphQLBoolean),
    is_derived: required(GraphQLBoolean),
    is_sortable: required(GraphQLBoolean),
  }),
})

const relationType = plainType('directus_relations', {
  collection: GraphQLString,
  field: GraphQLString,
  related_collection: GraphQLString,
  schema: plainType('directus_relations_schema', {
    table: required(GraphQLString),
    column: required(GraphQLString),
    foreign_key_schema: GraphQLString,
    foreign_key_table: required(GraphQLString),
    foreign_key_column: required(GraphQLString),
    constraint_name: GraphQLString,
    on_update: required(GraphQLString),
    on_delete: required(GraphQLString),
  }),
  meta: plainType('directus_relations_meta', {
    id: GraphQLInt,
    many_collection: GraphQLString,
    many_field: GraphQLString,
    one_collection: GraphQLString,
    one_field: GraphQLString,
    one_collection_field: GraphQLString,
    one_allowed_collections: texts,
    junction_field: GraphQLString,
    sort_field: GraphQLString,
    one_deselect_action: GraphQLString,
  }),
})

const sdlScope = new GraphQLEnumType({ name: 'graphql_sdl_scope', values: { items: {}, system: {} } })

const text = { type: new GraphQLNonNull(GraphQLString) }
const listOf = (type: GraphQLObjectType): GraphQLOutputType =>
  new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)))

const modelling = (
  what: ModellingName,
  type: GraphQLOutputType,
  ...args: readonly ('collection' | 'field' | 'name')[]
) =>
  [
    what,
    {
      type,
      args: Object.fromEntries(args.map((name) => [name, text])),
      extensions: describedBy({ kind: 'modelling', what }),
    },
  ] as const

const server = (what: ServerName, type: GraphQLOutputType) =>
  [what, { type, extensions: describedBy({ kind: 'server', what }) }] as const

/** The fields of the system scope's `Query` that no collection makes. */
export const modellingFields: NamedRoots = [
  server('server_specs_oas', GraphQLJson),
  [
    'server_specs_graphql',
    {
      type: GraphQLString,
      args: { scope: { type: sdlScope } },
      extensions: describedBy({ kind: 'server', what: 'server_specs_graphql' }),
    },
  ],
  server('server_ping', GraphQLString),
  server('server_info', GraphQLJson),
  server('server_health', GraphQLJson),
  modelling('collections', listOf(collectionType)),
  modelling('collections_by_name', collectionType, 'name'),
  modelling('fields', listOf(fieldObject)),
  modelling('fields_in_collection', listOf(fieldObject), 'collection'),
  modelling('fields_by_name', fieldObject, 'collection', 'field'),
  modelling('relations', listOf(relationType)),
  modelling('relations_in_collection', listOf(relationType), 'collection'),
  modelling('relations_by_name', relationType, 'collection', 'field'),
]
