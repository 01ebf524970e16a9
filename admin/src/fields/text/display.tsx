import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import { LongText } from '../long-text.tsx'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** Any text, and what has no better display. */
export const text: FieldDisplay = {
  serves: () => true,
  Cell: ({ value }: DisplayProps) => textOf(value).slice(0, 200),
  Detail: ({ value }: DisplayProps) => <LongText text={textOf(value)} />,
  isAmount: () => false,
  // Seven pixels a letter, where the database says how many there can be.
  width: (field) => (field.maxLength === null ? 220 : Math.min(Math.max(field.maxLength * 7 + 24, 90), 220)),
}
