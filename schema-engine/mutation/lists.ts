/**
 * Writes the lists of items: which of the rows that lead to an item stay, which come, which go. A list that goes straight
 * through a junction is a list of the junction's rows.
 */
import { fail } from '../errors.ts'
import type { Collection, ColumnPairs, Field, Model } from '../model/model.ts'
import { keyColumns, keyOperand } from '../query/plan-rows.ts'
import {
  createKeyIndex,
  keyFields,
  keyIn,
  keyPart,
  missingKey,
  operandsOf,
  partsOf,
  textOrNull,
  withoutKey,
  type RowKey,
} from './keys.ts'
import type { Operation, Written } from './items.ts'
import { isKeyValue, isObject, type ListChanges, type ToMany } from './parse-item.ts'
import { validationError } from './prepare.ts'
import type { Draft } from './record.ts'
import type { ItemInput } from './request.ts'
import { columnNamed, columnTexts } from './column-texts.ts'
import { forbidden, selectRows, type Session } from './session.ts'

/** How items are written and deleted, a level below. */
export type Writers = {
  readonly writeItems: (
    session: Session,
    collection: string,
    operations: readonly Operation[],
    depth: number,
  ) => Promise<Written>
  readonly deleteItems: (
    session: Session,
    collection: string,
    keys: readonly (readonly unknown[])[],
    parent: Draft | null,
  ) => Promise<readonly RowKey[]>
}

/** One list of one item. */
export type ListWork = {
  readonly field: Field
  readonly relation: ToMany
  readonly changes: ListChanges
  readonly parent: Draft
  /** The item was made just now, so it has none yet. */
  readonly isNew: boolean
  readonly path: readonly (string | number)[]
}

/** A list as rows of one collection that hold their parent's key. */
type Shape = {
  readonly collection: Collection
  /** [column of the parent, column of the row] */
  readonly on: ColumnPairs
  /** Another column of the row that is the same for all. */
  readonly only: { readonly column: string; readonly value: string } | null
  readonly sortField: string | null
  /** The field that leads on, where elements are items of the far side; null where they are the rows themselves. */
  readonly far: Field | null
  readonly onRemoval: 'unlink' | 'delete'
}

/** A row that belongs to the list now. */
type Child = {
  readonly key: RowKey
  readonly operands: readonly unknown[]
  readonly sort: string | null
  readonly far: readonly unknown[] | null
}

type Plan = {
  readonly operations: readonly Operation[]
  readonly removed: readonly Child[]
}

export async function writeLists(
  session: Session,
  works: readonly ListWork[],
  depth: number,
  writers: Writers,
): Promise<void> {
  for (const [field, group] of Map.groupBy(works, (work) => work.field)) {
    const [first] = group
    if (first === undefined) continue
    const shape = shapeOf(session.model, field, first.relation)
    const parents = await parentValues(session, shape, group)
    const children = await childrenOf(session, shape, group, parents)
    const plans = group.map((work, index) =>
      planList(session, shape, work, parents[index] ?? [], children[index] ?? []),
    )
    await remove(session, shape, group, plans, depth, writers)
    const operations = plans.flatMap((plan) => plan.operations)
    await writers.writeItems(session, shape.collection.name, operations, depth + 1)
  }
}

function shapeOf(model: Model, field: Field, relation: ToMany): Shape {
  if (relation.kind === 'o2m') {
    const collection = needed(model, relation.collection)
    return {
      collection,
      on: relation.on,
      only: relation.onlyWhere,
      sortField: relation.sortField,
      far: null,
      onRemoval:
        relation.metadata?.one_deselect_action === 'delete' || isTie(model, collection, relation) ? 'delete' : 'unlink',
    }
  }
  const junction = needed(model, relation.junction)
  const far = junction.fields.get(relation.junctionFields.far)
  const rows = [...needed(model, field.collection).fields.values()].find(
    ({ relation: other }) =>
      other?.kind === 'o2m' && other.collection === junction.name && other.inverse === relation.junctionFields.near,
  )?.relation
  return {
    collection: junction,
    on: relation.toJunction,
    only: null,
    sortField: rows?.kind === 'o2m' ? rows.sortField : null,
    far: far ?? null,
    onRemoval: 'delete',
  }
}

/** Whether rows only tie others together and can't stand without their parent: what is taken away is deleted then. */
function isTie(model: Model, collection: Collection, relation: Extract<ToMany, { kind: 'o2m' }>): boolean {
  const cantStandAlone = relation.on.some(([, column]) => collection.fields.get(column)?.isNullable === false)
  return (
    cantStandAlone &&
    [...model.collections.values()].some(({ fields }) =>
      [...fields.values()].some(
        (field) => field.relation?.kind === 'm2m' && field.relation.junction === collection.name,
      ),
    )
  )
}

function needed(model: Model, name: string): Collection {
  return model.collections.get(name) ?? forbidden(name)
}

// What there is

