import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

function Choice({ field, value }: DisplayProps) {
  const raw = String(value as string | number)
  return <span className={classes.chip}>{field.choices.find((choice) => choice.value === raw)?.text ?? raw}</span>
}

/** One of a short list: a database's enum, or choices that metadata names. */
export const choice: FieldDisplay = {
  serves: (field) =>
    field.type === 'enum' || (field.choices.length > 0 && ['string', 'text', 'integer'].includes(field.type)),
  Cell: Choice,
  Detail: Choice,
  isAmount: () => false,
  width: () => 130,
}
