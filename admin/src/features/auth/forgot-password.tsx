/** Asks for a link that makes a new password. The answer is the same whether there is such a user or not. */
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '../../shell/problem-text.ts'
import { DoneNote, ProblemNote } from '../../ui/notes.tsx'
import { requestReset } from '../../data/sign-in.ts'
import { Door } from '../../ui/door.tsx'
import classes from '../../ui/form.module.css'
import { EmailInput } from '../../ui/person-inputs.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { useChecks } from './checks.ts'
import { focusFirst, SubmitButton, ToSignIn, useServerInfo } from './door-parts.tsx'

export function ForgotPassword() {
  const { t } = useTranslation()
  const info = useServerInfo()
  const checks = useChecks()
  const problem = useProblemText()
  usePageTitle(t('forgot.title'))
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '' }, validate: { email: checks.email } })
  const asking = useMutation({
    mutationFn: ({ email }: { readonly email: string }) => requestReset(email.trim()),
    meta: { triesSecret: true },
  })
  return (
    <Door project={info.projectName} title={t('forgot.title')} lead={t('forgot.lead')} footer={<ToSignIn />}>
      {asking.isSuccess ? (
        <DoneNote>{t('forgot.sent', { email: asking.variables.email.trim() })}</DoneNote>
      ) : (
        <form
          className={classes.form}
          noValidate
          onSubmit={form.onSubmit((values) => asking.mutate(values), focusFirst(form))}
        >
          {asking.isError ? <ProblemNote>{problem(asking.error)}</ProblemNote> : null}
          <EmailInput autoFocus key={form.key('email')} {...form.getInputProps('email')} />
          <SubmitButton isBusy={asking.isPending}>{t('forgot.submit')}</SubmitButton>
        </form>
      )}
    </Door>
  )
}
