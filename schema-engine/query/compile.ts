/** Writes a plan as one SQL statement of a dialect. A plan that compiles is legal: nothing is decided here. */
import type {
  Dialect,
  Expressions,
  JsonForm,
  JsonQuery,
  NumberForm,
  OrderTerm,
  PagedTable,
} from '../dialects/dialect.ts'
import type { ColumnKind } from '../dialects/database-schema.ts'
import { queryBody } from '../dialects/query-body.ts'
import type { Subject } from '../operators/operator.ts'
import { constant, type Bind } from '../sql/bind.ts'
import { empty, join, name, raw, render, sql, value, type RenderedSql, type Sql } from '../sql/sql.ts'
import type {
  AggregatePlan,
  ColumnAt,
  Condition,
  DocEntry,
  DocPlan,
  JsonPlan,
  OrderPlan,
  QueryPlan,
  ReadPlan,
  RootPlan,
  SourcePlan,
  TableRef,
  ValuePlan,
} from './plan-types.ts'

/** The statement of all roots: one row, with one column for each text that `assemble` asks for, in its order. */
export function compileRead(plan: ReadPlan, dialect: Dialect): RenderedSql {
  const to = dialect.expressions
  const queries = plan.roots.flatMap((root) => rootQueries(root, to))
  const [only] = queries
  if (only === undefined) return { text: '', binds: [] }
  if (queries.length === 1) return render(only.query, dialect)
  const columns = queries.map(
    ({ query, mayBeNone }, index) => sql`${mayBeNone ? orNull(query) : sql`(${query})`} as ${name(`r${index}`)}`,
  )
  return render(sql`select ${join(columns, ', ')}`, dialect)
}

type RootQuery = {
  /** Of one column and one row. */
  readonly query: Sql
  /** Or of no row, which stands for null. A null in a row would be a text that the database could not make. */
  readonly mayBeNone: boolean
}

const oneRow = (query: Sql): RootQuery => ({ query, mayBeNone: false })

function rootQueries(root: RootPlan, to: Expressions): readonly RootQuery[] {
  switch (root.kind) {
    case 'list':
      return [oneRow(to.jsonRootArray(queryOf(root.query, to)))]
    case 'first':
      return [{ query: firstRow(root.query, to), mayBeNone: true }]
    case 'entities':
      return [oneRow(to.jsonRootArray(entitiesQuery(root, to)))]
    case 'connection': {
      const parts = root.parts.flatMap((part): readonly Sql[] => {
        if (part.kind === 'list') return [to.jsonRootArray(queryOf(part.query, to))]
        return part.kind === 'count' ? [sql`select count(*) ${fromWhere(part.source, to)}`] : []
      })
      const cursors = root.cursors === null ? [] : [to.jsonRootArray(queryOf(root.cursors, to))]
      const behind =
        root.behind === null
          ? []
          : [sql`select case when exists (select 1 ${fromWhere(root.behind.source, to)}) then 1 else 0 end`]
      return [...parts, ...cursors, ...behind].map(oneRow)
    }
  }
}

/** The document of the only row that a query gives. */
function firstRow(plan: QueryPlan, to: Expressions): Sql {
  const query = queryOf(plan, to)
  const doc = query.doc.kind === 'value' ? query.doc.json : to.jsonObject(query.doc.entries)
  const order = query.order.length === 0 ? empty : sql` order by ${to.order(query.order)}`
  return sql`select ${doc} ${queryBody(query)}${order}${to.limitOffset(query.limit, query.offset)}`
}

function entitiesQuery(root: Extract<RootPlan, { kind: 'entities' }>, to: Expressions): JsonQuery {
  const { doc, docJoins } = docOf(root.doc, to)
  const keys = to.keyTable(
    root.keyAlias,
    root.keys,
    root.columns.map(({ kind, nativeType }) => ({ kind, nativeType })),
  )
  const from = sql`${keys} left join ${table(root.from)} on ${all(root.on, to)}`
  const position = name(root.keyAlias, 'position')
  const present = sql`${name(root.from.alias, root.columns[0]?.name ?? '')} is not null`
  return {
    doc: doc.kind === 'object' ? { ...doc, present } : doc,
    from,
    docJoins,
    where: null,
    groupBy: [],
    having: null,
    order: [{ expression: position, descending: false, isNullable: false }],
    limit: null,
    offset: null,
    page: null,
  }
}

