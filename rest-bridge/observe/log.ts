/** The log: one line an event, to read or as JSON. */
import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import type { Settings } from '../settings/settings.ts'
import { loggedError, redacted } from './redact.ts'

export type Log = Logger

/** Writes to standard output, in batches every 200 ms: a line per request must not cost a system call each. */
export function createLog({ LOG_LEVEL, LOG_STYLE }: Pick<Settings, 'LOG_LEVEL' | 'LOG_STYLE'>): Log {
  const output = pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 200 })
  const destination = LOG_STYLE === 'raw' ? output : readable(output)
  return pino(logOptions(LOG_LEVEL), destination)
}

/** What is asked for only when something is wrong may hold what somebody sent. */
const warning = 40

export const logOptions = (level: string): LoggerOptions => ({
  level,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: (error: unknown) => loggedError(error) },
  redact: { paths: ['authorization', 'cookie', 'req', 'headers'], censor: '[hidden]' },
  hooks: {
    logMethod(args, method, lineLevel) {
      const shown =
        lineLevel < warning ? args : args.map((part: unknown) => (typeof part === 'string' ? redacted(part) : part))
      method.apply(this, shown as typeof args) // texts have stayed texts
    },
  },
})

const labels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

/** Turns pino's JSON into `12:00:00 info  message`, with an error's stack below. */
export const readable = (output: DestinationStream): DestinationStream => ({
  write: (line) => {
    // pino wrote it a moment ago, in its own form.
    const { time, level, msg, err } = JSON.parse(line) as {
      time: string
      level: number
      msg?: string
      err?: { stack?: string }
    }
    const stack = err?.stack === undefined ? '' : `\n${err.stack}`
    output.write(`${time.slice(11, 19)} ${(labels[level] ?? String(level)).padEnd(5)} ${msg ?? ''}${stack}\n`)
  },
})
