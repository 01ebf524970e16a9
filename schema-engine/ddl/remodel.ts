/**
 * Changes of the data model, from what a caller sent to what is so afterwards: filter hooks → plan → checks → tables, metadata,
 * rights that go, records → the model read anew → action events. All of it or nothing (`apply.ts`).
 */
import type { Actor } from '../actor.ts'
import type { Connection, Database } from '../database/database.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { ConstraintError } from '../dialects/constraint-error.ts'
import { EngineError, fail } from '../errors.ts'
import type { Bus, FilterKind } from '../events/bus.ts'
import type { EngineEvent, Payload } from '../events/events.ts'
import type { LiveModel } from '../model/live.ts'
import type { Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import type { RequestFacts } from '../sql/bind.ts'
import { applyChanges, readStructure } from './apply.ts'
import { createCollections, deleteCollection, updateCollection } from './collections.ts'
import { createFields, deleteField, updateField } from './fields.ts'
import { changesFor, rowsToRead, type RowsRead } from './gone-rights.ts'
import { changeRow, insertRow, readRows } from './metadata-rows.ts'
import { planChanges, showPlan, type ShownChange } from './plan.ts'
import { recordRow, type Recorder } from './record.ts'
import { createRelation, deleteRelation, updateRelation } from './relations.ts'
import { combine, knownCollection, knownField, type Remodelling } from './remodelling.ts'
import { parseCollection, parseCollectionPatch, parseField, parseRelation } from './request.ts'
import { isSystemField } from './system-fields.ts'
import { withKnownDefault } from './told-default.ts'
import { checkValues } from './value-checks.ts'

/** One change that a caller asks for; `data` as it was sent. What it makes or changes, it does in one go. */
export type RemodelRequest =
  | { readonly kind: 'create-collections'; readonly data: readonly unknown[] }
  | {
      readonly kind: 'update-collections'
      readonly data: readonly { readonly collection: string; readonly data: unknown }[]
    }
  | { readonly kind: 'delete-collection'; readonly collection: string }
  | { readonly kind: 'create-fields'; readonly collection: string; readonly data: readonly unknown[] }
  | {
      readonly kind: 'update-fields'
      readonly collection: string
      readonly data: readonly { readonly field: string; readonly data: unknown }[]
    }
  | { readonly kind: 'delete-field'; readonly collection: string; readonly field: string }
  | { readonly kind: 'create-relation'; readonly data: unknown }
  | { readonly kind: 'update-relation'; readonly collection: string; readonly field: string; readonly data: unknown }
  | { readonly kind: 'delete-relation'; readonly collection: string; readonly field: string }

export type RemodelContext = {
  readonly actor: Actor
  readonly access: Access
  readonly facts: RequestFacts
  readonly origin: Recorder['origin']
  readonly database: Database
  readonly live: LiveModel
  readonly bus: Bus
}

/** What is meant by a request: a collection, or a field or relation of it. */
export type Subject = { readonly collection: string; readonly field: string | null }

export type Remodelled = {
  /** In the order of the request. */
  readonly subjects: readonly Subject[]
  /** What was done to tables; of a dry run, what would have been done. */
  readonly changes: readonly ShownChange[]
  readonly events: readonly EngineEvent[]
}

/**
 * Changes the data model.
 *
 * @throws FORBIDDEN for callers without full access, and for what isn't there; INVALID_PAYLOAD; CONTAINS_NULL_VALUES,
 * RECORD_NOT_UNIQUE, VALUE_TOO_LONG, INVALID_FOREIGN_KEY for what the values that are there don't allow; what a hook threw
 */
export function remodel(
  request: RemodelRequest,
  context: RemodelContext,
  mode: 'real' | 'dry-run' = 'real',
): Promise<Remodelled> {
  if (!context.access.isFull) return Promise.resolve().then(() => fail('FORBIDDEN', {}))
  return inTurn(context.live, () => (mode === 'real' ? apply(request, context) : rehearse(request, context)))
}

const queues = new WeakMap<LiveModel, Promise<unknown>>()

/** One after the other, so that each is planned on the model that the one before left. */
export function inTurn<T>(live: LiveModel, work: () => Promise<T>): Promise<T> {
  const done = (queues.get(live) ?? Promise.resolve()).then(work)
  queues.set(
    live,
    done.catch(() => undefined),
  )
  return done
}

async function apply(given: RemodelRequest, context: RemodelContext): Promise<Remodelled> {
  const { database, live, bus } = context
  await live.refresh() // another process may have changed what this one has not heard of yet
  const request = bus.hasFilters(filterOf(given))
    ? await database.transaction((connection) => filtered(given, context, connection))
    : given
  const model = live.current()
  const planned = planOf(request, model, database.dialect)
  const events = eventsOf(planned, request, context)
  const { plan } = await applyChanges(
    {
      changes: planned.change.changes,
      before: (connection) => checkAll(planned.change, connection),
      rows: async (connection) => {
        await changeRows(planned, { ...context, connection, model })
        await bus.recordInOutbox(events, connection)
      },
    },
    { database, refresh: live.refresh },
  ).catch((error: unknown) => {
    throw refusalOf(error, planned)
  })
  bus.emit(events)
  return { subjects: planned.subjects, changes: showPlan(plan, database.dialect), events }
}

/** Everything but the change itself. */
async function rehearse(given: RemodelRequest, context: RemodelContext): Promise<Remodelled> {
  const { database, live } = context
  const structure = await readStructure(database)
  const done = new Error('a rehearsal ends by being rolled back')
  let remodelled: Remodelled | null = null
  try {
    await database.transaction(async (connection) => {
      const request = await filtered(given, context, connection)
      const planned = planOf(request, live.current(), database.dialect)
      await checkAll(planned.change, connection)
      const plan = planChanges(planned.change.changes, structure, database.dialect)
      remodelled = {
        subjects: planned.subjects,
        changes: showPlan(plan, database.dialect),
        events: eventsOf(planned, request, context),
      }
      throw done
    })
  } catch (error) {
    if (error !== done) throw error
  }
  return remodelled ?? fail('INTERNAL_SERVER_ERROR')
}

type Planned = { readonly subjects: readonly Subject[]; readonly change: Remodelling }

function planOf(request: RemodelRequest, model: Model, dialect: Dialect): Planned {
  switch (request.kind) {
    case 'create-collections': {
      const inputs = request.data.map((data) => parseCollection(data))
      const subjects = inputs.map(({ collection }) => ({ collection, field: null }))
      return { subjects, change: createCollections(inputs, model) }
    }
    case 'update-collections': {
      const subjects = request.data.map(({ collection }) => ({ collection, field: null }))
      const parts = request.data.map(({ collection, data }) =>
        updateCollection(collection, parseCollectionPatch(data), model),
      )
      return { subjects, change: combine(parts) }
    }
    case 'delete-collection':
      return {
        subjects: [{ collection: request.collection, field: null }],
        change: deleteCollection(request.collection, model),
      }
    case 'create-fields': {
      knownCollection(request.collection, model)
      const inputs = request.data.map((data) => parseField(data))
      const subjects = inputs.map(({ field }) => ({ collection: request.collection, field }))
      return { subjects, change: createFields(request.collection, inputs, model) }
    }
    case 'update-fields': {
      const collection = knownCollection(request.collection, model)
      const parts = request.data.map(({ field, data }) => {
        const input = withKnownDefault(parseField(data, field), knownField(collection, field), dialect)
        return updateField(request.collection, input, model)
      })
      const subjects = request.data.map(({ field }) => ({ collection: request.collection, field }))
      return { subjects, change: combine(parts) }
    }
    case 'delete-field':
      return { subjects: [subjectOf(request)], change: deleteField(request.collection, request.field, model) }
    case 'create-relation': {
      const input = parseRelation(request.data)
      return { subjects: [subjectOf(ownOnly(input))], change: createRelation(input, model) }
    }
    case 'update-relation': {
      knownField(knownCollection(request.collection, model), request.field)
      const input = parseRelation(request.data, request)
      return { subjects: [subjectOf(ownOnly(input))], change: updateRelation(input, model) }
    }
    case 'delete-relation':
      return { subjects: [subjectOf(ownOnly(request))], change: deleteRelation(request, model) }
  }
}

const subjectOf = ({ collection, field }: { readonly collection: string; readonly field: string }): Subject => ({
  collection,
  field,
})

/** The system's own relations stay as they are. */
function ownOnly<T extends { readonly collection: string; readonly field: string }>(relation: T): T {
  return isSystemField(relation.collection, relation.field) ? fail('FORBIDDEN', {}) : relation
}

export async function checkAll({ checks }: Remodelling, connection: Connection): Promise<void> {
  for (const check of checks) await checkValues(check, connection)
}

type InTransaction = RemodelContext & { readonly connection: Connection; readonly model: Model }

export async function changeRows({ change }: Planned, context: InTransaction): Promise<void> {
  const { connection, model } = context
  const rights = change.gone.length === 0 ? [] : changesFor(change.gone, await readRights(connection, model), model)
  for (const row of [...change.rows, ...rights]) {
    const key = row.kind === 'insert' ? await insertRow(row.table, row.values, connection, model) : null
    if (row.kind !== 'insert') await changeRow(row, connection, model, context.live.schema().tables)
    await recordRow(row, key, { ...context, now: context.facts.now })
  }
}

async function readRights(connection: Connection, model: Model): Promise<RowsRead> {
  const read = (table: keyof RowsRead) => readRows(table, rowsToRead[table], {}, connection, model)
  return {
    directus_permissions: await read('directus_permissions'),
    directus_presets: await read('directus_presets'),
    directus_versions: await read('directus_versions'),
    directus_shares: await read('directus_shares'),
  }
}

const filterOf = (request: RemodelRequest): FilterKind => {
  const [action, what] = request.kind.split('-')
  const collection =
    what?.startsWith('collection') === true
      ? 'collections'
      : what?.startsWith('field') === true
        ? 'fields'
        : 'relations'
  return `${collection}.${action as 'create' | 'update' | 'delete'}` // as the kinds are written
}

/** What the hooks make of the request. */
async function filtered(
  request: RemodelRequest,
  { bus, actor, access, facts, live }: RemodelContext,
  connection: Connection,
): Promise<RemodelRequest> {
  const event = filterOf(request)
  if (!bus.hasFilters(event)) return request
  const ask = async (data: unknown, collection: string, keys?: readonly string[]): Promise<Payload> =>
    bus.filter(
      payloadOf(data),
      { event, collection, ...(keys === undefined ? {} : { keys }) },
      { actor, access, facts, model: live.current(), connection },
    )
  switch (request.kind) {
    case 'create-collections':
      return { ...request, data: await oneByOne(request.data, (data) => ask(data, 'directus_collections')) }
    case 'update-collections':
      return {
        ...request,
        data: await oneByOne(request.data, async (one) => ({
          ...one,
          data: await ask(one.data, 'directus_collections', [one.collection]),
        })),
      }
    case 'create-fields':
      return { ...request, data: await oneByOne(request.data, (data) => ask(data, request.collection)) }
    case 'update-fields':
      return {
        ...request,
        data: await oneByOne(request.data, async (one) => ({
          ...one,
          data: await ask(one.data, request.collection, [one.field]),
        })),
      }
    case 'create-relation':
      return { ...request, data: await ask(request.data, 'directus_relations') }
    case 'update-relation':
      return { ...request, data: await ask(request.data, request.collection, [request.field]) }
    case 'delete-collection':
      await ask({}, 'directus_collections', [request.collection])
      return request
    case 'delete-field':
    case 'delete-relation':
      await ask({}, request.collection, [request.field])
      return request
  }
}

async function oneByOne<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = []
  for (const one of all) done.push(await work(one))
  return done
}

