/** The root fields of a mutation → what is written, and what is read of it afterwards. */
import { getNamedType, isNonNullType, isObjectType, type GraphQLField, type GraphQLObjectType } from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import { fieldType } from '#schema-engine/field-types/index.ts'
import type { Filter } from '#schema-engine/filter/filter.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { decodeKey } from '#schema-engine/query/key.ts'
import type { ListArguments, RootRead, Selected } from '#schema-engine/query/request.ts'
import type { Bind } from '#schema-engine/sql/bind.ts'
import { constantInput, type Input } from '#schema-engine/sql/input.ts'
import type { FieldNode, OperationDefinitionNode } from 'graphql'
import { outputDescriptor, type WriteKind } from '../schema/descriptors.ts'
import { collectFields, directiveText, selectionSetsOf, type CollectedField, type DocumentScope } from './collect.ts'
import { listArguments, selectItems } from './selection.ts'

/** Where the keys of what was written stand among a run's variables; no GraphQL variable has such a name. */
export const keysKey = '@'

export type MutationRoot = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly text: string }
  | {
      readonly kind: 'write'
      readonly write: WriteKind
      readonly collection: string
      readonly node: FieldNode
      readonly definition: GraphQLField<unknown, unknown>
      /** An error makes this field null; else the whole reply. */
      readonly isNullable: boolean
      readonly reply: WriteReply
    }
  | { readonly kind: 'feature'; readonly name: string; readonly field: CollectedField; readonly isNullable: boolean }
)

/** What is told of what was written. */
export type WriteReply =
  /** To those who may not read it: `true`. */
  | { readonly kind: 'done' }
  | { readonly kind: 'deleted'; readonly entries: readonly DeletedEntry[] }
  | { readonly kind: 'one'; readonly read: RootRead }
  /**
   * `all`: those that may be read, in the order of the keys. `among`: those that the list's arguments let through; null
   * where it has none.
   */
  | { readonly kind: 'many'; readonly all: RootRead; readonly among: Among | null }

/**
 * A list of the items with these keys. Its plan serves any number of them, unless the key is composite.
 * `read`: null for the keys that the run will bring, where they can be bound.
 */
export type Among = { readonly keys: 'bound' | 'planned'; readonly read: (keys: readonly string[] | null) => RootRead }

/** `text`: of our own; else the key or the keys. */
export type DeletedEntry = { readonly key: string; readonly text: string | null }

/** @throws EngineError for what is wrong with a selection */
export function mutationRoots(
  operation: OperationDefinitionNode,
  scope: DocumentScope,
  model: Model,
): readonly MutationRoot[] {
  const mutation = scope.schema.getMutationType()
  if (mutation == null) return []
  const definitions = mutation.getFields()
  return collectFields(mutation, [operation.selectionSet], scope).map((field): MutationRoot => {
    const [node] = field.nodes
    const key = directiveText(node, 'as', 'key', scope) ?? field.responseKey
    const definition = definitions[node.name.value]
    if (definition === undefined) return { key, kind: 'constant', text: JSON.stringify(mutation.name) }
    const descriptor = outputDescriptor(definition)
    const isNullable = !isNonNullType(definition.type)
    if (descriptor?.kind === 'feature') return { key, kind: 'feature', name: descriptor.name, field, isNullable }
    if (descriptor?.kind !== 'write') throw new TypeError(`the mutation ${definition.name} has no meaning`)
    const { write, collection } = descriptor
    const reply = replyOf(write, field, definition, found(model, collection), scope)
    return { key, kind: 'write', write, collection, node, definition, isNullable, reply }
  })
}

function found(model: Model, name: string): Collection {
  const collection = model.collections.get(name)
  if (collection === undefined) throw new TypeError(`there is no collection ${name}`)
  return collection
}

