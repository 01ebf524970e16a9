import { createHash } from 'node:crypto'
import { fail } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import type { FilterInput } from '../filter/filter.ts'
import type { Collection, Model } from '../model/model.ts'
import type { Access, CollectionAccess, FieldAccess, Permission, Use } from './access.ts'
import { noAccess } from './access-rules.ts'

const uses: readonly Use[] = ['select', 'filter', 'sort', 'search', 'aggregate', 'group']

/**
 * Merges permissions into an access: rows by OR, and each field tied to the rows of the rules that grant it.
 * Permissions for collections that the model doesn't have are without effect; their fields likewise.
 *
 * @throws INVALID_QUERY when a row rule names an unknown field or operator: a broken rule must not pass as none
 */
export function compileAccess(permissions: readonly Permission[], model: Model): Access {
  const read = new Map<string, CollectionAccess>()
  for (const [name, rules] of Map.groupBy(permissions, (permission) => permission.collection)) {
    const collection = model.collections.get(name)
    if (collection === undefined) continue
    for (const rule of rules) if (rule.rows !== null) parseFilter(rule.rows, collection, model)
    read.set(name, compileCollection(collection, rules))
  }
  if (read.size === 0) return noAccess
  const fingerprint = createHash('sha256').update(describe(read)).digest('base64url').slice(0, 22)
  return { fingerprint, isFull: false, read }
}

function compileCollection(collection: Collection, permissions: readonly Permission[]): CollectionAccess {
  const rules = permissions.map((permission) => (isAll(permission.rows) ? null : permission.rows))
  if (permissions.every((permission) => permission.fields === '*' && permission.uses === undefined)) {
    return { rules, fields: null }
  }
  const fields = new Map<string, FieldAccess>()
  for (const field of collection.fields.keys()) {
    const granted = (use: Use): number[] =>
      permissions.flatMap((permission, rule) => (grants(permission, field, use) ? [rule] : []))
    fields.set(field, Object.fromEntries(uses.map((use) => [use, granted(use)])) as unknown as FieldAccess) // every use is set
  }
  return { rules, fields }
}

function grants(permission: Permission, field: string, use: Use): boolean {
  if (permission.fields !== '*' && !permission.fields.includes(field)) return false
  if (use === 'select') return true
  const narrowed = permission.uses?.[use]
  return narrowed === undefined || narrowed.includes(field)
}

const isAll = (rows: FilterInput | null): boolean => rows === null || Object.keys(rows).length === 0

function describe(read: ReadonlyMap<string, CollectionAccess>): string {
  const entries = [...read].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(entries.map(([name, rights]) => [name, rights.rules, rights.fields && [...rights.fields]]))
}

/**
 * `PUBLIC_READ`: `*`, or collections separated by commas, each alone or with its fields: `products,reviews:id|text`.
 * @throws INVALID_QUERY when a name is unknown
 */
export function readPermissionsOf(list: string, model: Model): readonly Permission[] {
  const entries = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const readable = (collection: string, fields: '*' | readonly string[]): Permission => ({
    collection,
    action: 'read',
    rows: null,
    fields,
  })
  if (entries.includes('*')) {
    return [...model.collections.values()]
      .filter((collection) => !collection.isSystem)
      .map(({ name }) => readable(name, '*'))
  }
  return entries.map((entry) => {
    const [name = '', fieldList] = entry.split(':')
    const collection = model.collections.get(name)
    if (collection === undefined)
      return fail('INVALID_QUERY', { reason: `PUBLIC_READ names the collection "${name}", which does not exist.` })
    const fields = fieldList?.split('|').map((field) => field.trim())
    const unknown = fields?.find((field) => !collection.fields.has(field))
    if (unknown !== undefined)
      return fail('INVALID_QUERY', {
        reason: `PUBLIC_READ names the field "${unknown}", which "${name}" does not have.`,
      })
    return readable(name, fields ?? '*')
  })
}
