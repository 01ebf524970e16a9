/** A collection's items: one table, its tools above it, its pages below. The address holds all of its state. */
import { Button, Tooltip } from '@mantine/core'
import { IconDatabaseOff, IconFileUnknown, IconSearchOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { itemsQuery } from '../../data/items.ts'
import type { Catalog, Collection } from '../../model/catalog.ts'
import { possibleColumns } from '../../model/columns.ts'
import type { ListQuestion } from '../../model/document.ts'
import { UnreadableFilterError } from '../../model/filter-json.ts'
import { formatNumber } from '../../model/format.ts'
import { keyOf } from '../../model/key.ts'
import { ProblemMessage } from '../../shell/problem-message.tsx'
import { CollectionIcon } from '../../ui/collection-icon.tsx'
import { Message } from '../../ui/message.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { Pager } from '../../ui/pager.tsx'
import classes from './content-page.module.css'
import { FilterChips } from './filter-chips.tsx'
import { ItemsTable } from './items-table.tsx'
import { type ListActions, type ListState, useListState } from './list-state.ts'
import { Toolbar } from './toolbar.tsx'

const FilterPanel = lazy(async () => ({ default: (await import('./filter-panel.tsx')).FilterPanel }))
const RowDrawer = lazy(async () => ({ default: (await import('./row-drawer.tsx')).RowDrawer }))
const QueryPreview = lazy(async () => ({ default: (await import('./query-preview.tsx')).QueryPreview }))

const unreadableFilter = new UnreadableFilterError()

type ContentPageProps = { readonly catalog: Catalog; readonly collection: Collection }

export function ContentPage({ catalog, collection }: ContentPageProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [state, actions] = useListState(collection)
  const [isFilterOpen, setFilterOpen] = useState(false)
  const [isQueryOpen, setQueryOpen] = useState(false)
  usePageTitle(collection.label)

  const question = useMemo((): ListQuestion => {
    const { columns, row: _, isFilterUnreadable: __, ...rest } = state
    // A row without a page of its own opens beside the list, with all of its fields.
    return { ...rest, search: rest.search.trim(), fields: collection.isKeyless ? possibleColumns(collection) : columns }
  }, [state, collection])
  const items = useQuery({ ...itemsQuery(catalog, collection, question), enabled: !state.isFilterUnreadable })
  const rows = items.data?.rows ?? []
  const total = items.data?.total ?? null

  const openRow = (index: number) => {
    const row = rows[index]
    const key = row === undefined ? null : keyOf(collection, row)
    if (key === null) actions.setRow(index)
    else void navigate({ to: '/content/$collection/$key', params: { collection: collection.name, key } })
  }

  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div className={classes.titles}>
          <span className={classes.icon}>
            <CollectionIcon icon={collection.icon} kind={collection.isView ? 'view' : 'collection'} size={20} />
          </span>
          <h1 className={classes.title}>{collection.label}</h1>
          {collection.isView ? (
            <Tooltip label={t('items.viewHelp')} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
              <span className={classes.badge} tabIndex={0}>
                {t('items.view')} · {t('items.readOnly')}
              </span>
            </Tooltip>
          ) : collection.isKeyless ? (
            <Tooltip
              label={t('items.keylessHelp')}
              multiline
              w={260}
              events={{ hover: true, focus: true, touch: true }}
            >
              <span className={classes.badge} tabIndex={0}>
                {t('items.keyless')}
              </span>
            </Tooltip>
          ) : null}
          <span className={classes.total} role="status">
            {total === null ? '' : t('items.total', { count: total, text: formatNumber(total) })}
          </span>
        </div>
        {collection.note === null ? null : <p className={classes.note}>{collection.note}</p>}
        <Toolbar
          collection={collection}
          state={state}
          actions={actions}
          isFilterOpen={isFilterOpen}
          onToggleFilter={() => setFilterOpen(!isFilterOpen)}
          onShowQuery={() => setQueryOpen(true)}
          isFetching={items.isFetching}
          onRefresh={() => void items.refetch()}
        />
        {isFilterOpen ? (
          <Suspense fallback={null}>
            <FilterPanel
              catalog={catalog}
              collection={collection}
              filter={state.filter}
              onApply={actions.setFilter}
              onClose={() => setFilterOpen(false)}
            />
          </Suspense>
        ) : state.filter === null ? null : (
          <FilterChips catalog={catalog} collection={collection} filter={state.filter} onChange={actions.setFilter} />
        )}
      </header>

      {state.isFilterUnreadable ? (
        <ProblemMessage error={unreadableFilter} onClearFilter={() => actions.setFilter(null)} />
      ) : items.isError ? (
        <ProblemMessage
          error={items.error}
          onRetry={() => void items.refetch()}
          {...(state.filter === null ? {} : { onClearFilter: () => actions.setFilter(null) })}
        />
      ) : items.isSuccess && rows.length === 0 ? (
        <NoRows state={state} total={total} actions={actions} />
      ) : (
        <ItemsTable
          catalog={catalog}
          collection={collection}
          columns={state.columns}
          rows={items.data?.rows ?? null}
          sort={state.sort}
          label={t('items.tableLabel', { collection: collection.label, page: state.page })}
          isBusy={items.isFetching}
          onSort={actions.setSort}
          onOpen={openRow}
        />
      )}

      {items.isSuccess && rows.length > 0 && !state.isFilterUnreadable ? (
        <Pager
          page={state.page}
          size={state.size}
          rowsHere={rows.length}
          total={total}
          hasNext={total === null ? rows.length === state.size : state.page * state.size < total}
          onPage={actions.setPage}
          onSize={actions.setSize}
        />
      ) : null}

      <Suspense fallback={null}>
        {collection.isKeyless && state.row !== null && rows[state.row] !== undefined ? (
          <RowDrawer
            catalog={catalog}
            collection={collection}
            row={rows[state.row] ?? {}}
            number={(state.page - 1) * state.size + state.row + 1}
            onClose={() => actions.setRow(null)}
          />
        ) : null}
        {isQueryOpen ? (
          <QueryPreview
            catalog={catalog}
            collection={collection}
            question={question}
            onClose={() => setQueryOpen(false)}
          />
        ) : null}
      </Suspense>
    </div>
  )
}

type NoRowsProps = { readonly state: ListState; readonly total: number | null; readonly actions: ListActions }

/** Why the list is empty, and the way out of it. */
function NoRows({ state, total, actions }: NoRowsProps) {
  const { t } = useTranslation()
  if (state.page > 1 && total !== 0) {
    return (
      <Message
        role="status"
        icon={<IconFileUnknown size={26} stroke={1.5} />}
        title={t('items.beyond.title', { page: state.page })}
        help={t('items.beyond.help')}
      >
        <Button onClick={() => actions.setPage(1)}>{t('items.beyond.back')}</Button>
      </Message>
    )
  }
  if (state.search !== '' || state.filter !== null) {
    return (
      <Message
        role="status"
        icon={<IconSearchOff size={26} stroke={1.5} />}
        title={t('items.noMatch.title')}
        help={t('items.noMatch.help')}
      >
        <Button variant="default" onClick={actions.clearSearchAndFilter}>
          {t('items.noMatch.clear')}
        </Button>
      </Message>
    )
  }
  return (
    <Message
      role="status"
      icon={<IconDatabaseOff size={26} stroke={1.5} />}
      title={t('items.empty.title')}
      help={t('items.empty.help')}
    />
  )
}
