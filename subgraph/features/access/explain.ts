/** Which policies and rules let somebody do something, and why the others don't: for an administrator. */
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import { appAccess } from '#schema-engine/identity/app-access.ts'
import { isIpAllowed } from '#schema-engine/identity/ip-access.ts'
import {
  ancestry,
  inOrder,
  isExpired,
  type StoredPolicy,
  type StoredRights,
} from '#schema-engine/identity/stored-rights.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import { operandsOf, partsOf } from '#schema-engine/mutation/keys.ts'
import type { Permission } from '#schema-engine/permissions/access.ts'
import { isAll } from '#schema-engine/permissions/compile-access.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import type { RequestFacts } from '#schema-engine/sql/bind.ts'
import { matchesOf } from './item-rules.ts'

export type Action = Permission['action']

export type ExplainRequest = {
  /** null with a role: the role alone; null with neither: the public. */
  readonly user: string | null
  readonly role: string | null
  readonly collection: string
  readonly item: string | null
  readonly field: string | null
  readonly action: Action
  /** From where it would be asked; null: policies that are bound to addresses don't count. */
  readonly ip: string | null
}

/** Why something does not count or grant. `row`: the item does not match the rule. */
type Reason = 'status' | 'ip' | 'expired' | 'row' | 'field' | 'unreadable'

export type ExplainedRule = {
  /** Of the permission; null for what is built in. */
  readonly id: string | null
  readonly permissions: unknown
  readonly validation: unknown
  readonly fields: readonly string[]
  readonly grants: boolean
  readonly reasons: readonly Reason[]
}

export type ExplainedPolicy = {
  readonly id: string
  readonly name: string
  /** `user`, `role` or `public`, and the role that brings it. */
  readonly from: string
  readonly role: string | null
  readonly admin_access: boolean
  readonly counts: boolean
  readonly reasons: readonly Reason[]
  readonly limits: Readonly<Record<string, unknown>>
  readonly rules: readonly ExplainedRule[]
}

export type Explained = {
  readonly granted: boolean
  readonly status: string | null
  readonly roles: readonly string[]
  /** null where no item was asked for. */
  readonly item_exists: boolean | null
  readonly policies: readonly ExplainedPolicy[]
}

/** @throws FORBIDDEN for a user, role, collection or field that isn't there */
export async function explainAccess(
  request: ExplainRequest,
  { live, database, identities }: Pick<Engine, 'live' | 'database' | 'identities'>,
  now: Date,
): Promise<Explained> {
  const model = live.current()
  const collection = model.collections.get(request.collection) ?? fail('FORBIDDEN', {})
  if (request.field !== null && !collection.fields.has(request.field)) fail('FORBIDDEN', {})
  const stored = await identities.stored()
  const holder = await holderOf(request, stored, model, database)
  const isActive = holder.status === null || holder.status === 'active'
  const reasonsFor = (policy: StoredPolicy): readonly Reason[] => [
    ...(isActive || holder.ofPublic.has(policy.id) ? [] : (['status'] as const)),
    ...(isIpAllowed(policy.ipAccess, request.ip) ? [] : (['ip'] as const)),
    ...(isExpired(policy, now) ? (['expired'] as const) : []),
  ]
  const counting = holder.policies.filter(({ policy }) => reasonsFor(policy).length === 0)
  const facts: RequestFacts = {
    now,
    user: request.user,
    role: holder.role,
    roles: holder.roles,
    policies: counting.map(({ policy }) => policy.id),
  }
  const rules = holder.policies.flatMap(({ policy }) => rulesIn(policy, request))
  const key = request.item === null ? null : operandsOf(partsOf(request.item, collection), collection)
  const matches = key === null ? null : await matchesIn(rules, { collection, key, facts }, model, database)
  const policies = holder.policies.map(({ policy, from, role }): ExplainedPolicy => {
    const reasons = reasonsFor(policy)
    return {
      id: policy.id,
      name: policy.name,
      from,
      role,
      admin_access: policy.hasAdminAccess,
      counts: reasons.length === 0,
      reasons,
      limits: policy.limits,
      rules: rulesIn(policy, request).map((rule) =>
        explainRule(rule, request, matches === null ? false : (matches.get(rule.permission) ?? null)),
      ),
    }
  })
  const item_exists = request.item === null ? null : key !== null && matches !== null
  return {
    granted: item_exists !== false && policies.some(isGranting),
    status: holder.status,
    roles: holder.roles,
    item_exists,
    policies,
  }
}