/** @throws INVALID_PAYLOAD for what is no object */
function payloadOf(data: unknown): Payload {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as Payload) // an object
    : fail('INVALID_PAYLOAD', { reason: 'An object was expected.' })
}

function eventsOf(
  { subjects, change }: Planned,
  request: RemodelRequest,
  { actor, facts: { now } }: RemodelContext,
): readonly EngineEvent[] {
  const facts = { at: now.toISOString(), actor }
  const kind = filterOf(request)
  const own = subjects.map(({ collection, field }) => eventOf(kind, collection, field ?? '', facts))
  const junctions = change.changes.flatMap((each) =>
    each.kind === 'create-table' &&
    !subjects.some(({ collection, field }) => field === null && collection === each.definition.table.name)
      ? [{ ...facts, kind: 'collections.create' as const, collection: each.definition.table.name }]
      : [],
  )
  return [...junctions, ...own]
}

function eventOf(
  kind: FilterKind,
  collection: string,
  field: string,
  facts: { readonly at: string; readonly actor: Actor },
): EngineEvent {
  switch (kind) {
    case 'collections.create':
    case 'collections.update':
    case 'collections.delete':
      return { ...facts, kind, collection }
    case 'fields.create':
    case 'fields.update':
    case 'fields.delete':
    case 'relations.create':
    case 'relations.update':
    case 'relations.delete':
      return { ...facts, kind, collection, field }
    default:
      throw new TypeError(`${kind} is none of the data model's events`)
  }
}

