/** Secrets that callers hold, and how they are kept: as hashes, so that who reads the database can't use them. */
import { randomBytes, randomInt } from 'node:crypto'
import { isKeptToken, keptToken } from '#schema-engine/mutation/hash.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Letters and digits that can't be guessed; 64 of them are what the contract's refresh tokens are. */
export const randomToken = (length = 64): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)]).join('')

/** What is kept of a token. Static tokens are kept so by the write path itself. */
export const keptAs = keptToken

/** Whether a text is what is kept, which nobody may come with. */
export const isKeptForm = isKeptToken

/** How programs' keys begin, so that they are known in logs and by scanners of secrets. */
export const apiKeyPrefix = 'tgk_'

export const newApiKey = (): string => `${apiKeyPrefix}${randomBytes(32).toString('base64url')}`

/** Whether a text has the form of a JWT: a JSON object in base64 comes first. */
export const isJwtForm = (text: string): boolean => /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(text)
