/** Connections to Redis, for every driver that uses it. */
import type { Redis } from 'ioredis'

export type RedisSettings = {
  /** `redis://user:password@host:6379/0`, `rediss://` for TLS; null when the parts say it. */
  readonly url: string | null
  readonly host: string
  readonly port: number
  readonly username: string | null
  readonly password: string | null
  readonly database: number
}

/** A process that can't reach Redis waits so long for a command to be taken. */
const commandTimeoutMs = 2000
const maxReconnectPauseMs = 2000

/**
 * Connects in the background, and again whenever the connection is lost.
 *
 * @param onFailure told of the first failure since the connection stood last: every attempt to reconnect fails again
 */
export async function connectRedis(settings: RedisSettings, onFailure: (error: unknown) => void): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const options = {
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 1,
    autoResubscribe: false,
    retryStrategy: (attempt: number) => Math.min(attempt * 100, maxReconnectPauseMs),
    ...(settings.url === null ? partsOf(settings) : {}),
  }
  const connection = settings.url === null ? new Redis(options) : new Redis(settings.url, options)
  let isReported = false
  connection.on('error', (error: Error) => {
    if (isReported) return
    isReported = true
    onFailure(error)
  })
  connection.on('ready', () => {
    isReported = false
  })
  return connection
}

const partsOf = ({ host, port, username, password, database }: RedisSettings) => ({
  host,
  port,
  ...(username === null ? {} : { username }),
  ...(password === null ? {} : { password }),
  db: database,
})
