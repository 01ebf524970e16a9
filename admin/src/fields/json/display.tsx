import { formatJson, formatJsonLine } from '../../model/format.ts'
import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'
import { LongText } from '../long-text.tsx'

/** JSON, geometry as GeoJSON, vectors, and whatever else comes as an object. */
export const json: FieldDisplay = {
  serves: (field) =>
    field.type === 'json' || field.type === 'vector' || field.type === 'unknown' || field.type.startsWith('geometry'),
  Cell: ({ value }: DisplayProps) => (
    <span className={classes.mono}>{typeof value === 'string' ? value.slice(0, 120) : formatJsonLine(value)}</span>
  ),
  Detail: ({ value }: DisplayProps) => <LongText isCode text={typeof value === 'string' ? value : formatJson(value)} />,
  isAmount: () => false,
  width: () => 260,
}
