/**
 * Writes items of one collection together, with all that belongs to them: first the items they lead to, then they themselves,
 * then the lists that lead to them. Each level is one call, so the number of statements depends on the levels and not on
 * the number of items.
 */
import { fail } from '../errors.ts'
import type { Payload } from '../events/events.ts'
import { asksRelated } from '../filter/matches.ts'
import type { FilterInput } from '../filter/filter.ts'
import type { Collection, Field } from '../model/model.ts'
import type { WriteAction, WriteRule } from '../permissions/access.ts'
import { keyColumns, keyOperand } from '../query/plan-rows.ts'
import { noteChanged, noteDeleted } from './cascades.ts'
import {
  createKeyIndex,
  keyFields,
  keyIn,
  keyPart,
  missingKey,
  operandsOf,
  textOfKey,
  textOfPart,
  withoutKey,
  type RowKey,
} from './keys.ts'
import { writeLists } from './lists.ts'
import { forbiddenField, isOnlyKey, parseItem, type ParsedItem } from './parse-item.ts'
import { checkPrecondition, preconditionFields } from './precondition.ts'
import { columnTexts } from './column-texts.ts'
import { grantsAll, prepare, validationOf, withPresets, type Prepared } from './prepare.ts'
import { recordWithin, type Draft } from './record.ts'
import type { ItemInput, Precondition } from './request.ts'
import { countOn, deleteRows, insertRecorded, insertRows, updateEach, updateRows, type RowChange } from './rows.ts'
import { forbidden, rulesOf, selectRows, writable, type Session } from './session.ts'

/** One item to be written, or one change of several rows. */
export type Operation = {
  readonly mode: 'create' | 'update' | 'upsert'
  /** Of an update: the rows, as values to compare with. null: the input holds the key. */
  readonly keys: readonly (readonly unknown[])[] | null
  readonly input: ItemInput
  /** Values that come from where the item stands: its parent's key, its position. By field name. */
  readonly forced: Readonly<Record<string, unknown>>
  readonly parent: Draft | null
  /** Keys and positions that lead to the item in what was sent. */
  readonly path: readonly (string | number)[]
  readonly precondition: Precondition | null
}

/** The rows of each operation. */
export type Written = readonly { readonly keys: readonly RowKey[] }[]

/** Items may hold each other this deep. */
const maxDepth = 24

type LockedRow = {
  readonly key: RowKey
  readonly operands: readonly unknown[]
  /** By position in the update rules. */
  readonly matches: readonly boolean[]
  readonly document: string | null
}

/** `place`: its position among the rows that an operation names. */
type PlacedRow = LockedRow & { readonly place: number }

/** One operation while it is worked on, or those of its rows that the same rules match. */
type Work = {
  readonly operation: Operation
  readonly action: 'create' | 'update'
  readonly rows: readonly PlacedRow[]
  readonly drafts: readonly Draft[]
  readonly parsed: ParsedItem
  /** Own values, completed with the keys of the items it leads to. */
  readonly values: Map<string, unknown>
  /** Names that need a right. */
  readonly named: readonly string[]
  keys: readonly RowKey[]
}

/** @throws whatever refuses it; then nothing is to be kept */
export async function writeItems(
  session: Session,
  name: string,
  operations: readonly Operation[],
  depth: number,
): Promise<Written> {
  if (operations.length === 0) return []
  if (depth > maxDepth) fail('INVALID_PAYLOAD', { reason: `Items may hold each other ${maxDepth} deep.` })
  const collection = collectionToWrite(session, name, operations)
  const found = await lockAsked(session, collection, operations)
  const works: Work[] = []
  for (const operation of operations) works.push(...(await begin(session, collection, operation, found)))
  await writeToOne(session, works, depth)
  const { updates, creates } = await writeOwn(session, collection, works)
  await writeLists(session, works.flatMap(listWork), depth, { writeItems, deleteItems })
  await checkNewRows(session, collection, 'update', updates)
  await checkNewRows(session, collection, 'create', creates)
  return writtenOf(operations, works)
}

/** The rows of each operation, in the order in which it names them. */
function writtenOf(operations: readonly Operation[], works: readonly Work[]): Written {
  if (works.length === operations.length) return works.map(({ keys }) => ({ keys }))
  const byOperation = Map.groupBy(works, ({ operation }) => operation)
  return operations.map((operation) => {
    const own = byOperation.get(operation) ?? []
    const places = own.flatMap(({ rows, keys }) => keys.map((key, index) => ({ key, place: rows[index]?.place ?? 0 })))
    return { keys: places.toSorted((a, b) => a.place - b.place).map(({ key }) => key) }
  })
}

