/** Settings → how events travel to the other processes that serve the project. */
import type { BusDriver } from '#schema-engine/events/bus-driver.ts'
import { createRedisBusDriver } from '#subgraph/drivers/bus/redis.ts'
import type { Settings } from './settings/settings.ts'

/** For `createEngine`; empty without Redis: events stay in the process, and others notice changes on their interval. */
export async function configuredBus(settings: Settings): Promise<{ readonly busDriver?: BusDriver }> {
  if (settings.REDIS === null && settings.REDIS_HOST === null) return {}
  const redis = {
    url: settings.REDIS,
    host: settings.REDIS_HOST ?? 'localhost',
    port: settings.REDIS_PORT,
    username: settings.REDIS_USERNAME,
    password: settings.REDIS_PASSWORD,
    database: settings.REDIS_DB,
  }
  return { busDriver: await createRedisBusDriver(redis, settings.REDIS_BUS_NAMESPACE) }
}
