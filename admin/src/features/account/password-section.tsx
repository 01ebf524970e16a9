/** Change the password. Who may not change it himself can have a link sent to him. */
import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { updateMe } from '../../data/account.ts'
import { RequestError } from '../../data/generated/runtime/errors.ts'
import { requestReset } from '../../data/sign-in.ts'
import { shortestPassword } from '../../model/password-strength.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import classes from '../../ui/form.module.css'
import { DoneNote, ProblemNote } from '../../ui/notes.tsx'
import { NewPasswordInput } from '../../ui/secret-input.tsx'

type PasswordSectionProps = { readonly mayChange: boolean; readonly email: string | null }

export const PasswordSection = ({ mayChange, email }: PasswordSectionProps) =>
  mayChange ? <PasswordForm email={email} /> : <ByMail email={email} />

function PasswordForm({ email }: { readonly email: string | null }) {
  const { t } = useTranslation()
  const problem = useProblemText()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: {
      password: (password) =>
        password.length < shortestPassword ? t('door.checks.newPassword', { length: shortestPassword }) : null,
    },
  })
  const password = form.useWatchValue('password')
  const saving = useMutation({
    mutationFn: (values: typeof form.values) => updateMe(values),
    onSuccess: () => form.reset(),
    onError: (error) => {
      if (error instanceof RequestError && error.code === 'FAILED_VALIDATION')
        form.setFieldError('password', t('password.refused'))
    },
  })
  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit((values) => saving.mutate(values))}>
      {/* For password managers: whose password it is. */}
      <input type="hidden" autoComplete="username" value={email ?? ''} readOnly />
      <NewPasswordInput
        label={t('password.new')}
        typed={password}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      {saving.isError && form.errors.password === undefined ? <ProblemNote>{problem(saving.error)}</ProblemNote> : null}
      {saving.isSuccess ? <DoneNote>{t('password.changed')}</DoneNote> : null}
      <div className={classes.actions}>
        <Button type="submit" loading={saving.isPending}>
          {t('password.change')}
        </Button>
      </div>
    </form>
  )
}

function ByMail({ email }: { readonly email: string | null }) {
  const { t } = useTranslation()
  const problem = useProblemText()
  const asking = useMutation({ mutationFn: requestReset, meta: { triesSecret: true } })
  if (email === null) return <>{t('password.notYours')}</>
  return (
    <div className={classes.form}>
      {asking.isError ? <ProblemNote>{problem(asking.error)}</ProblemNote> : null}
      {asking.isSuccess ? <DoneNote>{t('forgot.sent', { email })}</DoneNote> : null}
      <div className={classes.actions}>
        <Button variant="default" loading={asking.isPending} onClick={() => asking.mutate(email)}>
          {t('password.byMail')}
        </Button>
      </div>
    </div>
  )
}