function collectionToWrite(session: Session, name: string, operations: readonly Operation[]): Collection {
  const [first] = operations
  const collection = writable(
    session,
    name,
    first?.mode === 'create' || (first?.mode === 'upsert' && !mayUpdate(session, name)) ? 'create' : 'update',
  )
  if (collection.primaryKey.length === 0 && operations.some(({ mode, parent }) => mode !== 'create' || parent !== null))
    return fail('INVALID_PAYLOAD', { reason: `"${name}" has no key, so its items can only be created by themselves.` })
  return collection
}

const mayUpdate = (session: Session, name: string): boolean =>
  session.access.isFull || session.access.write.update.has(name)

// What is there

/** Finds and locks the rows that operations name. Gives how to look one up by its key. */
async function lockAsked(
  session: Session,
  collection: Collection,
  operations: readonly Operation[],
): Promise<(operands: readonly unknown[] | null) => LockedRow | undefined> {
  const asked = operations.flatMap((operation) => keysAsked(session, collection, operation))
  const precondition = operations.find((operation) => operation.precondition !== null)?.precondition ?? null
  const rows = await lockRows(session, collection, asked, 'update', preconditionFields(collection, precondition))
  const index = createKeyIndex<LockedRow>(keyFields(collection))
  for (const row of rows) index.set(row.operands, row)
  return index.get
}

function keysAsked(session: Session, collection: Collection, operation: Operation): readonly (readonly unknown[])[] {
  if (operation.mode === 'create') return []
  if (operation.keys !== null) return operation.keys
  const key = operandsOf(keyOf(session, collection, operation), collection)
  return key === null ? [] : [key]
}

/** The key in an item's input, completed by what its place says. */
function keyOf(session: Session, collection: Collection, { input, forced }: Operation): readonly unknown[] | null {
  return keyIn((name) => {
    const value = forced[name] ?? input[name]
    const field = collection.fields.get(name)
    return field === undefined ? value : keyPart(field, value, (target) => session.model.collections.get(target))
  }, collection)
}

export async function lockRows(
  session: Session,
  collection: Collection,
  keys: readonly (readonly unknown[])[],
  action: 'update' | 'delete',
  document: readonly string[],
): Promise<readonly LockedRow[]> {
  if (keys.length === 0) return []
  const rules = rulesOf(session, collection.name, action) ?? []
  const rows = await selectRows(session, {
    collection,
    where: { fields: collection.primaryKey, tuples: keys, fixed: [] },
    texts: keyColumns(collection),
    documents: document.length === 0 ? [] : [document],
    flags: rules.map(({ rows: filter }) => (filter === null ? [] : [filter])),
    isLocked: true,
    seenBy: null,
  })
  const count = collection.primaryKey.length
  return rows.map((row) => {
    const key = row.slice(0, count).map(String)
    const flags = row.slice(count + (document.length === 0 ? 0 : 1))
    return {
      key,
      operands: operandsOf(key, collection) ?? key,
      matches: flags.map((flag) => Number(flag) === 1),
      document: document.length === 0 ? null : String(row[count]),
    }
  })
}

// Each operation

