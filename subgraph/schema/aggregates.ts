/** `c_aggregated`: what is counted, summed and compared over groups, and `having`, the conditions on those. */
import {
  GraphQLFloat,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
} from 'graphql'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { AggregateName } from '#schema-engine/query/request.ts'
import type { FieldTypeName } from '#schema-engine/field-types/field-type.ts'
import type { Collection } from '#schema-engine/model/model.ts'
import { describedBy } from './descriptors.ts'
import { GraphQLDate, GraphQLJson } from './scalars.ts'
import { numberOperators } from './shared-types.ts'
import type { Types } from './types.ts'
import type { ShownField } from './visible.ts'

const counts: readonly AggregateName[] = ['count', 'countDistinct']
const calculations: readonly AggregateName[] = ['avg', 'sum', 'avgDistinct', 'sumDistinct', 'min', 'max']
const extremes: readonly AggregateName[] = ['minText', 'maxText']

const datedTypes: ReadonlySet<FieldTypeName> = new Set(['date', 'time', 'dateTime', 'timestamp'])
const orderedTexts: ReadonlySet<FieldTypeName> = new Set(['string', 'text', ...datedTypes])

export function aggregatedType(collection: Collection, types: Types): GraphQLObjectType {
  const name = types.visible.namesOf(collection.name).type
  const over = (part: string, fields: readonly ShownField[], typeOf: (type: FieldTypeName) => GraphQLOutputType) =>
    fields.length === 0 ? null : aggregateFields(`${name}_aggregated_${part}`, fields, typeOf)
  const entry = (
    aggregate: AggregateName,
    type: GraphQLOutputType | null,
  ): readonly (readonly [string, GraphQLFieldConfig<unknown, unknown>])[] =>
    type === null ? [] : [[aggregate, { type, extensions: describedBy({ kind: 'aggregate', aggregate }) }]]

  return new GraphQLObjectType({
    name: `${name}_aggregated`,
    extensions: describedBy({ kind: 'aggregated', collection: collection.name }),
    fields: () => {
      const shown = types.visible.fieldsOf(collection, 'aggregate')
      const texts = shown.filter(({ field }) => orderedTexts.has(field.type))
      const count = over('count', shown, () => GraphQLInt)
      const number = over('fields', shown.filter(isNumber), () => GraphQLFloat)
      const text = over('text', texts, (type) => (datedTypes.has(type) ? GraphQLDate : GraphQLString))
      return {
        group: { type: GraphQLJson, extensions: describedBy({ kind: 'group' }) },
        countAll: { type: GraphQLInt, extensions: describedBy({ kind: 'countAll' }) },
        ...Object.fromEntries([
          ...counts.flatMap((aggregate) => entry(aggregate, count)),
          ...calculations.flatMap((aggregate) => entry(aggregate, number)),
          ...extremes.flatMap((aggregate) => entry(aggregate, text)),
        ]),
      }
    },
  })
}

function aggregateFields(
  name: string,
  fields: readonly ShownField[],
  typeOf: (type: FieldTypeName) => GraphQLOutputType,
): GraphQLObjectType {
  return new GraphQLObjectType({
    name,
    fields: Object.fromEntries(
      fields.map(({ field, names }) => [
        names.value,
        {
          type: typeOf(field.type),
          extensions: describedBy({ kind: 'aggregateField', collection: field.collection, field: field.name }),
        },
      ]),
    ),
  })
}

/** `c_having`: conditions on aggregates, all of which must hold. */
export function havingType(collection: Collection, types: Types): GraphQLInputObjectType {
  const name = types.visible.namesOf(collection.name).type
  const over = (part: string, fields: readonly ShownField[]): GraphQLInputObjectType | null =>
    fields.length === 0
      ? null
      : new GraphQLInputObjectType({
          name: `${name}_having_${part}`,
          fields: Object.fromEntries(
            fields.map(({ field, names }) => [
              names.value,
              {
                type: numberOperators,
                extensions: describedBy({ kind: 'aggregateField', collection: field.collection, field: field.name }),
              },
            ]),
          ),
        })
  return new GraphQLInputObjectType({
    name: `${name}_having`,
    fields: () => {
      const shown = types.visible.fieldsOf(collection, 'aggregate').filter(({ field }) => field.column !== null)
      const count = over('count', shown)
      const number = over('fields', shown.filter(isNumber))
      const entries = [
        ...counts.map((aggregate) => [aggregate, count] as const),
        ...calculations.map((aggregate) => [aggregate, number] as const),
      ]
      return {
        countAll: { type: numberOperators, extensions: describedBy({ kind: 'countAll' }) },
        ...Object.fromEntries(
          entries.flatMap(([aggregate, type]) =>
            type === null ? [] : [[aggregate, { type, extensions: describedBy({ kind: 'aggregate', aggregate }) }]],
          ),
        ),
      }
    },
  })
}

const isNumber = ({ field }: ShownField): boolean => field.column !== null && fieldType(field.type).isNumeric
