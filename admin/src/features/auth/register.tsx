/** Make an account, where the server lets everybody. */
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { codeOf } from '../../model/problem.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { DoneNote, InfoNote, ProblemNote } from '../../ui/notes.tsx'
import { serverInfoQuery } from '../../data/server-info.ts'
import { register } from '../../data/sign-in.ts'
import { Door } from '../../ui/door.tsx'
import classes from '../../ui/form.module.css'
import { EmailInput, FirstNameInput, LastNameInput } from '../../ui/person-inputs.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { NewPasswordInput } from '../../ui/secret-input.tsx'
import { useChecks } from './checks.ts'
import { focusFirst, SubmitButton, ToSignIn, usePasswordProblem, useServerInfo } from './door-parts.tsx'

export function Register() {
  const { t } = useTranslation()
  const isAsked = useQuery(serverInfoQuery()).isPending
  const info = useServerInfo()
  usePageTitle(t('register.title'))
  return (
    <Door project={info.projectName} title={t('register.title')} footer={<ToSignIn />}>
      {info.canRegister ? (
        <RegisterForm verifiesEmail={info.verifiesEmail} />
      ) : isAsked ? null : (
        <InfoNote>{t('register.closed')}</InfoNote>
      )}
    </Door>
  )
}

function RegisterForm({ verifiesEmail }: { readonly verifiesEmail: boolean }) {
  const { t } = useTranslation()
  const checks = useChecks()
  const problem = useProblemText()
  const passwordProblem = usePasswordProblem()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { firstName: '', lastName: '', email: '', password: '' },
    validate: { email: checks.email, password: checks.newPassword },
  })
  const password = form.useWatchValue('password')
  const registering = useMutation({
    mutationFn: (values: typeof form.values) => register({ ...values, email: values.email.trim() }),
    meta: { triesSecret: true },
    onError: (error) => {
      const text = passwordProblem(error)
      if (text === null) return
      form.setFieldError('password', text)
      form.getInputNode('password')?.focus()
    },
  })
  if (registering.isSuccess) {
    return (
      <DoneNote>
        {verifiesEmail
          ? t('register.checkMail', { email: registering.variables.email.trim() })
          : t('signIn.reasons.registered')}
      </DoneNote>
    )
  }
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit((values) => registering.mutate(values), focusFirst(form))}
    >
      {registering.isError && passwordProblem(registering.error) === null ? (
        <ProblemNote>
          {codeOf(registering.error) === 'FORBIDDEN' ? t('register.refused') : problem(registering.error)}
        </ProblemNote>
      ) : null}
      <div className={classes.pair}>
        <FirstNameInput autoFocus key={form.key('firstName')} {...form.getInputProps('firstName')} />
        <LastNameInput key={form.key('lastName')} {...form.getInputProps('lastName')} />
      </div>
      <EmailInput key={form.key('email')} {...form.getInputProps('email')} />
      <NewPasswordInput
        label={t('password.label')}
        size="md"
        typed={password}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <SubmitButton isBusy={registering.isPending}>{t('register.submit')}</SubmitButton>
    </form>
  )
}
