/** Users as signing in sees them. */
import type { Connection } from '#schema-engine/database/database.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { readTrusted, textIn, type TrustedRow } from '#schema-engine/query/trusted.ts'
import { emailOf } from './email.ts'

export type Account = {
  readonly id: string
  readonly email: string
  readonly status: string
  readonly role: string | null
  readonly provider: string
  /** As it is kept; null: he has none. */
  readonly passwordHash: string | null
}

type Reader = Pick<Connection, 'rows' | 'dialect'>

const read = (field: 'id' | 'email', values: readonly string[], isLocked: boolean, model: Model, reader: Reader) =>
  readTrusted(
    {
      collection: 'directus_users',
      where: { field, values },
      fields: ['id', 'email', 'status', 'role', 'provider'],
      secrets: ['password'],
      ...(isLocked ? { isLocked } : {}),
    },
    model,
    reader,
  )

/**
 * Who has this address. A database may take letters for the same that are not, so what it found is compared again.
 *
 * @param email as `emailOf` gives it
 */
export async function accountWith(email: string, model: Model, reader: Reader): Promise<Account | null> {
  const rows = await read('email', [email], false, model, reader)
  return rows.map(accountOf).find((account) => emailOf(account.email) === email) ?? null
}

/** Locked until the transaction ends: he stays what he is. */
export async function lockAccount(id: string, model: Model, connection: Connection): Promise<Account | null> {
  const [row] = await read('id', [id], true, model, connection)
  return row === undefined ? null : accountOf(row)
}

const accountOf = (row: TrustedRow): Account => ({
  id: textIn(row, 'id') ?? '',
  email: textIn(row, 'email') ?? '',
  status: textIn(row, 'status') ?? '',
  role: textIn(row, 'role'),
  provider: textIn(row, 'provider') ?? 'default',
  passwordHash: textIn(row, 'password'),
})
