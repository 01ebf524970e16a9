/** Where the account is signed in, and the way to end that. */
import { Badge } from '@mantine/core'
import { IconDeviceLaptop, IconDeviceMobile } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { endOtherSessions, endOwnSession, type OwnSession, sessionsQuery } from '../../data/account.ts'
import { deviceOf } from '../../model/device.ts'
import { formatDateTime } from '../../model/format.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNote } from '../../ui/notes.tsx'
import { Listing } from './listing.tsx'
import classes from './profile-page.module.css'

export function Sessions() {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const problem = useProblemText()
  const sessions = useQuery(sessionsQuery())
  const refresh = () => cache.invalidateQueries({ queryKey: sessionsQuery().queryKey })
  const ending = useMutation({ mutationFn: (id: string) => endOwnSession(id), onSettled: refresh })
  const endingOthers = useMutation({ mutationFn: () => endOtherSessions(), onSettled: refresh })
  const error = ending.error ?? endingOthers.error
  const hasOthers = sessions.data?.some((session) => !session.current) ?? false
  return (
    <div className={classes.stack}>
      {error === null ? null : <ProblemNote>{problem(error)}</ProblemNote>}
      <Listing query={sessions} empty={t('sessions.none')}>
        {(all) =>
          inOrder(all).map((session) => (
            <SessionEntry key={session.id} session={session} onEnd={() => ending.mutate(session.id)} />
          ))
        }
      </Listing>
      {hasOthers ? (
        <ConfirmButton
          size="sm"
          question={t('sessions.endOthersQuestion')}
          help={t('sessions.endOthersHelp')}
          confirm={t('sessions.endOthers')}
          onConfirm={() => endingOthers.mutate()}
        >
          {t('sessions.endOthers')}
        </ConfirmButton>
      ) : null}
    </div>
  )
}

type SessionEntryProps = { readonly session: OwnSession; readonly onEnd: () => void }

function SessionEntry({ session, onEnd }: SessionEntryProps) {
  const { t } = useTranslation()
  const { browser, system, isMobile } = deviceOf(session.user_agent)
  const name =
    browser !== null && system !== null
      ? t('sessions.device', { browser, system })
      : (browser ?? system ?? t('sessions.unknown'))
  const used = session.last_used ?? session.date_created
  const Icon = isMobile ? IconDeviceMobile : IconDeviceLaptop
  return (
    <li>
      <Icon size={20} stroke={1.6} aria-hidden="true" />
      <div className={classes.entry}>
        <p className={classes.name}>
          {name}
          {session.current ? (
            <Badge variant="light" size="sm" tt="none">
              {t('sessions.current')}
            </Badge>
          ) : null}
        </p>
        <small>
          {[session.ip, used === null ? null : t('sessions.used', { when: formatDateTime(used) })]
            .filter((part) => part !== null)
            .join(' · ')}
        </small>
      </div>
      {session.current ? null : (
        <ConfirmButton
          aria-label={t('sessions.endOf', { name })}
          question={t('sessions.endQuestion')}
          help={t('sessions.endHelp')}
          confirm={t('sessions.end')}
          onConfirm={onEnd}
        >
          {t('sessions.end')}
        </ConfirmButton>
      )}
    </li>
  )
}

/** This device first, then what was used last. */
const inOrder = (sessions: readonly OwnSession[]): readonly OwnSession[] =>
  sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || (b.last_used ?? '').localeCompare(a.last_used ?? ''),
  )
