/**
 * The record of a write: a row of activity for each item, and a revision of what was made or changed, in the write's own
 * transaction. A database without these tables keeps no record.
 */
import type { Dialect } from '../dialects/dialect.ts'
import { fieldType } from '../field-types/index.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import { operandsOf, textOfKey, type RowKey } from './keys.ts'
import { insertedAlias } from './compile.ts'
import { columnNamed } from './column-texts.ts'
import { insertRows, type RecordWithin } from './rows.ts'
import { selectRows, type Session } from './session.ts'
import { columnOf, entriesOfRow, keyColumns } from '../query/plan-rows.ts'

/** One row that was written. */
export type Draft = {
  readonly action: 'create' | 'update' | 'delete'
  readonly collection: Collection
  key: RowKey
  /** Names of the own fields that were written. */
  readonly fields: Set<string>
  /** The item that this one was written with. */
  readonly parent: Draft | null
}

/** What is kept of a collection's changes. @source contract §1, "accountability" */
export function accountabilityOf(collection: Collection): 'all' | 'activity' | null {
  if (unrecorded.has(collection.name)) return null
  if (collection.metadata === null) return 'all'
  const { accountability } = collection.metadata
  return accountability === 'all' || accountability === 'activity' ? accountability : null
}

const unrecorded: ReadonlySet<string> = new Set(
  [
    'activity',
    'presets',
    'revisions',
    'sessions',
    'migrations',
    'oauth_clients',
    'oauth_codes',
    'oauth_consents',
    'oauth_tokens',
  ].map((name) => `directus_${name}`),
)

/** Whether anything is kept of a collection's changes in this database. */
export const isRecorded = ({ collections }: Model, collection: Collection): boolean =>
  collections.has('directus_activity') && accountabilityOf(collection) !== null

/** Writes the record of all drafts: a statement for all activity, one for the snapshots of each collection, one for each level of revisions. */
export async function writeRecord(session: Session): Promise<void> {
  const activity = session.model.collections.get('directus_activity')
  if (activity === undefined) return
  const drafts = merged(session.drafts).filter((draft) => accountabilityOf(draft.collection) !== null)
  if (drafts.length === 0) return
  const keys = await insertRows(
    session,
    activity,
    drafts.map((draft) =>
      rowOf(activity, { ...actOf(session, draft.action, draft.collection), item: textOfKey(draft.key) }),
    ),
  )
  const activities = new Map(drafts.map((draft, index) => [draft, keys[index]?.[0] ?? null]))
  await writeRevisions(session, activities)
}

/** What a record says of who acts. */
type Acting = Pick<Session, 'model' | 'facts' | 'origin'>

const actOf = (
  { facts, origin: { ip, userAgent, origin } }: Acting,
  action: Draft['action'],
  { name: collection }: Collection,
): Readonly<Record<string, unknown>> => ({
  action,
  user: facts.user,
  timestamp: facts.now.toISOString(),
  ip,
  user_agent: userAgent,
  origin,
  collection,
})

/**
 * How new rows are recorded by the statement that inserts them; null where that can't be, and the record is written apart.
 * Only for items that were not written with others: these need to know each other's revisions.
 */
export function recordWithin(session: Acting, collection: Collection, dialect: Dialect): RecordWithin | null {
  const { model } = session
  const activity = model.collections.get('directus_activity')
  const kept = accountabilityOf(collection)
  if (!dialect.supports.writingSubqueries || activity === undefined || kept === null) return null
  if (!hasShortKey(collection)) return null
  const act = rowOf(activity, actOf(session, 'create', collection))
  const revisions = kept === 'all' ? model.collections.get('directus_revisions') : undefined
  const rev = revisions === undefined ? null : rowOf(revisions, { collection: collection.name })
  const entriesOf = (fields: readonly string[]) => entriesOfRow(fields, collection, insertedAlias, model)
  return {
    values: [...act.values(), ...(rev?.values() ?? [])],
    plan: (fields) => ({
      activity: { collection: activity, bound: [...act.keys()].map(columnOf) },
      revision:
        revisions === undefined || rev === null
          ? null
          : {
              collection: revisions,
              bound: [...rev.keys()].map(columnOf),
              data: { column: columnNamed(revisions, 'data'), entries: entriesOf(snapshotFields(collection)) },
              delta: { column: columnNamed(revisions, 'delta'), entries: entriesOf(fields.map(({ name }) => name)) },
            },
    }),
  }
}

