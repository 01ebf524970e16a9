/**
 * What the model knows of the system's own tables without any metadata: which columns hold secrets, lists or JSON, and the
 * relations that no foreign key declares. It all comes from `system/`.
 */
import { foundElsewhere } from '../system/found-elsewhere.ts'
import { systemCollections } from '../system/index.ts'
import type { SystemCollection } from '../system/system-collection.ts'
import type { RelationMetadata } from './metadata.ts'

const namesOf = (collections: readonly SystemCollection[]): ReadonlySet<string> =>
  new Set(collections.map(({ name }) => name))

/** Never part of the model. */
export const hiddenSystemTables = namesOf(systemCollections.filter(({ isHidden }) => isHidden))

export const isSystemTable = (table: string): boolean => table.startsWith('directus_') || hiddenSystemTables.has(table)

export const systemSingletons = namesOf(systemCollections.filter(({ isSingleton }) => isSingleton))

/** What has been done. Only the engine adds to it, and nobody rewrites it. */
export const systemRecords: ReadonlySet<string> = new Set(['directus_activity', 'directus_revisions'])

const byName: ReadonlyMap<string, SystemCollection> = new Map(systemCollections.map((each) => [each.name, each]))

/** What is recorded of changes of a system collection: `all`, `activity` or null. One that is not declared here: `all`. */
export function systemAccountability(table: string): 'all' | 'activity' | null {
  const declared = byName.get(table)
  return declared === undefined ? 'all' : declared.accountability
}

const specialOfColumn: ReadonlyMap<string, readonly string[]> = new Map([
  ...systemCollections.flatMap(({ name, columns }) =>
    columns.map((column) => [`${name}.${column.name}`, column.special] as const),
  ),
  ...Object.entries(foundElsewhere).flatMap(([table, columns]) =>
    Object.entries(columns).map(([column, special]) => [`${table}.${column}`, special] as const),
  ),
])

/** What is special of a system table's column, as if metadata said so. */
export const systemSpecial = (table: string, column: string): readonly string[] =>
  specialOfColumn.get(`${table}.${column}`) ?? []

/** Where a database has no own type for instants or UUIDs, the system's tables keep them in the same places everywhere. */
export const systemTypeHints: readonly string[] = ['cast-timestamp', 'uuid']

/** The system's relations, in metadata's shape: those with a name on their far side, and those without a foreign key. */
export const systemRelations: readonly RelationMetadata[] = systemCollections.flatMap(({ name, columns }) =>
  columns.flatMap(({ name: field, link }) => {
    if (link === null || (link.lists.length === 0 && link.onDelete !== null)) return []
    const lists = link.lists.length === 0 ? [null] : link.lists
    return lists.map((list) => ({
      id: null,
      many_collection: name,
      many_field: field,
      one_collection: link.collection,
      one_field: list,
      one_collection_field: null,
      one_allowed_collections: null,
      junction_field: null,
      sort_field: null,
      // What goes with its item goes when it leaves it: a policy that a role loses must not become everybody's.
      one_deselect_action: link.onDelete === 'CASCADE' ? 'delete' : 'nullify',
    }))
  }),
)
