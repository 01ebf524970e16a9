/** MySQL's and MariaDB's errors, by number. */
import {
  codeOf,
  hasBadValue,
  hasChanged,
  isBusy,
  isNetworkFailure,
  isTooComplex,
  isUnreachable,
  ranOutOfTime,
  type Failure,
} from '../failure-reasons.ts'

const numbers: ReadonlyMap<number, Failure> = new Map([
  ...pairs([1040, 1042, 1043, 1044, 1045, 1053, 1077, 1129, 1130, 1203, 1226, 1927, 4031], isUnreachable),
  ...pairs([1205, 1317, 1969, 3024], ranOutOfTime), // lock wait, interrupted, MariaDB's and MySQL's statement timeout
  ...pairs([1213, 1412, 1615], isBusy), // deadlock, definition changed, needs to be prepared again
  ...pairs([1054, 1146, 1356], hasChanged), // no such column, no such table, view refers to what is gone
  // out of range, wrong value, division, data too long, wrong arguments
  ...pairs([1139, 1210, 1264, 1292, 1365, 1366, 1367, 1406, 1411, 1416, 1441, 1525, 1690, 3037, 3055], hasBadValue),
  ...pairs([3140, 3141, 3143, 3144, 3146, 3154, 4037, 4038, 4039, 4042], hasBadValue), // JSON of MySQL, JSON of MariaDB
  ...pairs([1104, 1116, 1117, 1119, 1153, 1390, 1436], isTooComplex), // join size, 61 tables, stack, placeholders
])

function pairs(all: readonly number[], failure: Failure): readonly (readonly [number, Failure])[] {
  return all.map((number) => [number, failure])
}

export function errorOf(error: unknown): Failure | null {
  if (isNetworkFailure(error) || codeOf(error) === 'PROTOCOL_CONNECTION_LOST') return isUnreachable
  if (!(error instanceof Error)) return null
  if (/closed state|Pool is closed/.test(error.message)) return isUnreachable
  return 'errno' in error && typeof error.errno === 'number' ? (numbers.get(error.errno) ?? null) : null
}
