/**
 * Rows of the program's own affairs (sessions, keys, counters), written as they are: no rights, no record, no events. What
 * anybody may ask for is written by `write`.
 */
import type { Connection } from '../database/database.ts'
import { fieldType } from '../field-types/index.ts'
import { freshValue, type StateName } from '../identity/state.ts'
import { withInternal } from '../model/internal.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import { fieldOf } from '../query/planner.ts'
import { columnOf } from '../query/plan-rows.ts'
import { valueOf } from '../sql/bind.ts'
import type { RenderedSql } from '../sql/sql.ts'
import { stateTableName } from '../system/state.ts'
import { compileDelete, compileInsert, compileUpdate } from './compile.ts'

export type TrustedValues = Readonly<Record<string, unknown>>

/** The rows whose field holds one of the values. */
export type TrustedWhere = { readonly field: string; readonly values: readonly unknown[] }

type Writer = Pick<Connection, 'change' | 'dialect'>

/** Whether the database has the collection at all. */
export const isThere = (collection: string, model: Model): boolean => withInternal(model).collections.has(collection)

/** Values of columns that this database's table lacks are left out. */
export async function insertTrusted(
  name: string,
  values: TrustedValues,
  model: Model,
  connection: Writer,
): Promise<void> {
  const collection = collectionOf(name, model)
  const stored = storedOf(collection, values)
  const insert = {
    collection,
    columns: stored.map(([field]) => columnOf(field)),
    count: 1,
    returning: [],
  }
  await change(
    compileInsert(insert, connection.dialect),
    stored.map(([, value]) => value),
    connection,
  )
}

/** @returns how many rows there were */
export async function updateTrusted(
  name: string,
  where: TrustedWhere,
  values: TrustedValues,
  model: Model,
  connection: Writer,
): Promise<number> {
  const collection = collectionOf(name, model)
  const stored = storedOf(collection, values)
  if (stored.length === 0 || where.values.length === 0) return 0
  const columns = stored.map(([field]) => columnOf(field))
  return change(
    compileUpdate(collection, columns, tuplesOf(where), connection.dialect),
    stored.map(([, value]) => value),
    connection,
  )
}

/** @returns how many rows there were */
export async function deleteTrusted(
  name: string,
  where: TrustedWhere,
  model: Model,
  connection: Writer,
): Promise<number> {
  if (where.values.length === 0) return 0
  return change(compileDelete(collectionOf(name, model), tuplesOf(where), connection.dialect), [], connection)
}

async function change(
  { text, binds }: RenderedSql,
  values: readonly unknown[],
  connection: Pick<Connection, 'change'>,
): Promise<number> {
  const inputs = {
    variables: { values },
    context: { now: new Date(), user: null, role: null, roles: [], policies: [] },
  }
  const { changedRows } = await connection.change({
    text,
    values: binds.map((bind) => valueOf(bind, inputs)),
    name: null,
  })
  return changedRows
}

const tuplesOf = ({ field, values }: TrustedWhere) => ({ fields: [field], tuples: values.map((value) => [value]) })

function collectionOf(name: string, model: Model): Collection {
  const collection = withInternal(model).collections.get(name)
  if (collection === undefined) throw new TypeError(`there is no collection ${name}`)
  return collection
}

function storedOf(collection: Collection, values: TrustedValues): readonly (readonly [Field, unknown])[] {
  return Object.entries(values).flatMap(([name, value]): readonly (readonly [Field, unknown])[] => {
    if (!collection.fields.has(name)) return []
    const field = fieldOf(collection, name)
    return [[field, value === null ? null : fieldType(field.type).store(value, columnOf(field))]]
  })
}

/** Tells every process that what it knows of these is old, as soon as the transaction is committed. */
export async function touchStates(names: readonly StateName[], model: Model, connection: Writer): Promise<void> {
  if (names.length === 0 || !isThere(stateTableName, model)) return
  for (const name of names) {
    const changed = await updateTrusted(
      stateTableName,
      { field: 'name', values: [name] },
      { value: freshValue() },
      model,
      connection,
    )
    if (changed === 0) await insertTrusted(stateTableName, { name, value: freshValue() }, model, connection)
  }
}
