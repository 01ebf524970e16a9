/**
 * The items of a reply in memory, by real names and with values as REST has them, and their JSON text again. Only what a hook
 * looks at comes this way. No number loses a digit: one that JavaScript would write otherwise stands as `JSON.rawJSON`.
 */
import { fieldType } from '../field-types/index.ts'
import type { WireFormat } from '../field-types/field-type.ts'
import type { JsonForm } from '../dialects/dialect.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import type { Selected } from './request.ts'

export type Item = Readonly<Record<string, unknown>>

/** How the objects of one selection are shown: each entry of theirs, in the order in which they are written. */
export type Shape = { readonly format: WireFormat; readonly entries: readonly Entry[] }

type Entry = { readonly key: string } & (
  | { readonly kind: 'constant'; readonly text: string }
  /** Its values stand in the item itself. */
  | { readonly kind: 'object'; readonly entries: readonly Entry[] }
  | { readonly kind: 'value'; readonly name: string; readonly wire: Wire }
  | { readonly kind: 'related'; readonly name: string; readonly shape: Shape }
)

/** `as-is`: the same in both formats. Else what REST has, and the other format the other way. */
type Wire = 'as-is' | 'rest-number' | 'rest-text'

/** What TypeScript's library does not know of JSON yet (ES2026, "JSON.parse source text access"). */
const exactJson = JSON as unknown as {
  readonly parse: (
    text: string,
    revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => unknown
  readonly rawJSON: (text: string) => { readonly rawJSON: string }
  readonly isRawJSON: (value: unknown) => value is { readonly rawJSON: string }
}

export const parseExactly = (text: string): unknown =>
  exactJson.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && source !== String(value) ? exactJson.rawJSON(source) : value,
  )

/** Big integers are written as REST has them: their digits, as text. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? 'null'

/**
 * A field goes by its own name whatever the caller calls it, a function as REST names it (`date_year`, `list_count`). What is
 * selected twice in different ways goes by the caller's key the second time. Items of an m2a are shown as they are replied.
 */
export function shapeOf(
  selection: readonly Selected[],
  of: { readonly collection: Collection; readonly model: Model; readonly format: WireFormat },
): Shape {
  const names = namesOf(selection)
  const shapes = (selected: readonly Selected[]): readonly Entry[] =>
    selected.map((each): Entry => {
      if (each.kind === 'constant') return each
      if (each.kind === 'object') return { key: each.key, kind: 'object', entries: shapes(each.selection) }
      const name = names.get(each) ?? each.key
      const field = of.collection.fields.get(each.field)
      const target = each.kind === 'related' ? relatedTo(field, of.model) : null
      return each.kind === 'related' && target !== null
        ? { key: each.key, kind: 'related', name, shape: shapeOf(each.selection, { ...of, collection: target }) }
        : { key: each.key, kind: 'value', name, wire: of.format === 'rest' ? 'as-is' : wireOf(each, field, of.model) }
    })
  return { format: of.format, entries: shapes(selection) }
}

type Valued = Exclude<Selected, { readonly kind: 'constant' | 'object' }>

const valuedIn = (selection: readonly Selected[]): readonly Valued[] =>
  selection.flatMap((each) => {
    if (each.kind === 'constant') return []
    return each.kind === 'object' ? valuedIn(each.selection) : [each]
  })

/** Those that the caller calls by their own names have them first. */
function namesOf(selection: readonly Selected[]): ReadonlyMap<Selected, string> {
  const valued = valuedIn(selection)
  const ordered = valued.toSorted((a, b) => Number(b.key === nameOf(b)) - Number(a.key === nameOf(a)))
  const taken = new Map<string, string>()
  const isFree = (name: string, meaning: string): boolean => (taken.get(name) ?? meaning) === meaning
  return new Map(
    ordered.map((each) => {
      const meaning = meaningOf(each)
      let name = isFree(nameOf(each), meaning) ? nameOf(each) : each.key
      while (!isFree(name, meaning)) name += '_'
      taken.set(name, meaning)
      return [each, name] as const
    }),
  )
}

function nameOf(selected: Valued): string {
  if (selected.kind === 'date-part') return `${selected.field}_${selected.part}`
  if (selected.kind === 'count') return `${selected.field}_count`
  return selected.kind === 'json' ? `${selected.field}_json` : selected.field
}

/** Equal ones have equal values. Lists may have arguments of their own, so each is another. */
function meaningOf(selected: Valued): string {
  const { kind, field } = selected
  if (kind === 'field') return `field ${field}`
  if (kind === 'date-part') return `${selected.part} ${field}`
  if (kind === 'count') return `count ${field}`
  if (kind === 'json') return `json ${field} ${JSON.stringify(selected.path)}`
  return `${kind} ${selected.key}`
}

