/** The object type of a collection: its values, relations, raw keys and functions. */
import {
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  GraphQLUnionType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  isInputType,
  type GraphQLInputType,
  type GraphQLOutputType,
} from 'graphql'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { describedBy } from './descriptors.ts'
import { enumName, isValidName, unionName } from './names.ts'
import { GraphQLJson } from './scalars.ts'
import { functionsTypeOf, outputTypeOf } from './shared-types.ts'
import type { Types } from './types.ts'
import type { ShownField } from './visible.ts'

type OutputField = GraphQLFieldConfig<unknown, unknown>
type NamedFields = readonly (readonly [string, OutputField])[]

export function objectType(collection: Collection, types: Types): GraphQLObjectType {
  return new GraphQLObjectType({
    name: types.visible.namesOf(collection.name).type,
    description: descriptionOf(collection.metadata?.note ?? collection.table?.comment ?? null),
    extensions: describedBy({
      kind: 'collection',
      collection: collection.name,
      get keys() {
        return types.keysOf(collection)
      },
      get isShared() {
        return types.isShared(collection)
      },
    }),
    fields: () =>
      Object.fromEntries(
        types.visible.fieldsOf(collection, 'select').flatMap((shown) => fieldsOf(shown, collection, types)),
      ),
  })
}

/** `version_c`: an item as a version has it (contract §4.1). Nothing is required of it, and relations show their keys. */
export function versionType(collection: Collection, types: Types): GraphQLObjectType {
  const name = `version_${types.visible.namesOf(collection.name).type}`
  const fieldOf = ({ field, names }: ShownField): readonly [string, OutputField] => {
    const of = { collection: collection.name, field: field.name }
    return types.visible.targetsOf(field, 'select').length === 0
      ? [names.value, { type: valueType(field, types), extensions: describedBy({ kind: 'field', ...of }) }]
      : [names.value, { type: GraphQLJson, extensions: describedBy({ kind: 'keys', ...of }) }]
  }
  return new GraphQLObjectType({
    name,
    fields: () => Object.fromEntries(types.visible.fieldsOf(collection, 'select').map(fieldOf)),
  })
}

function fieldsOf(shown: ShownField, collection: Collection, types: Types): NamedFields {
  const { field, names } = shown
  const targets = types.visible.targetsOf(field, 'select')
  if (targets.length === 0) return valueFields(shown, collection, types)
  const of = { collection: collection.name, field: field.name }
  const description = descriptionOf(field.metadata?.note ?? field.column?.comment ?? null)
  const extensions = describedBy({ kind: 'relation', ...of })
  const [target] = targets
  if (field.relation?.kind === 'm2a') {
    return [
      [names.value, { type: unionType(field, targets, types), description, extensions }],
      ...keyField(shown, GraphQLID, {}),
    ]
  }
  if (target === undefined) return []
  const args = types.listArguments(target)
  const type = types.object(target)
  if (field.relation?.kind === 'm2o')
    return [[names.value, { type, args, description, extensions }], ...keyField(shown, GraphQLID, {})]
  return [
    [names.value, { type: new GraphQLList(type), args, description, extensions }],
    ...functionField(shown),
    ...(target.primaryKey.length === 0 ? [] : keyField(shown, new GraphQLList(new GraphQLNonNull(GraphQLID)), args)),
  ]
}

function valueFields(shown: ShownField, collection: Collection, types: Types): NamedFields {
  const { field, names } = shown
  const type = valueType(field, types)
  const isRequired = isNeverNull(field, collection) && !types.visible.isConditional(field)
  const value: OutputField = {
    type: isRequired ? new GraphQLNonNull(type) : type,
    description: descriptionOf(field.metadata?.note ?? field.column?.comment ?? null),
    extensions: describedBy({ kind: 'field', collection: collection.name, field: field.name }),
  }
  return [[names.value, value], ...functionField(shown)]
}

function functionField({ field, names }: ShownField): NamedFields {
  if (names.functions === null) return []
  const functions = fieldType(field.type).functions
  const extensions = describedBy({ kind: 'functions', collection: field.collection, field: field.name })
  return [[names.functions, { type: functionsTypeOf(functions), extensions }]]
}

function keyField(
  { field, names }: ShownField,
  type: GraphQLOutputType,
  args: GraphQLFieldConfigArgumentMap,
): NamedFields {
  if (names.keys === null) return []
  return [
    [
      names.keys,
      { type, args, extensions: describedBy({ kind: 'keys', collection: field.collection, field: field.name }) },
    ],
  ]
}

/** The type of a field's own value; of a relation, that of its column. */
function valueType(field: Field, types: Types): GraphQLOutputType {
  if (field.isPrimaryKey) return GraphQLID
  if (field.type === 'enum') return types.enumOf(field) ?? GraphQLString
  if (field.type === 'array') return new GraphQLList(elementType(field))
  return outputTypeOf(fieldType(field.type).graphql)
}

/** The type in which a field's value is written. */
export function inputTypeOf(field: Field, types: Types): GraphQLInputType {
  if (field.isConcealed && field.column?.kind === 'json') return GraphQLJson
  const type = valueType(field, types)
  if (!isInputType(type)) throw new TypeError(`the type of ${field.collection}.${field.name} is no input`)
  return type
}

function elementType(field: Field): GraphQLOutputType {
  const kind = field.column?.elementKind
  return kind === 'integer' ? GraphQLInt : kind === 'float' ? GraphQLFloat : GraphQLString
}

/** An enum of the values that the database lists, where GraphQL can hold every one of them; else null. */
export function enumType(field: Field, types: Types): GraphQLEnumType | null {
  const values = field.column?.enumValues ?? []
  if (values.length === 0 || !values.every(isEnumValue)) return null
  const { type, fields } = types.visible.namesOf(field.collection)
  const name = enumName(type, fields.get(field.name)?.value ?? field.name)
  return new GraphQLEnumType({ name, values: Object.fromEntries(values.map((value) => [value, {}])) })
}

const isEnumValue = (value: string): boolean => isValidName(value) && !['true', 'false', 'null'].includes(value)

function unionType(field: Field, targets: readonly Collection[], types: Types): GraphQLUnionType {
  const { type, fields } = types.visible.namesOf(field.collection)
  return new GraphQLUnionType({
    name: unionName(type, fields.get(field.name)?.value ?? field.name),
    types: () => targets.map(types.object),
  })
}

/** A default that writes something keeps clients from having to send a value, so the contract leaves the field nullable. */
function isNeverNull(field: Field, collection: Collection): boolean {
  if (field.isPrimaryKey) return true
  if (field.isNullable || field.column === null || field.isConcealed || collection.table?.kind !== 'table') return false
  const isFalse = field.type === 'boolean' && /^'?(false|0|f)'?$/i.test(field.column.defaultValue ?? '')
  return field.column.defaultValue === null ? !field.column.isGenerated : isFalse
}

const descriptionOf = (text: string | null): string | null => (text === null || text.trim() === '' ? null : text)
