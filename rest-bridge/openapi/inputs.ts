/** What items look like in bodies that write them: the fields that the caller may write, their values as they are taken. */
import type { ReferenceObject } from 'openapi3-ts/oas31'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import type { InputAction, Writable } from '#subgraph/schema/writable.ts'
import { namesOf, type DocumentContext } from '../document/context.ts'
import { nullable, plainValueSchema, ref, type Schema } from './schema.ts'

export const inputName = (context: DocumentContext, collection: string, action: InputAction): string =>
  `${action}_${namesOf(context, collection).type}_input`

/** Whether there is such an input: some item may be written so. */
export const hasInput = (writable: Writable, collection: Collection, action: InputAction): boolean =>
  writable.may(collection, action)

export function inputSchema(
  context: DocumentContext,
  writable: Writable,
  collection: Collection,
  action: InputAction,
): Schema {
  const fields = writable.fieldsOf(collection, action).map(({ field }) => field)
  const required = fields.filter((field) => action === 'create' && writable.isRequired(field))
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldInput(context, writable, field)])),
    ...(required.length === 0 ? {} : { required: required.map(({ name }) => name) }),
    additionalProperties: false,
  }
}

function fieldInput(context: DocumentContext, writable: Writable, field: Field): Schema {
  const { relation } = field
  const own = field.column === null ? null : valueInput(field)
  const targets = writable.targetsOf(field)
  if (relation === null || targets.length === 0) return own ?? {}
  const items = targets.flatMap((target) => itemInputs(context, writable, target))
  if (relation.kind === 'm2o' || relation.kind === 'm2a') return { anyOf: [own ?? {}, ...items] }
  const item: Schema = { anyOf: [{ type: ['string', 'integer'], description: 'A key.' }, ...items] }
  return {
    description: 'A list replaces all; an object says what is added, changed and taken away.',
    anyOf: [
      { type: 'array', items: item },
      {
        type: 'object',
        properties: {
          create: { type: 'array', items: item },
          update: { type: 'array', items: item },
          delete: { type: 'array', items: { type: ['string', 'integer'] } },
        },
        additionalProperties: false,
      },
      { type: 'null' },
    ],
  }
}

/** An item that is made or changed with this one, or only its key. */
const itemInputs = (
  context: DocumentContext,
  writable: Writable,
  target: Collection,
): readonly (Schema | ReferenceObject)[] => [
  ...(['create', 'update'] as const)
    .filter((action) => hasInput(writable, target, action))
    .map((action) => ref(inputName(context, target.name, action))),
  {
    type: 'object',
    required: [...target.primaryKey],
    properties: Object.fromEntries(target.primaryKey.map((key) => [key, { type: ['string', 'integer'] }])),
    additionalProperties: false,
  },
]

/** Numbers are taken as their texts too, and dates in any form of ISO 8601. */
function valueInput(field: Field): Schema {
  const { graphqlFilter, name } = fieldType(field.type)
  const schema = inputOf(field, graphqlFilter, name)
  return field.isNullable || field.isPrimaryKey ? nullable(schema) : schema
}

function inputOf(field: Field, graphqlFilter: string | null, name: Field['type']): Schema {
  if (name === 'hash' || name === 'binary') return { type: 'string' }
  if (name === 'json' || name.startsWith('geometry') || name === 'unknown') return {}
  if (name === 'csv') return { type: ['array', 'string'], items: { type: 'string' } }
  switch (graphqlFilter) {
    case 'number_filter_operators':
    case 'big_int_filter_operators':
      return { type: ['number', 'string'] }
    case 'boolean_filter_operators':
      return { type: ['boolean', 'string', 'integer'] }
    case 'date_filter_operators':
    case 'time_filter_operators':
      return { type: 'string' }
    default:
      return field.isConcealed ? { type: 'string' } : plainValueSchema(field)
  }
}
