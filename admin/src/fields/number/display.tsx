import { formatDecimal, formatNumber } from '../../model/format.ts'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

const Figure = ({ field, value }: DisplayProps) => (
  <span className={classes.number}>
    {field.isPrimaryKey
      ? String(value as number | string)
      : field.type === 'decimal'
        ? formatDecimal(value, field.scale)
        : formatNumber(value)}
  </span>
)

/** Integers of any size, decimals and floats. Exact ones come as text, and are never read as numbers. */
export const number: FieldDisplay = {
  serves: (field) => ['integer', 'bigInteger', 'float', 'decimal'].includes(field.type),
  Cell: Figure,
  Detail: Figure,
  // A key is a name, not an amount.
  isAmount: (field) => !field.isPrimaryKey,
  width: (field) => (field.isPrimaryKey ? 84 : 116),
}
