/** The operations that write a collection's items. */
import type {
  OperationObject,
  ReferenceObject,
  RequestBodyObject,
  ResponseObject,
  ResponsesObject,
} from 'openapi3-ts/oas31'
import type { Collection } from '#schema-engine/model/model.ts'
import { namesOf, type DocumentContext } from '../document/context.ts'
import { isShown } from '../document/resolve.ts'
import { inputName } from './inputs.ts'
import { itemName } from './items.ts'
import { writeErrorResponses } from './errors.ts'
import { ref, type Schema } from './schema.ts'

/** References to the parameters of operations. */
export type WriteParameters = {
  readonly reply: readonly ReferenceObject[]
  readonly dryRun: ReferenceObject
  readonly ifMatch: ReferenceObject
}

/** With `Prefer: dry-run`. */
const dryRun: Schema = {
  type: 'object',
  description:
    'With `Prefer: dry-run`: the keys of what would have been written, the events that would have gone out, and what the database itself would have changed along, by its foreign keys.',
  required: ['keys', 'events', 'cascades'],
  properties: {
    keys: { type: 'array', items: { type: 'string' } },
    events: { type: 'array', items: { type: 'object', required: ['kind'], properties: { kind: { type: 'string' } } } },
    cascades: {
      type: 'array',
      items: {
        type: 'object',
        required: ['collection', 'action', 'fields', 'keys'],
        properties: {
          collection: { type: 'string' },
          action: { enum: ['delete', 'update'] },
          fields: { type: 'array', items: { type: 'string' } },
          keys: { type: 'array', items: { type: 'string' } },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
}

/** Where there is nothing to show, there is a reply to a dry run only. */
const onlyDryRun: ResponseObject = {
  description: 'With `Prefer: dry-run`, what would have been.',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['data', 'dry_run'],
        properties: { data: { type: 'null' }, dry_run: dryRun },
        additionalProperties: false,
      },
    },
  },
}

const keys: Schema = { type: 'array', items: { type: ['string', 'integer'] } }
const query: Schema = {
  type: 'object',
  description:
    'The parameters of GET that say which items: `filter`, `search`, `sort`, `limit`, `offset`. All items: `{"limit": -1}`.',
}

export type Writing = {
  readonly context: DocumentContext
  readonly collection: Collection
  readonly parameters: WriteParameters
}

export function createOperation({ context, collection, parameters }: Writing): OperationObject {
  const input = ref(inputName(context, collection.name, 'create'))
  return {
    operationId: `create_${namesOf(context, collection.name).type}`,
    tags: [collection.name],
    summary: `Creates an item of ${collection.name}, or a list of them.`,
    parameters: [...parameters.reply, parameters.dryRun],
    requestBody: bodyOf({ oneOf: [input, { type: 'array', items: input }] }),
    responses: written(context, collection, (item) => ({ oneOf: [item, { type: 'array', items: item }] })),
  }
}

export function updateManyOperation({ context, collection, parameters }: Writing): OperationObject {
  const input = ref(inputName(context, collection.name, 'update'))
  const withData = (what: Readonly<Record<string, Schema>>): Schema => ({
    type: 'object',
    required: [...Object.keys(what), 'data'],
    properties: { ...what, data: input },
    additionalProperties: false,
  })
  return {
    operationId: `update_${namesOf(context, collection.name).type}`,
    tags: [collection.name],
    summary: `Changes items of ${collection.name}: those with these keys, those of a query, or each by the key it holds.`,
    parameters: [...parameters.reply, parameters.dryRun],
    requestBody: bodyOf({ oneOf: [withData({ keys }), withData({ query }), { type: 'array', items: input }] }),
    responses: written(context, collection, (item) => ({ type: 'array', items: item })),
  }
}

export function updateOneOperation({ context, collection, parameters }: Writing): OperationObject {
  const { type } = namesOf(context, collection.name)
  return {
    operationId: collection.isSingleton ? `update_${type}` : `update_${type}_by_id`,
    tags: [collection.name],
    summary: collection.isSingleton ? `Changes the one item of ${collection.name}.` : `Changes one item.`,
    parameters: [...parameters.reply, parameters.dryRun, ...(collection.isSingleton ? [] : [parameters.ifMatch])],
    requestBody: bodyOf(ref(inputName(context, collection.name, 'update'))),
    responses: written(context, collection, (item) => item),
  }
}

export function deleteManyOperation({ context, collection, parameters }: Writing): OperationObject {
  const one = (name: string, schema: Schema): Schema => ({
    type: 'object',
    required: [name],
    properties: { [name]: schema },
    additionalProperties: false,
  })
  return {
    operationId: `delete_${namesOf(context, collection.name).type}`,
    tags: [collection.name],
    summary: `Deletes items of ${collection.name}: those with these keys, or those of a query.`,
    parameters: [parameters.dryRun],
    requestBody: bodyOf({ oneOf: [keys, one('keys', keys), one('query', query)] }),
    responses: { '200': onlyDryRun, '204': { description: 'They are deleted.' }, ...writeErrorResponses },
  }
}

export const deleteOneOperation = ({ context, collection, parameters }: Writing): OperationObject => ({
  operationId: `delete_${namesOf(context, collection.name).type}_by_id`,
  tags: [collection.name],
  summary: `Deletes one item.`,
  parameters: [parameters.dryRun, parameters.ifMatch],
  responses: { '200': onlyDryRun, '204': { description: 'It is deleted.' }, ...writeErrorResponses },
})

const bodyOf = (schema: Schema | ReferenceObject): RequestBodyObject => ({
  required: true,
  content: { 'application/json': { schema } },
})

function written(
  context: DocumentContext,
  collection: Collection,
  dataOf: (item: ReferenceObject) => Schema | ReferenceObject,
): ResponsesObject {
  const nothing = { '204': { description: 'It is written, and the caller may not read it.' }, ...writeErrorResponses }
  if (!isShown(context, collection)) return { '200': onlyDryRun, ...nothing }
  const envelope: Schema = {
    type: 'object',
    required: ['data'],
    properties: { data: orNothing(dataOf(ref(itemName(context, collection.name)))), dry_run: dryRun },
    additionalProperties: false,
  }
  return {
    '200': { description: 'What was written.', content: { 'application/json': { schema: envelope } } },
    ...nothing,
  }
}

/** A dry run shows null where a rule hides what would have been written. */
const orNothing = (schema: Schema | ReferenceObject): Schema => ({ anyOf: [schema, { type: 'null' }] })
