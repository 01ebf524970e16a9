/**
 * What speaks of a collection or field that is going: rights, presets, shares, versions, comments. It goes with it, so that a new
 * one of the same name begins without them. A right that is left is never wider than before: a rule that would lose a condition
 * is lost as a whole. Pure.
 */
import type { Collection, Model } from '../model/model.ts'
import type { Gone, RowChange } from './remodelling.ts'

type Row = Readonly<Record<string, unknown>>

/** What has to be read of the database: table → columns. */
export const rowsToRead = {
  directus_permissions: ['id', 'collection', 'permissions', 'validation', 'presets', 'fields'],
  directus_presets: ['id', 'collection', 'layout_query', 'filter'],
  directus_versions: ['id', 'collection'],
  directus_shares: ['id', 'collection'],
} as const

/** Rows as drivers give them. */
export type RowsRead = { readonly [table in keyof typeof rowsToRead]: readonly Row[] }

/** @param model as it is before the change */
export function changesFor(gone: readonly Gone[], rows: RowsRead, model: Model): readonly RowChange[] {
  if (gone.length === 0) return []
  const isGone = (collection: string, field: string | null): boolean =>
    gone.some((one) => one.collection === collection && (one.field === null || one.field === field))
  const whole = gone.filter(({ field }) => field === null).map(({ collection }) => collection)
  return [
    ...rows.directus_permissions.flatMap((row) => permissionChange(row, isGone, model)),
    ...rows.directus_presets.flatMap((row) => presetChange(row, isGone, model)),
    // What hangs on them goes before: a database may not see to that while its tables are rebuilt.
    ...hanging(whole, rows.directus_versions, 'directus_revisions', 'version'),
    ...hanging(whole, rows.directus_shares, 'directus_sessions', 'share'),
    ...whole.flatMap((collection) =>
      tablesByCollection.map((table): RowChange => ({ kind: 'delete', table, where: { collection } })),
    ),
  ]
}

/** Rows of these belong to one collection's items. */
const tablesByCollection = ['directus_shares', 'directus_versions', 'directus_comments']

const hanging = (
  collections: readonly string[],
  rows: readonly Row[],
  table: string,
  column: string,
): readonly RowChange[] =>
  rows
    .filter((row) => collections.includes(String(row['collection'])))
    .map((row): RowChange => ({ kind: 'delete', table, where: { [column]: String(row['id']) } }))

type IsGone = (collection: string, field: string | null) => boolean

function permissionChange(row: Row, isGone: IsGone, model: Model): readonly RowChange[] {
  const collection = String(row['collection'])
  const where = { id: idOf(row) }
  const remove: RowChange = { kind: 'delete', table: 'directus_permissions', where }
  if (isGone(collection, null)) return [remove]
  const rules = [jsonOf(row['permissions']), jsonOf(row['validation'])]
  if (rules.some((rule) => mentions(rule, model.collections.get(collection), isGone, model))) return [remove]
  const fields = listOf(row['fields'])
  const leftFields = fields.filter((field) => !isGone(collection, field))
  const presets = jsonOf(row['presets'])
  const leftPresets = withoutKeys(presets, (key) => isGone(collection, key))
  const values = {
    ...(leftFields.length < fields.length ? { fields: leftFields } : {}),
    ...(leftPresets === presets ? {} : { presets: leftPresets }),
  }
  if (Object.keys(values).length === 0) return []
  if (fields.length > 0 && leftFields.length === 0) return [remove]
  return [{ kind: 'update', table: 'directus_permissions', where, values }]
}

function presetChange(row: Row, isGone: IsGone, model: Model): readonly RowChange[] {
  const collection = String(row['collection'])
  const where = { id: idOf(row) }
  if (isGone(collection, null)) return [{ kind: 'delete', table: 'directus_presets', where }]
  const filter = jsonOf(row['filter'])
  const query = jsonOf(row['layout_query'])
  const leftQuery = withoutNames(query, (name) => isGone(collection, name))
  const values = {
    ...(mentions(filter, model.collections.get(collection), isGone, model) ? { filter: null } : {}),
    ...(JSON.stringify(leftQuery) === JSON.stringify(query) ? {} : { layout_query: leftQuery }),
  }
  return Object.keys(values).length === 0 ? [] : [{ kind: 'update', table: 'directus_presets', where, values }]
}

/** Whether a filter speaks of what is gone, at any depth and through any relation. */
function mentions(filter: unknown, collection: Collection | undefined, isGone: IsGone, model: Model): boolean {
  if (Array.isArray(filter)) return filter.some((each) => mentions(each, collection, isGone, model))
  if (typeof filter !== 'object' || filter === null || collection === undefined) return false
  return Object.entries(filter).some(([key, inner]) => {
    if (isLogic(key)) return mentions(inner, collection, isGone, model)
    const called = /^\w+\(([^,)]+)/.exec(key)?.[1]
    const [name = '', only] = collection.fields.has(key) ? [key] : (called ?? key).split(':')
    if (isGone(collection.name, name) || (only !== undefined && isGone(only, null))) return true
    const relation = collection.fields.get(name)?.relation
    if (relation == null) return false
    const targets = relation.kind === 'm2a' ? (only === undefined ? [] : [only]) : [relation.collection]
    return targets.some(
      (target) => isGone(target, null) || mentions(inner, model.collections.get(target), isGone, model),
    )
  })
}

const isLogic = (key: string): boolean => ['_and', '_or', '_not', '_some', '_none'].includes(key)

/** Lists of names (`fields`, `sort`) without some, wherever they stand. */
function withoutNames(value: unknown, isNameGone: (name: string) => boolean): unknown {
  if (Array.isArray(value))
    return value
      .filter((each) => typeof each !== 'string' || !isNameGone(each.replace(/^-/, '').split('.')[0] ?? ''))
      .map((each) => withoutNames(each, isNameGone))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNames(inner, isNameGone)]))
}

function withoutKeys(value: unknown, isKeyGone: (key: string) => boolean): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const left = entries.filter(([key]) => !isKeyGone(key))
  return left.length === entries.length ? value : Object.fromEntries(left)
}

/** Some drivers give JSON parsed, others as text. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}

const listOf = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    : []

const idOf = (row: Row): string | number => {
  const id = row['id']
  return typeof id === 'number' ? id : String(id)
}
