import { IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

function Concealed() {
  const { t } = useTranslation()
  return (
    <span className={`${classes.boolean} ${classes.quiet}`}>
      <IconLock size={14} aria-hidden="true" />
      {t('item.concealed')}
    </span>
  )
}

/** Hashes and secrets: the server sends a mask, which says nothing. */
export const concealed: FieldDisplay = {
  serves: (field) => field.type === 'hash' || field.special.includes('conceal'),
  Cell: Concealed,
  Detail: Concealed,
  isAmount: () => false,
  width: () => 130,
}