async function begin(
  session: Session,
  collection: Collection,
  operation: Operation,
  find: (operands: readonly unknown[] | null) => LockedRow | undefined,
): Promise<readonly Work[]> {
  const asked = keysAsked(session, collection, operation)
  if (operation.mode === 'update' && operation.keys === null && asked.length === 0) {
    const missing = missingKey((name) => operation.forced[name] ?? operation.input[name], collection)
    if (missing !== null) return withoutKey(missing)
  }
  const found = asked.map(find)
  const rows = found.flatMap((row, place): readonly PlacedRow[] => (row === undefined ? [] : [{ ...row, place }]))
  if (operation.mode === 'update' && (asked.length === 0 ? operation.keys === null : rows.length < found.length))
    return forbidden(collection.name)
  const action = rows.length > 0 || operation.mode === 'update' ? 'update' : 'create'
  writable(session, collection.name, action)
  const rules = rulesOf(session, collection.name, action)
  // Some rule must match each row, before anything is said of the input: that would tell that the row is there.
  if (action === 'update' && rules !== null && rows.some(({ matches }) => !matches.includes(true)))
    return forbidden(collection.name)
  await checkPrecondition(session, collection, operation.precondition, rows)

  const meta =
    action === 'create'
      ? ({ event: 'items.create', collection: collection.name } as const)
      : ({ event: 'items.update', collection: collection.name, keys: rows.map(({ key }) => textOfKey(key)) } as const)
  const forced = Object.keys(operation.forced)
  const input: Payload = session.bus.hasFilters(meta.event, meta.collection)
    ? await session.bus.filter(operation.input, forced.length === 0 ? meta : { ...meta, forced }, session)
    : operation.input

  const whole = { ...input, ...operation.forced }
  const isTrusted = session.access.isFull
  const own = parseItem(whole, collection, session.model, isTrusted)
  const hasPresets = rules?.some((rule) => rule.presets !== null) === true
  if (action === 'create') {
    if (rules !== null) checkNamed(collection, rules, own.named, operation.input)
    const parsed = hasPresets
      ? parseItem(withPresets(whole, rules, session.facts), collection, session.model, isTrusted)
      : own
    const drafts = [draftOf(action, collection, [], operation)]
    return [{ operation, action, rows, drafts, parsed, values: new Map(parsed.values), named: own.named, keys: [] }]
  }
  const isOwnKey = keyTest(collection, rows, asked)
  const named = own.named.filter((field) => !isOwnKey(field, own.values.get(field)))
  // Rows that other rules match have other presets.
  const groups = hasPresets ? Map.groupBy(rows, (row) => row.matches.join()).values() : [rows]
  return [...groups].map((group) => {
    const presets = rules?.filter((_, rule) => group[0]?.matches[rule] === true) ?? null
    const parsed = hasPresets
      ? parseItem(withPresets(whole, presets, session.facts), collection, session.model, isTrusted)
      : own
    return {
      operation,
      action,
      rows: group,
      drafts: group.map(({ key }) => draftOf(action, collection, key, operation)),
      parsed,
      values: new Map([...parsed.values].filter(([field, value]) => !isOwnKey(field, value))),
      named,
      keys: group.map(({ key }) => key),
    }
  })
}

const draftOf = (action: Draft['action'], collection: Collection, key: RowKey, { parent }: Operation): Draft => ({
  action,
  collection,
  key,
  fields: new Set(),
  parent,
})

/** Whether a value only says which row is meant. */
function keyTest(
  collection: Collection,
  rows: readonly LockedRow[],
  [asked]: readonly (readonly unknown[])[],
): (field: string, value: unknown) => boolean {
  const [row] = rows
  if (row === undefined || rows.length > 1) return () => false
  return (name, value) => {
    const position = collection.primaryKey.indexOf(name)
    const field = collection.fields.get(name)
    if (position < 0 || field === undefined) return false
    const operand = keyOperand(field, value)
    if (operand === undefined) return false
    return [row.operands[position], asked?.[position]].some((part) => textOfPart(part) === textOfPart(operand))
  }
}

/** Refuses early what no rule can grant; a field is named to who named it, whether he may know of it or not. */
function checkNamed(
  collection: Collection,
  rules: readonly WriteRule[],
  named: readonly string[],
  input: ItemInput,
): void {
  if (grantsAll(rules, named)) return
  const refused = named.find((name) => Object.hasOwn(input, name) && !grantsAll(rules, [name]))
  if (rules.length === 0 || refused === undefined) forbidden(collection.name)
  else forbiddenField(collection.name, refused)
}

// The items they lead to

async function writeToOne(session: Session, works: readonly Work[], depth: number): Promise<void> {
  const links = works.flatMap((work) => work.parsed.toOne.map((link) => ({ work, ...link })))
  for (const [target, all] of Map.groupBy(links, ({ collection }) => collection)) {
    const group = await linkToExisting(session, target, all)
    const written = await writeItems(
      session,
      target,
      group.map(({ work, field, input }) => ({
        mode: 'upsert',
        keys: null,
        input,
        forced: {},
        parent: work.drafts[0] ?? null,
        path: [...work.operation.path, field.name],
        precondition: null,
      })),
      depth + 1,
    )
    const keys = written.map(({ keys: [key] }) => key ?? [])
    const collection = session.model.collections.get(target)
    if (collection === undefined) continue
    for (const [field, ofField] of Map.groupBy(
      group.map((link, index) => ({ ...link, key: keys[index] ?? [] })),
      (link) => link.field,
    ))
      await linkTo(session, field, collection, ofField)
  }
}

