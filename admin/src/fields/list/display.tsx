import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import classes from '../fields.module.css'

const entriesOf = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? (value as readonly unknown[]).map((entry) => (typeof entry === 'string' ? entry : (JSON.stringify(entry) ?? '')))
    : [String(value as string)]

const shownInCell = 12

function chips(value: unknown, className: string | undefined, most: number) {
  return (
    <span className={className}>
      {entriesOf(value)
        .slice(0, most)
        .map((entry, index) => (
          // Entries may repeat, and nothing about them moves: their place is their name.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index} className={classes.chip}>
            {entry}
          </span>
        ))}
    </span>
  )
}

/** Several values in one column: csv and database arrays. */
export const list: FieldDisplay = {
  serves: (field) => field.type === 'csv' || field.type === 'array',
  Cell: ({ value }: DisplayProps) => chips(value, classes.oneLine, shownInCell),
  Detail: ({ value }: DisplayProps) => chips(value, classes.chips, Number.POSITIVE_INFINITY),
  isAmount: () => false,
  width: () => 220,
}
