/** Items, through documents built from the catalog. Their types are known at run time only: a row is JSON by name. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Catalog, Collection, Field } from '../model/catalog.ts'
import {
  type GraphqlRequest,
  itemRequest,
  type ListQuestion,
  listRequest,
  type RelatedQuestion,
  relatedRequest,
} from '../model/document.ts'
import type { Row } from '../model/key.ts'
import { connections } from './clients.ts'

/** A page of items; `total` is null where the server can't count. */
export type ItemsPage = { readonly rows: readonly Row[]; readonly total: number | null }

/** A page of related items; `total` is null where the relation has no count. */
export type RelatedPage = { readonly rows: readonly Row[]; readonly total: number | null; readonly hasNext: boolean }

const send = <Data>(
  collection: Collection,
  { document, variables }: GraphqlRequest,
  signal: AbortSignal,
): Promise<Data> => connections[collection.graphql.scope].request<Data>(document, variables, { signal })

export const itemsQuery = (catalog: Catalog, collection: Collection, question: ListQuestion) => {
  const { fields, ...rest } = question
  return queryOptions({
    queryKey: ['items', collection.name, fields.map((field) => field.name), rest],
    queryFn: async ({ signal }): Promise<ItemsPage> => {
      const data = await send<{ items: readonly Row[]; total?: readonly { countAll: number | string | null }[] }>(
        collection,
        listRequest(catalog, collection, question),
        signal,
      )
      return { rows: data.items, total: countOf(data.total?.[0]?.countAll) }
    },
    // The next page replaces this one when it is there; another collection starts empty.
    placeholderData: (previous, query) =>
      query?.queryKey[1] === collection.name ? keepPreviousData(previous) : undefined,
  })
}

/** One item; null when there is none, or the caller may not see it. */
export const itemQuery = (catalog: Catalog, collection: Collection, fields: readonly Field[], key: string | null) =>
  queryOptions({
    queryKey: ['item', collection.name, key, fields.map((field) => field.name)],
    queryFn: async ({ signal }): Promise<Row | null> =>
      (await send<{ item: Row | null }>(collection, itemRequest(catalog, collection, fields, key), signal)).item,
  })

export const relatedQuery = (
  catalog: Catalog,
  collection: Collection,
  key: string | null,
  question: RelatedQuestion,
) => {
  const { field, fields, target, ...rest } = question
  return queryOptions({
    queryKey: ['related', collection.name, key, field.name, target.name, fields.map((column) => column.name), rest],
    queryFn: async ({ signal }): Promise<RelatedPage> => {
      const { item } = await send<{
        item: { related: readonly Row[] | null; count?: { count: number | string | null } | null } | null
      }>(collection, relatedRequest(catalog, collection, key, question), signal)
      const rows = item?.related ?? []
      return {
        rows: rows.slice(0, question.size),
        total: countOf(item?.count?.count),
        hasNext: rows.length > question.size,
      }
    },
    placeholderData: keepPreviousData,
  })
}

/** Counts come as text where numbers are exact. */
const countOf = (count: number | string | null | undefined): number | null =>
  count === null || count === undefined ? null : Number(count)
