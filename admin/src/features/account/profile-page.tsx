/** The account of who is signed in: who he is, how he signs in, and what is signed in for him. */
import { Anchor, Center, Loader } from '@mantine/core'
import { IconUserOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { editableQuery, meQuery } from '../../data/account.ts'
import { useCatalog } from '../../data/catalog.ts'
import { currentSession } from '../../data/session.ts'
import { allows } from '../../model/me.ts'
import { ProblemMessage } from '../../shell/problem-message.tsx'
import { Message } from '../../ui/message.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { ApiKeys } from './api-keys.tsx'
import { PasswordSection } from './password-section.tsx'
import { PersonSection } from './person-section.tsx'
import classes from './profile-page.module.css'
import { Sessions } from './sessions.tsx'
import { TwoFactor } from './two-factor.tsx'

export function ProfilePage() {
  const { t } = useTranslation()
  const catalog = useCatalog()
  const isUser = currentSession()?.kind === 'user'
  const me = useQuery({ ...meQuery(catalog), enabled: isUser })
  const editable = useQuery({ ...editableQuery(), enabled: isUser })
  usePageTitle(t('profile.title'))

  if (!isUser) {
    return (
      <Message
        icon={<IconUserOff size={26} stroke={1.5} />}
        title={t('profile.nobody.title')}
        help={t('profile.nobody.help')}
      >
        <Anchor component={Link} to="/">
          {t('problems.goHome')}
        </Anchor>
      </Message>
    )
  }
  if (me.isError) return <ProblemMessage error={me.error} onRetry={() => void me.refetch()} />
  if (me.isPending || editable.isPending) {
    return (
      <Center mih={240} role="status" aria-label={t('app.loading')}>
        <Loader size="sm" />
      </Center>
    )
  }
  return (
    <div className={classes.page}>
      <h1>{t('profile.title')}</h1>
      <Section title={t('person.title')} lead={t('person.lead')}>
        {me.data === null ? (
          <p className={classes.quiet}>{t('person.unknown')}</p>
        ) : (
          <PersonSection me={me.data} editable={editable.data} />
        )}
      </Section>
      <Section title={t('password.title')} lead={t('password.lead')}>
        <PasswordSection mayChange={allows(editable.data, 'password')} email={me.data?.email ?? null} />
      </Section>
      <Section title={t('twoFactor.title')} lead={t('twoFactor.lead')}>
        <TwoFactor isOn={me.data?.hasSecondFactor ?? null} />
      </Section>
      <Section title={t('sessions.title')} lead={t('sessions.lead')}>
        <Sessions />
      </Section>
      <Section title={t('apiKeys.title')} lead={t('apiKeys.lead')}>
        <ApiKeys catalog={catalog} />
      </Section>
    </div>
  )
}

type SectionProps = { readonly title: string; readonly lead: string; readonly children: ReactNode }

function Section({ title, lead, children }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title}>
      <div>
        <h2>{title}</h2>
        <p className={classes.quiet}>{lead}</p>
      </div>
      <div className={classes.body}>{children}</div>
    </section>
  )
}