function queryOf(query: QueryPlan, to: Expressions): JsonQuery {
  const { source } = query
  const isMasked = query.groupBy.some(hasMask)
  const groups: Groups = new Map(
    query.groupBy.map((group, index) => [group, isMasked ? groupName(source, index) : exact(group, to)] as const),
  )
  const where = source.where.length === 0 ? null : all(source.where, to)
  const { doc, docJoins } = docOf(query.doc, to, groups)
  const isOneGroup = query.isGrouped && groups.size === 0
  return {
    // Rows are one group only where something is counted over them.
    doc: isOneGroup && doc.kind === 'object' ? { ...doc, present: raw('count(*) >= 0') } : doc,
    docJoins,
    from: isMasked ? withGroups(query, to) : fromOf(source, to),
    where: isMasked ? null : where,
    groupBy: [...groups.values()],
    having: query.having.length === 0 ? null : all(query.having, to),
    order: query.order.map((term) => orderTerm(term, to, groups)),
    limit: query.limit === null ? null : raw(String(query.limit)),
    offset:
      query.offset === null ? null : typeof query.offset === 'number' ? raw(String(query.offset)) : value(query.offset),
    page: isCutAhead(query) ? pagedTable(source.from) : null,
  }
}

const pagedTable = (from: TableRef): PagedTable => ({
  alias: name(from.alias),
  table: table(from),
  key: from.key.map((column) => name(from.alias, column)),
})

/** What rows are grouped by, as it stands in the statement. */
type Groups = ReadonlyMap<ValuePlan, Sql>

const noGroups: Groups = new Map()

/**
 * The rows with what they are grouped by beside them. A mask may look other rows up, and PostgreSQL does not see that
 * the mask of a group and the same mask where the group is shown are one.
 */
function withGroups({ source, groupBy }: QueryPlan, to: Expressions): Sql {
  const groups = groupBy.map((group, index) => sql`, ${exact(group, to)} as ${name(groupColumn(index))}`)
  const alias = name(source.from.alias)
  return sql`(select ${alias}.*${join(groups, '')} ${fromWhere(source, to)}) ${alias}`
}

const groupColumn = (index: number): string => `g$${index}`
const groupName = (source: SourcePlan, index: number): Sql => name(source.from.alias, groupColumn(index))

function hasMask(plan: ValuePlan): boolean {
  if (plan.kind === 'column' || plan.kind === 'related-count') return plan.mask !== null
  return plan.kind === 'aggregate' ? false : hasMask(plan.of)
}

/** Whether the documents hold what the rows are ordered by, which may be in a joined table. */
const tellsOrder = (doc: DocPlan): boolean =>
  doc.kind === 'value' ? doc.value.kind === 'cursor' : doc.entries.some((entry) => entry.value.kind === 'cursor')

/** Whether the document needs nothing but the row itself: no group, and of what the list is sorted by no joined value. */
const isCutAhead = ({ isGrouped, source, doc }: QueryPlan): boolean =>
  !isGrouped && (source.joins.length === 0 || !tellsOrder(doc))

export function orderTerm(term: OrderPlan, to: Expressions, groups: Groups = noGroups): OrderTerm {
  return { ...term, expression: groups.get(term.value) ?? sortedBy(term.value, to).expression }
}

/** A value as rows are ordered by it: one of a list of values by its text, whatever the order of the list. */
function sortedBy(plan: ValuePlan, to: Expressions): Subject {
  const subject = subjectOf(plan, to)
  if (subject.kind !== 'enum') return subject
  return { ...subject, expression: to.exactText(subject.expression, 'enum'), kind: 'text', nativeType: null }
}

