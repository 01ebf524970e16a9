/** Events between processes, on any number of machines, through a channel of Redis. What is sent while it is down is lost. */
import { fail } from '#schema-engine/errors.ts'
import type { BusDriver, BusListener } from '#schema-engine/events/bus-driver.ts'

export type RedisSettings = {
  /** `redis://user:password@host:6379/0`, `rediss://` for TLS; null when the parts say it. */
  readonly url: string | null
  readonly host: string
  readonly port: number
  readonly username: string | null
  readonly password: string | null
  readonly database: number
}

/** A process that can't reach Redis waits so long for a message to be taken. */
const commandTimeoutMs = 2000
const maxReconnectPauseMs = 2000

/**
 * Connects in the background, and again whenever the connection is lost.
 *
 * @param channel processes of one project share it, those of others must not
 */
export async function createRedisBusDriver(settings: RedisSettings, channel: string): Promise<BusDriver> {
  const { Redis } = await import('ioredis')
  const options = {
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 1,
    autoResubscribe: false,
    retryStrategy: (attempt: number) => Math.min(attempt * 100, maxReconnectPauseMs),
    ...(settings.url === null ? partsOf(settings) : {}),
  }
  const connect = () => (settings.url === null ? new Redis(options) : new Redis(settings.url, options))
  const teller = connect()
  // A connection that listens can do nothing else.
  const listener = connect()
  const listeners = new Set<BusListener>()
  let isListening = false
  const reportFailure = (error: unknown): void => {
    for (const { onFailure } of listeners) onFailure(error)
  }

  reportOnce(teller, reportFailure)
  reportOnce(listener, reportFailure)
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

const partsOf = ({ host, port, username, password, database }: RedisSettings) => ({
  host,
  port,
  ...(username === null ? {} : { username }),
  ...(password === null ? {} : { password }),
  db: database,
})

type Connection = {
  readonly on: ((event: 'error', listener: (error: Error) => void) => unknown) &
    ((event: 'ready', listener: () => void) => unknown)
}

/** The first failure since the connection stood last: every attempt to reconnect fails again. */
function reportOnce(connection: Connection, report: (error: unknown) => void): void {
  let isReported = false
  connection.on('error', (error: Error) => {
    if (isReported) return
    isReported = true
    report(error)
  })
  connection.on('ready', () => {
    isReported = false
  })
}