/** What a caller is told of a failure; faults that are nobody's input rise as they are. */
export function refusalOf(error: unknown, { subjects, change }: Planned): unknown {
  if (error instanceof EngineError) return error
  const { collection = null, field = null } = subjects[0] ?? {}
  if (error instanceof ConstraintError) {
    switch (error.broken.kind) {
      case 'foreign-key':
        return new EngineError('INVALID_FOREIGN_KEY', { collection, field })
      case 'not-unique':
        return new EngineError('RECORD_NOT_UNIQUE', { collection, field })
      case 'null':
        return new EngineError('CONTAINS_NULL_VALUES', { collection, field })
      case 'too-long':
        return new EngineError('VALUE_TOO_LONG', { collection, field })
      case 'out-of-range':
        return new EngineError('VALUE_OUT_OF_RANGE', { collection, field })
      case 'check':
      case 'bad-value':
        return new EngineError('INVALID_PAYLOAD', { reason: 'The values that are there do not allow this change.' })
    }
  }
  if (change.changes.length === 0 || !isOfDatabase(error)) return error
  const refused = new EngineError('INVALID_PAYLOAD', {
    reason: 'The database refuses this change of its tables: something may depend on what is changed, such as a view.',
  })
  Object.defineProperty(refused, 'cause', { value: error, enumerable: false })
  return refused
}

/** Drivers' errors have a code. */
const isOfDatabase = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && !(error instanceof TypeError)
