/** The second step: a code of the authenticator app or, when that is lost, one of the recovery codes. */
import { Anchor, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { codeOf } from '../../model/problem.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { ProblemNote } from '../../ui/notes.tsx'
import { signIn, type SignIn as Credentials } from '../../data/sign-in.ts'
import classes from '../../ui/form.module.css'
import { useChecks } from './checks.ts'
import { focusFirst, SubmitButton } from './door-parts.tsx'

type CodeFormProps = {
  readonly credentials: Credentials
  readonly onSignedIn: () => void
  readonly onBack: () => void
}

export function CodeForm({ credentials, onSignedIn, onBack }: CodeFormProps) {
  const { t } = useTranslation()
  const checks = useChecks()
  const problem = useProblemText()
  const [isRecovery, setRecovery] = useState(false)
  const form = useForm({ mode: 'uncontrolled', initialValues: { otp: '' }, validate: { otp: checks.needed } })
  const entering = useMutation({
    mutationFn: ({ otp }: { readonly otp: string }) => signIn({ ...credentials, otp: otp.replaceAll(/\s/g, '') }),
    meta: { triesSecret: true },
    onSuccess: onSignedIn,
    onError: (error) => {
      if (codeOf(error) === 'INVALID_OTP')
        form.setFieldError('otp', isRecovery ? t('code.refusedRecovery') : t('code.refused'))
      form.getInputNode('otp')?.focus()
    },
  })
  const change = () => {
    form.reset()
    entering.reset()
    setRecovery(!isRecovery)
  }

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit((values) => entering.mutate(values), focusFirst(form))}
    >
      {entering.isError && codeOf(entering.error) !== 'INVALID_OTP' ? (
        <ProblemNote>
          {codeOf(entering.error) === 'INVALID_CREDENTIALS' ? t('signIn.refused') : problem(entering.error)}
        </ProblemNote>
      ) : null}
      <TextInput
        label={isRecovery ? t('code.recovery') : t('code.label')}
        description={isRecovery ? t('code.recoveryHelp') : t('code.help')}
        size="md"
        autoComplete={isRecovery ? 'off' : 'one-time-code'}
        inputMode={isRecovery ? 'text' : 'numeric'}
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        key={`${form.key('otp')}-${isRecovery}`}
        {...form.getInputProps('otp')}
      />
      <SubmitButton isBusy={entering.isPending}>{t('signIn.submit')}</SubmitButton>
      <div className={classes.actions}>
        <Anchor component="button" type="button" size="sm" onClick={change}>
          {isRecovery ? t('code.useApp') : t('code.useRecovery')}
        </Anchor>
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          {t('code.back')}
        </Anchor>
      </div>
    </form>
  )
}
