/**
 * openapi: what a caller may do over REST, as OpenAPI 3.1. Made of the model, pruned by access, of the registry of field types
 * and of the bridge's own tables of parameters: what they say is what the document says.
 */
import type { OpenAPIObject, ParameterObject, ResponseObject } from 'openapi3-ts/oas31'
import type { Model } from '#schema-engine/model/model.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import type { DocumentContext } from '../document/context.ts'
import { isShown } from '../document/resolve.ts'
import { limitsOf } from '../parse/limits.ts'
import type { Settings } from '../settings/settings.ts'
import { version } from '../version.ts'
import { filterName, filterSchema, operatorSchemas } from './filters.ts'
import { groupName, groupSchema, itemName, itemSchema, servedCollections } from './items.ts'
import { itemParameters, listParameters, preferParameter } from './parameters.ts'
import { itemPaths } from './paths.ts'
import type { Schema } from './schema.ts'
import { serverPaths } from './server-paths.ts'

/** The document of one caller. Who may not see everything is not told the exact version. */
export function openApiDocument(model: Model, access: Access, settings: Settings): OpenAPIObject {
  const names = nameCollections(model, 'items').collections
  const context: DocumentContext = { model, names, access, limits: limitsOf(settings) }
  const shown = servedCollections(context).filter((collection) => isShown(context, collection))
  const explain = access.isFull ? [preferParameter] : []
  const list = [...listParameters(context), ...explain]
  const item = [...itemParameters(), ...explain]
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tablegraph',
      version: access.isFull ? version : majorOf(version),
      description: 'Reads the items of the database. The document shows what you may use; others may see more or less.',
    },
    servers: [{ url: settings.PUBLIC_URL }],
    security: [{}, { bearer: [] }, { access_token: [] }],
    tags: [
      ...shown.filter((collection) => !collection.isSystem).map(({ name }) => ({ name })),
      { name: 'server', description: 'The server itself.' },
      { name: 'graphql', description: 'The same items by GraphQL.' },
    ],
    paths: {
      ...itemPaths(context, { list: list.map(({ name }) => name), item: item.map(({ name }) => name) }),
      ...serverPaths,
    },
    components: {
      schemas: {
        ...Object.fromEntries(
          shown.flatMap((collection) => [
            [itemName(context, collection.name), itemSchema(context, collection)],
            [groupName(context, collection.name), groupSchema(context, collection)],
            [filterName(context, collection.name), filterSchema(context, collection)],
          ]),
        ),
        ...operatorSchemas(shown),
        'api.errors': errorsSchema,
      },
      parameters: Object.fromEntries<ParameterObject>(
        [...list, ...item].map((parameter) => [parameter.name, parameter]),
      ),
      responses: Object.fromEntries(
        errorDescriptions.map(([status, text]) => [`error_${status}`, errorResponse(text)]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        access_token: { type: 'apiKey', in: 'query', name: 'access_token' },
      },
    },
  }
}

const majorOf = (text: string): string => text.split('.', 1)[0] ?? text

const errorDescriptions: readonly (readonly [string, string])[] = [
  ['400', 'The request is malformed; the message names the parameter.'],
  ['401', 'The token is wrong or has expired.'],
  ['403', 'It does not exist, or the caller may not do this.'],
  ['429', 'Too many requests.'],
  ['500', 'Something unexpected went wrong.'],
  ['503', 'The database can not be reached.'],
]

const errorsSchema: Schema = {
  type: 'object',
  required: ['errors'],
  properties: {
    errors: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['message', 'extensions'],
        properties: {
          message: { type: 'string' },
          extensions: {
            type: 'object',
            required: ['code'],
            properties: { code: { type: 'string' }, reason: { type: 'string' } },
          },
        },
      },
    },
  },
}

const errorResponse = (description: string): ResponseObject => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/api.errors' } } },
})
