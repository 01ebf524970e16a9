/**
 * What the database itself does by foreign keys when rows are deleted, or when columns that others refer to get other values:
 * a dry run tells of it, before it happens. Nobody's rights are asked by the database, but only rows that the caller may see are told.
 */
import type { ForeignKey } from '../dialects/database-schema.ts'
import type { Collection, Field, Model } from '../model/model.ts'
import { keyColumns, keyOperand } from '../query/plan-rows.ts'
import { textOfKey, textOfPart, type RowKey } from './keys.ts'
import { columnTexts } from './column-texts.ts'
import { selectRows, type Session } from './session.ts'

export type Cascade = {
  readonly collection: string
  readonly action: 'delete' | 'update'
  /** Of an update: the fields whose values go, or change. */
  readonly fields: readonly string[]
  /** Empty where the collection has none. */
  readonly keys: readonly string[]
}

/** Rows as they are, and what is to become of them. */
type Going = {
  readonly collection: Collection
  readonly keys: readonly RowKey[]
  /** The columns that get other values; null: the rows are deleted. */
  readonly changed: readonly string[] | null
}

/** Notes for a dry run what deleting these rows would bring about. */
export async function noteDeleted(session: Session, collection: Collection, keys: readonly RowKey[]): Promise<void> {
  await note(session, { collection, keys, changed: null })
}

/** Notes for a dry run what it would bring about to keep these values in the rows. */
export async function noteChanged(
  session: Session,
  collection: Collection,
  keys: readonly RowKey[],
  values: ReadonlyMap<Field, unknown>,
): Promise<void> {
  const given = [...values.keys()].map(({ name }) => name)
  const referred = referring(session.model, { collection, keys, changed: given }).flatMap(
    ({ key }) => key.referencedColumns,
  )
  const watched = [...values].filter(([{ name }]) => referred.includes(name))
  if (watched.length === 0) return
  const columns = watched.map(([{ name }]) => name)
  const before = await columnTexts(session, collection, keys, columns)
  const after = watched.map(([, value]) => (value === null ? null : textOfPart(value)))
  // Each row by what really changes in it.
  const byChange = Map.groupBy(keys.entries(), ([row]) =>
    JSON.stringify(columns.filter((_, index) => before[row]?.[index] !== after[index])),
  )
  for (const [names, rows] of byChange) {
    const changed = JSON.parse(names) as readonly string[] // as written above
    if (changed.length > 0) await note(session, { collection, keys: rows.map(([, key]) => key), changed })
  }
}

async function note(session: Session, first: Going): Promise<void> {
  const { cascades, model, access } = session
  if (cascades === null) return
  const seen = new Map<string, Set<string>>()
  const going = [fresh(first, seen)]
  for (let next = going.shift(); next !== undefined; next = going.shift()) {
    if (next.keys.length === 0) continue
    for (const { key, by } of referring(model, next)) {
      const rows = { collection: by, ...(await whereOf(session, next, key, by)) }
      const changed = isDeleting(key, next) ? null : key.columns
      const found = await keysOf(session, rows, null)
      const visible = access.isFull ? found : await keysOf(session, rows, access)
      const already = seen.get(nameOf(by, changed))
      const told = visible.map(textOfKey).filter((text) => already?.has(text) !== true)
      if (told.length > 0)
        cascades.push({
          collection: by.name,
          action: changed === null ? 'delete' : 'update',
          fields: changed ?? [],
          keys: by.primaryKey.length === 0 ? [] : told,
        })
      // What stands in a table without a key can't be told apart, and nothing refers to it by one.
      if (by.primaryKey.length > 0) going.push(fresh({ collection: by, keys: found, changed }, seen))
    }
  }
}

/** Without the rows that have been looked at: they may refer to each other in a circle. */
function fresh(going: Going, seen: Map<string, Set<string>>): Going {
  const name = nameOf(going.collection, going.changed)
  const known = seen.get(name) ?? new Set()
  seen.set(name, known)
  const keys = going.keys.filter((key) => !known.has(textOfKey(key)))
  for (const key of keys) known.add(textOfKey(key))
  return { ...going, keys }
}

const nameOf = ({ name }: Collection, changed: readonly string[] | null): string => JSON.stringify([name, changed])

const actions: ReadonlySet<string> = new Set(['CASCADE', 'SET NULL', 'SET DEFAULT'])

const isDeleting = ({ onDelete }: ForeignKey, { changed }: Going): boolean => changed === null && onDelete === 'CASCADE'

/** The foreign keys by which the database changes other rows along with these. */
function referring(
  { collections }: Model,
  { collection: { table }, changed }: Going,
): readonly { readonly key: ForeignKey; readonly by: Collection }[] {
  return [...collections.values()].flatMap((by) =>
    (by.sourceTable?.foreignKeys ?? [])
      .filter(
        (key) =>
          key.referencedTable === table?.name &&
          key.referencedSchema === table.schema &&
          actions.has(changed === null ? key.onDelete : key.onUpdate) &&
          (changed === null || key.referencedColumns.some((column) => changed.includes(column))),
      )
      .map((key) => ({ key, by })),
  )
}

type Where = { readonly fields: readonly string[]; readonly tuples: readonly (readonly unknown[])[] }

/** Which rows refer to those by a foreign key. */
async function whereOf(session: Session, { collection, keys }: Going, key: ForeignKey, by: Collection): Promise<Where> {
  const texts = await columnTexts(session, collection, keys, key.referencedColumns)
  const fields = key.columns.flatMap((column) => by.fields.get(column) ?? [])
  const tuples = texts.map((parts) => fields.map((field, index) => keyOperand(field, parts[index])))
  return { fields: key.columns, tuples: tuples.filter((tuple) => !tuple.includes(undefined)) }
}

async function keysOf(
  session: Session,
  { collection, fields, tuples }: Where & { readonly collection: Collection },
  seenBy: Session['access'] | null,
): Promise<readonly RowKey[]> {
  const rows = await selectRows(session, {
    collection,
    where: { fields, tuples, fixed: [] },
    texts: keyColumns(collection),
    documents: [],
    flags: [],
    isLocked: false,
    seenBy,
  })
  return rows.map((row) => row.map(String))
}
