/** Random lists: what is selected, in which order, which part; how it is asked of the graph, and what the answer is. */
import fc from 'fast-check'
import type { FixtureRow, FixtureValue } from '#test/fixtures/fixture.ts'
import {
  checkCondition,
  checkValue,
  compareValues,
  follow,
  holds,
  isFound,
  mayFollow,
  mayUse,
  Refused,
  resultOf,
  textOf,
  targetOf,
  typeOf,
  valueIn,
  visibleRows,
  type Value,
  type View,
} from './naive.ts'
import { arbitraryFilter, functionsOf, toGraph, type Condition, type FunctionName } from './random-filter.ts'
import { collectionOf, fieldOf, shape, type ValueType } from './random-world.ts'

/** A value that a path through m2o relations names. */
export type PathTerm = { readonly path: readonly string[]; readonly field: string; readonly fn: FunctionName | null }
export type SortTerm = PathTerm & { readonly descending: boolean }

export type ListArguments = {
  readonly filter: Condition | null
  readonly sort: readonly SortTerm[]
  readonly limit: number | null
  readonly offset: number | null
  readonly page: number | null
  readonly search: string | null
}

export const noArguments: ListArguments = {
  filter: null,
  sort: [],
  limit: null,
  offset: null,
  page: null,
  search: null,
}

export type Item =
  | { readonly kind: 'value'; readonly field: string; readonly fn: FunctionName | null }
  /** Raw keys of a relation: one of an m2o, else a list. */
  | { readonly kind: 'keys'; readonly field: string }
  | {
      readonly kind: 'related'
      readonly field: string
      readonly args: ListArguments
      readonly selection: readonly Item[]
    }

export type List = { readonly collection: string; readonly args: ListArguments; readonly selection: readonly Item[] }

// Random

/** Fields whose order is the same under every collation. */
export function isPlainlyOrdered(collection: string, name: string): boolean {
  const field = fieldOf(collection, name)
  if (field.kind === 'o2m' || field.kind === 'm2m') return false
  return !['text', 'json', 'binary', 'array'].includes(field.type) && `${collection}.${name}` !== 'genres.label'
}

/** Terms that follow m2o relations at most `depth` deep. */
export function arbitraryPathTerm(collection: string, depth: number): fc.Arbitrary<PathTerm> {
  const fields = [...collectionOf(collection).fields]
  const own = fields.flatMap(([field, { ...rest }]): readonly PathTerm[] => [
    ...(isPlainlyOrdered(collection, field) ? [{ path: [], field, fn: null }] : []),
    ...functionsOf(rest).map((fn) => ({ path: [], field, fn })),
  ])
  const further = fields.flatMap(([name, field]) =>
    field.kind === 'm2o' && depth > 0
      ? [arbitraryPathTerm(field.to, depth - 1).map((term): PathTerm => ({ ...term, path: [name, ...term.path] }))]
      : [],
  )
  const direct = fc.constantFrom(...own)
  return further.length === 0
    ? direct
    : fc.oneof({ weight: 3, arbitrary: direct }, { weight: 1, arbitrary: fc.oneof(...further) })
}

const pages: fc.Arbitrary<Pick<ListArguments, 'limit' | 'offset' | 'page'>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ limit: null, offset: null, page: null }) },
  {
    weight: 2,
    arbitrary: fc.record({
      limit: fc.constantFrom(null, -1, 0, 1, 2, 3, 5, 30),
      offset: fc.constantFrom(null, null, 0, 1, 4, 100),
      page: fc.constantFrom(null, null, 0, 1, 2, 3),
    }),
  },
)

const terms = ['', 'a', 'A', 'ss', 'elm', '7', '1500', '9.99', ' 7 ', '%', '日', '3f2504e0-4f89-41d3-9a0c-000000000001', 'ä', '12.5'] // prettier-ignore

export function arbitraryArguments(collection: string): fc.Arbitrary<ListArguments> {
  return fc
    .record({
      filter: fc.option(arbitraryFilter(collection, 2), { freq: 3, nil: null }),
      sort: fc.array(
        fc.tuple(arbitraryPathTerm(collection, 2), fc.boolean()).map(([term, descending]) => ({ ...term, descending })),
        { maxLength: 3 },
      ),
      page: pages,
      search: fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom(...terms) },
      ),
    })
    .map(({ page, ...rest }) => ({ ...rest, ...page }))
}

