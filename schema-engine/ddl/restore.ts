/** Snapshots of a database's data model: taken, compared with it, and put in its place (contract §2.3, §15). */
import type { Database } from '../database/database.ts'
import { EngineError, fail } from '../errors.ts'
import type { FilterContext } from '../events/bus.ts'
import type { EngineEvent } from '../events/events.ts'
import { loadMetadata } from '../model/load-metadata.ts'
import type { LiveModel } from '../model/live.ts'
import { render } from '../sql/sql.ts'
import { applyChanges, readStructure } from './apply.ts'
import { planChanges, showPlan, type ShownChange } from './plan.ts'
import { changeRows, checkAll, inTurn, refusalOf, type RemodelContext } from './remodel.ts'
import type { Remodelling, RowChange } from './remodelling.ts'
import { changesBetween } from './snapshot-changes.ts'
import { applyDiff, diffSnapshots, dropsIn, type SnapshotDiff } from './snapshot-diff.ts'
import { completed, parseSnapshot, type InputFacts, type SnapshotInput } from './snapshot-input.ts'
import { checkSections, completedRows, partChanges, readParts, sectionsFor, type PartName } from './snapshot-parts.ts'
import { hashOf, snapshotOf, type Snapshot } from './snapshot.ts'

type Place = { readonly database: Database; readonly live: LiveModel }

/** The database as it is now, read anew. @param parts what is wanted besides the data model */
export function takeSnapshot(place: Place, parts: readonly PartName[]): Promise<Snapshot> {
  return snapshotWith(place, sectionsFor(parts))
}

async function snapshotWith({ database, live }: Place, sections: readonly string[]): Promise<Snapshot> {
  const model = await live.refresh()
  const metadata = await loadMetadata(database, live.schema())
  const rows = await readParts(sections, database, model)
  return { ...snapshotOf({ model, metadata, dialect: database.dialect }), ...rows }
}

/** `hash`: of the database as it was compared; a diff is applied to that and to nothing else. */
export type Comparison = { readonly hash: string; readonly diff: SnapshotDiff }

/**
 * @param input a snapshot, as it was sent
 * @param options.force takes a snapshot of another family of databases
 * @returns null where nothing differs
 * @throws INVALID_PAYLOAD
 */
export async function compareSnapshot(
  input: unknown,
  place: Place,
  options: { readonly force: boolean; readonly ignore?: readonly string[] },
): Promise<Comparison | null> {
  const given = parseSnapshot(input)
  const before = await snapshotWith(place, sectionsGiven(given))
  const after = without(
    options.ignore ?? [],
    before,
    completedWith(given, { ...(await factsOf(before, place)), force: options.force }, place),
  )
  const diff = diffSnapshots(before, after)
  return diff === null ? null : { hash: hashOf(before), diff }
}

function sectionsGiven({ parts }: SnapshotInput): readonly string[] {
  const sections = Object.keys(parts)
  checkSections(sections)
  return sections
}

async function factsOf(before: Snapshot, { database, live }: Place): Promise<Omit<InputFacts, 'force'>> {
  return { before, tables: live.schema().tables, dialect: database.dialect }
}

function completedWith(given: SnapshotInput, facts: InputFacts, { live }: Place): Snapshot {
  const rows = Object.entries(given.parts).map(
    ([section, list]) => [section, completedRows(section, list, facts.before, live.current())] as const,
  )
  return { ...completed(given, facts), ...Object.fromEntries(rows) }
}

/** What is to be ignored (`collection`, `collection.field`) stays as it is. */
function without(rules: readonly string[], before: Snapshot, after: Snapshot): Snapshot {
  if (rules.length === 0) return after
  type Named = { readonly collection: string; readonly field?: string }
  const isIgnored = ({ collection, field }: Named): boolean =>
    rules.includes(collection) || (field !== undefined && rules.includes(`${collection}.${field}`))
  const mixed = <T extends Named>(ours: readonly T[], theirs: readonly T[]): readonly T[] => [
    ...theirs.filter((each) => !isIgnored(each)),
    ...ours.filter(isIgnored),
  ]
  return {
    ...after,
    collections: mixed(before.collections, after.collections),
    fields: mixed(before.fields, after.fields),
    systemFields: mixed(before.systemFields, after.systemFields),
    relations: mixed(before.relations, after.relations),
  }
}

export type ApplyOptions = {
  /** Drops and other losses of values are refused without. */
  readonly allowDestructive: boolean
  readonly force: boolean
}

export type SnapshotApplied = { readonly changes: readonly ShownChange[]; readonly notices: readonly string[] }

/**
 * Makes the database what a comparison said, all of it or nothing.
 *
 * @param given `hash` and `diff`, as they were sent
 * @throws FORBIDDEN for callers without full access; INVALID_PAYLOAD for a hash of another state, differences that don't fit, and
 * losses that are not allowed, saying which
 */
export function applySnapshot(
  given: { readonly hash?: unknown; readonly diff?: unknown },
  context: RemodelContext,
  options: ApplyOptions,
  mode: 'real' | 'dry-run' = 'real',
): Promise<SnapshotApplied> {
  if (!context.access.isFull) return Promise.resolve().then(() => fail('FORBIDDEN', {}))
  return inTurn(context.live, () => apply(given, context, options, mode))
}