const isGranting = ({ counts, admin_access, rules }: ExplainedPolicy): boolean =>
  counts && (admin_access || rules.some(({ grants }) => grants))

type Held = { readonly policy: StoredPolicy; readonly from: string; readonly role: string | null }

type Holder = {
  readonly status: string | null
  readonly role: string | null
  readonly roles: readonly string[]
  readonly ofPublic: ReadonlySet<string>
  readonly policies: readonly Held[]
}

/** Whom the request means, and what he holds; each policy once, from where it counts first. */
async function holderOf(
  { user, role: only }: ExplainRequest,
  stored: StoredRights,
  model: Model,
  database: Engine['database'],
): Promise<Holder> {
  const find = (collection: string, field: string, value: string, fields: readonly string[]) =>
    readTrusted({ collection, where: { field, values: [value] }, fields }, model, database)
  const [row] = user === null ? [] : await find('directus_users', 'id', user, ['role', 'status'])
  if (user !== null && row === undefined) return fail('FORBIDDEN', {})
  if (user === null && only !== null && !stored.roles.has(only)) return fail('FORBIDDEN', {})
  const role = row === undefined ? only : textIn(row, 'role')
  const roles = ancestry(role, stored)
  const own = user === null ? [] : inOrder(await find('directus_access', 'user', user, ['policy', 'sort']))
  const ofPublic = stored.held.get(null) ?? []
  const all = [
    ...ofPublic.map((id) => ({ id, from: 'public', role: null })),
    ...roles.flatMap((each) => (stored.held.get(each) ?? []).map((id) => ({ id, from: 'role', role: each }))),
    ...own.map((each) => ({ id: textIn(each, 'policy') ?? '', from: 'user', role: null })),
  ]
  const policies = [...new Map(all.toReversed().map((each) => [each.id, each])).values()].toReversed()
  return {
    status: row === undefined ? null : textIn(row, 'status'),
    role,
    roles,
    ofPublic: new Set(ofPublic),
    policies: policies.flatMap(({ id, ...rest }) => {
      const policy = stored.policies.get(id)
      return policy === undefined ? [] : [{ policy, ...rest }]
    }),
  }
}

type Rule = { readonly id: string | null; readonly permission: Permission }

/** The rules of a policy that are about this. */
function rulesIn(policy: StoredPolicy, { collection, action }: ExplainRequest): readonly Rule[] {
  const builtIn = policy.hasAppAccess ? appAccess.map((permission) => ({ id: null, permission })) : []
  const own = policy.permissions.map(({ id, permission }) => ({ id: String(id), permission }))
  return [...own, ...builtIn].filter(
    ({ permission }) => permission.collection === collection && permission.action === action,
  )
}

/** null where there is no such item. A rule that can't be asked matches nothing. */
async function matchesIn(
  rules: readonly Rule[],
  item: { readonly collection: Collection; readonly key: readonly unknown[]; readonly facts: RequestFacts },
  model: Model,
  database: Engine['database'],
): Promise<ReadonlyMap<Permission, boolean> | null> {
  if ((await matchesOf({ ...item, rules: [] }, model, database)) === null) return null
  const found = new Map<Permission, boolean>()
  for (const { permission } of rules) {
    const rule = permission.rows === null || isAll(permission.rows) ? null : permission.rows
    try {
      const [matches = false] = (await matchesOf({ ...item, rules: [rule] }, model, database)) ?? []
      found.set(permission, matches)
    } catch {
      // It is told as one that can't be read.
    }
  }
  return found
}

function explainRule({ id, permission }: Rule, request: ExplainRequest, matches: boolean | null): ExplainedRule {
  const { action } = permission
  const hasFields = action === 'create' || action === 'read' || action === 'update'
  const fields = hasFields ? permission.fields : '*'
  const isFieldGranted = request.field === null || fields === '*' || fields.includes(request.field)
  // What is created matches a rule when it is there.
  const asksRow = request.item !== null && action !== 'create'
  const reasons: readonly Reason[] = [
    ...(asksRow && matches === false ? (['row'] as const) : []),
    ...(asksRow && matches === null ? (['unreadable'] as const) : []),
    ...(isFieldGranted ? [] : (['field'] as const)),
  ]
  return {
    id,
    permissions: permission.rows,
    validation: 'validation' in permission ? permission.validation : null,
    fields: fields === '*' ? ['*'] : fields,
    grants: reasons.length === 0,
    reasons,
  }
}
