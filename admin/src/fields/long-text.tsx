/** Text that is shown in part when it is long, until somebody wants all of it. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './fields.module.css'

const longFromLength = 900

export function LongText({ text, isCode = false }: { readonly text: string; readonly isCode?: boolean }) {
  const { t } = useTranslation()
  const [isWhole, setWhole] = useState(false)
  const isLong = text.length > longFromLength
  const shown = isLong && !isWhole ? `${text.slice(0, longFromLength)}…` : text
  return (
    <div>
      {isCode ? (
        <pre className={classes.code} tabIndex={0}>
          {shown}
        </pre>
      ) : (
        <span className={classes.text}>{shown}</span>
      )}
      {isLong ? (
        <Button variant="subtle" size="compact-xs" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('item.showLess') : t('item.showMore')}
        </Button>
      ) : null}
    </div>
  )
}
