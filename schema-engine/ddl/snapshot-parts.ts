/**
 * What a snapshot holds besides the data model, on request: rows of system collections, with their keys, in a stable order. Left
 * out are secrets, who and when (they differ with every project), and links to users, files and folders, which don't travel along.
 */
import type { Connection } from '../database/database.ts'
import { fail } from '../errors.ts'
import type { Model } from '../model/model.ts'
import { systemCollections } from '../system/index.ts'
import type { SystemColumn } from '../system/system-collection.ts'
import { readRows } from './metadata-rows.ts'
import type { RowChange } from './remodelling.ts'
import type { Snapshot } from './snapshot.ts'

type Row = Readonly<Record<string, unknown>>

/** What may be asked for, and the sections it brings: names of tables without `directus_`. */
const sectionsOf = {
  roles: ['roles'],
  policies: ['policies', 'access'],
  permissions: ['permissions'],
  flows: ['flows', 'operations'],
  settings: ['settings'],
  translations: ['translations'],
  presets: ['presets'],
  dashboards: ['dashboards', 'panels'],
} as const

export type PartName = keyof typeof sectionsOf
export const partNames: readonly PartName[] = Object.keys(sectionsOf) as PartName[] // its own keys

/** Each after those it refers to. */
const order: readonly string[] = Object.values(sectionsOf).flat()

/** @throws INVALID_QUERY for a name that is none */
export function parseParts(names: readonly string[]): readonly PartName[] {
  return names.map(
    (name) =>
      partNames.find((each) => each === name) ??
      fail('INVALID_QUERY', { reason: `"${name}" can't be part of a snapshot; ${partNames.join(', ')} can.` }),
  )
}

export const sectionsFor = (parts: readonly PartName[]): readonly string[] => parts.flatMap((part) => sectionsOf[part])

/** @throws INVALID_PAYLOAD for sections that are not known */
export function checkSections(sections: readonly string[]): void {
  const unknown = sections.find((section) => !order.includes(section))
  if (unknown !== undefined)
    fail('INVALID_PAYLOAD', { reason: `The snapshot has a section "${unknown}" that is not known.` })
}

const elsewhere: ReadonlySet<string> = new Set(['directus_users', 'directus_files', 'directus_folders'])
const ownOfProject: ReadonlySet<string> = new Set(['directus_settings.project_id'])
const untold: readonly string[] = [
  'hash',
  'conceal',
  'encrypt',
  'date-created',
  'date-updated',
  'user-created',
  'user-updated',
]

function columnsOf(section: string): readonly SystemColumn[] {
  const table = `directus_${section}`
  const declared = systemCollections.find(({ name }) => name === table)
  return (declared?.columns ?? []).filter(
    ({ name, special, link }) =>
      !special.some((each) => untold.includes(each)) &&
      !(link !== null && elsewhere.has(link.collection)) &&
      !ownOfProject.has(`${table}.${name}`),
  )
}

/** Rows that belong to one person are not part of a project. */
const isPersonal = (row: Row): boolean => (row['user'] ?? null) !== null

/** Rows by section, each by its key, columns by their names. Empty where the database has no such table. */
export async function readParts(
  sections: readonly string[],
  connection: Pick<Connection, 'rows' | 'dialect'>,
  model: Model,
): Promise<Readonly<Record<string, readonly Row[]>>> {
  const read: Record<string, readonly Row[]> = {}
  for (const section of sections) {
    const columns = columnsOf(section).toSorted((one, other) => (one.name < other.name ? -1 : 1))
    const names = [...columns.map(({ name }) => name), ...(hasUser(section) ? ['user'] : [])]
    const rows = await readRows(`directus_${section}`, names, {}, connection, model)
    read[section] = rows
      .filter((row) => !isPersonal(row))
      .map((row) =>
        Object.fromEntries(
          columns.filter(({ name }) => name in row).map((column) => [column.name, valueOf(row[column.name], column)]),
        ),
      )
      .toSorted((one, other) => compare(one['id'], other['id']))
  }
  return read
}

const hasUser = (section: string): boolean => section === 'presets' || section === 'access'

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return String(one) < String(other) ? -1 : 1
}

