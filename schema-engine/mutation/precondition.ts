/** If-Match: an item must be what the caller last saw of it. Asked of the row after it is locked. */
import { fail } from '../errors.ts'
import type { Collection } from '../model/model.ts'
import { textOfKey, type RowKey } from './keys.ts'
import type { Precondition } from './request.ts'
import { runRows, type Session } from './session.ts'
import { planNewest } from '../query/plan-rows.ts'

/** The fields to be read with the row. */
export function preconditionFields(collection: Collection, precondition: Precondition | null): readonly string[] {
  if (precondition?.kind !== 'date-updated') return []
  const field = dateField(collection)
  return field === undefined ? [] : [field]
}

const dateField = (collection: Collection): string | undefined =>
  [...collection.fields.values()].find(
    ({ special, column, name }) => column !== null && (special.includes('date-updated') || name === 'date_updated'),
  )?.name

/** @throws PRECONDITION_FAILED when the item is another than the caller saw, or there is nothing to tell it by */
export async function checkPrecondition(
  session: Session,
  collection: Collection,
  precondition: Precondition | null,
  rows: readonly { readonly key: RowKey; readonly document: string | null }[],
): Promise<void> {
  if (precondition === null) return
  const [row] = rows
  if (row === undefined || rows.length > 1) return
  const isSame =
    precondition.kind === 'revision'
      ? (await newestRevision(session, collection, row.key)) === precondition.revision
      : isSameInstant(row.document, precondition.at)
  if (!isSame) fail('PRECONDITION_FAILED', {})
}

/** @param document the row's date as an object of one JSON value */
function isSameInstant(document: string | null, at: string): boolean {
  if (document === null) return false
  const [actual] = Object.values(JSON.parse(document) as Readonly<Record<string, unknown>>) // the database wrote an object
  if (typeof actual !== 'string') return false
  return actual === at || new Date(actual).getTime() === new Date(at).getTime()
}

async function newestRevision(session: Session, collection: Collection, key: RowKey): Promise<string | null> {
  const revisions = session.model.collections.get('directus_revisions')
  if (revisions === undefined) return null
  const rows = await runRows(
    session,
    planNewest(revisions, { collection: collection.name, item: textOfKey(key) }, session.model),
  )
  return rows[0] === undefined ? null : String(rows[0][0])
}
