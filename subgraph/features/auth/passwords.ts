/** Passwords: which may be had, and whether one is right. They are taken whole, however long, up to a bound. */
import type { Connection } from '#schema-engine/database/database.ts'
import { fail } from '#schema-engine/errors.ts'
import { matchesPattern } from '#schema-engine/filter/pattern.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { hashOfNothing, isHash, matchesHash } from '#schema-engine/mutation/hash.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'

/** In UTF-8. More is no password, and not worth hashing. */
export const maxPasswordBytes = 4096

/** @throws INVALID_PAYLOAD for one that is too long, or for nothing */
export function checkedPassword(input: unknown): string {
  if (typeof input !== 'string' || input === '')
    return fail('INVALID_PAYLOAD', { reason: '"password" must be a text that is not empty.' })
  if (input.length > maxPasswordBytes || Buffer.byteLength(input) > maxPasswordBytes)
    return fail('INVALID_PAYLOAD', { reason: `"password" must have ${maxPasswordBytes} bytes at most.` })
  return input
}

/**
 * Whether a password has this hash. Takes as long where there is no hash to compare with.
 *
 * @param hash null, or no hash of ours: nothing is right
 */
export async function isPasswordOf(password: string, hash: string | null): Promise<boolean> {
  const isThere = hash !== null && isHash(hash)
  const matches = await matchesHash(password, isThere ? hash : hashOfNothing())
  return matches && isThere
}

/**
 * Refuses a new password that the project's policy does not allow. The password is not told back.
 *
 * @throws FAILED_VALIDATION
 */
export async function checkPolicy(
  password: string,
  model: Model,
  connection: Pick<Connection, 'rows' | 'dialect'>,
): Promise<void> {
  const [settings] = await readTrusted(
    { collection: 'directus_settings', where: null, fields: ['auth_password_policy'] },
    model,
    connection,
  )
  const policy = settings === undefined ? null : textIn(settings, 'auth_password_policy')
  if (policy === null || policy === '') return
  const pattern = patternOf(policy)
  if (pattern === null)
    return fail('UNPROCESSABLE_CONTENT', { reason: 'The password policy of the project is no regular expression.' })
  if (!matchesPattern(pattern, password)) fail('FAILED_VALIDATION', { field: 'password', path: [], type: 'regex' })
}

/** A policy as it is kept: `/pattern/flags`, or the pattern alone; null when it is none. */
export function patternOf(policy: string): RegExp | null {
  const [, inner = policy, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(policy) ?? []
  try {
    return new RegExp(inner, flags.replaceAll(/[gy]/g, ''))
  } catch {
    return null
  }
}
