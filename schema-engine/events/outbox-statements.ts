/** The statements of the outbox: all the SQL there is about it. */
import type { Database, Rows, Statement } from '../database/database.ts'
import { constant } from '../sql/bind.ts'
import { join, name, raw, render, sql, value, type Sql } from '../sql/sql.ts'
import { outboxTableName } from '../system/outbox.ts'
import type { EngineEvent } from './events.ts'

/** A row that waits: for its turn, for its next attempt, or for who has leased it. */
export type OutboxRow = {
  readonly id: string
  readonly event: EngineEvent
  readonly attempts: number
  readonly availableAt: number
  /** null: nobody has it. */
  readonly leasedUntil: number | null
}

/** What a statement is written for. */
export /** JSON inside a JSON string: databases have views of their own on what JSON may hold, and on the order of its keys. */
const asJsonText = (event: EngineEvent): string => JSON.stringify(JSON.stringify(event))

/** Some drivers have parsed the column's JSON, others have not. */
function fromJsonText(stored: unknown): EngineEvent {
  let value = stored
  while (typeof value === 'string') value = JSON.parse(value)
  return value as EngineEvent // as `asJsonText` was given it
}

type Writer = Pick<Database, 'dialect' | 'systemSchema'>

const tableOf = ({ systemSchema }: Writer): Sql =>
  systemSchema === null ? name(outboxTableName) : name(systemSchema, outboxTableName)
const bound = (content: unknown): Sql => value(constant(content))

function statementOf(fragment: Sql, writer: Writer): Statement {
  const { text, binds } = render(fragment, writer.dialect)
  return { text, values: binds.map((bind) => (bind.from === 'plan' ? bind.value : null)), name: null }
}

const columns = (...names: readonly string[]): Sql =>
  join(
    names.map((column) => name(column)),
    ', ',
  )

/** Rows for `events` and who must hear of them, at `now`. */
export function insertRows(
  rows: readonly { readonly listener: string; readonly event: EngineEvent }[],
  now: number,
  writer: Writer,
): Statement {
  const tuples = rows.map(
    ({ listener, event }) =>
      sql`(${bound(listener)}, ${bound(asJsonText(event))}, ${bound(0)}, ${bound(now)}, ${bound(now)})`,
  )
  const names = columns('listener', 'event', 'attempts', 'created_at', 'available_at')
  return statementOf(sql`insert into ${tableOf(writer)} (${names}) values ${join(tuples, ', ')}`, writer)
}

/** Whether anything could be delivered at `now`; a row, or none. */
export function selectAnyDue(listeners: readonly string[], now: number, writer: Writer): Statement {
  const among = join(listeners.map(bound), ', ')
  const isFree = sql`(${name('leased_until')} is null or ${name('leased_until')} < ${bound(now)})`
  return statementOf(
    sql`select ${name('id')} from ${tableOf(writer)} where ${name('failed_at')} is null and ${name('listener')} in (${among}) and ${name('available_at')} <= ${bound(now)} and ${isFree} limit 1`,
    writer,
  )
}

/** The oldest rows that a listener has not heard of. */
export function selectWaiting(listener: string, limit: number, writer: Writer): Statement {
  const names = columns('id', 'event', 'attempts', 'available_at', 'leased_until')
  return statementOf(
    sql`select ${names} from ${tableOf(writer)} where ${name('listener')} = ${bound(listener)} and ${name('failed_at')} is null order by ${name('id')} limit ${raw(String(limit))}`,
    writer,
  )
}

export function readWaiting(rows: Rows): readonly OutboxRow[] {
  return rows.map(([id, event, attempts, availableAt, leasedUntil]) => ({
    id: String(id),
    event: fromJsonText(event),
    attempts: Number(attempts),
    availableAt: Number(availableAt),
    leasedUntil: leasedUntil === null ? null : Number(leasedUntil),
  }))
}

export function lease(ids: readonly string[], by: string, until: number, writer: Writer): Statement {
  return statementOf(
    sql`update ${tableOf(writer)} set ${name('leased_by')} = ${bound(by)}, ${name('leased_until')} = ${bound(until)} where ${isOneOf(ids)}`,
    writer,
  )
}

/** Of the rows that `by` still has. */
export function renewLease(ids: readonly string[], by: string, until: number, writer: Writer): Statement {
  return statementOf(
    sql`update ${tableOf(writer)} set ${name('leased_until')} = ${bound(until)} where ${isOneOf(ids)} and ${name('leased_by')} = ${bound(by)}`,
    writer,
  )
}

export function deleteHeard(id: string, writer: Writer): Statement {
  return statementOf(sql`delete from ${tableOf(writer)} where ${isOneOf([id])}`, writer)
}

/** After an attempt that failed: the row waits until `availableAt`, or for good from `failedAt`. */
export function putBack(
  row: {
    readonly id: string
    readonly attempts: number
    readonly availableAt: number
    readonly failedAt: number | null
    readonly error: string
  },
  by: string,
  writer: Writer,
): Statement {
  const assignments = join(
    [
      sql`${name('attempts')} = ${bound(row.attempts)}`,
      sql`${name('available_at')} = ${bound(row.availableAt)}`,
      sql`${name('failed_at')} = ${bound(row.failedAt)}`,
      sql`${name('error')} = ${bound(row.error)}`,
      sql`${name('leased_by')} = null`,
      sql`${name('leased_until')} = null`,
    ],
    ', ',
  )
  return statementOf(
    sql`update ${tableOf(writer)} set ${assignments} where ${isOneOf([row.id])} and ${name('leased_by')} = ${bound(by)}`,
    writer,
  )
}

/** Rows that no listener will hear of any more: given up, or their listener is gone. */
export function deleteAbandoned(createdBefore: number, limit: number, writer: Writer): Statement {
  // Selected apart, as a derived table: MariaDB deletes from no table that the same statement reads.
  const old = sql`select ${name('id')} from ${tableOf(writer)} where ${name('created_at')} < ${bound(createdBefore)} order by ${name('id')} limit ${raw(String(limit))}`
  return statementOf(
    sql`delete from ${tableOf(writer)} where ${name('id')} in (select ${name('id')} from (${old}) ${name('old')})`,
    writer,
  )
}

const isOneOf = (ids: readonly string[]): Sql => sql`${name('id')} in (${join(ids.map(bound), ', ')})`