const orNull = (query: Sql): Sql => sql`coalesce((${query}), 'null')`

/** Databases bound the tables of one join; items beyond this many are looked up one by one. */
const maxDocJoins = 20

function docOf(doc: DocPlan, to: Expressions, groups = noGroups): Pick<JsonQuery, 'doc' | 'docJoins'> {
  if (doc.kind === 'value')
    return { doc: { kind: 'value', json: jsonOf(doc.value, to, { groups, isJoined: false }) }, docJoins: empty }
  const joined = joinedIn(doc.entries)
  const isJoined = joined.length <= maxDocJoins
  const entries = doc.entries.map((entry) => ({ key: entry.key, json: jsonOf(entry.value, to, { groups, isJoined }) }))
  const joins = joined.map(({ source }) => sql` left join ${table(source.from)} on ${all(source.where, to)}`)
  return { doc: { kind: 'object', entries, present: null }, docJoins: isJoined ? join(joins, '') : empty }
}

/** The items that stand beside a document's row, each before those that it leads to. */
function joinedIn(entries: readonly DocEntry[]): readonly Extract<JsonPlan, { kind: 'joined' }>[] {
  return entries.flatMap(({ value: json }) => {
    if (json.kind === 'joined') return [json, ...joinedIn(json.entries)]
    return json.kind === 'object' ? joinedIn(json.entries) : []
  })
}

/** One row's JSON object. */
export const jsonObjectOf = (entries: readonly DocEntry[], to: Expressions): Sql =>
  to.jsonObject(entries.map((entry) => ({ key: entry.key, json: jsonOf(entry.value, to) })))

type JsonPlace = {
  /** What the rows are grouped by, which is shown as it is grouped. */
  readonly groups: Groups
  /** Whether the items that may stand beside the row do. */
  readonly isJoined: boolean
}

function jsonOf(plan: JsonPlan, to: Expressions, place: JsonPlace = { groups: noGroups, isJoined: false }): Sql {
  switch (plan.kind) {
    case 'constant':
      return to.jsonConstant(plan.text)
    case 'value': {
      const group = place.groups.get(plan.value)
      if (group !== undefined) return to.json(group, plan.form, true)
      return valueJson(plan.value, plan.form, to)
    }
    case 'concealed':
      return to.json(
        sql`(case when ${valueOf(plan.value, to)} is null then null else '**********' end)`,
        { kind: 'text' },
        true,
      )
    case 'json-at':
      return to.jsonAt(valueOf(plan.of, to), plan.path)
    case 'object':
      return to.jsonObject(plan.entries.map((entry) => ({ key: entry.key, json: jsonOf(entry.value, to, place) })))
    case 'list':
      return sql`(${to.jsonArray(queryOf(plan.query, to))})`
    case 'first':
      return orNull(firstRow(plan.query, to))
    case 'joined':
      return joinedJson(plan, to, place)
    case 'choice':
      return plan.choices.reduceRight(
        (rest, choice) =>
          sql`(case when ${conditionOf(choice.condition, to)} then ${jsonOf(choice.value, to)} else ${rest} end)`,
        to.jsonConstant('null'),
      )
    case 'cursor':
      return to.json(to.jsonCursor(plan.order.map((term) => exactText(term.value, to))), { kind: 'cursor' }, false)
    case 'composite-key': {
      const parts = plan.columns.flatMap(({ value: column }, index) => {
        const text = sql`replace(replace(${exactText(column, to)}, '%', '%25'), ',', '%2C')`
        return index === 0 ? [text] : [raw("','"), text]
      })
      return to.json(to.concat(parts), { kind: 'text' }, false)
    }
  }
}

/** The condition of a value that is shown in some rows stands around its JSON, so that each is made once. */
function valueJson(plan: ValuePlan, form: JsonForm, to: Expressions): Sql {
  if ((plan.kind !== 'column' && plan.kind !== 'related-count') || plan.mask === null)
    return to.json(valueOf(plan, to), form, isNullable(plan))
  const json = valueJson({ ...plan, mask: null }, form, to)
  return sql`(case when ${conditionOf(plan.mask, to)} then ${json} else 'null' end)`
}

