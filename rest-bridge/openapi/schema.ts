/** JSON schemas of values, from the registry of field types. */
import type { ReferenceObject, SchemaObject } from 'openapi3-ts/oas31'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { FieldType } from '#schema-engine/field-types/field-type.ts'
import type { Field } from '#schema-engine/model/model.ts'
import { isConditional } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'

/** OpenAPI 3.1 takes all of JSON Schema 2020-12; the library's type leaves this out. */
export type Schema = SchemaObject & { patternProperties?: Record<string, Schema | ReferenceObject> }

export const ref = (name: string): ReferenceObject => ({ $ref: `#/components/schemas/${name}` })

/** A schema that null fits too. */
export function nullable(schema: Schema): Schema {
  if (schema.const !== undefined) {
    const { const: value, ...rest } = schema
    return nullable({ ...rest, enum: [value] as unknown[] })
  }
  if (schema.type === undefined) return schema // any value
  const types = Array.isArray(schema.type) ? schema.type : [schema.type]
  return {
    ...schema,
    type: types.includes('null') ? types : [...types, 'null'],
    ...(schema.enum === undefined ? {} : { enum: [...(schema.enum as unknown[]), null] }),
  }
}

/** A field's own value as REST sends it; of a relation to one item, its key. */
export function valueSchema(field: Field, access: Access): Schema {
  const schema = plainValueSchema(field)
  const description = field.metadata?.note ?? field.column?.comment ?? null
  const isNullable =
    field.isNullable || field.isConcealed || isConditional(access, field.collection, field.name, 'select')
  return {
    ...(isNullable ? nullable(schema) : schema),
    ...(description === null || description === '' ? {} : { description }),
  }
}

/** As `valueSchema`, for a value that is there. */
export function plainValueSchema(field: Field): Schema {
  const schema: Schema = { ...fieldType(field.type).json }
  const values = field.column?.enumValues ?? null
  if (field.type === 'enum' && values !== null && field.column?.dataType !== 'set')
    return { ...schema, enum: [...values] }
  if (
    schema.type === 'string' &&
    schema.format === undefined &&
    field.column?.maxLength != null &&
    field.type === 'string'
  ) {
    return { ...schema, maxLength: field.column.maxLength }
  }
  return schema
}

/** A value as a filter takes it: numbers and booleans also as their texts, and what is found out at the time (`$NOW`). */
export function operandSchema({ json, graphqlFilter, name }: FieldType): Schema {
  if (name.startsWith('geometry')) return { ...json }
  switch (graphqlFilter) {
    case 'boolean_filter_operators':
      return { type: ['boolean', 'string', 'integer'] }
    case 'number_filter_operators':
    case 'big_int_filter_operators':
      return { type: ['number', 'string'] }
    case 'date_filter_operators':
      return { type: 'string', description: 'ISO 8601, or `$NOW`, `$NOW(-1 year)`.' }
    default:
      return { type: ['string', 'number', 'boolean'] }
  }
}
