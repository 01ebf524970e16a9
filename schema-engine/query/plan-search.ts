/** The search of a collection: one term, asked of every field that the caller may search. */
import { fail } from '../errors.ts'
import { fieldType } from '../field-types/index.ts'
import { mayUse } from '../permissions/access-rules.ts'
import type { Input } from '../sql/input.ts'
import { columnValue, type Place } from './plan-conditions.ts'
import { compareWith } from './plan-operands.ts'
import type { Condition } from './plan-types.ts'
import type { Planner } from './planner.ts'

/** Any of the searchable fields contains (texts) or equals (numbers, uuids) the term. */
export function planSearch(planner: Planner, term: Input, place: Place): Condition {
  if (term.kind === 'null' || (term.kind === 'scalar' && term.isEmptyText)) return { kind: 'constant', holds: true }
  if (term.kind !== 'scalar') return fail('INVALID_QUERY', { reason: 'search must be a text.' })
  const { collection, alias } = place
  const conditions = [...collection.fields.values()].flatMap((field): readonly Condition[] => {
    const type = fieldType(field.type)
    const isFound = field.column !== null && field.isSearchable && !field.isConcealed && type.search !== null
    if (!isFound || !mayUse(planner.access, collection.name, field.name, 'search')) return []
    const value = columnValue(planner, collection, field, alias, 'search')
    if (type.search === 'text') return [compareWith(value, '_icontains', { form: 'text', bind: term.bind(searchText) })]
    return [
      compareWith(value, '_eq', {
        form: 'scalar',
        bind: term.bind((text) => parsedOrNull(type.parse, searchText(text).trim())),
      }),
    ]
  })
  return conditions.length === 0 ? { kind: 'constant', holds: false } : { kind: 'or', conditions }
}

/** In characters. Each row's texts are looked through for it. */
const maxSearch = 2000

/** @throws INVALID_QUERY */
function searchText(term: unknown): string {
  const text = String(term)
  if (text.length > maxSearch) fail('INVALID_QUERY', { reason: `search may have ${maxSearch} letters.` })
  return text
}

/** A term that is no number finds no number. */
function parsedOrNull(parse: (input: unknown) => unknown, text: string): unknown {
  try {
    return parse(text)
  } catch {
    return null
  }
}
