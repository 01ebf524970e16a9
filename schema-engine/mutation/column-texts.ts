/** Values of rows that are there, as the database's exact texts. */
import type { Collection } from '../model/model.ts'
import { columnOf, keyColumns } from '../query/plan-rows.ts'
import { operandsOf, textOfKey, textOrNull, type RowKey } from './keys.ts'
import { selectRows, type Session } from './session.ts'

/** Values of these rows' columns as exact texts, in the order of the keys; null for null. Keys themselves are known already. */
export async function columnTexts(
  session: Session,
  collection: Collection,
  keys: readonly RowKey[],
  columns: readonly string[],
): Promise<readonly (readonly (string | null)[])[]> {
  const positions = columns.map((column) => collection.primaryKey.indexOf(column))
  if (!positions.includes(-1)) return keys.map((key) => positions.map((position) => key[position] ?? null))
  const rows = await selectRows(session, {
    collection,
    where: {
      fields: collection.primaryKey,
      tuples: keys.flatMap((key) => [operandsOf(key, collection) ?? key]),
      fixed: [],
    },
    texts: [...keyColumns(collection), ...columns.map((column) => columnNamed(collection, column))],
    documents: [],
    flags: [],
    isLocked: false,
    seenBy: null,
  })
  const count = collection.primaryKey.length
  const found = new Map(
    rows.map((row) => [textOfKey(row.slice(0, count).map(String)), row.slice(count).map(textOrNull)]),
  )
  return keys.map((key) => found.get(textOfKey(key)) ?? columns.map(() => null))
}

export function columnNamed(collection: Collection, name: string) {
  const field = collection.fields.get(name)
  if (field === undefined) throw new TypeError(`${collection.name} has no column ${name}`)
  return columnOf(field)
}
