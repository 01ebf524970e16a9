/** What is selected, as the documents of a statement: fields, functions, and related items at every level. */
import { fieldType } from '../field-types/index.ts'
import { checkSize } from '../filter/size.ts'
import type { JsonForm } from '../dialects/dialect.ts'
import type { Collection, Field } from '../model/model.ts'
import { mayRead } from '../permissions/access-rules.ts'
import {
  anyCollectionIs,
  columnValue,
  countValue,
  placeOf,
  planAnyRelated,
  planFilter,
  planRelated,
  requireFunction,
  type Place,
  type Related,
} from './plan-conditions.ts'
import { planSearch } from './plan-search.ts'
import { planOrder, planPage } from './plan-order.ts'
import { fieldOf, forbiddenField, type Planner } from './planner.ts'
import type { Condition, DocEntry, DocPlan, JsonPlan, QueryPlan } from './plan-types.ts'
import { noArguments, type ListArguments, type Selected } from './request.ts'

type At = Pick<Place, 'collection' | 'alias' | 'depth'>

/** @throws FORBIDDEN for names the caller may not see */
export const planDocument = (planner: Planner, selection: readonly Selected[], at: At): DocPlan => ({
  kind: 'object',
  entries: planEntries(planner, selection, at),
})

export function planEntries(planner: Planner, selection: readonly Selected[], at: At): readonly DocEntry[] {
  return selection.map((selected) => ({ key: selected.key, value: planSelected(planner, selected, at) }))
}

function planSelected(planner: Planner, selected: Selected, at: At): JsonPlan {
  if (selected.kind === 'constant') return selected
  if (selected.kind === 'object') return { kind: 'object', entries: planEntries(planner, selected.selection, at) }
  const field = fieldOf(at.collection, selected.field)
  switch (selected.kind) {
    case 'field':
      return field.column === null ? planKeys(planner, field, noArguments, at) : planField(planner, field, at)
    case 'keys':
      return field.column === null ? planKeys(planner, field, selected.args, at) : planKey(planner, field, at)
    case 'date-part':
      requireFunction(field, selected.part)
      return {
        kind: 'value',
        value: {
          kind: 'date-part',
          part: selected.part,
          of: columnValue(planner, at.collection, field, at.alias, 'select'),
        },
        form: integerForm,
      }
    case 'count':
      return { kind: 'value', value: countValue(planner, field, at, 'select'), form: integerForm }
    case 'json':
      requireFunction(field, 'json')
      return {
        kind: 'json-at',
        of: columnValue(planner, at.collection, field, at.alias, 'select'),
        path: selected.path,
      }
    case 'related': {
      const related = planRelated(planner, field, at, 'select')
      const isOne = field.relation?.kind === 'm2o'
      const doc = planDocument(planner, selected.selection, placeOfRelated(related))
      const query = planRows(planner, related, selected.args, doc, listFieldOf(field))
      return isOne ? planFirst(related, query, selected.args) : { kind: 'list', query }
    }
    case 'any-related':
      return {
        kind: 'choice',
        choices: selected.choices
          .filter((choice) => mayRead(planner.access, choice.collection))
          .map((choice) => {
            const related = planAnyRelated(planner, field, choice.collection, at, 'select')
            const doc = planDocument(planner, choice.selection, placeOfRelated(related))
            const query = planRows(planner, related, noArguments, doc)
            return {
              condition: anyCollectionIs(at, field, choice.collection),
              value: { kind: 'first', query: { ...query, order: [], limit: null } },
            }
          }),
      }
  }
}

/** One item: found by its key it stands beside its row; else, where a database lets several share it, the first by key. */
function planFirst({ collection, source }: Related, query: QueryPlan, args: ListArguments): JsonPlan {
  const ties = source.where.filter(
    (condition) => condition.kind === 'same' && condition.right.alias === source.from.alias,
  )
  const tied = ties.flatMap((condition) => (condition.kind === 'same' ? [condition.right] : []))
  const isKey = [collection.primaryKey, ...collection.uniqueKeys].some(
    (key) =>
      key.length > 0 &&
      key.every((name) => tied.some(({ column }) => column === collection.fields.get(name)?.column?.name)),
  )
  const isPaged = [args.limit, args.offset, args.page].some((input) => input !== null && input.kind !== 'null')
  if (!isKey || isPaged) return { kind: 'first', query: { ...query, limit: query.limit === 0 ? 0 : 1 } }
  const [present] = tied
  if (present === undefined || query.doc.kind !== 'object')
    return { kind: 'first', query: { ...query, order: [], limit: null } }
  return { kind: 'joined', source: query.source, present, entries: query.doc.entries }
}

