/** A look at what is public, for who has no account. */
import { Anchor } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '../../shell/problem-text.ts'
import { startPublicSession } from '../../data/session.ts'
import { canRead } from '../../data/sign-in.ts'

export function VisitorButton({ onEntered }: { readonly onEntered: () => void }) {
  const { t } = useTranslation()
  const problem = useProblemText()
  const visit = useMutation({
    mutationFn: async () => {
      const isPublic = await canRead(null)
      if (isPublic) startPublicSession()
      return isPublic
    },
    onSuccess: (isPublic) => (isPublic ? onEntered() : undefined),
  })
  return (
    <>
      <Anchor component="button" type="button" size="sm" disabled={visit.isPending} onClick={() => visit.mutate()}>
        {t('signIn.asVisitor')}
      </Anchor>
      <span role="status">
        {visit.isError ? problem(visit.error) : visit.data === false ? t('signIn.nothingPublic') : null}
      </span>
    </>
  )
}
