/** A selection, and the arguments of its lists, as GraphQL text. */
import type { Collection } from '#schema-engine/model/model.ts'
import { invalid } from '../parse/invalid.ts'
import type { ListQuery, SortTerm } from '../parse/rest-query.ts'
import { collectionOf, fieldNamesOf, namesOf, type DocumentContext } from './context.ts'
import { graphFilter } from './filter.ts'
import { keyName, resolvePath } from './resolve.ts'
import type { Level, Selected } from './selection.ts'
import { keyed, keyedApart, spread, type Writer } from './writer.ts'

/** `{id title author{name}}`. `parameter`: where its lists are described, for messages. */
export const printLevel = (context: DocumentContext, writer: Writer, level: Level, parameter: string): string =>
  `{${entriesOf({ context, writer, level, parameter, shared: null })}}`

type Printing = {
  readonly context: DocumentContext
  readonly writer: Writer
  readonly level: Level
  readonly parameter: string
  /**
   * In fragments on several types side by side: the keys that more than one of them has. GraphQL wants what shares a name
   * to share a type, so these get names of their own. null outside of fragments.
   */
  readonly shared: ReadonlySet<string> | null
}

function entriesOf(printing: Printing): string {
  const spreads = new Set<string>()
  const entries: string[] = []
  for (const [key, selected] of printing.level.selected) {
    if (selected.kind !== 'function') {
      entries.push(printSelected(printing, key, selected))
    } else if (!spreads.has(selected.field.name)) {
      spreads.add(selected.field.name)
      entries.push(printFunctions(printing, selected.field.name))
    }
  }
  return entries.join(' ')
}

function printSelected(
  printing: Printing,
  key: string,
  selected: Exclude<Selected, { readonly kind: 'function' }>,
): string {
  const { context, writer, level, shared } = printing
  const names = fieldNamesOf(context, level.collection.name, selected.field.name)
  const list = level.list.deep.get(key)
  const parameter = `${printing.parameter}.${key}`
  const print = shared?.has(key) ? keyedApart : keyed
  const argsOf = (collection: Collection): string =>
    list === undefined ? '' : printArguments(context, writer, collection, list, parameter)
  switch (selected.kind) {
    case 'value': {
      const { relation } = selected.field
      const isList = relation?.kind === 'o2m' || relation?.kind === 'm2m'
      const args = isList ? argsOf(collectionOf(context, relation.collection)) : ''
      return print(writer, key, { name: keyName(context, selected.field, names, 'select'), args })
    }
    case 'related': {
      const args = argsOf(selected.level.collection)
      return print(writer, key, {
        name: names.value,
        args,
        below: printLevel(context, writer, selected.level, parameter),
      })
    }
    case 'any-related': {
      const inFragments = keysOfSeveral([...selected.levels.values()])
      const fragments = [...selected.levels].map(([collection, inner]) => {
        const inside = { context, writer, level: inner, parameter: `${parameter}:${collection}`, shared: inFragments }
        return `...on ${namesOf(context, collection).type}{${entriesOf(inside)}}`
      })
      return print(writer, key, { name: names.value, below: `{${fragments.join(' ')}}` })
    }
  }
}

function keysOfSeveral(levels: readonly Level[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const key of levels.flatMap((level) => [...level.selected.keys()])) (seen.has(key) ? twice : seen).add(key)
  return twice
}

/** All functions of one field, their values beside the item's other keys. */
function printFunctions({ context, writer, level, shared }: Printing, fieldName: string): string {
  const functions = [...level.selected].flatMap(([key, selected]) => {
    if (selected.kind !== 'function' || selected.field.name !== fieldName) return []
    const args = selected.jsonPath === null ? '' : `(path:${writer.nextVariable('String!', selected.jsonPath)})`
    return keyed(writer, key, { name: selected.name, args })
  })
  const name = fieldNamesOf(context, level.collection.name, fieldName).functions ?? fieldName
  const alias = shared !== null || level.selected.has(name) ? writer.nextAlias() : null
  return spread(alias, { name, below: `{${functions.join(' ')}}` })
}

/** `(filter:$v1,limit:$v2)`; nothing when nothing was said. @throws what a filter or a sort may throw */
export function printArguments(
  context: DocumentContext,
  writer: Writer,
  collection: Collection,
  list: ListQuery,
  parameter: string,
): string {
  const args: string[] = []
  const add = (name: string, type: string, value: unknown): void => {
    args.push(`${name}:${writer.nextVariable(type, value)}`)
  }
  if (list.filter !== null) {
    const value = graphFilter(context, collection, list.filter, `${parameter}._filter`)
    add('filter', filterType(context, collection), value)
  }
  if (list.search !== null) add('search', 'String', list.search)
  if (list.sort.length > 0) add('sort', '[String]', sortTexts(context, collection, list.sort, `${parameter}._sort`))
  if (list.limit !== null) add('limit', 'Int', list.limit)
  const offset = offsetOf(list, list.limit ?? context.limits.defaultLimit)
  if (offset !== null) add('offset', 'Int', offset)
  return args.length === 0 ? '' : `(${args.join(',')})`
}

export const filterType = (context: DocumentContext, collection: Collection): string =>
  `${namesOf(context, collection.name).type}_filter`

/** Sort terms as the graph takes them, `-author.name`. @throws FORBIDDEN; INVALID_QUERY naming `parameter` */
export function sortTexts(
  context: DocumentContext,
  collection: Collection,
  terms: readonly SortTerm[],
  parameter: string,
): readonly string[] {
  return terms.map(({ path, isDescending }) => {
    const { text, field, fn } = resolvePath(context, collection, path, 'sort', parameter)
    const isList = field.relation?.kind === 'o2m' || field.relation?.kind === 'm2m'
    if (isList && fn === null) return invalid(parameter, `can't sort by the list "${text}"; use count(${text})`)
    return isDescending ? `-${text}` : text
  })
}

/** Items to skip: a page counts where there are pages, that is, with a limit above 0; it goes before an offset. */
export function offsetOf(list: Pick<ListQuery, 'offset' | 'page'>, limit: number): number | null {
  if (list.page === null || limit <= 0) return list.offset
  const offset = (list.page - 1) * limit
  return offset <= greatestOffset ? offset : invalid('page', 'is too far')
}

const greatestOffset = 2_147_483_647
