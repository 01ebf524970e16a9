/** `/versions/:id/…`: what is done with a version beyond its own row (contract §2.4). Each is one document of the system scope. */
import { fail } from '#schema-engine/errors.ts'
import { mayRead } from '#schema-engine/permissions/access-rules.ts'
import { malformed, parseJsonBody } from '../parse/json-body.ts'
import { isObject } from '../parse/parameters.ts'
import { prefers } from '../parse/preferences.ts'
import { graphErrorsReply } from '../reply/graph-errors.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

const compare: Route = {
  methods: ['GET'],
  path: '/versions/:id/compare',
  doc: 'A version beside its item: `{outdated, mainHash, current, main}`.',
  handle: (request, services) =>
    run('query($id:ID!){data:versions_compare(id:$id){outdated mainHash current main}}', {}, request, services),
}

const save: Route = {
  methods: ['POST'],
  path: '/versions/:id/save',
  doc: 'Adds changes to a version, as an update of its item would have them; answers all that it has.',
  handle: async (request, services) => {
    const data = await objectBody(request)
    return run(
      `mutation($id:ID! $data:JSON!)${dryRun(request)}{data:save_versions_item(id:$id,data:$data)}`,
      { data },
      request,
      services,
    )
  },
}

const promote: Route = {
  methods: ['POST'],
  path: '/versions/:id/promote',
  doc: "Writes a version's changes, or those of `fields`, to its item, which must be what `mainHash` says; answers its key.",
  handle: async (request, services) => {
    const { mainHash, fields = null } = await objectBody(request)
    if (typeof mainHash !== 'string') return malformed('"mainHash" is required.')
    if (fields !== null && !(Array.isArray(fields) && fields.every((name) => typeof name === 'string')))
      return malformed('"fields" must be a list of names.')
    return run(
      `mutation($id:ID! $mainHash:String! $fields:[String!])${dryRun(request)}{data:promote_versions_item(id:$id,mainHash:$mainHash,fields:$fields)}`,
      { mainHash, fields },
      request,
      services,
    )
  },
}

export const versionRoutes: readonly Route[] = [compare, save, promote]

const dryRun = ({ headers }: BridgeRequest): string => (prefers(headers, 'dry-run') ? '@dryRun' : '')

async function objectBody(request: BridgeRequest): Promise<Readonly<Record<string, unknown>>> {
  const body = parseJsonBody(await request.body())
  return isObject(body) ? body : malformed('The body must be an object.')
}

async function run(
  document: string,
  variables: Readonly<Record<string, unknown>>,
  { caller, params }: BridgeRequest,
  { graph }: Services,
): Promise<BridgeReply> {
  if (!mayRead(caller.access, 'directus_versions')) return fail('FORBIDDEN', {})
  const isReading = document.startsWith('query')
  const { data, errors } = await graph.execute({
    scope: 'system',
    document,
    variables: { ...variables, id: params['id'] },
    operationName: null,
    caller,
    readOnly: isReading,
    writtenBy: 'bridge',
  })
  if (errors.length > 0) return graphErrorsReply(errors, isReading ? 'read' : 'write')
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: `{"data":${data?.get('data') ?? 'null'}}`,
  }
}
