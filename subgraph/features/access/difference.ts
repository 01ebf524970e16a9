/** What a policy's change would mean for those who hold it, before it is saved. */
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import { checkPermission } from '#schema-engine/identity/stored-checks.ts'
import {
  ancestry,
  permissionOf,
  rolePolicies,
  type StoredPolicy,
  type StoredRights,
} from '#schema-engine/identity/stored-rights.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { Access, CollectionAccess } from '#schema-engine/permissions/access.ts'
import { mayRead, mayUse, mayWrite, mayWriteField } from '#schema-engine/permissions/access-rules.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import { prepareDifference } from '#schema-engine/query/plan-difference.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import type { RequestFacts } from '#schema-engine/sql/bind.ts'

export type DifferenceRequest = {
  readonly policy: string
  /** Rows as `directus_permissions` would have them: all that the policy would hold. */
  readonly permissions: unknown
  /** null: as it is. */
  readonly adminAccess: boolean | null
  readonly appAccess: boolean | null
}

/** One for each collection and action that changes, for holders with the same rights. */
export type Difference = {
  /** Roles that hold the policy, and users of their own; neither: the public, or nobody yet. */
  readonly roles: readonly string[]
  readonly users: readonly string[]
  readonly collection: string
  readonly action: string
  /** Of `create` there are no rows yet: null. */
  readonly rows_added: number | null
  readonly rows_removed: number | null
  readonly fields_added: readonly string[]
  readonly fields_removed: readonly string[]
}

/** Several holders with equal rights are counted once, by the first of them. */
type Holders = {
  readonly roles: string[]
  readonly users: string[]
  readonly policies: readonly string[]
  readonly chain: readonly string[]
}

const actions = ['create', 'read', 'update', 'delete', 'share'] as const
type Action = (typeof actions)[number]

/** @throws FORBIDDEN for a policy that isn't there, INVALID_PAYLOAD for permissions that could not be saved */
export async function accessDifference(
  request: DifferenceRequest,
  engine: Pick<Engine, 'live' | 'database' | 'identities'>,
  now: Date,
): Promise<readonly Difference[]> {
  const { live, database, identities } = engine
  const model = live.current()
  const stored = await identities.stored()
  const before = stored.policies.get(request.policy) ?? fail('FORBIDDEN', {})
  const after = changed(before, request, model)
  const differences: Difference[] = []
  for (const holders of await holdersOf(request.policy, stored, engine)) {
    const held = holders.policies.flatMap((id) => stored.policies.get(id) ?? [])
    const accessOf = (policy: StoredPolicy): Access =>
      identities.granted(
        held.map((each) => (each.id === policy.id ? policy : each)),
        holders.chain,
      ).access
    const pair = { before: accessOf(before), after: accessOf(after) }
    const facts = {
      now,
      user: holders.users[0] ?? null,
      role: holders.chain[0] ?? null,
      roles: holders.chain,
      policies: holders.policies,
    }
    for (const name of model.collections.keys())
      for (const action of actions) {
        const found = await differenceIn(name, action, pair, facts, model, database)
        if (found !== null) differences.push({ roles: holders.roles, users: holders.users, ...found })
      }
  }
  return differences
}

function changed(before: StoredPolicy, request: DifferenceRequest, model: Model): StoredPolicy {
  if (!Array.isArray(request.permissions))
    return fail('INVALID_PAYLOAD', { reason: '"permissions" must be a list of permissions.' })
  const permissions = request.permissions.map((given: unknown) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      return fail('INVALID_PAYLOAD', { reason: '"permissions" must be a list of objects.' })
    const row = { permissions: null, validation: null, presets: null, fields: null, uses: null, ...given }
    checkPermission(row, model)
    const permission = permissionOf(row) ?? fail('INVALID_PAYLOAD', { reason: 'A permission can not be read.' })
    return { id: '', permission }
  })
  return {
    ...before,
    permissions,
    hasAdminAccess: request.adminAccess ?? before.hasAdminAccess,
    hasAppAccess: request.appAccess ?? before.hasAppAccess,
  }
}

