/** The link that came by mail after registering: it is followed at once. */
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { codeOf } from '../../model/problem.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { DoneNote, ProblemNote } from '../../ui/notes.tsx'
import { verifyEmail } from '../../data/sign-in.ts'
import { readTokenSearch } from '../../model/search-params.ts'
import { Door } from '../../ui/door.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { ToSignIn, useServerInfo, Waiting } from './door-parts.tsx'

export function VerifyEmail() {
  const { t } = useTranslation()
  const { token } = readTokenSearch(useSearch({ from: '/verify-email' }))
  const info = useServerInfo()
  const problem = useProblemText()
  usePageTitle(t('verify.title'))
  // A query, and not a mutation: opening the page is what asks, once.
  const verifying = useQuery({
    queryKey: ['verify-email', token],
    queryFn: () => verifyEmail(token ?? ''),
    enabled: token !== undefined,
    retry: false,
    staleTime: Infinity,
    meta: { triesSecret: true },
  })
  return (
    <Door project={info.projectName} title={t('verify.title')} footer={<ToSignIn />}>
      {token === undefined ? (
        <ProblemNote>{t('verify.badToken')}</ProblemNote>
      ) : verifying.isPending ? (
        <Waiting />
      ) : verifying.isError ? (
        <ProblemNote>{codeOf(verifying.error) === null ? problem(verifying.error) : t('verify.badToken')}</ProblemNote>
      ) : (
        <DoneNote>{t('signIn.reasons.verified')}</DoneNote>
      )}
    </Door>
  )
}
