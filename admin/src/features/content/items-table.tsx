/** The table of items. Arrow keys move between rows and their links, Enter opens; columns sort, and have a width. */
import { Skeleton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconArrowUpRight, IconLayoutSidebarRightExpand } from '@tabler/icons-react'
import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { displayOf, valueOf } from '../../fields/index.ts'
import { LinkTabIndex } from '../../fields/item-link.tsx'
import type { Catalog, Collection, Field } from '../../model/catalog.ts'
import { nextSort, sortPathOf } from '../../model/columns.ts'
import { displayLine } from '../../model/display.ts'
import { keyOf, type Row } from '../../model/key.ts'
import { EmptyValue } from '../../ui/empty-value.tsx'
import classes from './items-table.module.css'
import { rememberedWidths, rememberWidths } from './remembered.ts'

type ItemsTableProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly columns: readonly Field[]
  /** null while the first page is on its way. */
  readonly rows: readonly Row[] | null
  readonly sort: readonly string[]
  readonly label: string
  readonly isBusy: boolean
  readonly onSort: (sort: readonly string[]) => void
  readonly onOpen: (index: number) => void
}

const features = tableFeatures({ columnSizingFeature, columnResizingFeature })
const helper = createColumnHelper<typeof features, Row>()
const noRows: Row[] = []
const skeletonRows = 12

export function ItemsTable({
  catalog,
  collection,
  columns,
  rows,
  sort,
  label,
  isBusy,
  onSort,
  onOpen,
}: ItemsTableProps) {
  const { t } = useTranslation()
  // The row that Tab comes to: the first of every new page.
  const [entered, setEntered] = useState<{ readonly rows: readonly Row[] | null; readonly index: number }>({
    rows,
    index: 0,
  })
  const active = entered.rows === rows ? entered.index : 0
  const [widths, setWidths] = useState(() => rememberedWidths(collection.name))
  useEffect(() => rememberWidths(collection.name, widths), [collection.name, widths])

  const definitions = useMemo(
    () =>
      helper.columns(
        columns.map((field) =>
          helper.accessor((row) => valueOf(field, row), {
            id: field.name,
            size: Math.max(displayOf(field).width(field), headerWidth(field)),
            minSize: 64,
            maxSize: 900,
            header: () => field.label,
            cell: ({ getValue, row }) => {
              const value = getValue()
              const { Cell } = displayOf(field)
              return value === null ? (
                <EmptyValue />
              ) : (
                <Cell catalog={catalog} field={field} value={value} row={row.original} />
              )
            },
          }),
        ),
      ),
    [catalog, columns],
  )
  const data = useMemo(() => (rows === null ? noRows : [...rows]), [rows])
  const table = useTable({
    features,
    columns: definitions,
    data,
    columnResizeMode: 'onChange',
    state: { columnSizing: widths },
    onColumnSizingChange: (update) => setWidths((current) => (typeof update === 'function' ? update(current) : update)),
  })

  const open = useCallback(
    (event: MouseEvent<HTMLTableRowElement>, index: number) => {
      const isOnControl = event.target instanceof Element && event.target.closest('a, button') !== null
      // Text that was marked is to be copied, not opened.
      if (!isOnControl && getSelection()?.isCollapsed !== false) onOpen(index)
    },
    [onOpen],
  )
  const fieldByName = new Map(columns.map((field) => [field.name, field]))

  return (
    <div className={classes.frame} data-busy={isBusy || undefined}>
      <div className={classes.progress} aria-hidden="true" />
      <table className={classes.table} aria-busy={isBusy} style={{ width: table.getTotalSize() + leadWidth }}>
        <caption className="visually-hidden">
          {label}. {t('items.rowKeys')}
        </caption>
        <colgroup>
          <col style={{ width: leadWidth }} />
          {table.getAllLeafColumns().map((column) => (
            <col key={column.id} style={{ width: column.getSize() }} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              <td className={classes.lead} />
              {group.headers.map((header) => {
                const field = fieldByName.get(header.column.id)
                if (field === undefined) return null
                const path = sortPathOf(catalog, field)
                return (
                  <th
                    key={header.id}
                    scope="col"
                    className={displayOf(field).isAmount(field) ? classes.numeric : undefined}
                    aria-sort={ariaSort(sort, path)}
                    title={field.note ?? field.name}
                  >
                    <SortButton label={field.label} path={path} sort={sort} onSort={onSort} />
                    <span
                      className={classes.handle}
                      aria-hidden="true"
                      data-resizing={header.column.getIsResizing() || undefined}
                      onMouseDown={header.getResizeHandler()}
                      onTouchStart={header.getResizeHandler()}
                    />
                  </th>
                )
              })}
            </tr>
          ))}
        </thead>
        <tbody onKeyDown={moveFocus}>
          <LinkTabIndex value={-1}>
            {rows === null
              ? Array.from({ length: skeletonRows }, (_, index) => <SkeletonRow key={index} columns={columns.length} />)
              : table.getRowModel().rows.map((row) => (
                  <tr
                    key={row.id}
                    data-row
                    onClick={(event) => open(event, row.index)}
                    onFocus={() => setEntered({ rows, index: row.index })}
                  >
                    <td className={classes.lead}>
                      <OpenControl
                        catalog={catalog}
                        collection={collection}
                        row={row.original}
                        tabIndex={row.index === active ? 0 : -1}
                        onOpen={() => onOpen(row.index)}
                      />
                    </td>
                    {row.getAllCells().map((cell) => {
                      const field = fieldByName.get(cell.column.id)
                      return (
                        <td
                          key={cell.id}
                          className={
                            field !== undefined && displayOf(field).isAmount(field) ? classes.numeric : undefined
                          }
                        >
                          <table.FlexRender cell={cell} />
                        </td>
                      )
                    })}
                  </tr>
                ))}
          </LinkTabIndex>
        </tbody>
      </table>
    </div>
  )
}

