/** The operations of `/items` and of the system's own paths, for each collection that the caller may use. */
import type {
  ContentObject,
  OperationObject,
  ParameterObject,
  PathItemObject,
  PathsObject,
  ReferenceObject,
  ResponsesObject,
} from 'openapi3-ts/oas31'
import type { Collection } from '#schema-engine/model/model.ts'
import type { WriteAction } from '#schema-engine/permissions/access.ts'
import { mapEach, type Sliced } from '#schema-engine/slices.ts'
import type { Writable } from '#subgraph/schema/writable.ts'
import { namesOf, type DocumentContext } from '../document/context.ts'
import { isShown } from '../document/resolve.ts'
import { metaNames } from '../parse/rest-query.ts'
import type { ItemMethod, ListMethod } from '../routes/collection-routes.ts'
import { itemsOn } from '../routes/items.ts'
import { systemTable } from '../routes/system.ts'
import { errorResponses } from './errors.ts'
import { filterParameter } from './parameters.ts'
import { groupName, itemName, servedCollections } from './items.ts'
import { ref, type Schema } from './schema.ts'
import {
  createOperation,
  deleteManyOperation,
  deleteOneOperation,
  updateManyOperation,
  updateOneOperation,
  type WriteParameters,
  type Writing,
} from './writing.ts'

export const parameterRef = (name: string): ReferenceObject => ({ $ref: `#/components/parameters/${name}` })

/** @param shared names of the parameters that stand in the components, by what they are for */
export type SharedParameters = {
  readonly list: readonly string[]
  readonly item: readonly string[]
  readonly write: WriteParameters
}

/** A collection at the path where it is served, and what may be done there. */
export type ServedAt = {
  readonly path: string
  readonly collection: Collection
  readonly list: readonly ListMethod[]
  readonly item: readonly ItemMethod[]
}

/** The user's collections at `/items`, or the system's at their own paths. */
export function servedIn(context: DocumentContext): readonly ServedAt[] {
  if (context.scope === 'system') {
    return systemTable.flatMap(({ path, collection: name, on }) => {
      const collection = context.model.collections.get(name)
      return collection === undefined || !context.names.has(name) ? [] : [{ path, collection, ...on }]
    })
  }
  return servedCollections(context)
    .filter((collection) => !collection.isSystem)
    .map((collection) => ({ path: `/items/${encodeURIComponent(collection.name)}`, collection, ...itemsOn }))
}

export function* collectionPaths(
  context: DocumentContext,
  writable: Writable,
  shared: SharedParameters,
): Sliced<PathsObject> {
  const paths = yield* mapEach(servedIn(context), (at) => pathsOf(context, writable, at, shared))
  return Object.fromEntries(paths.flat())
}

function pathsOf(
  context: DocumentContext,
  writable: Writable,
  at: ServedAt,
  shared: SharedParameters,
): readonly (readonly [string, PathItemObject])[] {
  const { collection, path } = at
  const list = { ...readingList(context, at, shared), ...writingList(context, writable, at, shared) }
  const item = collection.primaryKey.length === 0 ? {} : itemOperations(context, writable, at, shared)
  const parameters = [idParameter(collection)]
  return [
    ...(Object.keys(list).length === 0 ? [] : [[path, list] as const]),
    ...(Object.keys(item).length === 0 ? [] : [[`${path}/{id}`, { parameters, ...item }] as const]),
  ]
}

function readingList(context: DocumentContext, { collection }: ServedAt, shared: SharedParameters): PathItemObject {
  if (!isShown(context, collection)) return {}
  return collection.isSingleton ? readSingleton(context, collection, shared) : readItems(context, collection, shared)
}

function writingList(
  context: DocumentContext,
  writable: Writable,
  { collection, list }: ServedAt,
  shared: SharedParameters,
): PathItemObject {
  const writing: Writing = { context, collection, parameters: shared.write }
  const may = (method: ListMethod, action: WriteAction): boolean =>
    list.includes(method) && writable.may(collection, action)
  if (collection.isSingleton) return may('PATCH', 'update') ? { patch: updateOneOperation(writing) } : {}
  return {
    ...(may('POST', 'create') ? { post: createOperation(writing) } : {}),
    ...(may('PATCH', 'update') ? { patch: updateManyOperation(writing) } : {}),
    ...(may('DELETE', 'delete') ? { delete: deleteManyOperation(writing) } : {}),
  }
}

