/** `/schema/*` and the file of settings: the data model as a snapshot, compared and applied (contract §2.3, §15). For the administrator. */
import { parse as parseYaml, stringify as yamlText } from 'yaml'
import { applySnapshot, compareSnapshot, takeSnapshot } from '#schema-engine/ddl/restore.ts'
import type { RemodelContext } from '#schema-engine/ddl/remodel.ts'
import { parseParts } from '#schema-engine/ddl/snapshot-parts.ts'
import { fail } from '#schema-engine/errors.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import { bodyTypeOf } from '../http/media-type.ts'
import { malformed, parseJsonBody } from '../parse/json-body.ts'
import { isObject } from '../parse/parameters.ts'
import { refuseDryRun } from '../parse/preferences.ts'
import { jsonReply } from './json-reply.ts'
import type { BridgeReply, BridgeRequest, Route, Services } from './route.ts'

export const schemaSnapshot: Route = {
  methods: ['GET'],
  path: '/schema/snapshot',
  doc: 'The data model as a snapshot. `with=roles,policies` adds rows of system collections, `export=yaml` gives a file.',
  handle: async (request, services) => {
    const context = contextOf(request, services)
    const query = new URLSearchParams(request.query)
    const names = (query.get('with') ?? '').split(',').filter((name) => name !== '')
    const snapshot = await takeSnapshot(context, parseParts(names))
    return exported({ data: snapshot }, query.get('export'), 'snapshot')
  },
}

export const schemaDiff: Route = {
  methods: ['POST'],
  path: '/schema/diff',
  doc: 'How the database differs from a snapshot (JSON, or a file as form): 204 where it does not. `force=true` takes one of another kind of database.',
  handle: async (request, services) => {
    const context = contextOf(request, services)
    const comparison = await compareSnapshot(dataOf(await receivedValue(request)), context, {
      force: isForced(request),
    })
    return comparison === null ? nothing : jsonReply({ data: comparison })
  },
}

export const schemaApply: Route = {
  methods: ['POST'],
  path: '/schema/apply',
  doc: 'Does what `/schema/diff` told. `allow_destructive=false` refuses what would lose values, and says what that is.',
  handle: async (request, services) => {
    const context = contextOf(request, services)
    refuseDryRun(request.headers)
    const given = dataOf(await receivedValue(request))
    if (!isObject(given)) return malformed('An object with "hash" and "diff" was expected.')
    const allowDestructive = new URLSearchParams(request.query).get('allow_destructive') !== 'false'
    await applySnapshot(given, context, { allowDestructive, force: true })
    return nothing
  },
}

export const settingsExport: Route = {
  methods: ['GET'],
  path: '/settings/export',
  doc: "The project's settings, without secrets, as a file for `/settings/import`.",
  handle: async (request, services) => {
    const { settings } = await takeSnapshot(contextOf(request, services), ['settings'])
    return exported({ data: { settings } }, new URLSearchParams(request.query).get('export') ?? 'json', 'settings')
  },
}

export const settingsImport: Route = {
  methods: ['POST'],
  path: '/settings/import',
  doc: 'Takes over what `/settings/export` gave. Settings that are not in it stay.',
  handle: async (request, services) => {
    const context = contextOf(request, services)
    refuseDryRun(request.headers)
    const given = dataOf(await receivedValue(request))
    if (!isObject(given) || !Array.isArray(given['settings']))
      return malformed('An object with "settings" was expected.')
    const now = await takeSnapshot(context, ['settings'])
    const comparison = await compareSnapshot({ ...now, settings: given['settings'] }, context, { force: true })
    if (comparison !== null) await applySnapshot(comparison, context, { allowDestructive: false, force: true })
    return nothing
  },
}

const nothing: BridgeReply = { status: 204, headers: {}, body: null }

/** @throws FORBIDDEN for anyone but the administrator */
function contextOf({ caller }: BridgeRequest, { engine }: Services): RemodelContext {
  const { actor, access, facts, origin = noOrigin } = caller
  if (!access.isFull) fail('FORBIDDEN', {})
  const { database, live, bus } = engine
  return { actor, access, facts, origin, database, live, bus }
}

const isForced = ({ query }: BridgeRequest): boolean =>
  ['', 'true'].includes(new URLSearchParams(query).get('force') ?? 'no')

/** JSON with an envelope; as a file without it. @throws INVALID_QUERY for a format that can't hold it */
function exported(value: { readonly data: unknown }, format: string | null, name: string): BridgeReply {
  switch (format) {
    case null:
      return jsonReply(value)
    case 'json':
      return file(JSON.stringify(value.data, null, 2), 'application/json', `${name}.json`)
    case 'yaml':
      return file(yamlText(value.data, { aliasDuplicateObjects: false }), 'text/yaml', `${name}.yaml`)
    default:
      return fail('INVALID_QUERY', { reason: `"export" is json or yaml here, not "${format}".` })
  }
}

const file = (body: string, type: string, name: string): BridgeReply => ({
  status: 200,
  headers: { 'content-type': `${type}; charset=utf-8`, 'content-disposition': `attachment; filename="${name}"` },
  body,
})

const yamlTypes: ReadonlySet<string> = new Set(['text/yaml', 'application/yaml', 'application/x-yaml', 'text/x-yaml'])

/** What a body says: JSON, YAML, or the first file of a form, which may be either. */
async function receivedValue(request: BridgeRequest): Promise<unknown> {
  const type = bodyTypeOf(request.headers['content-type'])
  const body = await request.body()
  if (type === 'multipart/form-data') return yamlValue(await fileOf(body, request.headers['content-type'] ?? ''))
  return type !== null && yamlTypes.has(type) ? yamlValue(body.toString('utf8')) : parseJsonBody(body)
}

async function fileOf(body: Buffer, contentType: string): Promise<string> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => malformed('The form can not be read.'))
  for (const value of form.values()) if (typeof value !== 'string') return value.text()
  return malformed('The form has no file.')
}

/** JSON is YAML too. */
function yamlValue(text: string): unknown {
  try {
    return parseYaml(text)
  } catch (error) {
    return malformed(error instanceof Error ? error.message : 'The file is no YAML.')
  }
}

/** With the envelope in which it was given out, or without. */
const dataOf = (value: unknown): unknown =>
  isObject(value) && isObject(value['data']) && Object.keys(value).length === 1 ? value['data'] : value