/** Of each work's parent the values that its rows hold. */
const parentValues = (
  session: Session,
  { on }: Shape,
  works: readonly ListWork[],
): Promise<readonly (readonly (string | null)[])[]> => {
  const collection = works[0]?.parent.collection
  if (collection === undefined) return Promise.resolve([])
  return columnTexts(
    session,
    collection,
    works.map(({ parent }) => parent.key),
    on.map(([column]) => column),
  )
}

/** The rows of each list that the caller may see: what is hidden from him stays as it is. */
async function childrenOf(
  session: Session,
  shape: Shape,
  works: readonly ListWork[],
  parents: readonly (readonly (string | null)[])[],
): Promise<readonly (readonly Child[])[]> {
  const { collection, on, only, sortField, far } = shape
  const fields = on.map(([, column]) => collection.fields.get(column)).filter((field) => field !== undefined)
  const isSeen = session.access.isFull || session.access.read.has(collection.name)
  const wanted = works.map((work, index) => {
    const operands = fields.map((field, part) => keyOperand(field, parents[index]?.[part]))
    return work.isNew || !isSeen || operands.includes(undefined) ? null : operands
  })
  const tuples = wanted.filter((operands) => operands !== null)
  if (tuples.length === 0) return works.map(() => [])
  const farColumns = far?.relation?.kind === 'm2o' ? far.relation.on.map(([column]) => column) : []
  const rows = await selectRows(session, {
    collection,
    where: {
      fields: fields.map(({ name }) => name),
      tuples,
      fixed: only === null ? [] : [only],
    },
    texts: [
      ...keyColumns(collection),
      ...on.map(([, column]) => columnNamed(collection, column)),
      ...farColumns.map((column) => columnNamed(collection, column)),
      ...(sortField === null ? [] : [columnNamed(collection, sortField)]),
    ],
    documents: [],
    flags: [],
    isLocked: true,
    seenBy: session.access.isFull ? null : session.access,
  })
  const lists = createKeyIndex<Child[]>(fields)
  for (const operands of tuples) lists.set(operands, [])
  for (const row of rows) {
    const texts = row.map(textOrNull)
    const count = collection.primaryKey.length
    const key = texts.slice(0, count).map((text) => text ?? '')
    const parent = fields.map((field, index) => keyOperand(field, texts[count + index]))
    const farTexts = texts.slice(count + on.length, count + on.length + farColumns.length)
    lists.get(parent)?.push({
      key,
      operands: operandsOf(key, collection) ?? key,
      far: farColumns.length === 0 ? null : farTexts,
      sort: sortField === null ? null : (texts.at(-1) ?? null),
    })
  }
  return wanted.map((operands) => lists.get(operands) ?? [])
}

// What is to become of it

function planList(
  session: Session,
  shape: Shape,
  work: ListWork,
  parent: readonly (string | null)[],
  children: readonly Child[],
): Plan {
  const { collection, on, only, sortField } = shape
  const tie = Object.fromEntries([
    ...on.map(([, column], index) => [column, parent[index] ?? null] as const),
    ...(only === null ? [] : [[only.column, only.value] as const]),
  ])
  const find = finder(session, shape, children, tie)
  const kept = new Set<Child>()
  const positionOf = (child: Child | undefined, position: number): ItemInput =>
    sortField === null || child?.sort === String(position) ? {} : { [sortField]: position }

  /** An element as an operation; null where nothing is to be done. `position`: in the whole list; null keeps it. */
  const operationOf = (
    element: unknown,
    mode: 'create' | 'update' | 'upsert',
    position: number | null,
    path: readonly (string | number)[],
  ): Operation | null => {
    const input = asItem(shape, element, work.field)
    const child = mode === 'create' ? undefined : find(input)
    if (child !== undefined) kept.add(child)
    const place = position === null ? {} : positionOf(child, position)
    const key =
      child?.operands ??
      operandsOf(
        keyIn((name) => input[name], collection),
        collection,
      )
    if (mode === 'update' && key === null) {
      const missing = missingKey((name) => input[name] ?? tie[name], collection)
      if (missing !== null) return withoutKey(missing, `${work.field.name}.update`)
    }
    const own = ownValues(shape, input, child)
    const isLinked = child !== undefined
    if (isLinked && Object.keys(own).length === 0 && Object.keys(place).length === 0) return null
    const isBare = !isObject(element) && shape.far === null
    const isUpdate = isLinked || (isBare && !isTied(shape)) || mode === 'update'
    return {
      mode: isUpdate ? 'update' : mode,
      keys: isUpdate ? [key ?? forbidden(collection.name)] : null,
      input: own,
      forced: { ...(isLinked ? {} : tie), ...place },
      parent: work.parent,
      path,
      precondition: null,
    }
  }

  const { changes } = work
  if (changes.kind === 'all') {
    const operations = changes.items.map((element, index) =>
      operationOf(element, 'upsert', index + 1, [...work.path, index]),
    )
    return { operations: present(operations), removed: children.filter((child) => !kept.has(child)) }
  }
  const last = children.reduce((largest, { sort }) => Math.max(largest, Number(sort ?? 0) || 0), 0)
  const removed = changes.delete.map(
    (element) => find(asItem(shape, element, work.field)) ?? forbidden(collection.name),
  )
  const updated = changes.update.map((element, index) =>
    operationOf(element, shape.far === null ? 'update' : 'upsert', null, [...work.path, 'update', index]),
  )
  const created = changes.create.map((element, index) => {
    const isPlaced = sortField === null || (isObject(element) && element[sortField] != null)
    return operationOf(element, 'create', isPlaced ? null : last + index + 1, [...work.path, 'create', index])
  })
  return { operations: present([...updated, ...created]), removed: [...new Set(removed)] }
}

