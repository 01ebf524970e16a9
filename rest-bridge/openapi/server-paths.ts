/** The operations that are not data access, and so are written by hand. A test compares them with the table of routes. */
import type { OperationObject, ParameterObject, PathsObject, RequestBodyObject } from 'openapi3-ts/oas31'
import { accessPaths } from './access-paths.ts'
import { accountPaths } from './account-paths.ts'
import { authPaths } from './auth-paths.ts'
import { errorResponses, writeErrorResponses } from './errors.ts'
import type { Schema } from './schema.ts'
import { schemaPaths } from './schema-paths.ts'

const operation = (
  operationId: string,
  summary: string,
  type: string,
  schema: Schema,
  more: Partial<OperationObject> = {},
): OperationObject => ({
  operationId,
  tags: ['server'],
  summary,
  ...more,
  responses: {
    '200': { description: 'It is so.', content: { [type]: { schema } } },
    ...errorResponses,
    ...more.responses,
  },
})

const graphqlReply: Schema = {
  type: 'object',
  properties: { data: { type: ['object', 'null'] }, errors: { type: 'array', items: { type: 'object' } } },
}

const graphqlRequest: Schema = {
  type: 'object',
  required: ['query'],
  properties: {
    query: { type: 'string' },
    operationName: { type: ['string', 'null'] },
    variables: { type: ['object', 'null'] },
    extensions: { type: ['object', 'null'] },
  },
}

const graphql = (path: string, id: string, what: string): PathsObject => ({
  [path]: {
    get: operation(`get_${id}`, `Queries ${what} by GraphQL.`, 'application/json', graphqlReply, {
      tags: ['graphql'],
      parameters: ['query', 'operationName', 'variables'].map((name) => ({
        name,
        in: 'query',
        required: name === 'query',
        schema: { type: 'string' },
      })),
    }),
    post: operation(`post_${id}`, `Queries ${what} by GraphQL.`, 'application/json', graphqlReply, {
      tags: ['graphql'],
      requestBody: { required: true, content: { 'application/json': { schema: graphqlRequest } } },
    }),
  },
})

const importReport: Schema = {
  type: 'object',
  required: ['imported', 'failed', 'errors'],
  properties: {
    imported: { type: 'integer' },
    failed: { type: 'integer' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['row', 'line', 'field', 'code', 'message'],
        properties: {
          row: { type: 'integer', minimum: 1 },
          line: { type: 'integer', minimum: 1 },
          field: { type: ['string', 'null'] },
          code: { type: 'string' },
          message: { type: 'string' },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
}

const pathParameter = (name: string, description: string): ParameterObject => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
})

const bodyOf = (...names: readonly string[]): RequestBodyObject => ({
  required: true,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: [...names],
        properties: Object.fromEntries(names.map((name) => [name, { type: ['string', 'integer'] }])),
      },
    },
  },
})

const dataSchema = (data: Schema): Schema => ({ type: 'object', required: ['data'], properties: { data } })

const done = (text: string) => ({ '200': { description: text }, ...writeErrorResponses })

const utilityPaths: PathsObject = {
  '/utils/random/string': {
    get: operation('random_string', 'A random text.', 'application/json', dataSchema({ type: 'string' }), {
      parameters: [{ name: 'length', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 500, default: 32 } }],
    }),
  },
  '/utils/hash/generate': {
    post: operation('generate_hash', 'The hash of a text.', 'application/json', dataSchema({ type: 'string' }), {
      requestBody: bodyOf('string'),
    }),
  },
  '/utils/hash/verify': {
    post: operation(
      'verify_hash',
      'Whether a hash is of a text.',
      'application/json',
      dataSchema({ type: 'boolean' }),
      {
        requestBody: bodyOf('string', 'hash'),
      },
    ),
  },
  '/utils/sort/{collection}': {
    post: {
      operationId: 'sort_item',
      tags: ['server'],
      summary: 'Moves an item to the place of another.',
      parameters: [pathParameter('collection', 'The collection, which has a sort field.')],
      requestBody: bodyOf('item', 'to'),
      responses: done('It is there.'),
    },
  },
  '/utils/revert/{revision}': {
    post: {
      operationId: 'revert',
      tags: ['server'],
      summary: 'Makes an item again what it was at a revision.',
      parameters: [pathParameter('revision', 'The id of the revision.')],
      responses: { '204': { description: 'It is so again.' }, ...writeErrorResponses },
    },
  },
  '/utils/import/{collection}': {
    post: {
      operationId: 'import_items',
      tags: ['server'],
      summary: 'Creates and changes the items of a file, by their keys.',
      parameters: [
        pathParameter('collection', 'Whose items these are.'),
        {
          name: 'on_error',
          in: 'query',
          description:
            '`continue` writes the rows that can be written, and tells of the others. Default: all rows, or none.',
          schema: { type: 'string', enum: ['stop', 'continue'], default: 'stop' },
        },
      ],
      requestBody: {
        required: true,
        content: {
          'text/csv': { schema: { type: 'string' } },
          'application/json': { schema: { type: 'array', items: { type: 'object' } } },
          'multipart/form-data': {
            schema: { type: 'object', properties: { file: { type: 'string', contentMediaType: 'text/csv' } } },
          },
        },
      },
      responses: {
        '200': {
          description: 'All rows are written; with `on_error=continue`, what became of them.',
          content: { 'application/json': { schema: dataSchema(importReport) } },
        },
        ...writeErrorResponses,
      },
    },
  },
}

export const serverPaths: PathsObject = {
  ...utilityPaths,
  ...schemaPaths,
  ...accessPaths,
  ...authPaths,
  ...accountPaths,
  ...graphql('/graphql', 'graphql', 'the items'),
  ...graphql('/graphql/system', 'graphql_system', 'the system collections'),
  '/server/ping': {
    get: operation('ping', 'Whether the server runs.', 'text/html', { type: 'string', const: 'pong' }),
  },
  '/server/health': {
    get: operation('health', 'Whether the server and what it needs are well.', 'application/health+json', {
      type: 'object',
      required: ['status'],
      properties: { status: { enum: ['ok', 'warn', 'error'] } },
    }),
  },
  '/server/info': {
    get: operation('server_info', 'What the server says of itself.', 'application/json', {
      type: 'object',
      required: ['data'],
      properties: { data: { type: 'object' } },
    }),
  },
  '/server/specs/oas': {
    get: operation('openapi', 'This document.', 'application/json', { type: 'object', required: ['openapi'] }),
  },
  '/server/specs/graphql': {
    get: operation(
      'graphql_sdl',
      'The items as GraphQL SDL, as far as the caller may see them.',
      'application/octet-stream',
      { type: 'string' },
    ),
  },
  '/server/specs/graphql/{scope}': {
    get: operation(
      'graphql_sdl_of_scope',
      'The items, or the system collections, as GraphQL SDL.',
      'application/octet-stream',
      { type: 'string' },
      {
        parameters: [
          { name: 'scope', in: 'path', required: true, schema: { type: 'string', enum: ['items', 'system'] } },
        ],
      },
    ),
  },
  '/utils/cache/clear': {
    post: {
      operationId: 'clear_cache',
      tags: ['server'],
      summary: "Reads the database's structure again.",
      responses: { '200': { description: 'It was read.' }, ...errorResponses },
    },
  },
}
