import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

const Identifier = ({ value }: DisplayProps) => <span className={classes.mono}>{String(value as string)}</span>

/** Uuids: read letter by letter, so every letter is as wide as the next. */
export const identifier: FieldDisplay = {
  serves: (field) => field.type === 'uuid',
  Cell: Identifier,
  Detail: Identifier,
  isAmount: () => false,
  width: () => 290,
}
