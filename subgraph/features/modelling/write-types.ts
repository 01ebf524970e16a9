/** The contract's types for changes of the data model (§4.3): one table of keys makes objects, inputs and the bridge's selections. */
import {
  GraphQLBoolean,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLScalarType,
} from 'graphql'
import { GraphQLJson } from '../../schema/scalars.ts'

type Kind = 'text' | 'texts' | 'flag' | 'number' | 'json'
type Keys = Readonly<Record<string, Kind>>

const scalars = { text: GraphQLString, flag: GraphQLBoolean, number: GraphQLInt, json: GraphQLJson }
const typeOf = (kind: Kind): GraphQLScalarType | GraphQLList<GraphQLScalarType> =>
  kind === 'texts' ? new GraphQLList(GraphQLString) : scalars[kind]

const collectionMeta: Keys = {
  collection: 'text',
  icon: 'text',
  note: 'text',
  display_template: 'text',
  hidden: 'flag',
  singleton: 'flag',
  translations: 'json',
  archive_field: 'text',
  archive_app_filter: 'flag',
  archive_value: 'text',
  unarchive_value: 'text',
  sort_field: 'text',
  accountability: 'text',
  color: 'text',
  item_duplication_fields: 'json',
  sort: 'number',
  group: 'text',
  collapse: 'text',
  preview_url: 'text',
  versioning: 'flag',
}

const fieldMeta: Keys = {
  id: 'number',
  collection: 'text',
  field: 'text',
  special: 'texts',
  interface: 'text',
  options: 'json',
  display: 'text',
  display_options: 'json',
  readonly: 'flag',
  hidden: 'flag',
  sort: 'number',
  width: 'text',
  translations: 'json',
  note: 'text',
  conditions: 'json',
  required: 'flag',
  group: 'text',
  validation: 'json',
  validation_message: 'text',
  searchable: 'flag',
}

const fieldSchema: Keys = {
  name: 'text',
  table: 'text',
  data_type: 'text',
  default_value: 'text',
  max_length: 'number',
  numeric_precision: 'number',
  numeric_scale: 'number',
  is_generated: 'flag',
  generation_expression: 'text',
  is_indexed: 'flag',
  is_nullable: 'flag',
  is_unique: 'flag',
  is_primary_key: 'flag',
  has_auto_increment: 'flag',
  foreign_key_schema: 'text',
  foreign_key_column: 'text',
  foreign_key_table: 'text',
  comment: 'text',
}

const relationSchema: Keys = {
  table: 'text',
  column: 'text',
  foreign_key_schema: 'text',
  foreign_key_table: 'text',
  foreign_key_column: 'text',
  constraint_name: 'text',
  on_update: 'text',
  on_delete: 'text',
}

const relationMeta: Keys = {
  id: 'number',
  many_collection: 'text',
  many_field: 'text',
  one_collection: 'text',
  one_field: 'text',
  one_collection_field: 'text',
  one_allowed_collections: 'texts',
  junction_field: 'text',
  sort_field: 'text',
  one_deselect_action: 'text',
}

/** What each of the three shows of itself: plain keys, then objects by name. */
export const shapes = {
  collections: {
    keys: ['collection'],
    meta: collectionMeta,
    schema: { name: 'text', schema: 'text', comment: 'text' },
  },
  fields: { keys: ['collection', 'field', 'type'], meta: fieldMeta, schema: fieldSchema },
  relations: { keys: ['collection', 'field', 'related_collection'], meta: relationMeta, schema: relationSchema },
} as const satisfies Record<string, { readonly keys: readonly string[]; readonly meta: Keys; readonly schema: Keys }>

export type ShapeName = keyof typeof shapes

const change = new GraphQLObjectType({
  name: 'directus_schema_change',
  description: 'A change of a table, as it was run or, in a dry run, would be.',
  fields: {
    kind: { type: new GraphQLNonNull(GraphQLString) },
    table: { type: new GraphQLNonNull(GraphQLString) },
    destructive: { type: new GraphQLNonNull(GraphQLBoolean), description: 'Values are lost by it.' },
    statements: { type: new GraphQLList(GraphQLString) },
    reverse: { type: new GraphQLList(GraphQLString), description: 'null: it can not be taken back without loss.' },
  },
})