function relatedTo(field: Field | undefined, model: Model): Collection | null {
  const relation = field?.relation
  if (relation == null || relation.kind === 'm2a') return null
  return model.collections.get(relation.collection) ?? null
}

function wireOf(selected: Valued, field: Field | undefined, model: Model): Wire {
  if (field === undefined || (selected.kind !== 'field' && selected.kind !== 'keys') || field.isConcealed)
    return 'as-is'
  if (field.column !== null) return wireOfColumn(field, selected.kind === 'keys' || field.isPrimaryKey)
  const related = relatedTo(field, model)
  const [key, ...others] = related?.primaryKey ?? []
  const keyField = key === undefined || others.length > 0 ? undefined : related?.fields.get(key)
  return keyField === undefined ? 'as-is' : wireOfColumn(keyField, true)
}

function wireOfColumn({ type, column }: Field, isKey: boolean): Wire {
  if (column === null) return 'as-is'
  const [rest, graphql] = [
    formAs(fieldType(type).jsonForm(column, 'rest', isKey)),
    formAs(fieldType(type).jsonForm(column, 'graphql', isKey)),
  ]
  if (rest === graphql || rest === null || graphql === null) return 'as-is'
  return rest === 'number' ? 'rest-number' : 'rest-text'
}

const formAs = (form: JsonForm): 'number' | 'text' | null => ('as' in form ? form.as : null)

/** @param row an object of the reply, as `parseExactly` gives it */
export function shownItem(row: unknown, { entries }: Shape): Item {
  const item = Object.create(null) as Record<string, unknown> // so that a field may have any name
  show(row, entries, item)
  return { ...item }
}

function show(row: unknown, entries: readonly Entry[], item: Record<string, unknown>): void {
  const values = row as Item // an object, as it was selected
  for (const entry of entries) {
    const value = values[entry.key]
    if (entry.kind === 'object') show(value, entry.entries, item)
    else if (entry.kind === 'related')
      item[entry.name] = each(value, (inner) => (inner === null ? null : shownItem(inner, entry.shape)))
    else if (entry.kind === 'value') item[entry.name] = each(value, (inner) => toRest(inner, entry.wire))
  }
}

/** An item's JSON text. What REST was not asked for and a hook has added stands at its end. */
export function writtenItem(item: Item, shape: Shape): string {
  const parts = partsOf(item, shape.entries, shape.format)
  if (shape.format !== 'rest') return `{${parts.join(',')}}`
  const names = namesIn(shape.entries)
  const added = Object.entries(item).flatMap(([name, value]) =>
    names.has(name) || value === undefined ? [] : [`${JSON.stringify(name)}:${textOf(value)}`],
  )
  return `{${[...parts, ...added].join(',')}}`
}

const namesIn = (entries: readonly Entry[]): ReadonlySet<string> =>
  new Set(
    entries.flatMap((entry): readonly string[] => {
      if (entry.kind === 'constant') return []
      return entry.kind === 'object' ? [...namesIn(entry.entries)] : [entry.name]
    }),
  )

function partsOf(item: Item, entries: readonly Entry[], format: WireFormat): readonly string[] {
  return entries.flatMap((entry) => {
    const text = writtenEntry(item, entry, format)
    return text === null ? [] : [`${JSON.stringify(entry.key)}:${text}`]
  })
}

/** null: REST leaves out what a hook has taken away. */
function writtenEntry(item: Item, entry: Entry, format: WireFormat): string | null {
  if (entry.kind === 'constant') return entry.text
  if (entry.kind === 'object') return `{${partsOf(item, entry.entries, format).join(',')}}`
  if (!Object.hasOwn(item, entry.name)) return format === 'rest' ? null : 'null'
  const value = item[entry.name]
  if (entry.kind === 'value') return textOf(each(value, (inner) => toGraphql(inner, entry.wire)))
  const written = (inner: unknown): string =>
    inner === null || typeof inner !== 'object' ? textOf(inner) : writtenItem(inner as Item, entry.shape) // seen: an object
  return Array.isArray(value) ? `[${value.map(written).join(',')}]` : written(value)
}

const each = (value: unknown, change: (inner: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(change) : change(value)

function toRest(value: unknown, wire: Wire): unknown {
  if (wire === 'rest-number') return typeof value === 'string' ? numberOf(value) : value
  return wire === 'rest-text' ? digitsOf(value) : value
}

function toGraphql(value: unknown, wire: Wire): unknown {
  if (wire === 'rest-number') return digitsOf(value)
  return wire === 'rest-text' && typeof value === 'string' ? numberOf(value) : value
}

const isNumberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** With all its digits; a text that is no number stays one. */
const numberOf = (text: string): unknown => (isNumberText.test(text) ? parseExactly(text) : text)

function digitsOf(value: unknown): unknown {
  if (exactJson.isRawJSON(value)) return value.rawJSON
  return typeof value === 'number' ? String(value) : value
}
