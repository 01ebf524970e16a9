/** The filter builder: a draft of conditions and groups, applied when its author is done. */
import { Button, CloseButton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalog, Collection } from '../../model/catalog.ts'
import type { FilterJson } from '../../model/filter-json.ts'
import { emptyCondition, emptyGroup, type FilterGroup, parseFilter, printFilter } from '../../model/filter-tree.ts'
import classes from './filter/filter.module.css'
import { GroupEditor } from './filter/group-editor.tsx'

type FilterPanelProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly filter: FilterJson | null
  readonly onApply: (filter: FilterJson | null) => void
  readonly onClose: () => void
}

export function FilterPanel({ catalog, collection, filter, onApply, onClose }: FilterPanelProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState(() => draftOf(catalog, collection, filter))
  const printed = useMemo(() => printFilter(catalog, collection, draft), [catalog, collection, draft])
  const isChanged = JSON.stringify(printed) !== JSON.stringify(filter)
  const apply = () => onApply(printed)
  useHotkeys([['mod+Enter', apply]], [])

  return (
    <section className={classes.panel} aria-label={t('filter.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        <div className={classes.panelTop}>
          <CloseButton aria-label={t('filter.close')} onClick={onClose} />
        </div>
        <GroupEditor catalog={catalog} collection={collection} group={draft} onChange={setDraft} />
        <div className={classes.panelBottom}>
          <Button type="submit" size="sm" disabled={!isChanged}>
            {t('filter.apply')}
          </Button>
          <Button
            variant="subtle"
            color="gray"
            size="sm"
            onClick={() => {
              setDraft({ ...emptyGroup(), children: [emptyCondition()] })
              onApply(null)
            }}
          >
            {t('filter.clear')}
          </Button>
          <span className={classes.status} role="status">
            {isChanged ? t('filter.changed') : filter === null ? t('filter.empty') : t('filter.unchanged')}
          </span>
        </div>
      </form>
    </section>
  )
}

/** An empty filter begins with one condition to fill in. */
function draftOf(catalog: Catalog, collection: Collection, filter: FilterJson | null): FilterGroup {
  return filter === null ? { ...emptyGroup(), children: [emptyCondition()] } : parseFilter(catalog, collection, filter)
}
