/** SQLite's errors, by result code, and by message where the code is the general one. */
import type { BrokenConstraint } from '../dialect.ts'
import {
  codeOf,
  hasBadValue,
  hasChanged,
  isBusy,
  isReadOnly,
  isTooComplex,
  isUnreachable,
  ranOutOfTime,
  type Failure,
} from '../failure-reasons.ts'

/** By the code's first two words: `SQLITE_IOERR_READ` is a `SQLITE_IOERR`. */
const codes: ReadonlyMap<string, Failure> = new Map([
  ['SQLITE_BUSY', isBusy],
  ['SQLITE_LOCKED', isBusy],
  ['SQLITE_SCHEMA', isBusy],
  ['SQLITE_CANTOPEN', isUnreachable],
  ['SQLITE_CORRUPT', isUnreachable],
  ['SQLITE_FULL', isUnreachable],
  ['SQLITE_IOERR', isUnreachable],
  ['SQLITE_NOMEM', isUnreachable],
  ['SQLITE_NOTADB', isUnreachable],
  ['SQLITE_PROTOCOL', isUnreachable],
  ['SQLITE_READONLY', isReadOnly],
  ['SQLITE_INTERRUPT', ranOutOfTime],
  ['SQLITE_MISMATCH', hasBadValue],
  ['SQLITE_RANGE', hasBadValue],
  ['SQLITE_TOOBIG', isTooComplex],
])

const messages: readonly (readonly [RegExp, Failure])[] = [
  [/^no such (table|column)|^table .* has no column/, hasChanged],
  [
    /malformed JSON|JSON path error|bad JSON path|integer overflow|too big|datatype mismatch|out of range/i,
    hasBadValue,
  ],
  [/too (large|many|complex)|at most \d+ tables|stack overflow|too deep/i, isTooComplex],
  [/connection is not open/, isUnreachable],
]

export function errorOf(error: unknown): Failure | null {
  const byCode = codes.get(codeOf(error).split('_').slice(0, 2).join('_'))
  if (byCode !== undefined) return byCode
  if (!(error instanceof Error)) return null
  return messages.find(([pattern]) => pattern.test(error.message))?.[1] ?? null
}

const brokenBy: ReadonlyMap<string, BrokenConstraint['kind']> = new Map([
  ['SQLITE_CONSTRAINT_UNIQUE', 'not-unique'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'not-unique'],
  ['SQLITE_CONSTRAINT_ROWID', 'not-unique'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'foreign-key'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'null'],
  ['SQLITE_CONSTRAINT_CHECK', 'check'],
  ['SQLITE_CONSTRAINT_TRIGGER', 'check'], // RAISE: a trigger refused it
  ['SQLITE_CONSTRAINT_DATATYPE', 'bad-value'], // of a strict table
  ['SQLITE_MISMATCH', 'bad-value'], // a key that counts its rows takes integers only
  ['SQLITE_TOOBIG', 'too-long'],
])

/** SQLite tells nothing of a foreign key but that one is broken. */
export function constraintOf(error: unknown): BrokenConstraint | null {
  const kind = brokenBy.get(codeOf(error))
  if (kind === undefined || !(error instanceof Error)) return null
  const nowhere = { kind, table: null, columns: [], constraint: null }
  switch (codeOf(error)) {
    case 'SQLITE_CONSTRAINT_CHECK': {
      const [, constraint = null] = /^CHECK constraint failed: (.+)$/s.exec(error.message) ?? []
      return { ...nowhere, constraint }
    }
    case 'SQLITE_CONSTRAINT_DATATYPE': {
      const [, place = ''] = /column ([^\s]+)$/.exec(error.message) ?? []
      return { ...nowhere, ...placeOf(place) }
    }
    default: {
      const [, constraint = null] = /constraint failed: index '(.*)'$/.exec(error.message) ?? []
      if (constraint !== null) return { ...nowhere, constraint }
      const [, places = ''] = /constraint failed: (.+)$/.exec(error.message) ?? []
      return { ...nowhere, ...placeOf(places) }
    }
  }
}

/** `items.email, items.name`. */
function placeOf(places: string): Pick<BrokenConstraint, 'table' | 'columns'> {
  const dot = places.indexOf('.')
  if (dot < 0) return { table: null, columns: [] }
  const table = places.slice(0, dot)
  return { table, columns: places.slice(dot + 1).split(`, ${table}.`) }
}