type Link = ParsedItem['toOne'][number] & { readonly work: Work }

/** Items that are named by their key alone, and are there, are only linked. Gives the others. */
async function linkToExisting(session: Session, target: string, links: readonly Link[]): Promise<readonly Link[]> {
  const collection = session.model.collections.get(target)
  if (collection === undefined) return links
  const named = links.map(({ input }) =>
    isOnlyKey(input, collection)
      ? operandsOf(
          keyIn((name) => input[name], collection),
          collection,
        )
      : null,
  )
  const tuples = named.filter((key) => key !== null)
  if (tuples.length === 0) return links
  const rows = await selectRows(session, {
    collection,
    where: { fields: collection.primaryKey, tuples, fixed: [] },
    texts: keyColumns(collection),
    documents: [],
    flags: [],
    isLocked: false,
    seenBy: null,
  })
  const index = createKeyIndex<RowKey>(keyFields(collection))
  for (const row of rows) {
    const key = row.map(String)
    index.set(operandsOf(key, collection) ?? key, key)
  }
  const others: Link[] = []
  for (const [position, link] of links.entries()) {
    const key = index.get(named[position] ?? null)
    if (key === undefined) others.push(link)
    else await linkTo(session, link.field, collection, [{ work: link.work, key }])
  }
  return others
}

/** Sets the columns that hold the keys of what was written. */
async function linkTo(
  session: Session,
  { relation, name }: Field,
  target: Collection,
  links: readonly { readonly work: Work; readonly key: RowKey }[],
): Promise<void> {
  if (relation?.kind === 'm2a') for (const { work, key } of links) work.values.set(name, key[0])
  if (relation?.kind !== 'm2o') return
  const texts = await columnTexts(
    session,
    target,
    links.map(({ key }) => key),
    relation.on.map(([, there]) => there),
  )
  links.forEach(({ work }, index) =>
    relation.on.forEach(([column], part) => work.values.set(column, texts[index]?.[part] ?? null)),
  )
}

// They themselves

/** Rows that get the same values under the same rules. */
type Change = { readonly work: Work; readonly rows: readonly PlacedRow[]; readonly prepared: Prepared }

type Changes = { readonly updates: readonly Change[]; readonly creates: readonly Change[] }

async function writeOwn(session: Session, collection: Collection, works: readonly Work[]): Promise<Changes> {
  const updates: Change[] = []
  const creates: Change[] = []
  for (const work of works) {
    if (work.action === 'create')
      creates.push({ work, rows: [], prepared: await preparedOf(session, collection, work, null) })
    else updates.push(...(await changesOf(session, collection, work)))
  }
  await updateAll(session, collection, updates)
  for (const { work, prepared } of updates) rekey(work, collection, prepared)
  const record = creates.every(({ work }) => isAlone(work))
    ? recordWithin(session, collection, session.connection.dialect)
    : null
  const rows = creates.map(({ prepared }) => prepared.stored)
  const keys = await (record === null
    ? insertRows(session, collection, rows)
    : insertRecorded(session, collection, rows, record))
  await countOn(session, collection, rows)
  creates.forEach(({ work }, index) => {
    work.keys = [keys[index] ?? []]
    for (const draft of work.drafts) draft.key = keys[index] ?? []
  })
  tellUpdates(session, collection, updates)
  for (const change of creates) tellCreated(session, collection, change, record !== null)
  return { updates, creates }
}

async function updateAll(session: Session, collection: Collection, changes: readonly Change[]): Promise<void> {
  const single: RowChange[] = []
  for (const { rows, prepared } of changes) {
    const keys = rows.map(({ key }) => key)
    if (session.cascades !== null) await noteChanged(session, collection, keys, prepared.stored)
    const [row] = rows
    if (row !== undefined && rows.length === 1) single.push({ key: row.key, values: prepared.stored })
    else await updateRows(session, collection, keys, prepared.stored)
  }
  await updateEach(session, collection, single)
}

/** Whether an item was written with no other. */
const isAlone = ({ operation, parsed }: Work): boolean =>
  operation.parent === null && parsed.toOne.length === 0 && parsed.lists.length === 0

