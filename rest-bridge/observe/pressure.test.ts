import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { readSettings } from '../settings/read.ts'
import { exceeds, noPressure, watchPressure, type Sample } from './pressure.ts'

describe('what is too much', () => {
  const settings = readSettings({
    PRESSURE_LIMITER_MAX_MEMORY_RSS: '1mb',
    PRESSURE_LIMITER_MAX_MEMORY_HEAP_USED: '1kb',
  })
  const idle: Sample = { delayMs: 0, utilization: 0, rss: 0, heapUsed: 0 }
  test.each<[string, Partial<Sample>, boolean]>([
    ['nothing', {}, false],
    ['a loop that is busy, and lets nobody wait for long', { utilization: 1, delayMs: 249 }, false],
    ['a loop that is busy, and lets others wait', { utilization: 1, delayMs: 251 }, true],
    ['a loop that lets others wait a little', { utilization: 0.9, delayMs: 499 }, false],
    ['a loop that lets others wait', { delayMs: 501 }, true],
    ['memory', { rss: 1024 ** 2 + 1 }, true],
    ['memory of the heap', { heapUsed: 1025 }, true],
  ])('%s: %o is %s', (_, sample, isOver) => {
    expect(exceeds({ ...idle, ...sample }, settings)).toBe(isOver)
  })
  test('memory has no bound unless it is set', () =>
    expect(exceeds({ ...idle, rss: 1e12, heapUsed: 1e12 }, readSettings())).toBe(false))
})

function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('what goes on is pressure, a single long task is none, and it passes', async () => {
  const pressure = watchPressure({
    ...readSettings(),
    PRESSURE_LIMITER_SAMPLE_INTERVAL: 20,
    PRESSURE_LIMITER_MAX_EVENT_LOOP_DELAY: 60,
  })
  try {
    await sleep(100)
    expect(pressure.isHigh()).toBe(false)
    block(250)
    await sleep(1) // the sample that is due has noticed
    expect(pressure.isHigh()).toBe(false)
    for (let count = 0; count < 6; count++) {
      block(150)
      await sleep(1)
    }
    expect(pressure.isHigh()).toBe(true)
    await expect.poll(() => pressure.isHigh(), { timeout: 5000 }).toBe(false)
  } finally {
    pressure.stop()
  }
})

test('off, it never is', () => {
  expect(watchPressure({ ...readSettings(), PRESSURE_LIMITER_ENABLED: false })).toBe(noPressure)
})
