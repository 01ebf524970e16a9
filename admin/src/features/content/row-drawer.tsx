/** A row without a page of its own, beside the list. */
import { Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FieldList } from '../../fields/field-list.tsx'
import type { Catalog, Collection } from '../../model/catalog.ts'
import { formatNumber } from '../../model/format.ts'
import { possibleColumns } from '../../model/columns.ts'
import type { Row } from '../../model/key.ts'

type RowDrawerProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly row: Row
  /** Its place in the list, from 1. */
  readonly number: number
  readonly onClose: () => void
}

export function RowDrawer({ catalog, collection, row, number, onClose }: RowDrawerProps) {
  const { t } = useTranslation()
  return (
    <Drawer
      opened
      position="right"
      size="md"
      title={`${collection.label} · ${t('items.rowTitle', { number: formatNumber(number) })}`}
      closeButtonProps={{ 'aria-label': t('filter.close') }}
      onClose={onClose}
    >
      <FieldList catalog={catalog} fields={possibleColumns(collection)} row={row} isNarrow />
    </Drawer>
  )
}
