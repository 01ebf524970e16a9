/** What the caller may do, and for an administrator why somebody may (contract §2.2). Before the routes of the collections: `me` is no key. */
import { fail } from '#schema-engine/errors.ts'
import { mayRead } from '#schema-engine/permissions/access-rules.ts'
import { limitsOf } from '../parse/limits.ts'
import { parseQueryString } from '../parse/query-string.ts'
import { searchList } from './data-access.ts'
import { dataOf, objectBody, runFeature, textOf, type Given } from './feature-call.ts'
import { jsonReply } from './json-reply.ts'
import type { Route } from './route.ts'

const permissions: Route = {
  methods: ['GET'],
  path: '/permissions/me',
  doc: 'By collection and action what the caller may do: `{access, fields?, presets?}`.',
  handle: async (request, services) => dataOf(await runFeature('permissions_me', [], request, services)),
}

const ofItem: Route['handle'] = async (request, services) => {
  const { collection, id } = request.params
  const given: Given = [
    ['collection', 'String!', collection],
    ['id', 'ID', id ?? null],
  ]
  return dataOf(await runFeature('permissions_me_item', given, request, services))
}

const permissionsOfCollection: Route = {
  methods: ['GET'],
  path: '/permissions/me/:collection',
  doc: 'What may be done with some items of a collection: `{update, delete, share}`.',
  handle: ofItem,
}

const permissionsOfItem: Route = {
  methods: ['GET'],
  path: '/permissions/me/:collection/:id',
  doc: 'What may be done with an item: `{update, delete, share}`.',
  handle: ofItem,
}

const roles: Route = {
  methods: ['GET'],
  path: '/roles/me',
  doc: "The caller's role and its parents; their ids alone where he may not read them.",
  handle: async (request, services) => {
    const { caller } = request
    if (caller.actor.kind === 'public') return fail('FORBIDDEN', {})
    const keys = caller.facts.roles
    if (!mayRead(caller.access, 'directus_roles')) return jsonReply({ data: keys.map((id) => ({ id })) })
    const query = parseQueryString(request.query, limitsOf(services.settings, caller.access))
    const body = async (): Promise<Buffer> => Buffer.from(JSON.stringify({ keys, query }))
    return searchList({ scope: 'system', collection: 'directus_roles' }, { ...request, body }, services)
  },
}

const globals: Route = {
  methods: ['GET'],
  path: '/policies/me/globals',
  duringSetUp: true,
  doc: "What the caller's policies say as a whole: `{enforce_tfa, app_access, admin_access}`.",
  handle: async (request, services) => {
    const shown = request.caller.actor.kind === 'public' ? '{app_access}' : '{enforce_tfa app_access admin_access}'
    return dataOf(await runFeature('policies_me_globals', [], request, services, shown))
  },
}

const names = ['user', 'role', 'collection', 'item', 'field', 'action', 'ip'] as const
const types: Readonly<Record<(typeof names)[number], string>> = {
  user: 'ID',
  role: 'ID',
  collection: 'String!',
  item: 'ID',
  field: 'String',
  action: 'access_action',
  ip: 'String',
}

const explained =
  '{granted status roles item_exists policies{id name from role admin_access counts reasons limits rules{id permissions validation fields grants reasons}}}'

const explain: Route = {
  methods: ['GET'],
  path: '/access/explain',
  doc: 'For the administrator: why somebody may do something, or not. `user` or `role`, `collection`, `item`, `field`, `action`, `ip`.',
  handle: async (request, services) => {
    const asked = new URLSearchParams(request.query)
    if (request.caller.access.isFull && !asked.get('collection'))
      fail('INVALID_QUERY', { reason: '"collection" must be given.' })
    const given = names.flatMap((name) => {
      const value = asked.get(name)
      return value === null || value === '' ? [] : [[name, types[name], value] as const]
    })
    return dataOf(await runFeature('access_explain', given, request, services, explained))
  },
}

const diff: Route = {
  methods: ['POST'],
  path: '/access/diff',
  doc: 'For the administrator: what the holders of `{policy}` would gain and lose if it had these `{permissions}`.',
  handle: async (request, services) => {
    if (!request.caller.access.isFull) return fail('FORBIDDEN', {})
    const body = await objectBody(request)
    const flags = ['admin_access', 'app_access'].map((name) => [name, 'Boolean', body[name] ?? null] as const)
    return dataOf(
      await runFeature(
        'access_diff',
        [['policy', 'ID!', textOf(body, 'policy')], ['permissions', 'JSON!', body['permissions'] ?? []], ...flags],
        request,
        services,
        '{roles users collection action rows_added rows_removed fields_added fields_removed}',
      ),
    )
  },
}

export const accessRoutes: readonly Route[] = [
  permissions,
  permissionsOfCollection,
  permissionsOfItem,
  roles,
  globals,
  explain,
  diff,
]
