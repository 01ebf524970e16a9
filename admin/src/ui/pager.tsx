/** Pages: where in the list this is, and the way to the others. */
import { NativeSelect, Pagination } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatNumber } from '../model/format.ts'
import { pageSizes } from '../model/search-params.ts'
import classes from './pager.module.css'

type PagerProps = {
  /** 1-based. */
  readonly page: number
  readonly size: number
  readonly rowsHere: number
  /** null where it isn't known: then there is only before and after. */
  readonly total: number | null
  readonly hasNext: boolean
  readonly onPage: (page: number) => void
  /** Left out where the size can't be chosen. */
  readonly onSize?: (size: number) => void
}

export function Pager({ page, size, rowsHere, total, hasNext, onPage, onSize }: PagerProps) {
  const { t } = useTranslation()
  const from = (page - 1) * size + 1
  const range = { from: formatNumber(from), to: formatNumber(from + rowsHere - 1) }
  const pages = total === null ? page + (hasNext ? 1 : 0) : Math.max(1, Math.ceil(total / size))
  const controlLabels = {
    first: t('items.first'),
    previous: t('items.previous'),
    next: t('items.next'),
    last: t('items.last'),
  }
  return (
    <footer className={classes.pager}>
      <span className={classes.range}>
        {total === null ? t('items.rangeOpen', range) : t('items.range', { ...range, total: formatNumber(total) })}
      </span>
      <Pagination
        size="sm"
        total={pages}
        value={page}
        onChange={onPage}
        siblings={1}
        hideWithOnePage
        getControlProps={(control) => ({ 'aria-label': controlLabels[control] })}
        getItemProps={(number) => ({ 'aria-label': t('items.page', { page: number }) })}
      />
      {onSize === undefined ? null : (
        <label className={classes.size}>
          <span>{t('items.pageSize')}</span>
          <NativeSelect
            size="xs"
            data={pageSizes.map(String)}
            value={String(size)}
            onChange={(event) => onSize(Number(event.currentTarget.value))}
          />
        </label>
      )}
    </footer>
  )
}