export function arbitrarySelection(collection: string, depth: number): fc.Arbitrary<readonly Item[]> {
  const items = [...collectionOf(collection).fields].flatMap(([name, field]): readonly fc.Arbitrary<Item>[] => {
    const functions = functionsOf(field).map((fn) => fc.constant<Item>({ kind: 'value', field: name, fn }))
    if (field.kind === 'value') return [fc.constant<Item>({ kind: 'value', field: name, fn: null }), ...functions]
    const keys = fc.constant<Item>({ kind: 'keys', field: name })
    if (depth === 0) return [keys, ...functions]
    const target = targetOf(field)
    // An m2o takes a filter: the item is shown when it matches.
    const args =
      field.kind === 'm2o'
        ? fc.option(arbitraryFilter(target, 1), { freq: 1, nil: null }).map((filter) => ({ ...noArguments, filter }))
        : arbitraryArguments(target)
    const related = fc
      .tuple(args, arbitrarySelection(target, depth - 1))
      .map(([given, selection]): Item => ({ kind: 'related', field: name, args: given, selection }))
    return [keys, related, related, ...functions]
  })
  return fc.array(fc.oneof(...items), { minLength: 1, maxLength: 5 })
}

export const arbitraryList: fc.Arbitrary<List> = fc.constantFrom(...shape.keys()).chain((collection) =>
  fc.record({
    collection: fc.constant(collection),
    args: arbitraryArguments(collection),
    selection: arbitrarySelection(collection, 2),
  }),
)

// What may be asked

/** Throws `Refused` when the list uses a name that the caller may not use so. */
export function checkList(view: View, { collection, args, selection }: List): void {
  if (!isShown(view, collection)) throw new Refused(collection)
  checkArguments(view, collection, args)
  for (const item of selection) checkItem(view, collection, item)
}

/** A collection is in the schema when some column of it may be selected. */
export function isShown(view: View, collection: string): boolean {
  return [...collectionOf(collection).fields].some(
    ([name, { kind }]) => (kind === 'value' || kind === 'm2o') && mayUse(view, collection, name, 'select'),
  )
}

export function checkArguments(view: View, collection: string, args: ListArguments): void {
  if (args.filter !== null) checkCondition(view, args.filter, collection)
  for (const term of args.sort) checkTerm(view, collection, term, 'sort')
}

export function checkTerm(view: View, collection: string, { path, field, fn }: PathTerm, use: 'sort' | 'group'): void {
  let at = collection
  for (const step of path) {
    if (!mayFollow(view, at, step, use)) throw new Refused(`${at}.${step}`)
    at = targetOf(fieldOf(at, step))
  }
  checkValue(view, at, field, fn, use)
}

function checkItem(view: View, collection: string, item: Item): void {
  if (item.kind === 'value') return checkValue(view, collection, item.field, item.fn, 'select')
  if (!mayFollow(view, collection, item.field, 'select')) throw new Refused(item.field)
  if (item.kind === 'related') checkList(view, { ...item, collection: targetOf(fieldOf(collection, item.field)) })
}

/** The list without what the caller may not ask; null when nothing is left. */
export function allowedPart(view: View, list: List): List | null {
  const { collection } = list
  const selection = list.selection.flatMap((item): readonly Item[] => {
    if (item.kind !== 'related') return isAllowed(() => checkItem(view, collection, item)) ? [item] : []
    if (!mayFollow(view, collection, item.field, 'select')) return []
    const inner = allowedPart(view, { ...item, collection: targetOf(fieldOf(collection, item.field)) })
    return inner === null ? [] : [{ ...item, args: inner.args, selection: inner.selection }]
  })
  if (selection.length === 0 || !isShown(view, collection)) return null
  return { collection, args: allowedArguments(view, collection, list.args), selection }
}

export function allowedArguments(view: View, collection: string, args: ListArguments): ListArguments {
  return {
    ...args,
    filter: args.filter === null ? null : allowedCondition(view, args.filter, collection),
    sort: args.sort.filter((term) => isAllowed(() => checkTerm(view, collection, term, 'sort'))),
  }
}

export function isAllowed(check: () => void): boolean {
  try {
    check()
    return true
  } catch (error) {
    if (error instanceof Refused) return false
    throw error
  }
}

