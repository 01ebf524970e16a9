/** Two links that came by mail lead here: a new password for who forgot his, the first one for who was invited. */
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { codeOf } from '../../model/problem.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { ProblemNote } from '../../ui/notes.tsx'
import { endSession } from '../../data/session.ts'
import { acceptInvite, resetPassword } from '../../data/sign-in.ts'
import { emailInToken } from '../../model/mailed-token.ts'
import { readTokenSearch } from '../../model/search-params.ts'
import { Door } from '../../ui/door.tsx'
import classes from '../../ui/form.module.css'
import { usePageTitle } from '../../ui/page-title.ts'
import { NewPasswordInput } from '../../ui/secret-input.tsx'
import { useChecks } from './checks.ts'
import { DoorLink, focusFirst, SubmitButton, ToSignIn, usePasswordProblem, useServerInfo } from './door-parts.tsx'

export const ResetPassword = () => <NewPassword kind="reset" />
export const AcceptInvite = () => <NewPassword kind="invite" />

const ways = {
  reset: { send: resetPassword, reason: 'reset' },
  invite: { send: acceptInvite, reason: 'accepted' },
} as const

const badTokenCodes = ['INVALID_TOKEN', 'TOKEN_EXPIRED', 'INVALID_INVITE', 'FORBIDDEN', 'INVALID_CREDENTIALS']

function NewPassword({ kind }: { readonly kind: keyof typeof ways }) {
  const { t } = useTranslation()
  const { token } = readTokenSearch(useSearch({ strict: false }))
  const info = useServerInfo()
  const checks = useChecks()
  const problem = useProblemText()
  const passwordProblem = usePasswordProblem()
  const navigate = useNavigate()
  usePageTitle(t(`newPassword.${kind}.title`))
  const email = emailInToken(token ?? '')
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: checks.newPassword },
  })
  const password = form.useWatchValue('password')
  const saving = useMutation({
    mutationFn: async (values: typeof form.values) => void (await ways[kind].send(token ?? '', values.password)),
    meta: { triesSecret: true },
    onSuccess: () => {
      // Whoever was signed in here may be somebody else.
      endSession()
      void navigate({ to: '/sign-in', search: { reason: ways[kind].reason } })
    },
    onError: (error) => {
      const text = passwordProblem(error)
      if (text === null) return
      form.setFieldError('password', text)
      form.getInputNode('password')?.focus()
    },
  })
  const isBadToken = token === undefined || badTokenCodes.includes(codeOf(saving.error) ?? '')

  return (
    <Door
      project={info.projectName}
      title={t(`newPassword.${kind}.title`)}
      lead={email === null || isBadToken ? undefined : t(`newPassword.${kind}.lead`, { email })}
      footer={
        <>
          {kind === 'reset' ? <DoorLink to="/forgot-password">{t('newPassword.again')}</DoorLink> : null}
          <ToSignIn />
        </>
      }
    >
      {isBadToken ? (
        <ProblemNote>{t(`newPassword.${kind}.badToken`)}</ProblemNote>
      ) : (
        <form
          className={classes.form}
          noValidate
          onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}
        >
          {saving.isError && passwordProblem(saving.error) === null ? (
            <ProblemNote>{problem(saving.error)}</ProblemNote>
          ) : null}
          {/* For password managers: whose password it is. */}
          <input type="hidden" autoComplete="username" value={email ?? ''} readOnly />
          <NewPasswordInput
            label={t('password.new')}
            size="md"
            typed={password}
            autoFocus
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <SubmitButton isBusy={saving.isPending}>{t(`newPassword.${kind}.submit`)}</SubmitButton>
        </form>
      )}
    </Door>
  )
}
