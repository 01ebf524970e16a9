/** Rows as statements change them: in as few as the database's bounds allow, without a thought for rights. */
import { createHash } from 'node:crypto'
import type { Dialect } from '../dialects/dialect.ts'
import { ConstraintError } from '../dialects/constraint-error.ts'
import { lacksRight } from '../dialects/failure-reasons.ts'
import { EngineError } from '../errors.ts'
import type { Collection, Field } from '../model/model.ts'
import { columnOf, keyColumns } from '../query/plan-rows.ts'
import { render, type RenderedSql } from '../sql/sql.ts'
import { withPlace } from './broken-key.ts'
import {
  compileDelete,
  compileInsert,
  compileRecordedInsert,
  compileUpdate,
  compileUpdateEach,
  type RecordPlan,
} from './compile.ts'
import { constraintError } from './constraint.ts'
import { operandsOf, textOfKey, textOfPart, type RowKey } from './keys.ts'
import { chunks, run, runChange, type PreparedText, type Session } from './session.ts'

export type StoredRow = ReadonlyMap<Field, unknown>

/** The fewest values that every database binds in one statement. */
const maxBinds = 32_000
/** Longer texts of statements cost more to read than a second statement. */
const maxRows = 1_000

/** Inserts rows and gives their keys, in the order of the rows. @throws the contract's errors for broken constraints */
export async function insertRows(
  session: Session,
  collection: Collection,
  rows: readonly StoredRow[],
): Promise<readonly RowKey[]> {
  const keys: RowKey[] = []
  for (const group of alike(rows)) {
    const fields = [...(group[0]?.keys() ?? [])]
    for (const part of chunks(group, partSize(fields)))
      keys.push(...(await insertPart(session, collection, fields, part)))
  }
  return keys
}

/** The fields of rows that the database would have numbered itself, and that hold what the caller gave. */
export const numberedFields = (rows: readonly StoredRow[]): ReadonlySet<Field> =>
  new Set(rows.flatMap((row) => [...row.keys()].filter(({ column }) => column?.hasAutoIncrement === true)))

/**
 * After rows that came with their own numbers: lets the database count on behind the highest, or the next one that it gives
 * out would be taken. An account that may not change the counter leaves it as it is.
 */
export async function countOn(
  { connection }: Session,
  { table }: Collection,
  rows: readonly StoredRow[],
): Promise<void> {
  const { catchUp } = connection.dialect.ddl
  if (catchUp === null || table === null) return
  for (const { name } of numberedFields(rows)) {
    const { text } = render(catchUp(table, name), connection.dialect)
    try {
      await connection.attempt(() => connection.rows({ text, values: [], name: null }))
    } catch (error) {
      if (!(error instanceof EngineError) || error.details['reason'] !== lacksRight.reason) throw error
    }
  }
}

/** What is told of rows that are inserted with these fields, and its bound values. */
export type RecordWithin = {
  readonly plan: (fields: readonly Field[]) => RecordPlan
  readonly values: readonly unknown[]
}

/** As `insertRows`, and writes the record of each row in the same statement. */
export async function insertRecorded(
  session: Session,
  collection: Collection,
  rows: readonly StoredRow[],
  record: RecordWithin,
): Promise<readonly RowKey[]> {
  const { dialect } = session.connection
  const keys: RowKey[] = []
  for (const group of alike(rows)) {
    const fields = [...(group[0]?.keys() ?? [])]
    for (const part of chunks(group, partSize(fields))) {
      const insert = {
        collection,
        columns: fields.map(columnOf),
        count: part.length,
        returning: keyColumns(collection),
      }
      const shape = `recorded ${shapeOf(part, fields)}`
      const prepared = remembered(collection, dialect, shape, () =>
        compileRecordedInsert(insert, record.plan(fields), dialect),
      )
      const values = [...part.flatMap((row) => fields.map((field) => row.get(field))), ...record.values]
      const found = await translated(session, collection, { rows: part }, () => run(session, prepared, values))
      keys.push(...found.map((row) => row.map(String)))
    }
  }
  return keys
}