const present = (operations: readonly (Operation | null)[]): readonly Operation[] =>
  operations.filter((operation) => operation !== null)

/** Whether the rows' own key holds their parent's, so that a row of another parent is another row. */
const isTied = ({ collection, on }: Shape): boolean => on.some(([, column]) => collection.primaryKey.includes(column))

/** An element as the input of a row. */
function asItem({ collection, far }: Shape, element: unknown, field: Field): ItemInput {
  if (far !== null)
    return isObject(element) || isKeyValue(element) || Array.isArray(element)
      ? { [far.name]: element }
      : malformed(field)
  if (isObject(element)) return element
  const key = isKeyValue(element) ? partsOf(String(element), collection) : Array.isArray(element) ? element : null
  if (key?.length !== collection.primaryKey.length) return malformed(field)
  return Object.fromEntries(collection.primaryKey.map((name, index) => [name, key[index]]))
}

function malformed(field: Field): never {
  return fail('INVALID_PAYLOAD', { reason: `"${field.name}" must be a list of keys and items.` })
}

/** Finds the row of the list that an input means: by its key, or on the way to a far side by the far item's key. */
function finder(
  session: Session,
  { collection, far }: Shape,
  children: readonly Child[],
  tie: ItemInput,
): (input: ItemInput) => Child | undefined {
  const byKey = createKeyIndex<Child>(keyFields(collection))
  const target = far?.relation?.kind === 'm2o' ? session.model.collections.get(far.relation.collection) : undefined
  const byFar = createKeyIndex<Child>(target === undefined ? [] : keyFields(target))
  for (const child of children) {
    byKey.set(child.operands, child)
    const operands = target === undefined || child.far === null ? null : operandsOf(child.far, target)
    if (operands !== null) byFar.set(operands, child)
  }
  return (input) => {
    if (far === null || target === undefined) {
      const key = keyIn((name) => {
        const field = collection.fields.get(name)
        const value = input[name] ?? tie[name]
        return field === undefined ? value : keyPart(field, value, (other) => session.model.collections.get(other))
      }, collection)
      return byKey.get(operandsOf(key, collection))
    }
    return byFar.get(operandsOf(farKey(input[far.name], target), target))
  }
}

function farKey(element: unknown, target: Collection): readonly unknown[] | null {
  if (isObject(element)) return keyIn((name) => element[name], target)
  if (Array.isArray(element)) return element
  return isKeyValue(element) ? partsOf(String(element), target) : null
}

/** What of an input is to be written of a row that is known: not the key it was found by. */
function ownValues({ collection, far }: Shape, input: ItemInput, child: Child | undefined): ItemInput {
  if (child === undefined) return input
  if (far !== null) {
    const element = input[far.name]
    if (!isObject(element)) return {}
    const target = far.relation?.kind === 'm2o' ? far.relation.on.map(([, there]) => there) : []
    return Object.keys(element).every((name) => target.includes(name)) ? {} : { [far.name]: element }
  }
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => !collection.primaryKey.includes(name) || isObject(value)),
  )
}

// What goes

/** Rows that leave their list are deleted, or lead nowhere from now on: a statement for those of all parents. */
async function remove(
  session: Session,
  shape: Shape,
  works: readonly ListWork[],
  plans: readonly Plan[],
  depth: number,
  { writeItems, deleteItems }: Writers,
): Promise<void> {
  const leaving = plans.flatMap(({ removed }, index) => {
    const work = works[index]
    return work === undefined || removed.length === 0 ? [] : [{ work, keys: removed.map(({ operands }) => operands) }]
  })
  if (leaving.length === 0) return
  const { collection } = shape
  if (shape.onRemoval === 'delete') {
    for (const { work, keys } of leaving) await deleteItems(session, collection.name, keys, work.parent)
    return
  }
  const columns = [...shape.on.map(([, column]) => column), ...(shape.only === null ? [] : [shape.only.column])]
  const fixed = columns.find((column) => collection.fields.get(column)?.isNullable === false)
  if (fixed !== undefined)
    throw validationError(
      [{ field: fixed, type: 'nnull', operand: undefined, actual: null }],
      leaving[0]?.work.path ?? [],
    )
  const none = Object.fromEntries(columns.map((column) => [column, null]))
  const unlink = leaving.map(({ work, keys }): Operation => ({
    mode: 'update',
    keys,
    input: {},
    forced: none,
    parent: work.parent,
    path: work.path,
    precondition: null,
  }))
  await writeItems(session, collection.name, unlink, depth + 1)
}
