/** Whether somebody is there who may do everything. */
import type { Connection } from '../database/database.ts'
import type { Model } from '../model/model.ts'
import { readTrusted, textIn } from '../query/trusted.ts'
import { ancestry, isExpired, loadStoredRights, rolePolicies, type StoredRights } from './stored-rights.ts'

/** An active user who holds admin access, by a role or by a policy of his own. */
export async function hasAdministrator(
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
  now: Date,
): Promise<boolean> {
  const stored = await loadStoredRights(model, connection)
  const admin = [...stored.policies.values()].filter((policy) => policy.hasAdminAccess && !isExpired(policy, now))
  const policies = admin.map(({ id }) => id)
  if (policies.length === 0) return false
  const holders = await readTrusted(
    { collection: 'directus_access', where: { field: 'policy', values: policies }, fields: ['user'] },
    model,
    connection,
  )
  const users = holders.flatMap((row) => textIn(row, 'user') ?? [])
  const found = await Promise.all([
    activeUsers({ field: 'id', values: users }, model, connection),
    activeUsers({ field: 'role', values: rolesHolding(policies, stored) }, model, connection),
  ])
  return found.includes(true)
}

/** Roles that hold one of the policies, or whose parents do. */
function rolesHolding(policies: readonly string[], stored: StoredRights): readonly string[] {
  return [...stored.roles.keys()].filter((role) =>
    rolePolicies(stored, ancestry(role, stored)).some((policy) => policies.includes(policy)),
  )
}

async function activeUsers(
  where: { readonly field: string; readonly values: readonly string[] },
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<boolean> {
  if (where.values.length === 0) return false
  const users = await readTrusted({ collection: 'directus_users', where, fields: ['status'] }, model, connection)
  return users.some(({ status }) => status === 'active')
}
