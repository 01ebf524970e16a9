/** The operations of the data model and of versions, made of the tables that their routes are made of. */
import type { OperationObject, ParameterObject, PathItemObject, PathsObject } from 'openapi3-ts/oas31'
import { mayRead } from '#schema-engine/permissions/access-rules.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { shapes, type ShapeName } from '#subgraph/features/modelling/write-types.ts'
import { modelledPaths } from '../routes/modelling.ts'
import { errorResponses, writeErrorResponses } from './errors.ts'
import { parameterRef } from './paths.ts'
import type { Schema } from './schema.ts'

/** What a caller with this access may do. */
export const modellingPaths = (access: Access): PathsObject => ({
  ...Object.fromEntries(modelledPaths.map((modelled) => [templateOf(modelled.path), pathItem(modelled, access)])),
  ...(mayRead(access, 'directus_versions') ? versionPaths : {}),
})

const templateOf = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

function pathItem(modelled: (typeof modelledPaths)[number], access: Access): PathItemObject {
  const { of, doc, read, create, createMany, update, updateMany } = modelled
  const id = modelled.path.slice(1).replaceAll(/\W+/g, '_')
  const parameters = pathParameters(modelled.path)
  const one = shapeSchema(of)
  const isOne = read !== undefined && parameters.length > (of === 'collections' ? 0 : 1)
  const base = { tags: ['model'], summary: doc, ...(parameters.length === 0 ? {} : { parameters }) }
  const get: OperationObject = {
    ...base,
    operationId: `read_${id}`,
    responses: { ...answered(isOne ? one : { type: 'array', items: one }), ...errorResponses },
  }
  if (!access.isFull) return { get }
  const writing = (verb: string, body: Schema | null, reply: Schema | null): OperationObject => ({
    ...base,
    operationId: `${verb}_${id}`,
    parameters: [...parameters, parameterRef('dry-run')],
    ...(body === null ? {} : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...(reply === null
        ? { ...answered({ type: 'object' }), '204': { description: 'It is gone.' } }
        : answered(reply)),
      ...writeErrorResponses,
    },
  })
  const input = inputSchema(of)
  const list: Schema = { type: 'array', items: input }
  const both = (schema: Schema, several: Schema): Schema => ({ oneOf: [schema, several] })
  const many: Schema = { type: 'array', items: one }
  return {
    get,
    ...(create === undefined
      ? {}
      : {
          post: writing(
            'create',
            createMany === undefined ? input : both(input, list),
            createMany === undefined ? one : both(one, many),
          ),
        }),
    ...(update === undefined ? {} : { patch: writing('update', input, one) }),
    ...(updateMany === undefined ? {} : { patch: writing('update', list, many) }),
    ...(modelled.delete === undefined ? {} : { delete: writing('delete', null, null) }),
  }
}

const pathParameters = (path: string): ParameterObject[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const answered = (data: Schema) => ({
  '200': {
    description: 'It is so.',
    content: { 'application/json': { schema: { type: 'object', required: ['data'], properties: { data } } } },
  },
})

const kinds = {
  text: { type: ['string', 'null'] },
  texts: { type: ['array', 'null'], items: { type: 'string' } },
  flag: { type: ['boolean', 'null'] },
  number: { type: ['integer', 'null'] },
  json: {},
} as const satisfies Record<string, Schema>

const objectOf = (keys: Readonly<Record<string, keyof typeof kinds>>): Schema => ({
  type: ['object', 'null'],
  properties: Object.fromEntries(Object.entries(keys).map(([key, kind]) => [key, kinds[kind]])),
})

function shapeSchema(name: ShapeName): Schema {
  const { keys, meta, schema } = shapes[name]
  return {
    type: 'object',
    required: [...keys, 'meta', 'schema'],
    properties: {
      ...Object.fromEntries(keys.map((key) => [key, kinds.text])),
      meta: objectOf(meta),
      schema: objectOf(schema),
    },
  }
}

function inputSchema(name: ShapeName): Schema {
  const { properties = {} } = shapeSchema(name)
  const fields: Schema = { type: 'array', items: name === 'collections' ? inputSchema('fields') : {} }
  const more: Readonly<Record<string, Schema>> =
    name === 'collections' ? { fields } : name === 'fields' ? { relation: { type: ['object', 'null'] } } : {}
  return { type: 'object', properties: { ...properties, ...more } }
}

const versionId: ParameterObject = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The key of the version.',
  schema: { type: 'string' },
}

const bodyOf = (schema: Schema) => ({ required: true, content: { 'application/json': { schema } } })

const versionPaths: PathsObject = {
  '/versions/{id}/compare': {
    get: {
      operationId: 'compare_version',
      tags: ['model'],
      summary: 'A version beside its item.',
      parameters: [versionId],
      responses: {
        ...answered({
          type: 'object',
          required: ['outdated', 'mainHash', 'current', 'main'],
          properties: {
            outdated: { type: 'boolean' },
            mainHash: { type: 'string' },
            current: { type: 'object' },
            main: { type: 'object' },
          },
        }),
        ...errorResponses,
        ...writeErrorResponses,
      },
    },
  },
  '/versions/{id}/save': {
    post: {
      operationId: 'save_version',
      tags: ['model'],
      summary: 'Adds changes to a version; answers all that it has.',
      parameters: [versionId, parameterRef('dry-run')],
      requestBody: bodyOf({ type: 'object' }),
      responses: { ...answered({ type: 'object' }), ...writeErrorResponses },
    },
  },
  '/versions/{id}/promote': {
    post: {
      operationId: 'promote_version',
      tags: ['model'],
      summary: "Writes a version's changes to its item.",
      parameters: [versionId, parameterRef('dry-run')],
      requestBody: bodyOf({
        type: 'object',
        required: ['mainHash'],
        properties: {
          mainHash: { type: 'string' },
          fields: { type: ['array', 'null'], items: { type: 'string' } },
        },
      }),
      responses: { ...answered({ type: 'string' }), ...writeErrorResponses },
    },
  },
}
