/** One condition: a field, what is asked of it, and the value that it is compared with. */
import { ActionIcon, NativeSelect } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Catalog, Collection } from '../../../model/catalog.ts'
import { comparisonOf, fieldsOnPath, type FilterCondition, functionsOf, isToMany } from '../../../model/filter-tree.ts'
import { fnLabel } from '../../../model/filter-words.ts'
import { operandForm, operatorLabel } from '../../../model/operators.ts'
import { FieldPicker } from './field-picker.tsx'
import classes from './filter.module.css'
import { OperandInput } from './operand-input.tsx'

type ConditionEditorProps = {
  readonly catalog: Catalog
  readonly collection: Collection
  readonly condition: FilterCondition
  readonly onChange: (condition: FilterCondition) => void
  readonly onRemove: () => void
}

export function ConditionEditor({ catalog, collection, condition, onChange, onRemove }: ConditionEditorProps) {
  const { t } = useTranslation()
  const fields = fieldsOnPath(catalog, collection, condition.path)
  const field = fields.at(-1)
  const label = fields.map((step) => step.label).join(' › ')

  const chooseField = (path: readonly string[]) => {
    const chosen = fieldsOnPath(catalog, collection, path).at(-1)
    const operator = chosen === undefined ? null : (comparisonOf(chosen, null).operators[0] ?? null)
    onChange({ ...condition, path, fn: null, operator, operand: null })
  }

  return (
    <div className={classes.condition} role="group" aria-label={label === '' ? t('filter.condition') : label}>
      {fields.slice(0, -1).some(isToMany) ? (
        <NativeSelect
          size="sm"
          className={classes.quantifier}
          aria-label={t('filter.quantifier')}
          value={condition.quantifier}
          data={[
            { value: 'some', label: t('filter.some') },
            { value: 'none', label: t('filter.noneOf') },
          ]}
          onChange={(event) =>
            onChange({ ...condition, quantifier: event.currentTarget.value === 'none' ? 'none' : 'some' })
          }
        />
      ) : null}
      <FieldPicker
        catalog={catalog}
        collection={collection}
        path={condition.path}
        label={label}
        onChoose={chooseField}
      />
      {field === undefined ? null : <Comparison condition={condition} field={field} onChange={onChange} />}
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={label === '' ? t('filter.removeNewCondition') : t('filter.removeCondition', { field: label })}
        onClick={onRemove}
      >
        <IconX size={16} stroke={1.6} />
      </ActionIcon>
    </div>
  )
}

type ComparisonProps = {
  readonly condition: FilterCondition
  readonly field: NonNullable<ReturnType<typeof fieldsOnPath>[number]>
  readonly onChange: (condition: FilterCondition) => void
}

function Comparison({ condition, field, onChange }: ComparisonProps) {
  const { t } = useTranslation()
  const functions = functionsOf(field)
  const { type, operators } = comparisonOf(field, condition.fn)

  const chooseFunction = (fn: string | null) =>
    onChange({ ...condition, fn, operator: comparisonOf(field, fn).operators[0] ?? null, operand: null })
  const chooseOperator = (operator: string) => {
    const isSameForm = operandForm(operator) === operandForm(condition.operator ?? '')
    onChange({ ...condition, operator, operand: isSameForm ? condition.operand : null })
  }

  return (
    <>
      {functions.length === 0 ? null : (
        <NativeSelect
          size="sm"
          className={classes.fn}
          aria-label={t('filter.part')}
          value={condition.fn ?? ''}
          data={[
            { value: '', label: t('filter.whole') },
            ...functions.map((fn) => ({ value: fn, label: fnLabel(t, fn) })),
          ]}
          onChange={(event) => chooseFunction(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        />
      )}
      <NativeSelect
        size="sm"
        className={classes.operator}
        aria-label={t('filter.operator')}
        value={condition.operator ?? ''}
        data={operators.map((operator) => ({ value: operator, label: operatorLabel(operator, type) }))}
        onChange={(event) => chooseOperator(event.currentTarget.value)}
      />
      <OperandInput
        form={operandForm(condition.operator ?? '')}
        type={type}
        hasZone={field.type === 'timestamp'}
        choices={condition.fn === null ? field.choices : []}
        operand={condition.operand}
        onChange={(operand) => onChange({ ...condition, operand })}
      />
    </>
  )
}
