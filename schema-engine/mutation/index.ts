/**
 * mutation: the single write path. input → ordered steps → one transaction → the reply, an ordinary read inside it → commit
 * → events. Nothing gets around it. May import everything below `engine`.
 */
import type { Actor } from '../actor.ts'
import type { Connection, Database } from '../database/database.ts'
import { ConstraintError } from '../dialects/constraint-error.ts'
import { fail } from '../errors.ts'
import type { Bus } from '../events/bus.ts'
import type { EngineEvent } from '../events/events.ts'
import type { Filter } from '../filter/filter.ts'
import type { Model } from '../model/model.ts'
import type { Access } from '../permissions/access.ts'
import { fullAccess } from '../permissions/access-rules.ts'
import { planFound } from '../query/plan-rows.ts'
import type { RowReply } from '../query/row-reply.ts'
import type { RequestFacts } from '../sql/bind.ts'
import type { Cascade } from './cascades.ts'
import { constraintError } from './constraint.ts'
import { createDirectly } from './direct.ts'
import { deleteItems, writeItems, type Operation, type Written } from './items.ts'
import { operandsOf, partsOf, textOfKey, type RowKey } from './keys.ts'
import { writeRecord } from './record.ts'
import { withPaths } from './paths.ts'
import type { ItemInput, Target, TargetQuery, WriteRequest } from './request.ts'
import { forbidden, runRows, type Session } from './session.ts'
import type { Vault } from './vault.ts'

/** What a write needs of its surroundings. */
export type WriteContext = {
  readonly actor: Actor
  readonly access: Access
  readonly model: Model
  readonly facts: RequestFacts
  readonly origin: RequestOrigin
  readonly database: Database
  readonly bus: Bus
  readonly vault: Vault
}

/** For the record of what was done. null: unknown. */
export type RequestOrigin = {
  readonly ip: string | null
  readonly userAgent: string | null
  /** The page or program that the request came from (Origin header). */
  readonly origin: string | null
}

export const noOrigin: RequestOrigin = { ip: null, userAgent: null, origin: null }

export type WriteOptions<Reply = never> = {
  /** Everything is done, and rolled back; no event goes out. */
  readonly isDryRun?: true
  /** Of a reply that tells of the written rows alone: they may tell it themselves, which saves the reading. */
  readonly ofRows?: OfRows<Reply>
}

/** `tell`: the reply of the rows' JSON texts, which are in the order of the keys. */
export type OfRows<Reply> = { readonly row: RowReply; readonly tell: (documents: readonly string[]) => Reply }

export type WriteResult<Reply> = {
  /** Of the items that were written, in the order of the input; as texts (`query/key.ts`). */
  readonly keys: readonly string[]
  readonly reply: Reply
  /** What went out after the commit; of a dry run, what would have gone out. */
  readonly events: readonly EngineEvent[]
  /** Of a dry run: what the database itself would have changed along. */
  readonly cascades: readonly Cascade[]
}

/** Reads what the caller asked to see of the written items, inside the transaction. */
export type ReadBack<Reply> = (keys: readonly string[], connection: Connection) => Promise<Reply>

/**
 * Does what is asked for in one transaction: hooks, presets, field rights, validation, row rules before and after, nested
 * items, the record, the reply; then commits, and tells the events.
 *
 * @throws EngineError for whatever refuses it; nothing is changed then
 */
export async function write<Reply>(
  request: WriteRequest,
  context: WriteContext,
  readBack: ReadBack<Reply>,
  options: WriteOptions<Reply> = {},
): Promise<WriteResult<Reply>> {
  checkRequest(request)
  const { isDryRun, ofRows } = options
  const direct = isDryRun === true || ofRows === undefined ? null : await createDirectly(request, context, ofRows.row)
  if (direct !== null && ofRows !== undefined) {
    context.bus.emit(direct.events)
    return { keys: direct.keys, reply: ofRows.tell(direct.documents), events: direct.events, cascades: [] }
  }
  const result = await told(request, context, () =>
    inTransaction(request, context, options, async (connection) => {
      const facts = await withPaths(context.facts, context, connection)
      const cascades = isDryRun === true ? [] : null
      const session: Session = { ...context, facts, connection, drafts: [], events: [], cascades }
      const keys = (await perform(session, request)).map(textOfKey)
      await writeRecord(session)
      await context.bus.committing(session.events, session)
      if (options.isDryRun !== true) await context.bus.recordInOutbox(session.events, connection)
      const reply = await readBack(keys, options.isDryRun === true ? withoutLast(connection) : connection)
      return { keys, reply, events: session.events, cascades: cascades ?? [] }
    }),
  )
  if (options.isDryRun !== true) context.bus.emit(result.events)
  return result
}

/** A constraint may be looked at only by the commit; it is told then as one of the collection that was asked for. */
async function told<T>({ collection }: WriteRequest, context: WriteContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const written = context.model.collections.get(collection)
    throw error instanceof ConstraintError && written !== undefined
      ? constraintError(error, written, context, [])
      : error
  }
}

