/** What of a write every process must notice at once, and the texts that tell it (`system/state`). */
import { randomUUID } from 'node:crypto'
import type { Connection } from '../database/database.ts'
import type { EngineEvent } from '../events/events.ts'
import type { Model } from '../model/model.ts'
import { readTrusted, textIn } from '../query/trusted.ts'
import { stateTableName } from '../system/state.ts'

/** `rights`: who exists and what they may do. `sessions`: who is still signed in. */
export type StateName = 'rights' | 'sessions'

export const stateNames: readonly StateName[] = ['rights', 'sessions']

const rightsCollections: ReadonlySet<string> = new Set([
  'directus_users',
  'directus_roles',
  'directus_policies',
  'directus_access',
  'directus_permissions',
  'directus_shares',
])

/** Changes of these alone say nothing of who a user is and what he may do. */
const harmlessOfUsers: ReadonlySet<string> = new Set(['last_access', 'last_page', 'token_last_used'])

/** Whether what happens to a collection's items may have to be told by `touchStates`. */
export const isOfRights = (collection: string): boolean => rightsCollections.has(collection)

/** Which states the events of a write change. */
export function statesOf(events: readonly EngineEvent[]): readonly StateName[] {
  const changes = events.some((event) => {
    if (event.kind !== 'items.create' && event.kind !== 'items.update' && event.kind !== 'items.delete') return false
    if (!isOfRights(event.collection)) return false
    const isOfUser = event.kind === 'items.update' && event.collection === 'directus_users'
    return !isOfUser || Object.keys(event.payload).some((field) => !harmlessOfUsers.has(field))
  })
  return changes ? ['rights'] : []
}

/** The texts now; null where the database has no place for them. */
export async function readStates(
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<ReadonlyMap<StateName, string> | null> {
  if (!model.internal.has(stateTableName)) return null
  const rows = await readTrusted(
    { collection: stateTableName, where: null, fields: ['name', 'value'] },
    model,
    connection,
  )
  return new Map(rows.map((row) => [row['name'] as StateName, textIn(row, 'value') ?? ''])) // no others are written
}

/** What `touchStates` sets, for whoever writes the rows. */
export const freshValue = (): string => randomUUID()
