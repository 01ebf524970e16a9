/** `/collections`, `/fields`, `/relations`: the data model (contract §2.2). Each request is one document of the system scope. */
import { fail } from '#schema-engine/errors.ts'
import { featureNamed } from '#subgraph/features/index.ts'
import { shapes, type ShapeName } from '#subgraph/features/modelling/write-types.ts'
import { parseJsonBody } from '../parse/json-body.ts'
import { isObject } from '../parse/parameters.ts'
import { prefers } from '../parse/preferences.ts'
import { graphErrorsReply } from '../reply/graph-errors.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

type Handle = Route['handle']

/** An argument of the root field that the path names. */
type PathArgument = 'collection' | 'field'

/** Root fields by method, for one path. */
type Modelled = {
  readonly path: string
  readonly doc: string
  readonly of: ShapeName
  readonly read?: { readonly root: string; readonly args: readonly PathArgument[] }
  readonly create?: string
  readonly createMany?: string
  readonly update?: string
  readonly updateMany?: string
  readonly delete?: string
}

const collectionsList: Omit<Modelled, 'path'> = {
  doc: 'Collections: tables, and folders of them.',
  of: 'collections',
  read: { root: 'collections', args: [] },
  create: 'create_collections_item',
  createMany: 'create_collections_items',
  updateMany: 'update_collections_items',
}

const oneCollection: Omit<Modelled, 'path'> = {
  doc: 'One collection. DELETE drops its table.',
  of: 'collections',
  read: { root: 'collections_by_name', args: ['collection'] },
  update: 'update_collections_item',
  delete: 'delete_collections_item',
}

/** The data model's paths as one table: the routes and OpenAPI are made of it. */
export const modelledPaths: readonly Modelled[] = [
  { path: '/collections', ...collectionsList },
  { path: '/collections/:collection', ...oneCollection },
  { path: '/system/collections', ...collectionsList },
  { path: '/system/collections/:collection', ...oneCollection },
  { path: '/fields', doc: 'Fields of all collections.', of: 'fields', read: { root: 'fields', args: [] } },
  {
    path: '/fields/:collection',
    doc: 'Fields of a collection.',
    of: 'fields',
    read: { root: 'fields_in_collection', args: ['collection'] },
    create: 'create_fields_item',
    createMany: 'create_fields_items',
    updateMany: 'update_fields_batch',
  },
  {
    path: '/fields/:collection/:field',
    doc: 'One field. DELETE drops its column.',
    of: 'fields',
    read: { root: 'fields_by_name', args: ['collection', 'field'] },
    update: 'update_fields_item',
    delete: 'delete_fields_item',
  },
  {
    path: '/relations',
    doc: 'Relations between collections.',
    of: 'relations',
    read: { root: 'relations', args: [] },
    create: 'create_relations_item',
  },
  {
    path: '/relations/:collection',
    doc: 'Relations that start at a collection.',
    of: 'relations',
    read: { root: 'relations_in_collection', args: ['collection'] },
  },
  {
    path: '/relations/:collection/:field',
    doc: 'One relation. DELETE leaves its column.',
    of: 'relations',
    read: { root: 'relations_by_name', args: ['collection', 'field'] },
    update: 'update_relations_item',
    delete: 'delete_relations_item',
  },
]

export const modellingRoutes: readonly Route[] = modelledPaths.map((modelled) => {
  const handles = handlesOf(modelled)
  return {
    path: modelled.path,
    doc: modelled.doc,
    methods: [...handles.keys()],
    handle: (request, services) => {
      const handle = handles.get(request.method as Route['methods'][number]) // one of its own methods
      return handle === undefined ? fail('ROUTE_NOT_FOUND', { path: request.path }) : handle(request, services)
    },
  }
})

