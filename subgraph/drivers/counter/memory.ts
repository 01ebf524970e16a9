/** Counts of one process, which end with it. */
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { counterOf, optionsOf, type Counter, type CounterDriver } from './counter.ts'

export function createMemoryCounters(): CounterDriver {
  const known = new Map<string, Counter>()
  return {
    counter: (settings) => {
      const id = `${settings.name} ${settings.durationSeconds}`
      const counter = known.get(id) ?? counterOf(new RateLimiterMemory(optionsOf(settings)))
      known.set(id, counter)
      return counter
    },
    close: async () => known.clear(),
  }
}
