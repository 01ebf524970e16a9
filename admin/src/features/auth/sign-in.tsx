/** The door: a token, or a look at what is public. The token is tried before it is kept. */
import { Alert, Button, Checkbox, Divider, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { canRead } from '../../data/sign-in.ts'
import { startPublicSession, startTokenSession } from '../../data/session.ts'
import { problemOf } from '../../model/problem.ts'
import { readSignInSearch } from '../../model/search-params.ts'
import { Brand } from '../../ui/brand.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import classes from './sign-in.module.css'

export function SignIn() {
  const { t } = useTranslation()
  const { reason } = readSignInSearch(useSearch({ from: '/sign-in' }))
  const enter = useEnter()
  usePageTitle(t('signIn.title'))
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { token: '', keep: false },
    validate: { token: (token) => (token.trim() === '' ? t('signIn.missing') : null) },
  })

  const signIn = useMutation({
    mutationFn: async ({ token, keep }: typeof form.values) => {
      await canRead(token.trim())
      startTokenSession(token.trim(), { keep })
    },
    onSuccess: enter,
    onError: (error) => {
      const { kind } = problemOf(error)
      form.setFieldError(
        'token',
        kind === 'notSignedIn' || kind === 'forbidden' ? t('signIn.refused') : t('signIn.failed'),
      )
    },
  })
  const visit = useMutation({
    mutationFn: async () => {
      const isPublic = await canRead(null)
      if (isPublic) startPublicSession()
      return isPublic
    },
    onSuccess: (isPublic) => (isPublic ? enter() : undefined),
  })

  return (
    <main className={classes.page}>
      <section className={classes.card} aria-labelledby="sign-in-title">
        <div className={classes.head}>
          <Brand size={40} />
          <h1 id="sign-in-title" className={classes.title}>
            {t('app.name')}
          </h1>
          <p className={classes.lead}>{t('signIn.lead')}</p>
        </div>
        {reason === 'expired' ? (
          <Alert variant="light" icon={<IconInfoCircle />} role="status">
            {t('signIn.expired')}
          </Alert>
        ) : null}
        <form className={classes.form} noValidate onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
          <PasswordInput
            label={t('signIn.token')}
            description={t('signIn.tokenHelp')}
            size="md"
            autoComplete="current-password"
            autoFocus
            key={form.key('token')}
            {...form.getInputProps('token')}
          />
          <Checkbox
            label={t('signIn.keep')}
            key={form.key('keep')}
            {...form.getInputProps('keep', { type: 'checkbox' })}
          />
          <Button type="submit" size="md" fullWidth loading={signIn.isPending}>
            {t('signIn.submit')}
          </Button>
        </form>
        <Divider label={t('signIn.or')} />
        <div className={classes.visitor}>
          <Button variant="default" size="md" fullWidth loading={visit.isPending} onClick={() => visit.mutate()}>
            {t('signIn.asVisitor')}
          </Button>
          <p className={classes.hint} role="status">
            {visit.isError
              ? t('signIn.failed')
              : visit.data === false
                ? t('signIn.nothingPublic')
                : t('signIn.visitorHelp')}
          </p>
        </div>
      </section>
    </main>
  )
}

/** Goes where somebody wanted to go before they were asked who they are. */
function useEnter(): () => void {
  const { next } = readSignInSearch(useSearch({ from: '/sign-in' }))
  const navigate = useNavigate()
  const router = useRouter()
  const cache = useQueryClient()
  return () => {
    cache.clear()
    if (next === undefined) void navigate({ to: '/' })
    else router.history.push(router.basepath.replace(/\/$/, '') + next)
  }
}
