/** How many items each collection has. Counting reads whole tables, so it is asked for, never done by itself. */
import { queryOptions } from '@tanstack/react-query'
import type { Collection } from '../model/catalog.ts'
import { connections } from './clients.ts'

/** Root fields in one document: more would meet the server's limits. */
const perDocument = 20

/** Collection → count; null where it couldn't be counted. */
export const countsQuery = (collections: readonly Collection[]) =>
  queryOptions({
    queryKey: ['counts', collections.map((collection) => collection.name)],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, number | null>> => {
      const counts = new Map<string, number | null>()
      for (const batch of batches(collections))
        for (const [name, count] of await countBatch(batch, signal)) counts.set(name, count)
      return counts
    },
  })

type Counted = Readonly<Record<string, readonly { readonly countAll: number | null }[]>>

async function countBatch(
  batch: readonly Collection[],
  signal: AbortSignal,
): Promise<readonly (readonly [string, number | null])[]> {
  const [first] = batch
  if (first === undefined) return []
  const fields = batch.map((collection, index) => `c${index}: ${collection.graphql.aggregated} { countAll }`)
  try {
    const data = await connections[first.graphql.scope].request<Counted>(`{ ${fields.join(' ')} }`, {}, { signal })
    return batch.map((collection, index) => [collection.name, data[`c${index}`]?.[0]?.countAll ?? null])
  } catch (error) {
    if (signal.aborted) throw error
    // One collection that can't be counted must not hide the others.
    if (batch.length === 1) return [[first.name, null]]
    const one = await Promise.all(batch.map((collection) => countBatch([collection], signal)))
    return one.flat()
  }
}

/** Collections of one endpoint each, as many as fit. */
function batches(collections: readonly Collection[]): readonly (readonly Collection[])[] {
  const countable = collections.filter((collection) => collection.graphql.aggregated !== null)
  return ['items', 'system'].flatMap((scope) => {
    const ofScope = countable.filter((collection) => collection.graphql.scope === scope)
    return Array.from({ length: Math.ceil(ofScope.length / perDocument) }, (_, index) =>
      ofScope.slice(index * perDocument, (index + 1) * perDocument),
    )
  })
}
