/** The overview: every collection that the caller may read, with what it is made of. */
import { Button } from '@mantine/core'
import { IconCalculator, IconDatabaseOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCatalog } from '../../data/catalog.ts'
import { countsQuery } from '../../data/counts.ts'
import { currentSession } from '../../data/session.ts'
import type { Collection } from '../../model/catalog.ts'
import { formatNumber } from '../../model/format.ts'
import { flattenTree, splitTree } from '../../model/navigation.ts'
import { CollectionIcon } from '../../ui/collection-icon.tsx'
import { Message } from '../../ui/message.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import classes from './home.module.css'

export function Home() {
  const { t } = useTranslation()
  const catalog = useCatalog()
  const [isCounting, setCounting] = useState(false)
  const sections = useMemo(() => splitTree(catalog.tree), [catalog])
  const all = useMemo(() => [...catalog.collections.values()], [catalog])
  const counts = useQuery({ ...countsQuery(all), enabled: isCounting })
  usePageTitle(t('home.title'))

  if (all.length === 0) {
    return (
      <Message
        icon={<IconDatabaseOff size={26} stroke={1.5} />}
        title={t('home.none.title')}
        help={currentSession()?.kind === 'public' ? t('home.none.help') : t('home.none.helpUser')}
      />
    )
  }
  const table = (label: string, collections: readonly Collection[]) =>
    collections.length === 0 ? null : (
      <CollectionTable label={label} collections={collections} counts={counts.data ?? null} />
    )
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div>
          <h1>{t('home.title')}</h1>
          <p>{t('home.lead', { count: all.length })}</p>
        </div>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconCalculator size={16} stroke={1.6} />}
          loading={counts.isFetching}
          onClick={() => (isCounting ? void counts.refetch() : setCounting(true))}
        >
          {t('home.countItems')}
        </Button>
      </header>
      {table(t('home.shown'), flattenTree(sections.shown))}
      {table(t('home.hidden'), flattenTree(sections.hidden))}
      {table(t('home.system'), flattenTree(sections.system))}
    </div>
  )
}

type CollectionTableProps = {
  readonly label: string
  readonly collections: readonly Collection[]
  readonly counts: ReadonlyMap<string, number | null> | null
}

function CollectionTable({ label, collections, counts }: CollectionTableProps) {
  const { t } = useTranslation()
  return (
    <section className={classes.section}>
      <h2>{label}</h2>
      <div className={classes.frame} role="region" aria-label={label} tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('home.collection')}</th>
              <th scope="col">{t('home.note')}</th>
              <th scope="col">{t('home.key')}</th>
              <th scope="col" className={classes.number}>
                {t('home.fields')}
              </th>
              <th scope="col" className={classes.number}>
                {t('home.relations')}
              </th>
              {counts === null ? null : (
                <th scope="col" className={classes.number}>
                  {t('home.items')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {collections.map((collection) => (
              <tr key={collection.name}>
                <th scope="row">
                  <Link to="/content/$collection" params={{ collection: collection.name }} className={classes.link}>
                    <CollectionIcon icon={collection.icon} kind={collection.isView ? 'view' : 'collection'} />
                    <span>{collection.label}</span>
                    {collection.isView ? <span className={classes.badge}>{t('items.view')}</span> : null}
                  </Link>
                </th>
                <td className={classes.note}>{collection.note}</td>
                <td className={classes.key}>
                  {collection.primaryKey.length === 0 ? t('home.noKey') : collection.primaryKey.join(', ')}
                </td>
                <td className={classes.number}>{plainFields(collection)}</td>
                <td className={classes.number}>{collection.fields.size - plainFields(collection)}</td>
                {counts === null ? null : <td className={classes.number}>{countText(counts.get(collection.name))}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const plainFields = (collection: Collection): number =>
  [...collection.fields.values()].filter((field) => field.relation === null).length

const countText = (count: number | null | undefined): string =>
  count === null || count === undefined ? '–' : formatNumber(count)