const integerForm: JsonForm = { kind: 'integer', as: 'number' }

const placeOfRelated = (related: Related): At => ({
  collection: related.collection,
  alias: related.source.from.alias,
  depth: related.depth,
})

function planField(planner: Planner, field: Field, at: At): JsonPlan {
  const value = columnValue(planner, at.collection, field, at.alias, 'select')
  return field.isConcealed
    ? { kind: 'concealed', value }
    : { kind: 'value', value, form: formOf(planner, field, field.isPrimaryKey) }
}

/** How a field's value is written. @param isKey it stands where GraphQL has an `ID` */
export function formOf(planner: Pick<Planner, 'format'>, field: Field, isKey: boolean): JsonForm {
  if (field.column === null) return { kind: 'text' }
  return fieldType(field.type).jsonForm(field.column, planner.format, isKey)
}

/** An m2o's or m2a's own column. */
function planKey(planner: Planner, field: Field, at: At): JsonPlan {
  return {
    kind: 'value',
    value: columnValue(planner, at.collection, field, at.alias, 'select'),
    form: formOf(planner, field, true),
  }
}

/** The keys of the related items that the caller sees. */
function planKeys(planner: Planner, field: Field, args: ListArguments, at: At): JsonPlan {
  if (field.relation === null) return forbiddenField(at.collection.name, field.name)
  const related = planRelated(planner, field, at, 'select')
  const doc: DocPlan = { kind: 'value', value: planItemKey(planner, related.collection, related.source.from.alias) }
  const query = planRows(planner, related, args, doc, listFieldOf(field))
  return field.relation.kind === 'm2o' ? planFirst(related, query, args) : { kind: 'list', query }
}

/** An item's key as one value: its only field, or the opaque text of a composite one. */
export function planItemKey(planner: Planner, collection: Collection, alias: string): JsonPlan {
  const columns = collection.primaryKey.map((name) => {
    const field = fieldOf(collection, name)
    return { value: columnValue(planner, collection, field, alias, 'select'), form: formOf(planner, field, true) }
  })
  const [only] = columns
  if (only === undefined) return { kind: 'constant', text: 'null' }
  return columns.length === 1 ? { kind: 'value', ...only } : { kind: 'composite-key', columns }
}

/** The field of a list's items that keeps their positions in it; null without one. */
const listFieldOf = ({ relation }: Field): string | null => (relation?.kind === 'o2m' ? relation.sortField : null)

/** The rows of a relation under the arguments of its list. */
function planRows(
  planner: Planner,
  related: Related,
  args: ListArguments,
  doc: DocPlan,
  listField: string | null = null,
): QueryPlan {
  const place = { ...placeOf(related.collection, related.source.from.alias, related.depth), isNarrow: true }
  const { order, joins, last } = planOrder(planner, args.sort, place, listField)
  const where = [...related.source.where, ...planWhere(planner, args, place)]
  return {
    source: { ...related.source, joins: [...related.source.joins, ...joins], where },
    doc,
    isGrouped: false,
    groupBy: [],
    having: [],
    order: [...order, ...last],
    ...planPage(planner, args, null),
  }
}

/** The conditions of a list's own arguments. */
export function planWhere(
  planner: Planner,
  args: Pick<ListArguments, 'filter' | 'search'>,
  place: Place,
): readonly Condition[] {
  if (args.filter !== null) checkSize(args.filter)
  const filter = args.filter === null ? [] : [planFilter(planner, args.filter, place, 'filter')]
  const search = args.search === null ? [] : [planSearch(planner, args.search, place)]
  return [...filter, ...search]
}
