/** What the program keeps itself: the sample database and the token it generated, in one folder. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SettingsError } from './read.ts'
import type { Settings } from './settings.ts'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** The folder's path; it is made when something is written. */
export const dataFolder = ({ DATA_PATH }: Pick<Settings, 'DATA_PATH'>): string =>
  DATA_PATH === null ? join(checkout, 'data') : resolve(DATA_PATH)

export const sampleFile = (settings: Pick<Settings, 'DATA_PATH'>): string => join(dataFolder(settings), 'sample.sqlite')

export type AdminToken = {
  readonly token: string
  /** The file that keeps it; null when the settings have it. */
  readonly file: string | null
}

/** A token that can't be guessed: 256 bits, safe in a header and a URL. */
export const generateSecret = (): string => randomBytes(32).toString('base64url')

/**
 * The admin token of the settings; where users can't sign in, the one generated at the first start.
 *
 * @param hasUsers whether the database has a table of users, who sign in themselves
 * @returns null where users sign in
 * @throws SettingsError when the folder can't be written
 */
export function adminTokenOf(
  settings: Pick<Settings, 'ADMIN_TOKEN' | 'DATA_PATH'>,
  hasUsers: boolean,
): AdminToken | null {
  if (settings.ADMIN_TOKEN !== null) return { token: settings.ADMIN_TOKEN, file: null }
  if (hasUsers) return null
  const file = adminTokenFile(settings)
  return { token: keptIn(file, settings, 'ADMIN_TOKEN'), file }
}

/** `file`: where a generated one is kept; null when the settings have it. */
export type Secret = { readonly secret: string; readonly file: string | null }

/**
 * The secret of the settings, or the one generated at the first start: never an empty one.
 *
 * @throws SettingsError when the folder can't be written, or for a secret of nothing
 */
export function secretOf(settings: Pick<Settings, 'SECRET' | 'DATA_PATH'>): Secret {
  if (settings.SECRET?.trim() === '') throw new SettingsError(['SECRET is empty.'])
  if (settings.SECRET !== null) return { secret: settings.SECRET, file: null }
  const file = join(dataFolder(settings), 'secret')
  return { secret: keptIn(file, settings, 'SECRET'), file }
}

/** The secret, and after it the former ones. @throws as `secretOf` */
export const secretsOf = (
  settings: Pick<Settings, 'SECRET' | 'SECRETS_ACCEPTED' | 'DATA_PATH'>,
): readonly [string, ...string[]] => [secretOf(settings).secret, ...settings.SECRETS_ACCEPTED]

const shortSecret = 16

/** What a start says of the secret. */
export function secretNotices(settings: Pick<Settings, 'SECRET' | 'DATA_PATH'>): readonly string[] {
  const { secret, file } = secretOf(settings)
  if (file !== null)
    return [
      `SECRET is not set; the one in ${file} is used. Who has it can sign in as anybody. Without it all sessions end, and what is encrypted in the database can not be read; several processes need the same.`,
    ]
  return secret.length < shortSecret
    ? ['SECRET is short; `tablegraph security secret:generate` prints a strong one']
    : []
}

/** What a file of the data folder keeps; made when it is not there. */
function keptIn(file: string, settings: Pick<Settings, 'DATA_PATH'>, name: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (kept !== '') return kept
  const made = generateSecret()
  try {
    mkdirSync(dataFolder(settings), { recursive: true })
    writeFileSync(file, `${made}\n`, { mode: 0o600 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SettingsError([
      `${name} is not set, and a generated one can't be kept: ${reason}. Set ${name} or DATA_PATH.`,
    ])
  }
  return made
}

export const adminTokenFile = (settings: Pick<Settings, 'DATA_PATH'>): string =>
  join(dataFolder(settings), 'admin-token')
