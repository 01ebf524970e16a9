/**
 * The second factor: codes of an authenticator (TOTP, RFC 6238) and, for who has lost it, recovery codes. A user's secret stands in
 * `tfa_secret` as plain base32, as in a database that was taken over; what was used of it, and the recovery codes that are
 * left, in `tfa_recovery`.
 */
import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Connection } from '#schema-engine/database/database.ts'
import type { Engine } from '#schema-engine/engine.ts'
import { fail } from '#schema-engine/errors.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { updateTrusted } from '#schema-engine/mutation/trusted.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import { keptAs } from './secrets.ts'

/** What is kept beside a user's secret. */
type Used = {
  /** The last 30 seconds, counted from 1970, whose code was taken: that code and those before are worth nothing any more. */
  readonly step: number
  /** Hashes of the recovery codes that are left. */
  readonly recovery: readonly string[]
}

const nothingUsed: Used = { step: 0, recovery: [] }

const periodMs = 30_000
/** Clocks may differ by this many periods. */
const window = 1
const recoveryCodes = 10

/**
 * Whether a user who has set up a second factor has shown it; who has none needs none. A code is taken once, whichever process
 * it comes to, and so is a recovery code, which may stand in its place.
 *
 * @param code as it was sent; null: none was
 * @throws INVALID_OTP
 */
export async function verifySecondFactor(
  user: string,
  code: string | null,
  { database, live }: Pick<Engine, 'database' | 'live'>,
): Promise<void> {
  const model = live.current()
  const { secret } = await readSecond(user, model, database)
  if (secret === null) return
  if (code === null || code === '' || !(await database.transaction((inside) => useCode(user, code, model, inside))))
    fail('INVALID_OTP')
}

/** Whether a user has set up a second factor. */
export async function hasSecondFactor(user: string, { database, live }: Pick<Engine, 'database' | 'live'>) {
  return (await readSecond(user, live.current(), database)).secret !== null
}

/** Takes a code, or a recovery code, and remembers that it did. @returns whether it was one */
export async function useCode(user: string, code: string, model: Model, connection: Connection): Promise<boolean> {
  const { secret, used } = await readSecond(user, model, connection, true)
  if (secret === null) return false
  const next = withStep(used, stepOf(secret, code)) ?? withoutRecovery(used, code)
  if (next === null) return false
  await keepUsed(user, next, model, connection)
  return true
}

/** Whether a text is a secret, and of the length that RFC 4226 §4 asks for. */
export const isStrongSecret = (secret: string): boolean => (totpOf(secret)?.secret.bytes.length ?? 0) >= 16

/** Takes a code for a secret that no user has yet. @returns what was used, to be kept with it; null for a wrong code */
export const usedWith = (secret: string, code: string): string | null => {
  const next = withStep(nothingUsed, stepOf(secret, code))
  return next === null ? null : JSON.stringify(next)
}

/** Gives a user other recovery codes; the former are worth nothing any more. @returns them, shown this once */
export async function renewRecovery(user: string, model: Model, connection: Connection): Promise<readonly string[]> {
  const { used } = await readSecond(user, model, connection, true)
  const codes = Array.from({ length: recoveryCodes }, newRecoveryCode)
  await keepUsed(user, { ...used, recovery: codes.map(keptCode) }, model, connection)
  return codes
}

/** A new secret, and the address that an authenticator takes it from. @source contract §7.3 */
export function newSecret(project: string, email: string): { readonly secret: string; readonly otpauthUrl: string } {
  const secret = new Secret({ size: 20 })
  const parts = { period: String(periodMs / 1000), digits: '6', algorithm: 'SHA1', issuer: project }
  const query = Object.entries(parts).map(([name, value]) => `&${name}=${encodeURIComponent(value)}`)
  const label = `${encodeURIComponent(project)}:${encodeURIComponent(email)}`
  return { secret: secret.base32, otpauthUrl: `otpauth://totp/${label}?secret=${secret.base32}${query.join('')}` }
}

async function readSecond(
  user: string,
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
  isLocked = false,
): Promise<{ readonly secret: string | null; readonly used: Used }> {
  const [row] = await readTrusted(
    {
      collection: 'directus_users',
      where: { field: 'id', values: [user] },
      fields: [],
      secrets: ['tfa_secret', 'tfa_recovery'],
      ...(isLocked ? { isLocked } : {}),
    },
    model,
    connection,
  )
  if (row === undefined) return { secret: null, used: nothingUsed }
  const kept = textIn(row, 'tfa_recovery')
  // Nobody writes it but `keepUsed`.
  return { secret: textIn(row, 'tfa_secret') || null, used: kept === null ? nothingUsed : (JSON.parse(kept) as Used) }
}

const keepUsed = (user: string, used: Used, model: Model, connection: Connection): Promise<number> =>
  updateTrusted(
    'directus_users',
    { field: 'id', values: [user] },
    { tfa_recovery: JSON.stringify(used) },
    model,
    connection,
  )

/** Which 30 seconds a code is of; null when it is of none that may be meant. */
function stepOf(secret: string, code: string): number | null {
  const digits = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(digits)) return null
  const now = Date.now()
  const difference = totpOf(secret)?.validate({ token: digits, timestamp: now, window }) ?? null
  return difference === null ? null : Math.floor(now / periodMs) + difference
}

/** null for what is no base32: such a secret has no codes. */
function totpOf(secret: string): TOTP | null {
  try {
    return new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: periodMs / 1000 })
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

const withStep = (used: Used, step: number | null): Used | null =>
  step === null || step <= used.step ? null : { ...used, step }

function withoutRecovery(used: Used, code: string): Used | null {
  const kept = keptCode(code)
  return used.recovery.includes(kept) ? { ...used, recovery: used.recovery.filter((other) => other !== kept) } : null
}

/** 80 bits in groups of four letters, which can be read out: `ABCD-EFGH-IJKL-MNOP`. */
const newRecoveryCode = (): string =>
  (new Secret({ buffer: new Uint8Array(randomBytes(10)).buffer }).base32.match(/.{4}/g) ?? []).join('-')

/** However it is typed. */
const keptCode = (code: string): string => keptAs(code.replaceAll(/[\s-]/g, '').toUpperCase())
