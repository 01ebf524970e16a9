import type { DisplayProps, FieldDisplay } from '../field-display.ts'
import { LongText } from '../long-text.tsx'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** Any text, and what has no better display. */
export const text: FieldDisplay = {
  serves: () => true,
  Cell: ({ value }: DisplayProps) => textOf(value).slice(0, 200),
  Detail: ({ value }: DisplayProps) => <LongText text={textOf(value)} />,
  isNumeric: false,
  width: 220,
}
