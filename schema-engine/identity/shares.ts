/** Guests of shares: what a share lets its guest see is looked up each time, so that it ends with whatever it rests on. */
import type { Key } from '../actor.ts'
import type { Database } from '../database/database.ts'
import type { LiveModel } from '../model/live.ts'
import type { Access } from '../permissions/access.ts'
import { withLimits } from '../permissions/access-rules.ts'
import { shareAccess } from '../permissions/share-access.ts'
import { readTrusted, textIn } from '../query/trusted.ts'
import { whenKnown, type Awaitable } from './awaitable.ts'
import type { Identities, Rights } from './identities.ts'

export type ShareFacts = {
  readonly id: string
  readonly collection: string
  readonly item: string
  readonly role: string | null
  /** null: he is not there any more. */
  readonly sharer: string | null
  /** Milliseconds since 1970; null: without a bound. */
  readonly starts: number | null
  readonly ends: number | null
}

type Parts = Pick<Identities, 'remember' | 'ofUser' | 'ofRole'> & {
  readonly live: LiveModel
  readonly database: Database
}

/** Accesses of shares that are kept at most. */
const maxKept = 1000

export function createShares({ remember, ofUser, ofRole, live, database }: Parts): Identities['ofShare'] {
  const kept = new Map<
    string,
    { readonly role: Access; readonly sharer: Access; readonly share: ShareFacts; readonly access: Access }
  >()

  function accessOf(share: ShareFacts, role: Rights, sharer: NonNullable<Awaited<ReturnType<typeof ofUser>>>): Access {
    const known = kept.get(share.id)
    if (known?.share === share && known.role === role.access && known.sharer === sharer.rights.access)
      return known.access
    const { user, rights } = sharer
    const made = shareAccess(
      {
        collection: share.collection,
        item: share.item,
        role: role.access,
        sharer: rights.access,
        facts: { user: user.id, role: user.role, roles: rights.roles, policies: rights.policies },
      },
      live.current(),
    )
    const access = withLimits(made, {
      maxRows: least(role.access.limits.maxRows, rights.access.limits.maxRows),
      maxCost: least(role.access.limits.maxCost, rights.access.limits.maxCost),
    })
    if (kept.size >= maxKept) kept.clear()
    kept.set(share.id, { role: role.access, sharer: rights.access, share, access })
    return access
  }

  return (id, ip) =>
    whenKnown(
      remember('rights', `share ${id}`, () => loadShare(id, live, database)),
      (share) => {
        if (share === null || share.sharer === null || !isOpen(share, Date.now())) return null
        return whenKnown(ofUser(share.sharer, ip), (sharer): Awaitable<Awaited<ReturnType<Identities['ofShare']>>> => {
          if (sharer === null) return null
          return whenKnown(ofRole(share.role, ip), (role) => ({
            share,
            rights: {
              access: accessOf(share, role, sharer),
              hasAdminAccess: false,
              hasAppAccess: false,
              enforcesTfa: false,
              requestsPerMinute: least(role.requestsPerMinute, sharer.rights.requestsPerMinute),
              roles: role.roles,
              policies: role.policies,
            },
          }))
        })
      },
    )
}

/** Whether its time has come, and is not over. */
export const isOpen = ({ starts, ends }: Pick<ShareFacts, 'starts' | 'ends'>, now: number): boolean =>
  (starts === null || starts <= now) && (ends === null || ends > now)

function least(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other)
}

async function loadShare(id: Key, live: LiveModel, database: Database): Promise<ShareFacts | null> {
  const [row] = await readTrusted(
    {
      collection: 'directus_shares',
      where: { field: 'id', values: [id] },
      fields: ['id', 'collection', 'item', 'role', 'user_created', 'date_start', 'date_end'],
    },
    live.current(),
    database,
  )
  if (row === undefined) return null
  const moment = (name: string): number | null => {
    const at = textIn(row, name)
    return at === null ? null : Date.parse(at)
  }
  return {
    id: textIn(row, 'id') ?? '',
    collection: textIn(row, 'collection') ?? '',
    item: textIn(row, 'item') ?? '',
    role: textIn(row, 'role'),
    sharer: textIn(row, 'user_created'),
    starts: moment('date_start'),
    ends: moment('date_end'),
  }
}
