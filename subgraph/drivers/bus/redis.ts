/** Events between processes, on any number of machines, through a channel of Redis. What is sent while it is down is lost. */
import { fail } from '#schema-engine/errors.ts'
import type { BusDriver } from '#schema-engine/events/bus-driver.ts'

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
    retryStrategy: (attempt: number) => Math.min(attempt * 100, maxReconnectPauseMs),
    ...(settings.url === null ? partsOf(settings) : {}),
  }
  const connect = () => (settings.url === null ? new Redis(options) : new Redis(settings.url, options))
  const teller = connect()
  // A connection that listens can do nothing else.
  const listener = connect()
  const listeners = new Set<(message: string) => void>()
  const failures = new Set<(error: unknown) => void>()

  reportOnce(teller, failures)
  reportOnce(listener, failures)
  listener.on('message', (_, message) => {
    for (const listen of listeners) listen(message)
  })
  // A lost connection subscribes again by itself; a first one that fails does not.
  listener.on('ready', () => {
    listener.subscribe(channel).catch((error: unknown) => {
      for (const report of failures) report(error)
    })
  })

  return {
    tell: async (message) => {
      await teller.publish(channel, message).catch((error: unknown) =>
        fail('SERVICE_UNAVAILABLE', {
          service: 'redis',
          reason: error instanceof Error ? error.message : 'It could not be reached.',
        }),
      )
    },
    listen: (listen, onFailure) => {
      listeners.add(listen)
      failures.add(onFailure)
      return () => {
        listeners.delete(listen)
        failures.delete(onFailure)
      }
    },
    close: async () => {
      failures.clear()
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
function reportOnce(connection: Connection, failures: ReadonlySet<(error: unknown) => void>): void {
  let isReported = false
  connection.on('error', (error: Error) => {
    if (isReported) return
    isReported = true
    for (const report of failures) report(error)
  })
  connection.on('ready', () => {
    isReported = false
  })
}