/** The rows that are written, in the order of the input. */
async function perform(session: Session, request: WriteRequest): Promise<readonly RowKey[]> {
  const { collection } = request
  const keysOf = (written: Written): readonly RowKey[] => written.flatMap(({ keys }) => keys)
  switch (request.kind) {
    case 'create':
    case 'upsert':
      return keysOf(await writeItems(session, collection, operationsOf(request.kind, request.items), 1))
    case 'update-each':
      return keysOf(await writeItems(session, collection, operationsOf('update', request.items), 1))
    case 'update': {
      const keys = await targetKeys(session, collection, request.target)
      if (keys.length === 0) return []
      const operation: Operation = {
        ...plain('update', request.data, []),
        keys,
        precondition: request.precondition ?? null,
      }
      return keysOf(await writeItems(session, collection, [operation], 1))
    }
    case 'delete': {
      const keys = await targetKeys(session, collection, request.target)
      return deleteItems(session, collection, keys, null, request.precondition ?? null)
    }
    case 'singleton': {
      const [key] = await foundKeys(session, collection, { ...all, limit: 1 }, fullAccess)
      const operation =
        key === undefined ? plain('create', request.data, []) : { ...plain('update', request.data, []), keys: [key] }
      return keysOf(await writeItems(session, collection, [operation], 1))
    }
  }
}

const operationsOf = (mode: Operation['mode'], items: readonly ItemInput[]): readonly Operation[] =>
  items.map((input, index) => plain(mode, input, items.length === 1 ? [] : [index]))

const plain = (mode: Operation['mode'], input: ItemInput, path: Operation['path']): Operation => ({
  mode,
  keys: null,
  input,
  forced: {},
  parent: null,
  path,
  precondition: null,
})

const all: TargetQuery = { filter: null, search: null, sort: [], limit: -1, offset: null }

/** @throws INVALID_PAYLOAD for a query that would mean everything without saying so */
function checkRequest(request: WriteRequest): void {
  if (request.kind !== 'update' && request.kind !== 'delete') return
  if (request.target.kind !== 'query') return
  const { filter, search, limit } = request.target.query
  const isFiltered = filter !== null && !holdsAlways(filter)
  if (!isFiltered && (search === null || search === '') && limit !== -1)
    fail('INVALID_PAYLOAD', { reason: 'A query without a filter or a search means everything; say so by limit -1.' })
}

/** Whether a filter without any condition lets everything through. */
function holdsAlways(filter: Filter): boolean {
  if (filter.kind === 'and') return filter.filters.every(holdsAlways)
  if (filter.kind === 'or') return filter.filters.some(holdsAlways)
  return filter.kind === 'not' && holdsNever(filter.filter)
}

function holdsNever(filter: Filter): boolean {
  if (filter.kind === 'or') return filter.filters.every(holdsNever)
  if (filter.kind === 'and') return filter.filters.some(holdsNever)
  return filter.kind === 'not' && holdsAlways(filter.filter)
}

/** The keys of a target, as values to compare with. @throws FORBIDDEN for what can't be a key */
async function targetKeys(session: Session, name: string, target: Target): Promise<readonly (readonly unknown[])[]> {
  const collection = session.model.collections.get(name)
  if (collection === undefined) return forbidden(name)
  if (target.kind === 'query') return foundKeys(session, name, target.query, session.access)
  const keys = target.kind === 'keys' ? target.keys : ownKeys(session, name)
  return [...new Set(keys)].map((key) => operandsOf(partsOf(key, collection), collection) ?? forbidden(name))
}

/** @throws FORBIDDEN for who is no user */
const ownKeys = ({ facts: { user } }: Session, name: string): readonly string[] =>
  user === null ? forbidden(name) : [String(user)]

async function foundKeys(
  session: Session,
  name: string,
  query: TargetQuery,
  access: Access,
): Promise<readonly (readonly unknown[])[]> {
  const plan = planFound(query, { collection: name, maxDepth: maxFilterDepth }, session.model, access)
  const rows = await runRows(session, plan)
  const collection = session.model.collections.get(name)
  return collection === undefined ? [] : rows.map((row) => operandsOf(row.map(String), collection) ?? row)
}

/** Relations that a filter of a target may follow. */
const maxFilterDepth = 20

const rolledBack = Symbol('rolled back')

/** A dry run's work is done like any other, and its transaction ended by a throw. */
async function inTransaction<T>(
  request: WriteRequest,
  { database }: WriteContext,
  { isDryRun }: Pick<WriteOptions, 'isDryRun'>,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  // Of two who find no item yet, one must wait: else each would make one.
  const begin: Database['transaction'] =
    request.kind === 'singleton'
      ? (run) => database.exclusively(`singleton ${request.collection}`, run)
      : database.transaction
  if (isDryRun !== true) return begin(work)
  let done: { readonly result: T } | null = null
  try {
    await begin(async (connection) => {
      done = { result: await work(connection) }
      throw rolledBack
    })
  } catch (error) {
    if (error !== rolledBack) throw error
  }
  if (done === null) throw new TypeError('a dry run without a result')
  return (done as { readonly result: T }).result // set by the work, which the compiler does not follow
}

/** Nothing of a dry run may travel with a commit. */
const withoutLast = (connection: Connection): Connection => ({ ...connection, lastRows: connection.rows })
