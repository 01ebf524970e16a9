/** A selection as the columns of a table: `author.name`; lists and JSON values are one column each. */
import type { Level } from '../document/selection.ts'

export type ExportColumn = {
  readonly header: string
  readonly path: readonly string[]
  /** A column of JSON: its texts are written as JSON too, to be told from other values. */
  readonly isJson: boolean
}

/** Columns in the order of the selection, whatever the items hold: every part of an export has the same. */
export function columnsOf(level: Level): readonly ExportColumn[] {
  const columns = new Map<string, ExportColumn>()
  for (const { path, isJson } of pathsOf(level, [])) {
    const header = path.join('.')
    columns.set(header, { header, path, isJson })
  }
  return [...columns.values()]
}

type Path = Omit<ExportColumn, 'header'>

function pathsOf(level: Level, prefix: readonly string[]): readonly Path[] {
  return [...level.selected].flatMap(([key, selected]) => {
    const path = [...prefix, key]
    if (selected.kind === 'any-related') return [...selected.levels.values()].flatMap((inner) => pathsOf(inner, path))
    const isOne = selected.kind === 'related' && selected.field.relation?.kind === 'm2o'
    if (isOne) return pathsOf(selected.level, path)
    return [{ path, isJson: selected.kind === 'value' && selected.field.type === 'json' }]
  })
}

/** Columns of groups, which all have the keys of the first. */
export function columnsOfRow(row: unknown, prefix: readonly string[] = []): readonly ExportColumn[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return [{ header: prefix.join('.'), path: prefix, isJson: false }]
  }
  return Object.entries(row).flatMap(([key, value]) => columnsOfRow(value, [...prefix, key]))
}

/** The value of a column; null where something on the way is. */
export function valueAt(row: unknown, path: readonly string[]): unknown {
  let at: unknown = row
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null
    at = (at as Readonly<Record<string, unknown>>)[key] // an object that has the key
  }
  return at
}