/** JSON of what a driver gave. */
function valueOf(given: unknown, { kind, special }: SystemColumn): unknown {
  if (given === null || given === undefined) return null
  if (special.includes('cast-csv'))
    return textOf(given)
      .split(',')
      .filter((part) => part !== '')
  switch (kind) {
    case 'boolean':
      return given === true || given === 't' || given === 'true' || Number(given) === 1
    case 'integer':
      return Number(given)
    case 'json':
      return typeof given === 'string' ? JSON.parse(given) : given
    default:
      return textOf(given)
  }
}

const textOf = (given: unknown): string => (typeof given === 'string' ? given : JSON.stringify(given))

/**
 * Given rows as the database's own would be: what they don't say stays, or is as usual.
 *
 * @throws INVALID_PAYLOAD for a row without a key
 */
export function completedRows(section: string, given: readonly Row[], before: Snapshot, model: Model): readonly Row[] {
  const fields = model.collections.get(`directus_${section}`)?.fields
  const columns = columnsOf(section).filter(({ name }) => fields === undefined || fields.has(name))
  const current = before[section]
  const known = new Map((Array.isArray(current) ? (current as readonly Row[]) : []).map((row) => [row['id'], row])) // rows, as `readParts` made them
  return given.map((row) => {
    const id = row['id']
    if (typeof id !== 'string' && typeof id !== 'number')
      return fail('INVALID_PAYLOAD', { reason: `Each row of "${section}" must have an "id".` })
    const said = columns.filter(({ name }) => row[name] !== undefined).map(({ name }) => [name, row[name]] as const)
    const rest = columns.map((column) => [column.name, usualOf(column)] as const)
    return { ...Object.fromEntries(rest), ...known.get(id), ...Object.fromEntries(said) }
  })
}

const usualOf = ({ default: usual }: SystemColumn): unknown => (usual?.kind === 'value' ? usual.value : null)

/** Rows first go in without links to others of their table, which may come later; what goes, goes last. */
export function partChanges(before: Snapshot, after: Snapshot): readonly RowChange[] {
  const sections = order.filter((section) => Array.isArray(before[section]) && Array.isArray(after[section]))
  const rowsIn = (snapshot: Snapshot, section: string) =>
    new Map((snapshot[section] as readonly Row[]).map((row) => [String(row['id']), row])) // just asked
  const writes = sections.flatMap((section): readonly RowChange[] => {
    const table = `directus_${section}`
    const [ours, theirs] = [rowsIn(before, section), rowsIn(after, section)]
    const links = columnsOf(section)
      .filter(({ link }) => link?.collection === table)
      .map(({ name }) => name)
    const inserts: RowChange[] = []
    const updates: RowChange[] = []
    for (const [key, row] of theirs) {
      const where = { id: typeof row['id'] === 'number' ? row['id'] : key }
      const current = ours.get(key)
      const linked = Object.fromEntries(
        links.filter((name) => (row[name] ?? null) !== null).map((name) => [name, row[name]]),
      )
      if (current === undefined) {
        inserts.push({
          kind: 'insert',
          table,
          values: { ...row, ...Object.fromEntries(links.map((name) => [name, null])) },
        })
        if (Object.keys(linked).length > 0) updates.push({ kind: 'update', table, where, values: linked })
        continue
      }
      const values = Object.fromEntries(
        Object.entries(row).filter(
          ([name, value]) => JSON.stringify(current[name] ?? null) !== JSON.stringify(value ?? null),
        ),
      )
      if (Object.keys(values).length > 0) updates.push({ kind: 'update', table, where, values })
    }
    return [...inserts, ...updates]
  })
  const deletes = sections.toReversed().flatMap((section): readonly RowChange[] => {
    const theirs = rowsIn(after, section)
    return [...rowsIn(before, section)]
      .filter(([key]) => !theirs.has(key))
      .map(([key, row]) => ({
        kind: 'delete',
        table: `directus_${section}`,
        where: { id: typeof row['id'] === 'number' ? row['id'] : key },
      }))
  })
  return [...writes, ...deletes]
}
