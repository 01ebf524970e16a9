/** Reading an item as a version of it would have it: by the same plan and the same rights as the item itself. */
import type { Connection } from '#schema-engine/database/database.ts'
import { fail } from '#schema-engine/errors.ts'
import {
  readMain,
  plainReader,
  readVersionOf,
  versionedCollection,
  withVersion,
  type VersionReader,
} from './version.ts'

export type VersionRead = {
  readonly collection: string
  /** null: the item of a singleton. */
  readonly id: string | null
  readonly version: string
}

/**
 * @param read what is asked for, on the connection on which the version's changes stand
 * @throws FORBIDDEN where the caller sees no such version, or not the item
 */
export async function readByVersion<T>(
  { collection: name, id, version: key }: VersionRead,
  reader: VersionReader,
  read: (connection: Connection) => Promise<T>,
): Promise<T> {
  const collection = reader.model.collections.get(name) ?? fail('FORBIDDEN', {})
  if (collection.metadata?.versioning !== true) return fail('FORBIDDEN', {})
  const version = await readVersionOf(versionedCollection(name, reader.model), id, key, reader)
  await readMain(version, plainReader(reader))
  return withVersion(version, reader, read)
}
