/** `/schema/*` and the file of settings, for OpenAPI. */
import type { OperationObject, ParameterObject, PathsObject, RequestBodyObject } from 'openapi3-ts/oas31'
import { errorResponses, writeErrorResponses } from './errors.ts'
import type { Schema } from './schema.ts'

const objects: Schema = { type: 'array', items: { type: 'object' } }

const snapshot: Schema = {
  type: 'object',
  required: ['version', 'directus', 'vendor', 'collections', 'fields', 'systemFields', 'relations'],
  properties: {
    version: { const: 1 },
    directus: { type: 'string' },
    vendor: { type: 'string' },
    collections: objects,
    fields: objects,
    systemFields: objects,
    relations: objects,
    indexes: objects,
    foreignKeys: objects,
  },
}

const comparison: Schema = {
  type: 'object',
  required: ['hash', 'diff'],
  properties: { hash: { type: 'string' }, diff: { type: 'object', additionalProperties: objects } },
}

const settings: Schema = { type: 'object', required: ['settings'], properties: { settings: objects } }

const data = (schema: Schema): Schema => ({ type: 'object', required: ['data'], properties: { data: schema } })

const bodyOf = (schema: Schema): RequestBodyObject => ({
  required: true,
  content: {
    'application/json': { schema },
    'text/yaml': { schema },
    'multipart/form-data': { schema: { type: 'object', properties: { file: { type: 'string' } } } },
  },
})

const query = (name: string, description: string, schema: Schema): ParameterObject => ({
  name,
  in: 'query',
  description,
  schema,
})

const exportAs = query('export', 'As a file of this format, without an envelope.', {
  type: 'string',
  enum: ['json', 'yaml'],
})

const operation = (operationId: string, summary: string, more: Partial<OperationObject>): OperationObject => ({
  operationId,
  tags: ['schema'],
  summary,
  ...more,
  responses: { ...more.responses },
})

export const schemaPaths: PathsObject = {
  '/schema/snapshot': {
    get: operation('schema_snapshot', 'The data model as a snapshot.', {
      parameters: [
        query(
          'with',
          'Also rows of system collections: `roles`, `policies`, `permissions`, `flows`, `settings`, `translations`, `presets`, `dashboards`, with commas between.',
          { type: 'string' },
        ),
        exportAs,
      ],
      responses: {
        '200': { description: 'The snapshot.', content: { 'application/json': { schema: data(snapshot) } } },
        ...errorResponses,
      },
    }),
  },
  '/schema/diff': {
    post: operation('schema_diff', 'How the database differs from a snapshot.', {
      parameters: [query('force', 'Takes a snapshot of another kind of database.', { type: 'boolean' })],
      requestBody: bodyOf(snapshot),
      responses: {
        '200': { description: 'What differs.', content: { 'application/json': { schema: data(comparison) } } },
        '204': { description: 'Nothing differs.' },
        ...writeErrorResponses,
      },
    }),
  },
  '/schema/apply': {
    post: operation('schema_apply', 'Does what a comparison told.', {
      parameters: [
        query('allow_destructive', '`false` refuses what would lose values.', { type: 'boolean', default: true }),
      ],
      requestBody: bodyOf(comparison),
      responses: { '204': { description: 'It is done.' }, ...writeErrorResponses },
    }),
  },
  '/settings/export': {
    get: operation('export_settings', "The project's settings, without secrets, as a file.", {
      parameters: [exportAs],
      responses: {
        '200': { description: 'The settings.', content: { 'application/json': { schema: settings } } },
        ...errorResponses,
      },
    }),
  },
  '/settings/import': {
    post: operation('import_settings', 'Takes over exported settings.', {
      requestBody: bodyOf(settings),
      responses: { '204': { description: 'They are taken over.' }, ...writeErrorResponses },
    }),
  },
}
