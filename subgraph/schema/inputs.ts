/** The input types that hold an item to create, or what changes of one. */
import {
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLInputFieldConfig,
  type GraphQLInputType,
} from 'graphql'
import type { Collection, Field } from '#schema-engine/model/model.ts'
import { describedBy } from './descriptors.ts'
import { inputTypeOf } from './objects.ts'
import type { Types } from './types.ts'
import type { ShownField } from './visible.ts'
import type { InputAction } from './writable.ts'

type NamedInputs = readonly (readonly [string, GraphQLInputFieldConfig])[]

/** `create_c_input`, `update_c_input`. */
export function itemInput(collection: Collection, action: InputAction, types: Types): GraphQLInputObjectType {
  return new GraphQLInputObjectType({
    name: `${action}_${types.visible.namesOf(collection.name).type}_input`,
    fields: () => Object.fromEntries(fieldsOf(collection, action, types)),
  })
}

/** `c_changes`: what is added to a list of items, changed in it, and taken away. */
export function changesInput(collection: Collection, types: Types): GraphQLInputObjectType {
  return new GraphQLInputObjectType({
    name: `${types.visible.namesOf(collection.name).type}_changes`,
    fields: () => ({
      create: {
        type: listOf(types.input(collection, 'create')),
        extensions: describedBy({ kind: 'change', what: 'create' }),
      },
      update: {
        type: listOf(types.input(collection, 'update')),
        extensions: describedBy({ kind: 'change', what: 'update' }),
      },
      delete: { type: listOf(GraphQLID), extensions: describedBy({ kind: 'change', what: 'delete' }) },
    }),
  })
}

const listOf = (type: GraphQLInputType) => new GraphQLList(new GraphQLNonNull(type))

function fieldsOf(collection: Collection, action: InputAction, types: Types): NamedInputs {
  const shown = types.writable.fieldsOf(collection, action)
  const own = shown.flatMap((each) => inputsOf(each, action, types))
  const used = new Set(own.map(([name]) => name))
  return [...own, ...shown.flatMap((each) => itemsOfAny(each, action, used, types))]
}

function inputsOf(shown: ShownField, action: InputAction, types: Types): NamedInputs {
  const { field, names } = shown
  const [target] = types.writable.targetsOf(field)
  if (target === undefined) return valueInput(shown, action, types)
  const extensions = describedBy({ kind: 'field', collection: field.collection, field: field.name })
  switch (field.relation?.kind) {
    case 'm2a':
      return [[names.value, { type: GraphQLString, extensions }], ...keyInput(shown, GraphQLID)]
    case 'm2o':
      return [[names.value, { type: types.input(target, action), extensions }], ...keyInput(shown, GraphQLID)]
    default:
      return [
        [names.value, { type: new GraphQLList(types.input(target, action)), extensions }],
        ...(target.primaryKey.length === 0
          ? []
          : [...keyInput(shown, listOf(GraphQLID)), ...changes(shown, target, types)]),
      ]
  }
}

function valueInput({ field, names }: ShownField, action: InputAction, types: Types): NamedInputs {
  if (field.column === null) return []
  const type = inputTypeOf(field, types)
  const isRequired = action === 'create' && types.writable.isRequired(field)
  const extensions = describedBy({ kind: 'field', collection: field.collection, field: field.name })
  return [[names.value, { type: isRequired ? new GraphQLNonNull(type) : type, extensions }]]
}

function keyInput({ field, names }: ShownField, type: GraphQLInputType): NamedInputs {
  if (names.keys === null) return []
  const extensions = describedBy({ kind: 'keys', collection: field.collection, field: field.name })
  return [[names.keys, { type, extensions }]]
}

function changes({ field, names }: ShownField, target: Collection, types: Types): NamedInputs {
  if (names.changes === null) return []
  const extensions = describedBy({ kind: 'changes', collection: field.collection, field: field.name })
  return [[names.changes, { type: types.changes(target), extensions }]]
}

/** `item__<collection>`: an item of one of the collections that an m2a field may lead to. */
function itemsOfAny({ field, names }: ShownField, action: InputAction, used: Set<string>, types: Types): NamedInputs {
  if (field.relation?.kind !== 'm2a') return []
  return types.writable.targetsOf(field).map((target) => {
    const extensions = describedBy({ kind: 'm2a', ...ownerOf(field), target: target.name })
    return [anyName(names.value, target, used, types), { type: types.input(target, action), extensions }] as const
  })
}

const ownerOf = ({ collection, name }: Field) => ({ collection, field: name })

function anyName(field: string, target: Collection, used: Set<string>, types: Types): string {
  const base = `${field}__${types.visible.namesOf(target.name).type}`
  let name = base
  for (let count = 2; used.has(name); count++) name = `${base}_${count}`
  used.add(name)
  return name
}
