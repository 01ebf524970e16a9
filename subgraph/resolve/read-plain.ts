/** Items as plain data, for features: read by the ordinary plan under the caller's access, so nothing is seen that isn't theirs. */
import type { Connection, Database } from '#schema-engine/database/database.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import { parseFilter } from '#schema-engine/filter/parse.ts'
import type { Collection, Model } from '#schema-engine/model/model.ts'
import type { Access } from '#schema-engine/permissions/access.ts'
import { planRead } from '#schema-engine/query/plan.ts'
import { prepareRead } from '#schema-engine/query/prepare.ts'
import { noArguments, type ReadLimits, type RootRead, type Selected } from '#schema-engine/query/request.ts'
import type { RequestFacts } from '#schema-engine/sql/bind.ts'
import { constantInput } from '#schema-engine/sql/input.ts'

export type PlainItem = Readonly<Record<string, unknown>>

export type PlainReader = {
  readonly model: Model
  readonly access: Access
  readonly facts: RequestFacts
  readonly limits: ReadLimits
  /** The database, or a transaction's connection. */
  readonly connection: Pick<Connection | Database, 'rows' | 'dialect'>
}

/**
 * All items that a filter names, with these fields (a relation's own key), as REST writes values.
 * @throws FORBIDDEN for what the caller may not read
 */
export async function readItems(
  collection: Collection,
  filter: FilterInput,
  fields: readonly string[],
  reader: PlainReader,
): Promise<readonly PlainItem[]> {
  const args = {
    ...noArguments,
    filter: parseFilter(filter, collection, reader.model),
    sort: constantInput(collection.primaryKey),
    limit: constantInput(-1),
  }
  const text = await readText(
    { kind: 'list', collection: collection.name, args, selection: selected(collection, fields) },
    reader,
  )
  const rows = JSON.parse(text) as readonly PlainItem[] // as was selected
  return rows.map((row) => named(row, fields))
}

/** One item by its key as text; null where there is none that the caller may see. @throws FORBIDDEN as `readItems` */
export async function readItem(
  collection: Collection,
  id: string,
  fields: readonly string[],
  reader: PlainReader,
): Promise<PlainItem | null> {
  const read: RootRead = {
    kind: 'one',
    collection: collection.name,
    id: constantInput(id),
    selection: selected(collection, fields),
  }
  const row = JSON.parse(await readText(read, reader)) as PlainItem | null // as was selected
  return row === null ? null : named(row, fields)
}

/** The fields that have a column. */
export const columnFields = (collection: Collection): readonly string[] =>
  [...collection.fields.values()].filter(({ column }) => column !== null).map(({ name }) => name)

async function readText(read: RootRead, { model, access, limits, facts, connection }: PlainReader): Promise<string> {
  const plan = planRead({ roots: [read], format: 'rest' }, model, access, { ...limits, maxLimit: null })
  const prepared = prepareRead(plan, connection.dialect)
  const [row = []] = await connection.rows(prepared.statement({ variables: {}, context: facts }, null))
  return prepared.roots(row)[0] ?? 'null'
}

/** By position: a field may have any name. */
const selected = (collection: Collection, fields: readonly string[]): readonly Selected[] =>
  fields.map((field, position): Selected => {
    const key = String(position)
    return collection.fields.get(field)?.relation == null
      ? { key, kind: 'field', field }
      : { key, kind: 'keys', field, args: noArguments }
  })

const named = (row: PlainItem, fields: readonly string[]): PlainItem =>
  Object.fromEntries(fields.map((field, position) => [field, row[String(position)]]))
