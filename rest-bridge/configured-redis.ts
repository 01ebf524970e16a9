/** Settings → where the project's Redis is, and what goes through it. */
import type { BusDriver } from '#schema-engine/events/bus-driver.ts'
import { createRedisBusDriver } from '#subgraph/drivers/bus/redis.ts'
import type { CounterDriver } from '#subgraph/drivers/counter/counter.ts'
import { createMemoryCounters } from '#subgraph/drivers/counter/memory.ts'
import { createRedisCounters } from '#subgraph/drivers/counter/redis.ts'
import type { RedisSettings } from '#subgraph/drivers/redis.ts'
import type { Log } from './observe/log.ts'
import type { Settings } from './settings/settings.ts'

/** For `createEngine`; empty without Redis: events stay in the process, and others notice changes on their interval. */
export async function configuredBus(settings: Settings): Promise<{ readonly busDriver?: BusDriver }> {
  const redis = redisOf(settings)
  return redis === null ? {} : { busDriver: await createRedisBusDriver(redis, settings.REDIS_BUS_NAMESPACE) }
}

/** Without Redis, each process counts for itself. */
export async function configuredCounters(settings: Settings, log: Log): Promise<CounterDriver> {
  const redis = redisOf(settings)
  if (redis === null) return createMemoryCounters()
  return createRedisCounters(redis, settings.REDIS_COUNTERS_NAMESPACE, (err) =>
    log.warn({ err }, 'Redis can not be reached: until it can, this process counts requests and sign-ins for itself'),
  )
}

function redisOf(settings: Settings): RedisSettings | null {
  if (settings.REDIS === null && settings.REDIS_HOST === null) return null
  return {
    url: settings.REDIS,
    host: settings.REDIS_HOST ?? 'localhost',
    port: settings.REDIS_PORT,
    username: settings.REDIS_USERNAME,
    password: settings.REDIS_PASSWORD,
    database: settings.REDIS_DB,
  }
}
