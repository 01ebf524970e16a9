/** A database with an outbox and a table of counters, a listener that leaves evidence in a file, and a process to be killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DatabaseSettings } from '#schema-engine/database/database.ts'
import { createEngine, type Engine } from '#schema-engine/engine.ts'
import type { EngineEvent } from '#schema-engine/events/events.ts'
import type { OutboxTiming } from '#schema-engine/events/outbox.ts'
import { readStructure, runAll, statementsOf } from '#schema-engine/migrations/run.ts'
import { systemTables } from '#schema-engine/migrations/system-tables.ts'
import { outboxTableName } from '#schema-engine/system/outbox.ts'
import { runScript, type TestDatabase } from '#test/harness/databases.ts'

export const quickTiming: OutboxTiming = {
  pollMs: 20,
  leaseMs: 400,
  backoffMs: 20,
  maxBackoffMs: 100,
  maxAttempts: 4,
  closeMs: 2000,
}

/** At which step a writer ends itself, without warning; `never`: it goes on until it is ended. */
export type Step = 'inside' | 'committed' | 'emitted' | 'hearing' | 'heard' | 'done' | 'never'

export type WriterOrder = {
  readonly settings: DatabaseSettings
  readonly evidence: string
  /** The file of what it has said to be done. */
  readonly acknowledgements: string
  readonly step: Step
  readonly items: readonly string[]
}

export async function createTables({ settings }: TestDatabase): Promise<void> {
  await runScript(
    settings,
    `create table counters (id varchar(20) primary key, n integer not null);
     insert into counters values ('a', 0), ('b', 0), ('c', 0);`,
  )
  const definition = systemTables.tables(null).find(({ table }) => table.name === outboxTableName)
  if (definition === undefined) throw new TypeError('the outbox is not declared')
  const { database, close } = await openEngine(settings)
  const structure = await readStructure(database)
  const statements = statementsOf([{ kind: 'create-table', definition }], structure, database.dialect)
  await database.transaction((connection) => runAll(statements, connection))
  await close()
}

export const openEngine = (settings: DatabaseSettings): Promise<Engine> =>
  createEngine({ database: settings, excludeTables: [], checkIntervalMs: null, outboxTiming: quickTiming })

/** Adds one to a counter, and says so as an event; the number it stands at then. */
export async function count(engine: Engine, item: string, isRefused = false): Promise<EngineEvent> {
  const { database, bus } = engine
  return database.transaction(async (connection) => {
    const plain = { values: [], name: null }
    await connection.change({ ...plain, text: `update counters set n = n + 1 where id = '${item}'` })
    const [[n] = []] = await connection.rows({ ...plain, text: `select n from counters where id = '${item}'` })
    const event: EngineEvent = {
      kind: 'items.update',
      at: new Date().toISOString(),
      actor: { kind: 'system', reason: 'cli' },
      collection: 'counters',
      keys: [item],
      payload: { n: isRefused ? 'refused' : Number(n) },
    }
    await bus.recordInOutbox([event], connection)
    if (isRefused) throw new Error('refused')
    return event
  })
}

export const nOf = (event: EngineEvent): unknown => ('payload' in event ? event.payload['n'] : null)
const itemOf = (event: EngineEvent): string => ('keys' in event ? (event.keys[0] ?? '') : '')

/** What a listener has heard: a line `item n`, on the disk before it returns. */
export const leaveEvidence = (file: string, event: EngineEvent): void =>
  appendFileSync(file, `${itemOf(event)} ${String(nOf(event))}\n`)

const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []

/** The numbers heard of each item, in order. */
export function evidenceIn(file: string): Readonly<Record<string, readonly string[]>> {
  const pairs = linesOf(file).map((line) => line.split(' '))
  return Object.fromEntries(
    [...Map.groupBy(pairs, ([item = '']) => item)].map(([item, found]) => [item, found.map(([, n = '']) => n)]),
  )
}

export async function countersIn(engine: Engine): Promise<Readonly<Record<string, number>>> {
  const rows = await engine.database.rows({ text: 'select id, n from counters', values: [], name: null })
  return Object.fromEntries(rows.map(([id, n]) => [String(id), Number(n)]))
}

export async function outboxLength(engine: Engine): Promise<number> {
  const rows = await engine.database.rows({ text: 'select count(*) from tablegraph_outbox', values: [], name: null })
  return Number(rows[0]?.[0])
}

export type Writer = {
  readonly child: ChildProcess
  /** What it has said to be done: `item n`. */
  readonly acknowledged: () => readonly string[]
  readonly ended: Promise<unknown>
}

export function startWriter(order: WriterOrder): Writer {
  const script = fileURLToPath(new URL('outbox-writer.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] })
  return {
    child,
    acknowledged: () => linesOf(order.acknowledgements),
    ended: once(child, 'close'),
  }
}
