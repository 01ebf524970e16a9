/** The filter in words, one chip for each of its parts; a chip takes its part away. */
import { CloseButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Catalog, Collection } from '../../model/catalog.ts'
import type { FilterJson } from '../../model/filter-json.ts'
import { type FilterNode, parseFilter, printFilter } from '../../model/filter-tree.ts'
import { matchWords, wordsOf } from '../../model/filter-words.ts'
import classes from './filter-chips.module.css'

type FilterChipsProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly filter: FilterJson
  readonly onChange: (filter: FilterJson | null) => void
}

export function FilterChips({ catalog, collection, filter, onChange }: FilterChipsProps) {
  const { t } = useTranslation()
  const group = parseFilter(catalog, collection, filter)
  const remove = (node: FilterNode) =>
    onChange(printFilter(catalog, collection, { ...group, children: group.children.filter((child) => child !== node) }))
  if (group.children.length === 0) return null
  return (
    <ul className={classes.chips} aria-label={t('filter.title')}>
      {group.match === 'all' || (group.match === 'any' && group.children.length < 2) ? null : (
        <li className={classes.match}>{matchWords(t, group)}:</li>
      )}
      {group.children.map((node, index) => {
        const words = wordsOf(t, catalog, collection, node)
        return (
          <li key={`${index} ${words}`} className={classes.chip}>
            <span>{words}</span>
            <CloseButton
              size="xs"
              aria-label={t('filter.removeCondition', { field: words })}
              onClick={() => remove(node)}
            />
          </li>
        )
      })}
    </ul>
  )
}
