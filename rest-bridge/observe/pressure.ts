/** Whether the process can't keep up: what comes then is better turned away at once than served too late. */
import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks'
import type { Settings } from '../settings/settings.ts'

export type PressureSettings = Pick<
  Settings,
  | 'PRESSURE_LIMITER_ENABLED'
  | 'PRESSURE_LIMITER_SAMPLE_INTERVAL'
  | 'PRESSURE_LIMITER_MAX_EVENT_LOOP_UTILIZATION'
  | 'PRESSURE_LIMITER_MAX_EVENT_LOOP_DELAY'
  | 'PRESSURE_LIMITER_MAX_MEMORY_RSS'
  | 'PRESSURE_LIMITER_MAX_MEMORY_HEAP_USED'
>

export type Pressure = {
  /** Of the last two samples; costs nothing to ask. */
  readonly isHigh: () => boolean
  readonly stop: () => void
}

export const noPressure: Pressure = { isHigh: () => false, stop: () => undefined }

/** What a sample found. Milliseconds, and bytes. */
export type Sample = {
  readonly delayMs: number
  readonly utilization: number
  readonly rss: number
  readonly heapUsed: number
}

const resolutionMs = 20

/** Samples as often as the settings say, without keeping the process alive. */
export function watchPressure(settings: PressureSettings): Pressure {
  if (!settings.PRESSURE_LIMITER_ENABLED) return noPressure
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  let before: EventLoopUtilization = performance.eventLoopUtilization()
  let wasOver = false
  let isHigh = false
  let measured = { count: 0, total: 0 }
  /** Since it was asked last. A histogram that is reset forgets the delay it stands in, so its sums are compared. */
  const meanDelay = (): number => {
    const { count } = delays
    const total = count === 0 ? 0 : (delays.mean / 1e6) * count
    const [turns, waited] = [count - measured.count, total - measured.total]
    measured = { count, total }
    // Its timer's own interval is no delay.
    return turns === 0 ? 0 : Math.max(0, waited / turns - resolutionMs)
  }
  const sample = (): void => {
    const now = performance.eventLoopUtilization()
    const { rss, heapUsed } = process.memoryUsage()
    const isOver = exceeds(
      {
        delayMs: meanDelay(),
        utilization: performance.eventLoopUtilization(now, before).utilization,
        rss,
        heapUsed,
      },
      settings,
    )
    // One long task is over when it is noticed; only what goes on is pressure.
    isHigh = isOver && wasOver
    wasOver = isOver
    before = now
  }
  const timer = setInterval(sample, settings.PRESSURE_LIMITER_SAMPLE_INTERVAL).unref()
  return {
    isHigh: () => isHigh,
    stop: () => {
      clearInterval(timer)
      delays.disable()
    },
  }
}

/** A loop that is always busy serves as much as it can; it is too much when what comes has to wait as well. */
const waitingShare = 0.5

export function exceeds(sample: Sample, settings: PressureSettings): boolean {
  const maxDelay = settings.PRESSURE_LIMITER_MAX_EVENT_LOOP_DELAY
  const isBusy = sample.utilization > settings.PRESSURE_LIMITER_MAX_EVENT_LOOP_UTILIZATION
  return (
    sample.delayMs > maxDelay ||
    (isBusy && sample.delayMs > maxDelay * waitingShare) ||
    sample.rss > (settings.PRESSURE_LIMITER_MAX_MEMORY_RSS ?? Infinity) ||
    sample.heapUsed > (settings.PRESSURE_LIMITER_MAX_MEMORY_HEAP_USED ?? Infinity)
  )
}
