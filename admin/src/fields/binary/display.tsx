import { useTranslation } from 'react-i18next'
import { formatByteLength } from '../../model/format.ts'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

function Size({ value }: DisplayProps) {
  const { t } = useTranslation()
  return <span className={classes.quiet}>{t('item.bytes', { size: formatByteLength(String(value as string)) })}</span>
}

/** Bytes: how many there are says more than what they are. */
export const binary: FieldDisplay = {
  serves: (field) => field.type === 'binary',
  Cell: Size,
  Detail: Size,
  isAmount: () => false,
  width: () => 140,
}