/** Who holds it, grouped by all that they hold. */
async function holdersOf(
  policy: string,
  stored: StoredRights,
  { live, database }: Pick<Engine, 'live' | 'database'>,
): Promise<readonly Holders[]> {
  const model = live.current()
  const ofPublic = stored.held.get(null) ?? []
  const found = new Map<string, Holders>()
  const add = (policies: readonly string[], chain: readonly string[], who: { role?: string; user?: string }): void => {
    const all = [...new Set([...ofPublic, ...policies])]
    const key = `${all.join()} ${chain.join()}`
    const holders = found.get(key) ?? { roles: [], users: [], policies: all, chain }
    if (who.role !== undefined) holders.roles.push(who.role)
    if (who.user !== undefined) holders.users.push(who.user)
    found.set(key, holders)
  }
  for (const role of stored.roles.keys()) {
    const chain = ancestry(role, stored)
    const policies = rolePolicies(stored, chain)
    if (policies.includes(policy)) add(policies, chain, { role })
  }
  const own = await readTrusted(
    { collection: 'directus_access', where: { field: 'policy', values: [policy] }, fields: ['user'] },
    model,
    database,
  )
  const users = await readTrusted(
    {
      collection: 'directus_users',
      where: { field: 'id', values: own.map((row) => row['user']) },
      fields: ['id', 'role'],
    },
    model,
    database,
  )
  const theirs = await readTrusted(
    {
      collection: 'directus_access',
      where: { field: 'user', values: users.map(({ id }) => id) },
      fields: ['user', 'policy'],
    },
    model,
    database,
  )
  for (const user of users) {
    const id = textIn(user, 'id') ?? ''
    const chain = ancestry(textIn(user, 'role'), stored)
    const ownPolicies = theirs.filter((row) => textIn(row, 'user') === id).map((row) => textIn(row, 'policy') ?? '')
    add([...rolePolicies(stored, chain), ...ownPolicies], chain, { user: id })
  }
  if (found.size === 0) add([policy], [], {})
  return [...found.values()]
}

type Pair = { readonly before: Access; readonly after: Access }

async function differenceIn(
  name: string,
  action: Action,
  pair: Pair,
  facts: RequestFacts,
  model: Model,
  database: Engine['database'],
): Promise<Omit<Difference, 'roles' | 'users'> | null> {
  const collection = model.collections.get(name)
  if (collection === undefined || (!may(pair.before, name, action) && !may(pair.after, name, action))) return null
  const fieldsOf = (access: Access): readonly string[] =>
    [...collection.fields.keys()].filter((field) => mayDo(access, name, field, action))
  const [old, now] = [fieldsOf(pair.before), fieldsOf(pair.after)]
  const fields_added = now.filter((field) => !old.includes(field))
  const fields_removed = old.filter((field) => !now.includes(field))
  const isCounted = action !== 'create' && collection.table !== null
  const counts = isCounted ? await countsOf() : { added: null, removed: null }
  if (fields_added.length + fields_removed.length === 0 && (counts.added ?? 0) === 0 && (counts.removed ?? 0) === 0)
    return null
  return {
    collection: name,
    action,
    rows_added: counts.added,
    rows_removed: counts.removed,
    fields_added,
    fields_removed,
  }

  async function countsOf(): Promise<{ readonly added: number; readonly removed: number }> {
    const asked = { before: asReads(pair.before, name, action), after: asReads(pair.after, name, action) }
    const prepared = prepareDifference(name, asked, model, database.dialect)
    const [row = []] = await database.rows(prepared.statement({ variables: {}, context: facts }, null))
    return JSON.parse(prepared.roots(row)[0] ?? 'null') as { added: number; removed: number } // as it was planned
  }
}

function may(access: Access, name: string, action: Action): boolean {
  if (action === 'read') return mayRead(access, name)
  return action === 'share' ? access.isFull || access.share.has(name) : mayWrite(access, name, action)
}

function mayDo(access: Access, name: string, field: string, action: Action): boolean {
  if (action === 'read') return mayUse(access, name, field, 'select')
  return (action === 'create' || action === 'update') && mayWriteField(access, name, field, action)
}

/** The rows of an action as the rows that somebody reads, who may read these and no others. */
function asReads(access: Access, name: string, action: Action): Access {
  if (access.isFull || action === 'read') return access
  const rules: readonly (FilterInput | null)[] =
    action === 'share'
      ? (access.share.get(name) ?? [])
      : (access.write[action].get(name)?.rules ?? []).map(({ rows }) => rows)
  const own: CollectionAccess = { rules, fields: null, wildcards: [] }
  return { ...access, read: new Map(rules.length === 0 ? [] : [[name, own]]) }
}
