/** One item: what it is called, all of its fields, and what it leads to. */
import { Button, CopyButton, Skeleton } from '@mantine/core'
import { IconBraces, IconCheck, IconChevronRight, IconCopy, IconDatabaseOff, IconFileOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useContext, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { itemQuery } from '../../data/items.ts'
import { FieldList } from '../../fields/field-list.tsx'
import { AreItemsLinked } from '../../fields/item-link.tsx'
import type { Catalog, Collection, Field } from '../../model/catalog.ts'
import { shownRelations } from '../../model/columns.ts'
import { displayLine } from '../../model/display.ts'
import { isToMany } from '../../model/filter-tree.ts'
import { formatJson } from '../../model/format.ts'
import { keyOf, type Row } from '../../model/key.ts'
import { ProblemMessage } from '../../shell/problem-message.tsx'
import { CollectionIcon } from '../../ui/collection-icon.tsx'
import { Message } from '../../ui/message.tsx'
import { usePageTitle } from '../../ui/page-title.ts'
import classes from './item-page.module.css'
import { RelatedTable } from './related-table.tsx'

type ItemPageProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  /** null for a singleton. */
  readonly itemKey: string | null
}

export function ItemPage({ catalog, collection, itemKey }: ItemPageProps) {
  const { t } = useTranslation()
  const areLinked = useContext(AreItemsLinked)
  const all = useMemo(() => [...collection.fields.values()], [collection])
  const item = useQuery(itemQuery(catalog, collection, all, itemKey))
  const row = item.data ?? null
  const title =
    row === null
      ? (itemKey ?? collection.label)
      : collection.isSingleton
        ? collection.label
        : displayLine(catalog, collection, row)
  usePageTitle(collection.isSingleton ? collection.label : `${title} · ${collection.label}`)

  return (
    <div className={classes.page}>
      <header className={classes.head}>
        {collection.isSingleton || !areLinked ? null : (
          <nav className={classes.trail} aria-label={t('item.back')}>
            <Link to="/content/$collection" params={{ collection: collection.name }} className={classes.trailLink}>
              <CollectionIcon icon={collection.icon} kind={collection.isView ? 'view' : 'collection'} size={16} />
              {collection.label}
            </Link>
            <IconChevronRight size={14} aria-hidden="true" />
            <span className={classes.key}>{itemKey}</span>
          </nav>
        )}
        <div className={classes.titles}>
          <h1 className={classes.title}>{title === '' ? itemKey : title}</h1>
          {row === null ? null : <CopyActions itemKey={keyOf(collection, row) ?? itemKey} row={row} />}
        </div>
      </header>
      {item.isPending ? (
        <Skeletons />
      ) : item.isError ? (
        <ProblemMessage error={item.error} onRetry={() => void item.refetch()} />
      ) : row === null && collection.isSingleton ? (
        <Message
          role="status"
          icon={<IconDatabaseOff size={26} stroke={1.5} />}
          title={t('items.empty.title')}
          help={t('items.empty.help')}
        />
      ) : row === null ? (
        <Message
          role="alert"
          icon={<IconFileOff size={26} stroke={1.5} />}
          title={t('problems.noItem.title')}
          help={t('problems.noItem.help')}
        >
          {areLinked ? (
            <Link to="/content/$collection" params={{ collection: collection.name }} className={classes.trailLink}>
              {t('problems.noItem.back', { collection: collection.label })}
            </Link>
          ) : null}
        </Message>
      ) : (
        <ItemBody catalog={catalog} collection={collection} itemKey={itemKey} row={row} />
      )}
    </div>
  )
}

type ItemBodyProps = ItemPageProps & { readonly row: Row }

function ItemBody({ catalog, collection, itemKey, row }: ItemBodyProps) {
  const { t } = useTranslation()
  const [isAll, setAll] = useState(false)
  const fields = useMemo(() => [...collection.fields.values()].filter((field) => isValue(field)), [collection])
  const hidden = fields.filter((field) => field.isHidden && !field.isPrimaryKey)
  const shown = isAll ? fields : fields.filter((field) => !hidden.includes(field))
  const relations = useMemo(() => shownRelations(catalog, collection), [catalog, collection])
  return (
    <>
      <section className={classes.card} aria-label={t('item.fields')}>
        <FieldList catalog={catalog} fields={shown} row={row} />
        {hidden.length === 0 ? null : (
          <Button
            className={classes.more}
            variant="subtle"
            size="compact-sm"
            aria-expanded={isAll}
            onClick={() => setAll(!isAll)}
          >
            {isAll ? t('item.hideHidden') : t('item.hiddenFields', { count: hidden.length })}
          </Button>
        )}
      </section>
      {relations.map((field) => (
        <RelatedTable key={field.name} catalog={catalog} collection={collection} itemKey={itemKey} field={field} />
      ))}
    </>
  )
}

/** Has a value in the row: everything but to-many relations and presentation. */
const isValue = (field: Field): boolean => !isToMany(field) && (field.type !== 'alias' || field.relation !== null)

function CopyActions({ itemKey, row }: { readonly itemKey: string | null; readonly row: Row }) {
  const { t } = useTranslation()
  return (
    <div className={classes.actions}>
      {itemKey === null ? null : (
        <CopyButton value={itemKey}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} stroke={1.6} />}
              onClick={copy}
            >
              {copied ? t('item.copied') : t('item.copyKey')}
            </Button>
          )}
        </CopyButton>
      )}
      <CopyButton value={formatJson(row)}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="xs"
            leftSection={copied ? <IconCheck size={14} /> : <IconBraces size={14} stroke={1.6} />}
            onClick={copy}
          >
            {copied ? t('item.copied') : t('item.copyJson')}
          </Button>
        )}
      </CopyButton>
    </div>
  )
}

function Skeletons() {
  const { t } = useTranslation()
  return (
    <section className={classes.card} role="status" aria-label={t('app.loading')}>
      <div className={classes.skeletons}>
        {Array.from({ length: 9 }, (_, index) => (
          <div key={index}>
            <Skeleton height={9} width="35%" radius="xl" />
            <Skeleton height={12} mt={10} width={`${50 + ((index * 31) % 40)}%`} radius="xl" />
          </div>
        ))}
      </div>
    </section>
  )
}
