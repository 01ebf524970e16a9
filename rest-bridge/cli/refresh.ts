/** `tablegraph schema refresh`: tells a running server, over HTTP, so that it works from another machine too. */
import { existsSync, readFileSync } from 'node:fs'
import { CommandError } from './command-error.ts'
import { adminTokenFile } from '../settings/data-folder.ts'
import { settingsOfProcess } from '../settings/read.ts'

/** @throws Error in words when the server can't be reached or refuses */
export async function refresh(options: { readonly url?: string; readonly token?: string }): Promise<void> {
  const settings = settingsOfProcess()
  const file = adminTokenFile(settings)
  const token = options.token ?? settings.ADMIN_TOKEN ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : null)
  if (token === null)
    throw new CommandError(
      'No token of an administrator is known; name one with --token or ADMIN_TOKEN. On the same machine, SIGHUP does the same.',
    )
  const host = settings.HOST === '0.0.0.0' || settings.HOST === '::' ? '127.0.0.1' : settings.HOST
  const url = options.url ?? `http://${host}:${settings.PORT}`

  const response = await fetch(new URL('utils/cache/clear', url.endsWith('/') ? url : `${url}/`), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => {
    throw new CommandError(`No server answers at ${url}; name it with --url.`)
  })
  if (!response.ok) throw new CommandError(`${url} refused with ${response.status}: ${await response.text()}`)
  console.log(`${url} has read the structure of its database again.`)
}
