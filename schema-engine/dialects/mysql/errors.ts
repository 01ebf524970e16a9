/** MySQL's and MariaDB's errors, by number. */
import type { BrokenConstraint } from '../dialect.ts'
import {
  codeOf,
  hasBadValue,
  hasChanged,
  isBusy,
  isNetworkFailure,
  isReadOnly,
  isTooComplex,
  isUnreachable,
  lacksRight,
  ranOutOfTime,
  type Failure,
} from '../failure-reasons.ts'

const numbers: ReadonlyMap<number, Failure> = new Map([
  ...pairs([1040, 1042, 1043, 1044, 1045, 1053, 1077, 1129, 1130, 1203, 1226, 1927, 4031], isUnreachable),
  ...pairs([1205, 1317, 1969, 3024], ranOutOfTime), // lock wait, interrupted, MariaDB's and MySQL's statement timeout
  ...pairs([1036, 1290, 1792, 1836], isReadOnly), // the table, the server, the transaction
  ...pairs([1142, 1143, 1227, 1370], lacksRight), // on a table, a column, of the administrator, on a routine
  ...pairs([1020, 1213, 1412, 1615], isBusy), // changed since it was read, deadlock, definition changed, needs to be prepared again
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

const brokenBy: ReadonlyMap<number, BrokenConstraint['kind']> = new Map([
  [1022, 'not-unique'],
  [1062, 'not-unique'],
  [1169, 'not-unique'],
  [1586, 'not-unique'],
  [1216, 'foreign-key'],
  [1217, 'foreign-key'],
  [1451, 'foreign-key'], // the row that others point to was to go
  [1452, 'foreign-key'],
  [1048, 'null'],
  [1364, 'null'], // no value given, and no default
  [1406, 'too-long'],
  [1264, 'out-of-range'],
  [1690, 'out-of-range'],
  [1644, 'check'], // SIGNAL: a trigger refused it
  [3819, 'check'],
  [4025, 'check'],
  [1265, 'bad-value'], // data truncated: not among an enum's values
  [1292, 'bad-value'],
  [1300, 'bad-value'], // not a text in this character set
  [1366, 'bad-value'],
  [1367, 'bad-value'],
  [1411, 'bad-value'],
  [1416, 'bad-value'], // no geometry
  [3037, 'bad-value'],
  [3055, 'bad-value'],
  [3140, 'bad-value'], // no JSON
  [3141, 'bad-value'],
])

/** Of a broken foreign key, table and columns are those that point, also when the row they point to was to go. */
export function constraintOf(error: unknown): BrokenConstraint | null {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return null
  const kind = brokenBy.get(error.errno)
  if (kind === undefined) return null
  const { message } = error
  switch (kind) {
    case 'not-unique':
      return { kind, columns: [], ...keyIn(message) }
    case 'foreign-key':
      return { kind, ...foreignKeyIn(message) }
    case 'check':
      return { kind, ...checkIn(message) }
    default:
      return { kind, constraint: null, ...columnIn(message) }
  }
}

type Place = { readonly table: string | null; readonly columns: readonly string[] }
type Key = { readonly table: string | null; readonly constraint: string | null }

/** `… for key 'items.email'` in MySQL, `… for key 'email'` in MariaDB. The primary key is `PRIMARY`. */
function keyIn(message: string): Key {
  const [, name = null] = /for key '([^']*)'$/.exec(message) ?? []
  const dot = name?.indexOf('.') ?? -1
  return name === null || dot < 0
    ? { table: null, constraint: name }
    : { table: name.slice(0, dot), constraint: name.slice(dot + 1) }
}

/** ``… (`db`.`items`, CONSTRAINT `items_author` FOREIGN KEY (`author`, `house`) REFERENCES …`` */
function foreignKeyIn(message: string): Place & Key {
  const found = /\(`(?:[^`]|``)*`\.`((?:[^`]|``)*)`, CONSTRAINT `((?:[^`]|``)*)` FOREIGN KEY \(([^)]*)\)/.exec(message)
  if (found === null) return { table: null, columns: [], constraint: null }
  const [, table = '', constraint = '', columns = ''] = found
  const names = [...columns.matchAll(/`((?:[^`]|``)*)`/g)].map(([, name = '']) => unquoted(name))
  return { table: unquoted(table), columns: names, constraint: unquoted(constraint) }
}

/** ``CONSTRAINT `items.age` failed for `db`.`items` `` in MariaDB, which names a column's check so; `Check constraint 'x' …` in MySQL. */
function checkIn(message: string): Place & Key {
  const [, ofMysql] = /^Check constraint '([^']*)'/.exec(message) ?? []
  if (ofMysql !== undefined) return { table: null, columns: [], constraint: ofMysql }
  const [, name = null, table = null] = /^CONSTRAINT `([^`]*)` failed for `[^`]*`\.`([^`]*)`/.exec(message) ?? []
  const isOfColumn = name !== null && table !== null && name.startsWith(`${table}.`)
  return { table, columns: isOfColumn ? [name.slice(table.length + 1)] : [], constraint: name }
}

/** `Column 'a' cannot be null`, `Field 'a' doesn't have …`, `… for column 'a' at row 1`, ``… for column `db`.`items`.`a` at row 1`` */
function columnIn(message: string): Place {
  const [, table, column] = /for column `[^`]*`\.`([^`]*)`\.`([^`]*)` at row \d+$/.exec(message) ?? []
  if (table !== undefined && column !== undefined) return { table, columns: [column] }
  const [, ofRow] = /for column '([^']*)' at row \d+$/.exec(message) ?? []
  const [, named] = /^(?:Column|Field) '([^']*)'/.exec(message) ?? []
  const name = ofRow ?? named
  return { table: null, columns: name === undefined ? [] : [name] }
}

const unquoted = (name: string): string => name.replaceAll('``', '`')
