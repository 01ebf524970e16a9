/** Rows of one collection as the write path looks at them: by their keys or as a list finds them, and which rules each matches. */
import type { Column } from '../dialects/database-schema.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Filter, FilterInput } from '../filter/filter.ts'
import { checkSize } from '../filter/size.ts'
import { fieldType } from '../field-types/index.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import { operators } from '../operators/index.ts'
import type { OperatorName } from '../operators/operator.ts'
import type { Access } from '../permissions/access.ts'
import { fullAccess } from '../permissions/access-rules.ts'
import { constant } from '../sql/bind.ts'
import { constantInput } from '../sql/input.ts'
import { placeOf, planFilter, rowRules } from './plan-conditions.ts'
import { planOrder, planPage } from './plan-order.ts'
import { planEntries, planWhere } from './plan-select.ts'
import { collectionOf, createPlanner, fieldOf, tableRef, type Planner } from './planner.ts'
import type { Condition, DocEntry, OrderPlan, SourcePlan } from './plan-types.ts'
import { noArguments, type ReadLimits } from './request.ts'

/** What is asked of each row: texts, JSON documents and yes or no. */
export type RowsPlan = {
  readonly source: SourcePlan
  /** Columns of the source's table, each as its exact text. */
  readonly texts: readonly Column[]
  /** Each as one JSON object. */
  readonly documents: readonly (readonly DocEntry[])[]
  /** Each as 1 or 0. */
  readonly flags: readonly Condition[]
  readonly order: readonly OrderPlan[]
  readonly limit: number | null
  readonly offset: number | null
  /** No other writer may change the rows before the transaction ends. */
  readonly isLocked: boolean
}

/** Which rows: those whose columns hold one of these tuples (values as `FieldType.parse` gives them), or all of a list. */
export type RowsAsked = {
  readonly collection: Collection
  readonly where: Where
  readonly texts: readonly Column[]
  readonly documents: readonly (readonly string[])[]
  readonly flags: readonly (readonly FilterInput[])[]
  readonly isLocked: boolean
  /** Rows that this caller may not see are left out; null: none are. */
  readonly seenBy: Access | null
}

export type Where = {
  readonly fields: readonly string[]
  readonly tuples: readonly (readonly unknown[])[]
  /** Columns with one value for all. */
  readonly fixed: readonly { readonly column: string; readonly value: string }[]
}

const depthOfRules: ReadLimits = { defaultLimit: -1, maxLimit: null, maxDepth: 20 }

/** @throws INVALID_QUERY, FORBIDDEN or QUERY_TOO_COSTLY when a rule names what isn't there, or asks what can't be asked */
export function checkRule(rule: FilterInput, collection: Collection, model: Model): void {
  const planner = createPlanner({ model, access: fullAccess, format: 'rest', limits: depthOfRules })
  const place = placeOf(collectionOf(planner, collection.name), planner.alias(), 0)
  const filter = parseFilter(rule, collection, model)
  checkSize(filter)
  planFilter(planner, filter, place, 'filter')
}

/** @throws INVALID_QUERY when a rule can't be read */
export function planRows(asked: RowsAsked, model: Model): RowsPlan {
  const trusted = createPlanner({ model, access: fullAccess, format: 'rest', limits: depthOfRules })
  const collection = collectionOf(trusted, asked.collection.name)
  const alias = trusted.alias()
  const place = { ...placeOf(collection, alias, 0), isNarrow: true }
  const rules = asked.seenBy === null ? [] : rowRules({ ...trusted, access: asked.seenBy }, collection, alias)
  const fixed = asked.where.fixed.map(({ column, value }): Condition => ({
    kind: 'column-is',
    column: { alias, column },
    value,
  }))
  return {
    source: {
      from: tableRef(collection, alias),
      joins: [],
      where: [tuplesCondition(collection, alias, asked.where), ...fixed, ...rules],
    },
    texts: asked.texts,
    documents: asked.documents.map((fields) => snapshotEntries(trusted, fields, collection, alias)),
    flags: asked.flags.map((filters) => ({
      kind: 'and',
      conditions: filters.map((filter) =>
        planFilter(trusted, parseFilter(filter, collection, model), { ...place, isOptional: true }, 'filter'),
      ),
    })),
    order: [],
    limit: null,
    offset: null,
    isLocked: asked.isLocked,
  }
}

/** All rows of a collection, or those whose field holds one of the values (null: none), for the program itself: without rights. */
export function planTrusted(
  collection: Collection,
  asked: {
    readonly where: { readonly field: string; readonly values: readonly unknown[] | null } | null
    readonly fields: readonly string[]
    readonly secrets: readonly Column[]
    readonly isLocked: boolean
  },
  model: Model,
): RowsPlan {
  const planner = createPlanner({ model, access: fullAccess, format: 'rest', limits: depthOfRules })
  const alias = planner.alias()
  const where =
    asked.where === null
      ? []
      : asked.where.values === null
        ? [isNull(fieldOf(collection, asked.where.field), alias)]
        : [
            tuplesCondition(collection, alias, {
              fields: [asked.where.field],
              tuples: asked.where.values.map((value) => [value]),
            }),
          ]
  return {
    source: { from: tableRef(collectionOf(planner, collection.name), alias), joins: [], where },
    texts: asked.secrets,
    documents: [snapshotEntries(planner, asked.fields, collection, alias)],
    flags: [],
    order: keyColumns(collection).map((column) => ({
      value: { kind: 'column', alias, column, mask: null },
      descending: false,
      isNullable: false,
    })),
    limit: null,
    offset: null,
    isLocked: asked.isLocked,
  }
}

