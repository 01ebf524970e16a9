/** The root fields of a read operation → what the engine reads, and what else answers. */
import { getNamedType, isInputObjectType, isObjectType, type GraphQLField, type OperationDefinitionNode } from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import { parseFilter } from '#schema-engine/filter/parse.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { noArguments, type RootRead } from '#schema-engine/query/request.ts'
import type { WireFormat } from '#schema-engine/field-types/field-type.ts'
import { constantInput, type Input } from '#schema-engine/sql/input.ts'
import { outputDescriptor } from '../schema/descriptors.ts'
import { collectFields, directiveText, type CollectedField, type DocumentScope } from './collect.ts'
import { readEntities, type EntitiesRead } from './entities.ts'
import { havingOf } from './filter.ts'
import { argumentOf } from './inputs.ts'
import { filterArgument, listArguments, selectAggregates, selectConnection, selectItems } from './selection.ts'

export type Root = { readonly key: string } &
  /** `mayMiss`: null is told as an error as well, because the item was named. */
  (
    | { readonly kind: 'read'; readonly read: RootRead; readonly mayMiss: boolean }
    | { readonly kind: 'entities'; readonly entities: EntitiesRead }
    /** An item as a version of it would have it. `id`: null for the item of a singleton. */
    | {
        readonly kind: 'versioned'
        readonly read: Extract<RootRead, { kind: 'one' | 'singleton' }>
        readonly id: string | null
        readonly version: string
      }
    | { readonly kind: 'constant'; readonly text: string }
    /** Answered from memory by graphql-js: introspection, the SDL, metadata, the server's own fields. */
    | { readonly kind: 'resolved' }
  )

/** @throws EngineError with `path` for what is wrong with one root field */
export function readRoots(
  operation: OperationDefinitionNode,
  scope: DocumentScope,
  model: Model,
  mayReadSchema: boolean,
): readonly Root[] {
  const query = scope.schema.getQueryType()
  if (query == null) return []
  const definitions = query.getFields()
  return collectFields(query, [operation.selectionSet], scope).map((field) => {
    const [node] = field.nodes
    const name = node.name.value
    const key = directiveText(node, 'as', 'key', scope) ?? field.responseKey
    if (name === '__typename') return { key, kind: 'constant', text: JSON.stringify(query.name) }
    const definition = definitions[name]
    if (definition === undefined) return { key, kind: 'resolved' }
    return { key, ...readRoot(field, definition, scope, model, mayReadSchema) }
  })
}

type Unkeyed = Root extends infer R ? (R extends Root ? Omit<R, 'key'> : never) : never

function readRoot(
  field: CollectedField,
  definition: GraphQLField<unknown, unknown>,
  scope: DocumentScope,
  model: Model,
  mayReadSchema: boolean,
): Unkeyed {
  const descriptor = outputDescriptor(definition)
  const type = getNamedType(definition.type)
  const take = (name: string) => argumentOf(field.nodes[0], name, scope)
  if (descriptor?.kind === 'entities') return { kind: 'entities', entities: readEntities(field, scope, model) }
  if (descriptor === undefined || !isObjectType(type)) return { kind: 'resolved' }
  switch (descriptor.kind) {
    case 'list':
      return {
        kind: 'read',
        mayMiss: false,
        read: {
          kind: 'list',
          collection: descriptor.collection,
          args: listArguments(field, definition, scope),
          selection: selectItems(type, [field], scope),
        },
      }
    case 'one': {
      const id = take('id')
      if (id === null) return fail('INVALID_QUERY', { reason: 'id must be given.' })
      const { collection } = descriptor
      const read = { kind: 'one' as const, collection, id, selection: selectItems(type, [field], scope) }
      const version = textOf(take('version'))
      return version === null || version === mainVersion
        ? { kind: 'read', mayMiss: true, read }
        : { kind: 'versioned', read, id: textOf(id), version }
    }
    case 'me': {
      const { collection } = descriptor
      const read = {
        kind: 'one',
        collection,
        id: currentUser,
        isOwn: true,
        selection: selectItems(type, [field], scope),
      } as const
      return { kind: 'read', mayMiss: true, read }
    }
    case 'singleton': {
      const { collection } = descriptor
      const read = { kind: 'singleton' as const, collection, selection: selectItems(type, [field], scope) }
      const version = textOf(take('version'))
      return version === null || version === mainVersion
        ? { kind: 'read', mayMiss: false, read }
        : { kind: 'versioned', read, id: null, version }
    }
    case 'own-roles': {
      const { collection } = descriptor
      const roles = model.collections.get(collection)
      if (roles === undefined) return { kind: 'constant', text: '[]' }
      const filter = parseFilter({ id: { _in: '$CURRENT_ROLES' } }, roles, model)
      const args = { ...noArguments, filter, limit: constantInput(-1) }
      const selection = selectItems(type, [field], scope)
      return { kind: 'read', mayMiss: false, read: { kind: 'list', collection, args, selection } }
    }
    case 'aggregated': {
      const having = definition.args.find(({ name }) => name === 'having')
      const havingType = having === undefined ? undefined : getNamedType(having.type)
      return {
        kind: 'read',
        mayMiss: false,
        read: {
          kind: 'aggregate',
          collection: descriptor.collection,
          args: listArguments(field, definition, scope),
          groupBy: take('groupBy'),
          having: isInputObjectType(havingType) ? havingOf(take('having'), havingType) : [],
          selection: selectAggregates(type, field, scope),
        },
      }
    }
    case 'connection':
      return {
        kind: 'read',
        mayMiss: false,
        read: {
          kind: 'connection',
          collection: descriptor.collection,
          args: {
            filter: filterArgument(field, definition, scope),
            sort: take('sort'),
            search: take('search'),
            first: take('first'),
            after: take('after'),
            last: take('last'),
            before: take('before'),
          },
          selection: selectConnection(type, field, scope),
        },
      }
    case 'service':
      return mayReadSchema ? { kind: 'resolved' } : fail('FORBIDDEN', {})
    default:
      return { kind: 'resolved' }
  }
}

/** The key of who asks, known when the plan is run; nobody's where he is no user. */
const currentUser: Input = {
  kind: 'scalar',
  type: 'string',
  isEmptyText: false,
  startsWithDollar: true,
  peek: () => '$CURRENT_USER',
  bind: (convert) => ({ from: 'context', read: ({ user }) => (user === null ? null : convert(user)) }),
  path: null,
}

/** What the item itself is called among its versions. */
const mainVersion = 'main'

const textOf = (input: Input | null): string | null => (input?.kind === 'scalar' ? String(input.peek()) : null)

/** `@wire(format: REST)` on the operation. */
export function wireFormatOf(operation: OperationDefinitionNode): WireFormat {
  const directive = operation.directives?.find(({ name }) => name.value === 'wire')
  const format = directive?.arguments?.find(({ name }) => name.value === 'format')?.value
  return format?.kind === 'EnumValue' && format.value === 'REST' ? 'rest' : 'graphql'
}
