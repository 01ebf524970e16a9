/** What a run found, as a table for people and as one value for programs. */
import type { LoadReport } from './load.ts'
import { median } from './statistics.ts'
import type { Goal } from './scenarios.ts'

/** `hand-written` is the measure; `control` is the same program once more and shows how far the machine can be believed. */
export const targets = ['hand-written', 'control', 'tablegraph'] as const
export type Target = (typeof targets)[number]

/** One scenario at one concurrency: each target's rounds, in the order in which they were run. */
export type Measured = {
  readonly scenario: string
  readonly title: string
  readonly concurrency: number
  readonly goal: Goal
  readonly rounds: Readonly<Record<Target, readonly LoadReport[]>>
}

export type Line = {
  readonly target: Target
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the server's process. */
  readonly cpuMsPerRequest: number
  /** Of the database's connections; null when they run elsewhere. */
  readonly databaseCpuMsPerRequest: number | null
  /** Requests per second as a share of the hand-written server's: the median of the rounds' shares. */
  readonly rateRatio: number
  /** CPU per request, the same way. */
  readonly cpuRatio: number
}

export type StartUp = {
  readonly what: string
  readonly startMs: number
  readonly memoryMb: number
  readonly maxMs: number
  readonly maxMb: number
}

export function linesOf({ rounds }: Measured): readonly Line[] {
  return targets.map((target) => ({
    target,
    requestsPerSecond: median(rounds[target].map(rateOf)),
    p50Ms: median(rounds[target].map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds[target].map(({ p99Ms }) => p99Ms)),
    cpuMsPerRequest: median(rounds[target].map(cpuOf)),
    databaseCpuMsPerRequest: databaseCpuOf(rounds[target]),
    rateRatio: ratio(rounds, target, rateOf),
    cpuRatio: ratio(rounds, target, cpuOf),
  }))
}

/** The goals that were missed, each as a sentence. Goals are set for concurrency 32. */
export function missedGoals(measured: readonly Measured[], startUps: readonly StartUp[]): readonly string[] {
  const warm = measured
    .filter(({ concurrency }) => concurrency === 32)
    .flatMap((each) => {
      const line = linesOf(each).find(({ target }) => target === 'tablegraph')
      if (line === undefined) return []
      const { minRate, maxCpu } = each.goal
      return [
        ...(line.rateRatio < minRate
          ? [`${each.scenario}: ${fixed(line.rateRatio, 2)} of the rate, wanted ${minRate}.`]
          : []),
        ...(line.cpuRatio > maxCpu
          ? [`${each.scenario}: ${fixed(line.cpuRatio, 2)} times the CPU, wanted at most ${maxCpu}.`]
          : []),
      ]
    })
  const start = startUps.flatMap(({ what, startMs, memoryMb, maxMs, maxMb }) => [
    ...(startMs > maxMs ? [`${what}: first reply after ${Math.round(startMs)} ms, wanted ${maxMs}.`] : []),
    ...(memoryMb > maxMb ? [`${what}: ${Math.round(memoryMb)} MB, wanted ${maxMb}.`] : []),
  ])
  return [...warm, ...start]
}

/** Measurements in which the same program entered twice differs so much that their ratios mean little. */
export function doubtful(measured: readonly Measured[]): readonly string[] {
  return measured.flatMap((each) => {
    const control = linesOf(each).find(({ target }) => target === 'control')?.rateRatio ?? 1
    if (control > 0.8 && control < 1.25) return []
    return [`${each.scenario}, concurrency ${each.concurrency}: the control has ${fixed(control, 2)} of the rate.`]
  })
}

export function printTable(measured: readonly Measured[], startUps: readonly StartUp[]): string {
  const header = ['', 'req/s', 'p50 ms', 'p99 ms', 'CPU ms/req', 'db ms/req', 'rate', 'CPU']
  const rows = measured.flatMap((each) => [
    [`${each.scenario}, concurrency ${each.concurrency}: ${each.title}`],
    ...linesOf(each).map((line) => [
      `  ${line.target}`,
      fixed(line.requestsPerSecond, 0),
      fixed(line.p50Ms, 2),
      fixed(line.p99Ms, 2),
      fixed(line.cpuMsPerRequest, 3),
      line.databaseCpuMsPerRequest === null ? '' : fixed(line.databaseCpuMsPerRequest, 3),
      `${fixed(line.rateRatio, 2)}×`,
      `${fixed(line.cpuRatio, 2)}×`,
    ]),
  ])
  const starts = startUps.map(
    ({ what, startMs, memoryMb }) =>
      `${what.padEnd(44)}${fixed(startMs, 0).padStart(8)} ms${fixed(memoryMb, 0).padStart(8)} MB`,
  )
  return [
    ...(rows.length === 0 ? [] : [printRow(header), ...rows.map(printRow), '']),
    ...(starts.length === 0 ? [] : ['start to first reply with data, memory a second later', ...starts, '']),
  ].join('\n')
}

function printRow([first = '', ...cells]: readonly string[]): string {
  return (first.padEnd(24) + cells.map((cell) => cell.padStart(11)).join('')).trimEnd()
}

function ratio(rounds: Measured['rounds'], target: Target, of: (report: LoadReport) => number): number {
  return median(rounds[target].map((report, round) => of(report) / of(rounds['hand-written'][round] ?? report)))
}

function rateOf({ requests, seconds }: LoadReport): number {
  return requests / seconds
}

function cpuOf({ serverCpuSeconds, answered }: LoadReport): number {
  return (serverCpuSeconds * 1000) / answered
}

function databaseCpuOf(reports: readonly LoadReport[]): number | null {
  const each = reports.flatMap(({ databaseCpuSeconds, answered }) =>
    databaseCpuSeconds === null ? [] : [(databaseCpuSeconds * 1000) / answered],
  )
  return each.length === reports.length ? median(each) : null
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits)
}
