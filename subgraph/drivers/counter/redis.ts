/** Counts that all processes of a project share. While Redis can't be reached, each process counts for itself. */
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { connectRedis, type RedisSettings } from '../redis.ts'
import { counterOf, optionsOf, type CounterDriver } from './counter.ts'

/**
 * Connects in the background, and again whenever the connection is lost.
 *
 * @param namespace processes of one project share it, those of others must not
 * @param onFailure told once each time the connection is lost
 */
export async function createRedisCounters(
  settings: RedisSettings,
  namespace: string,
  onFailure: (error: unknown) => void,
): Promise<CounterDriver> {
  const client = await connectRedis(settings, onFailure)
  return {
    counter: (counted) => {
      const options = optionsOf({ ...counted, name: `${namespace}:${counted.name}` })
      return counterOf(
        new RateLimiterRedis({
          ...options,
          storeClient: client,
          rejectIfRedisNotReady: true,
          insuranceLimiter: new RateLimiterMemory(options),
        }),
      )
    },
    close: async () => client.disconnect(),
  }
}
