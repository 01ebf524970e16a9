/** What the caller may do, and `/access/*`, for OpenAPI. */
import type { OperationObject, ParameterObject, PathsObject } from 'openapi3-ts/oas31'
import { errorResponses, writeErrorResponses } from './errors.ts'
import type { Schema } from './schema.ts'

const answer = (schema: Schema) => ({
  '200': {
    description: 'The answer.',
    content: { 'application/json': { schema: { type: 'object', required: ['data'], properties: { data: schema } } } },
  },
})

const operation = (
  operationId: string,
  summary: string,
  schema: Schema,
  more: Partial<OperationObject> = {},
): OperationObject => ({
  operationId,
  tags: ['access'],
  summary,
  ...more,
  responses: { ...answer(schema), ...errorResponses, ...more.responses },
})

const parameter = (place: 'path' | 'query', name: string, description: string): ParameterObject => ({
  name,
  in: place,
  required: place === 'path',
  description,
  schema: { type: 'string' },
})

const allowed: Schema = { type: 'object', required: ['access'], properties: { access: { type: 'boolean' } } }
const ofItem: Schema = {
  type: 'object',
  required: ['update', 'delete', 'share'],
  properties: { update: allowed, delete: allowed, share: allowed },
}
const texts: Schema = { type: 'array', items: { type: 'string' } }
const count: Schema = { type: ['integer', 'null'] }
const collection = parameter('path', 'collection', 'Whose items these are.')

export const accessPaths: PathsObject = {
  '/permissions/me': {
    get: operation('my_permissions', 'What the caller may do, by collection and action.', { type: 'object' }),
  },
  '/permissions/me/{collection}': {
    get: operation('my_permissions_of_collection', 'What may be done with some items of a collection.', ofItem, {
      parameters: [collection],
    }),
  },
  '/permissions/me/{collection}/{id}': {
    get: operation('my_permissions_of_item', 'What may be done with an item.', ofItem, {
      parameters: [collection, parameter('path', 'id', 'The key of the item.')],
    }),
  },
  '/roles/me': {
    get: operation('my_roles', "The caller's role and its parents.", { type: 'array', items: { type: 'object' } }),
  },
  '/policies/me/globals': {
    get: operation('my_globals', "What the caller's policies say as a whole.", {
      type: 'object',
      required: ['app_access'],
      properties: {
        enforce_tfa: { type: 'boolean' },
        app_access: { type: 'boolean' },
        admin_access: { type: 'boolean' },
      },
    }),
  },
}

/** In the document of an administrator alone. */
export const administratorPaths: PathsObject = {
  '/access/explain': {
    get: operation(
      'explain_access',
      'Which policies and rules let somebody do something, and why the others do not.',
      {
        type: 'object',
        required: ['granted', 'policies'],
        properties: { granted: { type: 'boolean' }, policies: { type: 'array', items: { type: 'object' } } },
      },
      {
        parameters: [
          parameter('query', 'user', 'A user.'),
          parameter('query', 'role', 'A role alone; without it and without a user the public.'),
          { ...parameter('query', 'collection', 'The collection.'), required: true },
          parameter('query', 'item', 'The key of an item.'),
          parameter('query', 'field', 'A field.'),
          {
            ...parameter('query', 'action', 'What is to be done.'),
            schema: { type: 'string', enum: ['create', 'read', 'update', 'delete', 'share'], default: 'read' },
          },
          parameter('query', 'ip', 'The address from which it would be asked.'),
        ],
      },
    ),
  },
  '/access/diff': {
    post: operation(
      'diff_access',
      'What the holders of a policy would gain and lose by other permissions.',
      {
        type: 'array',
        items: {
          type: 'object',
          required: ['collection', 'action'],
          properties: {
            roles: texts,
            users: texts,
            collection: { type: 'string' },
            action: { type: 'string' },
            rows_added: count,
            rows_removed: count,
            fields_added: texts,
            fields_removed: texts,
          },
        },
      },
      {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['policy', 'permissions'],
                properties: {
                  policy: { type: 'string' },
                  permissions: { type: 'array', items: { type: 'object' } },
                  admin_access: { type: ['boolean', 'null'] },
                  app_access: { type: ['boolean', 'null'] },
                },
              },
            },
          },
        },
        responses: writeErrorResponses,
      },
    ),
  },
}
