import { IconCheck, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

function YesOrNo({ value }: DisplayProps) {
  const { t } = useTranslation()
  return (
    <span className={classes.boolean}>
      {value === true ? (
        <IconCheck size={15} className={classes.yes} aria-hidden="true" />
      ) : (
        <IconX size={15} className={classes.quiet} aria-hidden="true" />
      )}
      {value === true ? t('values.yes') : t('values.no')}
    </span>
  )
}

export const boolean: FieldDisplay = {
  serves: (field) => field.type === 'boolean',
  Cell: YesOrNo,
  Detail: YesOrNo,
  isAmount: () => false,
  width: () => 110,
}
