/** What the router shows when a page throws, or there is none. */
import { Anchor, Button } from '@mantine/core'
import { IconBug, IconMapQuestion } from '@tabler/icons-react'
import { Link, type ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Message } from '../ui/message.tsx'

export function CrashScreen({ error }: ErrorComponentProps) {
  const { t } = useTranslation()
  return (
    <Message
      role="alert"
      icon={<IconBug size={26} stroke={1.5} />}
      title={t('problems.crash.title')}
      help={t('problems.crash.help')}
      details={{ label: t('problems.details'), text: error instanceof Error ? error.message : String(error) }}
    >
      <Button onClick={() => location.reload()}>{t('problems.reload')}</Button>
    </Message>
  )
}

export function NotFoundScreen() {
  const { t } = useTranslation()
  return (
    <Message
      icon={<IconMapQuestion size={26} stroke={1.5} />}
      title={t('problems.notFound.title')}
      help={t('problems.notFound.help')}
    >
      <Anchor component={Link} to="/">
        {t('problems.goHome')}
      </Anchor>
    </Message>
  )
}
