/** A group of conditions: which of them must hold, what they are, and more of them. */
import { ActionIcon, Button, NativeSelect } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Catalog, Collection } from '../../../model/catalog.ts'
import { emptyCondition, emptyGroup, type FilterGroup, type FilterNode } from '../../../model/filter-tree.ts'
import { formatJsonLine } from '../../../model/format.ts'
import { ConditionEditor } from './condition-editor.tsx'
import classes from './filter.module.css'

type GroupEditorProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly group: FilterGroup
  readonly onChange: (group: FilterGroup) => void
  /** The outermost group stays. */
  readonly onRemove?: () => void
}

export function GroupEditor({ catalog, collection, group, onChange, onRemove }: GroupEditorProps) {
  const { t } = useTranslation()
  const replace = (id: string, node: FilterNode) =>
    onChange({ ...group, children: group.children.map((child) => (child.id === id ? node : child)) })
  const remove = (id: string) => onChange({ ...group, children: group.children.filter((child) => child.id !== id) })
  const add = (node: FilterNode) => onChange({ ...group, children: [...group.children, node] })

  return (
    <div
      className={classes.group}
      role="group"
      aria-label={t('filter.group')}
      data-nested={onRemove !== undefined || undefined}
    >
      <div className={classes.groupTop}>
        <NativeSelect
          size="xs"
          aria-label={t('filter.match')}
          value={group.match}
          data={(['all', 'any', 'none'] as const).map((match) => ({ value: match, label: t(`filter.${match}`) }))}
          onChange={(event) => onChange({ ...group, match: matchOf(event.currentTarget.value) })}
        />
        {onRemove === undefined ? null : (
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('filter.removeGroup')} onClick={onRemove}>
            <IconTrash size={15} stroke={1.6} />
          </ActionIcon>
        )}
      </div>
      <ul className={classes.children}>
        {group.children.map((node) => (
          <li key={node.id}>
            {node.kind === 'group' ? (
              <GroupEditor
                catalog={catalog}
                collection={collection}
                group={node}
                onChange={(next) => replace(node.id, next)}
                onRemove={() => remove(node.id)}
              />
            ) : node.kind === 'condition' ? (
              <ConditionEditor
                catalog={catalog}
                collection={collection}
                condition={node}
                onChange={(next) => replace(node.id, next)}
                onRemove={() => remove(node.id)}
              />
            ) : (
              <div className={classes.raw}>
                <code title={t('filter.raw')}>{formatJsonLine(node.filter, 90)}</code>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t('filter.removeRaw')}
                  onClick={() => remove(node.id)}
                >
                  <IconTrash size={15} stroke={1.6} />
                </ActionIcon>
              </div>
            )}
          </li>
        ))}
      </ul>
      <div className={classes.adders}>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => add(emptyCondition())}
        >
          {t('filter.addCondition')}
        </Button>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => add({ ...emptyGroup(group.match === 'any' ? 'all' : 'any'), children: [emptyCondition()] })}
        >
          {t('filter.addGroup')}
        </Button>
      </div>
    </div>
  )
}

const matchOf = (value: string): FilterGroup['match'] => (value === 'any' || value === 'none' ? value : 'all')
