/** Random groups and aggregates: how they are asked of the graph, and what the answer is. */
import fc from 'fast-check'
import type { FixtureRow } from '#test/fixtures/fixture.ts'
import {
  checkValue,
  compareBy,
  compareValues,
  mayFollow,
  Refused,
  resultOf,
  scale,
  scaled,
  textOf,
  typeOf,
  visibleRows,
  type Value,
  type View,
} from './naive.ts'
import { operandFor, type Condition } from './random-filter.ts'
import {
  allowedArguments,
  arbitraryArguments,
  arbitraryPathTerm,
  checkArguments,
  checkTerm,
  compareLists,
  isAllowed,
  isPlainlyOrdered,
  isShown,
  matching,
  pageOf,
  shownValue,
  termText,
  termType,
  termValue,
  variable,
  writeArguments,
  type ListArguments,
  type Order,
  type PathTerm,
  type Writer,
} from './random-list.ts'
import { collectionOf, fieldOf, shape, type ValueType } from './random-world.ts'

const numberAggregates = ['sum', 'sumDistinct', 'avg', 'avgDistinct', 'min', 'max'] as const
export type AggregateName = (typeof numberAggregates)[number] | 'count' | 'countDistinct' | 'minText' | 'maxText'

/** countAll has no field. */
export type Aggregate =
  | { readonly name: AggregateName; readonly field: string }
  | { readonly name: 'countAll'; readonly field: null }

type GroupOrder = { readonly by: PathTerm | Aggregate; readonly descending: boolean }

export type Aggregation = {
  readonly collection: string
  readonly groupBy: readonly PathTerm[]
  readonly filter: Condition | null
  readonly search: string | null
  readonly page: Pick<ListArguments, 'limit' | 'offset' | 'page'>
  readonly order: readonly GroupOrder[]
  readonly having: readonly { readonly of: Aggregate; readonly operator: string; readonly operand: unknown }[]
  readonly selected: readonly Aggregate[]
}

// Random

/** Whole numbers of 64 bits are left out where a mean is asked: a mean is exact to ten digits, not to twenty. */
const isMeanable = (type: ValueType): boolean => ['integer', 'decimal', 'float'].includes(type)
const isNumber = (type: ValueType): boolean => isMeanable(type) || type === 'bigint'

function aggregatesOf(collection: string): readonly Aggregate[] {
  return [...collectionOf(collection).fields].flatMap(([field, { kind, ...rest }]): readonly Aggregate[] => {
    const counts: readonly Aggregate[] = [
      { name: 'count', field },
      { name: 'countDistinct', field },
    ]
    if (!('type' in rest) || kind === 'o2m' || kind === 'm2m') return counts
    const numbers = numberAggregates.filter((name) =>
      name.startsWith('avg') ? isMeanable(rest.type) : isNumber(rest.type),
    )
    const isText = ['string', 'date', 'time', 'datetime', 'timestamp'].includes(rest.type)
    const texts = isText && isPlainlyOrdered(collection, field) ? (['minText', 'maxText'] as const) : []
    return [...counts, ...[...numbers, ...texts].map((name): Aggregate => ({ name, field }))]
  })
}

const countAll: Aggregate = { name: 'countAll', field: null }

function arbitraryHaving(collection: string): fc.Arbitrary<Aggregation['having'][number]> {
  const numeric = aggregatesOf(collection).filter(({ name, field }) => {
    if (field === null || name.endsWith('Text')) return false
    const { kind } = fieldOf(collection, field)
    return kind === 'value' || kind === 'm2o'
  })
  const operators = [
    '_eq',
    '_neq',
    '_lt',
    '_lte',
    '_gt',
    '_gte',
    '_in',
    '_nin',
    '_between',
    '_nbetween',
    '_null',
    '_nnull',
  ]
  return fc.constantFrom(countAll, countAll, ...numeric).chain((of) =>
    fc.constantFrom(...operators).chain((operator) => {
      // The smallest and largest whole number are compared with whole numbers.
      const isWhole = of.name.startsWith('count') || (of.name.startsWith('m') && isWholeNumber(collection, of.field))
      const values = isWhole ? [-3, 0, 1, 2, 3, 7, 40] : [-3, 0, 1, 2, 2.5, 7, 9.99, '12.50', 40]
      return operandFor(operator, values).map((operand) => ({ of, operator, operand }))
    }),
  )
}

const isWholeNumber = (collection: string, field: string | null): boolean =>
  field !== null && ['integer', 'bigint'].includes(typeOf(collection, field))

