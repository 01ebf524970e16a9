/** The tools of a list: search, filter, columns, and what lies behind. */
import { ActionIcon, Button, CloseButton, Kbd, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconCode, IconFilter, IconRefresh, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCatalog } from '../../data/catalog.ts'
import type { Collection } from '../../model/catalog.ts'
import { countConditions, parseFilter } from '../../model/filter-tree.ts'
import { ColumnsPicker } from './columns-picker.tsx'
import type { ListActions, ListState } from './list-state.ts'
import classes from './toolbar.module.css'

type ToolbarProps = {
  readonly collection: Collection
  readonly state: ListState
  readonly actions: ListActions
  readonly isFilterOpen: boolean
  readonly onToggleFilter: () => void
  readonly onShowQuery: () => void
  readonly isFetching: boolean
  readonly onRefresh: () => void
}

export function Toolbar({
  collection,
  state,
  actions,
  isFilterOpen,
  onToggleFilter,
  onShowQuery,
  isFetching,
  onRefresh,
}: ToolbarProps) {
  const { t } = useTranslation()
  const catalog = useCatalog()
  const conditions = state.filter === null ? 0 : countConditions(parseFilter(catalog, collection, state.filter))
  return (
    <div className={classes.toolbar}>
      <SearchField
        label={t('items.search', { collection: collection.label })}
        search={state.search}
        onSearch={actions.setSearch}
      />
      <Button
        variant={conditions > 0 ? 'light' : 'default'}
        size="sm"
        leftSection={<IconFilter size={16} stroke={1.6} />}
        aria-expanded={isFilterOpen}
        onClick={onToggleFilter}
      >
        {t('items.filter')}
        {conditions > 0 ? <span className={classes.count}>{conditions}</span> : null}
      </Button>
      <ColumnsPicker collection={collection} columns={state.columns} onChange={actions.setColumns} />
      <span className={classes.gap} />
      <Tooltip label={t('items.query')}>
        <ActionIcon variant="subtle" color="gray" size={34} aria-label={t('items.query')} onClick={onShowQuery}>
          <IconCode size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('items.refresh')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={t('items.refresh')}
          loading={isFetching}
          onClick={onRefresh}
        >
          <IconRefresh size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

type SearchFieldProps = { readonly label: string; readonly search: string; readonly onSearch: (search: string) => void }

/** Searches a moment after the last letter, at once on Enter. */
function SearchField({ label, search, onSearch }: SearchFieldProps) {
  const { t } = useTranslation()
  // What is typed is ahead of the address, until the address changes by itself.
  const [typed, setTyped] = useState({ search, text: search })
  const text = typed.search === search ? typed.text : search
  const searchSoon = useDebouncedCallback(onSearch, 350)
  const change = (next: string) => {
    setTyped({ search, text: next })
    searchSoon(next)
  }
  return (
    <TextInput
      className={classes.search}
      size="sm"
      type="search"
      data-page-search
      aria-label={label}
      placeholder={t('items.searchPlaceholder')}
      leftSection={<IconSearch size={16} stroke={1.6} />}
      rightSection={
        text === '' ? (
          <Kbd size="xs">/</Kbd>
        ) : (
          <CloseButton size="sm" aria-label={t('items.clearSearch')} onClick={() => change('')} />
        )
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onSearch(text)
        if (event.key === 'Escape') change('')
      }}
    />
  )
}
