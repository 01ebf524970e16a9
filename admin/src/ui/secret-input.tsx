/** A password's field: it can be shown, by keyboard too; a new one says how hard it is to guess. */
import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { shortestPassword, strengthOf } from '../model/password-strength.ts'
import classes from './form.module.css'

export function SecretInput(props: PasswordInputProps) {
  const { t } = useTranslation()
  const [isShown, setShown] = useState(false)
  return (
    <PasswordInput
      visible={isShown}
      onVisibilityChange={setShown}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{
        'aria-label': isShown ? t('password.hide') : t('password.show'),
        'aria-pressed': isShown,
      }}
      {...props}
    />
  )
}

type NewPasswordInputProps = PasswordInputProps & {
  /** As it stands in the form. */
  readonly typed: string
}

export function NewPasswordInput({ typed, ...props }: NewPasswordInputProps) {
  const { t } = useTranslation()
  const strength = strengthOf(typed)
  return (
    <div>
      <SecretInput autoComplete="new-password" {...props} />
      <div className={classes.strength}>
        <span className={classes.bar} data-strength={strength} aria-hidden="true" />
        <span role="status">{t(`password.strength.${strength}`, { length: shortestPassword })}</span>
      </div>
    </div>
  )
}