function joinedJson(
  { source, present, entries }: Extract<JsonPlan, { kind: 'joined' }>,
  to: Expressions,
  place: JsonPlace,
): Sql {
  if (!place.isJoined) {
    const query: QueryPlan = {
      source,
      doc: { kind: 'object', entries },
      isGrouped: false,
      groupBy: [],
      having: [],
      order: [],
      limit: null,
      offset: null,
    }
    return orNull(firstRow(query, to))
  }
  const object = to.jsonObject(entries.map((entry) => ({ key: entry.key, json: jsonOf(entry.value, to, place) })))
  return sql`(case when ${at(present)} is null then 'null' else ${object} end)`
}

const exactText = (plan: ValuePlan, to: Expressions): Sql => {
  const { expression, kind } = subjectOf(plan, to)
  return to.exactText(expression, kind)
}

/** A value to group by: distinct where its text is. */
function exact(plan: ValuePlan, to: Expressions): Sql {
  const column = columnOf(plan)
  const expression = valueOf(plan, to)
  return column === null ? expression : to.exactValue(expression, column.kind, column.collation)
}

function isNullable(plan: ValuePlan): boolean {
  if (plan.kind === 'column') return plan.column.isNullable || plan.mask !== null
  return plan.kind !== 'related-count' || plan.mask !== null
}

const columnOf = (plan: ValuePlan) => (plan.kind === 'column' ? plan.column : null)

function valueOf(plan: ValuePlan, to: Expressions): Sql {
  switch (plan.kind) {
    case 'column': {
      const column = name(plan.alias, plan.column.name)
      return plan.mask === null ? column : sql`(case when ${conditionOf(plan.mask, to)} then ${column} end)`
    }
    case 'date-part':
      return to.datePart(plan.part, valueOf(plan.of, to), plan.of.column.kind)
    case 'elements':
      return to.elementCount(valueOf(plan.of, to), plan.of.column.kind)
    case 'related-count': {
      const count = sql`(select count(*) ${fromWhere(plan.source, to)})`
      return plan.mask === null ? count : sql`(case when ${conditionOf(plan.mask, to)} then ${count} end)`
    }
    case 'json':
      return to.jsonScalarAt(valueOf(plan.of, to), plan.path, plan.as)
    case 'aggregate':
      return aggregateOf(plan.aggregate, to)
  }
}

function aggregateOf(plan: AggregatePlan, to: Expressions): Sql {
  switch (plan.kind) {
    case 'count-all':
      return raw('count(*)')
    case 'count':
      return plan.distinct ? sql`count(distinct ${exact(plan.of, to)})` : sql`count(${valueOf(plan.of, to)})`
    case 'count-related':
      return sql`coalesce(sum(${valueOf(plan.of, to)}), 0)`
    case 'sum':
      return to.sum(valueOf(plan.of, to), numberForm(plan.of), plan.distinct)
    case 'avg':
      return to.average(valueOf(plan.of, to), numberForm(plan.of), plan.distinct)
    case 'min':
    case 'max':
      return sql`${raw(plan.kind)}(${to.minMax(subjectOf(plan.of, to).expression, columnOf(plan.of)?.kind ?? 'integer')})`
  }
}

function numberForm(plan: ValuePlan): NumberForm {
  const column = columnOf(plan)
  return { kind: column?.kind ?? 'integer', scale: column?.scale ?? null }
}

/** A value as the left side of a comparison. */
function subjectOf(plan: ValuePlan, to: Expressions): Subject {
  const column = columnOf(plan)
  if (column !== null) {
    const { kind, nativeType, collation } = column
    return { expression: to.subject(valueOf(plan, to), kind), kind, nativeType, collation }
  }
  const isTotal = plan.kind === 'aggregate' && (plan.aggregate.kind === 'sum' || plan.aggregate.kind === 'avg')
  const expression = isTotal ? to.aggregateSubject(valueOf(plan, to)) : valueOf(plan, to)
  return { expression, kind: kindOf(plan), nativeType: null, collation: null }
}

