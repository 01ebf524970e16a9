/** Secrets that callers hold, and how they are kept: as hashes, so that who reads the database can't use them. */
import { createHash, randomBytes, randomInt } from 'node:crypto'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Letters and digits that can't be guessed; 64 of them are what the contract's refresh tokens are. */
export const randomToken = (length = 64): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)]).join('')

/** What is kept of a token: `h:` and its SHA-256. A token that can't be guessed needs no salt, and is found by it. */
export const keptAs = (token: string): string => `h:${createHash('sha256').update(token).digest('base64url')}`

/** Whether a text is what is kept, which nobody may come with. */
export const isKeptForm = (text: string): boolean => text.startsWith('h:')

/** How programs' keys begin, so that they are known in logs and by scanners of secrets. */
export const apiKeyPrefix = 'tgk_'

export const newApiKey = (): string => `${apiKeyPrefix}${randomBytes(32).toString('base64url')}`
