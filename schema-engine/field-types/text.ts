import { string } from './string.ts'
import type { FieldType } from './field-type.ts'

/** A text of any length. */
export const text: FieldType = { ...string, name: 'text', columnKinds: ['text'] }
