/** JSON written as text by concatenation: for dialects whose own JSON functions would parse nested values again. */
import type { JsonDoc, JsonEntry } from './dialect.ts'
import { constant } from '../sql/bind.ts'
import { raw, sql, value, type Sql } from '../sql/sql.ts'

const plainKey = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A text of our own: names that GraphQL allows stand in the statement, anything else is bound. */
const literal = (prefix: string, key: string, suffix: string): Sql =>
  plainKey.test(key)
    ? raw(`'${prefix}"${key}":${suffix}'`)
    : value(constant(`${prefix}${JSON.stringify(key)}:${suffix}`))

/** The pieces of an object's text, to be concatenated; each entry's `json` must be text and never null. */
export function objectPieces(entries: readonly JsonEntry[]): readonly Sql[] {
  if (entries.length === 0) return [raw("'{}'")]
  return [
    ...entries.flatMap((entry, index) => [literal(index === 0 ? '{' : ',', entry.key, ''), entry.json]),
    raw("'}'"),
  ]
}

/** A document's text by a dialect's way of concatenating. */
export function docText(doc: JsonDoc, concatenate: (pieces: readonly Sql[]) => Sql): Sql {
  if (doc.kind === 'value') return doc.json
  const object = concatenate(objectPieces(doc.entries))
  return doc.present === null ? object : sql`(case when ${doc.present} then ${object} else 'null' end)`
}
