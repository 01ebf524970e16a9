/**
 * Values of fields with the special `encrypt`, as the database keeps them: `tgenc1.` and, in base64url, nonce, ciphertext and
 * tag of AES-256-GCM (NIST SP 800-38D), whose key comes of a secret by HKDF (RFC 5869).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { fail } from '../errors.ts'

export type Vault = {
  /** @throws EngineError SERVICE_UNAVAILABLE without a secret */
  readonly seal: (text: string) => string
  /**
   * What was sealed; a text that never was is given as it is, as databases have them that were filled by others.
   * @throws EngineError SERVICE_UNAVAILABLE when none of the secrets is the one that it was sealed with
   */
  readonly open: (kept: string) => string
}

const prefix = 'tgenc1.'
const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** @param secrets the first one seals; former ones follow, and only open */
export function createVault(secrets: readonly string[]): Vault {
  const keys = secrets.map(keyOf)
  const [present] = keys
  return {
    seal: (text) =>
      present === undefined ? unavailable('There is no secret to encrypt it with.') : sealed(text, present),
    open: (kept) => {
      if (!kept.startsWith(prefix)) return kept
      const text = keys.map((key) => opened(kept, key)).find((found) => found !== null)
      return text ?? unavailable('A value was encrypted with another secret than those that are set.')
    },
  }
}

const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'tablegraph encrypt 1', 32))

function sealed(text: string, key: Buffer): string {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce)
  const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return prefix + Buffer.concat(parts).toString('base64url')
}

/** null when it was not sealed with this key, or has been changed since. */
function opened(kept: string, key: Buffer): string | null {
  const bytes = Buffer.from(kept.slice(prefix.length), 'base64url')
  if (bytes.length < nonceLength + tagLength) return null
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceLength), { authTagLength: tagLength })
  decipher.setAuthTag(bytes.subarray(-tagLength))
  try {
    return decipher.update(bytes.subarray(nonceLength, -tagLength), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return null
  }
}

const unavailable = (reason: string): never => fail('SERVICE_UNAVAILABLE', { service: 'encryption', reason })
