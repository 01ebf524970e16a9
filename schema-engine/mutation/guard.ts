/**
 * What must hold of users, roles and their rights after every change, whoever makes it and by whichever way: looked at before the
 * commit, on the rows as they have become. All who change rights come one after the other, for each touches the one row that
 * tells other processes of it.
 */
import type { Actor } from '../actor.ts'
import { fail } from '../errors.ts'
import type { Bus, FilterContext, FilterHook } from '../events/bus.ts'
import type { EngineEvent } from '../events/events.ts'
import { hasAdministrator } from '../identity/administrators.ts'
import { appAccess } from '../identity/app-access.ts'
import { statesOf } from '../identity/state.ts'
import { checkPermission, checkPolicy } from '../identity/stored-checks.ts'
import {
  ancestry,
  inOrder,
  loadStoredRights,
  permissionOf,
  rolePolicies,
  type StoredPolicy,
  type StoredRights,
} from '../identity/stored-rights.ts'
import type { Permission } from '../permissions/access.ts'
import { isWithin } from '../permissions/within.ts'
import { readTrusted, textIn, type TrustedRow } from '../query/trusted.ts'
import { touchStates } from './trusted.ts'

/** Keeps the rules from now on. Returns a function that ends it. */
export function guardRights(bus: Bus): () => void {
  /** Of a transaction, known by its context: whether there was an administrator before it took something away. */
  const hadAdministrator = new WeakMap<FilterContext, boolean>()

  const note: FilterHook = async (payload, { event, collection, forced = [] }, context) => {
    const isBound =
      !isSigningIn(context.actor) &&
      (event === 'items.delete' || mayDemote(collection, [...Object.keys(payload), ...forced]))
    if (isBound && !hadAdministrator.has(context))
      hadAdministrator.set(context, await hasAdministrator(context.model, context.connection, context.facts.now))
    return payload
  }

  const ends = [
    ...Object.keys(demoting).flatMap((collection) => [
      bus.onFilter('items.update', note, Number.MAX_SAFE_INTEGER, collection),
      bus.onFilter('items.delete', note, Number.MAX_SAFE_INTEGER, collection),
    ]),
    bus.onCommitting(async (events, context) => {
      const states = statesOf(events)
      if (states.length === 0) return
      await touchStates(states, context.model, context.connection)
      await checkWritten(events, context)
      if (hadAdministrator.get(context) !== true) return
      if (!(await hasAdministrator(context.model, context.connection, context.facts.now)))
        fail('UNPROCESSABLE_CONTENT', { reason: 'The last administrator must stay one.' })
    }),
  ]
  return () => ends.forEach((end) => end())
}

/** Changes of these may leave a project without an administrator. null: of any field. */
const demoting: Readonly<Record<string, readonly string[] | null>> = {
  directus_users: ['role', 'status'],
  directus_roles: ['parent'],
  directus_policies: ['admin_access', 'limits'],
  directus_access: null,
}

function mayDemote(collection: string, changed: readonly string[]): boolean {
  const fields = demoting[collection] ?? null
  return fields === null || changed.some((field) => fields.includes(field))
}

/** Who guesses passwords locks any user out; that he was the last administrator must not show. */
const isSigningIn = (actor: Actor): boolean => actor.kind === 'system' && actor.reason === 'sign-in'

/** Rows that were created or changed: by key the fields that were set; null: all. */
type Touched = ReadonlyMap<string, readonly string[] | null>

async function checkWritten(events: readonly EngineEvent[], context: FilterContext): Promise<void> {
  const { model, connection, access } = context
  const permissions = await rowsOf('directus_permissions', [...permissionFields], events, context)
  for (const { row } of permissions) checkPermission(row, model)
  const policies = await rowsOf('directus_policies', ['id', 'limits', 'ip_access'], events, context)
  for (const { row } of policies) checkPolicy(row)
  const roles = await rowsOf('directus_roles', ['id', 'parent'], events, context)
  const isMoved = roles.some(({ fields }) => sets(fields, ['parent']))
  if (access.isFull && !isMoved) return
  const stored = await loadStoredRights(model, connection)
  for (const { row } of roles) checkCircle(textIn(row, 'id') ?? '', stored)
  if (!access.isFull) await checkGrants({ permissions, policies, roles }, stored, events, context)
}

const permissionFields = [
  'id',
  'collection',
  'action',
  'permissions',
  'validation',
  'presets',
  'fields',
  'uses',
  'policy',
] as const

/** @throws INVALID_PAYLOAD for a role that would be among its own parents */
function checkCircle(role: string, { roles }: StoredRights): void {
  const seen = new Set<string>()
  for (let at: string | null = role; at !== null; at = roles.get(at) ?? null) {
    if (seen.has(at)) fail('INVALID_PAYLOAD', { reason: '"parent": a role can not be among its own parents.' })
    seen.add(at)
  }
}

