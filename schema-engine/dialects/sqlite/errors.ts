/** SQLite's errors, by result code, and by message where the code is the general one. */
import {
  codeOf,
  hasBadValue,
  hasChanged,
  isBusy,
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
