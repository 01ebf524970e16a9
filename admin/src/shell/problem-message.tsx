/** An error as a message: what happened, what to do, and the button that does it. */
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconFilterX, IconLock, IconPlugConnectedX } from '@tabler/icons-react'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { currentSession, endSession } from '../data/session.ts'
import { type Problem, problemOf } from '../model/problem.ts'
import { Message } from '../ui/message.tsx'

type ProblemMessageProps = {
  readonly error: unknown
  /** Asks again; left out where there is nothing to ask. */
  readonly onRetry?: () => void
  /** Takes the filter away that doesn't fit. */
  readonly onClearFilter?: () => void
}

export function ProblemMessage({ error, onRetry, onClearFilter }: ProblemMessageProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const router = useRouter()
  const problem = problemOf(error)
  const signIn = () => {
    endSession()
    void navigate({ to: '/sign-in', search: { next: router.state.location.href } })
  }
  return (
    <Message
      role="alert"
      icon={iconOf(problem)}
      title={t(`problems.${problem.kind}.title`)}
      help={t(`problems.${problem.kind}.help`)}
      details={problem.detail === null ? null : { label: t('problems.details'), text: problem.detail }}
    >
      {problem.canRetry && onRetry !== undefined ? <Button onClick={onRetry}>{t('problems.retry')}</Button> : null}
      {onClearFilter !== undefined ? (
        <Button variant="default" onClick={onClearFilter}>
          {t('problems.clearFilter')}
        </Button>
      ) : null}
      {(problem.kind === 'notSignedIn' || problem.kind === 'forbidden') && currentSession()?.kind !== 'guest' ? (
        <Button onClick={signIn}>{t('problems.signIn')}</Button>
      ) : null}
    </Message>
  )
}

function iconOf({ kind }: Problem) {
  switch (kind) {
    case 'noConnection':
    case 'unavailable':
      return <IconPlugConnectedX size={26} stroke={1.5} />
    case 'forbidden':
    case 'notSignedIn':
      return <IconLock size={26} stroke={1.5} />
    case 'badFilter':
    case 'unreadableFilter':
      return <IconFilterX size={26} stroke={1.5} />
    default:
      return <IconAlertTriangle size={26} stroke={1.5} />
  }
}
