import { createHash } from 'node:crypto'
import { fail } from '../errors.ts'
import { parseFilter, parseValidation } from '../filter/parse.ts'
import type { FilterInput } from '../filter/filter.ts'
import type { Collection, Model } from '../model/model.ts'
import type {
  Access,
  CollectionAccess,
  FieldAccess,
  Permission,
  ReadPermission,
  SharePermission,
  Use,
  WriteAccess,
  WriteAction,
  WritePermission,
} from './access.ts'
import { noAccess, noAccessLimits } from './access-rules.ts'

/** All that a field may be used for. */
export const uses: readonly Use[] = ['select', 'filter', 'sort', 'search', 'aggregate', 'group', 'export', 'subscribe']

/**
 * Merges permissions into an access: rows by OR, and each field tied to the rows of the rules that grant it.
 * Permissions for collections that the model doesn't have are without effect; their fields likewise.
 *
 * @throws INVALID_QUERY when a row rule names an unknown field or operator: a broken rule must not pass as none
 */
export function compileAccess(permissions: readonly Permission[], model: Model): Access {
  const known = permissions.filter(({ collection }) => model.collections.has(collection))
  if (known.length === 0) return noAccess
  const read = new Map<string, CollectionAccess>()
  for (const [collection, rules] of byCollection(known.filter(isReading), model)) {
    for (const rule of rules) if (rule.rows !== null) parseFilter(rule.rows, collection, model)
    read.set(collection.name, compileCollection(collection, rules))
  }
  const write = { create: writes('create'), update: writes('update'), delete: writes('delete') }
  const share = new Map<string, readonly (FilterInput | null)[]>()
  for (const [collection, rules] of byCollection(known.filter(isSharing), model)) {
    for (const rule of rules) if (rule.rows !== null) parseFilter(rule.rows, collection, model)
    share.set(
      collection.name,
      rules.map(({ rows }) => (isAll(rows) ? null : rows)),
    )
  }
  const text = JSON.stringify([describe(read), ...Object.values(write).map(describeWrites), [...share]])
  const fingerprint = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  return { fingerprint, isFull: false, read, write, share, limits: noAccessLimits }

  function writes(action: WriteAction): ReadonlyMap<string, WriteAccess> {
    const ofAction = known.filter((permission): permission is WritePermission => permission.action === action)
    return new Map(
      byCollection(ofAction, model).map(([collection, rules]) => [
        collection.name,
        compileWrites(collection, rules, model),
      ]),
    )
  }
}

const isSharing = (permission: Permission): permission is SharePermission => permission.action === 'share'
const isReading = (permission: Permission): permission is ReadPermission => permission.action === 'read'

function byCollection<P extends Permission>(
  permissions: readonly P[],
  model: Model,
): readonly (readonly [Collection, readonly P[]])[] {
  return [...Map.groupBy(permissions, ({ collection }) => collection)].flatMap(([name, rules]) => {
    const collection = model.collections.get(name)
    return collection === undefined ? [] : [[collection, rules] as const]
  })
}

function compileWrites(collection: Collection, permissions: readonly WritePermission[], model: Model): WriteAccess {
  return {
    rules: permissions.map(({ rows, fields, presets, validation }) => {
      if (rows !== null) parseFilter(rows, collection, model)
      if (validation !== null) parseValidation(validation, collection, model)
      return {
        rows: isAll(rows) ? null : rows,
        fields: fields === '*' ? '*' : new Set(fields.filter((field) => collection.fields.has(field))),
        presets,
        validation: isAll(validation) ? null : validation,
      }
    }),
  }
}

const describeWrites = (write: ReadonlyMap<string, WriteAccess>): unknown =>
  [...write]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { rules }]) => [
      name,
      rules.map((rule) => ({ ...rule, fields: rule.fields === '*' ? '*' : [...rule.fields].toSorted() })),
    ])

function compileCollection(collection: Collection, permissions: readonly ReadPermission[]): CollectionAccess {
  const rules = permissions.map((permission) => (isAll(permission.rows) ? null : permission.rows))
  const wildcards = permissions.flatMap(({ fields }, rule) => (fields === '*' ? [rule] : []))
  if (permissions.every((permission) => permission.fields === '*' && permission.uses === undefined)) {
    return { rules, fields: null, wildcards }
  }
  const fields = new Map<string, FieldAccess>()
  for (const field of collection.fields.keys()) {
    const granted = (use: Use): number[] =>
      permissions.flatMap((permission, rule) => (grants(permission, field, use) ? [rule] : []))
    fields.set(field, Object.fromEntries(uses.map((use) => [use, granted(use)])) as unknown as FieldAccess) // every use is set
  }
  return { rules, fields, wildcards }
}

function grants(permission: ReadPermission, field: string, use: Use): boolean {
  if (permission.fields !== '*' && !permission.fields.includes(field)) return false
  if (use === 'select') return true
  const narrowed = permission.uses?.[use]
  return narrowed === undefined || narrowed.includes(field)
}

/** Whether a rule matches every row. */
export const isAll = (rows: FilterInput | null): boolean => rows === null || Object.keys(rows).length === 0

function describe(read: ReadonlyMap<string, CollectionAccess>): string {
  const entries = [...read].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(entries.map(([name, rights]) => [name, rights.rules, rights.fields && [...rights.fields]]))
}

/**
 * `PUBLIC_READ`: `*`, or collections separated by commas, each alone or with its fields: `products,reviews:id|text`.
 * @throws INVALID_QUERY when a name is unknown
 */
export function readPermissionsOf(list: string, model: Model): readonly ReadPermission[] {
  const entries = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const readable = (collection: string, fields: '*' | readonly string[]): ReadPermission => ({
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