function itemOperations(
  context: DocumentContext,
  writable: Writable,
  { collection, item }: ServedAt,
  shared: SharedParameters,
): PathItemObject {
  const writing: Writing = { context, collection, parameters: shared.write }
  const may = (method: ItemMethod, action: WriteAction): boolean =>
    item.includes(method) && writable.may(collection, action)
  return {
    ...(item.includes('GET') && isShown(context, collection) ? { get: readItem(context, collection, shared) } : {}),
    ...(may('PATCH', 'update') && !collection.isSingleton ? { patch: updateOneOperation(writing) } : {}),
    ...(may('DELETE', 'delete') ? { delete: deleteOneOperation(writing) } : {}),
  }
}

function readItems(context: DocumentContext, collection: Collection, shared: SharedParameters): PathItemObject {
  const { type } = namesOf(context, collection.name)
  const item = ref(itemName(context, collection.name))
  const items: Schema = { type: 'array', items: { anyOf: [item, ref(groupName(context, collection.name))] } }
  const filter = filterParameter(context, collection)
  const get: OperationObject = {
    operationId: `read_${type}`,
    tags: [collection.name],
    summary: `Items of ${collection.name}, or groups of them.`,
    parameters: [filter, ...shared.list.map(parameterRef)],
    responses: responsesOf(context, items, items),
  }
  return { get, 'x-search': searchOperation(collection, type) }
}

/** OpenAPI 3.1 has no place for the method SEARCH among a path's operations, so that it is described beside them. */
function searchOperation(collection: Collection, type: string): OperationObject {
  return {
    operationId: `search_${type}`,
    tags: [collection.name],
    summary: `As GET, by the method SEARCH, with the query in the body.`,
    requestBody: {
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              query: { type: 'object', description: 'The parameters of GET by their names, as JSON values.' },
              keys: {
                type: 'array',
                items: { type: ['string', 'integer'] },
                description: 'Only items with these keys.',
              },
            },
          },
        },
      },
    },
    responses: { default: { description: 'As of GET.' } },
  }
}

function readSingleton(context: DocumentContext, collection: Collection, shared: SharedParameters): PathItemObject {
  const { type } = namesOf(context, collection.name)
  const item = ref(itemName(context, collection.name))
  // Before it was first saved, even what is never null in the database is.
  const data: Schema = { anyOf: [item, { type: 'object' }] }
  return {
    get: {
      operationId: `read_${type}`,
      tags: [collection.name],
      summary: `The one item of ${collection.name}.`,
      parameters: shared.item.map(parameterRef),
      responses: responsesOf(context, data, { type: 'array', items: item }),
    },
  }
}

function readItem(context: DocumentContext, collection: Collection, shared: SharedParameters): OperationObject {
  const { type } = namesOf(context, collection.name)
  const item = ref(itemName(context, collection.name))
  return {
    operationId: `read_${type}_by_id`,
    tags: [collection.name],
    summary: `One item of ${collection.name}.`,
    parameters: shared.item.map(parameterRef),
    responses: responsesOf(context, item, { type: 'array', items: item }),
  }
}

const idParameter = (collection: Collection): ParameterObject => ({
  name: 'id',
  in: 'path',
  required: true,
  description:
    collection.primaryKey.length === 1
      ? `The key, \`${collection.primaryKey[0] ?? ''}\`.`
      : `The values of ${collection.primaryKey.map((key) => `\`${key}\``).join(', ')}, each percent-encoded, with commas between, and the whole encoded as a segment of a path.`,
  schema: { type: 'string' },
})

const meta: Schema = {
  type: 'object',
  properties: Object.fromEntries(metaNames.map((name) => [name, { type: 'integer', minimum: 0 }])),
  additionalProperties: false,
}

const explanation: Schema = {
  type: 'object',
  description: 'With `Prefer: explain`.',
  required: ['document', 'variables', 'sql', 'values'],
  properties: { document: { type: 'string' }, variables: {}, sql: { type: 'string' }, values: { type: 'array' } },
}

/** @param rows the data as `export=json` sends it */
function responsesOf(context: DocumentContext, data: Schema | ReferenceObject, rows: Schema): ResponsesObject {
  const shown = context.access.isFull ? { anyOf: [data, explanation] } : data
  const envelope: Schema = {
    type: 'object',
    required: ['data'],
    properties: { data: shown, meta },
    additionalProperties: false,
  }
  const text: ContentObject[string] = { schema: { type: 'string' } }
  return {
    '200': {
      description: 'The data; with `export` a file of the format that was asked for.',
      content: {
        'application/json': { schema: { oneOf: [envelope, rows] } },
        'text/csv': text,
        'text/xml': text,
        'text/yaml': text,
      },
    },
    ...errorResponses,
  }
}
