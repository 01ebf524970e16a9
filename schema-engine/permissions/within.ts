/** Whether rights are part of others: who gives rights away must have them. */
import type { FilterInput } from '../filter/filter.ts'
import type { Model } from '../model/model.ts'
import type { Access, Permission, ReadPermission, SharePermission, WritePermission } from './access.ts'
import { isAll, uses } from './compile-access.ts'

/**
 * Whether somebody with this access may do all that the permissions grant: on all their rows, or by the same rule. What can't be
 * compared is not within, and so is what a collection or field would grant that isn't there yet.
 */
export function isWithin(permissions: readonly Permission[], access: Access, model: Model): boolean {
  return access.isFull || permissions.every((permission) => isOneWithin(permission, access, model))
}

function isOneWithin(permission: Permission, access: Access, model: Model): boolean {
  switch (permission.action) {
    case 'read':
      return isReadWithin(permission, access, model)
    case 'share':
      return isShareWithin(permission, access)
    default:
      return isWriteWithin(permission, access)
  }
}

function isReadWithin(permission: ReadPermission, access: Access, model: Model): boolean {
  const own = access.read.get(permission.collection)
  const collection = model.collections.get(permission.collection)
  if (own === undefined || collection === undefined) return false
  const covering = own.rules.flatMap((rule, position) => (covers(rule, permission.rows) ? [position] : []))
  if (covering.length === 0) return false
  if (permission.fields === '*' && !own.wildcards.some((rule) => covering.includes(rule))) return false
  if (own.fields === null) return true
  const fields = permission.fields === '*' ? [...collection.fields.keys()] : permission.fields
  return fields.every((field) =>
    uses.every((use) => {
      const narrowed = use === 'select' ? undefined : permission.uses?.[use]
      if (narrowed !== undefined && !narrowed.includes(field)) return true
      return own.fields?.get(field)?.[use].some((rule) => covering.includes(rule)) === true
    }),
  )
}

function isShareWithin(permission: SharePermission, access: Access): boolean {
  return (access.share.get(permission.collection) ?? []).some((rule) => covers(rule, permission.rows))
}

function isWriteWithin(permission: WritePermission, access: Access): boolean {
  const own = access.write[permission.action].get(permission.collection)?.rules ?? []
  const covering = own.filter(
    ({ rows, validation }) => covers(rows, permission.rows) && covers(validation, permission.validation),
  )
  if (covering.length === 0) return false
  if (permission.action === 'delete') return true
  if (covering.some(({ fields }) => fields === '*')) return true
  if (permission.fields === '*') return false
  const grants = (field: string): boolean => covering.some(({ fields }) => fields === '*' || fields.has(field))
  // A preset writes its field without a right to it.
  const isPresetWithin = ([field, value]: readonly [string, unknown]): boolean =>
    grants(field) ||
    covering.some(({ presets }) => presets !== null && field in presets && isSame(presets[field], value))
  return permission.fields.every(grants) && Object.entries(permission.presets ?? {}).every(isPresetWithin)
}

/** Whether a rule matches all that the other does: it matches everything, or they are the same. */
const covers = (own: FilterInput | null, other: FilterInput | null): boolean =>
  own === null || isAll(own) || (!isAll(other) && isSame(own, other))

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
