/**
 * Filter hooks of reading (`items.query`, `items.read`): around a read, for its root field. What related items the field's items
 * hold is the root's affair. A hook is given what the caller's own read gave; a query that it changes is planned with the
 * caller's rights.
 */
import type { Bus, ReadContext } from '../events/bus.ts'
import type { WireFormat } from '../field-types/field-type.ts'
import { collectionOfRead, toldQuery, withQuery } from './told-query.ts'
import { parseExactly, shapeOf, shownItem, textOf, writtenItem, type Item, type Shape } from './parsed.ts'
import type { RootRead, Selected } from './request.ts'

export type ReadHooks = {
  readonly bus: Pick<Bus, 'hasFilters' | 'filterQuery' | 'filterItems'>
  readonly context: ReadContext
  /** Of the items that a mutation has written, where these are read back. */
  readonly writtenKeys: readonly string[] | null
}

type Filters = Pick<Bus, 'hasFilters'>

export const hasQueryHooks = (read: RootRead, bus: Filters): boolean =>
  bus.hasFilters('items.query') && bus.hasFilters('items.query', collectionOfRead(read))

/** Of counts and sums there are no items. */
export const hasReadHooks = (read: RootRead, bus: Filters): boolean =>
  bus.hasFilters('items.read') && read.kind !== 'aggregate' && bus.hasFilters('items.read', collectionOfRead(read))

/**
 * The read as the hooks of `items.query` want it. A plan of it is for this one run.
 * @throws what a hook throws; INVALID_QUERY for a filter of its that can't be read
 */
export async function hookedRead(read: RootRead, { bus, context, writtenKeys }: ReadHooks): Promise<RootRead> {
  if (!hasQueryHooks(read, bus)) return read
  const told = JSON.stringify(toldQuery(read, writtenKeys, context.model))
  // A copy: what a hook does to it must not reach the caller's variables.
  const query = await bus.filterQuery(JSON.parse(told) as Item, collectionOfRead(read), context) // `toldQuery` gave an object
  return withQuery(read, told, query, context.model)
}

/**
 * The reply of a read as the hooks of `items.read` want it.
 * @param read as it is meant in this run: its query is told
 * @throws what a hook throws
 */
export async function hookedText(
  text: string,
  read: RootRead,
  format: WireFormat,
  { bus, context, writtenKeys }: ReadHooks,
): Promise<string> {
  const { model } = context
  const name = collectionOfRead(read)
  const collection = model.collections.get(name)
  if (!hasReadHooks(read, bus) || collection === undefined) return text
  const query = toldQuery(read, writtenKeys, model)
  const shape = (selection: readonly Selected[]): Shape => shapeOf(selection, { collection, model, format })
  const texts = async (rows: readonly unknown[], of: Shape): Promise<readonly string[]> => {
    const items = rows.map((row) => shownItem(row, of))
    const changed = await bus.filterItems(items, { collection: name, query }, context)
    return changed.map((item) => writtenItem(item, of))
  }
  const single = async (row: unknown, of: Shape): Promise<string> =>
    row === null ? 'null' : ((await texts([row], of))[0] ?? 'null')
  switch (read.kind) {
    case 'aggregate':
      return text
    case 'list':
      return `[${(await texts(listOf(parseExactly(text)), shape(read.selection))).join(',')}]`
    case 'one':
    case 'singleton':
      return single(parseExactly(text), shape(read.selection))
    case 'entities': {
      // One by one, because each has its place.
      const of = shape(read.entity.selection)
      const elements: string[] = []
      for (const row of listOf(parseExactly(text))) elements.push(await single(row, of))
      return `[${elements.join(',')}]`
    }
    case 'connection':
      return connectionText(parseExactly(text) as Item, read, { shape, texts, single }) // as it was selected
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

type Texts = {
  readonly shape: (selection: readonly Selected[]) => Shape
  readonly texts: (rows: readonly unknown[], of: Shape) => Promise<readonly string[]>
  readonly single: (row: unknown, of: Shape) => Promise<string>
}

/** Nodes are items; an edge goes with its node. The count and the cursors stay those of the rows. */
async function connectionText(
  page: Item,
  read: Extract<RootRead, { kind: 'connection' }>,
  { shape, texts, single }: Texts,
): Promise<string> {
  const parts: string[] = []
  for (const part of read.selection) {
    const value = page[part.key]
    parts.push(`${JSON.stringify(part.key)}:${await partText(part, value)}`)
  }
  return `{${parts.join(',')}}`

  async function partText(part: (typeof read.selection)[number], value: unknown): Promise<string> {
    if (part.kind === 'nodes') return `[${(await texts(listOf(value), shape(part.selection))).join(',')}]`
    if (part.kind !== 'edges') return textOf(value)
    const nodes = part.entries.flatMap((entry) =>
      entry.kind === 'node' ? [{ key: entry.key, of: shape(entry.selection) }] : [],
    )
    const edges: string[] = []
    for (const edge of listOf(value) as readonly Item[]) {
      const ofNodes = new Map<string, string>()
      for (const { key, of } of nodes) ofNodes.set(key, await single(edge[key], of))
      if ([...ofNodes.values()].includes('null')) continue
      const entries = part.entries.map(({ key }) => `${JSON.stringify(key)}:${ofNodes.get(key) ?? textOf(edge[key])}`)
      edges.push(`{${entries.join(',')}}`)
    }
    return `[${edges.join(',')}]`
  }
}