/** The fields of rows that one statement can insert; null where it takes several. */
export function insertPartOf(rows: readonly StoredRow[]): readonly Field[] | null {
  const [group, another] = alike(rows)
  const fields = [...(group?.[0]?.keys() ?? [])]
  return group === undefined || another !== undefined || rows.length > partSize(fields) ? null : fields
}

const partSize = (fields: readonly Field[]): number =>
  fields.length === 0 ? 1 : Math.min(maxRows, Math.floor(maxBinds / fields.length))

const shapeOf = (rows: readonly StoredRow[], fields: readonly Field[]): string =>
  `${rows.length} ${fields.map(({ name }) => name).join('\n')}`

/** Neighbours with the same fields, so that the order of the rows stays. */
function alike(rows: readonly StoredRow[]): readonly (readonly StoredRow[])[] {
  const groups: StoredRow[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && haveSameFields(last[0], row)) last.push(row)
    else groups.push([row])
  }
  return groups
}

function haveSameFields(one: StoredRow, other: StoredRow): boolean {
  if (one.size !== other.size) return false
  const fields = other.keys()
  for (const field of one.keys()) if (fields.next().value !== field) return false
  return true
}

async function insertPart(
  session: Session,
  collection: Collection,
  fields: readonly Field[],
  rows: readonly StoredRow[],
): Promise<readonly RowKey[]> {
  const { dialect } = session.connection
  const returning = keyColumns(collection)
  const columns = fields.map(columnOf)
  const prepared = remembered(collection, dialect, `insert ${shapeOf(rows, fields)}`, () =>
    compileInsert(
      { collection, columns, count: rows.length, returning: dialect.supports.returning ? returning : [] },
      dialect,
    ),
  )
  const values = rows.flatMap((row) => fields.map((field) => row.get(field)))
  return translated(session, collection, { rows }, async () => {
    if (dialect.supports.returning && returning.length > 0)
      return (await run(session, prepared, values)).map((row) => row.map(String))
    const { firstKey } = await runChange(session, prepared, values)
    return rows.map((row, index) => keyWithout(collection, row, firstKey === null ? null : firstKey + BigInt(index)))
  })
}

/** The key of a row where the database does not tell it: what was given, or the number that was given out. */
function keyWithout(collection: Collection, row: StoredRow, generated: bigint | null): RowKey {
  return collection.primaryKey.map((name) => {
    const field = collection.fields.get(name)
    const given = field === undefined ? undefined : row.get(field)
    return textOfPart(given ?? generated)
  })
}

/** Sets the same values in all these rows. */
export async function updateRows(
  session: Session,
  collection: Collection,
  keys: readonly RowKey[],
  values: StoredRow,
): Promise<void> {
  const fields = [...values.keys()]
  if (fields.length === 0) return
  const bound = fields.map((field) => values.get(field))
  await eachPart(session, collection, keys, [values], (where, dialect) => ({
    prepared: compileUpdate(collection, fields.map(columnOf), where, dialect),
    values: bound,
  }))
}

/** A row, and what it is to hold. */
export type RowChange = { readonly key: RowKey; readonly values: StoredRow }

/** Each row looks through the values of all that are written with it. */
const rowsAtOnce = 100

/** Sets values of its own in each row: those with the same fields by one statement for many. */
export async function updateEach(
  session: Session,
  collection: Collection,
  changes: readonly RowChange[],
): Promise<void> {
  const groups = Map.groupBy(together(changes), ({ values }) =>
    [...values.keys()].map((field) => field.name).join('\n'),
  )
  for (const group of groups.values()) {
    const fields = [...(group[0]?.values.keys() ?? [])]
    if (fields.length === 0) continue
    const size = fields.some(({ column }) => column?.kind === 'binary' || column?.kind === 'geometry') ? 1 : rowsAtOnce
    for (const part of chunks(group, Math.min(size, Math.floor(maxBinds / (2 * fields.length + 1))))) {
      const [only] = part
      if (only !== undefined && part.length === 1) await updateRows(session, collection, [only.key], only.values)
      else await updatePart(session, collection, fields, part)
    }
  }
}