/** The key of the newest row of an item in a collection of the system's that tells of items: the one with the largest key. */
export function planNewest(
  collection: Collection,
  of: { readonly collection: string; readonly item: string },
  model: Model,
): RowsPlan {
  const [key] = keyColumns(collection)
  const plan = planRows(
    {
      collection,
      where: { fields: ['collection', 'item'], tuples: [[of.collection, of.item]], fixed: [] },
      texts: keyColumns(collection),
      documents: [],
      flags: [],
      isLocked: false,
      seenBy: null,
    },
    model,
  )
  if (key === undefined) return plan
  const { alias } = plan.source.from
  const value = { kind: 'column', alias, column: key, mask: null } as const
  return { ...plan, order: [{ value, descending: true, isNullable: false }], limit: 1 }
}

/** As `snapshotEntries`, of rows that go by another table's name: such as are being inserted. */
export const entriesOfRow = (
  fields: readonly string[],
  collection: Collection,
  alias: string,
  model: Model,
): readonly DocEntry[] =>
  snapshotEntries(
    createPlanner({ model, access: fullAccess, format: 'rest', limits: depthOfRules }),
    fields,
    collection,
    alias,
  )

/** The fields of a row as REST shows them; of a secret only whether there is one. */
function snapshotEntries(
  planner: Planner,
  fields: readonly string[],
  collection: Collection,
  alias: string,
): readonly DocEntry[] {
  const selection = fields.map((field) => ({ kind: 'field' as const, key: field, field }))
  return planEntries(planner, selection, { collection, alias, depth: 0 })
}

/**
 * What a list with these arguments would show its caller; without a limit all of it. The rows are locked as they are found, so
 * that of two writers the second finds only what is still as it asked for.
 */
export function planFound(
  query: {
    readonly filter: Filter | null
    readonly search: string | null
    readonly sort: readonly string[]
    readonly limit: number | null
    readonly offset: number | null
  },
  target: { readonly collection: string; readonly maxDepth: number },
  model: Model,
  access: Access,
): RowsPlan {
  const limits = { defaultLimit: -1, maxLimit: null, maxDepth: target.maxDepth }
  const planner = createPlanner({ model, access, format: 'rest', limits })
  const collection = collectionOf(planner, target.collection)
  const place = placeOf(collection, planner.alias(), 0)
  const args = {
    ...noArguments,
    filter: query.filter,
    search: query.search === null ? null : constantInput(query.search),
    sort: query.sort.length === 0 ? null : constantInput(query.sort),
    limit: query.limit === null ? null : constantInput(query.limit),
    offset: query.offset === null ? null : constantInput(query.offset),
  }
  const { order, joins, last } = planOrder(planner, args.sort, place)
  const page = planPage(planner, args, null)
  return {
    source: {
      from: tableRef(collection, place.alias),
      joins,
      where: [...rowRules(planner, collection, place.alias), ...planWhere(planner, args, place)],
    },
    texts: keyColumns(collection),
    documents: [],
    flags: [],
    order: [...order, ...last],
    limit: page.limit,
    offset: query.offset,
    isLocked: true,
  }
}

/** The columns of a collection's key. @throws FORBIDDEN when a part of it has none */
export const keyColumns = (collection: Collection): readonly Column[] =>
  collection.primaryKey.map((name) => columnOf(fieldOf(collection, name)))

export function columnOf(field: Field): Column {
  if (field.column === null) throw new TypeError(`${field.collection}.${field.name} has no column`)
  return field.column
}

/** That a row's fields hold one of the tuples. `lists`: whether a list is bound as one value, or each of its values. */
export function tuplesCondition(
  collection: Collection,
  alias: string,
  where: Omit<Where, 'fixed'>,
  lists: 'whole' | 'each' = 'whole',
): Condition {
  const fields = where.fields.map((name) => fieldOf(collection, name))
  const [only] = fields
  if (only !== undefined && fields.length === 1) {
    const values = where.tuples.map(([value]) => value)
    return comparison(only, alias, values.length === 1 ? '_eq' : '_in', values, lists)
  }
  return {
    kind: 'or',
    conditions: where.tuples.map((tuple) => ({
      kind: 'and',
      conditions: fields.map((field, position) => comparison(field, alias, '_eq', [tuple[position]])),
    })),
  }
}

function comparison(
  field: Field,
  alias: string,
  name: OperatorName,
  values: readonly unknown[],
  lists: 'whole' | 'each' = 'whole',
): Condition {
  const operator = operators.get(name)
  if (operator === undefined) throw new TypeError(`no operator ${name}`)
  const value = { kind: 'column', alias, column: columnOf(field), mask: null } as const
  return {
    kind: 'compare',
    value,
    operator,
    operand:
      operator.form === 'list'
        ? { form: 'list', list: lists === 'whole' ? { list: constant(values) } : { elements: values.map(constant) } }
        : { form: 'scalar', bind: constant(values[0]) },
  }
}

function isNull(field: Field, alias: string): Condition {
  const operator = operators.get('_null')
  if (operator === undefined) throw new TypeError('no operator _null')
  const value = { kind: 'column', alias, column: columnOf(field), mask: null } as const
  return { kind: 'compare', value, operator, operand: { form: 'flag', flag: true } }
}

/** A key's part as an operand; undefined when it can't be one of the field's. */
export function keyOperand(field: Field, input: unknown): unknown {
  try {
    return input === null || input === undefined ? undefined : fieldType(field.type).parse(input)
  } catch {
    return undefined
  }
}
