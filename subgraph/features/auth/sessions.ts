/**
 * Sessions: one row for each refresh token, the rows that came one out of the other being one family. Who signs in begins a
 * family; refreshing adds a row to it and marks the one before as rotated; signing out removes it whole.
 */
import { randomUUID } from 'node:crypto'
import type { Connection } from '#schema-engine/database/database.ts'
import type { Model } from '#schema-engine/model/model.ts'
import type { RequestOrigin } from '#schema-engine/mutation/index.ts'
import { deleteTrusted, insertTrusted, touchStates, updateTrusted } from '#schema-engine/mutation/trusted.ts'
import { readTrusted, textIn, type TrustedRow } from '#schema-engine/query/trusted.ts'
import { isKeptForm, keptAs, randomToken } from './secrets.ts'

export type SessionRow = {
  /** As it is kept. */
  readonly key: string
  readonly user: string | null
  readonly share: string | null
  /** null in a row of an installation that was taken over. */
  readonly family: string | null
  /** Milliseconds since 1970, like the next. */
  readonly expires: number
  /** null: it is the newest of its family. */
  readonly rotated: number | null
  readonly next: string | null
}

/** Who is signed in: a user, or the guest of a share. */
export type Holder = { readonly user: string; readonly share: null } | { readonly user: null; readonly share: string }

export type NewSession = {
  readonly holder: Holder
  /** Left out: one that can't be guessed. */
  readonly token?: string
  /** null begins a new one. */
  readonly family: string | null
  readonly lifetimeMs: number
  readonly origin: RequestOrigin
}

export const sessionTable = 'directus_sessions'

const fields = ['user', 'share', 'family', 'expires', 'rotated']
const secrets = ['token', 'next_token']

/** Makes a row. @returns the token, which is shown this once, and what is kept of it */
export async function createSession(
  { holder, token = randomToken(), family, lifetimeMs, origin }: NewSession,
  model: Model,
  connection: Connection,
): Promise<{ readonly token: string; readonly key: string; readonly family: string }> {
  const key = keptAs(token)
  const now = Date.now()
  const ofFamily = family ?? randomUUID()
  await insertTrusted(
    sessionTable,
    {
      token: key,
      ...holder,
      family: ofFamily,
      expires: new Date(now + lifetimeMs).toISOString(),
      date_created: new Date(now).toISOString(),
      last_used: new Date(now).toISOString(),
      ip: origin.ip,
      user_agent: origin.userAgent,
      origin: origin.origin?.slice(0, 255) ?? null,
    },
    model,
    connection,
  )
  return { token, key, family: ofFamily }
}

/** How a row is looked for: by the token that somebody came with, or by what is kept of it. */
export type SessionSearch = { readonly token: string } | { readonly key: string }

/** A row, whose token is kept as a hash or, in an installation that was taken over, in clear. Locked until the transaction ends. */
export async function lockSession(by: SessionSearch, model: Model, connection: Connection): Promise<SessionRow | null> {
  // What is kept opens nothing.
  if ('token' in by && isKeptForm(by.token)) return null
  const [row] = await readTrusted(
    {
      collection: sessionTable,
      where: { field: 'token', values: 'token' in by ? [keptAs(by.token), by.token] : [by.key] },
      fields,
      secrets,
      isLocked: true,
    },
    model,
    connection,
  )
  return row === undefined ? null : sessionOf(row)
}

/** All rows of a family, the newest among them. */
export async function readFamily(
  family: string,
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<readonly SessionRow[]> {
  const rows = await readTrusted(
    { collection: sessionTable, where: { field: 'family', values: [family] }, fields, secrets },
    model,
    connection,
  )
  return rows.map(sessionOf)
}

/** @param family that the row is of from now on, if it was of none */
export const markRotated = (
  { key, next, family }: { readonly key: string; readonly next: string; readonly family: string },
  model: Model,
  connection: Connection,
): Promise<number> =>
  updateTrusted(
    sessionTable,
    { field: 'token', values: [key] },
    { rotated: new Date().toISOString(), next_token: next, family },
    model,
    connection,
  )

/** Rotated rows of a family that are kept at most, to know a token that comes again. */
const maxRotated = 100

/** Removes what a family does not need any more: rows that have expired, and all but the last that were rotated. */
export async function pruneFamily(family: string, model: Model, connection: Connection): Promise<void> {
  const rows = await readFamily(family, model, connection)
  const now = Date.now()
  const rotated = rows.filter((row) => row.rotated !== null).toSorted((a, b) => (b.rotated ?? 0) - (a.rotated ?? 0))
  const gone = [...rotated.filter((row) => row.expires <= now), ...rotated.slice(maxRotated)]
  await deleteTrusted(
    sessionTable,
    { field: 'token', values: [...new Set(gone.map(({ key }) => key))] },
    model,
    connection,
  )
}

/** Removes the sessions of a user that have expired, so that they don't pile up. */
export async function pruneExpired(user: string, model: Model, connection: Connection): Promise<void> {
  const now = Date.now()
  const gone = (await readSessionsOf([user], model, connection)).filter(({ expires }) => expires <= now)
  await deleteTrusted(sessionTable, { field: 'token', values: gone.map(({ key }) => key) }, model, connection)
}

async function readSessionsOf(
  users: readonly string[],
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<readonly SessionRow[]> {
  const rows = await readTrusted(
    { collection: sessionTable, where: { field: 'user', values: users }, fields, secrets },
    model,
    connection,
  )
  return rows.map(sessionOf)
}

/** Signs users out everywhere, but for one session (its family) where somebody has changed something of himself. */
export async function endSessionsOf(
  users: readonly string[],
  except: string | null,
  model: Model,
  connection: Connection,
): Promise<void> {
  if (except === null) return endSessions({ field: 'user', values: users }, model, connection)
  const gone = (await readSessionsOf(users, model, connection)).filter(({ family }) => family !== except)
  await endSessions({ field: 'token', values: gone.map(({ key }) => key) }, model, connection)
}

/** Signs out: every process knows as soon as the transaction is committed. */
export async function endSessions(
  where: { readonly field: 'family' | 'user' | 'share' | 'token'; readonly values: readonly string[] },
  model: Model,
  connection: Connection,
): Promise<void> {
  await deleteTrusted(sessionTable, where, model, connection)
  await touchStates(['sessions'], model, connection)
}

function sessionOf(row: TrustedRow): SessionRow {
  const text = (name: string): string | null => textIn(row, name)
  const moment = (name: string): number | null => {
    const at = textIn(row, name)
    return at === null ? null : Date.parse(at)
  }
  return {
    key: text('token') ?? '',
    user: text('user'),
    share: text('share'),
    family: text('family'),
    expires: moment('expires') ?? 0,
    rotated: moment('rotated'),
    next: text('next_token'),
  }
}