function allowedCondition(view: View, condition: Condition, collection: string): Condition | null {
  if (condition.kind === 'and' || condition.kind === 'or') {
    const of = condition.of.flatMap((part) => allowedCondition(view, part, collection) ?? [])
    return of.length === 0 ? null : { ...condition, of }
  }
  return isAllowed(() => checkCondition(view, condition, collection)) ? condition : null
}

// Asking

/** Collects variables while a document is written. */
export type Writer = { readonly variables: Record<string, unknown>; readonly definitions: string[] }

export const createWriter = (): Writer => ({ variables: {}, definitions: [] })

/** Names a variable of this type and value. */
export function variable(writer: Writer, type: string, value: unknown): string {
  const name = `v${writer.definitions.length}`
  writer.definitions.push(`$${name}: ${type}`)
  writer.variables[name] = value
  return `$${name}`
}

/** `query(…) { … }` of finished root fields. */
export function documentOf(writer: Writer, roots: readonly string[]): string {
  const definitions = writer.definitions.length === 0 ? '' : `query(${writer.definitions.join(', ')}) `
  return `${definitions}{ ${roots.join(' ')} }`
}

export function writeList(list: List, writer: Writer): string {
  return `${list.collection}${writeArguments(list.collection, list.args, writer)} ${writeSelection(list, writer)}`
}

export function writeArguments(
  collection: string,
  args: ListArguments,
  writer: Writer,
  more: readonly string[] = [],
): string {
  const given = [
    ...more,
    ...(args.filter === null ? [] : [`filter: ${variable(writer, `${collection}_filter`, toGraph(args.filter))}`]),
    ...(args.sort.length === 0 ? [] : [`sort: ${variable(writer, '[String]', args.sort.map(sortText))}`]),
    ...(['limit', 'offset', 'page'] as const).flatMap((name) =>
      args[name] === null ? [] : [`${name}: ${variable(writer, 'Int', args[name])}`],
    ),
    ...(args.search === null ? [] : [`search: ${variable(writer, 'String', args.search)}`]),
  ]
  return given.length === 0 ? '' : `(${given.join(', ')})`
}

export const termText = ({ path, field, fn }: PathTerm): string => {
  const name = [...path, field].join('.')
  return fn === null ? name : `${fn}(${name})`
}
export const sortText = (term: SortTerm): string => `${term.descending ? '-' : ''}${termText(term)}`

export function writeSelection(
  { collection, selection }: Pick<List, 'collection' | 'selection'>,
  writer: Writer,
): string {
  const items = selection.map((item, index) => `a${index}: ${writeItem(collection, item, writer)}`)
  return `{ ${items.join(' ')} }`
}

function writeItem(collection: string, item: Item, writer: Writer): string {
  const field = fieldOf(collection, item.field)
  switch (item.kind) {
    case 'value':
      return item.fn === null ? item.field : `${item.field}_func { ${item.fn} }`
    case 'keys':
      return `${item.field}_key${field.kind === 'm2o' ? '' : 's'}`
    case 'related': {
      const target = targetOf(field)
      const inner = writeSelection({ collection: target, selection: item.selection }, writer)
      return `${item.field}${writeArguments(target, item.args, writer)} ${inner}`
    }
  }
}

// Answering

/** Rows of a root list when no limit is given. */
const defaultLimit = 100

export function answerList(view: View, { collection, args, selection }: List): Value {
  const rows = partOf(view, collection, visibleRows(view, collection), args, defaultLimit)
  return rows.map((row) => answerItem(view, collection, row, selection))
}

/** The rows in their order, and of these the page. */
export function partOf(
  view: View,
  collection: string,
  rows: readonly FixtureRow[],
  args: ListArguments,
  limitByDefault: number | null,
): readonly FixtureRow[] {
  return pageOf(inOrder(view, collection, matching(view, collection, rows, args), args.sort), args, limitByDefault)
}

export function matching(
  view: View,
  collection: string,
  rows: readonly FixtureRow[],
  { filter, search }: Pick<ListArguments, 'filter' | 'search'>,
): readonly FixtureRow[] {
  return rows.filter(
    (row) =>
      (filter === null || holds(view, filter, collection, row)) &&
      (search === null || isFound(view, collection, row, search)),
  )
}

