/** What stands before a share: its password, or a word to open it where it counts how often. Others open by themselves. */
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { openShare } from '../../data/shares.ts'
import { codeOf } from '../../model/problem.ts'
import type { Share } from '../../model/share.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import classes from '../../ui/form.module.css'
import { ProblemNote } from '../../ui/notes.tsx'
import { SecretInput } from '../../ui/secret-input.tsx'
import { focusFirst, SubmitButton, Waiting } from './door-parts.tsx'

type ShareDoorProps = {
  readonly id: string
  readonly share: Share
  /** It may be over, or used up, since it was asked for. */
  readonly onRefused: () => void
}

export function ShareDoor({ id, share: { asksPassword, usesLeft }, onRefused }: ShareDoorProps) {
  const { t } = useTranslation()
  const problem = useProblemText()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (password) => (asksPassword && password === '' ? t('share.missing') : null) },
  })
  const opening = useMutation({
    mutationFn: ({ password }: typeof form.values) => openShare(id, asksPassword ? password : null),
    meta: { triesSecret: true },
    onError: (error) => {
      if (codeOf(error) === 'INVALID_CREDENTIALS') onRefused()
      form.getInputNode('password')?.focus()
    },
  })
  const isOpenToAll = !asksPassword && usesLeft === null
  const { isIdle, mutate } = opening
  useEffect(() => {
    if (isOpenToAll && isIdle) mutate({ password: '' })
  }, [isOpenToAll, isIdle, mutate])

  if (isOpenToAll && !opening.isError) return <Waiting />
  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit((values) => mutate(values), focusFirst(form))}>
      {opening.isError ? (
        <ProblemNote>
          {codeOf(opening.error) !== 'INVALID_CREDENTIALS'
            ? problem(opening.error)
            : asksPassword
              ? t('share.refused')
              : t('share.notThere')}
        </ProblemNote>
      ) : null}
      {asksPassword ? (
        <SecretInput
          label={t('password.label')}
          description={t('share.passwordHelp')}
          size="md"
          autoComplete="off"
          autoFocus
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
      ) : null}
      <SubmitButton isBusy={opening.isPending}>
        {opening.isError && !asksPassword ? t('problems.retry') : t('share.open')}
      </SubmitButton>
    </form>
  )
}
