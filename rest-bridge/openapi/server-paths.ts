/** The operations that are not data access, and so are written by hand. A test compares them with the table of routes. */
import type { OperationObject, PathsObject } from 'openapi3-ts/oas31'
import { errorResponses } from './paths.ts'
import type { Schema } from './schema.ts'

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

export const serverPaths: PathsObject = {
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
