/**
 * jobs: work that no request asks for, done on a schedule. Every process has the same schedule; what a job does in the
 * database is safe when several do it at once.
 */
import { Cron } from 'croner'

export type Job = {
  readonly name: string
  /** Five fields of cron, or six with seconds first; in the machine's own time zone. */
  readonly schedule: string
  /** Comes back soon after the signal says to stop. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

export type RunningJobs = {
  /** Starts none any more, and waits for those that run. */
  readonly stop: () => Promise<void>
}

/**
 * A job that still runs when its time comes again is left to finish.
 *
 * @param onFailure told of a job's error; it runs again at its next time
 * @throws TypeError for a schedule that is none
 */
export function startJobs(jobs: readonly Job[], onFailure: (job: string, error: unknown) => void): RunningJobs {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const crons = jobs.map(
    ({ name, schedule, run }) =>
      new Cron(schedule, { protect: true, unref: true }, async () => {
        const done = run(stopping.signal).catch((error: unknown) => onFailure(name, error))
        running.add(done)
        await done
        running.delete(done)
      }),
  )
  return {
    stop: async () => {
      for (const cron of crons) cron.stop()
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** Whether a text says when: five fields of cron, or six with seconds first. */
export function isSchedule(text: string): boolean {
  try {
    return new Cron(text, { paused: true }).nextRun() !== null
  } catch {
    return false
  }
}