/** Whether an item's key is the text of one column, and surely as short as the record can hold. */
function hasShortKey(collection: Collection): boolean {
  const [column, another] = keyColumns(collection)
  if (column === undefined || another !== undefined) return false
  return column.kind === 'string'
    ? (column.maxLength ?? 256) <= 255
    : ['integer', 'bigint', 'uuid'].includes(column.kind)
}

/** An item that was written more than once is told of once: what it was at first, and all that was written. */
function merged(drafts: readonly Draft[]): readonly Draft[] {
  const seen = new Map<string, Draft>()
  for (const draft of drafts) {
    const id = JSON.stringify([draft.collection.name, draft.action === 'delete', draft.key])
    const first = seen.get(id)
    if (draft.key.length === 0) seen.set(`${id} ${seen.size}`, draft) // nothing tells it from others
    else if (first === undefined) seen.set(id, draft)
    else for (const field of draft.fields) first.fields.add(field)
  }
  return [...seen.values()]
}

async function writeRevisions(session: Session, activities: ReadonlyMap<Draft, string | null>): Promise<void> {
  const revisions = session.model.collections.get('directus_revisions')
  if (revisions === undefined) return
  const kept = [...activities.keys()].filter(
    ({ action, collection }) =>
      action !== 'delete' && collection.primaryKey.length > 0 && accountabilityOf(collection) === 'all',
  )
  const snapshots = await snapshotsOf(session, kept)
  const ids = new Map<string, string>()
  const idOf = (draft: Draft): string => JSON.stringify([draft.collection.name, draft.key])
  for (const [, level] of [...Map.groupBy(kept, depthOf)].toSorted(([a], [b]) => a - b)) {
    const rows = level.map((draft) => {
      const data = snapshots.get(draft) ?? {}
      return rowOf(revisions, {
        activity: activities.get(draft) ?? null,
        collection: draft.collection.name,
        item: textOfKey(draft.key),
        data: JSON.stringify(data),
        delta: JSON.stringify(Object.fromEntries(Object.entries(data).filter(([name]) => draft.fields.has(name)))),
        parent: draft.parent === null ? null : (ids.get(idOf(draft.parent)) ?? null),
      })
    })
    const keys = await insertRows(session, revisions, rows)
    level.forEach((draft, index) => ids.set(idOf(draft), keys[index]?.[0] ?? ''))
  }
}

function depthOf(draft: Draft): number {
  return draft.parent === null ? 0 : 1 + depthOf(draft.parent)
}

/** The items as they are now, without their relations to many; secrets masked. */
async function snapshotsOf(
  session: Session,
  drafts: readonly Draft[],
): Promise<ReadonlyMap<Draft, Readonly<Record<string, unknown>>>> {
  const found = new Map<Draft, Readonly<Record<string, unknown>>>()
  for (const [collection, group] of Map.groupBy(drafts, (draft) => draft.collection)) {
    const byKey = new Map(group.map((draft) => [textOfKey(draft.key), draft]))
    const rows = await selectRows(session, {
      collection,
      where: {
        fields: collection.primaryKey,
        tuples: group.flatMap((draft) => {
          const operands = operandsOf(draft.key, collection)
          return operands === null ? [] : [operands]
        }),
        fixed: [],
      },
      texts: keyColumns(collection),
      documents: [snapshotFields(collection)],
      flags: [],
      isLocked: false,
      seenBy: null,
    })
    const count = collection.primaryKey.length
    for (const row of rows) {
      const draft = byKey.get(textOfKey(row.slice(0, count).map(String)))
      // The database made the text: it is JSON, of an object.
      if (draft !== undefined) found.set(draft, JSON.parse(String(row[count])) as Readonly<Record<string, unknown>>)
    }
  }
  return found
}

export const snapshotFields = (collection: Collection): readonly string[] =>
  [...collection.fields.values()].filter((field) => field.column !== null).map((field) => field.name)

/** A row of a system's table: without columns that this database's table lacks, long texts cut to what it can hold. */
function rowOf(collection: Collection, values: Readonly<Record<string, unknown>>): ReadonlyMap<Field, unknown> {
  return new Map(
    Object.entries(values).flatMap(([name, value]): readonly (readonly [Field, unknown])[] => {
      const field = collection.fields.get(name)
      if (field?.column == null) return []
      const kept = typeof value === 'string' ? value.slice(0, field.column.maxLength ?? undefined) : value
      return [[field, kept === null ? null : fieldType(field.type).store(kept, field.column)]]
    }),
  )
}
