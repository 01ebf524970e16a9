import type { Field } from '../../model/catalog.ts'
import { formatDate, formatDateTime, formatTime } from '../../model/format.ts'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

function Moment({ field, value }: DisplayProps) {
  const text = String(value as string)
  return (
    <time className={classes.number} dateTime={text} title={text}>
      {format(field, text)}
    </time>
  )
}

function format(field: Field, text: string): string {
  switch (field.type) {
    case 'date':
      return formatDate(text)
    case 'time':
      return formatTime(text)
    default:
      return formatDateTime(text)
  }
}

/** Days, times, and moments with and without a zone; the exact text shows on hovering. */
export const dateTime: FieldDisplay = {
  serves: (field) => ['date', 'time', 'dateTime', 'timestamp'].includes(field.type),
  Cell: Moment,
  Detail: Moment,
  isAmount: () => false,
  width: () => 190,
}
