/** What leads from one snapshot to another, object by object, as `POST /schema/diff` tells it and `POST /schema/apply` takes it. Pure. */
import { fail } from '../errors.ts'
import { applyDifferences, differences, type Difference } from './diff.ts'
import type { Snapshot } from './snapshot.ts'

type Json = Readonly<Record<string, unknown>>

/** By section; each entry says of which object it is, and how it differs. */
export type SnapshotDiff = {
  readonly collections: readonly DiffEntry[]
  readonly fields: readonly DiffEntry[]
  readonly systemFields: readonly DiffEntry[]
  readonly relations: readonly DiffEntry[]
  readonly [section: string]: readonly DiffEntry[]
}

export type DiffEntry = Json & { readonly diff: readonly Difference[] }

/** What identifies an object of a section; in others it is the row's `id`, or the whole where rows have none. */
const identities: Readonly<Record<string, readonly string[]>> = {
  collections: ['collection'],
  fields: ['collection', 'field'],
  systemFields: ['collection', 'field'],
  relations: ['collection', 'field'],
  indexes: ['collection', 'columns', 'unique'],
  foreignKeys: ['collection', 'columns', 'related_collection'],
}

/** What a relation's entry says besides, as the contract has it. */
const companions: Readonly<Record<string, readonly string[]>> = { relations: ['related_collection'] }

const facts: ReadonlySet<string> = new Set(['version', 'directus', 'vendor'])

const identityOf = (section: string): readonly string[] => identities[section] ?? ['id']

/** @returns null where nothing differs */
export function diffSnapshots(before: Snapshot, after: Snapshot): SnapshotDiff | null {
  const sections = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !facts.has(key))
  const found = sections.map(
    (section) => [section, diffSection(section, listOf(before, section), listOf(after, section))] as const,
  )
  const diff = { collections: [], fields: [], systemFields: [], relations: [], ...Object.fromEntries(found) }
  // Sections of rows stay though they be empty: they tell what was compared.
  const told = Object.entries(diff).filter(([section, entries]) => entries.length > 0 || !optional.has(section))
  return found.every(([, entries]) => entries.length === 0)
    ? null
    : { collections: [], fields: [], systemFields: [], relations: [], ...Object.fromEntries(told) }
}

const optional: ReadonlySet<string> = new Set(['indexes', 'foreignKeys'])

function listOf(snapshot: Snapshot, section: string): readonly Json[] {
  const list = snapshot[section]
  return Array.isArray(list) ? (list as readonly Json[]) : [] // every section is a list of objects
}

function diffSection(section: string, before: readonly Json[], after: readonly Json[]): readonly DiffEntry[] {
  const [ours, theirs] = [byIdentity(section, before), byIdentity(section, after)]
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])]
  return keys.flatMap((key): readonly DiffEntry[] => {
    const [lhs, rhs] = [ours.get(key), theirs.get(key)]
    const diff = differences(lhs, rhs)
    const one = rhs ?? lhs ?? {}
    const named = [...identityOf(section), ...(companions[section] ?? [])].map((name) => [name, one[name]])
    return diff.length === 0 ? [] : [{ ...Object.fromEntries(named), diff }]
  })
}

function byIdentity(section: string, list: readonly Json[]): ReadonlyMap<string, Json> {
  return new Map(list.map((each) => [keyOf(section, each), each]))
}

const keyOf = (section: string, each: Json): string => JSON.stringify(identityOf(section).map((name) => each[name]))

/**
 * The snapshot after the differences.
 *
 * @param diff as a caller sent it
 * @throws INVALID_PAYLOAD for what is no such thing, or doesn't fit
 */
export function applyDiff(before: Snapshot, diff: unknown): Json {
  if (!isObject(diff)) return refuse('"diff" must be an object.')
  const sections = Object.entries(diff).map(([section, entries]) => {
    if (facts.has(section) || !Array.isArray(entries)) return refuse(`"diff.${section}" must be a list.`)
    return [section, applySection(section, listOf(before, section), entries)] as const
  })
  return { ...before, ...Object.fromEntries(sections) }
}

