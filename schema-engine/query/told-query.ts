/** A read as a query by real names, as REST would ask for it: what a hook is told, and what it gives back. */
import type { Filter, FilterInput, FilterValue } from '../filter/filter.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Collection, Model } from '../model/model.ts'
import { constantInput, plainOf, type Input } from '../sql/input.ts'
import { decodeKey } from './key.ts'
import { keyOperand } from './plan-rows.ts'
import type { AggregateSelected, ConnectionSelected, ListArguments, RootRead, Selected } from './request.ts'

/**
 * `filter`, `sort`, `limit`, `offset`, `page` and `search`, as far as they are given; and, told only, `fields` (paths, with
 * functions as REST writes them), of an aggregate `aggregate` and `groupBy`. A filter of one item names its key.
 */
export type ToldQuery = Readonly<Record<string, unknown>>

/** The collection that a root field reads. */
export const collectionOfRead = (read: RootRead): string =>
  read.kind === 'entities' ? read.entity.collection : read.collection

/** @param keys of the items that were written, where these are read back; null for what is asked for by itself */
export function toldQuery(read: RootRead, keys: readonly string[] | null, model: Model): ToldQuery {
  const collection = model.collections.get(collectionOfRead(read))
  const filters =
    collection === undefined ? [] : [...keyFilters(read, keys, collection), ...ownFilters(read, collection, model)]
  const [only] = filters
  return {
    ...askedOf(read),
    ...(only === undefined ? {} : { filter: filters.length === 1 ? only : { _and: filters } }),
    ...partsOf(read),
  }
}

function askedOf(read: RootRead): ToldQuery {
  if (read.kind === 'aggregate')
    return {
      aggregate: aggregatesOf(read.selection),
      ...(read.groupBy === null ? {} : { groupBy: plainOf(read.groupBy) }),
    }
  const selection =
    read.kind === 'entities'
      ? read.entity.selection
      : read.kind === 'connection'
        ? read.selection.flatMap(nodeSelection)
        : read.selection
  return { fields: [...new Set(selection.flatMap(fieldsOf))] }
}

const nodeSelection = (part: ConnectionSelected): readonly Selected[] => {
  if (part.kind === 'nodes') return part.selection
  if (part.kind !== 'edges') return []
  return part.entries.flatMap((entry) => (entry.kind === 'node' ? entry.selection : []))
}

function fieldsOf(selected: Selected): readonly string[] {
  switch (selected.kind) {
    case 'constant':
      return []
    case 'field':
    case 'keys':
      return [selected.field]
    case 'date-part':
      return [`${selected.part}(${selected.field})`]
    case 'count':
      return [`count(${selected.field})`]
    case 'json':
      return [`json(${selected.field}, ${jsonPath(selected.path)})`]
    case 'object':
      return selected.selection.flatMap(fieldsOf)
    case 'related':
      return selected.selection.flatMap(fieldsOf).map((field) => `${selected.field}.${field}`)
    case 'any-related':
      return selected.choices.flatMap(({ collection, selection }) =>
        selection.flatMap(fieldsOf).map((field) => `${selected.field}:${collection}.${field}`),
      )
  }
}

function aggregatesOf(selection: readonly AggregateSelected[]): Readonly<Record<string, readonly string[]>> {
  const told = selection.flatMap((selected): readonly (readonly [string, readonly string[]])[] => {
    if (selected.kind === 'count-all') return [['count', ['*']]]
    return selected.kind === 'aggregate' ? [[selected.aggregate, selected.fields.map(({ field }) => field)]] : []
  })
  const grouped = Object.groupBy(told, ([name]) => name)
  return Object.fromEntries(
    Object.entries(grouped).map(([name, entries = []]) => [name, entries.flatMap(([, fields]) => fields)]),
  )
}

function ownFilters(read: RootRead, collection: Collection, model: Model): readonly FilterInput[] {
  const filter = 'args' in read ? read.args.filter : (read.filter ?? null)
  return filter === null ? [] : [filterInputOf(filter, collection, model)]
}

/** That an item has one of the keys, as far as they are known before the statement is run. */
function keyFilters(read: RootRead, written: readonly string[] | null, collection: Collection): readonly FilterInput[] {
  if (read.kind === 'one' && read.isOwn === true)
    return [{ [collection.primaryKey[0] ?? '']: { _eq: '$CURRENT_USER' } }]
  const isByKey = read.kind === 'one' || read.kind === 'entities'
  if (!isByKey || (written === null && read.kind === 'entities')) return []
  const keys = written ?? (read.kind === 'one' ? [String(plainOf(read.id))] : [])
  const [name = '', ...others] = collection.primaryKey
  if (read.kind === 'entities' && others.length === 0) return [{ [name]: { _in: keys } }]
  const items = keys.map((key): FilterInput => {
    const parts = decodeKey(key, collection.primaryKey.length) ?? []
    return Object.fromEntries(collection.primaryKey.map((part, at) => [part, keyIs(collection, part, parts[at])]))
  })
  return read.kind === 'one' ? items : [{ _or: items }]
}

