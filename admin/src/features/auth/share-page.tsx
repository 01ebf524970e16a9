/** Where the link of a share leads: past its password to what is shared, as the share's guest. */
import { useQuery } from '@tanstack/react-query'
import { Button } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { currentGuest, onGuestChange } from '../../data/guest.ts'
import { sessionBesideShare } from '../../data/session.ts'
import { leaveShare, shareQuery } from '../../data/shares.ts'
import { useProblemText } from '../../shell/problem-text.ts'
import { Door } from '../../ui/door.tsx'
import { DoneNote, InfoNote, ProblemNote } from '../../ui/notes.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import { useServerInfo, Waiting } from './door-parts.tsx'
import { ShareDoor } from './share-door.tsx'
import type { SharedContent } from './share-room.tsx'

const ShareRoom = lazy(async () => ({ default: (await import('./share-room.tsx')).ShareRoom }))

type SharePageProps = {
  /** Its key, as in the link. */
  readonly share: string
  /** What shows the item. */
  readonly children: SharedContent
}

export function SharePage({ share, children }: SharePageProps) {
  const { t } = useTranslation()
  const info = useServerInfo()
  const problem = useProblemText()
  const asked = useQuery(shareQuery(share))
  const isInside = useSyncExternalStore(onGuestChange, () => currentGuest()?.share === share)
  const [wasInside, setWasInside] = useState(isInside)
  const [hasLeft, setHasLeft] = useState(false)
  const [isUser] = useState(() => sessionBesideShare()?.kind === 'user')
  usePageTitle(t('share.title'))
  if (isInside && !wasInside) setWasInside(true)

  const again = () => {
    setWasInside(false)
    setHasLeft(false)
    void asked.refetch()
  }
  const door = (lead: string | undefined, content: ReactNode) => (
    <Door project={info.projectName} title={t('share.title')} lead={lead} footer={isUser ? <ToStudio /> : undefined}>
      {content}
    </Door>
  )

  if (asked.isPending) return door(undefined, <Waiting />)
  if (asked.isError)
    return door(
      undefined,
      <>
        <ProblemNote>{problem(asked.error)}</ProblemNote>
        <Button size="md" loading={asked.isFetching} onClick={() => void asked.refetch()}>
          {t('problems.retry')}
        </Button>
      </>,
    )
  if (asked.data === null) return door(undefined, <ProblemNote>{t('share.notThere')}</ProblemNote>)
  if (isInside)
    return (
      <Suspense fallback={<Waiting height="100dvh" />}>
        <ShareRoom
          project={info.projectName}
          share={asked.data}
          isUser={isUser}
          onLeave={() => {
            setHasLeft(true)
            void leaveShare()
          }}
        >
          {children}
        </ShareRoom>
      </Suspense>
    )
  if (wasInside)
    return door(
      undefined,
      <>
        {hasLeft ? <DoneNote>{t('share.left')}</DoneNote> : <InfoNote>{t('share.ended')}</InfoNote>}
        <Button size="md" variant="default" onClick={again}>
          {t('share.again')}
        </Button>
      </>,
    )
  if (asked.data.usesLeft === 0) return door(undefined, <ProblemNote>{t('share.usedUp')}</ProblemNote>)
  return door(
    asked.data.usesLeft === null ? undefined : t('share.usesLeft', { count: asked.data.usesLeft }),
    <>
      {isUser ? <InfoNote>{t('share.asGuest')}</InfoNote> : null}
      <ShareDoor id={share} share={asked.data} onRefused={() => void asked.refetch()} />
    </>,
  )
}

/** The Studio is a page of its own: it shows what the user may see, and nothing that the guest has read. */
function ToStudio() {
  const { t } = useTranslation()
  return <a href="/admin/">{t('share.toStudio')}</a>
}
