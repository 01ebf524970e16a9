import { mapBind, type Bind } from '../sql/bind.ts'
import type { TextPart } from './dialect.ts'

/** A text as part of a LIKE pattern, in which a backslash makes the next character stand for itself. */
const escaped = (text: unknown): string => String(text).replaceAll(/[\\%_]/g, (character) => `\\${character}`)

const patterns: Readonly<Record<TextPart, (text: unknown) => string>> = {
  contains: (text) => `%${escaped(text)}%`,
  starts_with: (text) => `${escaped(text)}%`,
  ends_with: (text) => `%${escaped(text)}`,
}

/** The LIKE pattern of a bound text; null stays null. */
export const likePattern = (part: TextPart, text: Bind): Bind =>
  mapBind(text, (value) => (value === null ? null : patterns[part](value)))
