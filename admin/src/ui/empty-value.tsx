/** Nothing is there: seen as a dash, read out as what it is. */
import { useTranslation } from 'react-i18next'

export function EmptyValue() {
  const { t } = useTranslation()
  return (
    <span style={{ color: 'var(--mantine-color-placeholder)' }}>
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">{t('values.empty')}</span>
    </span>
  )
}