/** A row that is changed more than once holds what it is given last. */
function together(changes: readonly RowChange[]): readonly RowChange[] {
  const byKey = new Map<string, RowChange>()
  for (const change of changes) {
    const key = textOfKey(change.key)
    const earlier = byKey.get(key)
    byKey.set(
      key,
      earlier === undefined ? change : { ...change, values: new Map([...earlier.values, ...change.values]) },
    )
  }
  return byKey.size === changes.length ? changes : [...byKey.values()]
}

async function updatePart(
  session: Session,
  collection: Collection,
  fields: readonly Field[],
  changes: readonly RowChange[],
): Promise<void> {
  const where = {
    fields: collection.primaryKey,
    tuples: changes.map(({ key }) => operandsOf(key, collection) ?? key),
  }
  const prepared = compileUpdateEach(collection, fields.map(columnOf), where, session.connection.dialect)
  const values = changes.flatMap((change) => fields.map((field) => change.values.get(field)))
  const rows = changes.map((change) => change.values)
  const keys = changes.map(({ key }) => key)
  await translated(session, collection, { rows, keys }, () => runChange(session, prepared, values))
}

export async function deleteRows(session: Session, collection: Collection, keys: readonly RowKey[]): Promise<void> {
  await eachPart(session, collection, keys, [], (where, dialect) => ({
    prepared: compileDelete(collection, where, dialect),
    values: [],
  }))
}

async function eachPart(
  session: Session,
  collection: Collection,
  keys: readonly RowKey[],
  rows: readonly StoredRow[],
  statement: (
    where: { readonly fields: readonly string[]; readonly tuples: readonly (readonly unknown[])[] },
    dialect: Dialect,
  ) => { readonly prepared: RenderedSql; readonly values: readonly unknown[] },
): Promise<void> {
  const tuples = keys.flatMap((key) => {
    const operands = operandsOf(key, collection)
    return operands === null ? [] : [operands]
  })
  const fields = collection.primaryKey
  for (const part of chunks(tuples, Math.floor(5_000 / fields.length))) {
    const { prepared, values } = statement({ fields, tuples: part }, session.connection.dialect)
    await translated(session, collection, { rows, keys }, () => runChange(session, prepared, values))
  }
}

async function translated<T>(
  session: Session,
  collection: Collection,
  { rows, keys = [] }: { readonly rows: readonly StoredRow[]; readonly keys?: readonly RowKey[] },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error
    const broken = await withPlace(session, error.broken, { collection, rows, keys })
    throw constraintError(new ConstraintError(broken, error.cause), collection, session, rows)
  }
}

/**
 * Statements of one shape are written once for a collection, which lives as long as its model, or for what else they are of; from
 * the second time on the driver may keep them prepared.
 */
const statements = new WeakMap<object, Map<string, PreparedText>>()
/** Shapes of one owner that are kept. */
const maxKept = 64

export function remembered(owner: object, dialect: Dialect, shape: string, write: () => RenderedSql): PreparedText {
  const known = statements.get(owner) ?? new Map<string, PreparedText>()
  statements.set(owner, known)
  const key = `${dialect.name} ${shape}`
  const found = known.get(key)
  if (found !== undefined) {
    if (found.name === null) {
      const named = { ...found, name: `w${createHash('sha256').update(found.text).digest('base64url').slice(0, 20)}` }
      known.set(key, named)
      return named
    }
    return found
  }
  const written = { ...write(), name: null }
  if (known.size >= maxKept) known.clear()
  known.set(key, written)
  return written
}
