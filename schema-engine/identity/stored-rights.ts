/** What the database says of roles, policies and permissions, read as a whole: three statements, kept until something changes. */
import type { Key } from '../actor.ts'
import type { Connection } from '../database/database.ts'
import type { FilterInput } from '../filter/filter.ts'
import type { Model } from '../model/model.ts'
import type { Permission, ReadPermission } from '../permissions/access.ts'
import { uses } from '../permissions/compile-access.ts'
import { readTrusted, textIn, type TrustedRow } from '../query/trusted.ts'
import { noLimits, parseLimits, type PolicyLimits } from './limits.ts'

export type StoredPolicy = {
  readonly id: string
  readonly name: string
  readonly hasAdminAccess: boolean
  readonly hasAppAccess: boolean
  readonly enforcesTfa: boolean
  readonly ipAccess: readonly string[]
  readonly limits: PolicyLimits
  readonly permissions: readonly StoredPermission[]
}

/** A permission with the key of its row. */
export type StoredPermission = { readonly id: Key; readonly permission: Permission }

export type StoredRights = {
  /** Each role's parent. */
  readonly roles: ReadonlyMap<string, string | null>
  readonly policies: ReadonlyMap<string, StoredPolicy>
  /** Keys of policies, in their order; of the public (`null`) and of each role. */
  readonly held: ReadonlyMap<string | null, readonly string[]>
  /** What could not be read and so grants nothing. */
  readonly notices: readonly string[]
}

export async function loadStoredRights(
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<StoredRights> {
  const read = (collection: string, fields: readonly string[]): Promise<readonly TrustedRow[]> =>
    readTrusted({ collection, where: null, fields }, model, connection)
  const [roles, policies, holders, permissions] = await Promise.all([
    read('directus_roles', ['id', 'parent']),
    read('directus_policies', ['id', 'name', 'ip_access', 'enforce_tfa', 'admin_access', 'app_access', 'limits']),
    readTrusted(
      { collection: 'directus_access', where: { field: 'user', values: null }, fields: ['role', 'policy', 'sort'] },
      model,
      connection,
    ),
    read('directus_permissions', [
      'id',
      'collection',
      'action',
      'permissions',
      'validation',
      'presets',
      'fields',
      'uses',
      'policy',
    ]),
  ])
  const notices: string[] = []
  const byPolicy = Map.groupBy(permissions, (permission) => textIn(permission, 'policy') ?? '')
  return {
    roles: new Map(roles.map((role) => [textIn(role, 'id') ?? '', textIn(role, 'parent')])),
    policies: new Map(
      policies.map((row) => [
        textIn(row, 'id') ?? '',
        policyOf(row, byPolicy.get(textIn(row, 'id') ?? '') ?? [], notices),
      ]),
    ),
    held: new Map(
      [...Map.groupBy(inOrder(holders), (holder) => textIn(holder, 'role'))].map(
        ([role, rows]) => [role, rows.map((row) => textIn(row, 'policy') ?? '')] as const,
      ),
    ),
    notices,
  }
}

/** Rows of `directus_access` by their `sort`; those without one come last. */
export const inOrder = (rows: readonly TrustedRow[]): readonly TrustedRow[] =>
  rows.toSorted((a, b) => Number(a['sort'] ?? Infinity) - Number(b['sort'] ?? Infinity) || 0)

function policyOf(row: TrustedRow, permissions: readonly TrustedRow[], notices: string[]): StoredPolicy {
  const id = textIn(row, 'id') ?? ''
  const name = textIn(row, 'name') ?? ''
  const limits = limitsOf(row['limits'])
  if (limits === null) notices.push(`The limits of the policy "${name}" can't be read, so it grants nothing.`)
  return {
    id,
    name,
    hasAdminAccess: limits !== null && row['admin_access'] === true,
    hasAppAccess: limits !== null && row['app_access'] === true,
    enforcesTfa: row['enforce_tfa'] === true,
    ipAccess: textsOf(row['ip_access']),
    limits: limits ?? noLimits,
    permissions:
      limits === null
        ? []
        : permissions.flatMap((permission) => {
            const read = permissionOf(permission)
            if (read === null)
              notices.push(
                `The permission ${textIn(permission, 'id') ?? ''} of the policy "${name}" can't be read, and grants nothing.`,
              )
            return read === null ? [] : [{ id: permission['id'] as Key, permission: read }] // a serial key
          }),
  }
}

function limitsOf(stored: unknown): PolicyLimits | null {
  try {
    return parseLimits(stored)
  } catch {
    return null
  }
}

/** The entries of a csv column. */
export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((entry) => String(entry).trim()).filter((entry) => entry !== '') : []

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** null for a row that can't be understood: it must not grant more than it says. */
export function permissionOf(row: TrustedRow): Permission | null {
  const collection = textIn(row, 'collection') ?? ''
  const { permissions: rows = null, validation = null, presets = null } = row
  if (!isFilter(rows) || !isFilter(validation) || !(presets === null || isObject(presets))) return null
  const listed = textsOf(row['fields'])
  const fields = listed.includes('*') ? ('*' as const) : listed
  switch (row['action']) {
    case 'read': {
      const uses = usesOf(row['uses'])
      return uses === null
        ? null
        : { collection, action: 'read', rows, fields, ...(uses === undefined ? {} : { uses }) }
    }
    case 'create':
    case 'update':
    case 'delete':
      return { collection, action: row['action'], rows, fields, presets, validation }
    case 'share':
      return { collection, action: 'share', rows }
    default:
      return null
  }
}

const isFilter = (value: unknown): value is FilterInput | null => value === null || isObject(value)

/** undefined: the uses are not narrowed; null: what stands there can't be read. */
function usesOf(stored: unknown): ReadPermission['uses'] | null | undefined {
  if (stored === null || stored === undefined) return undefined
  if (!isObject(stored)) return null
  const isUse = ([use, fields]: readonly [string, unknown]): boolean =>
    usable.includes(use) && Array.isArray(fields) && fields.every((field) => typeof field === 'string')
  return Object.entries(stored).every(isUse) ? (stored as NonNullable<ReadPermission['uses']>) : null // each entry was looked at
}

/** Uses for which a permission may narrow its fields. */
export const usable: readonly string[] = uses.filter((use) => use !== 'select')

/** A role and its parents; a circle of roles ends where it began. */
export function ancestry(role: string | null, { roles }: Pick<StoredRights, 'roles'>): readonly string[] {
  const found: string[] = []
  for (let at = role; at !== null && !found.includes(at) && roles.has(at); at = roles.get(at) ?? null) found.push(at)
  return found
}

/** The policies of these roles, in their order. */
export const rolePolicies = ({ held }: Pick<StoredRights, 'held'>, roles: readonly string[]): readonly string[] =>
  roles.flatMap((role) => held.get(role) ?? [])

/** Whether a policy's time is over. */
export const isExpired = ({ limits }: StoredPolicy, now: Date): boolean =>
  limits.expires !== null && limits.expires <= now.toISOString()
