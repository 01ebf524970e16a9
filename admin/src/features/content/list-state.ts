/** The list's state: read from the address, with defaults; changed by changing the address. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { Collection, Field } from '../../model/catalog.ts'
import { chosenColumns } from '../../model/columns.ts'
import type { FilterJson } from '../../model/filter-json.ts'
import {
  type ContentSearch,
  defaultPageSize,
  isUnreadableFilter,
  joinList,
  readContentSearch,
  splitList,
} from '../../model/search-params.ts'
import { rememberedColumns, rememberColumns } from './remembered.ts'

export type ListState = {
  readonly columns: readonly Field[]
  readonly sort: readonly string[]
  readonly filter: FilterJson | null
  /** The address has something else where the filter should be: nothing is asked then. */
  readonly isFilterUnreadable: boolean
  readonly search: string
  readonly page: number
  readonly size: number
  readonly row: number | null
}

export type ListActions = {
  readonly setColumns: (names: readonly string[] | null) => void
  readonly setSort: (sort: readonly string[]) => void
  readonly setFilter: (filter: FilterJson | null) => void
  readonly setSearch: (search: string) => void
  readonly setPage: (page: number) => void
  readonly setSize: (size: number) => void
  readonly setRow: (row: number | null) => void
  readonly clearSearchAndFilter: () => void
}

export function useListState(collection: Collection): readonly [ListState, ListActions] {
  // What a route did not understand is still in the router's search beside what it did.
  const written: Readonly<Record<string, unknown>> = useSearch({ from: '/studio/content/$collection' })
  const navigate = useNavigate({ from: '/content/$collection' })

  const state = useMemo((): ListState => {
    const address = readContentSearch(written)
    const names = address.columns === undefined ? rememberedColumns(collection.name) : splitList(address.columns)
    return {
      columns: chosenColumns(collection, names),
      sort: splitList(address.sort),
      filter: address.filter ?? null,
      isFilterUnreadable: isUnreadableFilter(written['filter']),
      search: address.search ?? '',
      page: address.page ?? 1,
      size: address.size ?? defaultPageSize,
      row: address.row ?? null,
    }
  }, [collection, written])

  const change = useCallback(
    (patch: { readonly [Key in keyof ContentSearch]: ContentSearch[Key] | undefined }, replace = false) => {
      void navigate({
        search: (previous) =>
          Object.fromEntries(
            Object.entries({ ...readContentSearch(previous), ...patch }).filter(([, value]) => value !== undefined),
          ),
        replace,
        resetScroll: false,
      })
    },
    [navigate],
  )

  const actions = useMemo(
    (): ListActions => ({
      setColumns: (names) => {
        rememberColumns(collection.name, names)
        change({ columns: names === null ? undefined : joinList(names) }, true)
      },
      setSort: (sort) => change({ sort: joinList(sort), page: undefined, row: undefined }),
      setFilter: (filter) => change({ filter: filter ?? undefined, page: undefined, row: undefined }),
      setSearch: (search) =>
        change({ search: search === '' ? undefined : search, page: undefined, row: undefined }, true),
      setPage: (page) => change({ page: page === 1 ? undefined : page, row: undefined }),
      setSize: (size) => change({ size: size === defaultPageSize ? undefined : size, page: undefined, row: undefined }),
      setRow: (row) => change({ row: row ?? undefined }),
      clearSearchAndFilter: () => change({ search: undefined, filter: undefined, page: undefined, row: undefined }),
    }),
    [change, collection.name],
  )
  return [state, actions]
}
