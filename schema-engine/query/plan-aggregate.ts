/** Groups and aggregates: over the rows and values that the caller may see, and nothing else. */
import { fail } from '../errors.ts'
import type { JsonForm } from '../dialects/dialect.ts'
import { fieldType } from '../field-types/index.ts'
import type { Field } from '../model/model.ts'
import type { Input } from '../sql/input.ts'
import { columnValue, countValue, placeOf, rowRules, type Place } from './plan-conditions.ts'
import { compare } from './plan-operands.ts'
import { namesOf, planPage, planPath } from './plan-order.ts'
import { formOf, planWhere } from './plan-select.ts'
import { collectionOf, fieldOf, tableRef, type Planner } from './planner.ts'
import type {
  AggregatePlan,
  Condition,
  DocEntry,
  JoinPlan,
  JsonPlan,
  OrderPlan,
  RootPlan,
  ValuePlan,
} from './plan-types.ts'
import type { AggregateName, AggregateSelected, Having, RootRead } from './request.ts'

type Group = {
  readonly key: string
  readonly path: string
  readonly value: ValuePlan
  readonly form: JsonForm
  readonly isNullable: boolean
  readonly joins: readonly JoinPlan[]
}

/** @throws FORBIDDEN for names the caller may not aggregate or group by; INVALID_QUERY where a type does not allow it */
export function planAggregate(planner: Planner, root: Extract<RootRead, { kind: 'aggregate' }>): RootPlan {
  const collection = collectionOf(planner, root.collection)
  const place = placeOf(collection, planner.alias(), 0)
  const groups = namesOf(root.groupBy, 'groupBy').map((path) => planGroup(planner, path, place))
  const entries = root.selection.flatMap((selected) => planEntry(planner, selected, groups, place))
  const where = [...rowRules(planner, collection, place.alias), ...planWhere(planner, root.args, place)]
  const order = planGroupOrder(planner, root, groups, place)
  return {
    kind: 'list',
    query: {
      source: { from: tableRef(collection, place.alias), joins: groups.flatMap((group) => group.joins), where },
      doc: { kind: 'object', entries },
      isGrouped: true,
      groupBy: groups.map((group) => group.value),
      having: root.having.map((having) => planHaving(planner, having, place)),
      order,
      ...planPage(planner, root.args, groups.length === 0 ? null : planner.limits.defaultLimit),
    },
  }
}

function planGroup(planner: Planner, path: string, place: Place): Group {
  const { value, joins, isNullable, field } = planPath(planner, path, place, 'group')
  if (value.kind === 'related-count')
    return fail('INVALID_QUERY', { reason: `groupBy: "${path}" can't be grouped by.` })
  return {
    key: value.kind === 'column' ? path : groupKey(path),
    path,
    value,
    joins,
    isNullable,
    form: value.kind === 'column' ? formOf({ format: planner.format }, field, false) : scalarForm(value),
  }
}

/** `year(published_at)` is shown as `published_at_year`. */
function groupKey(path: string): string {
  const [, name, argument] = /^(\w+)\((.+)\)$/.exec(path) ?? []
  if (name === undefined || argument === undefined) return path
  return `${argument.replaceAll(/[.[\],\s]+/g, '_')}_${name}`
}

const scalarForm = (value: ValuePlan): JsonForm =>
  value.kind === 'json' ? { kind: 'text' } : { kind: 'integer', as: 'number' }

function planEntry(
  planner: Planner,
  selected: AggregateSelected,
  groups: readonly Group[],
  place: Place,
): readonly DocEntry[] {
  switch (selected.kind) {
    case 'constant':
      return [{ key: selected.key, value: selected }]
    case 'group': {
      const entries = groups.map((group): DocEntry => ({
        key: group.key,
        value: { kind: 'value', value: group.value, form: group.form },
      }))
      if (selected.spread) return entries
      return [
        {
          key: selected.key,
          value: groups.length === 0 ? { kind: 'constant', text: 'null' } : { kind: 'object', entries },
        },
      ]
    }
    case 'count-all':
      return [
        {
          key: selected.key,
          value: {
            kind: 'value',
            value: { kind: 'aggregate', aggregate: { kind: 'count-all' } },
            form: countForm(planner),
          },
        },
      ]
    case 'aggregate': {
      const values = selected.fields.map(({ key, field }) => ({
        key,
        value: planFieldAggregate(planner, selected.aggregate, fieldOf(place.collection, field), place).json,
      }))
      const entries: readonly DocEntry[] = [
        ...selected.constants.map(({ key, text }) => ({ key, value: { kind: 'constant' as const, text } })),
        ...values,
      ]
      return selected.spread ? entries : [{ key: selected.key, value: { kind: 'object', entries } }]
    }
  }
}

/** REST sends counts and other numbers of aggregates as strings, as the contract shows them. */
const countForm = (planner: Planner): JsonForm => ({
  kind: 'integer',
  as: planner.format === 'rest' ? 'text' : 'number',
})

type FieldAggregate = {
  readonly plan: AggregatePlan
  readonly json: JsonPlan
  readonly parse: (input: unknown) => unknown
  readonly scale: number | null
}