type WrittenRow = { readonly row: TrustedRow; readonly fields: readonly string[] | null }

type Granting = Readonly<Record<'permissions' | 'policies' | 'roles', readonly WrittenRow[]>>

/** What a policy may do is told by these. */
const binding = ['admin_access', 'app_access', 'enforce_tfa', 'ip_access', 'limits']

/** Who a user is, and by what he shows it. */
const identifying = [
  'role',
  'status',
  'email',
  'password',
  'token',
  'token_expires',
  'provider',
  'external_identifier',
  'auth_data',
  'tfa_secret',
  'tfa_recovery',
]

/** Nobody gives away what he may not do himself: neither to others, nor so to himself. @throws FORBIDDEN */
async function checkGrants(
  { permissions, policies, roles }: Granting,
  stored: StoredRights,
  events: readonly EngineEvent[],
  context: FilterContext,
): Promise<void> {
  const { access, model, facts, connection } = context
  const changed = new Set(policies.map(({ row }) => textIn(row, 'id')))
  const held = new Set(facts.policies.map(String).filter((id) => !changed.has(id)))
  const mayDo = (granted: readonly Permission[]): boolean => isWithin(granted, access, model)
  const mayBe = (policy: StoredPolicy): boolean => !policy.hasAdminAccess && mayDo(grantedBy(policy))
  const mayGive = (id: string): boolean => {
    const policy = stored.policies.get(id)
    return policy === undefined || held.has(id) || mayBe(policy)
  }
  const check = (isAllowed: boolean): void => {
    if (!isAllowed) fail('FORBIDDEN', { reason: 'Only who has these rights may give them, or change who has them.' })
  }

  for (const { row } of permissions) {
    const permission = permissionOf(row)
    // One of an administrator's policy grants nothing more.
    check(permission !== null && mayDo([permission]))
    check(stored.policies.get(textIn(row, 'policy') ?? '')?.hasAdminAccess !== true)
  }
  for (const { row, fields } of policies) {
    const policy = stored.policies.get(textIn(row, 'id') ?? '')
    if (policy === undefined || !sets(fields, binding)) continue
    // Bounds that somebody else has set stay.
    check(mayBe(policy) && (fields === null || !sets(fields, ['enforce_tfa', 'ip_access', 'limits'])))
  }
  for (const { row, fields } of roles) {
    if (!sets(fields, ['parent'])) continue
    check(rolePolicies(stored, ancestry(textIn(row, 'id'), stored)).every(mayGive))
  }
  for (const { row } of await rowsOf('directus_access', ['id', 'policy'], events, context))
    check(mayGive(textIn(row, 'policy') ?? ''))
  for (const { row, fields } of await rowsOf('directus_users', ['id', 'role'], events, context)) {
    if (!sets(fields, identifying)) continue
    const own = await readTrusted(
      {
        collection: 'directus_access',
        where: { field: 'user', values: [row['id']] },
        fields: ['policy', 'sort'],
      },
      model,
      connection,
    )
    const ofRole = rolePolicies(stored, ancestry(textIn(row, 'role'), stored))
    check([...ofRole, ...inOrder(own).map((holder) => textIn(holder, 'policy') ?? '')].every(mayGive))
  }
}

const grantedBy = ({ permissions, hasAppAccess }: StoredPolicy): readonly Permission[] => [
  ...permissions.map(({ permission }) => permission),
  ...(hasAppAccess ? appAccess : []),
]

const sets = (fields: readonly string[] | null, names: readonly string[]): boolean =>
  fields === null || fields.some((field) => names.includes(field))

/** The rows of a collection that the events tell of, as they are now. */
async function rowsOf(
  collection: string,
  fields: readonly string[],
  events: readonly EngineEvent[],
  { model, connection }: FilterContext,
): Promise<readonly WrittenRow[]> {
  const touched = touchedIn(events, collection)
  if (touched.size === 0) return []
  const rows = await readTrusted(
    { collection, where: { field: 'id', values: [...touched.keys()] }, fields },
    model,
    connection,
  )
  return rows.map((row) => ({ row, fields: touched.get(textIn(row, 'id') ?? '') ?? null }))
}

function touchedIn(events: readonly EngineEvent[], collection: string): Touched {
  const touched = new Map<string, readonly string[] | null>()
  for (const event of events) {
    if (event.kind === 'items.create' && event.collection === collection) touched.set(event.key, null)
    if (event.kind !== 'items.update' || event.collection !== collection) continue
    for (const key of event.keys) {
      const before = touched.get(key)
      if (before !== null) touched.set(key, [...(before ?? []), ...Object.keys(event.payload)])
    }
  }
  return touched
}
