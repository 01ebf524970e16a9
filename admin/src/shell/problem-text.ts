/** An error in one sentence, for beside a form. */
import { useTranslation } from 'react-i18next'
import { problemOf } from '../model/problem.ts'

export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation()
  return (error) => {
    const { kind, detail } = problemOf(error)
    switch (kind) {
      case 'noConnection':
      case 'unavailable':
      case 'tooMany':
        return t(`door.problems.${kind}`)
      case 'forbidden':
        return t('door.problems.forbidden')
      default:
        return detail ?? t('door.problems.other')
    }
  }
}