const leadWidth = 44

/** Room for the name and the arrow of its sort. */
const headerWidth = (field: Field): number => field.label.length * 7.5 + 44

type SortButtonProps = {
  readonly label: string
  readonly path: string | null
  readonly sort: readonly string[]
  readonly onSort: (sort: readonly string[]) => void
}

function SortButton({ label, path, sort, onSort }: SortButtonProps): ReactNode {
  const { t } = useTranslation()
  if (path === null) return <span className={classes.header}>{label}</span>
  const direction = ariaSort(sort, path)
  return (
    <button
      type="button"
      className={classes.header}
      title={t('items.sortBy', { column: label })}
      onClick={(event) => onSort(nextSort(sort, path, event.shiftKey))}
    >
      <span>{label}</span>
      {direction === 'ascending' ? (
        <IconArrowUp size={14} aria-hidden="true" />
      ) : direction === 'descending' ? (
        <IconArrowDown size={14} aria-hidden="true" />
      ) : null}
    </button>
  )
}

function ariaSort(sort: readonly string[], path: string | null): 'ascending' | 'descending' | undefined {
  if (path === null) return undefined
  return sort.includes(path) ? 'ascending' : sort.includes(`-${path}`) ? 'descending' : undefined
}

type OpenControlProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly row: Row
  readonly tabIndex: number
  readonly onOpen: () => void
}

/** A real link where the item has a page, so that it can be opened in a tab of its own. */
function OpenControl({ catalog, collection, row, tabIndex, onOpen }: OpenControlProps) {
  const { t } = useTranslation()
  const key = keyOf(collection, row)
  const label = t('items.openRow', { item: displayLine(catalog, collection, row) })
  if (key === null) {
    return (
      <button
        type="button"
        className={classes.open}
        data-row-control
        aria-label={label}
        tabIndex={tabIndex}
        onClick={onOpen}
      >
        <IconLayoutSidebarRightExpand size={16} stroke={1.6} aria-hidden="true" />
      </button>
    )
  }
  return (
    <Link
      to="/content/$collection/$key"
      params={{ collection: collection.name, key }}
      className={classes.open}
      data-row-control
      aria-label={label}
      tabIndex={tabIndex}
      preload={false}
    >
      <IconArrowUpRight size={16} stroke={1.6} aria-hidden="true" />
    </Link>
  )
}

function SkeletonRow({ columns }: { readonly columns: number }) {
  return (
    <tr>
      <td className={classes.lead} />
      {Array.from({ length: columns }, (_, index) => (
        <td key={index}>
          <Skeleton height={10} radius="xl" width={`${45 + ((index * 29) % 45)}%`} />
        </td>
      ))}
    </tr>
  )
}

/** Up, Down, Home, End between rows; Left, Right between the links of one. */
function moveFocus(event: KeyboardEvent<HTMLTableSectionElement>): void {
  const row = event.target instanceof Element ? event.target.closest('tr[data-row]') : null
  if (row === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const target = targetOf(event.key, row, event.currentTarget)
  if (target === null) return
  event.preventDefault()
  target.focus()
  target.scrollIntoView({ block: 'nearest' })
}

function targetOf(key: string, row: Element, body: Element): HTMLElement | null {
  const controlOf = (other: Element | null | undefined) =>
    other?.querySelector<HTMLElement>('[data-row-control]') ?? null
  const links = [...row.querySelectorAll<HTMLElement>('a, button')]
  const position = links.findIndex((link) => link === document.activeElement)
  switch (key) {
    case 'ArrowDown':
      return controlOf(row.nextElementSibling)
    case 'ArrowUp':
      return controlOf(row.previousElementSibling)
    case 'Home':
      return controlOf(body.firstElementChild)
    case 'End':
      return controlOf(body.lastElementChild)
    case 'ArrowRight':
      return links[position + 1] ?? null
    case 'ArrowLeft':
      return links[position - 1] ?? null
    default:
      return null
  }
}
