/** A share is opened: its guest signs in. @source contract §7.5 */
import type { Connection } from '#schema-engine/database/database.ts'
import { fail } from '#schema-engine/errors.ts'
import { isOpen } from '#schema-engine/identity/shares.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { matchesHash } from '#schema-engine/mutation/hash.ts'
import { noOrigin } from '#schema-engine/mutation/index.ts'
import { updateTrusted } from '#schema-engine/mutation/trusted.ts'
import { readTrusted, textIn, type TrustedRow } from '#schema-engine/query/trusted.ts'
import type { FeatureContext } from '../../feature.ts'
import type { Auth } from '../auth.ts'
import { checkAttempts, countAttempt } from '../failures.ts'
import { lifetimeOf, tokensFor, type AuthTokens, type Mode } from '../issue.ts'
import { createSession } from '../sessions.ts'

const table = 'directus_shares'

export type Opening = { readonly share: string; readonly password: string | null; readonly mode: Mode }

/** @throws INVALID_CREDENTIALS, whatever it is that is wrong; REQUESTS_EXCEEDED */
export async function openShare(
  { share, password, mode }: Opening,
  auth: Auth,
  context: FeatureContext,
): Promise<AuthTokens> {
  const { engine, model, caller } = context
  const { origin = noOrigin } = caller
  await checkAttempts(auth, context)
  const row = await readShare(share, model, engine.database)
  if (row === null || (await engine.identities.ofShare(share, origin.ip)) === null) return fail('INVALID_CREDENTIALS')
  const hash = textIn(row, 'password')
  if (hash !== null && !(password !== null && (await matchesHash(password, hash)))) {
    // Who asks without a password only learns that there is one.
    if (password !== null) await countAttempt(auth, context)
    return fail('INVALID_CREDENTIALS')
  }
  const holder = { user: null, share }
  const issued = await engine.database.transaction(async (connection) => {
    // Again, where nobody can change it: of two who come for the last use, one is too late.
    const locked = await readShare(share, model, connection, true)
    if (locked === null || isUsedUp(locked) || !isOpenNow(locked) || textIn(locked, 'password') !== hash)
      return fail('INVALID_CREDENTIALS')
    const used = { times_used: numberIn(locked, 'times_used') + 1 }
    await updateTrusted(table, { field: 'id', values: [share] }, used, model, connection)
    return createSession({ holder, family: null, lifetimeMs: lifetimeOf(mode, auth), origin }, model, connection)
  })
  return tokensFor(holder, issued, mode, auth, context)
}

/** What is told of a share to who has its link. @throws FORBIDDEN when it is not there, or not open */
export async function shareInfo(id: string, { engine, model }: FeatureContext) {
  const row = await readShare(id, model, engine.database)
  if (row === null || !isOpenNow(row)) return fail('FORBIDDEN', {})
  return {
    id: textIn(row, 'id'),
    collection: textIn(row, 'collection'),
    item: textIn(row, 'item'),
    password: row['password'] === null ? null : '**********',
    max_uses: row['max_uses'],
    times_used: row['times_used'],
    date_start: row['date_start'],
    date_end: row['date_end'],
  }
}

async function readShare(
  id: string,
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
  isLocked = false,
): Promise<TrustedRow | null> {
  const [row] = await readTrusted(
    {
      collection: table,
      where: { field: 'id', values: [id] },
      fields: ['id', 'collection', 'item', 'max_uses', 'times_used', 'date_start', 'date_end'],
      secrets: ['password'],
      ...(isLocked ? { isLocked } : {}),
    },
    model,
    connection,
  )
  return row ?? null
}

const numberIn = (row: TrustedRow, name: string): number => Number(row[name] ?? 0)

const isUsedUp = (row: TrustedRow): boolean =>
  row['max_uses'] !== null && numberIn(row, 'times_used') >= numberIn(row, 'max_uses')

function isOpenNow(row: TrustedRow): boolean {
  const moment = (name: string): number | null => {
    const at = textIn(row, name)
    return at === null ? null : Date.parse(at)
  }
  return isOpen({ starts: moment('date_start'), ends: moment('date_end') }, Date.now())
}
