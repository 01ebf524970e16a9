/**
 * Creating by one statement and without a transaction of its own: the rows, their record, and what is told of them. Only
 * where that comes to the same as the ordinary road, of which the functions are; else it is left to that.
 */
import { ConstraintError } from '../dialects/constraint-error.ts'
import type { EngineEvent } from '../events/events.ts'
import { isOfRights } from '../identity/state.ts'
import type { Collection, Model } from '../model/model.ts'
import { keyColumns } from '../query/plan-rows.ts'
import type { RowReply } from '../query/row-reply.ts'
import { compileToldInsert } from './compile.ts'
import { constraintError } from './constraint.ts'
import type { WriteContext } from './index.ts'
import { textOfKey } from './keys.ts'
import { parseItem } from './parse-item.ts'
import { pathsIn } from './paths.ts'
import { grantsAll, prepare, type Prepared } from './prepare.ts'
import { isRecorded, recordWithin } from './record.ts'
import type { WriteRequest } from './request.ts'
import { insertPartOf, remembered, type StoredRow } from './rows.ts'
import { rulesOf, statementOf, writable } from './session.ts'

export type Created = {
  readonly keys: readonly string[]
  /** Each row's JSON text. */
  readonly documents: readonly string[]
  readonly events: readonly EngineEvent[]
}

/**
 * @returns null when it has to go the ordinary road; nothing has been written then
 * @throws as that road does
 */
export async function createDirectly(
  request: WriteRequest,
  context: WriteContext,
  reply: RowReply,
): Promise<Created | null> {
  const { database, bus, model } = context
  const { dialect } = database
  if (request.kind !== 'create' || !dialect.supports.writingSubqueries) return null
  const known = model.collections.get(request.collection)
  if (known?.sourceTable?.insertsPlainly !== true || known.primaryKey.length === 0) return null
  if (isOfRights(known.name)) return null
  if (pathsIn(context.access, model).length > 0) return null
  if (bus.hasFilters('items.create', known.name) || bus.isAwaited('items.create')) return null
  const collection = writable(context, known.name, 'create')
  const preparing = preparedRows(request.items, collection, context)
  const rows = preparing instanceof Promise ? await preparing : preparing
  if (rows === null) return null
  const stored = rows.map((row) => row.stored)
  const fields = insertPartOf(stored)
  const record = recordWithin(context, collection, dialect)
  if (fields?.some(({ column }) => column?.hasAutoIncrement === true) === true) return null // what counts them has to be told
  if (fields === null || (isRecorded(model, collection) && (record === null || !isRecordPlain(model)))) return null

  const names = fields.map(({ name }) => name).join('\n')
  const prepared = remembered(reply, dialect, `${record !== null} ${rows.length} ${names}`, () => {
    const returning = keyColumns(collection)
    const columns = fields.flatMap(({ column }) => (column === null ? [] : [column]))
    return compileToldInsert(
      { collection, columns, count: rows.length, returning },
      record?.plan(fields) ?? null,
      reply,
      dialect,
    )
  })
  const values: unknown[] = []
  for (const row of stored) for (const value of row.values()) values.push(value)
  for (const value of record?.values ?? []) values.push(value)
  const statement = statementOf(context, prepared, values)
  const found = await run(statement, collection, stored, context)
  const count = collection.primaryKey.length
  const at = context.facts.now.toISOString()
  const keys = found.map((row) => textOfKey(row.slice(0, count).map(String)))
  const { actor } = context
  const created = { kind: 'items.create', at, actor, collection: collection.name } as const
  return {
    keys,
    documents: found.map((row) => String(row[count])),
    events: rows.map(({ payload }, index) => ({
      ...created,
      key: keys[index] ?? '',
      get payload() {
        return payload() // which few listeners look at
      },
    })),
  }
}

/** Whether nothing comes of a record that could change what it is about. */
const isRecordPlain = ({ collections }: Model): boolean =>
  ['directus_activity', 'directus_revisions'].every((name) => {
    const collection = collections.get(name)
    return collection === undefined || collection.sourceTable?.insertsPlainly === true
  })

/** null when items are written with others, or may be only under conditions. Waits for secrets alone. */
function preparedRows(
  items: Extract<WriteRequest, { kind: 'create' }>['items'],
  collection: Collection,
  context: WriteContext,
): readonly Prepared[] | null | Promise<readonly Prepared[]> {
  const { access, model, facts, vault, database } = context
  const rules = rulesOf(context, collection.name, 'create')
  const isFree = rules?.every(
    ({ rows, validation, presets }) => rows === null && validation === null && presets === null,
  )
  if (isFree === false) return null
  const parsed = items.map((item) => parseItem(item, collection, model, access.isFull))
  const isPlain = parsed.every(
    ({ toOne, lists, named }) =>
      toOne.length === 0 && lists.length === 0 && (rules === null || grantsAll(rules, named)),
  )
  if (!isPlain) return null
  const tellsKeys = database.dialect.supports.returning
  const shared = {
    collection,
    model,
    facts,
    vault,
    action: 'create',
    tellsKeys,
    lists: [],
    rules,
    allRules: rules,
  } as const
  const rows: (Prepared | Promise<Prepared>)[] = []
  for (const [index, { values, named }] of parsed.entries()) {
    rows.push(prepare({ ...shared, values, named, path: items.length === 1 ? [] : [index] }))
  }
  const areThere = (all: typeof rows): all is Prepared[] => all.every((row) => !(row instanceof Promise))
  return areThere(rows) ? rows : Promise.all(rows.map(async (row) => row))
}

async function run(
  statement: ReturnType<typeof statementOf>,
  collection: Collection,
  rows: readonly StoredRow[],
  { database, model, access }: WriteContext,
) {
  try {
    const { transaction } = database
    return await (transaction.ofOne?.(statement) ?? transaction((connection) => connection.lastRows(statement)))
  } catch (error) {
    throw error instanceof ConstraintError ? constraintError(error, collection, { model, access }, rows) : error
  }
}