/** Groups whose order is not the same everywhere would make pages of them differ; those are in `filter-agreement`. */
export const arbitraryAggregation: fc.Arbitrary<Aggregation> = fc.constantFrom(...shape.keys()).chain((collection) => {
  const aggregates = aggregatesOf(collection)
  return fc
    .record({
      groupBy: fc.array(arbitraryPathTerm(collection, 1), { maxLength: 3 }),
      args: arbitraryArguments(collection),
      selected: fc.array(fc.constantFrom(countAll, ...aggregates), { maxLength: 6 }),
      having: fc.array(arbitraryHaving(collection), { maxLength: 2 }),
      sorted: fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 2 }),
    })
    .map(({ groupBy: asked, args, selected, having, sorted }): Aggregation => {
      const groupBy = asked.filter(({ fn }, index) => fn !== 'count' && isFirst(asked, index))
      const choices = [countAll, ...groupBy, ...selected.filter(({ name }) => name !== 'countAll')]
      return {
        collection,
        groupBy,
        filter: args.filter,
        search: args.search,
        page: { limit: args.limit, offset: args.offset, page: args.page },
        order: sorted.map(([index, descending]) => ({ by: choices[index % choices.length] ?? countAll, descending })),
        having: having.filter(({ of }, index) => having.findIndex((other) => sameAggregate(of, other.of)) === index),
        selected,
      }
    })
})

const isFirst = (terms: readonly PathTerm[], index: number): boolean =>
  terms.findIndex((term) => termKey(term) === termKey(terms[index] ?? term)) === index

const sameAggregate = (a: Aggregate, b: Aggregate): boolean => a.name === b.name && a.field === b.field

// What may be asked

export function checkAggregation(view: View, asked: Aggregation): void {
  const { collection, groupBy, filter, having, selected, order } = asked
  if (!isShown(view, collection)) throw new Refused(collection)
  checkArguments(view, collection, argumentsOf(asked, filter))
  for (const term of groupBy) checkTerm(view, collection, term, 'group')
  for (const { of } of having) checkAggregate(view, collection, of)
  for (const of of selected) checkAggregate(view, collection, of)
  for (const { by } of order) if ('name' in by) checkAggregate(view, collection, by)
}

function checkAggregate(view: View, collection: string, { field }: Aggregate): void {
  if (field === null) return
  const { kind } = fieldOf(collection, field)
  if (kind !== 'o2m' && kind !== 'm2m') return checkValue(view, collection, field, null, 'aggregate')
  if (!mayFollow(view, collection, field, 'aggregate')) throw new Refused(field)
}

/** The aggregation without what the caller may not ask; null when nothing is left. */
export function allowedAggregation(view: View, asked: Aggregation): Aggregation | null {
  const { collection } = asked
  if (!isShown(view, collection)) return null
  const isUsable = (of: Aggregate): boolean => isAllowed(() => checkAggregate(view, collection, of))
  const groupBy = asked.groupBy.filter((term) => isAllowed(() => checkTerm(view, collection, term, 'group')))
  const selected = asked.selected.filter(isUsable)
  const { filter } = allowedArguments(view, collection, argumentsOf(asked, asked.filter))
  return {
    ...asked,
    filter,
    groupBy,
    selected: selected.length === 0 ? [countAll] : selected,
    having: asked.having.filter(({ of }) => isUsable(of)),
    order: asked.order.filter(({ by }) => ('name' in by ? isUsable(by) : groupBy.includes(by))),
  }
}

const argumentsOf = ({ search, page }: Aggregation, filter: Condition | null): ListArguments => ({
  filter,
  search,
  sort: [],
  ...page,
})

// Asking

export function writeAggregation(asked: Aggregation, writer: Writer): string {
  const { collection, groupBy, having, order, selected } = asked
  const more = [
    ...(groupBy.length === 0 ? [] : [`groupBy: ${variable(writer, '[String]', groupBy.map(termText))}`]),
    ...(order.length === 0 ? [] : [`sort: ${variable(writer, '[String]', order.map(orderText))}`]),
    ...(having.length === 0 ? [] : [`having: ${variable(writer, `${collection}_having`, havingObject(having))}`]),
  ]
  const values = selected.map((of, index) =>
    of.field === null ? `a${index}: countAll` : `a${index}: ${of.name} { ${of.field} }`,
  )
  const args = writeArguments(collection, argumentsOf(asked, asked.filter), writer, more)
  return `${collection}_aggregated${args} { group ${values.join(' ')} }`
}

function orderText({ by, descending }: GroupOrder): string {
  const name = 'name' in by ? (by.field === null ? 'countAll' : `${by.name}.${by.field}`) : termText(by)
  return `${descending ? '-' : ''}${name}`
}

function havingObject(having: Aggregation['having']): Record<string, Record<string, unknown>> {
  const object: Record<string, Record<string, unknown>> = {}
  for (const { of, operator, operand } of having) {
    if (of.field === null) object['countAll'] = { [operator]: operand }
    else object[of.name] = { ...object[of.name], [of.field]: { [operator]: operand } }
  }
  return object
}

// Answering

type Group = { readonly values: readonly Value[]; readonly rows: readonly FixtureRow[] }

