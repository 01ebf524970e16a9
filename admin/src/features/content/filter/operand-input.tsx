/** The value of a condition, entered in the control that fits its type and its operator. */
import { ActionIcon, Autocomplete, MultiSelect, NativeSelect, TagsInput, TextInput, Tooltip } from '@mantine/core'
import { IconCalendar, IconClockBolt } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Choice } from '../../../model/catalog.ts'
import type { OperandForm, OperandType } from '../../../model/operators.ts'
import { fromLocalInput, toLocalInput } from '../../../model/local-time.ts'
import classes from './filter.module.css'

type OperandInputProps = {
  readonly form: OperandForm | null
  readonly type: OperandType
  /** A moment in a time zone: entered in the browser's own. */
  readonly hasZone: boolean
  readonly choices: readonly Choice[]
  readonly operand: unknown
  readonly onChange: (operand: unknown) => void
}

export function OperandInput({ form, operand, onChange, ...rest }: OperandInputProps) {
  const { t } = useTranslation()
  const { choices } = rest
  switch (form) {
    case 'one':
      return <OneInput {...rest} label={t('filter.value')} value={operand} onChange={onChange} />
    case 'pair': {
      const [low, high] = Array.isArray(operand) ? (operand as readonly unknown[]) : []
      return (
        <div className={classes.pair}>
          <OneInput
            {...rest}
            label={t('filter.from')}
            value={low}
            onChange={(next) => onChange([next, high ?? null])}
          />
          <span>{t('filter.and')}</span>
          <OneInput {...rest} label={t('filter.to')} value={high} onChange={(next) => onChange([low ?? null, next])} />
        </div>
      )
    }
    case 'list': {
      const values = Array.isArray(operand) ? (operand as readonly unknown[]).map(String) : []
      const shared = {
        size: 'sm',
        className: classes.value,
        'aria-label': t('filter.values'),
        value: values,
        onChange,
      } as const
      return choices.length > 0 ? (
        <MultiSelect
          {...shared}
          data={choices.map((choice) => ({ value: choice.value, label: choice.text }))}
          searchable
        />
      ) : (
        <TagsInput {...shared} placeholder={t('filter.valuesHelp')} acceptValueOnBlur />
      )
    }
    case 'none':
    case null:
      return null
  }
}

type OneInputProps = Omit<OperandInputProps, 'form' | 'operand'> & { readonly label: string; readonly value: unknown }

function OneInput({ type, hasZone, choices, label, value, onChange }: OneInputProps) {
  const { t } = useTranslation()
  const text = value === null || value === undefined ? '' : String(value as string | number | boolean)
  const shared = { size: 'sm', className: classes.value, 'aria-label': label } as const
  if (type === 'boolean') {
    return (
      <NativeSelect
        {...shared}
        value={text}
        data={[
          { value: '', label: '' },
          { value: 'true', label: t('filter.yes') },
          { value: 'false', label: t('filter.no') },
        ]}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value === 'true')}
      />
    )
  }
  if (choices.length > 0) {
    return (
      <NativeSelect
        {...shared}
        value={text}
        data={[{ value: '', label: '' }, ...choices.map((choice) => ({ value: choice.value, label: choice.text }))]}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  if (type === 'date' || type === 'dateTime')
    return <MomentInput type={type} hasZone={hasZone} label={label} text={text} onChange={onChange} />
  return (
    <TextInput
      {...shared}
      type={type === 'time' ? 'time' : 'text'}
      inputMode={type === 'number' ? 'decimal' : undefined}
      step={type === 'time' ? 1 : undefined}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

const relativeDates = ['$NOW', '$NOW(-1 day)', '$NOW(-7 days)', '$NOW(-1 month)', '$NOW(-1 year)', '$NOW(+7 days)']

type MomentInputProps = {
  readonly type: 'date' | 'dateTime'
  readonly hasZone: boolean
  readonly label: string
  readonly text: string
  readonly onChange: (operand: unknown) => void
}

/** A certain date, or one that moves with the day on which it is asked. */
function MomentInput({ type, hasZone, label, text, onChange }: MomentInputProps) {
  const { t } = useTranslation()
  const isRelative = text.startsWith('$')
  const other = isRelative ? t('filter.exact') : t('filter.relative')
  return (
    <div className={classes.moment}>
      {isRelative ? (
        <Autocomplete
          size="sm"
          className={classes.value}
          aria-label={label}
          data={relativeDates}
          value={text}
          onChange={onChange}
        />
      ) : (
        <TextInput
          size="sm"
          className={classes.value}
          aria-label={label}
          type={type === 'date' ? 'date' : 'datetime-local'}
          value={type === 'date' ? text : toLocalInput(text, hasZone)}
          onChange={(event) =>
            onChange(type === 'date' ? event.currentTarget.value : fromLocalInput(event.currentTarget.value, hasZone))
          }
        />
      )}
      <Tooltip label={other}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={other}
          onClick={() => onChange(isRelative ? null : '$NOW(-7 days)')}
        >
          {isRelative ? <IconCalendar size={16} stroke={1.6} /> : <IconClockBolt size={16} stroke={1.6} />}
        </ActionIcon>
      </Tooltip>
    </div>
  )
}
