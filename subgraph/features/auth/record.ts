/** That somebody signed in or out, in the record of activity, and when he was last there. */
import type { Connection } from '#schema-engine/database/database.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { RequestOrigin } from '#schema-engine/mutation/index.ts'
import { insertTrusted, isThere, updateTrusted } from '#schema-engine/mutation/trusted.ts'

export async function recordActivity(
  action: 'login' | 'logout',
  user: string,
  { ip, userAgent, origin }: RequestOrigin,
  model: Model,
  connection: Connection,
): Promise<void> {
  if (!isThere('directus_activity', model)) return
  const values = {
    action,
    user,
    timestamp: new Date().toISOString(),
    ip: ip?.slice(0, 50) ?? null,
    user_agent: userAgent,
    origin: origin?.slice(0, 255) ?? null,
    collection: 'directus_users',
    item: user,
  }
  await insertTrusted('directus_activity', values, model, connection)
}

export const recordAccess = (user: string, model: Model, connection: Connection): Promise<number> =>
  updateTrusted(
    'directus_users',
    { field: 'id', values: [user] },
    { last_access: new Date().toISOString() },
    model,
    connection,
  )
