/** Sign in with a token: the administrator's, or one of a program. It is tried before it is kept. */
import { Checkbox } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '../../shell/problem-text.ts'
import { startTokenSession } from '../../data/session.ts'
import { canRead } from '../../data/sign-in.ts'
import { problemOf } from '../../model/problem.ts'
import classes from '../../ui/form.module.css'
import { SecretInput } from '../../ui/secret-input.tsx'
import { focusFirst, SubmitButton } from './door-parts.tsx'

export function TokenForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const { t } = useTranslation()
  const problem = useProblemText()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { token: '', keep: false },
    validate: { token: (token) => (token.trim() === '' ? t('signIn.token.missing') : null) },
  })
  const entering = useMutation({
    mutationFn: async ({ token, keep }: typeof form.values) => {
      await canRead(token.trim())
      startTokenSession(token.trim(), { keep })
    },
    meta: { triesSecret: true },
    onSuccess: onSignedIn,
    onError: (error) => {
      const { kind } = problemOf(error)
      const isRefused = kind === 'notSignedIn' || kind === 'forbidden'
      form.setFieldError('token', isRefused ? t('signIn.token.refused') : problem(error))
      form.getInputNode('token')?.focus()
    },
  })
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit((values) => entering.mutate(values), focusFirst(form))}
    >
      <SecretInput
        label={t('signIn.token.label')}
        description={t('signIn.token.help')}
        size="md"
        autoComplete="off"
        autoFocus
        key={form.key('token')}
        {...form.getInputProps('token')}
      />
      <Checkbox
        label={t('signIn.token.keep')}
        key={form.key('keep')}
        {...form.getInputProps('keep', { type: 'checkbox' })}
      />
      <SubmitButton isBusy={entering.isPending}>{t('signIn.submit')}</SubmitButton>
    </form>
  )
}
