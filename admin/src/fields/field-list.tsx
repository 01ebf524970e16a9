/** Fields of one row, each with its name and its whole value. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Catalog, Field } from '../model/catalog.ts'
import { formatJson } from '../model/format.ts'
import type { Row } from '../model/key.ts'
import { EmptyValue } from '../ui/empty-value.tsx'
import classes from './field-list.module.css'
import { displayOf, valueOf } from './index.ts'

type FieldListProps = {
  readonly catalog: Catalog
  readonly fields: readonly Field[]
  readonly row: Row
  /** One column, whatever room there is. */
  readonly isNarrow?: boolean
}

export function FieldList({ catalog, fields, row, isNarrow = false }: FieldListProps) {
  return (
    <dl className={classes.list} data-narrow={isNarrow || undefined}>
      {fields.map((field) => (
        <FieldEntry key={field.name} catalog={catalog} field={field} row={row} />
      ))}
    </dl>
  )
}

function FieldEntry({ catalog, field, row }: { readonly catalog: Catalog; readonly field: Field; readonly row: Row }) {
  const { t } = useTranslation()
  const value = valueOf(field, row)
  const { Detail } = displayOf(field)
  const copyable = field.relation === null && value !== null
  return (
    <div className={classes.entry} data-wide={isWide(field, value) || undefined}>
      <dt className={classes.label}>
        {field.isPrimaryKey ? <IconKey size={13} stroke={1.8} aria-hidden="true" /> : null}
        <span title={`${field.name} · ${field.type}${field.dataType === null ? '' : ` · ${field.dataType}`}`}>
          {field.label}
        </span>
        {copyable ? (
          <CopyButton value={typeof value === 'string' ? value : formatJson(value)}>
            {({ copied, copy }) => (
              <Tooltip label={copied ? t('item.copied') : t('item.copy', { field: field.label })}>
                <ActionIcon
                  className={classes.copy}
                  variant="subtle"
                  color="gray"
                  size={20}
                  aria-label={t('item.copy', { field: field.label })}
                  onClick={copy}
                >
                  {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        ) : null}
      </dt>
      <dd className={classes.value}>
        {value === null ? <EmptyValue /> : <Detail catalog={catalog} field={field} value={value} row={row} />}
        {field.note === null ? null : <p className={classes.note}>{field.note}</p>}
      </dd>
    </div>
  )
}

/** Long texts and structures take the whole line. */
const isWide = (field: Field, value: unknown): boolean =>
  value !== null &&
  !field.isHalfWidth &&
  (field.type === 'json' ||
    field.type.startsWith('geometry') ||
    field.type === 'vector' ||
    (typeof value === 'string' && value.length > 90))
