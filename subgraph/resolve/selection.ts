/** A selection of GraphQL fields → what the engine is asked for, by the meaning that the schema attached to every field. */
import {
  getNamedType,
  isInputObjectType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql'
import { fail } from '#schema-engine/errors.ts'
import { isDatePart } from '#schema-engine/functions/date-parts.ts'
import { parseJsonPath } from '#schema-engine/functions/json-path.ts'
import { plainOf } from '#schema-engine/sql/input.ts'
import type {
  AggregateSelected,
  ConnectionSelected,
  EdgeSelected,
  ListArguments,
  PageInfoEntry,
  Selected,
} from '#schema-engine/query/request.ts'
import { outputDescriptor, typeDescriptor, type OutputDescriptor } from '../schema/descriptors.ts'
import {
  collectFields,
  directiveText,
  hasDirective,
  selectionSetsOf,
  type CollectedField,
  type DocumentScope,
} from './collect.ts'
import { filterOf } from './filter.ts'
import { argumentOf } from './inputs.ts'

/** One field of an object: its meaning, its key in the reply, and what is below it. `descriptor` is null for `__typename`. */
type Resolved = {
  readonly key: string
  readonly field: CollectedField
  readonly descriptor: OutputDescriptor | null
  readonly definition: GraphQLField<unknown, unknown> | null
  readonly spread: boolean
}

function resolveFields(
  type: GraphQLObjectType,
  fields: readonly CollectedField[],
  scope: DocumentScope,
): readonly Resolved[] {
  const definitions = type.getFields()
  return fields.map((field) => {
    const [node] = field.nodes
    const key = directiveText(node, 'as', 'key', scope) ?? field.responseKey
    const spread = hasDirective(node, 'spread')
    const definition = definitions[node.name.value] ?? null
    const descriptor = definition === null ? null : (outputDescriptor(definition) ?? null)
    return { key, field, descriptor, definition, spread }
  })
}

const typeName = (type: GraphQLObjectType): string => JSON.stringify(type.name)

/** @throws INVALID_QUERY where `@spread` or `@as` makes two values share a key */
function distinct<T extends { readonly key: string }>(entries: readonly T[]): readonly T[] {
  const seen = new Set<string>()
  for (const { key } of entries) {
    if (seen.has(key))
      fail('INVALID_QUERY', { reason: `Two values would have the key "${key}"; give one of them another.` })
    seen.add(key)
  }
  return entries
}

const noSpread = (resolved: Resolved): void => {
  if (resolved.spread)
    fail('INVALID_QUERY', { reason: `@spread is for functions, groups and aggregates, not for "${resolved.key}".` })
}

/** The items of a collection. @param type the collection's object type */
export function selectItems(
  type: GraphQLObjectType,
  parents: readonly CollectedField[],
  scope: DocumentScope,
): readonly Selected[] {
  return selectFields(type, collectFields(type, parents.flatMap(selectionSetsOf), scope), scope)
}

function selectFields(
  type: GraphQLObjectType,
  fields: readonly CollectedField[],
  scope: DocumentScope,
): readonly Selected[] {
  return distinct(resolveFields(type, fields, scope).flatMap((resolved) => selectField(type, resolved, scope)))
}

function selectField(type: GraphQLObjectType, resolved: Resolved, scope: DocumentScope): readonly Selected[] {
  const { key, field, descriptor, definition } = resolved
  if (descriptor === null || definition === null) return [{ key, kind: 'constant', text: typeName(type) }]
  if (descriptor.kind === 'functions') return selectFunctions(resolved, descriptor.field, scope)
  noSpread(resolved)
  switch (descriptor.kind) {
    case 'field':
      return [{ key, kind: 'field', field: descriptor.field }]
    case 'keys':
      return [{ key, kind: 'keys', field: descriptor.field, args: listArguments(field, definition, scope) }]
    case 'relation': {
      const target = getNamedType(definition.type)
      if (isUnionType(target)) {
        const choices = target
          .getTypes()
          .map((choice) => ({ collection: collectionOf(choice), selection: selectItems(choice, [field], scope) }))
        return [{ key, kind: 'any-related', field: descriptor.field, choices }]
      }
      if (!isObjectType(target)) return [{ key, kind: 'field', field: descriptor.field }]
      return [
        {
          key,
          kind: 'related',
          field: descriptor.field,
          args: listArguments(field, definition, scope),
          selection: selectItems(target, [field], scope),
        },
      ]
    }
    default:
      return fail('INVALID_QUERY', { reason: `"${key}" can't be selected here.` })
  }
}

function selectFunctions(
  { key, field, definition, spread }: Resolved,
  name: string,
  scope: DocumentScope,
): readonly Selected[] {
  const type = definition === null ? null : getNamedType(definition.type)
  if (!isObjectType(type)) return []
  const fields = resolveFields(type, collectFields(type, selectionSetsOf(field), scope), scope)
  const selection = fields.map((inner): Selected => {
    noSpread(inner)
    const { descriptor } = inner
    if (descriptor === null) return { key: inner.key, kind: 'constant', text: typeName(type) }
    if (descriptor.kind !== 'function') return fail('INVALID_QUERY', { reason: `"${inner.key}" is no function.` })
    if (descriptor.fn === 'count') return { key: inner.key, kind: 'count', field: name }
    if (isDatePart(descriptor.fn)) return { key: inner.key, kind: 'date-part', field: name, part: descriptor.fn }
    const path = argumentOf(inner.field.nodes[0], 'path', scope)
    return {
      key: inner.key,
      kind: 'json',
      field: name,
      path: parseJsonPath(String(path === null ? '' : plainOf(path))),
    }
  })
  return spread ? selection : [{ key, kind: 'object', selection: distinct(selection) }]
}

function collectionOf(type: GraphQLObjectType): string {
  const descriptor = typeDescriptor(type)
  return descriptor?.kind === 'collection'
    ? descriptor.collection
    : fail('INVALID_QUERY', { reason: `"${type.name}" is no collection.` })
}

/** `filter, sort, limit, offset, page, search` of a field, as far as it has them. */
export function listArguments(
  field: CollectedField,
  definition: GraphQLField<unknown, unknown>,
  scope: DocumentScope,
): ListArguments {
  const [node] = field.nodes
  const take = (name: string) => argumentOf(node, name, scope)
  return {
    filter: filterArgument(field, definition, scope),
    sort: take('sort'),
    limit: take('limit'),
    offset: take('offset'),
    page: take('page'),
    search: take('search'),
  }
}

export function filterArgument(
  field: CollectedField,
  definition: GraphQLField<unknown, unknown>,
  scope: DocumentScope,
) {
  const argument = definition.args.find((candidate) => candidate.name === 'filter')
  const type = argument === undefined ? undefined : getNamedType(argument.type)
  return isInputObjectType(type) ? filterOf(argumentOf(field.nodes[0], 'filter', scope), type) : null
}

/** The rows of `<c>_aggregated`. */
export function selectAggregates(
  type: GraphQLObjectType,
  root: CollectedField,
  scope: DocumentScope,
): readonly AggregateSelected[] {
  const fields = resolveFields(type, collectFields(type, selectionSetsOf(root), scope), scope)
  return distinct(
    fields.map(({ key, field, descriptor, definition, spread }): AggregateSelected => {
      if (descriptor === null || definition === null) return { key, kind: 'constant', text: typeName(type) }
      if (descriptor.kind === 'group') return { key, kind: 'group', spread }
      if (descriptor.kind === 'countAll') return { key, kind: 'count-all' }
      const inner = getNamedType(definition.type)
      if (descriptor.kind !== 'aggregate' || !isObjectType(inner))
        return fail('INVALID_QUERY', { reason: `"${key}" can't be selected here.` })
      const values = resolveFields(inner, collectFields(inner, selectionSetsOf(field), scope), scope)
      return {
        key,
        kind: 'aggregate',
        aggregate: descriptor.aggregate,
        spread,
        fields: values.flatMap((value) =>
          value.descriptor?.kind === 'aggregateField' ? [{ key: value.key, field: value.descriptor.field }] : [],
        ),
        constants: values.flatMap((value) =>
          value.descriptor === null ? [{ key: value.key, text: typeName(inner) }] : [],
        ),
      }
    }),
  )
}

/** The parts of `<c>_connection`. */
export function selectConnection(
  type: GraphQLObjectType,
  root: CollectedField,
  scope: DocumentScope,
): readonly ConnectionSelected[] {
  const fields = resolveFields(type, collectFields(type, selectionSetsOf(root), scope), scope)
  return distinct(
    fields.map((resolved): ConnectionSelected => {
      const { key, field, descriptor, definition } = resolved
      noSpread(resolved)
      if (descriptor === null || definition === null) return { key, kind: 'constant', text: typeName(type) }
      const inner = getNamedType(definition.type)
      if (descriptor.kind === 'totalCount') return { key, kind: 'total-count' }
      if (!isObjectType(inner)) return fail('INVALID_QUERY', { reason: `"${key}" can't be selected here.` })
      if (descriptor.kind === 'nodes') return { key, kind: 'nodes', selection: selectItems(inner, [field], scope) }
      if (descriptor.kind === 'edges') return { key, kind: 'edges', entries: selectEdges(inner, field, scope) }
      return { key, kind: 'page-info', entries: selectPageInfo(inner, field, scope) }
    }),
  )
}

function selectEdges(type: GraphQLObjectType, edges: CollectedField, scope: DocumentScope): readonly EdgeSelected[] {
  const fields = resolveFields(type, collectFields(type, selectionSetsOf(edges), scope), scope)
  return distinct(
    fields.map(({ key, field, descriptor, definition }): EdgeSelected => {
      if (descriptor === null || definition === null) return { key, kind: 'constant', text: typeName(type) }
      if (descriptor.kind === 'cursor') return { key, kind: 'cursor' }
      const node = getNamedType(definition.type)
      return isObjectType(node)
        ? { key, kind: 'node', selection: selectItems(node, [field], scope) }
        : fail('INVALID_QUERY', { reason: `"${key}" can't be selected here.` })
    }),
  )
}

function selectPageInfo(
  type: GraphQLObjectType,
  pageInfo: CollectedField,
  scope: DocumentScope,
): readonly PageInfoEntry[] {
  const fields = resolveFields(type, collectFields(type, selectionSetsOf(pageInfo), scope), scope)
  return distinct(
    fields.map(({ key, descriptor }): PageInfoEntry =>
      descriptor?.kind === 'pageInfoField'
        ? { key, kind: descriptor.what }
        : { key, kind: 'constant', text: typeName(type) },
    ),
  )
}
