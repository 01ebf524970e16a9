/** What the guest of a share sees: one item, whose it is, and the way out. Nothing here leads to anywhere else. */
import { Button } from '@mantine/core'
import { IconFileOff, IconLogout2 } from '@tabler/icons-react'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keepGuest } from '../../data/guest.ts'
import { catalogQuery } from '../../data/metadata.ts'
import { createQueryClient } from '../../data/query-client.ts'
import { AreItemsLinked } from '../../fields/item-link.tsx'
import type { Catalog, Collection } from '../../model/catalog.ts'
import type { Share } from '../../model/share.ts'
import { ProblemMessage } from '../../shell/problem-message.tsx'
import { Brand } from '../../ui/brand.tsx'
import { Message } from '../../ui/message.tsx'
import { Waiting } from './door-parts.tsx'
import classes from './share-room.module.css'

export type SharedContent = (catalog: Catalog, collection: Collection, key: string) => ReactNode

type ShareRoomProps = {
  readonly project: string
  readonly share: Share
  /** Somebody is signed in beside this page. */
  readonly isUser: boolean
  readonly onLeave: () => void
  readonly children: SharedContent
}

export function ShareRoom({ project, share, isUser, onLeave, children }: ShareRoomProps) {
  const { t } = useTranslation()
  // What a guest reads is nobody else's, and what others read is not his.
  const [cache] = useState(() =>
    createQueryClient({ onSignedOut: () => keepGuest(null), onForbidden: () => undefined }),
  )
  return (
    <>
      <header className={classes.head}>
        <Brand size={26} />
        <strong className={classes.project}>{project}</strong>
        <span className={classes.about}>{isUser ? t('share.insideAsUser') : t('share.inside')}</span>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconLogout2 size={14} stroke={1.6} aria-hidden="true" />}
          onClick={onLeave}
        >
          {t('share.leave')}
        </Button>
      </header>
      <main className={classes.main}>
        <QueryClientProvider client={cache}>
          <AreItemsLinked value={false}>
            <Shared share={share}>{children}</Shared>
          </AreItemsLinked>
        </QueryClientProvider>
      </main>
    </>
  )
}

function Shared({ share, children }: Pick<ShareRoomProps, 'share' | 'children'>) {
  const { t } = useTranslation()
  const catalog = useQuery(catalogQuery())
  if (catalog.isPending) return <Waiting height={240} />
  if (catalog.isError) return <ProblemMessage error={catalog.error} onRetry={() => void catalog.refetch()} />
  const collection = catalog.data.collections.get(share.collection)
  return collection === undefined ? (
    <Message
      role="alert"
      icon={<IconFileOff size={26} stroke={1.5} />}
      title={t('share.nothing.title')}
      help={t('share.nothing.help')}
    />
  ) : (
    <Suspense fallback={<Waiting height={240} />}>{children(catalog.data, collection, share.item)}</Suspense>
  )
}
