/** Events between processes, on any number of machines, through a channel of Redis. What is sent while it is down is lost. */
import { fail } from '#schema-engine/errors.ts'
import type { BusDriver, BusListener } from '#schema-engine/events/bus-driver.ts'
import { connectRedis, type RedisSettings } from '../redis.ts'

/**
 * Connects in the background, and again whenever the connection is lost.
 *
 * @param channel processes of one project share it, those of others must not
 */
export async function createRedisBusDriver(settings: RedisSettings, channel: string): Promise<BusDriver> {
  const listeners = new Set<BusListener>()
  let isListening = false
  const reportFailure = (error: unknown): void => {
    for (const { onFailure } of listeners) onFailure(error)
  }
  const teller = await connectRedis(settings, reportFailure)
  // A connection that listens can do nothing else.
  const listener = await connectRedis(settings, reportFailure)

  listener.on('message', (_, message) => {
    for (const { onMessage } of listeners) onMessage(message)
  })
  // Asked for at each connection, so that it is known when messages arrive again.
  listener.on('ready', () => {
    listener.subscribe(channel).then(() => {
      isListening = true
      for (const { onResume } of listeners) onResume()
    }, reportFailure)
  })

  listener.on('close', () => {
    isListening = false
  })

  return {
    tell: async (message) => {
      await teller
        .publish(channel, message)
        .catch(() => fail('SERVICE_UNAVAILABLE', { service: 'redis', reason: 'It can not be reached.' }))
    },
    listen: (listening) => {
      listeners.add(listening)
      if (isListening) listening.onResume()
      return () => listeners.delete(listening)
    },
    close: async () => {
      listeners.clear()
      teller.disconnect()
      listener.disconnect()
    },
  }
}