function kindOf(plan: ValuePlan): ColumnKind {
  switch (plan.kind) {
    case 'json':
      return plan.as === 'text' ? 'text' : plan.as === 'boolean' ? 'boolean' : 'float'
    case 'aggregate': {
      const { aggregate } = plan
      if (aggregate.kind === 'count-all' || aggregate.kind === 'count' || aggregate.kind === 'count-related')
        return 'integer'
      const kind = columnOf(aggregate.of)?.kind ?? 'integer'
      return aggregate.kind === 'avg' || aggregate.kind === 'sum' ? (kind === 'float' ? 'float' : 'decimal') : kind
    }
    default:
      return 'integer'
  }
}

export function conditionOf(plan: Condition, to: Expressions): Sql {
  switch (plan.kind) {
    case 'constant':
      return raw(plan.holds ? '(1 = 1)' : '(1 = 0)')
    case 'and':
      return plan.conditions.length === 0
        ? raw('(1 = 1)')
        : combined(
            plan.conditions.map((inner) => conditionOf(inner, to)),
            ' and ',
          )
    case 'or':
      return plan.conditions.length === 0
        ? raw('(1 = 0)')
        : combined(
            plan.conditions.map((inner) => conditionOf(inner, to)),
            ' or ',
          )
    case 'not':
      return sql`((${conditionOf(plan.condition, to)}) is not true)`
    case 'compare':
      return compareOf(plan, to)
    case 'compare-found':
      return compareFound(plan, to)
    case 'exists': {
      const found = existsOf(plan, to)
      return plan.negated ? sql`not ${found}` : found
    }
    case 'is-given':
      return sql`${to.operand(plan.bind, 'integer', null)} = 1`
    case 'same': {
      const [left, right] = [at(plan.left), at(plan.right)]
      return plan.asText === true
        ? sql`${to.exactText(left, 'unknown')} = ${to.exactText(right, 'unknown')}`
        : sql`${left} = ${right}`
    }
    case 'column-is':
      return sql`${at(plan.column)} = ${value(constant(plan.value))}`
    case 'at-key':
      return sql`${at(plan.column)} = ${name(plan.keyAlias, `k${plan.position}`)}`
    case 'beyond':
      return beyond(plan, to)
  }
}

const maxJoined = 50

/** Many conditions are put together as a tree, because databases bound how deep an expression may be. */
function combined(conditions: readonly Sql[], operator: ' and ' | ' or '): Sql {
  if (conditions.length <= maxJoined) return sql`(${join(conditions, operator)})`
  const size = Math.ceil(conditions.length / maxJoined)
  const parts = Array.from({ length: Math.ceil(conditions.length / size) }, (_, index) =>
    combined(conditions.slice(index * size, (index + 1) * size), operator),
  )
  return sql`(${join(parts, operator)})`
}

function existsOf({ source, how }: Extract<Condition, { kind: 'exists' }>, to: Expressions): Sql {
  if (how.kind === 'set' && to.inSet !== null) {
    const others = { ...source, where: source.where.filter((condition) => condition !== how.link) }
    return to.inSet(at(how.link.left), sql`select ${at(how.link.right)} ${fromWhere(others, to)}`)
  }
  const query = sql`select 1 ${fromWhere(source, to)}`
  return how.kind === 'probe' ? to.existsProbe(query) : sql`exists (${query})`
}

function compareOf(plan: Extract<Condition, { kind: 'compare' }>, to: Expressions): Sql {
  const { value: left, operator, operand } = plan
  // A strict operator is never true of a null, so the mask may stand beside it and leave the column to its index.
  if (left.kind === 'column' && left.mask !== null && operator.isStrict) {
    return sql`(${conditionOf(left.mask, to)} and ${operator.sql(subjectOf({ ...left, mask: null }, to), operand, to)})`
  }
  return operator.sql(subjectOf(left, to), operand, to)
}

