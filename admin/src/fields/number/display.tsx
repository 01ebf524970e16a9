import { formatNumber } from '../../model/format.ts'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

const Figure = ({ field, value }: DisplayProps) => (
  // A key is a name, not an amount: its digits are not grouped.
  <span className={classes.number}>{field.isPrimaryKey ? String(value as number | string) : formatNumber(value)}</span>
)

/** Integers of any size, decimals and floats. Exact ones come as text, and are never read as numbers. */
export const number: FieldDisplay = {
  serves: (field) => ['integer', 'bigInteger', 'float', 'decimal'].includes(field.type),
  Cell: Figure,
  Detail: Figure,
  isNumeric: true,
  width: 120,
}
