/** From an address to a page: which collection it names, and which page shows it. */
import { Anchor, Center, Loader } from '@mantine/core'
import { IconTableOff } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useCatalog } from './data/catalog.ts'
import { Message } from './ui/message.tsx'

const ContentPage = lazy(async () => ({ default: (await import('./features/content/content-page.tsx')).ContentPage }))
const SharePage = lazy(async () => ({ default: (await import('./features/auth/share-page.tsx')).SharePage }))
const ItemPage = lazy(async () => ({ default: (await import('./features/item/item-page.tsx')).ItemPage }))

/** A list of items; of a singleton, its one item. */
export function CollectionRoute() {
  const { collection: name = '' } = useParams({ strict: false })
  const catalog = useCatalog()
  const collection = catalog.collections.get(name)
  if (collection === undefined) return <NoCollection name={name} />
  return (
    <Suspense fallback={<Waiting />}>
      {collection.isSingleton ? (
        <ItemPage catalog={catalog} collection={collection} itemKey={null} />
      ) : (
        <ContentPage key={name} catalog={catalog} collection={collection} />
      )}
    </Suspense>
  )
}

export function ItemRoute() {
  const { collection: name = '', key = '' } = useParams({ strict: false })
  const catalog = useCatalog()
  const collection = catalog.collections.get(name)
  if (collection === undefined) return <NoCollection name={name} />
  return (
    <Suspense fallback={<Waiting />}>
      <ItemPage key={`${name}/${key}`} catalog={catalog} collection={collection} itemKey={key} />
    </Suspense>
  )
}

/** The item that a share is of, for its guest. */
export function ShareRoute() {
  const { share = '' } = useParams({ strict: false })
  return (
    <Suspense fallback={<Waiting />}>
      <SharePage key={share} share={share}>
        {(catalog, collection, key) => (
          <ItemPage catalog={catalog} collection={collection} itemKey={collection.isSingleton ? null : key} />
        )}
      </SharePage>
    </Suspense>
  )
}

function Waiting() {
  const { t } = useTranslation()
  return (
    <Center mih={240} role="status" aria-label={t('app.loading')}>
      <Loader size="sm" />
    </Center>
  )
}

function NoCollection({ name }: { readonly name: string }) {
  const { t } = useTranslation()
  return (
    <Message
      role="alert"
      icon={<IconTableOff size={26} stroke={1.5} />}
      title={t('problems.noCollection.title', { name })}
      help={t('problems.noCollection.help')}
    >
      <Anchor component={Link} to="/">
        {t('problems.goHome')}
      </Anchor>
    </Message>
  )
}
