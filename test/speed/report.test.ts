import { expect, test } from 'vitest'
import type { LoadReport } from './load.ts'
import { doubtful, linesOf, missedGoals, printTable, type Measured } from './report.ts'

const round = (requests: number, serverCpuSeconds: number): LoadReport => ({
  requests,
  answered: requests,
  seconds: 2,
  p50Ms: 1,
  p99Ms: 2,
  serverCpuSeconds,
  v8WorkerSeconds: 0,
  databaseCpuSeconds: 1,
  loadCpuSeconds: 0.5,
})

const measured = (ours: readonly LoadReport[], concurrency = 32): Measured => ({
  scenario: 'by-id',
  title: 'one order by id',
  concurrency,
  goal: { minRate: 0.8, maxCpu: 1.5 },
  rounds: {
    'hand-written': [round(1000, 1), round(2000, 2), round(1000, 1)],
    control: [round(1100, 1), round(1900, 2), round(1000, 1)],
    tablegraph: ours,
  },
})

test('ratios compare within each round, so that a slow moment of the machine counts for both', () => {
  const [hand, , ours] = linesOf(measured([round(900, 1.8), round(1800, 3.6), round(500, 1)]))
  expect(hand).toMatchObject({ requestsPerSecond: 500, cpuMsPerRequest: 1, rateRatio: 1, cpuRatio: 1 })
  expect(ours).toMatchObject({ requestsPerSecond: 450, cpuMsPerRequest: 2, rateRatio: 0.9, cpuRatio: 2 })
})

test('a missed goal is told with its figures, at concurrency 32 only', () => {
  const slow = [round(500, 1), round(1000, 2), round(500, 1)]
  expect(missedGoals([measured(slow)], [])).toEqual([
    'by-id: 0.50 of the rate, wanted 0.8.',
    'by-id: 2.00 times the CPU, wanted at most 1.5.',
  ])
  expect(missedGoals([measured(slow, 1)], [])).toEqual([])
})

test('start-up goals are told the same way', () => {
  const start = { what: 'npm start, 300 tables', startMs: 3500, memoryMb: 150, maxMs: 3000, maxMb: 200 }
  expect(missedGoals([], [start])).toEqual(['npm start, 300 tables: first reply after 3500 ms, wanted 3000.'])
})

test('the table shows every target of every measurement', () => {
  const table = printTable([measured([round(900, 1), round(1800, 2), round(900, 1)])], [])
  expect(table).toContain('by-id, concurrency 32: one order by id')
  expect(table).toMatch(/tablegraph +450 +1\.00 +2\.00 +1\.111 +1\.111 +0\.90× +1\.11×/)
})

test('a measurement is doubtful when the control differs from its like', () => {
  const calm = measured([round(900, 1), round(1800, 2), round(900, 1)])
  const rounds = { ...calm.rounds, control: [round(600, 1), round(1200, 2), round(1000, 1)] }
  expect(doubtful([calm])).toEqual([])
  expect(doubtful([{ ...calm, rounds }])).toEqual(['by-id, concurrency 32: the control has 0.60 of the rate.'])
})
