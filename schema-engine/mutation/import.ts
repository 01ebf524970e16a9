/**
 * Many items out of a file, in batches, in one transaction: all of them, or those that can be written. Each batch is an upsert
 * like any other, with its record, and what it tells goes out after the one commit.
 */
import { setImmediate as immediately } from 'node:timers/promises'
import { deflateSync, inflateSync } from 'node:zlib'
import type { Connection } from '../database/database.ts'
import { EngineError } from '../errors.ts'
import type { EngineEvent } from '../events/events.ts'
import type { WriteContext } from './index.ts'
import { writeItems } from './items.ts'
import { withPaths } from './paths.ts'
import { writeRecord } from './record.ts'
import type { ItemInput } from './request.ts'
import type { Session } from './session.ts'

/** A row of a file: its number and the line it begins in, both from 1, and its item, or what is wrong with it. */
export type ImportRow = { readonly row: number; readonly line: number; readonly item: ItemInput | EngineError }

export type ImportFailure = { readonly row: number; readonly line: number; readonly error: EngineError }

export type ImportReport = {
  /** Rows that were written. */
  readonly imported: number
  /** Rows that were not. */
  readonly failed: number
  /** The first of these. */
  readonly failures: readonly ImportFailure[]
}

export type ImportRequest = {
  readonly collection: string
  /** The rows in batches, from the first one each time: the work may be repeated. Its errors refuse the whole. */
  readonly rows: () => AsyncIterable<readonly ImportRow[]>
  /** `stop`: nothing is written when a row fails; those of its batch are told of. `continue`: the others are written. */
  readonly onError: 'stop' | 'continue'
  /** Failures that are told of at most. */
  readonly maxFailures: number
}

/** @throws EngineError for what has nothing to do with a single row */
export async function importItems(request: ImportRequest, context: WriteContext): Promise<ImportReport> {
  const run = await context.database
    .transaction((connection) => importRows(request, context, connection))
    .catch(stopped)
  for (const batch of run.events) {
    context.bus.emit(unpacked(batch))
    await immediately()
  }
  const { imported, failed, failures } = run
  return { imported, failed, failures }
}

type Run = {
  imported: number
  failed: number
  readonly failures: ImportFailure[]
  /** Of each batch, packed: there may be as many as rows, and they are kept until the commit. */
  readonly events: Buffer[]
}

const packed = (events: readonly EngineEvent[]): Buffer => deflateSync(JSON.stringify(events), { level: 1 })
const unpacked = (batch: Buffer): readonly EngineEvent[] => JSON.parse(inflateSync(batch).toString()) as EngineEvent[] // as they were packed

/** Carries the report out of a transaction that is to be rolled back. */
class Stopped extends Error {
  readonly run: Run

  constructor(run: Run) {
    super('An import was stopped.')
    this.run = run
  }
}

function stopped(error: unknown): Run {
  if (error instanceof Stopped) return { ...error.run, imported: 0, events: [] }
  throw error
}

async function importRows(request: ImportRequest, context: WriteContext, connection: Connection): Promise<Run> {
  const run: Run = { imported: 0, failed: 0, failures: [], events: [] }
  const told = (rows: readonly ImportRow[], error: EngineError): void => {
    for (const { row, line } of rows) {
      run.failed += 1
      if (run.failures.length < request.maxFailures) run.failures.push({ row, line, error })
    }
  }
  for await (const batch of request.rows()) {
    for (const row of batch) if (row.item instanceof EngineError) told([row], row.item)
    const writable = batch.filter(({ item }) => !(item instanceof EngineError))
    const failure = await attempt(writable)
    // One by one it shows which rows it was.
    if (failure !== null && writable.length === 1) told(writable, failure)
    else if (failure !== null) for (const row of writable) await attempt([row]).then((one) => one && told([row], one))
    if (run.failed > 0 && request.onError === 'stop') throw new Stopped(run)
  }
  return run

  async function attempt(rows: readonly ImportRow[]): Promise<EngineError | null> {
    if (rows.length === 0) return null
    const facts = await withPaths(context.facts, context, connection)
    const session: Session = { ...context, facts, connection, drafts: [], events: [], cascades: null }
    try {
      await connection.attempt(async () => {
        await writeItems(session, request.collection, rows.map(operationOf), 1)
        await writeRecord(session)
        await context.bus.committing(session.events, session)
        await context.bus.recordInOutbox(session.events, connection)
      })
    } catch (error) {
      if (error instanceof EngineError && error.status < 500) return error
      throw error
    }
    run.imported += rows.length
    if (session.events.length > 0) run.events.push(packed(session.events))
    return null
  }
}

const operationOf = ({ item }: ImportRow) =>
  ({
    mode: 'upsert',
    keys: null,
    input: item as ItemInput, // rows with an error have been told of
    forced: {},
    parent: null,
    path: [],
    precondition: null,
  }) as const
