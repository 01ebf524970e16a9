/** What forms ask of a person, alike everywhere, so that browsers and password managers fill it in. */
import { TextInput, type TextInputProps } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** By which somebody signs in. */
export function EmailInput(props: TextInputProps) {
  const { t } = useTranslation()
  return (
    <TextInput
      label={t('account.email')}
      type="email"
      size="md"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={128}
      {...props}
    />
  )
}

export function FirstNameInput(props: TextInputProps) {
  const { t } = useTranslation()
  return <TextInput label={t('account.firstName')} size="md" autoComplete="given-name" maxLength={50} {...props} />
}

export function LastNameInput(props: TextInputProps) {
  const { t } = useTranslation()
  return <TextInput label={t('account.lastName')} size="md" autoComplete="family-name" maxLength={50} {...props} />
}
