/** E-mail addresses: what is one, and which are the same. */
import { fail } from '#schema-engine/errors.ts'

/** As the column of a user's address. */
const maxLength = 128

/** What RFC 5321 lets pass without quotes, and what it doesn't but mail servers do: other scripts. No list, no header. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const form = /^[^\s@<>()[\],;:\\"\u0000-\u001f\u007f]{1,64}@[^\s@<>()[\],;:\\"/\u0000-\u001f\u007f]+$/u

/**
 * An address as it is kept: in small letters, without spaces around it; null for what is none. Letters beyond ASCII stay as they are:
 * some have a small letter that is another's, as the sign for Kelvin has the k.
 */
export function emailOf(input: unknown): string | null {
  if (typeof input !== 'string') return null
  const email = input.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  return email.length <= maxLength && form.test(email) ? email : null
}

/** @throws INVALID_PAYLOAD for what is no address; what came is not said */
export const checkedEmail = (input: unknown): string =>
  emailOf(input) ?? fail('INVALID_PAYLOAD', { reason: '"email" must be an e-mail address.' })
