/** Events between engines of one process: several projects or databases that are served together, and tests. */
import type { BusDriver } from '#schema-engine/events/bus-driver.ts'

/** Each call of the function it returns connects one more engine. */
export function createMemoryBus(): () => BusDriver {
  const everybody = new Set<(message: string) => void>()
  return () => {
    const own = new Set<(message: string) => void>()
    return {
      tell: async (message) => {
        // After the teller has gone on, as between processes.
        await Promise.resolve()
        for (const listener of everybody) listener(message)
      },
      listen: ({ onMessage }) => {
        const listening = (message: string): void => onMessage(message)
        everybody.add(listening)
        own.add(listening)
        return () => {
          everybody.delete(listening)
          own.delete(listening)
        }
      },
      close: async () => {
        for (const listener of own) everybody.delete(listener)
        own.clear()
      },
    }
  }
}