/** By the terms, then by the key. Nulls are last ascending, first descending. */
function inOrder(
  view: View,
  collection: string,
  rows: readonly FixtureRow[],
  sort: readonly SortTerm[],
): readonly FixtureRow[] {
  const byKey = collectionOf(collection).key.map((field): SortTerm => ({
    path: [],
    field,
    fn: null,
    descending: false,
  }))
  const terms = [...sort, ...byKey]
  const values = new Map(rows.map((row) => [row, terms.map((term) => termValue(view, collection, row, term, 'sort'))]))
  return rows.toSorted((a, b) => {
    const [left = [], right = []] = [values.get(a), values.get(b)]
    return compareLists(
      left,
      right,
      terms.map((term) => ({ type: termType(collection, term), descending: term.descending })),
    )
  })
}

export type Order = { readonly type: ValueType; readonly descending: boolean }

export function compareLists(left: readonly Value[], right: readonly Value[], orders: readonly Order[]): number {
  for (const [index, { type, descending }] of orders.entries()) {
    const [a = null, b = null] = [left[index], right[index]]
    const ascending = a === null || b === null ? Number(a === null) - Number(b === null) : compareValues(a, b, type)
    if (ascending !== 0) return descending ? -ascending : ascending
  }
  return 0
}

export function termType(collection: string, { path, field, fn }: PathTerm): ValueType {
  const at = path.reduce((name, step) => targetOf(fieldOf(name, step)), collection)
  return fn === null ? typeOf(at, field) : 'integer'
}

/** null where an item on the way isn't seen; no item has no related items. */
export function termValue(
  view: View,
  collection: string,
  row: FixtureRow,
  term: PathTerm,
  use: 'sort' | 'group',
): Value {
  type At = { readonly collection: string; readonly row: FixtureRow }
  let at: At | null = { collection, row } as At | null // narrowed too far by the assignment
  for (const step of term.path) {
    if (at === null) break
    const [found]: readonly FixtureRow[] = follow(view, at.collection, at.row, step, use)
    at = found === undefined ? null : { collection: targetOf(fieldOf(at.collection, step)), row: found }
  }
  if (at !== null) return resultOf(view, at.collection, at.row, term.field, term.fn, use)
  const end = term.path.reduce((name, step) => targetOf(fieldOf(name, step)), collection)
  const { kind } = fieldOf(end, term.field)
  return kind === 'o2m' || kind === 'm2m' ? 0 : null
}

export function pageOf<T>(
  rows: readonly T[],
  { limit, offset, page }: Pick<ListArguments, 'limit' | 'offset' | 'page'>,
  limitByDefault: number | null,
): readonly T[] {
  const wanted = limit ?? limitByDefault ?? -1
  const skipped = offset ?? (page !== null && page > 1 && wanted !== -1 ? (page - 1) * wanted : 0)
  return rows.slice(skipped, wanted === -1 ? undefined : skipped + wanted)
}

export function answerItem(view: View, collection: string, row: FixtureRow, selection: readonly Item[]): FixtureValue {
  return Object.fromEntries(
    selection.map((item, index) => [`a${index}`, answerOne(view, collection, row, item)] as const),
  )
}

function answerOne(view: View, collection: string, row: FixtureRow, item: Item): FixtureValue {
  const field = fieldOf(collection, item.field)
  switch (item.kind) {
    case 'value': {
      const value = resultOf(view, collection, row, item.field, item.fn, 'select')
      if (item.fn !== null) return { [item.fn]: value }
      return shownValue(value, typeOf(collection, item.field), collectionOf(collection).key.includes(item.field))
    }
    case 'keys': {
      if (field.kind === 'm2o')
        return shownValue(valueIn(view, collection, row, item.field, 'select'), field.type, true)
      const target = targetOf(field)
      const items = partOf(view, target, follow(view, collection, row, item.field, 'select'), noArguments, null)
      return items.map((each) =>
        collectionOf(target)
          .key.map((name) => textOf(each[name] ?? null))
          .join(','),
      )
    }
    case 'related': {
      const target = targetOf(field)
      const items = partOf(view, target, follow(view, collection, row, item.field, 'select'), item.args, null)
      const shown = items.map((each) => answerItem(view, target, each, item.selection))
      return field.kind === 'm2o' ? (shown[0] ?? null) : shown
    }
  }
}

/** A value as the graph writes it, read by `JSON.parse`. */
export function shownValue(value: Value, type: ValueType, isKey: boolean): Value {
  if (value === null || type === 'json') return value
  if (isKey) return textOf(value)
  return type === 'decimal' ? Number(value) : value
}