/** Without a value there is nothing that the condition could be true of, whatever the operator. */
function compareFound(plan: Extract<Condition, { kind: 'compare-found' }>, to: Expressions): Sql {
  const { value: left, operator, found, asText } = plan
  const there = subjectOf(found.value, to)
  const sought = asText ? to.exactText(there.expression, there.kind) : there.expression
  const query = sql`select ${sought} ${fromWhere(found.source, to)} and ${sought} is not null`
  const own = subjectOf(left, to)
  const subject: Subject = asText
    ? { expression: to.exactText(own.expression, own.kind), kind: 'text', nativeType: null, collation: null }
    : own
  if (operator.form === 'list') {
    const condition = operator.sql(subject, { form: 'list', list: { query } }, to)
    return sql`(${condition} and exists (${query}))`
  }
  const bind: Bind = { from: 'statement', sql: sql`(${query})` }
  return operator.sql(subject, { form: 'scalar', bind }, to)
}

/** Row by row: equal in the first terms and beyond in the next. Nulls are last ascending, first descending. */
function beyond(plan: Extract<Condition, { kind: 'beyond' }>, to: Expressions): Sql {
  const cases = plan.order.map((term, index) => {
    const before = plan.order
      .slice(0, index)
      .map((earlier, position) => sameValue(earlier, bindAt(plan.binds, position), to))
    return sql`(${join([...before, pastValue(term, bindAt(plan.binds, index), plan.forward, to)], ' and ')})`
  })
  return cases.length === 0 ? raw('(1 = 0)') : sql`(${join(cases, ' or ')})`
}

function bindAt(binds: readonly Bind[], index: number): Bind {
  return binds[index] ?? constant(null)
}

function sameValue(term: OrderPlan, bind: Bind, to: Expressions): Sql {
  const { expression, kind, nativeType } = sortedBy(term.value, to)
  const equal = sql`${expression} = ${to.operand(bind, kind, nativeType)}`
  return term.isNullable
    ? sql`(${equal} or (${expression} is null and ${to.operand(bind, 'text', null)} is null))`
    : equal
}

function pastValue(term: OrderPlan, bind: Bind, forward: boolean, to: Expressions): Sql {
  const { expression, kind, nativeType } = sortedBy(term.value, to)
  const isUp = term.descending !== forward
  const past = sql`${expression} ${raw(isUp ? '>' : '<')} ${to.operand(bind, kind, nativeType)}`
  if (!term.isNullable) return past
  const bound = to.operand(bind, 'text', null)
  // Upwards nulls come after every value; downwards every value comes after them.
  return isUp
    ? sql`(${past} or (${expression} is null and ${bound} is not null))`
    : sql`(${past} or (${expression} is not null and ${bound} is null))`
}

const at = (column: ColumnAt): Sql => name(column.alias, column.column)

function all(conditions: readonly Condition[], to: Expressions): Sql {
  return conditions.length === 0
    ? raw('(1 = 1)')
    : join(
        conditions.map((condition) => conditionOf(condition, to)),
        ' and ',
      )
}

function table({ schema, name: table, alias }: TableRef): Sql {
  return sql`${schema === null ? name(table) : name(schema, table)} ${name(alias)}`
}

function fromOf(source: SourcePlan, to: Expressions): Sql {
  const joins = source.joins.map(
    ({ table: joined, on, kind }) => sql` ${raw(kind)} join ${table(joined)} on ${all(on, to)}`,
  )
  return sql`${table(source.from)}${joins.length === 0 ? empty : join(joins, '')}`
}

export function fromWhere(source: SourcePlan, to: Expressions): Sql {
  const where = source.where.length === 0 ? empty : sql` where ${all(source.where, to)}`
  return sql`from ${fromOf(source, to)}${where}`
}
