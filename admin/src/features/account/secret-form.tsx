/** Asks for the account's password, or for a code of the second factor, and does something with it. */
import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../../data/generated/runtime/errors.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import classes from '../../ui/form.module.css'
import { ProblemNote } from '../../ui/notes.tsx'
import { SecretInput } from '../../ui/secret-input.tsx'

type SecretFormProps = {
  readonly kind: 'password' | 'code'
  readonly help?: string
  readonly submit: string
  /** @throws RequestError when the secret is wrong */
  readonly send: (secret: string) => Promise<void>
  readonly onCancel?: (() => void) | undefined
}

/** What the server calls a wrong one. */
const refusals = { password: ['INVALID_CREDENTIALS'], code: ['INVALID_OTP', 'INVALID_PAYLOAD', 'INVALID_CREDENTIALS'] }

export function SecretForm({ kind, help, submit, send, onCancel }: SecretFormProps) {
  const { t } = useTranslation()
  const problem = useProblemText()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { secret: '' },
    validate: {
      secret: (secret) =>
        secret.trim() === '' ? (kind === 'password' ? t('door.checks.password') : t('door.checks.needed')) : null,
    },
  })
  const sending = useMutation({
    mutationFn: ({ secret }: typeof form.values) => send(kind === 'code' ? secret.replaceAll(/\s/g, '') : secret),
    meta: { triesSecret: true },
    onError: (error) => {
      if (isRefused(error)) form.setFieldError('secret', kind === 'password' ? t('password.wrong') : t('code.refused'))
      form.getInputNode('secret')?.focus()
    },
  })
  const isRefused = (error: unknown): boolean => error instanceof RequestError && refusals[kind].includes(error.code)
  const props = { autoFocus: true, ...form.getInputProps('secret') }

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit(
        (values) => sending.mutate(values),
        () => form.getInputNode('secret')?.focus(),
      )}
    >
      {sending.isError && !isRefused(sending.error) ? <ProblemNote>{problem(sending.error)}</ProblemNote> : null}
      {kind === 'password' ? (
        <SecretInput
          key={form.key('secret')}
          label={t('password.current')}
          description={help}
          autoComplete="current-password"
          {...props}
        />
      ) : (
        <TextInput
          key={form.key('secret')}
          label={t('code.label')}
          description={help ?? t('code.help')}
          autoComplete="one-time-code"
          inputMode="numeric"
          spellCheck={false}
          {...props}
        />
      )}
      <div className={classes.actions}>
        <Button type="submit" loading={sending.isPending}>
          {submit}
        </Button>
        {onCancel === undefined ? null : (
          <Button variant="subtle" onClick={onCancel}>
            {t('dialog.cancel')}
          </Button>
        )}
      </div>
    </form>
  )
}
