/** The first start: whoever holds the token of the log gives the project its name and its first administrator. */
import { TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { codeOf } from '../../model/problem.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { InfoNote, ProblemNote } from '../../ui/notes.tsx'
import { serverInfoQuery } from '../../data/server-info.ts'
import { setUp } from '../../data/sign-in.ts'
import { readTokenSearch } from '../../model/search-params.ts'
import { Door } from '../../ui/door.tsx'
import classes from '../../ui/form.module.css'
import { EmailInput, FirstNameInput, LastNameInput } from '../../ui/person-inputs.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { NewPasswordInput, SecretInput } from '../../ui/secret-input.tsx'
import { useChecks } from './checks.ts'
import { DoorLink, focusFirst, SubmitButton, ToSignIn, usePasswordProblem } from './door-parts.tsx'

export function Setup() {
  const { t } = useTranslation()
  const { token: given } = readTokenSearch(useSearch({ from: '/setup' }))
  const info = useQuery(serverInfoQuery()).data
  const checks = useChecks()
  const problem = useProblemText()
  const passwordProblem = usePasswordProblem()
  const navigate = useNavigate()
  const cache = useQueryClient()
  usePageTitle(t('setup.title'))
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { token: given ?? '', projectName: '', firstName: '', lastName: '', email: '', password: '' },
    validate: {
      token: checks.needed,
      projectName: checks.needed,
      firstName: checks.needed,
      email: checks.email,
      password: checks.newPassword,
    },
  })
  const password = form.useWatchValue('password')
  const setting = useMutation({
    mutationFn: setUp,
    meta: { triesSecret: true },
    onSuccess: async () => {
      cache.clear()
      await navigate({ to: '/' })
    },
    onError: (error) => {
      const text = passwordProblem(error)
      if (text === null) return
      form.setFieldError('password', text)
      form.getInputNode('password')?.focus()
    },
  })

  if (info?.isSetUp === true && !setting.isPending && !setting.isSuccess) {
    return (
      <Door project={info.projectName} title={t('setup.title')} footer={<ToSignIn />}>
        <InfoNote>{t('setup.done')}</InfoNote>
      </Door>
    )
  }
  const isBadToken = ['FORBIDDEN', 'INVALID_TOKEN', 'INVALID_CREDENTIALS'].includes(codeOf(setting.error) ?? '')
  return (
    <Door
      project={t('app.name')}
      title={t('setup.title')}
      lead={t('setup.lead')}
      footer={
        <DoorLink to="/sign-in" search={{ by: 'token' }}>
          {t('signIn.byToken')}
        </DoorLink>
      }
    >
      <form
        className={classes.form}
        noValidate
        onSubmit={form.onSubmit((values) => setting.mutate(values), focusFirst(form))}
      >
        {setting.isError && passwordProblem(setting.error) === null ? (
          <ProblemNote>{isBadToken ? t('setup.badToken') : problem(setting.error)}</ProblemNote>
        ) : null}
        {given === undefined ? (
          <SecretInput
            label={t('setup.token')}
            description={t('setup.tokenHelp')}
            size="md"
            autoComplete="off"
            autoFocus
            key={form.key('token')}
            {...form.getInputProps('token')}
          />
        ) : null}
        <TextInput
          label={t('setup.project')}
          description={t('setup.projectHelp')}
          size="md"
          autoComplete="organization"
          maxLength={100}
          autoFocus={given !== undefined}
          key={form.key('projectName')}
          {...form.getInputProps('projectName')}
        />
        <div className={classes.pair}>
          <FirstNameInput key={form.key('firstName')} {...form.getInputProps('firstName')} />
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
        <SubmitButton isBusy={setting.isPending}>{t('setup.submit')}</SubmitButton>
      </form>
    </Door>
  )
}