/** An update's rows, apart where other rules match them. Nothing is left where nothing changes. */
async function changesOf(session: Session, collection: Collection, work: Work): Promise<readonly Change[]> {
  const rules = rulesOf(session, collection.name, 'update')
  const isEmpty = work.values.size === 0 && work.parsed.lists.length === 0
  const groups = Map.groupBy(work.rows, (row) => row.matches.join())
  const changes: Change[] = []
  for (const rows of groups.values()) {
    const matching = rules === null ? null : rules.filter((_, rule) => rows[0]?.matches[rule] === true)
    if (isEmpty) {
      if (matching !== null && !grantsAll(matching, work.named)) forbidden(collection.name)
      continue
    }
    changes.push({ work, rows, prepared: await preparedOf(session, collection, work, matching) })
  }
  return changes
}

const preparedOf = (
  session: Session,
  collection: Collection,
  { action, values, named, parsed, operation }: Work,
  matching: readonly WriteRule[] | null,
): Prepared | Promise<Prepared> =>
  prepare({
    collection,
    model: session.model,
    facts: session.facts,
    vault: session.vault,
    action,
    tellsKeys: session.connection.dialect.supports.returning,
    values,
    named,
    lists: parsed.lists.map(({ field }) => field.name),
    rules: action === 'create' ? rulesOf(session, collection.name, 'create') : matching,
    allRules: rulesOf(session, collection.name, action),
    path: operation.path,
  })

/** A row that got another key goes by it from now on. */
function rekey(work: Work, collection: Collection, { stored }: Prepared): void {
  const isChanged = collection.primaryKey.some((name) => [...stored.keys()].some((field) => field.name === name))
  if (!isChanged) return
  if (work.rows.length > 1) fail('INVALID_PAYLOAD', { reason: 'Several items can’t be given one key.' })
  const key = collection.primaryKey.map((name, position) => {
    const field = collection.fields.get(name)
    const value = field === undefined ? undefined : stored.get(field)
    return value === undefined ? (work.keys[0]?.[position] ?? '') : textOfPart(value)
  })
  work.keys = [key]
  for (const draft of work.drafts) draft.key = key
}

/** The rows as they are now, with their lists, must be granted too. */
async function checkNewRows(
  session: Session,
  collection: Collection,
  action: Exclude<WriteAction, 'delete'>,
  changes: readonly Change[],
): Promise<void> {
  const open = changes.filter(({ prepared, work }) => !isSettled(session, collection, prepared.rules, work.named))
  if (open.length === 0) return
  if (collection.primaryKey.length === 0) forbidden(collection.name) // a row that nothing tells from others can't be looked at
  const rules = rulesOf(session, collection.name, action) ?? []
  const keysOf = (change: Change): readonly RowKey[] =>
    action === 'create' || change.work.rows.length === 1 ? change.work.keys : change.rows.map(({ key }) => key)
  const rows = await selectRows(session, {
    collection,
    where: {
      fields: collection.primaryKey,
      tuples: open.flatMap((change) => keysOf(change).flatMap((key) => [operandsOf(key, collection) ?? key])),
      fixed: [],
    },
    texts: keyColumns(collection),
    documents: [],
    flags: rules.map((rule) => conditionsOf(session, collection, rule)),
    isLocked: false,
    seenBy: null,
  })
  const count = collection.primaryKey.length
  const matchesOf = new Map(
    rows.map((row) => [textOfKey(row.slice(0, count).map(String)), row.slice(count).map((flag) => Number(flag) === 1)]),
  )
  for (const change of open) {
    for (const key of keysOf(change)) {
      const matches = matchesOf.get(textOfKey(key)) ?? []
      const granting = (change.prepared.rules ?? []).filter((rule) => matches[rules.indexOf(rule)] === true)
      if (!grantsAll(granting, change.work.named)) forbidden(collection.name)
    }
  }
}

/** What must hold of the new row: the rule's rows, and of its validation what only the database can tell. */
function conditionsOf(session: Session, collection: Collection, rule: WriteRule): readonly FilterInput[] {
  const asked = asksOfDatabase(session, collection, rule) && rule.validation !== null ? [rule.validation] : []
  return rule.rows === null ? asked : [rule.rows, ...asked]
}

const asksOfDatabase = (session: Session, collection: Collection, { validation }: WriteRule): boolean =>
  validation !== null && asksRelated(validationOf(validation, collection, session.model), collection)

/** Whether rules without conditions grant everything already. */
function isSettled(
  session: Session,
  collection: Collection,
  rules: readonly WriteRule[] | null,
  named: readonly string[],
): boolean {
  if (rules === null) return true
  return grantsAll(
    rules.filter((rule) => rule.rows === null && !asksOfDatabase(session, collection, rule)),
    named,
  )
}

