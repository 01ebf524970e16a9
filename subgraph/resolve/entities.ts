/** `_entities` (Apollo Federation): representations → one read for each type and key, and back into their order. */
import { isObjectType, type GraphQLObjectType } from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Filter } from '#schema-engine/filter/filter.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { plainOf } from '#schema-engine/sql/input.ts'
import type { EntityRequest } from '#schema-engine/query/request.ts'
import type { Bind, InputPath } from '#schema-engine/sql/bind.ts'
import { elementsOf } from '#schema-engine/query/json-array-text.ts'
import { outputDescriptor, typeDescriptor } from '../schema/descriptors.ts'
import type { CollectedField, DocumentScope } from './collect.ts'
import { argumentOf } from './inputs.ts'
import { selectItems } from './selection.ts'

/** The representations of one type that bring one key. `filter`: what a hook asks of them besides. */
export type EntityGroup = { readonly name: string; readonly request: EntityRequest; readonly filter?: Filter | null }

export type EntitiesRead = {
  readonly groups: readonly EntityGroup[]
  /** Puts each group's list back into the order of the representations. */
  readonly merge: (representations: unknown, lists: readonly string[]) => string
  /** Where the representations stand among the variables; null when they stand in the document. */
  readonly path: InputPath | null
  readonly constant: unknown
}

type KeyOf = {
  readonly type: GraphQLObjectType
  readonly collection: string
  readonly names: readonly string[]
  readonly fields: readonly string[]
}

export function readEntities(root: CollectedField, scope: DocumentScope, model: Model): EntitiesRead {
  const input = argumentOf(root.nodes[0], 'representations', scope)
  if (input === null) return fail('INVALID_QUERY', { reason: 'representations must be a list.' })
  const argument = root.nodes[0].arguments?.find(({ name }) => name.value === 'representations')
  const path: InputPath | null = argument?.value.kind === 'Variable' ? [argument.value.name.value] : null
  const keyOf = (representation: unknown): KeyOf => keyOfRepresentation(representation, scope)
  const groupNames = (value: unknown): string =>
    [...new Set(listOf(value).map((item) => groupName(keyOf(item))))].sort().join(' ')
  // The plan depends on which types and keys are asked for, not on how many of each.
  if (path !== null) scope.watch.set(`entities ${path.join('.')}`, { path, describe: groupNames })
  const value = path === null ? plainOf(input) : scope.variables[String(path[0])]
  const keys = new Map(listOf(value).map((item) => [groupName(keyOf(item)), keyOf(item)]))
  const groups = [...keys]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, key]): EntityGroup => ({
      name,
      request: {
        collection: key.collection,
        keyFields: key.fields,
        selection: selectItems(key.type, [root], scope),
        keys: keysBind(name, key, path, value, keyOf, model),
      },
    }))
  const merge = (representations: unknown, lists: readonly string[]): string => {
    const queues = new Map(groups.map((group, index) => [group.name, elementsOf(lists[index] ?? '[]').values()]))
    const elements = listOf(representations).map((item) => queues.get(groupName(keyOf(item)))?.next().value ?? 'null')
    return `[${elements.join(',')}]`
  }
  return { groups, merge, path, constant: path === null ? value : null }
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : fail('INVALID_QUERY', { reason: 'representations must be a list.' })

const groupName = (key: KeyOf): string => `${key.type.name}:${key.names.join(',')}`

/** The first key that the representation brings. */
function keyOfRepresentation(representation: unknown, scope: DocumentScope): KeyOf {
  if (representation === null || typeof representation !== 'object')
    return fail('INVALID_QUERY', { reason: 'A representation must be an object.' })
  const values = representation as Readonly<Record<string, unknown>> // an object, as was asked
  const typeName = values['__typename']
  const type = typeof typeName === 'string' ? scope.schema.getType(typeName) : undefined
  const descriptor = isObjectType(type) ? typeDescriptor(type) : undefined
  if (!isObjectType(type) || descriptor?.kind !== 'collection' || descriptor.keys.length === 0) {
    return fail('INVALID_QUERY', { reason: `"${String(typeName)}" is no entity of this subgraph.` })
  }
  const names = descriptor.keys
    .map((key) => key.split(' '))
    .find((key) => key.every((name) => Object.hasOwn(values, name) && values[name] !== null))
  if (names === undefined) {
    const keys = descriptor.keys.map((key) => `{ ${key} }`).join(' or ')
    return fail('INVALID_QUERY', { reason: `A representation of "${type.name}" must bring a key: ${keys}.` })
  }
  const definitions = type.getFields()
  const fields = names.map((name) => {
    const definition = definitions[name]
    const meaning = definition === undefined ? undefined : outputDescriptor(definition)
    return meaning?.kind === 'field' || meaning?.kind === 'keys'
      ? meaning.field
      : fail('INVALID_QUERY', { reason: `"${name}" is no key of "${type.name}".` })
  })
  return { type, collection: descriptor.collection, names, fields }
}

/** The keys of a group's representations as `[[…], …]`; a value that can't be one finds nothing. */
function keysBind(
  name: string,
  key: KeyOf,
  path: InputPath | null,
  value: unknown,
  keyOf: (item: unknown) => KeyOf,
  model: Model,
): Bind {
  const types = key.fields.map((field) =>
    fieldType(model.collections.get(key.collection)?.fields.get(field)?.type ?? 'unknown'),
  )
  const convert = (representations: unknown): string => {
    const mine = listOf(representations).filter((item) => groupName(keyOf(item)) === name)
    return JSON.stringify(
      mine.map((item) =>
        key.names.map((part, index) => {
          const given = (item as Readonly<Record<string, unknown>>)[part] // keyOf has seen it
          try {
            return types[index]?.parse(given) ?? null
          } catch {
            return null
          }
        }),
      ),
    )
  }
  return path === null ? { from: 'plan', value: convert(value) } : { from: 'input', paths: [path], convert }
}