const changes = {
  type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(change))),
  description: 'What was done to tables; in a dry run, what would have been.',
}

const objectOf = (name: string, keys: Keys): GraphQLObjectType =>
  new GraphQLObjectType({
    name,
    fields: Object.fromEntries(Object.entries(keys).map(([key, kind]) => [key, { type: typeOf(kind) }])),
  })

const inputOf = (name: string, keys: Keys): GraphQLInputObjectType =>
  new GraphQLInputObjectType({
    name,
    fields: Object.fromEntries(Object.entries(keys).map(([key, kind]) => [key, { type: typeOf(kind) }])),
  })

const plainKeys = (keys: readonly string[]): Readonly<Record<string, { type: GraphQLScalarType }>> =>
  Object.fromEntries(keys.map((key) => [key, { type: GraphQLString }]))

const writtenType = (name: ShapeName): GraphQLObjectType =>
  new GraphQLObjectType({
    name: `write_directus_${name}`,
    fields: {
      ...plainKeys(shapes[name].keys),
      meta: { type: objectOf(`write_directus_${name}_meta`, shapes[name].meta) },
      schema: { type: objectOf(`write_directus_${name}_schema`, shapes[name].schema) },
      changes,
    },
  })

export const written: Readonly<Record<ShapeName, GraphQLObjectType>> = {
  collections: writtenType('collections'),
  fields: writtenType('fields'),
  relations: writtenType('relations'),
}

const deletedType = (name: string, keys: readonly string[]): GraphQLObjectType =>
  new GraphQLObjectType({ name, fields: { ...plainKeys(keys), changes } })

export const deleted: Readonly<Record<ShapeName, GraphQLOutputType>> = {
  collections: deletedType('delete_collection', ['collection']),
  fields: deletedType('delete_field', ['collection', 'field']),
  relations: deletedType('delete_relation', ['collection', 'field']),
}

/** A field that brings its relation along (`RelationWish`). */
const wish = inputOf('write_directus_fields_relation_input', {
  related_collection: 'text',
  allowed_collections: 'texts',
  related_field: 'text',
  junction_collection: 'text',
  junction_field: 'text',
  related_junction_field: 'text',
  sort_field: 'text',
  on_delete: 'text',
  on_update: 'text',
  deselect_action: 'text',
})

const fieldInput = new GraphQLInputObjectType({
  name: 'write_directus_fields_input',
  fields: {
    ...plainKeys(shapes.fields.keys),
    meta: { type: inputOf('write_directus_fields_meta_input', fieldMeta) },
    schema: { type: inputOf('write_directus_fields_schema_input', fieldSchema) },
    relation: { type: wish },
  },
})

const listOfFields = new GraphQLList(new GraphQLNonNull(fieldInput))

export const inputs: Readonly<Record<ShapeName, GraphQLInputType>> = {
  collections: new GraphQLInputObjectType({
    name: 'write_directus_collections_input',
    fields: {
      ...plainKeys(shapes.collections.keys),
      meta: { type: inputOf('write_directus_collections_meta_input', collectionMeta) },
      schema: {
        type: new GraphQLInputObjectType({
          name: 'write_directus_collections_schema_input',
          fields: {
            ...plainKeys(['name', 'schema', 'comment']),
            fields: { type: listOfFields },
          },
        }),
      },
      fields: { type: listOfFields },
    },
  }),
  fields: fieldInput,
  relations: new GraphQLInputObjectType({
    name: 'write_directus_relations_input',
    fields: {
      ...plainKeys(shapes.relations.keys),
      meta: { type: inputOf('write_directus_relations_meta_input', relationMeta) },
      schema: { type: inputOf('write_directus_relations_schema_input', relationSchema) },
    },
  }),
}
