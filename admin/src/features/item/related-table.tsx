/** The items that a relation leads to: a few columns, pages, and the way to all of them as a list. */
import { Loader } from '@mantine/core'
import { IconArrowUpRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useContext, useId, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { relatedQuery } from '../../data/items.ts'
import { displayOf, valueOf } from '../../fields/index.ts'
import { AreItemsLinked } from '../../fields/item-link.tsx'
import type { Catalog, Collection, Field } from '../../model/catalog.ts'
import { relatedColumns } from '../../model/columns.ts'
import { displayLine } from '../../model/display.ts'
import { relatedFilter, type RelatedQuestion } from '../../model/document.ts'
import { formatNumber } from '../../model/format.ts'
import { keyOf, type Row } from '../../model/key.ts'
import { readItemSearch } from '../../model/search-params.ts'
import { ProblemMessage } from '../../shell/problem-message.tsx'
import { EmptyValue } from '../../ui/empty-value.tsx'
import { Pager } from '../../ui/pager.tsx'
import classes from './related-table.module.css'

type RelatedTableProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly itemKey: string | null
  readonly field: Field
}

const pageSize = 10
const mostColumns = 6

export function RelatedTable({ catalog, collection, itemKey, field }: RelatedTableProps) {
  const { t } = useTranslation()
  const titleId = useId()
  const areLinked = useContext(AreItemsLinked)
  const { pages } = readItemSearch(useSearch({ strict: false }))
  const page = pages?.[field.name] ?? 1
  const setPage = useSetPage(field)
  const target = catalog.collections.get(field.relation?.collections[0] ?? '')
  const columns = useMemo(
    () => (target === undefined ? [] : relatedColumns(target, field.relation?.inverse ?? null, mostColumns)),
    [target, field],
  )
  const question =
    target === undefined
      ? null
      : ({ field, target, fields: columns, sort: [], page, size: pageSize } satisfies RelatedQuestion)
  const related = useQuery({
    ...relatedQuery(
      catalog,
      collection,
      itemKey,
      question ?? { field, target: collection, fields: [], sort: [], page, size: pageSize },
    ),
    enabled: question !== null,
  })
  if (target === undefined) return null
  const filter = itemKey === null ? null : relatedFilter(catalog, collection, field, itemKey)
  const rows = related.data?.rows ?? []

  return (
    <section className={classes.section} aria-labelledby={titleId}>
      <header className={classes.head}>
        <h2 className={classes.title}>
          <span id={titleId}>{field.label}</span>
          {related.data === undefined || related.data.total === null ? null : (
            <span className={classes.count}>{formatNumber(related.data.total)}</span>
          )}
        </h2>
        {related.isFetching ? <Loader size={14} aria-label={t('app.loading')} /> : null}
        <span className={classes.gap} />
        {filter === null || rows.length === 0 || !areLinked ? null : (
          <Link
            to="/content/$collection"
            params={{ collection: target.name }}
            search={{ filter }}
            className={classes.all}
            aria-label={t('item.showAllOf', { relation: field.label })}
          >
            {t('item.showAll')}
            <IconArrowUpRight size={14} aria-hidden="true" />
          </Link>
        )}
      </header>
      {related.isError ? (
        <ProblemMessage error={related.error} onRetry={() => void related.refetch()} />
      ) : related.isSuccess && rows.length === 0 ? (
        <p className={classes.empty}>{t('item.relatedEmpty')}</p>
      ) : related.isSuccess ? (
        <>
          <Rows
            catalog={catalog}
            target={target}
            columns={columns}
            rows={rows}
            label={t('item.relatedTable', { relation: field.label })}
          />
          {page > 1 || related.data.hasNext ? (
            <Pager
              page={page}
              size={pageSize}
              rowsHere={rows.length}
              total={related.data.total}
              hasNext={related.data.hasNext}
              onPage={setPage}
            />
          ) : null}
        </>
      ) : (
        <p className={classes.empty}>{t('app.loading')}</p>
      )}
    </section>
  )
}

/** The page of each relation stands in the address: going back shows what was there. */
function useSetPage(field: Field): (page: number) => void {
  const navigate = useNavigate()
  const address = readItemSearch(useSearch({ strict: false }))
  return (page) => {
    const pages = { ...address.pages, [field.name]: page }
    const kept = Object.fromEntries(Object.entries(pages).filter(([, number]) => number > 1))
    void navigate({ to: '.', search: Object.keys(kept).length === 0 ? {} : { pages: kept }, resetScroll: false })
  }
}

type RowsProps = {
  readonly catalog: Catalog
  readonly target: Collection
  readonly columns: readonly Field[]
  readonly rows: readonly Row[]
  readonly label: string
}

function Rows({ catalog, target, columns, rows, label }: RowsProps) {
  const { t } = useTranslation()
  const areLinked = useContext(AreItemsLinked)
  return (
    <div className={classes.frame} role="region" aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={displayOf(column).isAmount(column) ? classes.numeric : undefined}
              >
                {column.label}
              </th>
            ))}
            {areLinked ? <td className={classes.openCell} /> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const key = keyOf(target, row)
            return (
              <tr key={key ?? index}>
                {columns.map((column) => {
                  const value = valueOf(column, row)
                  const { Cell, isAmount } = displayOf(column)
                  return (
                    <td key={column.name} className={isAmount(column) ? classes.numeric : undefined}>
                      {value === null ? (
                        <EmptyValue />
                      ) : (
                        <Cell catalog={catalog} field={column} value={value} row={row} />
                      )}
                    </td>
                  )
                })}
                {areLinked ? (
                  <td className={classes.openCell}>
                    {key === null ? null : (
                      <Link
                        to="/content/$collection/$key"
                        params={{ collection: target.name, key }}
                        className={classes.open}
                        preload={false}
                        aria-label={t('item.openItem', { item: displayLine(catalog, target, row) })}
                      >
                        <IconArrowUpRight size={16} stroke={1.6} aria-hidden="true" />
                      </Link>
                    )}
                  </td>
                ) : null}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