function handlesOf(modelled: Modelled): ReadonlyMap<Route['methods'][number], Handle> {
  const { read, create, createMany, update, updateMany } = modelled
  const handles = new Map<Route['methods'][number], Handle>()
  if (read !== undefined) handles.set('GET', readModel(modelled, read))
  if (create !== undefined) handles.set('POST', writeModel(modelled, create, createMany ?? null))
  if (update !== undefined) handles.set('PATCH', writeModel(modelled, update, null))
  if (updateMany !== undefined) handles.set('PATCH', writeModel(modelled, null, updateMany))
  if (modelled.delete !== undefined) handles.set('DELETE', deleteFrom(modelled, modelled.delete))
  return handles
}

/** Everything that a collection, a field or a relation shows. */
function selectionOf(name: ShapeName): string {
  const { keys, meta, schema } = shapes[name]
  const below = (table: Readonly<Record<string, unknown>>): string => Object.keys(table).join(' ')
  return `${keys.join(' ')} meta{${below(meta)}} schema{${below(schema)}}`
}

const changesSelection = 'changes{kind table destructive statements reverse}'

const pathNames: readonly PathArgument[] = ['collection', 'field']

function readModel({ of }: Modelled, { root, args }: NonNullable<Modelled['read']>): Handle {
  const byName = root === 'collections_by_name'
  return async (request, services) => {
    const given = args.map((arg) => [byName ? 'name' : arg, 'String!', request.params[arg]] as const)
    return answer('query', root, given, selectionOf(of), request, services)
  }
}

function writeModel({ of }: Modelled, one: string | null, many: string | null): Handle {
  return async (request, services) => {
    const body = parseJsonBody(await request.body())
    const root = Array.isArray(body) ? many : one
    if (root === null)
      return fail('INVALID_PAYLOAD', { reason: many === null ? 'An object was expected.' : 'A list was expected.' })
    if (!Array.isArray(body) && !isObject(body)) return fail('INVALID_PAYLOAD', { reason: 'An object was expected.' })
    const given = [...pathArguments(request), ['json', 'JSON', body] as const]
    return answer('mutation', root, given, selectionOf(of), request, services)
  }
}

function deleteFrom({ of }: Modelled, root: string): Handle {
  return async (request, services) => {
    const keys = of === 'collections' ? 'collection' : 'collection field'
    const reply = await answer('mutation', root, pathArguments(request), keys, request, services)
    return reply.status === 200 && !prefers(request.headers, 'dry-run')
      ? { status: 204, headers: {}, body: null }
      : reply
  }
}

const pathArguments = ({ params }: BridgeRequest): readonly Given[] =>
  pathNames.flatMap((name) => (params[name] === undefined ? [] : [[name, 'String!', params[name]] as const]))

/** Name, type and value of an argument. */
type Given = readonly [name: string, type: string, value: unknown]

async function answer(
  operation: 'query' | 'mutation',
  root: string,
  given: readonly Given[],
  selection: string,
  { caller, headers }: BridgeRequest,
  { graph }: Services,
): Promise<BridgeReply> {
  const isWriting = operation === 'mutation'
  if (isWriting && !featureNamed(root).isOffered(caller.access)) return fail('FORBIDDEN', {})
  const isDryRun = isWriting && prefers(headers, 'dry-run')
  const declared = given.length === 0 ? '' : `(${given.map(([name, type]) => `$${name}:${type}`).join(' ')})`
  const passed = given.length === 0 ? '' : `(${given.map(([name]) => `${name}:$${name}`).join(',')})`
  const shown = isDryRun ? `${selection} ${changesSelection}` : selection
  const { data, errors } = await graph.execute({
    scope: 'system',
    document: `${operation}${declared}${isDryRun ? '@dryRun' : ''}{data:${root}${passed}{${shown}}}`,
    variables: Object.fromEntries(given.map(([name, , value]) => [name, value])),
    operationName: null,
    caller,
    readOnly: !isWriting,
    writtenBy: 'bridge',
  })
  if (errors.length > 0) return graphErrorsReply(errors, isWriting ? 'write' : 'read')
  const text = data?.get('data') ?? 'null'
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(isDryRun ? { 'preference-applied': 'dry-run' } : {}),
    },
    body: `{"data":${text}}`,
  }
}
