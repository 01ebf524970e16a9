/** The first administrator, as the settings say. */
import type { Engine } from '#schema-engine/engine.ts'
import { EngineError } from '#schema-engine/errors.ts'
import { ensureAdministrator } from '#subgraph/features/auth/administrators.ts'
import type { Log } from './observe/log.ts'
import type { Settings } from './settings/settings.ts'

/** Makes him while there is none. What is wrong with his address or password is said, and the start goes on. */
export async function ensureConfiguredAdministrator(
  engine: Engine,
  { ADMIN_EMAIL, ADMIN_PASSWORD }: Pick<Settings, 'ADMIN_EMAIL' | 'ADMIN_PASSWORD'>,
  log: Pick<Log, 'info' | 'warn'>,
): Promise<void> {
  if (ADMIN_EMAIL === null && ADMIN_PASSWORD === null) return
  if (ADMIN_EMAIL === null || ADMIN_PASSWORD === null)
    return log.warn('ADMIN_EMAIL and ADMIN_PASSWORD make the first administrator together; one of them is missing')
  const administrator = { email: ADMIN_EMAIL, password: ADMIN_PASSWORD, firstName: null, lastName: null }
  try {
    if (await ensureAdministrator(administrator, engine)) log.info('the first administrator was made of ADMIN_EMAIL')
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    log.warn(`the first administrator could not be made of ADMIN_EMAIL and ADMIN_PASSWORD: ${error.message}`)
  }
}
