/**
 * fields: how values are shown, one folder per kind. Knows the catalog and `ui`; knows no page and no server.
 */
import type { Field } from '../model/catalog.ts'
import type { Row } from '../model/key.ts'
import { binary } from './binary/display.tsx'
import { boolean } from './boolean/display.tsx'
import { choice } from './choice/display.tsx'
import { concealed } from './concealed/display.tsx'
import { dateTime } from './date-time/display.tsx'
import type { FieldDisplay } from './field-display.ts'
import { identifier } from './identifier/display.tsx'
import { json } from './json/display.tsx'
import { list } from './list/display.tsx'
import { manyToAny } from './many-to-any/display.tsx'
import { manyToOne } from './many-to-one/display.tsx'
import { number } from './number/display.tsx'
import { text } from './text/display.tsx'
import { toMany } from './to-many/display.tsx'

/** In order of precedence; `text` serves everything. */
export const displays: readonly FieldDisplay[] = [
  manyToOne,
  toMany,
  manyToAny,
  concealed,
  boolean,
  dateTime,
  choice,
  identifier,
  number,
  list,
  json,
  binary,
  text,
]

export const displayOf = (field: Field): FieldDisplay => displays.find((display) => display.serves(field)) ?? text

/** What a row holds for a field; of a to-many relation its functions, of an unreadable link its raw key. */
export function valueOf(field: Field, row: Row): unknown {
  const { value, functions, keys } = field.graphql
  switch (field.relation?.kind) {
    case 'o2m':
    case 'm2m':
      return functions === null ? null : (row[functions] ?? null)
    case 'm2o':
      return row[value] ?? (keys === null ? null : (row[keys] ?? null))
    default:
      return row[value] ?? null
  }
}