async function apply(
  { hash, diff }: { readonly hash?: unknown; readonly diff?: unknown },
  context: RemodelContext,
  { allowDestructive, force }: ApplyOptions,
  mode: 'real' | 'dry-run',
): Promise<SnapshotApplied> {
  const { database, live, bus } = context
  if (typeof diff !== 'object' || diff === null) refuse('"diff" must be an object.')
  const sections = Object.keys(diff ?? {}).filter((section) => !ofModel.includes(section))
  checkSections(sections)
  const before = await snapshotWith(context, sections)
  if (hash !== hashOf(before)) refuse('The database has changed since it was compared: compare it anew.')
  const after = completedWith(
    parseSnapshot(applyDiff(before, diff)),
    { ...(await factsOf(before, context)), force },
    context,
  )
  const remodelling = changesBetween(after, { ...(await factsOf(before, context)), force })
  const parts = partChanges(before, after)
  const change: Remodelling = { ...remodelling, rows: [...remodelling.rows, ...parts] }
  if (!allowDestructive) await refuseLosses(change, { before, after }, database)
  if (mode === 'dry-run') {
    const plan = planChanges(change.changes, await readStructure(database), database.dialect)
    return { changes: showPlan(plan, database.dialect), notices: [] }
  }
  const model = live.current()
  const told = { at: context.facts.now.toISOString(), actor: context.actor }
  const events = [...modelEvents(diffSnapshots(before, after), told), ...parts.flatMap((row) => rowEvents(row, told))]
  const { plan, notices } = await applyChanges(
    {
      changes: change.changes,
      before: (connection) => checkAll(change, connection),
      rows: async (connection) => {
        const inside = { ...context, connection, model }
        await announce(parts, inside)
        await changeRows({ subjects: [], change }, inside)
        for (const statement of countersIn(change.rows, context)) {
          await connection.rows({ text: statement, values: [], name: null })
        }
        await bus.committing(events, inside)
        await bus.recordInOutbox(events, connection)
      },
    },
    { database, refresh: live.refresh },
  ).catch((error: unknown) => {
    throw refusalOf(error, { subjects: [], change })
  })
  bus.emit(events)
  return { changes: showPlan(plan, database.dialect), notices }
}

/** Rows of the project are changed as any others: what watches over them is asked. It may refuse, and change nothing here. */
async function announce(parts: readonly RowChange[], context: RemodelContext & FilterContext): Promise<void> {
  for (const row of parts) {
    if (row.kind === 'insert') continue
    const event = row.kind === 'update' ? 'items.update' : 'items.delete'
    const payload = row.kind === 'update' ? row.values : {}
    const keys = [String(row.where['id'])]
    if (context.bus.hasFilters(event, row.table))
      await context.bus.filter(payload, { event, collection: row.table, keys }, context)
  }
}

const ofModel: readonly string[] = ['collections', 'fields', 'systemFields', 'relations', 'indexes', 'foreignKeys']

type Told = Pick<EngineEvent, 'at' | 'actor'>

/** One for each collection, field and relation that differs. */
function modelEvents(diff: SnapshotDiff | null, told: Told): readonly EngineEvent[] {
  if (diff === null) return []
  return (['collections', 'fields', 'relations'] as const).flatMap((section) =>
    diff[section].map((entry): EngineEvent => {
      const whole = entry.diff.find((each) => each.path === undefined)?.kind
      const action = whole === 'N' ? 'create' : whole === 'D' ? 'delete' : 'update'
      const collection = String(entry['collection'])
      return section === 'collections'
        ? { ...told, kind: `${section}.${action}`, collection }
        : { ...told, kind: `${section}.${action}`, collection, field: String(entry['field']) }
    }),
  )
}

function rowEvents(row: RowChange, told: Told): readonly EngineEvent[] {
  const collection = row.table
  switch (row.kind) {
    case 'insert':
      return [{ ...told, kind: 'items.create', collection, key: String(row.values['id']), payload: row.values }]
    case 'update':
      return [{ ...told, kind: 'items.update', collection, keys: [String(row.where['id'])], payload: row.values }]
    case 'delete':
      return [{ ...told, kind: 'items.delete', collection, keys: [String(row.where['id'])] }]
  }
}

/** Rows came with their keys: what counts them goes on behind the highest. */
function countersIn(rows: readonly RowChange[], { database: { dialect }, live }: Place): readonly string[] {
  const { catchUp } = dialect.ddl
  if (catchUp === null) return []
  const tables = new Set(
    rows.filter((row) => row.kind === 'insert' && row.values['id'] !== undefined).map(({ table }) => table),
  )
  return [...tables].flatMap((table) => {
    const collection = live.current().collections.get(table)
    const column = collection?.fields.get('id')?.column
    if (collection?.table == null || column?.hasAutoIncrement !== true) return []
    return [render(catchUp({ schema: collection.table.schema, name: table }, column.name), dialect).text]
  })
}

async function refuseLosses(
  { changes }: Remodelling,
  { before, after }: { readonly before: Snapshot; readonly after: Snapshot },
  database: Database,
): Promise<void> {
  const drops = dropsIn(
    diffSnapshots(before, after) ?? { collections: [], fields: [], systemFields: [], relations: [] },
  )
  const { steps } = planChanges(changes, await readStructure(database), database.dialect)
  const narrowed = steps.flatMap(({ change, isDestructive }) =>
    isDestructive && change.kind === 'alter-column'
      ? [`Fields: ${change.table.name}.${change.column.name} (its values may not fit)`]
      : [],
  )
  const losses = [...drops, ...narrowed]
  if (losses.length > 0)
    throw new EngineError('INVALID_PAYLOAD', {
      reason: `This would be lost: ${losses.join('; ')}. It must be allowed expressly.`,
    })
}

function refuse(reason: string): never {
  return fail('INVALID_PAYLOAD', { reason })
}