function replyOf(
  write: WriteKind,
  field: CollectedField,
  definition: GraphQLField<unknown, unknown>,
  collection: Collection,
  scope: DocumentScope,
): WriteReply {
  const type = getNamedType(definition.type)
  if (!isObjectType(type)) return { kind: 'done' }
  switch (write) {
    case 'delete-one':
    case 'delete-many':
      return { kind: 'deleted', entries: deletedEntries(type, field, scope) }
    case 'update-singleton':
      return {
        kind: 'one',
        read: { kind: 'singleton', collection: collection.name, selection: selectItems(type, [field], scope) },
      }
    case 'create-one':
    case 'update-one':
    case 'update-me':
      return {
        kind: 'one',
        read: { kind: 'one', collection: collection.name, id: keyInput, selection: selectItems(type, [field], scope) },
      }
    default: {
      const selection = selectItems(type, [field], scope)
      return {
        kind: 'many',
        all: allOf(collection, selection),
        among: amongOf(field, definition, collection, selection, scope),
      }
    }
  }
}

function deletedEntries(type: GraphQLObjectType, field: CollectedField, scope: DocumentScope): readonly DeletedEntry[] {
  return collectFields(type, selectionSetsOf(field), scope).map(({ responseKey, nodes: [node] }) => ({
    key: directiveText(node, 'as', 'key', scope) ?? responseKey,
    text: type.getFields()[node.name.value] === undefined ? JSON.stringify(type.name) : null,
  }))
}

const unknownKey = (): never => fail('INVALID_QUERY', { reason: 'A key is known when it is written.' })

/** The one key. */
const keyInput: Input = {
  kind: 'scalar',
  type: 'string',
  isEmptyText: false,
  startsWithDollar: false,
  peek: unknownKey,
  bind: (convert) => ({ from: 'input', paths: [[keysKey, 0]], convert }),
  path: [keysKey, 0],
}

/** All the keys. */
const keysInput: Input = {
  kind: 'list',
  items: unknownKey,
  bind: (convert) => ({ from: 'input', paths: [[keysKey]], convert }),
  hasDynamic: false,
}

function allOf(collection: Collection, selection: readonly Selected[]): RootRead {
  const types = collection.primaryKey.map((name) => fieldType(collection.fields.get(name)?.type ?? 'unknown'))
  const keys: Bind = {
    from: 'input',
    paths: [[keysKey]],
    convert: (texts) =>
      JSON.stringify(
        (texts as readonly string[]).map(
          (text) =>
            // what the run puts there
            decodeKey(text, types.length)?.map((part, position) => types[position]?.parse(part) ?? null) ?? [],
        ),
      ),
  }
  return {
    kind: 'entities',
    entity: { collection: collection.name, keyFields: collection.primaryKey, selection, keys },
  }
}

const listNames: ReadonlySet<string> = new Set(['filter', 'sort', 'limit', 'offset', 'page', 'search'])

function amongOf(
  field: CollectedField,
  definition: GraphQLField<unknown, unknown>,
  collection: Collection,
  selection: readonly Selected[],
  scope: DocumentScope,
): Among | null {
  const [node] = field.nodes
  if (node.arguments?.some(({ name }) => listNames.has(name.value)) !== true) return null
  const given = listArguments(field, definition, scope)
  const [key, ...others] = collection.primaryKey
  const isBound = key !== undefined && others.length === 0
  const readOnly = (written: Filter): RootRead => {
    const filter: Filter = given.filter === null ? written : { kind: 'and', filters: [written, given.filter] }
    const args: ListArguments = { ...given, filter, limit: given.limit ?? constantInput(-1) }
    return { kind: 'list', collection: collection.name, args, selection }
  }
  return isBound
    ? {
        keys: 'bound',
        read: (keys) => readOnly(keyIs(collection, key, '_in', keys === null ? keysInput : constantInput(keys))),
      }
    : {
        keys: 'planned',
        read: (keys) => readOnly({ kind: 'or', filters: (keys ?? []).map((text) => compositeIs(collection, text)) }),
      }
}

function compositeIs(collection: Collection, text: string): Filter {
  const parts = decodeKey(text, collection.primaryKey.length) ?? []
  return {
    kind: 'and',
    filters: collection.primaryKey.map((name, position) =>
      keyIs(collection, name, '_eq', constantInput(parts[position] ?? null)),
    ),
  }
}

const keyIs = (collection: Collection, name: string, operator: '_eq' | '_in', operand: Input): Filter => ({
  kind: 'compare',
  value: { kind: collection.fields.get(name)?.relation == null ? 'field' : 'key', field: name },
  operator,
  operand,
})
