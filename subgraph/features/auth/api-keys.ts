/**
 * API keys: for programs that act for a user. He may have several, each with a name; one may have an end, and be bound to a
 * policy that he holds, beyond which it grants nothing. Only their hashes are kept.
 */
import { randomUUID } from 'node:crypto'
import type { Connection } from '#schema-engine/database/database.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { deleteTrusted, insertTrusted, touchStates, isThere } from '#schema-engine/mutation/trusted.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import { keptAs, newApiKey } from './secrets.ts'

export const apiKeyTable = 'tablegraph_api_keys'

/** Moments as ISO 8601. */
export type ApiKey = {
  readonly id: string
  readonly name: string
  readonly policy: string | null
  readonly date_created: string | null
  readonly expires: string | null
  readonly last_used: string | null
}

export type NewApiKey = {
  readonly user: string
  readonly name: string
  readonly policy: string | null
  readonly expires: Date | null
}

/** @returns the key itself, which is shown this once */
export async function createApiKey(
  { user, name, policy, expires }: NewApiKey,
  model: Model,
  connection: Connection,
): Promise<{ readonly id: string; readonly key: string }> {
  const [id, key] = [randomUUID(), newApiKey()]
  const values = {
    id,
    name,
    hash: keptAs(key),
    user,
    policy,
    date_created: new Date().toISOString(),
    expires: expires === null ? null : expires.toISOString(),
  }
  await insertTrusted(apiKeyTable, values, model, connection)
  return { id, key }
}

/** A user's keys, the newest first. */
export async function apiKeysOf(
  user: string,
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<readonly ApiKey[]> {
  const fields = ['id', 'name', 'policy', 'date_created', 'expires', 'last_used']
  const rows = await readTrusted(
    { collection: apiKeyTable, where: { field: 'user', values: [user] }, fields },
    model,
    connection,
  )
  const keys = rows.map((row) => ({
    id: textIn(row, 'id') ?? '',
    name: textIn(row, 'name') ?? '',
    policy: textIn(row, 'policy'),
    date_created: textIn(row, 'date_created'),
    expires: textIn(row, 'expires'),
    last_used: textIn(row, 'last_used'),
  }))
  return keys.toSorted((a, b) => (b.date_created ?? '').localeCompare(a.date_created ?? ''))
}

/** Whose key it is; null when there is none. */
export async function ownerOfApiKey(
  id: string,
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<string | null> {
  const [row] = await readTrusted(
    { collection: apiKeyTable, where: { field: 'id', values: [id] }, fields: ['user'] },
    model,
    connection,
  )
  return row === undefined ? null : textIn(row, 'user')
}

/** Every process refuses them as soon as the transaction is committed. */
export async function deleteApiKeys(
  where: { readonly field: 'id' | 'user'; readonly values: readonly string[] },
  model: Model,
  connection: Connection,
): Promise<void> {
  if (!isThere(apiKeyTable, model)) return
  await deleteTrusted(apiKeyTable, where, model, connection)
  await touchStates(['sessions'], model, connection)
}
