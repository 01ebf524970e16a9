/** The way out of the program, as the settings say. */
import { createOutbound, type Outbound } from '#subgraph/drivers/http/outbound.ts'
import type { Log } from './observe/log.ts'
import type { Settings } from './settings/settings.ts'

export const createConfiguredOutbound = (settings: Settings, log: Pick<Log, 'warn'>): Outbound =>
  createOutbound({
    denied: settings.IMPORT_IP_DENY_LIST,
    allowed: settings.IMPORT_IP_ALLOW_LIST,
    onRefusal: (reason) => log.warn(reason),
  })
