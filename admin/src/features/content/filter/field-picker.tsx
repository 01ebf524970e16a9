/** Chooses a field by name; a relation opens the fields of what it leads to. All by keyboard, as a combobox. */
import { Combobox, InputBase, useCombobox } from '@mantine/core'
import { IconArrowLeft, IconChevronRight, IconSelector } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Catalog, Collection, Field } from '../../../model/catalog.ts'
import { fieldsOnPath, isToMany } from '../../../model/filter-tree.ts'
import classes from './filter.module.css'

type FieldPickerProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly path: readonly string[]
  readonly label: string
  readonly onChoose: (path: readonly string[]) => void
}

const back = ' back'
const itself = ' itself'

export function FieldPicker({ catalog, collection, path, label, onChoose }: FieldPickerProps) {
  const { t } = useTranslation()
  const [trail, setTrail] = useState<readonly string[]>([])
  const [term, setTerm] = useState('')
  const combobox = useCombobox({
    onDropdownOpen: () => {
      setTrail(path.slice(0, -1))
      combobox.focusSearchInput()
    },
    onDropdownClose: () => {
      setTerm('')
      combobox.resetSelectedOption()
      combobox.focusTarget()
    },
  })
  const passed = fieldsOnPath(catalog, collection, trail)
  const last = passed.at(-1)
  const before = targetOf(catalog, passed.at(-2)) ?? collection
  const here = last === undefined ? collection : targetOf(catalog, last)
  const fields =
    here === null
      ? []
      : filterable(catalog, here).filter((field) =>
          `${field.label} ${field.name}`.toLowerCase().includes(term.toLowerCase()),
        )

  const choose = (value: string) => {
    setTerm('')
    if (value === back) return setTrail(trail.slice(0, -1))
    const field = value === itself ? undefined : here?.fields.get(value)
    if (field !== undefined && targetOf(catalog, field) !== null) return setTrail([...trail, field.name])
    onChoose(value === itself ? trail : [...trail, value])
    combobox.closeDropdown()
  }

  return (
    <Combobox store={combobox} withinPortal={false} width={280} position="bottom-start" onOptionSubmit={choose}>
      <Combobox.Target targetType="button">
        <InputBase
          component="button"
          type="button"
          size="sm"
          pointer
          className={classes.field}
          title={label}
          aria-label={label === '' ? t('filter.chooseField') : `${t('filter.field')}: ${label}`}
          rightSection={<IconSelector size={14} stroke={1.6} />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
        >
          {label === '' ? <span className={classes.placeholder}>{t('filter.chooseField')}</span> : label}
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          role="combobox"
          aria-expanded="true"
          aria-label={t('filter.findField')}
          placeholder={
            here === null || last === undefined
              ? t('filter.findField')
              : t('filter.through', { collection: here.label })
          }
          value={term}
          onChange={(event) => {
            setTerm(event.currentTarget.value)
            combobox.updateSelectedOptionIndex()
          }}
        />
        <Combobox.Options aria-label={t('filter.field')} className={classes.options}>
          {last === undefined || term !== '' ? null : (
            <>
              <Combobox.Option value={back} className={classes.option}>
                <IconArrowLeft size={14} stroke={1.6} aria-hidden="true" />
                <span>{t('filter.back', { collection: before.label })}</span>
              </Combobox.Option>
              <Combobox.Option value={itself} className={classes.option}>
                <span>{t('filter.isItself', { field: last.label })}</span>
              </Combobox.Option>
            </>
          )}
          {fields.map((field) => (
            <Combobox.Option
              key={field.name}
              value={field.name}
              className={classes.option}
              active={path.join('.') === [...trail, field.name].join('.')}
            >
              <span>{field.label}</span>
              {targetOf(catalog, field) === null ? (
                <small>{field.type}</small>
              ) : (
                <>
                  {isToMany(field) ? <small>{targetOf(catalog, field)?.label}</small> : null}
                  <IconChevronRight size={14} stroke={1.6} aria-hidden="true" />
                </>
              )}
            </Combobox.Option>
          ))}
          {fields.length === 0 ? <Combobox.Empty>{t('columns.none')}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

/** Where a relation leads that a filter can follow. */
function targetOf(catalog: Catalog, field: Field | undefined): Collection | null {
  if (field === undefined || field.relation === null || field.relation.kind === 'm2a') return null
  return catalog.collections.get(field.relation.collections[0] ?? '') ?? null
}

/** What can be compared, or gone through. */
const filterable = (catalog: Catalog, collection: Collection): readonly Field[] =>
  [...collection.fields.values()].filter((field) => targetOf(catalog, field) !== null || field.operators.length > 0)
