/** How many requests there may be in a time: of one address, of all, and of whom a policy bounds. */
import { EngineError } from '#schema-engine/errors.ts'
import { addressKey } from '#subgraph/drivers/counter/address-key.ts'
import type { Counter, CounterDriver } from '#subgraph/drivers/counter/counter.ts'
import type { Caller } from '#subgraph/graph.ts'
import type { Settings } from '../settings/settings.ts'

export type RateSettings = Pick<
  Settings,
  | 'RATE_LIMITER_ENABLED'
  | 'RATE_LIMITER_POINTS'
  | 'RATE_LIMITER_DURATION'
  | 'RATE_LIMITER_GLOBAL_ENABLED'
  | 'RATE_LIMITER_GLOBAL_POINTS'
  | 'RATE_LIMITER_GLOBAL_DURATION'
>

export type Rates = {
  /**
   * Counts a request before anything is done for it; null when nothing is counted.
   * @throws EngineError REQUESTS_EXCEEDED
   */
  readonly ofAddress: ((ip: string | null) => Promise<void>) | null
  /** Counts it for whoever asks; null when no policy bounds him. @throws EngineError REQUESTS_EXCEEDED */
  readonly ofCaller: (caller: Caller) => Promise<void> | null
}

type Limit = { readonly counter: Counter; readonly points: number }

const minuteSeconds = 60

export function createRates(counters: CounterDriver, settings: RateSettings): Rates {
  const perAddress: Limit | null = settings.RATE_LIMITER_ENABLED
    ? {
        counter: counters.counter({ name: 'requests', durationSeconds: settings.RATE_LIMITER_DURATION }),
        points: settings.RATE_LIMITER_POINTS,
      }
    : null
  const global: Limit | null = settings.RATE_LIMITER_GLOBAL_ENABLED
    ? {
        counter: counters.counter({ name: 'all-requests', durationSeconds: settings.RATE_LIMITER_GLOBAL_DURATION }),
        points: settings.RATE_LIMITER_GLOBAL_POINTS,
      }
    : null
  const perCaller = counters.counter({ name: 'requests-of-callers', durationSeconds: minuteSeconds })

  // What one address has too many of is not taken from what all may have.
  const ofAddress = async (ip: string | null): Promise<void> => {
    if (perAddress !== null) await count(perAddress, addressKey(ip))
    if (global !== null) await count(global, 'all')
  }

  return {
    ofAddress: perAddress === null && global === null ? null : ofAddress,
    ofCaller: (caller) => {
      const points = caller.rights?.requestsPerMinute ?? null
      return points === null ? null : count({ counter: perCaller, points }, callerKey(caller))
    },
  }
}

async function count({ counter, points }: Limit, key: string): Promise<void> {
  const { count: counted, resetsInMs } = await counter.add(key)
  if (counted > points)
    throw new EngineError('REQUESTS_EXCEEDED', {
      limit: points,
      reset: new Date(Date.now() + resetsInMs).toISOString(),
    })
}

function callerKey({ actor, credential }: Caller): string {
  if (credential?.kind === 'api-key') return `key ${credential.key}`
  switch (actor.kind) {
    case 'user':
      return `user ${actor.user}`
    case 'share':
      return `share ${actor.share}`
    case 'public':
      return `address ${addressKey(actor.ip)}`
    case 'system':
      return `system ${actor.reason}`
  }
}
