/** Which columns, in which order: shown ones first, each with a box and buttons that move it. */
import { ActionIcon, Button, Checkbox, Popover, ScrollArea, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconColumns3, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Collection, Field } from '../../model/catalog.ts'
import { possibleColumns } from '../../model/columns.ts'
import classes from './columns-picker.module.css'

type ColumnsPickerProps = {
  readonly collection: Collection
  readonly columns: readonly Field[]
  /** null goes back to the usual columns. */
  readonly onChange: (names: readonly string[] | null) => void
}

export function ColumnsPicker({ collection, columns, onChange }: ColumnsPickerProps) {
  const { t } = useTranslation()
  return (
    <Popover position="bottom-start" width={320} shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button variant="default" size="sm" leftSection={<IconColumns3 size={16} stroke={1.6} />}>
          {t('items.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t('columns.title')}>
        <ColumnList collection={collection} columns={columns} onChange={onChange} />
      </Popover.Dropdown>
    </Popover>
  )
}

function ColumnList({ collection, columns, onChange }: ColumnsPickerProps) {
  const { t } = useTranslation()
  const [term, setTerm] = useState('')
  const [announcement, setAnnouncement] = useState('')
  const names = columns.map((field) => field.name)
  const matches = (field: Field) => `${field.label} ${field.name}`.toLowerCase().includes(term.toLowerCase())
  const shown = columns.filter(matches)
  const others = possibleColumns(collection).filter((field) => !names.includes(field.name) && matches(field))

  const toggle = (field: Field) => {
    const next = names.includes(field.name) ? names.filter((name) => name !== field.name) : [...names, field.name]
    // A table without a column shows nothing: the last one stays.
    if (next.length > 0) onChange(next)
  }
  const move = (field: Field, by: -1 | 1) => {
    const from = names.indexOf(field.name)
    const without = names.filter((name) => name !== field.name)
    onChange([...without.slice(0, from + by), field.name, ...without.slice(from + by)])
    setAnnouncement(t('columns.moved', { column: field.label, position: from + by + 1 }))
  }

  return (
    <>
      <div className={classes.top}>
        <TextInput
          size="sm"
          aria-label={t('columns.find')}
          placeholder={t('columns.find')}
          leftSection={<IconSearch size={15} stroke={1.6} />}
          value={term}
          onChange={(event) => setTerm(event.currentTarget.value)}
        />
      </div>
      <ScrollArea.Autosize mah={360} type="auto" viewportProps={{ tabIndex: -1 }}>
        {shown.length === 0 && others.length === 0 ? <p className={classes.none}>{t('columns.none')}</p> : null}
        {shown.length === 0 ? null : (
          <fieldset className={classes.group}>
            <legend>{t('columns.shown')}</legend>
            {shown.map((field) => {
              const position = names.indexOf(field.name)
              return (
                <div key={field.name} className={classes.row}>
                  <Checkbox
                    size="xs"
                    label={field.label}
                    checked
                    disabled={names.length === 1}
                    onChange={() => toggle(field)}
                  />
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="sm"
                    aria-label={t('columns.up', { column: field.label })}
                    disabled={position === 0}
                    onClick={() => move(field, -1)}
                  >
                    <IconArrowUp size={14} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="sm"
                    aria-label={t('columns.down', { column: field.label })}
                    disabled={position === names.length - 1}
                    onClick={() => move(field, 1)}
                  >
                    <IconArrowDown size={14} />
                  </ActionIcon>
                </div>
              )
            })}
          </fieldset>
        )}
        {others.length === 0 ? null : (
          <fieldset className={classes.group}>
            <legend>{t('columns.hidden')}</legend>
            {others.map((field) => (
              <div key={field.name} className={classes.row}>
                <Checkbox size="xs" label={field.label} checked={false} onChange={() => toggle(field)} />
              </div>
            ))}
          </fieldset>
        )}
      </ScrollArea.Autosize>
      <div className={classes.bottom}>
        <Button variant="subtle" size="compact-sm" onClick={() => onChange(null)}>
          {t('columns.reset')}
        </Button>
      </div>
      <span className="visually-hidden" role="status">
        {announcement}
      </span>
    </>
  )
}
