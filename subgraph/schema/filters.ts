/** The input types that filter a collection. */
import { GraphQLInputObjectType, GraphQLList, type GraphQLInputFieldConfig } from 'graphql'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { describedBy } from './descriptors.ts'
import { functionsInputOf, operatorInputOf } from './shared-types.ts'
import type { Types } from './types.ts'
import type { ShownField } from './visible.ts'

type NamedInputs = readonly (readonly [string, GraphQLInputFieldConfig])[]

/** `c_filter`: conditions on one item. */
export function filterType(collection: Collection, types: Types): GraphQLInputObjectType {
  return new GraphQLInputObjectType({
    name: `${types.visible.namesOf(collection.name).type}_filter`,
    fields: () => Object.fromEntries(conditionsOf(collection, types)),
  })
}

/** `c_quantifier_filter`: conditions on a list of items. Those side by side hold for one and the same item. */
export function quantifierFilterType(collection: Collection, types: Types): GraphQLInputObjectType {
  return new GraphQLInputObjectType({
    name: `${types.visible.namesOf(collection.name).type}_quantifier_filter`,
    fields: () => {
      const type = types.filter(collection)
      return {
        ...Object.fromEntries(conditionsOf(collection, types)),
        _some: { type, extensions: describedBy({ kind: 'some' }) },
        _none: { type, extensions: describedBy({ kind: 'none' }) },
      }
    },
  })
}

function conditionsOf(collection: Collection, types: Types): NamedInputs {
  const own = types.visible.fieldsOf(collection, 'filter').flatMap((shown) => conditionsOn(shown, types))
  const type = types.filter(collection)
  const used = new Set(own.map(([name]) => name))
  return [
    ...own,
    ['_and', { type: new GraphQLList(type), extensions: describedBy({ kind: 'and' }) }],
    ['_or', { type: new GraphQLList(type), extensions: describedBy({ kind: 'or' }) }],
    ['_not', { type, extensions: describedBy({ kind: 'not' }) }],
    ...types.visible.fieldsOf(collection, 'filter').flatMap((shown) => anyRelated(shown, used, types)),
  ]
}

function conditionsOn({ field, names }: ShownField, types: Types): NamedInputs {
  const of = { collection: field.collection, field: field.name }
  const [target] = types.visible.targetsOf(field, 'filter')
  const extensions = describedBy({ kind: 'field', ...of })
  const functions: NamedInputs =
    names.functions === null
      ? []
      : [
          [
            names.functions,
            {
              type: functionsInputOf(fieldType(field.type).functions),
              extensions: describedBy({ kind: 'functions', ...of }),
            },
          ],
        ]
  const operators = operatorsOf(field)
  if (target === undefined)
    return operators === null ? [] : [[names.value, { type: operators, extensions }], ...functions]

  const key: NamedInputs =
    names.keys === null || operators === null
      ? []
      : [[names.keys, { type: operators, extensions: describedBy({ kind: 'keys', ...of }) }]]
  switch (field.relation?.kind) {
    case 'm2a':
      return key // the items themselves are filtered by `item__<collection>`
    case 'm2o':
      return [[names.value, { type: types.filter(target), extensions }], ...key]
    default:
      return [[names.value, { type: types.quantifierFilter(target), extensions }], ...functions]
  }
}

function operatorsOf(field: Field): GraphQLInputObjectType | null {
  const name = fieldType(field.type).graphqlFilter
  return name === null || field.column === null ? null : operatorInputOf(name)
}

/** `item__<collection>`: conditions on the item of an m2a when it belongs to that collection. */
function anyRelated({ field, names }: ShownField, used: Set<string>, types: Types): NamedInputs {
  if (field.relation?.kind !== 'm2a') return []
  return types.visible.targetsOf(field, 'filter').map((target) => {
    const base = `${names.value}__${types.visible.namesOf(target.name).type}`
    let name = base
    for (let count = 2; used.has(name); count++) name = `${base}_${count}`
    used.add(name)
    const extensions = describedBy({
      kind: 'm2a',
      collection: field.collection,
      field: field.name,
      target: target.name,
    })
    return [name, { type: types.filter(target), extensions }] as const
  })
}