/** Notes for the events, and for the record where there is none yet. */
function tellCreated(session: Session, collection: Collection, { work, prepared }: Change, isRecorded: boolean): void {
  for (const draft of work.drafts) {
    for (const field of prepared.stored.keys()) draft.fields.add(field.name)
    if (!isRecorded) session.drafts.push(draft)
    const key = textOfKey(draft.key)
    session.events.push({ ...toldOf(session, collection), kind: 'items.create', key, payload: prepared.payload() })
  }
}

/**
 * In the order in which the rows were named, and together where the same was set: what is told, and the record, don't show
 * which rules match which of them.
 */
function tellUpdates(session: Session, collection: Collection, changes: readonly Change[]): void {
  for (const ofOperation of Map.groupBy(changes, ({ work }) => work.operation).values()) {
    const rows = ofOperation.flatMap(writtenRows).toSorted((a, b) => a.place - b.place)
    for (const { draft, change } of rows) {
      for (const field of change.prepared.stored.keys()) draft.fields.add(field.name)
      session.drafts.push(draft)
    }
    const isOne = ofOperation.length === 1
    const alike = Map.groupBy(rows, ({ change }) => (isOne ? '' : JSON.stringify(change.prepared.payload())))
    for (const [first, ...others] of alike.values()) {
      if (first === undefined) continue
      const keys = [first, ...others].map(({ draft }) => textOfKey(draft.key))
      const payload = first.change.prepared.payload()
      session.events.push({ ...toldOf(session, collection), kind: 'items.update', keys, payload })
    }
  }
}

type WrittenRow = { readonly draft: Draft; readonly place: number; readonly change: Change }

function writtenRows(change: Change): readonly WrittenRow[] {
  const rows = new Set(change.rows)
  return change.work.rows.flatMap((row, index): readonly WrittenRow[] => {
    const draft = change.work.drafts[index]
    return draft === undefined || !rows.has(row) ? [] : [{ draft, place: row.place, change }]
  })
}

const toldOf = ({ facts, actor }: Session, { name }: Collection) => ({
  at: facts.now.toISOString(),
  actor,
  collection: name,
})

// The lists that lead to them

/** A list for each row that it belongs to. */
function listWork({ parsed, drafts, action, operation }: Work) {
  return parsed.lists.flatMap(({ field, relation, changes }) =>
    drafts.map((draft) => ({
      field,
      relation,
      changes,
      parent: draft,
      isNew: action === 'create',
      path: [...operation.path, field.name],
    })),
  )
}

// Deleting

/** @throws FORBIDDEN when one of them isn't there or may not be deleted */
export async function deleteItems(
  session: Session,
  name: string,
  keys: readonly (readonly unknown[])[],
  parent: Draft | null,
  precondition: Precondition | null = null,
): Promise<readonly RowKey[]> {
  if (keys.length === 0) return []
  const collection = writable(session, name, 'delete')
  if (collection.primaryKey.length === 0)
    return fail('INVALID_PAYLOAD', { reason: `"${name}" has no key, so its items can't be deleted.` })
  const rows = await lockRows(session, collection, keys, 'delete', preconditionFields(collection, precondition))
  const index = createKeyIndex<LockedRow>(keyFields(collection))
  for (const row of rows) index.set(row.operands, row)
  const asked = keys.map((key) => index.get(key))
  const found = [...new Set(asked)].filter((row) => row !== undefined)
  if (asked.includes(undefined)) return forbidden(name)
  if (!session.access.isFull && found.some(({ matches }) => !matches.includes(true))) return forbidden(name)
  await checkPrecondition(session, collection, precondition, found)
  const texts = found.map(({ key }) => textOfKey(key))
  if (session.bus.hasFilters('items.delete', name))
    await session.bus.filter({}, { event: 'items.delete', collection: name, keys: texts }, session)
  const going = found.map(({ key }) => key)
  if (session.cascades !== null) await noteDeleted(session, collection, going)
  await deleteRows(session, collection, going)
  for (const { key } of found) session.drafts.push({ action: 'delete', collection, key, fields: new Set(), parent })
  session.events.push({
    at: session.facts.now.toISOString(),
    actor: session.actor,
    kind: 'items.delete',
    collection: name,
    keys: texts,
  })
  return found.map(({ key }) => key)
}
