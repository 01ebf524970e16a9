/** Counts that run out: of failed sign-ins, of requests. One interface; in memory for one process, in Redis for several. */
import type { IRateLimiterOptions, RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'

export type CounterSettings = {
  /** What is counted; letters, digits and `-`. Counters of one name share their counts. */
  readonly name: string
  /** How long a count lasts from its first point on; whole seconds, at most 24 days. */
  readonly durationSeconds: number
}

/** `count`: points so far; `resetsInMs`: until it is 0 again. */
export type Counted = { readonly count: number; readonly resetsInMs: number }

export type Counter = {
  /** Adds a point, or more. @returns the count with them */
  readonly add: (key: string, points?: number) => Promise<Counted>
  /** The count as it is. */
  readonly read: (key: string) => Promise<Counted>
  readonly clear: (key: string) => Promise<void>
}

export type CounterDriver = {
  readonly counter: (settings: CounterSettings) => Counter
  readonly close: () => Promise<void>
}

/** What the library is told of a counter. What is too much, the caller says. */
export const optionsOf = ({ name, durationSeconds }: CounterSettings): IRateLimiterOptions => ({
  keyPrefix: name,
  points: Number.MAX_SAFE_INTEGER,
  duration: durationSeconds,
})

export const counterOf = (limiter: RateLimiterAbstract): Counter => ({
  add: async (key, points = 1) => countedOf(await limiter.penalty(key, points)),
  read: async (key) => countedOf(await limiter.get(key)),
  clear: async (key) => {
    await limiter.delete(key)
  },
})

const countedOf = (result: RateLimiterRes | null): Counted => ({
  count: result?.consumedPoints ?? 0,
  resetsInMs: Math.max(0, result?.msBeforeNext ?? 0),
})
