/** What `filter` takes: for each field type its operators, for each collection its fields. */
import type { ReferenceObject } from 'openapi3-ts/oas31'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { FieldType } from '#schema-engine/field-types/field-type.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { operators } from '#schema-engine/operators/index.ts'
import { operatorNames, type OperatorName } from '#schema-engine/operators/operator.ts'
import { namesOf, type DocumentContext } from '../document/context.ts'
import { anyCollections, relatedCollection, usableField } from '../document/resolve.ts'
import { operandSchema, ref, type Schema } from './schema.ts'

const operatorsName = (type: string): string => `operators.${type}`

export const filterName = (context: DocumentContext, collection: string): string =>
  `${namesOf(context, collection).type}_filter`

/** A schema for each of the field types, and for what functions give, with its operators. */
export function operatorSchemas(collections: readonly Collection[]): Readonly<Record<string, Schema>> {
  const used = new Set(collections.flatMap((collection) => [...collection.fields.values()].map((field) => field.type)))
  return Object.fromEntries(
    [...new Set([...used, 'integer' as const])].map(fieldType).map((type) => [
      operatorsName(type.name),
      {
        type: 'object',
        description: `Operators of the field type \`${type.name}\`. Several must all hold.`,
        properties: Object.fromEntries(
          operatorNames.filter((name) => type.operators.includes(name)).map((name) => [name, operandOf(type, name)]),
        ),
        additionalProperties: false,
        minProperties: 1,
      } satisfies Schema,
    ]),
  )
}

function operandOf(type: FieldType, name: OperatorName): Schema {
  const value = operandSchema(type)
  const csv: Schema = { type: 'string', description: 'Values with commas between.' }
  switch (operators.get(name)?.form) {
    case 'flag':
      return { type: ['boolean', 'string'] }
    case 'list':
      return { anyOf: [{ type: 'array', items: value }, csv] }
    case 'pair':
      return { anyOf: [{ type: 'array', items: value, minItems: 2, maxItems: 2 }, csv] }
    case 'text':
      return { type: ['string', 'number', 'boolean'] }
    case 'geometry':
    case 'scalar':
      return value
    case undefined:
      return { type: 'object', description: 'JSON paths (`a.b[2].c`) with the operators for what stands there.' }
  }
}

export function filterSchema(context: DocumentContext, collection: Collection): Schema {
  const self = ref(filterName(context, collection.name))
  const fields = [...collection.fields.keys()].flatMap((name) => usableField(context, collection, name, 'filter') ?? [])
  const properties = fields.flatMap((field) => conditionsOn(context, field))
  const functions = functionPatterns(fields)
  return {
    type: 'object',
    description: `Conditions on \`${collection.name}\`; all must hold.`,
    properties: {
      ...Object.fromEntries(properties),
      _and: { type: 'array', items: self },
      _or: { type: 'array', items: self },
      _not: self,
    },
    ...(Object.keys(functions).length === 0 ? {} : { patternProperties: functions }),
    additionalProperties: false,
  }
}

type Named = readonly (readonly [string, Schema | ReferenceObject])[]

function conditionsOn(context: DocumentContext, field: Field): Named {
  const own: Schema = {
    anyOf: [ref(operatorsName(field.type)), operandSchema(fieldType(field.type)), { type: 'null' }],
  }
  const related = relatedCollection(context, field, 'filter')
  switch (field.relation?.kind) {
    case undefined:
      return [[field.name, own]]
    case 'm2o':
      return [
        [
          field.name,
          related === null ? own : { anyOf: [...(own.anyOf ?? []), ref(filterName(context, related.name))] },
        ],
      ]
    case 'm2a':
      return [
        [field.name, own],
        ...anyCollections(context, field, 'filter').map(
          (to) => [`${field.name}:${to.name}`, ref(filterName(context, to.name))] as const,
        ),
      ]
    case 'o2m':
    case 'm2m': {
      if (related === null) return []
      const item = ref(filterName(context, related.name))
      const flag: Schema = { type: ['boolean', 'string'] }
      const quantified: Schema = {
        type: 'object',
        properties: { _some: item, _none: item, _null: flag, _nnull: flag },
        additionalProperties: false,
        minProperties: 1,
      }
      return [[field.name, { anyOf: [quantified, item] }]]
    }
  }
}

/** `year(published_at)`, `count(tags)` by pattern: there are many of them and they are all alike. */
function functionPatterns(fields: readonly Field[]): Readonly<Record<string, ReferenceObject>> {
  const byFunction = new Map<string, string[]>()
  for (const field of fields) {
    for (const name of functionsOf(field)) {
      if (name !== 'json') byFunction.set(name, [...(byFunction.get(name) ?? []), escaped(field.name)])
    }
  }
  return Object.fromEntries(
    [...byFunction].map(([name, of]) => [`^${name}\\((?:${of.join('|')})\\)$`, ref(operatorsName('integer'))]),
  )
}

/** The functions that a field's value, or a list of related items, has. */
export const functionsOf = (field: Field): readonly string[] =>
  field.relation === null ? fieldType(field.type).functions : isList(field) ? ['count'] : []

export const isList = (field: Field): boolean => field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'

/** A text as a regular expression that matches it alone, with or without the flag `u`. */
export const escaped = (text: string): string => text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`)