function planFieldAggregate(planner: Planner, aggregate: AggregateName, field: Field, place: Place): FieldAggregate {
  const isRelated = field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'
  const of = isRelated
    ? countValue(planner, field, place, 'aggregate')
    : columnValue(planner, place.collection, field, place.alias, 'aggregate')
  const type = fieldType(field.type)
  const scale = field.column?.kind === 'decimal' ? field.column.scale : null
  const as = planner.format === 'rest' ? 'text' : 'number'
  const number: JsonForm =
    field.column?.kind === 'float' && as === 'number' ? { kind: 'float' } : { kind: 'decimal', as, scale }
  const result = (plan: AggregatePlan, form: JsonForm, parse: (input: unknown) => unknown): FieldAggregate => ({
    plan,
    parse,
    scale,
    json: { kind: 'value', value: { kind: 'aggregate', aggregate: plan }, form },
  })
  const decimal = fieldType('decimal').parse
  switch (aggregate) {
    case 'count':
    case 'countDistinct': {
      if (field.isConcealed && aggregate === 'countDistinct') return refuse(aggregate, field)
      // Of a list of related items, the items are counted: they are distinct already.
      const plan: AggregatePlan = isRelated
        ? { kind: 'count-related', of }
        : { kind: 'count', of, distinct: aggregate === 'countDistinct' }
      return result(plan, countForm(planner), fieldType('bigInteger').parse)
    }
    case 'sum':
    case 'sumDistinct':
    case 'avg':
    case 'avgDistinct': {
      if (!type.isNumeric || field.isConcealed) return refuse(aggregate, field)
      const distinct = aggregate.endsWith('Distinct')
      if (aggregate.startsWith('sum')) return result({ kind: 'sum', of, distinct }, number, decimal)
      return result({ kind: 'avg', of, distinct }, { kind: 'decimal', as, scale: null }, decimal)
    }
    case 'min':
    case 'max':
      if (field.isConcealed || isRelated || !type.isSortable || (!type.isNumeric && planner.format === 'graphql'))
        return refuse(aggregate, field)
      return result(
        { kind: aggregate, of },
        type.isNumeric ? numberForm(planner, field) : formOf(planner, field, false),
        type.parse,
      )
    case 'minText':
    case 'maxText':
      if (field.isConcealed || isRelated || !type.isSortable) return refuse(aggregate, field)
      return result({ kind: aggregate === 'minText' ? 'min' : 'max', of }, formOf(planner, field, true), type.parse)
  }
}

/** The smallest and largest are values of the field: whole numbers are numbers in REST too. */
function numberForm(planner: Planner, field: Field): JsonForm {
  const form = formOf(planner, field, false)
  return planner.format === 'graphql' && form.kind === 'bigint' ? { kind: 'bigint', as: 'number' } : form
}

function refuse(aggregate: AggregateName, field: Field): never {
  return fail('INVALID_QUERY', {
    reason: `"${aggregate}" is not for the field "${field.name}" of type "${field.type}".`,
  })
}

function planHaving(planner: Planner, { aggregate, field, operator, operand: given }: Having, place: Place): Condition {
  // The elements one by one: MariaDB keeps groups that it shouldn't when an aggregate is sought among the rows of a list.
  const operand: Input = given.kind === 'list' ? { ...given, bind: null } : given
  if (aggregate === 'countAll' || field === null) {
    return compare(
      { kind: 'aggregate', aggregate: { kind: 'count-all' } },
      operator,
      operand,
      fieldType('bigInteger').parse,
    )
  }
  const { plan, parse } = planFieldAggregate(planner, aggregate, fieldOf(place.collection, field), place)
  return compare({ kind: 'aggregate', aggregate: plan }, operator, operand, parse)
}

/** By groups (as named in groupBy) and by aggregates (`-countAll`, `sum.total`); by default in the order of the groups. */
function planGroupOrder(
  planner: Planner,
  root: Extract<RootRead, { kind: 'aggregate' }>,
  groups: readonly Group[],
  place: Place,
): readonly OrderPlan[] {
  const asked = namesOf(root.args.sort, 'sort').map((name): OrderPlan => {
    const descending = name.startsWith('-')
    const path = name.replace(/^[-+]/, '')
    const group = groups.find((candidate) => candidate.path === path || candidate.key === path)
    if (group !== undefined) return { value: group.value, descending, isNullable: group.isNullable }
    return {
      value: { kind: 'aggregate', aggregate: namedAggregate(planner, path, place) },
      descending,
      isNullable: true,
    }
  })
  const rest = groups
    .filter((group) => !asked.some((term) => term.value === group.value))
    .map((group): OrderPlan => ({ value: group.value, descending: false, isNullable: group.isNullable }))
  return [...asked, ...rest]
}

const aggregateNames: readonly AggregateName[] = [
  'count',
  'countDistinct',
  'sum',
  'sumDistinct',
  'avg',
  'avgDistinct',
  'min',
  'max',
  'minText',
  'maxText',
]

function namedAggregate(planner: Planner, path: string, place: Place): AggregatePlan {
  const [name = '', ...rest] = path.split('.')
  if (path === 'countAll' || path === 'count') return { kind: 'count-all' }
  const aggregate = aggregateNames.find((known) => known === name)
  if (aggregate === undefined || rest.length === 0) {
    return fail('INVALID_QUERY', {
      reason: `sort: "${path}" must be one of the groups, "countAll", or an aggregate like "sum.price".`,
    })
  }
  return planFieldAggregate(planner, aggregate, fieldOf(place.collection, rest.join('.')), place).plan
}
