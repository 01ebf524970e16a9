/** Sign in with an e-mail address and a password. */
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { codeOf } from '../../model/problem.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { ProblemNote } from '../../ui/notes.tsx'
import { signIn, type SignIn as Credentials } from '../../data/sign-in.ts'
import classes from '../../ui/form.module.css'
import { EmailInput } from '../../ui/person-inputs.tsx'
import { SecretInput } from '../../ui/secret-input.tsx'
import { useChecks } from './checks.ts'
import { DoorLink, focusFirst, SubmitButton } from './door-parts.tsx'

type PasswordFormProps = {
  readonly onSignedIn: () => void
  /** The password is right, and there is a second factor. */
  readonly onCodeNeeded: (credentials: Credentials) => void
}

export function PasswordForm({ onSignedIn, onCodeNeeded }: PasswordFormProps) {
  const { t } = useTranslation()
  const checks = useChecks()
  const problem = useProblemText()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: { email: checks.email, password: checks.password },
  })
  const entering = useMutation({
    mutationFn: ({ email, password }: Credentials) => signIn({ email: email.trim(), password }),
    meta: { triesSecret: true },
    onSuccess: onSignedIn,
    onError: (error, { email, password }) => {
      if (codeOf(error) === 'INVALID_OTP') onCodeNeeded({ email: email.trim(), password })
      else form.getInputNode('password')?.focus()
    },
  })
  const isAsked = codeOf(entering.error) === 'INVALID_OTP'

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit((values) => entering.mutate(values), focusFirst(form))}
    >
      {entering.isError && !isAsked ? (
        <ProblemNote>
          {codeOf(entering.error) === 'INVALID_CREDENTIALS' ? t('signIn.refused') : problem(entering.error)}
        </ProblemNote>
      ) : null}
      <EmailInput autoFocus key={form.key('email')} {...form.getInputProps('email')} />
      <SecretInput
        label={t('password.label')}
        size="md"
        autoComplete="current-password"
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <SubmitButton isBusy={entering.isPending}>{t('signIn.submit')}</SubmitButton>
      <DoorLink to="/forgot-password">{t('signIn.forgot')}</DoorLink>
    </form>
  )
}