function applySection(section: string, before: readonly Json[], entries: readonly unknown[]): readonly Json[] {
  const objects = new Map(byIdentity(section, before))
  for (const entry of entries) {
    if (!isObject(entry) || !Array.isArray(entry['diff']))
      return refuse(`Each of "diff.${section}" must have a "diff".`)
    const key = keyOf(section, entry)
    const after = applyDifferences(objects.get(key), entry['diff'].map(differenceOf))
    if (after === undefined) objects.delete(key)
    else if (isObject(after) && keyOf(section, after) === key) objects.set(key, after)
    else refuse(`An entry of "diff.${section}" changes what it is about.`)
  }
  return [...objects.values()]
}

/** Longer lists than what a difference can lengthen. */
const maxIndex = 100_000

function differenceOf(given: unknown): Difference {
  if (!isObject(given)) return refuse('A difference must be an object.')
  const { path, kind, lhs, rhs, index, item } = given
  if (path !== undefined && !isPath(path)) return refuse('The path of a difference must be a list of keys.')
  const at = path === undefined || path.length === 0 ? {} : { path }
  switch (kind) {
    case 'N':
      return { kind, ...at, rhs: rhs ?? null }
    case 'D':
      return { kind, ...at, lhs }
    case 'E':
      return { kind, ...at, lhs, rhs: rhs ?? null }
    case 'A': {
      const isIndex = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < maxIndex
      if (!isIndex || !isObject(item) || (item['kind'] !== 'N' && item['kind'] !== 'D'))
        return refuse('A difference of kind "A" needs an index and an item.')
      const change =
        item['kind'] === 'N'
          ? ({ kind: 'N', rhs: item['rhs'] ?? null } as const)
          : ({ kind: 'D', lhs: item['lhs'] } as const)
      return { kind, ...at, index, item: change }
    }
    default:
      return refuse('The kind of a difference is N, D, E or A.')
  }
}

const isPath = (path: unknown): path is readonly (string | number)[] =>
  Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number')

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a diff would drop, in words: `Collection articles`, `Field notes.pos`. */
export function dropsIn(diff: SnapshotDiff): readonly string[] {
  return Object.entries(diff).flatMap(([section, entries]) =>
    entries
      .filter((entry) => entry.diff.some((each) => each.kind === 'D' && each.path === undefined))
      .map((entry) => `${titles[section] ?? section}: ${nameOf(section, entry)}`),
  )
}

/** A diff in words, a line for each change. */
export function describeDiff(diff: SnapshotDiff): readonly string[] {
  return Object.entries(diff).flatMap(([section, entries]) => {
    if (entries.length === 0) return []
    return [`${titles[section] ?? section}:`, ...entries.flatMap((entry) => describeEntry(section, entry))]
  })
}

function describeEntry(section: string, entry: DiffEntry): readonly string[] {
  const name = nameOf(section, entry)
  const [first] = entry.diff
  if (first?.path === undefined && first?.kind === 'N') return [`  - Create ${name}`]
  if (first?.path === undefined && first?.kind === 'D') return [`  - Delete ${name}`]
  return [`  - Update ${name}`, ...entry.diff.map((each) => `    - ${describeDifference(each)}`)]
}

function describeDifference(each: Difference): string {
  const at = (each.path ?? []).join('.')
  switch (each.kind) {
    case 'N':
      return `Set ${at} to ${JSON.stringify(each.rhs)}`
    case 'D':
      return `Remove ${at}`
    case 'E':
      return `Set ${at} to ${JSON.stringify(each.rhs)} (was ${JSON.stringify(each.lhs)})`
    case 'A':
      return each.item.kind === 'N'
        ? `Add ${JSON.stringify(each.item.rhs)} to ${at}`
        : `Remove ${JSON.stringify(each.item.lhs)} from ${at}`
  }
}

const titles: Readonly<Record<string, string>> = {
  collections: 'Collections',
  fields: 'Fields',
  systemFields: 'System fields',
  relations: 'Relations',
  indexes: 'Indexes',
  foreignKeys: 'Foreign keys',
}

function nameOf(section: string, entry: DiffEntry): string {
  return identityOf(section)
    .filter((name) => name !== 'unique')
    .map((name) => (Array.isArray(entry[name]) ? entry[name].join('+') : String(entry[name])))
    .join('.')
}

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