/** What can't be a key is none's. */
function keyIs(collection: Collection, name: string, part: string | undefined): FilterInput {
  const field = collection.fields.get(name)
  const isKey = part !== undefined && field !== undefined && keyOperand(field, part) !== undefined
  return isKey ? { _eq: part } : { _null: true }
}

const partsOf = (read: RootRead): ToldQuery => {
  const inputs: Readonly<Record<string, Input | null>> =
    read.kind === 'list' || read.kind === 'aggregate'
      ? Object.fromEntries(listParts.map((name) => [name, read.args[name]]))
      : read.kind === 'connection'
        ? { sort: read.args.sort, search: read.args.search, limit: read.args.first ?? read.args.last }
        : {}
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, input]) => (input === null ? [] : [[name, plainOf(input)]])),
  )
}

const listParts = ['sort', 'limit', 'offset', 'page', 'search'] as const satisfies readonly (keyof ListArguments)[]

/**
 * The read with what another query has changed. Of single items and entities only the filter counts, which is asked beside
 * their key; of a connection filter, sort, search and limit. What is told only is not taken back.
 * @param told the query as it was told, in JSON
 * @throws INVALID_QUERY for a filter that can't be read
 */
export function withQuery(read: RootRead, told: string, query: ToldQuery, model: Model): RootRead {
  const before = JSON.parse(told) as ToldQuery // as `toldQuery` made it
  const isChanged = (name: string): boolean => JSON.stringify(query[name]) !== JSON.stringify(before[name])
  const filter = isChanged('filter') ? { filter: filterOf(query['filter'], collectionOfRead(read), model) } : {}
  const inputs = (names: readonly string[]): Readonly<Record<string, Input | null>> =>
    Object.fromEntries(
      names.filter(isChanged).map((name) => [name, query[name] === undefined ? null : constantInput(query[name])]),
    )
  switch (read.kind) {
    case 'list':
    case 'aggregate':
      return { ...read, args: { ...read.args, ...filter, ...inputs(listParts) } }
    case 'connection': {
      const { limit, ...others } = inputs(['sort', 'search', 'limit'])
      const page = limit === undefined ? {} : read.args.last === null ? { first: limit } : { last: limit }
      return { ...read, args: { ...read.args, ...filter, ...others, ...page } }
    }
    default:
      return { ...read, ...filter }
  }
}

function filterOf(filter: unknown, collection: string, model: Model): Filter | null {
  const found = model.collections.get(collection)
  if (filter === null || filter === undefined || found === undefined) return null
  return parseFilter(filter as FilterInput, found, model) // which refuses what is no filter
}

/** A filter in its JSON form, with real names: `parseFilter` reads it as the same. */
export function filterInputOf(filter: Filter, collection: Collection, model: Model): FilterInput {
  const inside = (inner: Filter, of: string): FilterInput => {
    const related = model.collections.get(of)
    if (related === undefined) throw new TypeError(`there is no collection ${of}`)
    return filterInputOf(inner, related, model)
  }
  switch (filter.kind) {
    case 'and':
      return { _and: filter.filters.map((inner) => filterInputOf(inner, collection, model)) }
    case 'or':
      return { _or: filter.filters.map((inner) => filterInputOf(inner, collection, model)) }
    case 'not':
      return { _not: filterInputOf(filter.filter, collection, model) }
    case 'compare':
      return { [nameOf(filter.value)]: { [filter.operator]: plainOf(filter.operand) } }
    case 'related': {
      const relation = collection.fields.get(filter.field)?.relation
      if (relation == null || relation.kind === 'm2a') throw new TypeError(`${filter.field} leads to no one collection`)
      const related = inside(filter.filter, relation.collection)
      if (relation.kind === 'm2o')
        return filter.quantifier === 'some' ? { [filter.field]: related } : { _not: { [filter.field]: related } }
      return { [filter.field]: { [filter.quantifier === 'some' ? '_some' : '_none']: related } }
    }
    case 'any-related':
      return { [`${filter.field}:${filter.collection}`]: inside(filter.filter, filter.collection) }
    case 'pattern':
      throw new TypeError('no query asks for a pattern')
  }
}

function nameOf(value: FilterValue): string {
  switch (value.kind) {
    case 'field':
    case 'key':
      return value.field
    case 'date-part':
      return `${value.part}(${value.field})`
    case 'count':
      return `count(${value.field})`
    case 'json':
      return `json(${value.field}, ${jsonPath(value.path)})`
  }
}

const jsonPath = (path: readonly (string | number)[]): string =>
  path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('')
