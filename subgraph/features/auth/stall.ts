/** Answers that come no sooner than a moment after the request, so that the time they take says little of what was found. */
import { setTimeout as wait } from 'node:timers/promises'

/** Does the work, and tells what came of it, a failure too, when so much time has gone by. */
export async function stalled<Result>(leastMs: number, work: () => Promise<Result>): Promise<Result> {
  const endsAt = performance.now() + leastMs
  try {
    return await work()
  } finally {
    await wait(Math.max(0, endsAt - performance.now()))
  }
}
