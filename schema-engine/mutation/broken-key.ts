/** Which foreign key is broken, where the database only says that one is (SQLite): told by the rows on both of its sides. */
import type { BrokenConstraint } from '../dialects/dialect.ts'
import { EngineError } from '../errors.ts'
import type { ForeignKey, Table } from '../dialects/database-schema.ts'
import type { Collection, Field } from '../model/model.ts'
import { keyOperand } from '../query/plan-rows.ts'
import { createKeyIndex, textOrNull, type RowKey } from './keys.ts'
import { columnNamed, columnTexts } from './column-texts.ts'
import { selectRows, type Session } from './session.ts'

/** What a statement was to do to one collection. */
export type Attempt = {
  readonly collection: Collection
  /** What it wrote into rows; empty where it deleted them. */
  readonly rows: readonly ReadonlyMap<Field, unknown>[]
  /** The rows that it changed or deleted; empty where it made them. */
  readonly keys: readonly RowKey[]
}

/** The constraint with its place, as far as it can be told. */
export async function withPlace(
  session: Session,
  broken: BrokenConstraint,
  attempt: Attempt,
): Promise<BrokenConstraint> {
  const isTold = broken.table !== null || broken.columns.length > 0 || broken.constraint !== null
  if (broken.kind !== 'foreign-key' || isTold) return broken
  const place = await session.connection
    .afterFailure(async () => (await leadingNowhere(session, attempt)) ?? (await neededByOthers(session, attempt)))
    .catch((error: unknown) => {
      // A database that answers no more must not hide that the key is broken; a fault of our own must be seen.
      if (error instanceof EngineError) return null
      throw error
    })
  return { ...broken, ...place }
}

type BrokenPlace = Pick<BrokenConstraint, 'table' | 'columns'>

/** The first foreign key of the collection for which a row holds what no row over there has. */
async function leadingNowhere(session: Session, { collection, rows }: Attempt): Promise<BrokenPlace | null> {
  for (const key of collection.sourceTable?.foreignKeys ?? []) {
    const target = [...session.model.collections.values()].find(({ table }) => isReferred(key, table))
    const own = fieldsOf(collection, key.columns)
    const there = target === undefined ? null : fieldsOf(target, key.referencedColumns)
    if (own === null || there === null || target === undefined) continue
    const held = tuplesOf(rows, own, there)
    // Rows of one statement may lead to each other.
    const known = createKeyIndex<true>(there)
    const written = target === collection ? tuplesOf(rows, there, there) : []
    for (const tuple of [...written, ...(await thereAre(session, target, there, held))]) known.set(tuple, true)
    if (held.some((tuple) => known.get(tuple) === undefined))
      return { table: collection.table?.name ?? null, columns: key.columns }
  }
  return null
}

/** What rows would hold in these columns, compared with as those of the other side. */
const tuplesOf = (
  rows: readonly ReadonlyMap<Field, unknown>[],
  fields: readonly Field[],
  like: readonly Field[],
): readonly (readonly unknown[])[] =>
  rows.flatMap((row) => {
    const tuple = fields.map((field, index) => keyOperand(like[index] ?? field, row.get(field)))
    return tuple.includes(undefined) ? [] : [tuple]
  })

async function thereAre(
  session: Session,
  collection: Collection,
  fields: readonly Field[],
  tuples: readonly (readonly unknown[])[],
): Promise<readonly (readonly unknown[])[]> {
  const rows = await selectRows(session, {
    collection,
    where: { fields: fields.map(({ name }) => name), tuples, fixed: [] },
    texts: fields.map(({ name }) => columnNamed(collection, name)),
    documents: [],
    flags: [],
    isLocked: false,
    seenBy: null,
  })
  return rows.map((row) => fields.map((field, index) => keyOperand(field, textOrNull(row[index]))))
}

/** The first foreign key by which rows of others hold on to what goes, or gets another value. */
async function neededByOthers(session: Session, { collection, rows, keys }: Attempt): Promise<BrokenPlace | null> {
  const changed = new Set(rows.flatMap((row) => [...row.keys()].map(({ name }) => name)))
  for (const by of session.model.collections.values()) {
    for (const key of by.sourceTable?.foreignKeys ?? []) {
      const isAbout = rows.length === 0 || key.referencedColumns.some((column) => changed.has(column))
      const holdsOn = !actions.has(rows.length === 0 ? key.onDelete : key.onUpdate)
      const fields = fieldsOf(by, key.columns)
      if (!isReferred(key, collection.table) || !isAbout || !holdsOn || fields === null) continue
      const texts = await columnTexts(session, collection, keys, key.referencedColumns)
      const tuples = texts
        .map((parts) => fields.map((field, index) => keyOperand(field, parts[index])))
        .filter((tuple) => !tuple.includes(undefined))
      if ((await thereAre(session, by, fields, tuples)).length > 0)
        return { table: by.table?.name ?? null, columns: key.columns }
    }
  }
  return null
}

const isReferred = (key: ForeignKey, table: Pick<Table, 'name' | 'schema'> | null): boolean =>
  key.referencedTable === table?.name && key.referencedSchema === table.schema

/** By which the database changes the rows that refer to others, instead of holding on to these. */
const actions: ReadonlySet<string> = new Set(['CASCADE', 'SET NULL', 'SET DEFAULT'])

function fieldsOf({ fields }: Collection, names: readonly string[]): readonly Field[] | null {
  const found = names.flatMap((name) => fields.get(name) ?? [])
  return found.length === names.length ? found : null
}
