/** What this repository generates for itself: the Studio's client for the metadata that it reads. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type CodeModel, onlyRootFields } from './code-model.ts'
import { codeModelOfSdl } from './load.ts'

/** Where the Studio's client lives. */
export const studioOut = fileURLToPath(new URL('../admin/src/data/generated/', import.meta.url))

/** Items are read by documents that the Studio builds at run time; metadata and the ways of signing in have fixed types. */
export const studioRootFields: readonly string[] = [
  'collections',
  'fields',
  'server_info',
  'server_setup',
  'auth_login',
  'auth_refresh',
  'auth_logout',
  'auth_password_request',
  'auth_password_reset',
  'users_invite_accept',
  'users_register',
  'users_register_verify',
  'permissions_me',
  'policies_me_globals',
  'users_me_tfa_generate',
  'users_me_tfa_enable',
  'users_me_tfa_disable',
  'users_me_tfa_recovery_codes',
  'users_me_sessions',
  'users_me_sessions_end',
  'users_me_sessions_end_others',
  'users_me_api_keys',
  'users_me_api_keys_create',
  'users_me_api_keys_delete',
  'shares_info',
  'shares_auth',
]

/**
 * The part of our own system schema that the Studio reads. It is the same for every database: the sample's is asked.
 *
 * @throws Error when the program can't print its schema
 */
export const readStudioModel = async (): Promise<CodeModel> =>
  onlyRootFields(codeModelOfSdl(await printSystemSdl()), studioRootFields)

/** Asked as anybody would ask it, by the command; in a folder of its own, where no `.env` names another database. */
async function printSystemSdl(): Promise<string> {
  const program = fileURLToPath(new URL('../rest-bridge/main.ts', import.meta.url))
  const folder = await mkdtemp(join(tmpdir(), 'tablegraph-sdl-'))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'sdl', '--scope', 'system'], {
      cwd: folder,
      env: { DATA_PATH: folder },
      maxBuffer: 64 * 2 ** 20,
    })
    return stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
