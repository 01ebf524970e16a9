/** PostgreSQL's errors, by SQLSTATE (PostgreSQL documentation, appendix A). */
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

const states: ReadonlyMap<string, Failure> = new Map([
  ['40001', isBusy], // serialization_failure
  ['40P01', isBusy], // deadlock_detected
  ['42P01', hasChanged], // undefined_table
  ['42703', hasChanged], // undefined_column
  ['25006', isReadOnly], // read_only_sql_transaction
  ['42501', lacksRight], // insufficient_privilege
  ['55P03', ranOutOfTime], // lock_not_available
  ['57014', ranOutOfTime], // query_canceled, also by statement_timeout
])

const classes: ReadonlyMap<string, Failure> = new Map([
  ['08', isUnreachable], // connection exception
  ['22', hasBadValue], // data exception
  ['28', isUnreachable], // invalid authorization: of ours, not of the caller's
  ['53', isUnreachable], // insufficient resources, too many connections
  ['54', isTooComplex], // program limit exceeded
  ['57', isUnreachable], // operator intervention: shutdown, crash, not yet started
])

/** What the driver says by message alone when a connection is lost or none comes free in time. */
const lost =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying|timeout expired|Cannot use a pool after)/

export function errorOf(error: unknown): Failure | null {
  if (isNetworkFailure(error) || (error instanceof Error && lost.test(error.message))) return isUnreachable
  const state = codeOf(error)
  return states.get(state) ?? (state.length === 5 ? classes.get(state.slice(0, 2)) : undefined) ?? null
}

const brokenBy: ReadonlyMap<string, BrokenConstraint['kind']> = new Map([
  ['23505', 'not-unique'],
  ['23P01', 'not-unique'], // exclusion_violation
  ['23503', 'foreign-key'],
  ['23001', 'foreign-key'], // restrict_violation
  ['23502', 'null'],
  ['23514', 'check'],
  ['44000', 'check'], // with_check_option_violation
  ['P0001', 'check'], // raise_exception: a trigger refused it
  ['22001', 'too-long'],
  ['22003', 'out-of-range'],
  ['22008', 'out-of-range'], // datetime_field_overflow
])

/** Of a broken foreign key, table and constraint are those that point, also when the row they point to was to go. */
export function constraintOf(error: unknown): BrokenConstraint | null {
  const state = codeOf(error)
  const kind = brokenBy.get(state) ?? (/^22...$/.test(state) ? 'bad-value' : null)
  if (kind === null) return null
  const told = error as Partial<Record<'table' | 'column' | 'constraint' | 'detail', string>> // what the server sends along
  const isPointedTo = kind === 'foreign-key' && /still referenced/.test(told.detail ?? '')
  return {
    kind,
    table: told.table ?? null,
    columns: told.column !== undefined ? [told.column] : isPointedTo ? [] : columnsIn(told.detail ?? ''),
    constraint: told.constraint ?? null,
  }
}

/** `Key (a, "B c")=(1, 2) already exists.` in any language; none where an expression stands for a column. */
function columnsIn(detail: string): readonly string[] {
  const [, list = ''] = /\(((?:"(?:[^"]|"")*"|[^()"])*)\)=\(/.exec(detail) ?? []
  return [...list.matchAll(/"((?:[^"]|"")*)"|([^,\s"]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}
