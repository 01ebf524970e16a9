/**
 * openapi: what a caller may do over REST, as OpenAPI 3.1. Made of the model, pruned by access, of the registry of field types
 * and of the bridge's own tables of parameters: what they say is what the document says.
 */
import type { OpenAPIObject, ParameterObject } from 'openapi3-ts/oas31'
import type { Model } from '#schema-engine/model/model.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { finish, mapEach, type Sliced } from '#schema-engine/slices.ts'
import type { Scope } from '#subgraph/graph.ts'
import { nameCollections } from '#subgraph/schema/names.ts'
import { visibleTo } from '#subgraph/schema/visible.ts'
import { writableBy, type Writable } from '#subgraph/schema/writable.ts'
import type { DocumentContext } from '../document/context.ts'
import { isShown } from '../document/resolve.ts'
import { limitsOf } from '../parse/limits.ts'
import type { Settings } from '../settings/settings.ts'
import { version } from '../version.ts'
import { errorComponents, errorsSchema } from './errors.ts'
import { filterName, filterSchema, operatorSchemas } from './filters.ts'
import { groupName, groupSchema, itemName, itemSchema, servedCollections } from './items.ts'
import { hasInput, inputName, inputSchema } from './inputs.ts'
import {
  dryRunParameter,
  ifMatchParameter,
  itemParameters,
  listParameters,
  preferParameter,
  replyParameters,
} from './parameters.ts'
import { collectionPaths, parameterRef, type SharedParameters } from './paths.ts'
import { modellingPaths } from './modelling.ts'
import { administratorPaths } from './access-paths.ts'
import type { Schema } from './schema.ts'
import { serverPaths } from './server-paths.ts'

/** The document of one caller. Who may not see everything is not told the exact version. */
export const openApiDocument = (model: Model, access: Access, settings: Settings): OpenAPIObject =>
  finish(openApiSteps(model, access, settings))

export function* openApiSteps(model: Model, access: Access, settings: Settings): Sliced<OpenAPIObject> {
  const items = contextOf('items', model, access, settings)
  const system = contextOf('system', model, access, settings)
  const { context, writable } = items
  const shown = servedCollections(context).filter((collection) => isShown(context, collection))
  const inputs = (['create', 'update'] as const).flatMap((action) =>
    servedCollections(context).flatMap((collection) =>
      hasInput(writable, collection, action) ? [{ collection, action }] : [],
    ),
  )
  const explain = access.isFull ? [preferParameter] : []
  const list = [...listParameters(context), ...explain]
  const item = [...itemParameters(), ...explain]
  const shared: SharedParameters = {
    list: list.map(({ name }) => name),
    item: item.map(({ name }) => name),
    write: {
      reply: replyParameters.map(({ name }) => parameterRef(name)),
      dryRun: parameterRef('dry-run'),
      ifMatch: parameterRef('If-Match'),
    },
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tablegraph',
      version: access.isFull ? version : majorOf(version),
      description:
        'Reads and writes the items of the database. The document shows what you may use; others may see more or less.',
    },
    servers: [{ url: settings.PUBLIC_URL }],
    security: [{}, { bearer: [] }, { access_token: [] }],
    tags: [
      ...servedCollections(context)
        .filter((collection) => isShown(context, collection) || inputs.some((input) => input.collection === collection))
        .map(({ name }) => ({ name })),
      { name: 'model', description: 'Collections, fields and relations.' },
      { name: 'server', description: 'The server itself.' },
      { name: 'graphql', description: 'The same items by GraphQL.' },
    ],
    paths: {
      ...(yield* collectionPaths(context, writable, shared)),
      ...(yield* collectionPaths(system.context, system.writable, shared)),
      ...modellingPaths(access),
      ...serverPaths,
      ...(access.isFull ? administratorPaths : {}),
    },
    components: {
      schemas: {
        ...(yield* schemasOf(shown, (collection) => ({
          [itemName(context, collection.name)]: itemSchema(context, collection),
          [groupName(context, collection.name)]: groupSchema(context, collection),
          [filterName(context, collection.name)]: filterSchema(context, collection),
        }))),
        ...(yield* schemasOf(inputs, ({ collection, action }) => ({
          [inputName(context, collection.name, action)]: inputSchema(context, writable, collection, action),
        }))),
        ...operatorSchemas(shown),
        'api.errors': errorsSchema,
      },
      parameters: {
        ...Object.fromEntries<ParameterObject>([...list, ...item].map((parameter) => [parameter.name, parameter])),
        'dry-run': dryRunParameter,
        'If-Match': ifMatchParameter,
      },
      responses: errorComponents,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        access_token: { type: 'apiKey', in: 'query', name: 'access_token' },
      },
    },
  }
}

function* schemasOf<T>(things: readonly T[], make: (thing: T) => Readonly<Record<string, Schema>>) {
  const made = yield* mapEach(things, make)
  return Object.fromEntries(made.flatMap((schemas) => Object.entries(schemas)))
}

function contextOf(
  scope: Scope,
  model: Model,
  access: Access,
  settings: Settings,
): { readonly context: DocumentContext; readonly writable: Writable } {
  const names = nameCollections(model, scope)
  return {
    context: { scope, model, names: names.collections, access, limits: limitsOf(settings, access) },
    writable: writableBy(access, model, names, visibleTo(access, model, names)),
  }
}

const majorOf = (text: string): string => text.split('.', 1)[0] ?? text
