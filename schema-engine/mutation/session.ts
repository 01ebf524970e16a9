/** What one write carries along while it runs: its surroundings, its transaction, and what there will be to tell of it. */
import type { Connection, Rows } from '../database/database.ts'
import type { EngineEvent } from '../events/events.ts'
import { fail } from '../errors.ts'
import type { Collection } from '../model/model.ts'
import type { WriteAction, WriteRule } from '../permissions/access.ts'
import { compileRows } from '../query/compile-rows.ts'
import { planRows, type RowsAsked, type RowsPlan } from '../query/plan-rows.ts'
import { valueOf } from '../sql/bind.ts'
import type { RenderedSql } from '../sql/sql.ts'
import type { Cascade } from './cascades.ts'
import type { WriteContext } from './index.ts'
import type { Draft } from './record.ts'

export type Session = WriteContext & {
  readonly connection: Connection
  /** One for each row that was written, in the order of writing. */
  readonly drafts: Draft[]
  readonly events: EngineEvent[]
  /** What the database itself would change along; null where nobody asks: it is no dry run. */
  readonly cascades: Cascade[] | null
}

/** A statement's text with its binds, and a name under which a driver may keep it prepared. */
export type PreparedText = RenderedSql & { readonly name?: string | null }

/** Runs a statement; `values` are what its binds stand for. */
export function run(session: Session, prepared: PreparedText, values: readonly unknown[] = []): Promise<Rows> {
  return session.connection.rows(statementOf(session, prepared, values))
}

export async function runChange(
  session: Session,
  prepared: PreparedText,
  values: readonly unknown[],
): Promise<{ readonly changedRows: number; readonly firstKey: bigint | null }> {
  return session.connection.change(statementOf(session, prepared, values))
}

export function statementOf(session: Pick<Session, 'facts'>, prepared: PreparedText, values: readonly unknown[]) {
  const inputs = { variables: { values }, context: session.facts }
  return {
    text: prepared.text,
    values: prepared.binds.map((bind) => valueOf(bind, inputs)),
    name: prepared.name ?? null,
  }
}

export const runRows = (session: Session, plan: RowsPlan): Promise<Rows> =>
  run(session, compileRows(plan, session.connection.dialect))

/** More keys than this go into several statements: databases bound the values of one. */
const keysPerStatement = 5_000

/** The rows that are asked for; for many keys by several statements. */
export async function selectRows(session: Session, asked: RowsAsked): Promise<Rows> {
  const { tuples } = asked.where
  const found: (readonly unknown[])[] = []
  for (const part of chunks(tuples, Math.floor(keysPerStatement / Math.max(1, asked.where.fields.length)))) {
    const plan = planRows({ ...asked, where: { ...asked.where, tuples: part } }, session.model)
    for (const row of await runRows(session, plan)) found.push(row)
  }
  return found
}

export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (items.length <= size) return items.length === 0 ? [] : [items]
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

/** A collection whose rows may be written so by someone like this. @throws FORBIDDEN, in the same words whether hidden or missing */
export function writable(session: Pick<Session, 'model' | 'access'>, name: string, action: WriteAction): Collection {
  const collection = session.model.collections.get(name)
  const isGranted = session.access.isFull || session.access.write[action].has(name)
  if (collection === undefined || collection.table === null || !isGranted) return forbidden(name)
  if (collection.isReadOnly) return fail('INVALID_PAYLOAD', { reason: `"${name}" can't be written.` })
  return collection
}

export function forbidden(collection: string): never {
  return fail('FORBIDDEN', { reason: `You may not do this in "${collection}", or it does not exist.` })
}

/** The rules of an action; null: everything is allowed. */
export const rulesOf = (
  session: Pick<Session, 'access'>,
  collection: string,
  action: WriteAction,
): readonly WriteRule[] | null =>
  session.access.isFull ? null : (session.access.write[action].get(collection)?.rules ?? [])
