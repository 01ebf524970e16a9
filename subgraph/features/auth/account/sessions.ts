/** Where a user is signed in: one entry for each signing in, which he may end. Tokens are never shown, nor what is kept of them. */
import { createHash } from 'node:crypto'
import type { Connection } from '#schema-engine/database/database.ts'
import { fail } from '#schema-engine/errors.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { readTrusted, textIn, type TrustedRow } from '#schema-engine/query/trusted.ts'
import { endSessions, sessionTable } from '../sessions.ts'
import type { FeatureContext } from '../../feature.ts'
import { ownUserInPerson } from './caller.ts'

export type OwnSession = {
  readonly id: string
  /** The one by which the user asks. */
  readonly current: boolean
  readonly ip: string | null
  readonly user_agent: string | null
  readonly origin: string | null
  readonly date_created: string | null
  readonly last_used: string | null
  readonly expires: string | null
}

/** The one that was used last comes first. */
export async function ownSessions(context: FeatureContext): Promise<readonly OwnSession[]> {
  const found = await readOwn(ownUserInPerson(context), context.model, context.engine.database)
  const family = ownFamily(context)
  return [...found]
    .map(([id, rows]) => told(id, rows, family))
    .toSorted((a, b) => (b.last_used ?? '').localeCompare(a.last_used ?? ''))
}

/** @throws FORBIDDEN for a session that is not his */
export async function endOwn(id: string, context: FeatureContext): Promise<void> {
  const found = await readOwn(ownUserInPerson(context), context.model, context.engine.database)
  const rows = found.get(id) ?? fail('FORBIDDEN', {})
  await end(rows, context)
}

export async function endOthers(context: FeatureContext): Promise<void> {
  const found = await readOwn(ownUserInPerson(context), context.model, context.engine.database)
  const family = ownFamily(context)
  await end(
    [...found].flatMap(([id, rows]) => (id === family ? [] : rows)),
    context,
  )
}

async function end(rows: readonly TrustedRow[], { engine, model }: FeatureContext): Promise<void> {
  const values = rows.map((row) => textIn(row, 'token') ?? '')
  await engine.database.transaction((connection) => endSessions({ field: 'token', values }, model, connection))
  engine.identities.forget(['sessions'])
}

function ownFamily({ caller: { credential } }: FeatureContext): string | null {
  return credential?.kind === 'session' ? credential.family : null
}

/** A user's rows that are not over, by what their session is called. */
async function readOwn(
  user: string,
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<ReadonlyMap<string, readonly TrustedRow[]>> {
  const rows = await readTrusted(
    {
      collection: sessionTable,
      where: { field: 'user', values: [user] },
      fields: ['family', 'ip', 'user_agent', 'origin', 'date_created', 'last_used', 'rotated', 'expires'],
      secrets: ['token'],
    },
    model,
    connection,
  )
  const now = Date.now()
  const ofSession = Map.groupBy(rows, (row) => textIn(row, 'family') ?? nameOf(textIn(row, 'token') ?? ''))
  return new Map([...ofSession].filter(([, all]) => Date.parse(textIn(newestOf(all), 'expires') ?? '') > now))
}

/** A row of an installation that was taken over has only its token, which must not be shown. */
const nameOf = (token: string): string => createHash('sha256').update(`session ${token}`).digest('hex').slice(0, 32)

const newestOf = (rows: readonly TrustedRow[]): TrustedRow =>
  rows.find((row) => textIn(row, 'rotated') === null) ?? rows[0] ?? {}

function told(id: string, rows: readonly TrustedRow[], family: string | null): OwnSession {
  const newest = newestOf(rows)
  const begun = rows.flatMap((row) => textIn(row, 'date_created') ?? []).toSorted()
  return {
    id,
    current: id === family,
    ip: textIn(newest, 'ip'),
    user_agent: textIn(newest, 'user_agent'),
    origin: textIn(newest, 'origin'),
    date_created: begun[0] ?? null,
    last_used: textIn(newest, 'last_used'),
    expires: textIn(newest, 'expires'),
  }
}