export function answerAggregation(view: View, asked: Aggregation): Value {
  const { collection, groupBy, having, order, selected } = asked
  const rows = matching(view, collection, visibleRows(view, collection), asked)
  const groups = groupsOf(view, collection, rows, groupBy).filter((group) =>
    having.every(({ of, operator, operand }) =>
      compareBy(operator, asNumber(aggregate(view, collection, of, group.rows)), operand, 'decimal'),
    ),
  )
  const terms = [...order, ...groupBy.map((by) => ({ by, descending: false }))]
  const orders = terms.map(({ by, descending }): Order => ({ descending, type: orderType(collection, by) }))
  const valuesOf = (group: Group): readonly Value[] =>
    terms.map(({ by }) =>
      'name' in by ? aggregate(view, collection, by, group.rows) : (group.values[groupBy.indexOf(by)] ?? null),
    )
  const inOrder = groups.toSorted((a, b) => compareLists(valuesOf(a), valuesOf(b), orders))
  return pageOf(inOrder, asked.page, groupBy.length === 0 ? null : 100).map((group) => ({
    group: groupBy.length === 0 ? null : groupObject(collection, groupBy, group),
    ...Object.fromEntries(selected.map((of, index) => [`a${index}`, shownAggregate(view, collection, of, group.rows)])),
  }))
}

function groupsOf(
  view: View,
  collection: string,
  rows: readonly FixtureRow[],
  groupBy: readonly PathTerm[],
): readonly Group[] {
  if (groupBy.length === 0) return [{ values: [], rows }]
  const groups = new Map<string, { values: readonly Value[]; rows: FixtureRow[] }>()
  for (const row of rows) {
    const values = groupBy.map((term) => termValue(view, collection, row, term, 'group'))
    const key = JSON.stringify(values)
    const group = groups.get(key) ?? { values, rows: [] }
    groups.set(key, group)
    group.rows.push(row)
  }
  return [...groups.values()]
}

function groupObject(collection: string, groupBy: readonly PathTerm[], { values }: Group): Value {
  return Object.fromEntries(
    groupBy.map((term, index) => [termKey(term), shownValue(values[index] ?? null, termType(collection, term), false)]),
  )
}

/** `year(author.born)` is shown as `author_born_year`. */
function termKey({ path, field, fn }: PathTerm): string {
  return fn === null ? [...path, field].join('.') : [...path, field, fn].join('_')
}

function orderType(collection: string, by: PathTerm | Aggregate): ValueType {
  if (!('name' in by)) return termType(collection, by)
  return by.name.endsWith('Text') && by.field !== null ? typeOf(collection, by.field) : 'decimal'
}

const asNumber = (value: Value): Value => (value === null ? null : textOf(value))

/** Over the values that may be seen; texts for numbers, with at most ten digits after the point. */
function aggregate(view: View, collection: string, { name, field }: Aggregate, rows: readonly FixtureRow[]): Value {
  if (field === null) return String(rows.length)
  const { kind } = fieldOf(collection, field)
  if (kind === 'o2m' || kind === 'm2m') {
    const counts = rows.map((row) => Number(resultOf(view, collection, row, field, 'count', 'aggregate')))
    return String(counts.reduce((sum, count) => sum + count, 0))
  }
  const values = rows
    .map((row) => resultOf(view, collection, row, field, null, 'aggregate'))
    .filter((value) => value !== null)
  const type = typeOf(collection, field)
  const distinct = values.filter((value, index) => index === values.findIndex((other) => isSame(value, other, type)))
  const chosen = name.endsWith('Distinct') ? distinct : values
  if (name.startsWith('count')) return String(chosen.length)
  if (chosen.length === 0) return null
  const sorted = chosen.toSorted((a, b) => compareValues(a, b, type))
  if (name.startsWith('min')) return sorted[0] ?? null
  if (name.startsWith('max')) return sorted.at(-1) ?? null
  const sum = chosen.map(scaled).reduce((left, right) => left + right, 0n)
  return name.startsWith('sum') ? decimalText(sum) : decimalText(rounded(sum, BigInt(chosen.length)))
}

const isSame = (a: Value, b: Value, type: ValueType): boolean =>
  type === 'json' ? JSON.stringify(a) === JSON.stringify(b) : compareValues(a, b, type) === 0

/** Half away from zero. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const [size, sign] = dividend < 0n ? [-dividend, -1n] : [dividend, 1n]
  return (sign * (2n * size + divisor)) / (2n * divisor)
}

/** Back from `scaled`. */
function decimalText(value: bigint): string {
  const [size, sign] = value < 0n ? [-value, '-'] : [value, '']
  const text = String(size).padStart(scale + 1, '0')
  return `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

function shownAggregate(view: View, collection: string, of: Aggregate, rows: readonly FixtureRow[]): Value {
  const value = aggregate(view, collection, of, rows)
  if (of.field === null) return Number(value)
  if (of.name.endsWith('Text')) return { [of.field]: value }
  return { [of.field]: value === null ? null : Number(value) }
}
