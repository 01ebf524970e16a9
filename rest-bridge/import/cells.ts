/**
 * The cells of a CSV row → an item, the way back from an export: what an export writes of an item is read as that item.
 * Knows the model; values are checked where they are written.
 */
import type { FieldTypeName } from '#schema-engine/field-types/field-type.ts'
import type { Collection, Field, Model } from '#schema-engine/model/model.ts'
import type { ItemInput } from '#schema-engine/mutation/request.ts'
import { unguarded } from '../reply/formula-guard.ts'

/** A cell's text; null for an empty one without quotes, which is no value. */
export type Cell = string | null

/** One column: where its value stands in an item, and the field that it is of; null for a name that no field has. */
export type CellColumn = { readonly path: readonly string[]; readonly field: Field | null }

/** `author.name` is the field `name` of the item at `author`, unless there is a field of that very name. */
export function columnOf(model: Model, collection: Collection, header: string): CellColumn {
  const parts = header.split('.', maxParts + 1)
  const found = parts.length > maxParts ? null : pathOf(model, collection, parts)
  return found ?? { path: [header], field: null }
}

/** Longer headers name no field: they are not searched for one. */
const maxParts = 24

function pathOf(model: Model, collection: Collection, parts: readonly string[]): CellColumn | null {
  const whole = collection.fields.get(parts.join('.'))
  if (whole !== undefined) return { path: [whole.name], field: whole }
  for (let taken = 1; taken < parts.length; taken++) {
    const name = parts.slice(0, taken).join('.')
    const relation = collection.fields.get(name)?.relation
    const related = relation?.kind === 'm2o' ? model.collections.get(relation.collection) : undefined
    const inner = related === undefined ? null : pathOf(model, related, parts.slice(taken))
    if (inner !== null) return { ...inner, path: [name, ...inner.path] }
  }
  return null
}

/** An item of a row. A related item without any value is none. */
export function itemOf(columns: readonly CellColumn[], cells: readonly Cell[]): ItemInput {
  const item = emptyItem()
  columns.forEach(({ path, field }, index) => {
    const value = valueOf(cells[index] ?? null, field)
    const [head = '', ...below] = path
    if (below.length > 0) placeBelow(item, head, below, value)
    else if (value !== undefined) item[head] = value
  })
  return item
}

/** Without a prototype: a column may have any name. */
const emptyItem = (): Record<string, unknown> => Object.create(null) as Record<string, unknown> // an object of nothing

function placeBelow(item: Record<string, unknown>, head: string, path: readonly string[], value: unknown): void {
  const isNothing = value === undefined || value === null
  item[head] ??= null
  if (isNothing) return
  const inner = (item[head] ?? emptyItem()) as Record<string, unknown> // null, or made here before
  item[head] = inner
  const [next = '', ...rest] = path
  if (rest.length === 0) inner[next] = value
  else placeBelow(inner, next, rest, value)
}

/** Types with an empty value that is not null. */
const texts: ReadonlySet<FieldTypeName> = new Set(['string', 'text', 'enum', 'hash', 'binary', 'unknown'])
const lists: ReadonlySet<FieldTypeName> = new Set(['csv', 'array', 'vector'])

/** undefined: nothing is said of the field, so that its default holds. */
function valueOf(cell: Cell, field: Field | null): unknown {
  if (cell === null || (cell === '' && field !== null && !texts.has(field.type))) {
    return field === null || (field.isNullable && !field.isPrimaryKey) ? null : undefined
  }
  const text = unguarded(cell)
  if (field === null) return text
  const isJson = field.column === null || lists.has(field.type) || field.type.startsWith('geometry')
  return isJson && /^\s*[[{]/.test(text) ? jsonOf(text) : text
}

/** What is no JSON stays a text, and is refused as a value. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
