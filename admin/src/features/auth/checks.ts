/** What a form can see for itself before the server is asked. */
import { useTranslation } from 'react-i18next'
import { shortestPassword } from '../../model/password-strength.ts'

export function useChecks() {
  const { t } = useTranslation()
  return {
    email: (email: string) => (/^\S+@\S+$/.test(email.trim()) ? null : t('door.checks.email')),
    password: (password: string) => (password === '' ? t('door.checks.password') : null),
    newPassword: (password: string) =>
      password.length < shortestPassword ? t('door.checks.newPassword', { length: shortestPassword }) : null,
    needed: (text: string) => (text.trim() === '' ? t('door.checks.needed') : null),
  }
}
